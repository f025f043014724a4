import Foundation
import Postgres

/// Who has registered: name, phone and whatever else was asked. For the organiser of the unit that holds the hearing alone.
package struct RegistrationRecord: Sendable {
    package let contact: Contact
    package let details: RegistrationDetails

    private struct Sealed: Row {
        let contact: ContactVault.Sealed?
        let details: ContactVault.Sealed?

        init(_ row: RowReader) throws {
            func part(_ id: UUID?, _ keyID: String?, _ bytes: [UInt8]?) -> ContactVault.Sealed? {
                guard let id, let keyID, let bytes else { return nil }
                return ContactVault.Sealed(id: id, keyID: keyID, bytes: bytes, phoneIndex: nil)
            }
            contact = part(try row["contact_id"], try row["contact_key_id"], try row["contact"])
            details = part(try row["detail_id"], try row["detail_key_id"], try row["detail"])
        }
    }

    /// Every reading is recorded with who and when, in the same transaction.
    /// - Parameter inFull: the identity number will be shown in full; recorded too.
    /// - Returns: nil where it is gone: withdrawn, sealed, or erased.
    package static func read(
        _ id: Int, inFull: Bool, vault: ContactVault, in database: Database, as actor: DatabaseActor
    ) async throws -> RegistrationRecord? {
        let sealed = try await database.write(as: actor) { tx in
            try tx.first(
                """
                select contact_id, contact_key_id, contact, detail_id, detail_key_id, detail from read_registration(\(id), \(inFull))
                """, as: Sealed.self)
        }
        guard let sealed, sealed.contact != nil || sealed.details != nil else { return nil }
        return RegistrationRecord(
            contact: try sealed.contact.map { try vault.open(id: $0.id, keyID: $0.keyID, bytes: $0.bytes) }
                ?? Contact(),
            details: try sealed.details.map { try vault.openDetails(id: $0.id, keyID: $0.keyID, bytes: $0.bytes) }
                ?? RegistrationDetails())
    }

    /// What was handed in: an identity card, a letter of a unit.
    package static func papers(_ id: Int) -> SQL {
        "select id, name, media_type, size, null::float8 as seconds from registration_papers(\(id))"
    }

    /// One piece of a paper; nil after the last.
    package static func chunk(
        _ ordinal: Int, of paper: UUID, _ id: Int, in database: Database, as actor: DatabaseActor
    ) async throws -> [UInt8]? {
        try await database.read(as: actor) { tx in
            try tx.value(
                "select registration_paper_chunk(\(id), \(paper), \(ordinal)::int)", as: [UInt8]?.self)
        }
    }
}
