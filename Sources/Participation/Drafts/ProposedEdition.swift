import Postgres

/// A directory or text as a file has it, beside the newest edition that it would follow: matched and compared just as it will be once
/// it is imported.
package struct ProposedEdition: Sendable {
    /// The edition it was compared with, as it was.
    package let seen: SeenEdition
    /// The passages of that edition.
    package let before: [Passage]
    package let redline: EditionRedline

    /// - Throws: `NoRow` for a draft that is not there or not visible to the actor.
    package static func of(
        _ sheet: DirectorySheet, forDraft draft: Int, in database: Database, as actor: DatabaseActor
    ) async throws -> ProposedEdition {
        try await of(
            sheet.rows.map(PassageCells.init), extraColumns: sheet.extraColumns, forDraft: draft, in: database,
            as: actor)
    }

    package static func of(
        _ sheet: TextSheet, forDraft draft: Int, in database: Database, as actor: DatabaseActor
    ) async throws -> ProposedEdition {
        try await of(
            sheet.clauses.map(PassageCells.init), extraColumns: [], forDraft: draft, in: database, as: actor)
    }

    private static func of(
        _ passages: [PassageCells], extraColumns: [String], forDraft draft: Int, in database: Database,
        as actor: DatabaseActor
    ) async throws -> ProposedEdition {
        let (seen, newest, before) = try await database.read(as: actor) { tx in
            // First what is seen: a change in between is then noticed rather than missed.
            let seen = try tx.one(SeenEdition.newest(of: draft), as: SeenEdition.self)
            let newest = try tx.one(Edition.with(draft: draft, ordinal: seen.ordinal), as: Edition.self)
            return (seen, newest, try tx.all(Passage.of(edition: newest.id), as: Passage.self))
        }
        let redline = try await EditionRedline.proposed(
            from: before.map(EditionRedline.Side.init),
            to: passages.enumerated().map { .init(position: $0 + 1, cells: $1) },
            extraColumns: PassageCells.extraColumns(of: extraColumns, and: newest.extraColumns))
        return ProposedEdition(seen: seen, before: before, redline: redline)
    }
}
