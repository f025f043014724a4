import Foundation
import Postgres
import Text

/// How an opinion ended: answered in one of four ways, sent elsewhere, or no opinion at all.
package enum Outcome: String, PostgresValue, CaseIterable, Codable, Sendable {
    case adopted
    case partlyAdopted = "partly_adopted"
    case notAdopted = "not_adopted"
    case explained, transferred, invalid

    /// In whole or in part: then a change carries it out, or the answer says where and by when.
    package var isAdopted: Bool { self == .adopted || self == .partlyAdopted }
}

/// Why a submission is no opinion.
package enum InvalidCode: String, PostgresValue, CaseIterable, Sendable {
    case blank, test, advertising, duplicate, unreadable
}

/// An answer on record. Exactly one of an opinion's answers holds; earlier ones stay as they were.
package struct Disposition: Row, Identifiable {
    package let id: Int
    package let opinionID: Int
    package let outcome: Outcome
    package let reason: String
    package let transferredTo: String
    package let invalidCode: InvalidCode?
    /// Where and by when what was adopted shows.
    package let effect: String
    package let effectOn: CalendarDate?
    package let answeredBy: String
    package let answeredAt: Date
    /// It held before an answer that was taken back, and holds again since `answeredAt`.
    package let isRestored: Bool
    package let supersededAt: Date?
    /// It was taken back: what held before held again.
    package let undoneAt: Date?

    package init(_ row: RowReader) throws {
        id = try row["id"]
        opinionID = try row["opinion_id"]
        outcome = try row["outcome"]
        reason = try row["reason"]
        transferredTo = try row["transferred_to"]
        invalidCode = try row["invalid_code"]
        effect = try row["effect"]
        effectOn = try row["effect_on"]
        answeredBy = try row["answered_by_name"]
        answeredAt = try row["answered_at"]
        isRestored = try row["is_restored"]
        supersededAt = try row["superseded_at"]
        undoneAt = try row["undone_at"]
    }

    /// Newest first.
    static func of(opinions: [Int]) -> SQL {
        """
        select d.id, d.opinion_id, d.outcome, d.reason, d.transferred_to, d.invalid_code, d.effect, d.effect_on,
          coalesce(t.display_name, '') as answered_by_name, d.answered_at,
          d.restores is not null as is_restored, d.superseded_at, d.undone_at
        from dispositions d left join staff t on t.id = d.answered_by where d.opinion_id = any (\(opinions)) order by d.id desc
        """
    }
}

/// One point of a submission, with its answers.
package struct Opinion: Sendable, Identifiable {
    package let id: Int
    package let ordinal: Int
    package let body: String
    /// Grows with everything that somebody does with it.
    package let version: Int
    /// The number of the row it is about; nil for the draft as a whole.
    package let rowNumber: String?
    package let current: Disposition?
    /// Newest first.
    package let earlier: [Disposition]

    private struct Point: Row {
        let id: Int
        let ordinal: Int
        let body: String
        let version: Int
        let rowNumber: String?

        init(_ row: RowReader) throws {
            id = try row["id"]
            ordinal = try row["ordinal"]
            body = try row["body"]
            version = try row["version"]
            rowNumber = try row["row_number"]
        }
    }

    static func read(submissionID: Int, _ tx: borrowing Session) throws -> [Opinion] {
        let points = try tx.all(
            """
            select o.id, o.ordinal, o.body, o.version, g.number as row_number
            from opinions o left join passages g on g.id = o.passage_id where o.submission_id = \(submissionID) order by o.ordinal
            """, as: Point.self)
        let answers = try tx.all(Disposition.of(opinions: points.map(\.id)), as: Disposition.self)
        let byOpinion = Dictionary(grouping: answers, by: \.opinionID)
        return points.map { point in
            let given = byOpinion[point.id] ?? []
            return Opinion(
                id: point.id, ordinal: point.ordinal, body: point.body, version: point.version,
                rowNumber: point.rowNumber,
                current: given.first { $0.supersededAt == nil }, earlier: given.filter { $0.supersededAt != nil })
        }
    }
}
