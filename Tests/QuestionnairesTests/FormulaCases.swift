import Foundation
import Testing

@testable import Questionnaires

/// The same numbers for the same seed.
struct SeededNumbers: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9e37_79b9_7f4a_7c15
        var mixed = state
        mixed = (mixed ^ mixed >> 30) &* 0xbf58_476d_1ce4_e5b9
        mixed = (mixed ^ mixed >> 27) &* 0x94d0_49bb_1331_11eb
        return mixed ^ mixed >> 31
    }
}

/// Random formulas and answers with the values that the server gives, for Tests/Browser/test_formulas.py to compare with Chromium's.
@Suite struct FormulaCases {
    static let options = ["a", "b", "c", "1", "constructor"].map { Question.Option(code: $0, text: $0) }
    static let questions: [Question] = [
        Question(code: "one", kind: .single(.init(options: options, other: "其他", comment: "说明"))),
        Question(code: "toString", kind: .single(.init(options: options))),
        Question(code: "some", kind: .multiple(.init(options: options, other: "其他", comment: "说明"))),
        Question(code: "yes", kind: .yesNo), Question(code: "no", kind: .yesNo),
        Question(code: "x", kind: .number(.init(decimals: 6))), Question(code: "y", kind: .number(.init(decimals: 6))),
        Question(code: "stars", kind: .scale(.init())), Question(code: "words", kind: .text(.init())),
        Question(code: "more", kind: .text(.init())),
        Question(code: "day", kind: .date(.init())), Question(code: "end", kind: .date(.init())),
        Question(code: "ranks", kind: .ranking(.init(options: options))),
        Question(code: "ma", kind: .matrix(.init(rows: options, columns: options))),
        Question(code: "mb", kind: .matrix(.init(rows: options, columns: options, cell: .multiple))),
        Question(code: "mc", kind: .matrix(.init(rows: options, columns: options, cell: .number(.init())))),
        Question(code: "md", kind: .matrix(.init(rows: options, columns: options, cell: .text(most: 20)))),
    ]

    @Test(.enabled(if: ProcessInfo.processInfo.environment["MINYI_FORMULA_CASES"] != nil))
    func writes() throws {
        let path = try #require(ProcessInfo.processInfo.environment["MINYI_FORMULA_CASES"])
        var random = RandomFormulas(SeededNumbers(state: 20_261_126))
        let computed = [
            Questionnaire.Computed(code: "total", expression: "sum(mc) + x / y"),
            .init(code: "adult", expression: "total >= stars and yes"),
        ]
        var values: [PlainValue] = []
        let plainScope = QuestionnaireFormulas(
            Questionnaire(
                pages: [.init(code: "p", groups: [.init(code: "g", questions: Self.questions)])], computed: computed))
        var hadValue = 0
        for _ in 0..<3_000 {
            let text = random.formula()
            let formula = try Formula(parsing: text, in: plainScope.scope)
            let answers = random.answers()
            let value = formula.value(answers, computed: plainScope.computed(answers))
            hadValue += value == nil ? 0 : 1
            values.append(
                .object([
                    "text": .text(text), "formula": formula.plain, "answers": answers.plain,
                    "value": value?.plain ?? .null,
                    "computed": .list(plainScope.computed.map { .list([.text($0.code), $0.formula.plain]) }),
                ]))
        }
        #expect((1_000...2_900).contains(hadValue), "\(hadValue) of them have a value")
        let pages = try (0..<900).map { try page(&random, computed, isWhole: $0 % 3 == 0) }
        try Data(PlainValue.object(["values": .list(values), "pages": .list(pages)]).json.utf8).write(
            to: URL(fileURLWithPath: path))
    }

