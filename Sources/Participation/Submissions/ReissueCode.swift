import Foundation
import Postgres

/// Replaces a lost query code at the counter; the old one stops working at once.
package struct ReissueCode: Sendable {
    package let submissionID: Int

    package init(submissionID: Int) { self.submissionID = submissionID }

    private struct Version: Row {
        let key: UUID
        let number: Int

        init(_ row: RowReader) throws {
            key = try row["key"]
            number = try row["code_version"]
        }
    }

    /// - Returns: the new code, which is shown once; nil where there is no such submission, or somebody replaced its code
    ///   at the same moment.
    package func callAsFunction(
        codes: QueryCodes, in database: Database, as actor: DatabaseActor
    ) async throws -> QueryCode? {
        let id = submissionID
        return try await database.write(as: actor) { tx in
            guard let version = try tx.first("select key, code_version from code_version_of(\(id))", as: Version.self)
            else { return nil }
            let code = codes.code(for: version.key, version: version.number + 1)
            let replaced: Bool = try tx.value(
                "select reissue_code(\(id), \(version.number + 1)::int, \(codes.mac(code)))")
            return replaced ? code : nil
        }
    }
}
