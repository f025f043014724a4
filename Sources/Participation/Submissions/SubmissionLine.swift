import Foundation
import Postgres
import Text

/// A submission as the desk's list shows it.
package struct SubmissionLine: Row, Identifiable {
    package let id: Int
    package let number: String
    /// Empty once withdrawn or sealed.
    package let body: String
    package let channel: Channel
    package let receivedAt: Date
    package let screening: Screening
    package let hiddenCode: HiddenCode?
    package let flags: [SubmissionFlag]
    package let isWithdrawn: Bool
    package let isSealed: Bool
    package let submitter: Submitter.Kind
    package let people: Int
    /// The number of the row it is about; nil for the draft as a whole.
    package let rowNumber: String?
    package let opinions: Int
    /// The outcomes of the opinions that are answered, in order.
    package let outcomes: [Outcome]

    package init(_ row: RowReader) throws {
        id = try row["id"]
        number = try row["number"]
        body = try row["body"]
        channel = try row["channel"]
        receivedAt = try row["received_at"]
        screening = try row["screening"]
        hiddenCode = try row["hidden_code"]
        flags = try row["flags", as: [String].self].compactMap(SubmissionFlag.init(rawValue:))
        isWithdrawn = try row["is_withdrawn"]
        isSealed = try row["is_sealed"]
        submitter = try row["submitter"]
        people = try row["people"]
        rowNumber = try row["row_number"]
        opinions = try row["opinions"]
        outcomes = try row["outcomes", as: [String].self].compactMap(Outcome.init(rawValue:))
    }

    package var isAnswered: Bool { outcomes.count == opinions }
    /// A hint from a search for numbers and addresses; a person decides.
    package var mayHoldPersonalData: Bool { !PersonalData.find(in: body).isEmpty }
}

/// One screenful of submissions, oldest first, and how to go on.
package struct SubmissionPage: Sendable {
    package let lines: [SubmissionLine]
    /// The id to continue after; nil at the end.
    package let next: Int?
    /// The id that the page before continues after: 0 for the first page; nil on the first page.
    package let previous: Int?
    /// How many submissions each view holds, without the other filters.
    package let counts: [SubmissionFilter.View: Int]
    /// The numbers of the rows that anything is about, in the order of the directory.
    package let rows: [String]

    package static let size = 50

    /// - Parameter after: the id of the last line of the page before; 0 for the first page.
    package static func read(
        procedureID: Int, filter: SubmissionFilter, after: Int = 0, in database: Database, as actor: DatabaseActor
    ) async throws -> SubmissionPage {
        try await database.read(as: actor) { tx in
            let lines = try tx.all(
                """
                select s.id, s.number, s.body, s.channel, s.received_at, s.screening,
                  s.hidden_code, s.flags, s.withdrawn_at is not null as is_withdrawn,
                  s.sealed_at is not null as is_sealed, s.submitter, s.people, g.number as row_number,
                  a.opinions, a.outcomes
                from submissions s left join passages g on g.id = s.passage_id
                cross join lateral (
                  select count(*) as opinions,
                    coalesce(array_agg(d.outcome order by o.ordinal) filter (where d.id is not null), '{}') as outcomes
                  from opinions o left join dispositions d on d.opinion_id = o.id and d.superseded_at is null
                  where o.submission_id = s.id) a
                where s.procedure_id = \(procedureID) and s.id > \(after) and \(filter.conditions)
                order by s.id limit \(size + 1)
                """, as: SubmissionLine.self)
            let shown = Array(lines.prefix(size))
            return SubmissionPage(
                lines: shown, next: lines.count > size ? shown.last?.id : nil,
                previous: after == 0
                    ? nil
                    : try tx.firstValue(
                        """
                        select s.id from submissions s left join passages g on g.id = s.passage_id
                        where s.procedure_id = \(procedureID) and s.id <= \(after) and \(filter.conditions)
                        order by s.id desc offset \(size) limit 1
                        """, as: Int.self) ?? 0,
                counts: try counts(procedureID, tx),
                rows: try tx.values(
                    """
                    select g.number from submissions s join passages g on g.id = s.passage_id
                    where s.procedure_id = \(procedureID) group by g.number order by min(g.position), g.number
                    """))
        }
    }

    private static func counts(_ procedureID: Int, _ tx: borrowing Session) throws -> [SubmissionFilter.View: Int] {
        let columns: [SQL] = SubmissionFilter.View.allCases.map { "count(*) filter (where \($0.condition))" }
        let counted: [Int] = try tx.value(
            "select array[\(columns.joined(separator: ", "))] from submissions s where s.procedure_id = \(procedureID)")
        return Dictionary(zip(SubmissionFilter.View.allCases, counted)) { $1 }
    }
}
