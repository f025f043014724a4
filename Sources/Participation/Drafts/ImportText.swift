import Foundation
import Postgres

/// Takes a read text into the database: as a new draft, or as the next edition of one. All or nothing.
package struct ImportText: Sendable {
    package let sheet: TextSheet
    package let target: ImportDirectory.Target
    /// The name of the file; empty for a text that was pasted.
    package let sourceName: String
    /// Of the form; a form is imported once, however often it is sent.
    package let key: UUID
    /// What the person had before them who imports it.
    package let compared: SeenEdition?

    package init(
        _ sheet: TextSheet, as target: ImportDirectory.Target, sourceName: String, key: UUID,
        compared: SeenEdition? = nil
    ) {
        (self.sheet, self.target, self.sourceName) = (sheet, target, String(sourceName.prefix(200)))
        (self.key, self.compared) = (key, compared)
    }

    /// Needs the role organiser in the draft's unit.
    /// - Throws: `NoRow` for a draft that is not there, not visible to the actor, or a directory;
    ///   `ImportDirectory.EditionInBetween`.
    package func callAsFunction(
        in database: Database, as actor: DatabaseActor
    ) async throws -> ImportDirectory.Imported {
        try await database.write(as: actor, deadline: .seconds(30)) { tx in try run(tx) }
    }

    private func run(_ tx: borrowing Session) throws -> ImportDirectory.Imported {
        try NewEdition.lock(tx)
        if let twin = try NewEdition.of(upload: key, tx) { return imported(twin, continued: 0) }
        let edition = try NewEdition(
            target: target, kind: .text, sourceName: sourceName, upload: key, compared: compared
        ).begin(tx)
        let passages = sheet.clauses.map { NewPassage(number: $0.number, text: $0.text, depth: $0.depth) }
        try NewPassage.insert(passages, edition: edition.id, tx)
        return imported(
            edition, continued: try SetOrigins.propose(edition: edition.id, draft: edition.draftID, tx))
    }

    private func imported(_ edition: NewEdition.Begun, continued: Int) -> ImportDirectory.Imported {
        .init(
            draftID: edition.draftID, editionID: edition.id, ordinal: edition.ordinal, rows: sheet.clauses.count,
            continued: continued)
    }
}
