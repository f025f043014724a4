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

    package init(_ row: RowReader) throws {
        id = try row["wording"]
        words = try row["words"]
        sheets = try row["sheets"]
        screening = try row["screening"]
        hiddenCode = try row["hidden_code"]
    }

    /// As many as are shown together, and folded: the most frequent first.
    package static let most = 500

    package static func desk(_ id: Int, question: String, screening: Screening) -> SQL {
        """
        select wording, words, sheets, screening, hidden_code from text_wordings
        where questionnaire_id = \(id) and question = \(question) and screening = \(screening)
        order by sheets desc, wording limit \(most)
        """
    }

    /// One of them, as it is screened now.
    package static func desk(_ id: Int, question: String, wording: UUID) -> SQL {
        """
        select wording, words, sheets, screening, hidden_code from text_wordings
        where questionnaire_id = \(id) and question = \(question) and wording = \(wording)
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

    /// What everyone may read: the hundred most frequent of each question.
    package struct Shown: Row {
        package let question: String
        package let words: String
        package let sheets: Int

        package init(question: String, words: String, sheets: Int) {
            (self.question, self.words, self.sheets) = (question, words, sheets)
        }

        package init(_ row: RowReader) throws {
            question = try row["question"]
            words = try row["words"]
            sheets = try row["sheets"]
        }

        package static func `public`(_ number: String) -> SQL {
            "select question, words, sheets from public_wordings(\(number))"
        }
    }

    /// Shows or hides wordings, or puts them back; one that somebody else has screened meanwhile is left alone.
    /// - Parameter before: as they were when they were read.
    /// - Returns: how many have changed.
    package static func screen(
        _ wordings: [UUID], of question: String, in questionnaire: Int, as screening: Screening,
        hiddenFor code: HiddenCode?, before: Screening, _ database: Database, as actor: DatabaseActor
    ) async throws -> Int {
        try await database.write(as: actor) { tx in
            try tx.value(
                "select screen_wordings(\(questionnaire), \(question), \(wordings), \(screening), \(code), \(before))")
        }
    }
}
