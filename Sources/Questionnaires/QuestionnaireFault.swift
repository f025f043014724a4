/// What is wrong with a questionnaire, and where.
package struct QuestionnaireFault: Error, Sendable, Equatable {
    /// An error keeps it from being opened; formulas must be right even to be saved.
    package enum Severity: String, Sendable { case error, warning }

    package enum Field: String, Sendable { case condition, validation, computed }

    package enum Kind: Sendable, Equatable {
        /// Nothing is asked, so nobody comes to an end.
        case noQuestion
        case emptyTitle
        case emptyText
        case code(String)
        case reservedCode(String)
        case duplicateCode(String)
        case noOptions
        case formula(Field, FormulaFault)
        /// A condition names what is asked later.
        case later(String)
        /// Each is shown, or computed, only when another of them is.
        case circular([String])
        /// No answers exist with which it would be shown.
        case unreachable
        /// No answer can be within the limits.
        case impossible
        case labels(steps: Int)
        case noMessage
        case noClosing
        /// `{name}` in a text names nothing.
        case unknownInText(String)
        /// `{name}` in a text repeats what is asked on the same page or later: it is not known yet when the page is sent.
        case laterInText(String)
        /// Of all questions together.
        case tooManyFiles(limit: Int)
        /// A text that asks who somebody is, or how to reach them.
        case personal
        /// A choice that is made at first counts for all who do not touch it.
        case preset
        case tooMany(Count, limit: Int)
        /// Unicode scalars.
        case tooLong(limit: Int)
        /// Texts as long as they may be do not fit into one sheet.
        case sheetTooLong(limit: Int)
    }

    package enum Count: String, Sendable { case pages, questions, options, cells, computed, quotas }

    package let severity: Severity
    package let place: QuestionnairePlace
    package let kind: Kind

    init(_ severity: Severity, at place: QuestionnairePlace, _ kind: Kind) {
        (self.severity, self.place, self.kind) = (severity, place, kind)
    }

    /// About all of the questionnaire and no field of any form.
    package var isOfWhole: Bool {
        switch kind {
        case .noQuestion, .tooManyFiles, .sheetTooLong: true
        case .tooMany: place == QuestionnairePlace()
        default: false
        }
    }

    package var formula: FormulaFault? { if case .formula(_, let fault) = kind { fault } else { nil } }

    /// Of the sentence in the locale's `questionnaire-words`.
    package var key: String {
        switch kind {
        case .noQuestion: "check-no-question"
        case .emptyTitle: "check-empty-title"
        case .emptyText: "check-empty-text"
        case .code: "check-code"
        case .reservedCode: "check-reserved-code"
        case .duplicateCode: "check-duplicate-code"
        case .noOptions: "check-no-options"
        case .formula(_, let fault): fault.key
        case .later: "check-later"
        case .circular: "check-circular"
        case .unreachable: "check-unreachable"
        case .impossible: "check-impossible"
        case .labels: "check-labels"
        case .noMessage: "check-no-message"
        case .noClosing: "check-no-closing"
        case .unknownInText: "check-unknown-in-text"
        case .laterInText: "check-later-in-text"
        case .tooManyFiles: "check-too-many-files"
        case .personal: "check-personal"
        case .preset: "check-preset"
        case .tooMany(let count, _): "check-too-many-\(count.rawValue)"
        case .tooLong: "check-too-long"
        case .sheetTooLong: "check-sheet-too-long"
        }
    }

    package var parameters: [String: String] {
        switch kind {
        case .code(let code), .reservedCode(let code), .duplicateCode(let code): ["code": code]
        case .later(let name), .unknownInText(let name), .laterInText(let name): ["name": name]
        case .circular(let names): ["names": names.prefix(12).joined(separator: ", ")]
        case .labels(let steps): ["steps": String(steps)]
        case .tooMany(_, let limit), .tooManyFiles(let limit), .tooLong(let limit), .sheetTooLong(let limit):
            ["limit": String(limit)]
        case .formula(_, let fault): fault.parameters
        default: [:]
        }
    }
}
