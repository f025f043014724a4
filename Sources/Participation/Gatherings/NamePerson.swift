import Foundation
import Postgres

/// Gives somebody a part in a gathering. Name, phone and e-mail are encrypted; plain stands only what they agreed may be public.
package struct NamePerson: Sendable {
    package var gatheringID: Int
    package var role: GatheringPerson.Role
    /// Of participants.
    package var categoryID: Int?
    /// A colleague.
    package var staffID: Int?
    package var unitID: Int?
    package var contact: Contact
    package var publicUnit: String
    /// Name and unit may be public.
    package var consents: Bool
    /// Of the form; sent twice it names one person. Their code is derived from it.
    package var key: UUID

    package init(
        gatheringID: Int, role: GatheringPerson.Role, categoryID: Int? = nil, staffID: Int? = nil, unitID: Int? = nil,
        contact: Contact = Contact(), publicUnit: String = "", consents: Bool = false, key: UUID
    ) {
        (self.gatheringID, self.role, self.categoryID, self.staffID) = (gatheringID, role, categoryID, staffID)
        (self.unitID, self.contact, self.publicUnit) = (unitID, contact, publicUnit)
        (self.consents, self.key) = (consents, key)
    }

    /// Needs the role organiser or clerk.
    /// - Returns: the person's id.
    /// - Throws: `gatherings_presider_not_drafter`, `gathering_people_once_staff`, `gathering_people_one_presider`, `gathering_people_category`,
    ///   `gathering_people_once`, `gathering_categories_full`, `gathering_categories_applied`, `gatherings_over`, `gatherings_key_reused`.
    package func callAsFunction(
        vault: ContactVault, codes: QueryCodes, in database: Database, as actor: DatabaseActor
    ) async throws -> Int {
        let sealed = contact.isEmpty ? nil : try vault.seal(contact, in: GatheringPerson.contactsTable)
        // A colleague is known by their account.
        let likeness = staffID == nil ? sealed.flatMap { Likeness(contact, $0, vault) } : nil
        let mac = codes.mac(for: key)
        let name = consents ? contact.name : ""
        return try await database.write(as: actor) { tx in
            try tx.value(
                """
                select name_person(\(gatheringID), \(role), \(categoryID), \(staffID), \(unitID), \(name), \(publicUnit), \(consents),
                  \(key), \(mac), \(sealed?.id), \(sealed?.keyID), \(sealed?.bytes), \(likeness?.name), \(likeness?.phone))
                """, as: Int.self)
        }
    }
}

/// By which it is seen that somebody was named before, without opening what is sealed.
struct Likeness: Sendable {
    let name: [UInt8]
    let phone: [UInt8]?

    /// Nil for who left no name.
    init?(_ contact: Contact, _ sealed: ContactVault.Sealed, _ vault: ContactVault) {
        guard !contact.name.isEmpty else { return nil }
        (name, phone) = (vault.nameIndex(contact.name), sealed.phoneIndex)
    }
}

/// Reads names, phones and addresses of those who have a part. Each reading is recorded, in the same transaction.
package enum ReadPeople {
    /// By the person's id; who left nothing is missing. Needs the role organiser or clerk.
    package static func all(
        of gathering: Int, vault: ContactVault, in database: Database, as actor: DatabaseActor
    ) async throws -> [Int: Contact] {
        try await read(
            "select person_id, id, key_id, sealed from person_contacts(\(gathering))", vault, in: database, as: actor)
    }

    /// Names of those who did not agree to be named, to keep them out from under pictures. A phone sends its pictures one by one: what
    /// somebody sends within an hour is one reading.
    package static func unnamed(
        of gathering: Int, vault: ContactVault, in database: Database, as actor: DatabaseActor
    ) async throws -> [String] {
        try await read(
            "select person_id, id, key_id, sealed from unnamed_contacts(\(gathering))", vault, in: database, as: actor
        ).values.map(\.name)
    }

    private static func read(
        _ rows: SQL, _ vault: ContactVault, in database: Database, as actor: DatabaseActor
    ) async throws -> [Int: Contact] {
        let sealed = try await database.write(as: actor) { tx in
            try tx.all(rows, as: Sealed.self)
        }
        return try Dictionary(
            sealed.map {
                (
                    $0.person,
                    try vault.open(
                        id: $0.id, keyID: $0.keyID, bytes: $0.bytes, in: GatheringPerson.contactsTable)
                )
            }, uniquingKeysWith: { first, _ in first })
    }

    private struct Sealed: Row {
        let person: Int
        let id: UUID
        let keyID: String
        let bytes: [UInt8]

        init(_ row: RowReader) throws {
            (person, id) = (try row["person_id"], try row["id"])
            (keyID, bytes) = (try row["key_id"], try row["sealed"])
        }
    }
}

extension GatheringPerson {
    /// - Throws: `gatherings_over`, `gathering_categories_full` where their seat is taken by now.
    package static func change(
        _ id: Int, to state: State, in database: Database, as actor: DatabaseActor
    ) async throws {
        _ = try await database.write(as: actor) { try $0.execute("select change_person(\(id), \(state))") }
    }

    /// What those who have a part confirm with, by the person's id. Recorded, as the reading of contacts is.
    package static func codes(
        of gathering: Int, codes: QueryCodes, in database: Database, as actor: DatabaseActor
    ) async throws -> [Int: QueryCode] {
        let keys = try await database.write(as: actor) { tx in
            try tx.all("select person_id, key from person_keys(\(gathering))", as: Key.self)
        }
        return Dictionary(keys.map { ($0.person, codes.code(for: $0.key)) }, uniquingKeysWith: { first, _ in first })
    }

    private struct Key: Row {
        let person: Int
        let key: UUID

        init(_ row: RowReader) throws { (person, key) = (try row["person_id"], try row["key"]) }
    }

    /// 参加人3　张某（某村）: for papers, in Chinese as these are, with what may be shown to others.
    package func label() -> String {
        let (name, unit) = (name(), shownUnit.isEmpty ? unitName ?? "" : shownUnit)
        return role.title(seat: seat) + (name.isEmpty ? "" : "　" + name) + (unit.isEmpty ? "" : "（\(unit)）")
    }

    /// - Parameter contact: nil where nobody has read it; then the public name stands, if there is one.
    package func name(_ contact: Contact? = nil) -> String {
        [contact?.name, staffName, publicName].compactMap(\.self).first { !$0.isEmpty } ?? ""
    }

    /// Their unit as it was written down, for who works on it; empty where they have none.
    package var knownUnit: String { publicUnit.isEmpty ? unitName ?? "" : publicUnit }
}

extension GatheringPerson.Role {
    /// As official papers call it (粤府令第303号).
    package var title: String {
        switch self {
        case .presider: "主持人"
        case .presenter: "陈述人"
        case .recorder: "记录员"
        case .participant: "参加人"
        case .observer: "旁听人"
        case .media: "媒体"
        case .invited: "受邀人"
        case .met: "受访人"
        }
    }

    /// 参加人3
    func title(seat: Int) -> String { title + (isCounted ? String(seat) : "") }

    /// There may be many, who are told apart by their seat.
    package var isCounted: Bool { self != .presider }
}
