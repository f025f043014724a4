import Foundation
import Questionnaires

extension PublishedContent {
    /// The result of a questionnaire or poll: what was asked, how many answered what, and what the unit makes of it. Everything that is
    /// shown stands in it; small numbers are absent, not zero.
    package struct QuestionnaireResult: Codable, Sendable, Equatable {
        /// One version of what was asked, whole.
        package struct Version: Codable, Sendable, Equatable {
            package var version: Int
            package var openedAt: Date
            /// What it corrected; empty for the first.
            package var note: String
            /// Sheets that were answered to it; nil where that is a small number.
            package var sheets: Int?
            package var asked: Questionnaire
        }

        /// What was answered to one question.
        package struct Figures: Codable, Sendable, Equatable {
            package var code: String
            /// Nil where that is a small number.
            package var answered: Int?
            package var parts: [QuestionFigures.Part]
            /// What was written, as far as it is shown.
            package var words: [Words]
            /// How many other wordings are not shown. Nil where that is a small number, or would tell one: where it is not shown how many
            /// wrote, nothing is said of what they wrote.
            package var unshown: Int?
        }

        package struct Words: Codable, Sendable, Equatable {
            package var text: String
            /// How many said so; nil where that is a small number.
            package var sheets: Int?
            /// True where something was taken out of it by hand (遮盖); absent elsewhere.
            package var blanked: Bool?
        }

        package var number: String
        package var kind: PublicQuestionnaire.Kind
        package var title: String
        package var unit: String
        package var purpose: String
        package var whoMayAnswer: String
        package var voice: PublicQuestionnaire.Voice
        package var opensAt: Date
        /// Exclusive.
        package var closesAt: Date
        /// What percentages of several choices are of.
        package var base: QuestionFigures.Base
        package var smallestShown: Int
        /// Nil where that is a small number.
        package var sheets: Int?
        package var channels: QuestionFigures.Part
        /// The oldest first.
        package var versions: [Version]
        package var questions: [Figures]
        /// Names of units and towns by their code, as far as they were chosen.
        package var units: [String: String]
        /// 分析
        package var analysis: String
        /// 下一步: what will be done.
        package var nextStep: String
        /// Of a version that corrects another: what and why.
        package var correction: String?
        package var unitAtFoot: String
        /// The ISO date at the foot.
        package var dateAtFoot: String

        /// The figures of each question, with the question as it was asked.
        package var figures: [QuestionFigures] {
            let frozen = Dictionary(questions.map { ($0.code, $0) }, uniquingKeysWith: { first, _ in first })
            return AskedQuestion.all(in: versions.map(\.asked)).compactMap { asked in
                frozen[asked.question.code].map {
                    QuestionFigures(asked: asked, answered: $0.answered, parts: $0.parts)
                }
            }
        }

        /// Every text that people wrote, for those who look for what must not be public.
        var notes: [String] {
            [title, purpose, analysis, nextStep, correction ?? ""] + questions.flatMap { $0.words.map(\.text) }
        }
    }
}

extension PublicQuestionnaire.Kind: Codable {}
extension PublicQuestionnaire.Voice: Codable {}
