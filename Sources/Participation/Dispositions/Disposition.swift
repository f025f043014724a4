import Foundation
import Postgres

/// How an opinion ended: answered in one of four ways, sent elsewhere, or no opinion at all.
package enum Outcome: String, PostgresValue, CaseIterable, Codable, Sendable {
    case adopted
    case partlyAdopted = "partly_adopted"
    case notAdopted = "not_adopted"
    case explained, transferred, invalid
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
    package let answeredBy: String
    package let answeredAt: Date
    package let supersededAt: Date?

    package init(_ row: RowReader) throws {
        id = try row["id"]
        opinionID = try row["opinion_id"]
        outcome = try row["outcome"]
        reason = try row["reason"]
        transferredTo = try row["transferred_to"]
        invalidCode = try row["invalid_code"]
        answeredBy = try row["answered_by_name"]
        answeredAt = try row["answered_at"]
        supersededAt = try row["superseded_at"]
    }
}

/// One point of a submission, with its answers.
package struct Opinion: Sendable, Identifiable {
    package let id: Int
    package let ordinal: Int
    package let body: String
    package let current: Disposition?
    /// Newest first.
    package let earlier: [Disposition]

    private struct Point: Row {
        let id: Int
        let ordinal: Int
        let body: String

        init(_ row: RowReader) throws {
            id = try row["id"]
            ordinal = try row["ordinal"]
            body = try row["body"]
        }
    }

    static func read(submissionID: Int, _ tx: borrowing Session) throws -> [Opinion] {
        let points = try tx.all(
            "select id, ordinal, body from opinions where submission_id = \(submissionID) order by ordinal",
            as: Point.self)
        let answers = try tx.all(
            """
            select d.id, d.opinion_id, d.outcome, d.reason, d.transferred_to, d.invalid_code,
              coalesce(t.display_name, '') as answered_by_name, d.answered_at, d.superseded_at
            from dispositions d join opinions o on o.id = d.opinion_id left join staff t on t.id = d.answered_by
            where o.submission_id = \(submissionID) order by d.id desc
            """, as: Disposition.self)
        let byOpinion = Dictionary(grouping: answers, by: \.opinionID)
        return points.map { point in
            let given = byOpinion[point.id] ?? []
            return Opinion(
                id: point.id, ordinal: point.ordinal, body: point.body,
                current: given.first { $0.supersededAt == nil }, earlier: given.filter { $0.supersededAt != nil })
        }
    }
}
