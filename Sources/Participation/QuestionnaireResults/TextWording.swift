import Foundation
import Postgres

/// Something that was written in answer to a question, by one or by many: screened once for all of them, and shown only after that.
package struct TextWording: Row, Equatable {
    /// A UUID that says nothing but that two are the same.
    package let id: UUID
    package let words: String
    /// How many sheets have it, but for signs, spaces and case.
    package let sheets: Int
    package let screening: Screening
    package let hiddenCode: HiddenCode?
    /// What is taken out of it, or was before it waited anew.
    package let blanked: [String]
    package let blankedCode: HiddenCode?
    /// What is read without it, and without what is masked everywhere.
    package let publicWords: String
    /// Who screened it last; nil: nobody, or nobody knows.
    package let screenedBy: String?
    package let screenedAt: Date?

    package init(_ row: RowReader) throws {
        id = try row["wording"]
        words = try row["words"]
        sheets = try row["sheets"]
        screening = try row["screening"]
        hiddenCode = try row["hidden_code"]
        blanked = try row["blanked"]
        blankedCode = try row["blanked_code"]
        publicWords = RedactionPolicy.text(try row["public_words"])
        screenedBy = try row["screened_by"]
        screenedAt = try row["screened_at"]
    }

    private static let columns: SQL = """
        select w.wording, w.words, w.sheets, w.screening, w.hidden_code, w.blanked, w.blanked_code,
          coalesce(w.blanked_words, w.words) as public_words, s.display_name as screened_by, w.screened_at
        from text_wordings w left join staff s on s.id = w.screened_by
        """

    /// As many as are shown together, and folded: the most frequent first.
    package static let most = 500

    package static func desk(_ id: Int, question: String, screening: Screening) -> SQL {
        """
        \(columns) where w.questionnaire_id = \(id) and w.question = \(question) and w.screening = \(screening)
        order by w.sheets desc, w.wording limit \(most)
        """
    }

    /// Some of them, as they are screened now.
    package static func desk(_ id: Int, question: String, wordings: [UUID]) -> SQL {
        """
        \(columns) where w.questionnaire_id = \(id) and w.question = \(question) and w.wording = any (\(wordings))
        order by w.sheets desc, w.wording
        """
    }

    /// The numbers of the sheets that have it, as sealing asks for them; at most a hundred.
    package static func sheets(_ id: Int, question: String, wording: UUID) -> SQL {
        "select wording_sheets(\(id), \(question), \(wording))"
    }

    /// How many of each question wait for it.
    package struct Waiting: Row {
        package let question: String
        package let screening: Screening
        package let wordings: Int

        package init(_ row: RowReader) throws {
            question = try row["question"]
            screening = try row["screening"]
            wordings = try row["wordings"]
        }

        package static func desk(_ id: Int) -> SQL {
            """
            select question, screening, count(*) as wordings from text_wordings where questionnaire_id = \(id)
            group by question, screening
            """
        }
    }

    /// What everyone may read, and as it may be read: the hundred most frequent of each question.
    package struct Shown: Row {
        package let question: String
        package let words: String
        package let sheets: Int
        /// Something was taken out of it by hand.
        package let blanked: Bool

        package init(question: String, words: String, sheets: Int, blanked: Bool) {
            (self.question, self.words, self.sheets, self.blanked) = (question, words, sheets, blanked)
        }

        package init(_ row: RowReader) throws {
            question = try row["question"]
            words = RedactionPolicy.text(try row["words"])
            sheets = try row["sheets"]
            blanked = try row["blanked"]
        }

        package static func `public`(_ number: String) -> SQL {
            "select question, words, sheets, blanked from public_wordings(\(number))"
        }
    }

    /// Shows or hides wordings, or puts them back; one that somebody else has screened meanwhile is left alone.
    /// - Parameters:
    ///   - blanks: what is taken out of those that are shown; the others are shown whole.
    ///   - code: why they are hidden, or something is taken out.
    ///   - before: as they were when they were read.
    ///   - batch: names this step, for `undo`.
    /// - Returns: how many have changed.
    package static func screen(
        _ wordings: [UUID], of question: String, in questionnaire: Int, as screening: Screening, blanks: [Blank] = [],
        because code: HiddenCode?, before: Screening, batch: UUID = UUID(), _ database: Database,
        as actor: DatabaseActor
    ) async throws -> Int {
        let json = try JSONText(encoding: blanks)
        return try await database.write(as: actor) { tx in
            try tx.value(
                """
                select screen_wordings(\(questionnaire), \(question), \(wordings), \(screening), \(code), \(before), \(json),
                  \(batch))
                """)
        }
    }

    /// How many of a step of the actor's can be taken back: nobody has screened them since.
    package static func undoable(_ batch: UUID, in questionnaire: Int) -> SQL {
        """
        select count(*) from text_wordings
        where questionnaire_id = \(questionnaire) and screened_in = \(batch) and screened_by = actor_staff()
        """
    }

    /// Takes one's own step back, except where somebody has screened one since.
    /// - Returns: how many are again as they were.
    package static func undo(
        _ batch: UUID, in questionnaire: Int, _ database: Database, as actor: DatabaseActor
    ) async throws -> Int {
        try await database.write(as: actor) { tx in
            try tx.value("select undo_wordings(\(questionnaire), \(batch))")
        }
    }
}
