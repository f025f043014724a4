import Foundation
import Postgres

/// One screening of one or many submissions, as it is confirmed to the person who did it, with what can be taken back.
package struct ScreeningStep: Row {
    package let batch: UUID
    package let screening: Screening
    package let submissions: Int
    /// Those that nobody has changed since.
    package let undoable: Int

    package init(_ row: RowReader) throws {
        batch = try row["batch"]
        screening = try row["to_state"]
        submissions = try row["submissions"]
        undoable = try row["undoable"]
    }

    /// - Returns: nil where the actor has changed nothing under this name.
    package static func find(
        _ batch: UUID, in database: Database, as actor: DatabaseActor
    ) async throws -> ScreeningStep? {
        try await database.read(as: actor) { tx in
            try tx.first(
                """
                select e.batch, e.to_state, count(*) as submissions,
                  count(*) filter (where not exists (select from events n where n.subject = 'submission'
                    and n.subject_id = e.subject_id and n.id > e.id and n.kind in ('screened', 'screening_undone'))) as undoable
                from events e where e.batch = \(batch) and e.kind = 'screened' and e.staff_id = actor_staff()
                group by e.batch, e.to_state order by max(e.id) desc limit 1
                """, as: ScreeningStep.self)
        }
    }
}
