import Foundation
import Postgres

/// A unit says that rows of its final directory, or all of it, are as they should be today: their limit for updating begins anew.
package struct ConfirmRows: Sendable {
    package let directoryID: Int
    /// Nil for the whole directory.
    package let lineages: [UUID]?

    package init(directoryID: Int, lineages: [UUID]?) { (self.directoryID, self.lineages) = (directoryID, lineages) }

    /// - Returns: how many rows.
    /// - Throws: `PostgresError` where the actor organises nothing for its unit, or the directory is sealed.
    @discardableResult
    package func callAsFunction(in database: Database, as actor: DatabaseActor) async throws -> Int {
        let (id, lineages) = (directoryID, lineages)
        return try await database.write(as: actor) { tx in
            try tx.value("select confirm_rows(\(id), \(lineages))", as: Int.self)
        }
    }
}
