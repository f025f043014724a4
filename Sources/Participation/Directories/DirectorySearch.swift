import Foundation
import Postgres
import Text

/// Rows of all final directories, found by words and by what is chosen.
package struct DirectorySearch: Sendable {
    /// 公开对象
    package enum Audience: String, CaseIterable, Sendable {
        case everyone, some
    }

    /// 公开方式
    package enum Mode: String, CaseIterable, Sendable {
        case proactive
        case onRequest = "on_request"
    }

    /// 公开时限, as far as it could be read: within so many days (working days count as days), or in words.
    package enum Limit: String, CaseIterable, Sendable {
        case within7 = "7"
        case within10 = "10"
        case within20 = "20"
        case longer
        case atOnce = "at_once"
        case recurring, lasting, other
    }

    package struct Filter: Sendable, Equatable {
        package var text = ""
        package var fieldID: Int?
        package var unitID: Int?
        /// Rows for this town: those that name it, and those that are for every town.
        package var townID: Int?
        package var tier = ""
        package var audience: Audience?
        package var mode: Mode?
        package var limit: Limit?
        package var directoryID: Int?

        package init() {}

        package var isEmpty: Bool { self == Filter() }

        /// At most five.
        var words: [String] {
            Array(text.split(whereSeparator: \.isWhitespace).map(String.init).prefix(5))
        }

        /// As `row_marks` of the database writes them.
        var marks: [String] {
            [
                fieldID.map { "field:\($0)" }, unitID.map { "unit:\($0)" }, tier.isEmpty ? nil : "tier:\(tier)",
                audience.map { "audience:\($0.rawValue)" }, mode.map { "mode:\($0.rawValue)" },
                limit.map { "limit:\($0.rawValue)" }, directoryID.map { "directory:\($0)" },
            ].compactMap { $0 }
        }
    }

    /// The last row of the page before.
    package struct Place: Sendable, Equatable {
        package let directoryID: Int
        package let position: Int

        package init(directoryID: Int, position: Int) {
            (self.directoryID, self.position) = (directoryID, position)
        }
    }

    package let rows: [PublicRow]
    /// How many there are in all.
    package let total: Int
    /// Nothing has the words as they were typed: these have one character of a word other.
    package let isNear: Bool
    package let hasMore: Bool

    private struct Hits: Row {
        let ids: [Int]
        let total: Int
        let isNear: Bool

        init(_ row: RowReader) throws {
            ids = try row["ids"]
            total = try row["total"]
            isNear = try row["is_near"]
        }
    }

    private static func hits(
        _ filter: Filter, after place: Place?, _ limit: Int, _ tx: borrowing Session
    ) throws -> Hits {
        try tx.one(
            """
            select ids, total, is_near from search_rows(\(filter.words), \(filter.marks), \(filter.townID), \(place?.directoryID),
              \(place?.position)::int, \(limit)::int)
            """, as: Hits.self)
    }

    /// - Parameter limit: rows of a page.
    package static func read(
        _ filter: Filter, after place: Place? = nil, limit: Int, _ tx: borrowing Session
    ) throws -> DirectorySearch {
        let hits = try hits(filter, after: place, limit + 1, tx)
        let shown = Array(hits.ids.prefix(limit))
        return DirectorySearch(
            rows: try tx.all(PublicRow.with(ids: shown), as: PublicRow.self), total: hits.total, isNear: hits.isNear,
            hasMore: hits.ids.count > limit)
    }

    /// More rows are found than one file holds: nothing is cut off in silence.
    package struct TooMany: Error, Equatable {}

    /// Every row that is found, one after the other, some at a time: a selection may be all there is.
    /// - Throws: `TooMany`.
    package static func each(
        _ filter: Filter, atATime: Int, _ tx: borrowing Session, _ use: (PublicRow) throws -> Void
    ) throws {
        let found = try hits(filter, after: nil, mostRows, tx)
        guard found.total <= mostRows else { throw TooMany() }
        let ids = found.ids
        for start in stride(from: 0, to: ids.count, by: atATime) {
            for row in try tx.all(
                PublicRow.with(ids: Array(ids[start..<min(start + atATime, ids.count)])), as: PublicRow.self)
            {
                try use(row)
            }
        }
    }

    /// As many as a county has, and more: 26 fields of 25 units with 300 rows each.
    package static let mostRows = 200_000
}
