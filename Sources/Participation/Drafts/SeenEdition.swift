import Postgres

/// The newest edition of a draft as somebody has looked at it, so that what came in since is noticed. Written `ordinal-change`.
package struct SeenEdition: Row, Equatable, LosslessStringConvertible {
    package let ordinal: Int
    /// The newest change of it on record; 0 without one.
    private let change: Int

    package init(_ row: RowReader) throws {
        ordinal = try row["ordinal"]
        change = try row["change"]
    }

    package init?(_ text: String) {
        let parts = text.split(separator: "-").map { Int($0) }
        guard parts.count == 2, let ordinal = parts[0], let change = parts[1] else { return nil }
        (self.ordinal, self.change) = (ordinal, change)
    }

    package var description: String { "\(ordinal)-\(change)" }

    private static let columns: SQL = """
        select e.ordinal, coalesce((select max(c.id) from passage_changes c where c.edition_id = e.id), 0) as change from editions e
        """

    static func with(edition: Int) -> SQL { "\(columns) where e.id = \(edition)" }

    /// - Throws: `NoRow` for a draft that is not there or not visible to the actor.
    package static func of(draft: Int, in database: Database, as actor: DatabaseActor) async throws -> SeenEdition {
        try await database.read(as: actor) { tx in try tx.one(newest(of: draft), as: SeenEdition.self) }
    }

    static func newest(of draft: Int) -> SQL {
        "\(columns) where e.draft_id = \(draft) order by e.ordinal desc limit 1"
    }
}
