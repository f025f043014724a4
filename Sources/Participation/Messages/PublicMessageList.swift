import Foundation
import Postgres
import Text

/// A page of the public board, newest messages first.
package struct PublicMessageList: Sendable {
    package enum State: String, CaseIterable, Sendable {
        /// Not answered in public yet.
        case open
        case answered
        /// Answered after its day, or overdue now.
        case late
    }

    package struct Filter: Sendable, Equatable {
        package var kind: MessageKind?
        package var unitID: Int?
        package var state: State?
        /// Words that occur; only what is published has any.
        package var text: String

        package init(kind: MessageKind? = nil, unitID: Int? = nil, state: State? = nil, text: String = "") {
            (self.kind, self.unitID, self.state) = (kind, unitID, state)
            self.text = text
        }

        /// What is looked for: at most five words of two characters or more, as the index has them.
        package var words: [String] {
            Array(
                text.split(whereSeparator: \.isWhitespace).map(String.init)
                    .filter { TextLength.count($0) > 1 }.prefix(5))
        }
    }

    /// More than these are not counted.
    package static let mostCounted = 1000

    package let lines: [PublicMessage]
    package let hasMore: Bool
    /// How many a search has found, up to one more than `mostCounted`; nil where nothing was searched or a later page is shown.
    package let found: Int?

    /// - Parameters:
    ///   - before: the number of the last line of the page before; one that is not there begins at the newest.
    ///   - limit: lines of a page.
    package static func read(
        _ filter: Filter, before: String?, limit: Int, in database: Database
    ) async throws -> PublicMessageList {
        try await database.read { tx in
            let last = try before.flatMap {
                try tx.first(
                    "select \(PublicMessage.columns) from \(PublicMessage.source) where m.number = \($0)",
                    as: PublicMessage.self)
            }
            let words = filter.words
            if !filter.text.isEmpty { return try search(words, filter, after: last, limit, tx) }
            var lines = try tx.all(page(filter, after: last, limit + 1), as: PublicMessage.self)
            let hasMore = lines.count > limit
            if hasMore { lines.removeLast() }
            return PublicMessageList(lines: lines, hasMore: hasMore, found: nil)
        }
    }

    /// Each filter is a condition of its own, so that each finds its index.
    static func page(_ filter: Filter, after last: PublicMessage?, _ limit: Int) -> SQL {
        let ofState: SQL =
            switch filter.state {
            case nil: "true"
            case .open: "m.published_at is null"
            case .answered: "m.published_at is not null"
            case .late: "m.is_late"
            }
        var conditions: [SQL] = [ofState]
        if let kind = filter.kind { conditions.append("m.kind = \(kind)") }
        if let unit = filter.unitID { conditions.append("m.unit_id = \(unit)") }
        if let last {
            conditions.append("(m.received_on, m.case_id) < (\(last.receivedOn), \(last.id))")
        }
        return """
            select \(PublicMessage.columns) from \(PublicMessage.source) where \(conditions.joined(separator: " and "))
            order by m.received_on desc, m.case_id desc limit \(limit)
            """
    }

    private struct Hits: Row {
        let ids: [Int]
        let total: Int

        init(_ row: RowReader) throws {
            ids = try row["ids"]
            total = try row["total"]
        }
    }

    private static func search(
        _ words: [String], _ filter: Filter, after last: PublicMessage?, _ limit: Int, _ tx: borrowing Session
    ) throws -> PublicMessageList {
        // What is not answered yet has no words in public.
        if words.isEmpty || filter.state == .open { return PublicMessageList(lines: [], hasMore: false, found: 0) }
        let cap = last == nil ? mostCounted + 1 : limit + 1
        let hits = try tx.first(
            """
            select ids, total from search_messages(\(words), \(filter.kind), \(filter.unitID), \(filter.state == .late),
              \(last?.receivedOn), \(last?.id), \(limit), \(cap))
            """, as: Hits.self)
        guard let hits else { throw NoRow() }
        let (ids, total) = (hits.ids, hits.total)
        let lines = try tx.all(
            """
            select \(PublicMessage.columns) from \(PublicMessage.source) where m.case_id = any (\(ids))
            order by m.received_on desc, m.case_id desc
            """, as: PublicMessage.self)
        return PublicMessageList(lines: lines, hasMore: total > ids.count, found: last == nil ? total : nil)
    }
}