    /// A page of questions with random conditions, after one with random answers.
    /// - Parameter isWhole: both are on one screen, and the page itself has a condition.
    private func page(
        _ random: inout RandomFormulas, _ computed: [Questionnaire.Computed], isWhole: Bool
    ) throws -> PlainValue {
        func on(_ questions: [Question], _ code: String) -> Bool { questions.contains { $0.code == code } }
        let questions = Self.questions.enumerated().map { index, question in
            var question = question
            // The earlier page is done: only what the script may touch changes.
            if index < 4 { return question }
            if random.happens(2) { question.condition = random.truth(2) }
            func conditional(_ options: [Question.Option]) -> [Question.Option] {
                // All of them, too: then the question hangs on them.
                let isEach = random.happens(3)
                return options.map { option in
                    var option = option
                    if isEach || random.happens(5) { option.condition = random.truth(1) }
                    return option
                }
            }
            question.kind.options = conditional(question.kind.options)
            question.kind.columns = conditional(question.kind.columns)
            return question
        }
        let parts = [questions[..<4], questions[4..<9], questions[9...]].map(Array.init)
        let questionnaire = Questionnaire(
            pages: [
                .init(code: "before", groups: [.init(code: "g0", questions: parts[0])]),
                .init(
                    code: "page",
                    groups: [
                        .init(code: "g1", questions: parts[1]),
                        .init(code: "g2", questions: parts[2], condition: random.truth(2)),
                    ], condition: isWhole ? random.truth(1) : nil),
            ], computed: computed)
        let answering = try Answering(questionnaire: questionnaire, seed: 1)
        // As a form gives them: what is empty is not there.
        let answers = try Answering(
            questionnaire: Questionnaire(pages: [
                .init(code: "p", groups: [.init(code: "g", questions: Self.questions)])
            ]), seed: 1
        )
        .cleaned(random.answers()).kept
        let kept = answering.cleaned(answers).kept
        if isWhole {
            let hidden = answering.shown(kept, keeping: .everything).hidden
            return .object([
                "rules": answering.following(.everything, [:]), "given": answers.plain, "kept": kept.plain,
                "hidden": .list(hidden.sorted().map { .text($0) }),
            ])
        }
        let (earlier, typed) = (answers.filter { on(parts[0], $0.key) }, answers.filter { !on(parts[0], $0.key) })
        let hidden = answering.shown(kept, keeping: .page("page")).hidden
        return .object([
            "rules": answering.following(.page("page"), earlier), "given": typed.plain,
            "kept": kept.filter { !on(parts[0], $0.key) }.plain,
            "hidden": .list(hidden.sorted().map { .text($0) }),
        ])
    }
}

/// Formulas of the right types, deep and shallow, and answers of which some are missing.
struct RandomFormulas {
    private var numbers: SeededNumbers

    init(_ numbers: SeededNumbers) { self.numbers = numbers }

    mutating func happens(_ oneIn: Int) -> Bool { Int.random(in: 0..<oneIn, using: &numbers) == 0 }
    private mutating func one<Item>(_ items: [Item]) -> Item { items[Int.random(in: items.indices, using: &numbers)] }
    private mutating func code() -> String { one(FormulaCases.options).code }

    mutating func formula() -> String {
        let depth = Int.random(in: 1...5, using: &numbers)
        switch Int.random(in: 0..<8, using: &numbers) {
        case 0, 1: return number(depth)
        case 2: return text(depth)
        default: return truth(depth)
        }
    }

    mutating func truth(_ depth: Int) -> String {
        guard depth > 0 else { return one(["yes", "no", "adult", "true", "false"]) }
        switch Int.random(in: 0..<14, using: &numbers) {
        case 0, 1: return "(\(truth(depth - 1)) and \(truth(depth - 1)))"
        case 2, 3: return "(\(truth(depth - 1)) or \(truth(depth - 1)))"
        case 4: return "not (\(truth(depth - 1)))"
        case 5, 6: return "\(number(depth - 1)) \(one(["==", "!=", "<", "<=", ">", ">="])) \(number(depth - 1))"
        case 7: return "\(choice()) \(one(["==", "!="])) '\(code())'"
        case 8: return "'\(code())' in \(choices())"
        case 9: return "\(choice()) in ('\(code())', '\(code())', toString)"
        case 10: return "\(text(depth - 1)) \(one(["==", "!="])) \(text(depth - 1))"
        case 11: return "day \(one(["==", "<", "<=", ">", ">="])) \(one(["end", "'2026-02-28'", "'1999-12-31'"]))"
        case 12:
            return
                "answered(\(one(["x", "some", "mc", "ranks.a", "day", "mb.b", "one.other", "md", "md.b.c", "one.comment", "some.b.comment"])))"
        default: return "\(number(depth - 1)) in (\(number(0)), \(number(depth - 1)))"
        }
    }

