import Foundation

/// What was answered to one question.
///
/// As JSON – in the database, in exports and in the browser – it is plain: a choice is `"code"` or `{"other": "words"}`,
/// with a comment `{"option": "code", "comment": "words"}` or `{"other": "words", "comment": "words"}`, several or ranked ones an array of those, yes or no a boolean, a number or a step of a scale a number, a text, a day or a
/// unit a string, a file `{"file": "uuid"}`, several an array of those, a matrix an object by row: `{"r1": "c1"}`, `{"r1": ["c1", "c2"]}`,
/// `{"r1": {"c1": 3}}`, `{"r1": {"c1": "words"}}`. Which of them is meant is said by the kind of the question.
package enum Answer: Sendable, Equatable {
    package struct Choice: Sendable, Equatable {
        /// Of the option, or `_other`.
        package let code: String
        /// Those beside “other”; nil for an option.
        package let words: String?
        /// What was written beside it; nil for nothing.
        package var comment: String?

        package static func option(_ code: String, comment: String? = nil) -> Choice {
            Choice(code: code, words: nil, comment: comment)
        }

        package static func other(_ words: String, comment: String? = nil) -> Choice {
            Choice(code: AnswerPart.other, words: words, comment: comment)
        }
    }

    case choice(Choice)
    /// In the order of the options, for a ranking in the order given.
    case choices([Choice])
    case truth(Bool)
    case number(Double)
    /// Also a day (ISO 8601) and the number of a unit.
    case text(String)
    case files([UUID])
    case matrixChoice([String: String])
    case matrixChoices([String: [String]])
    case matrixNumbers([String: [String: Double]])
    case matrixTexts([String: [String: String]])
}

/// The answers of one sheet by the code of their question; what was not answered has no entry.
package typealias Answers = [String: Answer]
