import Participation
import Text

/// The fields of an answer as they were typed, with what is wrong beside each. Several may stand on one page, so every id
/// carries the suffix of its form.
struct AnswerFields: Sendable {
    struct Choice: Sendable {
        let id: String
        let value: String
        let text: String
        let chosen: Bool
    }

    let suffix: String
    let outcomes: [Choice]
    let outcomeError: String?
    let reason: String
    let reasonError: String?
    let limit: Int
    let transferredTo: String
    let transferredToError: String?
    let invalidCodes: [Choice]
    let invalidCodeError: String?
    let effect: String
    let effectError: String?
    let effectOn: String
    let effectOnError: String?

    /// - Parameters:
    ///   - faults: shown beside their fields.
    init(_ answer: Answer? = nil, suffix: String, faults: [Answer.Fault] = [], _ texts: Texts) {
        func error(_ field: String) -> String? {
            faults.first { $0.field == field }.map { texts.sentence($0) }
        }
        self.suffix = suffix
        outcomes = Outcome.allCases.map {
            Choice(
                id: "outcome-\(suffix)-\($0.rawValue)", value: $0.rawValue, text: texts.outcome($0.rawValue),
                chosen: answer?.outcome == $0)
        }
        outcomeError = error("outcome")
        reason = answer?.reason ?? ""
        reasonError = error("reason")
        limit = Answer.longestReason
        transferredTo = answer?.transferredTo ?? ""
        transferredToError = error("transferred_to")
        invalidCodes = InvalidCode.allCases.map {
            Choice(
                id: "invalid_code-\(suffix)-\($0.rawValue)", value: $0.rawValue,
                text: texts["dispositions.invalid_codes.\($0.rawValue)"], chosen: answer?.invalidCode == $0)
        }
        invalidCodeError = error("invalid_code")
        effect = answer?.effect ?? ""
        effectError = error("effect")
        effectOn = answer?.effectOn?.description ?? ""
        effectOnError = error("effect_on")
    }

    /// For the summary on top of the page, each leading to its field.
    static func errors(_ faults: [Answer.Fault], suffix: String, _ texts: Texts) -> FormErrors {
        FormErrors(faults.map { ("\($0.field)-\(suffix)", texts.sentence($0)) })
    }

    static let sample = AnswerFields(
        Answer(outcome: .transferred, reason: "不归我们管。", transferredTo: "县交通局"), suffix: "1",
        faults: Answer.Fault.allCases, Texts(language: .chinese, all: [:]))
}

extension Answer {
    /// The answer in a form with the fields of `dispositions/answer-fields`.
    init(_ form: FormData) {
        self.init(
            outcome: Outcome(rawValue: form.string("outcome")), reason: form.exactly("reason"),
            transferredTo: form.string("transferred_to"),
            invalidCode: InvalidCode(rawValue: form.string("invalid_code")), effect: form.string("effect"),
            effectOn: CalendarDate(form.string("effect_on")))
    }

    /// To be corrected from what holds now.
    init(_ given: Disposition) {
        self.init(
            outcome: given.outcome, reason: given.reason, transferredTo: given.transferredTo,
            invalidCode: given.invalidCode, effect: given.effect, effectOn: given.effectOn)
    }
}

extension Texts {
    func sentence(_ fault: Answer.Fault) -> String {
        self["dispositions.errors.\(fault.rawValue)", ["limit": Answer.longestReason]]
    }
}
