/// Conditions as people say them, for those who answer on paper: “第 1 题选了‘不满意’”. Codes become the words of options and the numbers
/// of questions.
package struct SpokenFormula: Sendable {
    /// Words for a sentence by its key, with what is filled in.
    package typealias Words = @Sendable (_ key: String, _ arguments: [String: String]) -> String

    private let formulas: QuestionnaireFormulas
    private let questions: [String: Question]
    private let numbers: [String: Int]
    private let words: Words
    /// Each computed value is said once, by its code; those that are too long are absent. Saying them anew wherever they are named lets a
    /// small file grow without bound: three that name the one before six hundred times each are two hundred million sentences.
    private var computed: [String: Said] = [:]

    /// The longest sentence, in bytes of UTF-8: what somebody with a pen still reads.
    private static let longest = 6000

    /// - Parameters:
    ///   - numbers: of the questions, by their codes.
    ///   - words: keys are `chose`, `is`, `and`, …, below `builder.paper.said` in the locales.
    package init(_ questionnaire: Questionnaire, numbers: [String: Int], _ words: @escaping Words) {
        formulas = QuestionnaireFormulas(questionnaire)
        questions = Dictionary(questionnaire.questions.map { ($0.code, $0) }, uniquingKeysWith: { first, _ in first })
        (self.numbers, self.words) = (numbers, words)
        for (code, formula) in formulas.computed { computed[code] = said(formula) }
    }

    /// Nil for what is no condition here, and for what is too long to be said.
    package func said(_ condition: String) -> String? {
        guard let formula = try? Formula(condition: condition, in: formulas.scope) else { return nil }
        return said(formula)?.sentence(words)
    }

    /// A text in which `{code}` became the number of the question that it repeats.
    package func repeated(_ text: String) -> String {
        RepeatedAnswer.filled(text) { path in
            path.first.flatMap { numbers[$0] }.map { words("answer_of", ["number": String($0)]) } ?? "＿＿＿＿"
        }
    }

    /// A part of a sentence, with what must be known of it to go on.
    private enum Said {
        case answer(AnswerPart, String)
        case code(String)
        case truth(Bool, String)
        /// A sentence about one thing.
        case sentence(String)
        /// That something was chosen or answered, which can also be said of its opposite.
        case stated(Statement)
        /// Several, joined.
        case several(String)

        struct Statement {
            let part: AnswerPart
            let text: String
            let opposite: String
            /// No more than that there is an answer.
            var isAnswered = false
        }

        /// In bytes of UTF-8.
        var length: Int {
            switch self {
            case .answer(_, let text), .code(let text), .truth(_, let text), .sentence(let text), .several(let text):
                text.utf8.count
            case .stated(let statement): max(statement.text.utf8.count, statement.opposite.utf8.count)
            }
        }

        func text(_ words: Words) -> String {
            switch self {
            case .answer(_, let text), .code(let text), .truth(_, let text), .sentence(let text): text
            case .stated(let statement): statement.text
            case .several(let text): words("bracketed", ["text": text])
            }
        }

        func sentence(_ words: Words) -> String {
            switch self {
            case .answer(let part, let text) where part.reading == .plain: words("yes", ["question": text])
            case .several(let text): text
            default: text(words)
            }
        }
    }

    /// Nil for what is too long.
    private func said(_ formula: Formula) -> Said? {
        var stack: [Said] = []
        for step in formula.steps {
            switch step {
            case .constant(.truth(let truth)): stack.append(.truth(truth, words(truth ? "affirmed" : "denied", [:])))
            case .constant(let value): stack.append(.code(text(value)))
            case .answer(let part): stack.append(.answer(part, name(part)))
            case .computed(let code):
                guard let behind = computed[code] else { return nil }
                stack.append(behind)
            case .operation(let operation, let count):
                let taken = Array(stack.suffix(count))
                stack.removeLast(min(count, stack.count))
                // Before they are joined.
                guard taken.reduce(0, { $0 + $1.length }) <= Self.longest else { return nil }
                stack.append(said(operation, taken))
            }
        }
        return stack.last ?? .code("")
    }

    private func text(_ value: FormulaValue) -> String {
        switch value {
        case .truth(let truth): words(truth ? "affirmed" : "denied", [:])
        case .number(let number): DecimalText.text(of: number)
        case .text(let text): text
        case .texts(let texts): texts.joined(separator: "、")
        case .numbers(let numbers): numbers.map { DecimalText.text(of: $0) }.joined(separator: "、")
        }
    }

    private func name(_ part: AnswerPart) -> String {
        let question = numbers[part.question].map { words("question", ["number": String($0)]) } ?? part.question
        var parts = [part.row, part.column].compactMap { $0 }.map { option($0, of: part.question) }
        if part.reading == .otherWords { parts.append(option(AnswerPart.other, of: part.question)) }
        if part.reading == .comment, let comment = questions[part.question]?.kind.comment {
            parts.append(comment.isEmpty ? words("comment", [:]) : comment)
        }
        return parts.isEmpty ? question : words("part", ["question": question, "part": parts.joined(separator: "、")])
    }

    private func option(_ code: String, of question: String) -> String {
        guard let kind = questions[question]?.kind else { return code }
        if code == AnswerPart.other { return kind.other == "" ? words("other", [:]) : kind.other ?? code }
        return (kind.options + kind.columns).first { $0.code == code }?.text ?? code
    }

    private func said(_ operation: FormulaOperation, _ parts: [Said]) -> Said {
        func text(_ part: Said) -> String { part.text(words) }
        func two(_ key: String, _ left: Said, _ right: Said) -> Said {
            .sentence(words(key, ["left": text(left), "right": text(right)]))
        }
        /// Options that were chosen, or a value that is given.
        func chosen(_ key: String, _ answer: Said, _ codes: [Said]) -> Said {
            guard case .answer(let part, let question) = answer,
                [.choice, .choices, .rowChoice, .rowChoices].contains(part.reading)
            else {
                return codes.count == 1
                    ? two(key == "chose" ? "is" : "is_not", answer, codes[0])
                    : .sentence(words("is", ["left": text(answer), "right": codes.map(text).joined(separator: "、")]))
            }
            let options = codes.map { words("option", ["text": option(text($0), of: part.question)]) }
            func said(_ key: String) -> String {
                words(key, ["question": question, "options": options.joined(separator: words("or_between", [:]))])
            }
            let opposite = key == "chose" ? "did_not_choose" : "chose"
            return .stated(.init(part: part, text: said(key), opposite: said(opposite)))
        }
        func answered(_ part: AnswerPart, _ question: String, isAnswered: Bool) -> Said {
            func said(_ key: String) -> String { words(key, ["question": question]) }
            return .stated(
                .init(part: part, text: said("answered"), opposite: said("not_answered"), isAnswered: isAnswered))
        }
        switch (operation, parts.count) {
        case (.and, 2), (.or, 2):
            // Who chose something has answered.
            if operation == .and, case .stated(let first) = parts[0], case .stated(let second) = parts[1],
                first.isAnswered, first.part == second.part
            {
                return parts[1]
            }
            let sides = parts.map { side in
                if case .several = side { text(side) } else { side.sentence(words) }
            }
            return .several(sides.joined(separator: words(operation.rawValue, [:])))
        case (.not, 1):
            if case .answer(let part, let name) = parts[0], part.reading == .plain {
                return .sentence(words("no", ["question": name]))
            }
            if case .stated(let said) = parts[0] {
                return .stated(.init(part: said.part, text: said.opposite, opposite: said.text))
            }
            return .sentence(words("not", ["text": parts[0].sentence(words)]))
        case (.equal, 2), (.unequal, 2):
            // As the builder writes what hangs on yes or no.
            if operation == .equal, case .answer(let part, let name) = parts[0], part.reading == .plain,
                case .truth(let truth, _) = parts[1]
            {
                return .sentence(words(truth ? "yes" : "no", ["question": name]))
            }
            let key = operation == .equal ? "chose" : "did_not_choose"
            if case .code = parts[0] { return chosen(key, parts[1], [parts[0]]) }
            return chosen(key, parts[0], [parts[1]])
        case (.among, 2...): return chosen("chose", parts[0], Array(parts.dropFirst()))
        case (.in, 2):
            // A whole matrix stands for its rows that were answered.
            if case .answer(let part, let name) = parts[1], part.reading == .rows, case .code(let row) = parts[0] {
                let place = words("part", ["question": name, "part": option(row, of: part.question)])
                return answered(part, place, isAnswered: false)
            }
            return chosen("chose", parts[1], [parts[0]])
        case (.less, 2): return two("less", parts[0], parts[1])
        case (.atMost, 2): return two("at_most", parts[0], parts[1])
        case (.greater, 2): return two("greater", parts[0], parts[1])
        case (.atLeast, 2): return two("at_least", parts[0], parts[1])
        case (.answered, 1):
            if case .answer(let part, let name) = parts[0] { return answered(part, name, isAnswered: true) }
            return .sentence(words("answered", ["question": text(parts[0])]))
        case (.count, 1): return .sentence(words("count", ["question": text(parts[0])]))
        case (.length, 1): return .sentence(words("length", ["question": text(parts[0])]))
        case (.sum, _): return .sentence(words("sum", ["parts": parts.map(text).joined(separator: "、")]))
        case (.negate, 1): return .sentence("−" + text(parts[0]))
        case (.add, 2), (.subtract, 2), (.multiply, 2), (.divide, 2), (.remainder, 2):
            let signs: [FormulaOperation: String] = [
                .add: "＋", .subtract: "－", .multiply: "×", .divide: "÷", .remainder: "%",
            ]
            return .sentence(text(parts[0]) + (signs[operation] ?? "") + text(parts[1]))
        default: return .sentence("\(operation.rawValue)(" + parts.map(text).joined(separator: "、") + ")")
        }
    }
}
