import Foundation
import Postgres
import Text

/// What the next edition of a directory would do to the newest one, row by row along the lineage.
package struct EditionComparison: Sendable, Equatable {
    package enum Change: String, Sendable, CaseIterable {
        case changed, added, dropped
    }

    package struct Cell: Sendable, Equatable {
        package let column: DirectoryColumn
        package let before: String
        package let after: String
    }

    package struct Line: Sendable, Equatable {
        package let change: Change
        /// As the new edition numbers it; a dropped row as the old one did.
        package let number: String
        /// 一级, 二级 and 三级事项, those that are not empty.
        package let items: [String]
        /// The columns that differ; only of a changed row.
        package let cells: [Cell]
    }

    /// The edition it was compared with, as it was.
    package let seen: SeenEdition
    /// Rows that differ: those of the new edition in its order, then the dropped ones.
    package let lines: [Line]
    /// Rows that go on word for word, perhaps under another number.
    package let unchanged: Int

    package func count(_ change: Change) -> Int { lines.filter { $0.change == change }.count }

    init(with seen: SeenEdition, before: [Passage], extraColumns: [String], after sheet: DirectorySheet) {
        let match = EditionMatch(
            from: before.map(\.cells), to: sheet.rows.map(PassageCells.init),
            extraColumns: PassageCells.extraColumns(of: sheet.extraColumns, and: extraColumns))
        // The first of a split or merge goes on; the others are new or gone.
        let sources = Dictionary(
            match.links.compactMap { link in
                link.new.first.flatMap { new in link.old.first.map { (new, $0) } }
            }
        ) { first, _ in first }
        var lines: [Line] = []
        var unchanged = 0
        for (position, row) in sheet.rows.enumerated() {
            guard let source = sources[position].map({ before[$0] }) else {
                lines.append(Line(change: .added, number: row.number, items: Self.items { row[$0] }, cells: []))
                continue
            }
            let cells = DirectoryColumn.allCases.filter { $0 != .number && source[$0] != row[$0] }
                .map { Cell(column: $0, before: source[$0], after: row[$0]) }
            if cells.isEmpty {
                unchanged += 1
            } else {
                lines.append(Line(change: .changed, number: row.number, items: Self.items { row[$0] }, cells: cells))
            }
        }
        let kept = Set(sources.values)
        for (position, passage) in before.enumerated() where !kept.contains(position) {
            lines.append(
                Line(change: .dropped, number: passage.number, items: Self.items { passage[$0] }, cells: []))
        }
        (self.seen, self.lines, self.unchanged) = (seen, lines, unchanged)
    }

    private static func items(_ cell: (DirectoryColumn) -> String) -> [String] {
        [.level1, .level2, .level3].map(cell).filter { !$0.isEmpty }
    }

    /// Compares a sheet with the newest edition of a draft.
    /// - Throws: `NoRow` for a draft that is not there or not visible to the actor.
    package static func of(
        _ sheet: DirectorySheet, withDraft draft: Int, in database: Database, as actor: DatabaseActor
    ) async throws -> EditionComparison {
        try await database.read(as: actor) { tx in
            // First what is seen: a change in between is then noticed rather than missed.
            let seen = try tx.one(SeenEdition.newest(of: draft), as: SeenEdition.self)
            let newest = try tx.one(Edition.with(draft: draft, ordinal: seen.ordinal), as: Edition.self)
            let before = try tx.all(Passage.of(edition: newest.id), as: Passage.self)
            return EditionComparison(
                with: seen, before: before, extraColumns: newest.extraColumns, after: sheet)
        }
    }
}
