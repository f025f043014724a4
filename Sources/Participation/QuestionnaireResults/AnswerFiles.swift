import Foundation
import Postgres

/// The files that were sent in answer to a question of kind file. A sheet that was withdrawn or sealed has left them; whoever may not read
/// sheets or their files finds none.
package struct AnswerFiles: Row, Equatable {
    /// How many sheets have one.
    package let sheets: Int
    package let files: Int

    package init(_ row: RowReader) throws {
        sheets = try row["sheets"]
        files = try row["files"]
    }

    /// - Parameter id: of the questionnaire.
    package static func desk(_ id: Int, question: String) -> SQL {
        """
        select count(distinct s.id) as sheets, count(distinct a.id) as files
        from answer_sheets s cross join lateral jsonb_path_query(s.answers -> \(question), '$[*].file') f
        join attachments a on a.id = (f #>> '{}')::uuid
        where s.questionnaire_id = \(id)
        """
    }

    /// As many as are listed on a page.
    package static let most = 50

    /// A page of them, and one more where another follows. Their ids are of chance, and so is the order: it says neither when one came nor
    /// with which others.
    /// - Parameter last: the one after which the page begins; nil: the first page.
    package static func list(_ id: Int, question: String, after last: UUID?) -> SQL {
        """
        select a.id, a.name, a.media_type, a.size, a.seconds from attachments a
        where a.id in (select (f #>> '{}')::uuid
            from answer_sheets s cross join lateral jsonb_path_query(s.answers -> \(question), '$[*].file') f
            where s.questionnaire_id = \(id))
          and (\(last)::uuid is null or a.id > \(last)::uuid)
        order by a.id limit \(most + 1)
        """
    }

    /// The number of the sheet with which a file was sent in answer to a question, as sealing asks for it. Verified persons, whose sheets
    /// have no number, are asked for no files (0066).
    package static func sheet(_ id: Int, question: String, file: UUID) -> SQL {
        """
        select t.number from submission_attachments l join answer_sheets s on s.submission_id = l.submission_id
        join submissions t on t.id = s.submission_id
        cross join lateral jsonb_path_query(s.answers -> \(question), '$[*].file') f
        where l.attachment_id = \(file) and s.questionnaire_id = \(id) and (f #>> '{}')::uuid = l.attachment_id
        """
    }
}
