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
        let before = try edition.previousID.map { try tx.all(Self.clauses(of: $0), as: TextLineage.Clause.self) } ?? []
        let lineages = TextLineage.continuing(before, to: sheet.clauses)
        let passages = zip(sheet.clauses, lineages).map { clause, lineage in
            NewPassage(lineage: lineage, number: clause.number, text: clause.text, depth: clause.depth)
        }
        try NewPassage.insert(passages, edition: edition.id, tx)
        try SetOrigins.propose(edition: edition.id, draft: edition.draftID, tx)
        return imported(edition, continued: Set(before.map(\.lineage)).intersection(lineages).count)
    }

    private func imported(_ edition: NewEdition.Begun, continued: Int) -> ImportDirectory.Imported {
        .init(
            draftID: edition.draftID, editionID: edition.id, ordinal: edition.ordinal, rows: sheet.clauses.count,
            continued: continued)
    }

    private static func clauses(of edition: Int) -> SQL {
        "select lineage, number, text, depth from passages where edition_id = \(edition) order by position"
    }
}

/// Which clause of a new edition continues which of the one before: the same words, wherever they stand; else the same number,
/// where it is the only one on both sides.
enum TextLineage {
    struct Clause: Row, Sendable {
        let lineage: UUID
        let number: String
        let text: String
        let depth: Int

        init(_ row: RowReader) throws {
            lineage = try row["lineage"]
            number = try row["number"]
            text = try row["text"]
            depth = try row["depth"]
        }
    }

    /// One lineage for each of `new`, in order.
    static func continuing(_ old: [Clause], to new: [TextSheet.Clause]) -> [UUID] {
        var found: [Int: UUID] = [:]
        var taken: Set<Int> = []
        func pass(_ oldKey: (Clause) -> String, _ newKey: (TextSheet.Clause) -> String, inOrder: Bool) {
            let before = Dictionary(grouping: old.indices.filter { !taken.contains($0) }) { oldKey(old[$0]) }
            let after = Dictionary(grouping: new.indices.filter { found[$0] == nil }) { newKey(new[$0]) }
            for (key, candidates) in after {
                guard let sources = before[key], inOrder || candidates.count == 1 && sources.count == 1 else {
                    continue
                }
                for (candidate, source) in zip(candidates, sources) {
                    found[candidate] = old[source].lineage
                    taken.insert(source)
                }
            }
        }
        pass({ "\($0.depth) \($0.number) \($0.text)" }, { "\($0.depth) \($0.number) \($0.text)" }, inOrder: true)
        pass({ "\($0.depth) \($0.text)" }, { "\($0.depth) \($0.text)" }, inOrder: false)
        pass({ "\($0.depth) \($0.number)" }, { "\($0.depth) \($0.number)" }, inOrder: false)
        return new.indices.map { found[$0] ?? UUID() }
    }
}
