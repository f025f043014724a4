import Foundation
import Postgres
import Text

/// 定期评估: something that is on request or withheld, looked at again after a year: a paper, or a row of a final directory.
package struct Evaluation: Row, Identifiable {
    package enum Outcome: String, PostgresValue, CaseIterable, Sendable {
        /// It stays as it is.
        case stays
        /// It becomes public: a paper is prepared anew, a row is changed in the next edition.
        case `public`
        case other
    }

    /// What is looked at.
    package enum Subject: Sendable, Equatable {
        case paper(clearance: Int)
        case row(directory: String, lineage: UUID)
        /// Of a row that is no longer there.
        case gone
    }

    package let id: Int
    package let subject: Subject
    /// A paper's title, or what a row is called; empty where it is gone.
    package let title: String
    /// The procedure, or the directory.
    package let context: String
    package let unitID: Int
    package let unitName: String
    package let attribute: Clearance.Attribute
    package let lastDecidedOn: CalendarDate
    package let dueOn: CalendarDate
    package let isOverdue: Bool
    package let outcome: Outcome?
    package let reason: String
    package let decidedBy: String?
    package let decidedAt: Date?
    package let unitIDs: [Int]
    /// It was decided that it becomes public, and it has not yet: where the unit goes on, the draft of its row, or what its paper is about.
    package let owed: Owed?

    package enum Owed: Sendable, Equatable {
        case edition(draft: Int)
        case paper(procedure: String)
        case result(questionnaire: String)
    }

    package init(_ row: RowReader) throws {
        id = try row["id"]
        let (clearance, directory, lineage): (Int?, String?, UUID?) =
            (try row["clearance_id"], try row["directory_number"], try row["lineage"])
        subject =
            if let clearance { .paper(clearance: clearance) } else if let directory, let lineage {
                .row(directory: directory, lineage: lineage)
            } else { .gone }
        title = try row["title"]
        context = try row["context"]
        unitID = try row["unit_id"]
        unitName = try row["unit_name"]
        attribute = try row["attribute"]
        lastDecidedOn = try row["decided_last_on"]
        dueOn = try row["due_on"]
        isOverdue = try row["is_overdue"]
        outcome = try row["outcome"]
        reason = try row["reason"]
        decidedBy = try row["decided_by_name"]
        decidedAt = try row["decided_at"]
        unitIDs = try row["unit_ids"]
        let (isOwed, draft, procedure): (Bool, Int?, String?) =
            (try row["is_owed"], try row["draft_id"], try row["procedure_number"])
        let questionnaire: String? = try row["questionnaire_number"]
        owed =
            !isOwed
            ? nil
            : draft.map { .edition(draft: $0) } ?? procedure.map { .paper(procedure: $0) }
                ?? questionnaire.map { .result(questionnaire: $0) }
    }

    private static let columns: SQL = """
        select e.id, e.clearance_id, d.number as directory_number, e.lineage, e.unit_id, u.name as unit_name, e.attribute, e.decided_last_on,
          e.due_on, e.decided_at is null and e.due_on < china_day(minyi_clock()) as is_overdue, e.outcome, e.reason,
          s.display_name as decided_by_name, e.decided_at, e.unit_ids,
          coalesce(c.title, concat_ws(' · ', nullif(r.level1, ''), nullif(r.level2, ''), nullif(r.level3, '')), '') as title,
          coalesce(p.title, q.title, d.title, '') as context, e.draft_id, p.number as procedure_number,
          q.number as questionnaire_number,
          coalesce(e.outcome = 'public' and (r.on_request or c.id is not null and not exists (select from clearances n
            where (n.procedure_id = c.procedure_id or n.questionnaire_id = c.questionnaire_id) and n.kind = c.kind and n.published_at > e.decided_at)), false) as is_owed
        from evaluations e join units u on u.id = e.unit_id left join staff s on s.id = e.decided_by
        left join clearances c on c.id = e.clearance_id left join procedures p on p.id = c.procedure_id
        left join questionnaires q on q.id = c.questionnaire_id
        left join public_directories d on d.draft_id = e.draft_id
        left join public_rows r on r.draft_id = e.draft_id and r.lineage = e.lineage
        """

    /// What waits, the longest first.
    package static let open: SQL = "\(columns) where e.decided_at is null order by e.due_on, e.id limit 500"

    /// What was decided, the newest first.
    package static let decided: SQL = "\(columns) where e.decided_at is not null order by e.decided_at desc limit 200"

    package static func with(id: Int) -> SQL { "\(columns) where e.id = \(id)" }

    /// - Throws: `PostgresError` `evaluations_once` where it was decided already, `evaluations_why` without a reason.
    package static func decide(
        _ id: Int, _ outcome: Outcome, reason: String, in database: Database, as actor: DatabaseActor
    ) async throws {
        _ = try await database.write(as: actor) { tx in
            try tx.execute("select decide_evaluation(\(id), \(outcome.rawValue), \(reason))")
        }
    }
}
