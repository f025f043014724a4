import Participation
import Questionnaires

extension Question.Register {
    /// Whether the unit may be chosen: it exists, and is a town where only those are asked for.
    func offers(_ unit: Participation.Unit) -> Bool {
        unit.validUntil == nil && (self == .units || unit.kind == .town)
    }

    /// As it is offered.
    func name(of unit: Participation.Unit) -> String { spoken(unit.name) }
}

extension [Question] {
    /// Where a unit is chosen that the page does not offer.
    func unitFaults(_ answers: Answers, _ units: [Participation.Unit]) -> [AnswerFault] {
        compactMap { question in
            guard case .unit(let register) = question.kind, case .text(let code)? = answers[question.code],
                !units.contains(where: { $0.code == code && register.offers($0) })
            else { return nil }
            return AnswerFault(question.code, .unknownOption)
        }
    }
}
