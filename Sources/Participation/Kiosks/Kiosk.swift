import Foundation
import Postgres

/// 自助填写机: a device in a public place where one after the other answers a questionnaire, as colleagues see it.
package struct Kiosk: Row, Identifiable {
    package let id: Int
    package let place: String
    /// Without a touch for so long, it begins anew.
    package let idleSeconds: Int
    package let madeBy: String
    package let openedAt: Date?
    package let seenAt: Date?
    package let revokedAt: Date?
    package let sheets: Int

    package static let idle = 30...600

    package init(_ row: RowReader) throws {
        (id, place, idleSeconds) = (try row["id"], try row["place"], try row["idle_seconds"])
        (madeBy, sheets) = (try row["display_name"], try row["sheets"])
        (openedAt, seenAt, revokedAt) = (try row["opened_at"], try row["seen_at"], try row["revoked_at"])
    }

    package static func all(of questionnaire: Int) -> SQL {
        """
        select k.id, k.place, k.idle_seconds, s.display_name, k.opened_at, k.seen_at, k.revoked_at, k.sheets
        from kiosks k join staff s on s.id = k.made_by where k.questionnaire_id = \(questionnaire) order by k.id
        """
    }

    /// Makes the link of a kiosk; needs the role organiser. The same form sent again makes no other.
    /// - Parameter form: its idempotency key.
    /// - Returns: the kiosk, and what opens it, once; that is kept nowhere.
    /// - Throws: `kiosks_voice`, `questionnaires_not_open`, `kiosks_place_length`.
    package static func make(
        of questionnaire: Int, place: String, idleSeconds: Int, form: UUID, codes: QueryCodes, in database: Database,
        as actor: DatabaseActor
    ) async throws -> (id: Int, link: UUID) {
        let link = codes.kioskLink(for: form, in: questionnaire, place: place, idleSeconds: idleSeconds)
        let mac = codes.kiosk(link)
        let id = try await database.write(as: actor) {
            try $0.value("select make_kiosk(\(questionnaire), \(place), \(idleSeconds), \(mac))", as: Int.self)
        }
        return (id, link)
    }

    package static func revoke(
        _ id: Int, of questionnaire: Int, in database: Database, as actor: DatabaseActor
    ) async throws {
        _ = try await database.write(as: actor) { try $0.execute("select revoke_kiosk(\(questionnaire), \(id))") }
    }
}

/// What a browser knows of the kiosk it is. Its secret is in its cookie; the database holds a mac of it.
package struct KioskDevice: Row {
    /// The number of its questionnaire.
    package let questionnaire: String
    package let place: String
    package let idleSeconds: Int

    package init(_ row: RowReader) throws {
        (questionnaire, place) = (try row["questionnaire"], try row["place"])
        idleSeconds = try row["idle_seconds"]
    }

    /// - Returns: the secret of the device; nil when the link was used before, or is none.
    package static func open(_ link: UUID, codes: QueryCodes, in database: Database) async throws -> UUID? {
        let secret = UUID()
        let (linkMac, deviceMac) = (codes.kiosk(link), codes.kiosk(secret))
        let isOpened: Bool = try await database.write { try $0.value("select open_kiosk(\(linkMac), \(deviceMac))") }
        return isOpened ? secret : nil
    }

    /// - Returns: nil once it is revoked.
    package static func find(_ mac: [UInt8], in database: Database) async throws -> KioskDevice? {
        try await database.first(
            "select questionnaire, place, idle_seconds from kiosk(\(mac))", as: KioskDevice.self)
    }

    /// Somebody begins there.
    package static func note(_ mac: [UInt8], in database: Database) async throws {
        _ = try await database.write { try $0.execute("select kiosk_seen(\(mac))") }
    }
}
