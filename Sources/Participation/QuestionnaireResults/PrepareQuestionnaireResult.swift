import Foundation
import Postgres
import Text

/// Freezes the result of a questionnaire for its secrecy review and approval.
package struct PrepareQuestionnaireResult: Sendable {
    package enum Fault: String, Error, Sendable, CaseIterable {
        case titleMissing = "title_missing"
        case titleTooLong = "title_too_long"
        case analysisMissing = "analysis_missing"
        case analysisTooLong = "analysis_too_long"
        case nextStepMissing = "next_step_missing"
        case nextStepTooLong = "next_step_too_long"
        case unitMissing = "unit_missing"
        case correctionTooLong = "correction_too_long"

        /// The field of the form it stands at.
        package var field: String {
            switch self {
            case .titleMissing, .titleTooLong: "result_title"
            case .analysisMissing, .analysisTooLong: "analysis"
            case .nextStepMissing, .nextStepTooLong: "next_step"
            case .unitMissing: "unit_at_foot"
            case .correctionTooLong: "correction"
            }
        }
    }

    package let number: String
    package let wording: QuestionnaireResultDraft.Wording
    /// While letters that came in time may still be entered: that all of them are.
    package let allEntered: Bool

    package init(_ number: String, wording: QuestionnaireResultDraft.Wording, allEntered: Bool) {
        (self.number, self.wording, self.allEntered) = (number, wording, allEntered)
    }

    package var faults: [Fault] {
        typealias Wording = QuestionnaireResultDraft.Wording
        func tooLong(_ text: String, _ longest: Int) -> Bool { TextLength.count(text) > longest }
        return [
            (wording.title.isEmpty, Fault.titleMissing),
            (tooLong(wording.title, Wording.longestTitle), .titleTooLong),
            (wording.analysis.isEmpty, .analysisMissing),
            (tooLong(wording.analysis, Wording.longestText), .analysisTooLong),
            (wording.nextStep.isEmpty, .nextStepMissing),
            (tooLong(wording.nextStep, Wording.longestText), .nextStepTooLong),
            (wording.unitAtFoot.isEmpty, .unitMissing),
            (tooLong(wording.correction, Wording.longestText), .correctionTooLong),
        ].filter(\.0).map(\.1)
    }

    /// - Returns: the id of the clearance.
    /// - Throws: `Fault`, the first one; `PostgresError` where the door says no: sheets that are not counted yet, texts nobody has
    ///   read, letters that may still be entered; `NoRow` where there is no such questionnaire.
    package func callAsFunction(in database: Database, as actor: DatabaseActor) async throws -> Int {
        if let fault = faults.first { throw fault }
        return try await database.write(as: actor) { tx in
            let it = try tx.one(DeskQuestionnaire.with(number: number), as: DeskQuestionnaire.self)
            while true {
                let draft = try QuestionnaireResultDraft.read(it, wording: wording, tx)
                let made: Int = try tx.value(
                    """
                    select prepare_questionnaire_result(\(it.id), \(wording.title),
                      \(JSONText(try PublishedContent.encode(draft.content))), \(allEntered))
                    """)
                // The door holds questionnaire and tally from here on. What moved between our reading and the door shows now: then it is
                // made anew.
                if try QuestionnaireResultDraft.read(it, wording: wording, tx).content == draft.content { return made }
            }
        }
    }
}
