import Foundation
import Participation
import Postgres
import Text

/// A hearing that was announced in the consultation of `AnsweringScene`, while people register.
package struct LotScene: Sendable {
    package let scene: AnsweringScene
    package let id: Int
    package let number: String
    package let second: DatabaseActor

    package static let registrationUntil = AnsweringScene.whileOpen.addingTimeInterval(5 * 86_400)
    package static let startsAt = AnsweringScene.whileOpen.addingTimeInterval(40 * 86_400)
    package static let afterRegistration = registrationUntil.addingTimeInterval(3600)

    package var database: TestDatabase { scene.database }

    /// Two categories by registration, with 2 seats and 1, and one by invitation.
    package static func make(in made: AnsweringScene? = nil) async throws -> LotScene {
        let scene: AnsweringScene
        if let made { scene = made } else { scene = try await AnsweringScene.make() }
        let (id, number, second) = try await scene.database.owner.write { tx in
            let second = try tx.value(
                """
                insert into staff (sign_in_name, display_name, unit_id, password_hash) values ('second', '何组织', 2, 'x') returning id
                """, as: Int.self)
            try tx.execute("insert into staff_roles (staff_id, unit_id, role) values (\(second), 2, 'organiser')")
            let id = try tx.value(
                """
                insert into gatherings (key, kind, procedure_id, unit_id, unit_ids, title, starts_at, ends_at, registration_from,
                  registration_until, materials_on, created_by, created_at)
                values (gen_random_uuid(), 'hearing', \(scene.procedureID), 2, '{1,2}', '老城区停车收费听证会', \(startsAt),
                  \(startsAt.addingTimeInterval(7200)), \(AnsweringScene.opensAt), \(registrationUntil), '2026-12-20', 1, minyi_clock())
                returning id
                """, as: Int.self)
            try tx.execute(
                """
                insert into gathering_categories (gathering_id, ordinal, name, seats, way) values (\(id), 1, '老隆镇居民', 2, 'application'),
                  (\(id), 2, '沿街经营户', 1, 'application'), (\(id), 3, '人大代表', 1, 'invitation')
                """)
            try tx.execute("update gatherings set state = 'announced' where id = \(id)")
            return (id, try tx.value("select number from gatherings where id = \(id)", as: String.self), second)
        }
        return LotScene(
            scene: scene, id: id, number: number,
            second: AnsweringScene.actor(second, units: [2], ["organiser"]))
    }

    /// A registration as the door of the public would store it.
    /// - Returns: its number, and the key its code is derived from.
    @discardableResult
    package func register(
        _ ordinal: Int, name: String = "钟秀英", consents: Bool = true, verdict: String = "eligible"
    ) async throws -> (number: String, key: UUID) {
        let (key, codes) = (UUID(), scene.intake.codes)
        let contact = try scene.intake.vault.seal(Contact(name: name, phone: "13800138000"))
        let hearing = id
        let number = try await database.owner.write { tx in
            let submission = try tx.value(
                """
                insert into submissions (number, key, kind, channel, body, unit_ids, salt, code_mac, proof, received_at, screening, submitter, people)
                select public_number('MY', minyi_clock(), 900000 + count(*)), \(key), 'registration', 'web', '', '{1,2}', \(Array(repeating: UInt8(1), count: 16)),
                  \(codes.mac(for: key)), \(Array(repeating: UInt8(2), count: 32)), minyi_clock(), 'shown', 'person', 1 from submissions
                returning id
                """, as: Int.self)
            try tx.execute(
                """
                insert into registrations (submission_id, gathering_id, category_id, consents, verdict, refused_code, checked_at, received_at, unit_ids)
                select \(submission), \(hearing), c.id, \(consents), \(verdict), case \(verdict) when 'refused' then 'age' end,
                  case when \(verdict) <> 'pending' then minyi_clock() end, minyi_clock(), '{1,2}'
                from gathering_categories c where c.gathering_id = \(hearing) and c.ordinal = \(ordinal)::int
                """)
            try tx.execute(
                """
                insert into contacts (id, submission_id, key_id, sealed, created_at)
                values (\(contact.id), \(submission), \(contact.keyID), \(contact.bytes), minyi_clock())
                """)
            return try tx.value("select number from submissions where id = \(submission)", as: String.self)
        }
        return (number, key)
    }

    package func value<T: PostgresValue>(_ sql: SQL, as type: T.Type = T.self) async throws -> T {
        try await database.owner.read { try $0.value(sql, as: T.self) }
    }
}
