/// All combinations of answers to a few questions, one after the other, where there are not too many.
struct PossibleAnswers: Sequence, IteratorProtocol {
    static let most = 5_000

    private let questions: [(code: String, answers: [Answer?])]
    private var place: Int? = 0
    private let count: Int

    /// Nil when a question can be answered in too many ways.
    init?(_ questions: [(code: String, kind: Question.Kind?)]) {
        var listed: [(code: String, answers: [Answer?])] = []
        var count = 1
        for (code, kind) in questions {
            guard let answers = kind.flatMap(Self.answers) else { return nil }
            count *= answers.count
            guard count <= Self.most else { return nil }
            listed.append((code, answers))
        }
        (self.questions, self.count) = (listed, count)
    }

    mutating func next() -> Answers? {
        guard let number = place, number < count else { return nil }
        place = number + 1
        var (rest, answers) = (number, Answers())
        for (code, choices) in questions {
            answers[code] = choices[rest % choices.count]
            rest /= choices.count
        }
        return answers
    }

    private static func answers(_ kind: Question.Kind) -> [Answer?]? {
        // A condition may ask for the words of it.
        if kind.comment != nil { return nil }
        switch kind {
        case .single(let single):
            let codes: [Answer?] = single.options.map { .choice(.option($0.code)) }
            return [nil] + codes + (single.other == nil ? [] : [.choice(.other("…"))])
        case .multiple(let multiple):
            let choices =
                multiple.options.map { Answer.Choice.option($0.code) } + (multiple.other == nil ? [] : [.other("…")])
            guard choices.count <= 10 else { return nil }
            return (0..<(1 << choices.count)).map { bits in
                let chosen = choices.indices.filter { bits >> $0 & 1 == 1 }.map { choices[$0] }
                return chosen.isEmpty ? nil : .choices(chosen)
            }
        case .yesNo: return [nil, .truth(true), .truth(false)]
        case .scale(let scale):
            guard scale.from < scale.to, scale.to - scale.from <= 100 else { return nil }
            return [nil] + (scale.from...scale.to).map { .number(Double($0)) }
        default: return nil
        }
    }
}
