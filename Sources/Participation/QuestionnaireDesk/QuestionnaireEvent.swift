import Foundation
import Postgres

/// Something that happened to a questionnaire, as it stands in the record.
package struct QuestionnaireEvent: Row {
    package let at: Date
    /// `opened`, `extended`, …
    package let kind: String
    /// A version, a number of codes, a batch and a number of its codes (`2/50`), or an end as `2026-12-01 18:00`.
    package let code: String?
    /// Nil where the clock did it.
    package let who: String?

    package init(_ row: RowReader) throws {
        (at, kind) = (try row["at"], try row["kind"])
        (code, who) = (try row["code"], try row["who"])
    }

    /// The newest first; no more than 200.
    package static func of(_ id: Int) -> SQL {
        """
        select e.at, e.kind, e.code, s.display_name as who from events e left join staff s on s.id = e.staff_id
        where e.subject = 'questionnaire' and e.subject_id = \(id) order by e.at desc, e.id desc limit 200
        """
    }
}