    mutating func number(_ depth: Int) -> String {
        guard depth > 0 else {
            return one([
                "x", "y", "stars", "total", "0", "1", "0.1", "3.75", "1000000000000", "ranks.b", "mc.a.b",
                "mc.constructor.1",
            ])
        }
        switch Int.random(in: 0..<10, using: &numbers) {
        case 0...4: return "(\(number(depth - 1)) \(one(["+", "-", "*", "/", "%"])) \(number(depth - 1)))"
        case 5:
            return
                "\(one(["sum", "min", "max"]))(\(number(depth - 1)), \(one(["mc", "mc.b", "x"])), \(number(depth - 1)))"
        case 6: return "count(\(one(["some", "mb", "ma", "mb.a", "ranks", "mc", "md", "words"])), \(truth(depth - 1)))"
        case 7: return "length(\(text(depth - 1)))"
        case 8: return "if(\(truth(depth - 1)), \(number(depth - 1)), \(number(depth - 1)))"
        default: return one(["-\(number(depth - 1))", "round(\(number(depth - 1)))"])
        }
    }

    private mutating func text(_ depth: Int) -> String {
        guard depth > 0, happens(3) else {
            return one([
                "words", "more", "one.other", "some.other", "md.a.b", "md.constructor.1", "one.comment",
                "some.constructor.comment", "'好'", "'👍é'", "''",
                "'it\\'s'",
            ])
        }
        return "if(\(truth(depth - 1)), \(text(depth - 1)), \(text(depth - 1)))"
    }

    private mutating func choice() -> String { one(["one", "toString", "ma.a", "ma.constructor"]) }
    private mutating func choices() -> String { one(["some", "ranks", "mb.b", "mb.1", "ma", "md"]) }

    // MARK: Answers

    mutating func answers() -> Answers {
        var answers: Answers = [:]
        for question in FormulaCases.questions where !happens(4) { answers[question.code] = answer(question.kind) }
        return answers
    }

    private mutating func answer(_ kind: Question.Kind) -> Answer? {
        switch kind {
        case .single(let single):
            let comment = single.comment != nil && happens(3) ? words() : nil
            return .choice(
                single.other != nil && happens(4)
                    ? .other(words(), comment: comment) : .option(code(), comment: comment))
        case .multiple:
            var chosen = several().map { Answer.Choice.option($0) } + (happens(3) ? [.other(words())] : [])
            for index in chosen.indices where happens(3) { chosen[index].comment = words() }
            return chosen.isEmpty ? nil : .choices(chosen)
        case .ranking: return .choices(several().shuffled(using: &numbers).map { .option($0) })
        case .yesNo: return .truth(happens(2))
        case .scale: return .number(Double(Int.random(in: 1...5, using: &numbers)))
        case .text: return .text(words())
        case .date: return .text(one(["2026-02-28", "2026-03-01", "1999-12-31", "2000-02-29"]))
        case .matrix(let matrix): return self.matrix(matrix.cell)
        default: return .number(value())
        }
    }

    private mutating func matrix(_ cell: Question.Matrix.Cell) -> Answer {
        let rows = several()
        switch cell {
        case .single: return .matrixChoice(Dictionary(uniqueKeysWithValues: rows.map { ($0, code()) }))
        case .multiple: return .matrixChoices(Dictionary(uniqueKeysWithValues: rows.map { ($0, several()) }))
        case .number:
            return .matrixNumbers(
                Dictionary(
                    uniqueKeysWithValues: rows.map { row in
                        (row, Dictionary(uniqueKeysWithValues: several().map { ($0, value()) }))
                    }))
        case .text:
            return .matrixTexts(
                Dictionary(
                    uniqueKeysWithValues: rows.map { row in
                        (row, Dictionary(uniqueKeysWithValues: several().map { ($0, words()) }))
                    }))
        }
    }

    private mutating func several() -> [String] { FormulaCases.options.map(\.code).filter { _ in happens(2) } }
    private mutating func words() -> String {
        one(["好", "👍é", "it's", "e\u{301}", "\u{E9}", "a\nb", "constructor", "<b>"])
    }
    private mutating func value() -> Double {
        one([
            0, -0.0, 1, 2.5, -7, 0.1, 0.2, 1e-6, 1e15, -1e15, 1.0 / 3,
            Double(Int.random(in: -1000...1000, using: &numbers)) / 8,
        ])
    }
}
