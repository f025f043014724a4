import Foundation
import Postgres

/// Replaces a lost query code at the counter; the old one stops working at once.
package struct ReissueCode: Sendable {
    package let submissionID: Int

    /// The version of the code that is lost, as the page shows it.
    package let version: Int

    package init(submissionID: Int, version: Int) { (self.submissionID, self.version) = (submissionID, version) }

    private struct Version: Row {
        let key: UUID
        let number: Int

        init(_ row: RowReader) throws {
            key = try row["key"]
            number = try row["code_version"]
        }
    }

    /// A second press, or a reload of the page with the new code, gives the same code again: the first may be written down.
    /// - Returns: the new code; nil where there is no such submission, or somebody else replaced its code meanwhile.
    package func callAsFunction(
        codes: QueryCodes, in database: Database, as actor: DatabaseActor
    ) async throws -> QueryCode? {
        let (id, lost) = (submissionID, version)
        return try await database.write(as: actor) { tx in
            guard let found = try tx.first("select key, code_version from code_version_of(\(id))", as: Version.self)
            else { return nil }
            let code = codes.code(for: found.key, version: lost + 1)
            if found.number == lost + 1 { return try Self.wasMine(id, tx) ? code : nil }
            guard found.number == lost else { return nil }
            let replaced: Bool = try tx.value("select reissue_code(\(id), \(lost + 1)::int, \(codes.mac(code)))")
            return replaced ? code : nil
        }
    }

    private static func wasMine(_ id: Int, _ tx: borrowing Session) throws -> Bool {
        try tx.firstValue(
            """
            select staff_id = actor_staff() from events
            where subject = 'submission' and subject_id = \(id) and kind = 'code_reissued' order by id desc limit 1
            """) ?? false
    }
}
