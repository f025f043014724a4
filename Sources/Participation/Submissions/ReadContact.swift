import Foundation
import Postgres

/// Reads the name and phone of an author. Every reading is recorded with who and when, in the same transaction.
package struct ReadContact: Sendable {
    package let submissionID: Int

    package init(submissionID: Int) { self.submissionID = submissionID }

    private struct Sealed: Row {
        let id: UUID
        let keyID: String
        let bytes: [UInt8]

        init(_ row: RowReader) throws {
            id = try row["id"]
            keyID = try row["key_id"]
            bytes = try row["sealed"]
        }
    }

    /// - Returns: nil where the author left none.
    package func callAsFunction(
        vault: ContactVault, in database: Database, as actor: DatabaseActor
    ) async throws -> Contact? {
        let id = submissionID
        let sealed = try await database.write(as: actor) { tx in
            try tx.first("select id, key_id, sealed from read_contact(\(id))", as: Sealed.self)
        }
        guard let sealed else { return nil }
        return try vault.open(id: sealed.id, keyID: sealed.keyID, bytes: sealed.bytes)
    }
}
