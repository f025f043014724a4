import Foundation
import Postgres

/// The newest published version of a result, and how many submissions have been answered or screened anew since.
package struct PublishedResult: Row, Equatable {
    package let version: Int
    package let publishedAt: Date
    package let changes: Int

    package init(_ row: RowReader) throws {
        version = try row["version"]
        publishedAt = try row["published_at"]
        changes = try row["changes"]
    }

    static func read(procedureID: Int, _ tx: borrowing Session) throws -> PublishedResult? {
        try tx.first(
            """
            select v.version, v.published_at,
              (select count(*) from submissions s where s.procedure_id = v.procedure_id and (
                exists (select from dispositions d join opinions o on o.id = d.opinion_id
                  where o.submission_id = s.id and d.answered_at > v.published_at)
                or exists (select from events e where e.subject = 'submission' and e.subject_id = s.id
                  and e.kind in ('screened', 'screening_undone') and e.at > v.published_at))) as changes
            from published_versions v where v.procedure_id = \(procedureID) and v.kind = 'result'
            order by v.version desc limit 1
            """, as: PublishedResult.self)
    }
}
