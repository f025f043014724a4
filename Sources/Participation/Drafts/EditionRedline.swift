import Postgres
import Text

/// Two editions of a draft, word by word, along the lineage that was confirmed.
package struct EditionRedline: Sendable {
    /// A passage as both sides of a redline need it.
    package struct Side: Sendable {
        package let position: Int
        package let cells: PassageCells

        package init(position: Int, cells: PassageCells) { (self.position, self.cells) = (position, cells) }

        init(_ passage: Passage) { self.init(position: passage.position, cells: passage.cells) }
    }

    package let old: [Side]
    package let new: [Side]
    package let extraColumns: [String]
    package let match: EditionMatch
    package let table: RedlineTable

    /// - Parameters:
    ///   - old: in order; so is `new`.
    ///   - lineage: by positions from 1 in both lists.
    package init(from old: [Side], to new: [Side], extraColumns: [String], lineage: EditionLineage) throws {
        try self.init(from: old, to: new, extraColumns: extraColumns) { before, after in
            try EditionMatch(lineage.groups, from: before, to: after)
        }
    }

    /// Along what is proposed for an edition that nobody has looked at. Off the threads that answer requests, as `published`.
    static func proposed(from old: [Side], to new: [Side], extraColumns: [String]) async throws -> EditionRedline {
        try await threads.run {
            EditionRedline(from: old, to: new, extraColumns: extraColumns) { _, _ in
                EditionMatch(from: old.map(\.cells), to: new.map(\.cells), extraColumns: extraColumns)
            }
        }
    }

    private init(
        from old: [Side], to new: [Side], extraColumns: [String],
        along match: (_ before: [[String]], _ after: [[String]]) throws -> EditionMatch
    ) rethrows {
        (self.old, self.new, self.extraColumns) = (old, new, extraColumns)
        let before = old.map { $0.cells.compared(extraColumns: extraColumns) }
        let after = new.map { $0.cells.compared(extraColumns: extraColumns) }
        self.match = try match(before, after)
        table = RedlineTable(from: before, to: after, match: self.match)
    }

    /// - Parameters: editions of one draft, the earlier first.
    package static func read(from old: Edition, to new: Edition, _ tx: borrowing Session) throws -> EditionRedline {
        try EditionRedline(
            from: try tx.all(Passage.of(edition: old.id), as: Passage.self).map(Side.init),
            to: try tx.all(Passage.of(edition: new.id), as: Passage.self).map(Side.init),
            extraColumns: PassageCells.extraColumns(of: new.extraColumns, and: old.extraColumns),
            lineage: try EditionLineage.read(from: old.id, to: new.id, tx))
    }

    private static let threads = OwnThreads("redlines", threads: 1, longestQueue: 30)

    /// Two published editions, the earlier first: along the lineage that was published with the later one. Off the threads that
    /// answer requests: two editions of thousands of rows take a second.
    /// - Throws: `EditionMatch.Contradiction`, or `OwnThreads.Busy`.
    package static func published(
        from old: PublishedContent.Draft, to new: PublishedContent.Draft
    ) async throws -> EditionRedline {
        try await threads.run { try EditionRedline(from: old, to: new) }
    }

    private init(from old: PublishedContent.Draft, to new: PublishedContent.Draft) throws {
        func sides(_ draft: PublishedContent.Draft) -> [Side] {
            draft.passages.map { Side(position: $0.position, cells: PassageCells($0)) }
        }
        let origins = new.origins?.first { $0.ordinal == old.edition.ordinal }?.positions ?? []
        let links = zip(new.passages, origins).flatMap { passage, positions in
            positions.map { EditionLineage.Link(old: $0, new: passage.position) }
        }
        try self.init(
            from: sides(old), to: sides(new),
            extraColumns: PassageCells.extraColumns(of: new.extraColumns ?? [], and: old.extraColumns ?? []),
            lineage: EditionLineage(links))
    }
}
