/// What is wrong with an answer; the sentence stands beside its field.
package struct AnswerFault: Error, Sendable, Equatable {
    package enum Kind: Sendable, Equatable {
        case required
        /// There is no such option, or it is hidden.
        case unknownOption
        case tooFew(least: Int)
        case tooMany(most: Int)
        case tooManyFiles(most: Int)
        /// "None of these" was chosen with others.
        case exclusive
        /// "Other" was chosen without words.
        case noWords
        /// Words beside "other", and another one chosen.
        case wordsBesideAnother
        /// Words beside one of several that is not chosen.
        case wordsBesideUnchosen
        /// A comment, and nothing chosen.
        case commentAlone
        case notANumber
        case below(least: Double)
        case above(most: Double)
        case decimals(most: Int)
        /// Unicode scalars.
        case tooLong(most: Int)
        case notADay
        case tooEarly(first: String)
        case tooLate(last: String)
        /// Two options have one place, a place is left out, or is none.
        case places
        /// The check of the question, with its own message.
        case validation(message: String)
        /// Not the form of an answer to this kind of question.
        case form
    }

    package let question: String
    /// Of a matrix.
    package let row: String?
    package let column: String?
    /// The words of what it is about – a column, an option with its comment – where one sentence stands beside several fields; nil where
    /// there is no doubt.
    package let part: String?
    package let kind: Kind

    package init(_ question: String, row: String? = nil, column: String? = nil, part: String? = nil, _ kind: Kind) {
        (self.question, self.row, self.column, self.part, self.kind) = (question, row, column, part, kind)
    }

    /// Something was written beside what is not chosen: only who wrote it knows which of the two holds.
    package var isAboutWords: Bool {
        switch kind {
        case .wordsBesideAnother, .wordsBesideUnchosen, .commentAlone: true
        default: false
        }
    }

    /// What "other", a comment or a cell of a matrix may hold, in Unicode scalars.
    package static let mostWords = 200

    /// Of the sentence in the locale's `questionnaire-words`; a validation has its own message instead.
    package var key: String {
        switch kind {
        case .required: "answer-required"
        case .unknownOption: "answer-unknown-option"
        case .tooFew: "answer-too-few"
        case .tooMany: "answer-too-many"
        case .tooManyFiles: "answer-too-many-files"
        case .exclusive: "answer-exclusive"
        case .noWords: "answer-no-words"
        case .wordsBesideAnother: "answer-words-beside-another"
        case .wordsBesideUnchosen: "answer-words-beside-unchosen"
        case .commentAlone: "answer-comment-alone"
        case .notANumber: "answer-not-a-number"
        case .below: "answer-below"
        case .above: "answer-above"
        case .decimals(let most): most == 0 ? "answer-whole" : "answer-decimals"
        case .tooLong: "answer-too-long"
        case .notADay: "answer-not-a-day"
        case .tooEarly: "answer-too-early"
        case .tooLate: "answer-too-late"
        case .places: "answer-places"
        case .validation(let message): message.isEmpty ? "answer-validation" : "answer-message"
        case .form: "answer-form"
        }
    }

    package var parameters: [String: String] {
        switch kind {
        case .tooFew(let least): ["least": String(least)]
        case .tooMany(let most), .tooManyFiles(let most), .decimals(let most), .tooLong(let most):
            ["most": String(most)]
        case .below(let least): ["least": DecimalText.text(of: least)]
        case .above(let most): ["most": DecimalText.text(of: most)]
        case .tooEarly(let first): ["first": first]
        case .tooLate(let last): ["last": last]
        case .validation(let message): ["message": message]
        default: [:]
        }
    }
}
