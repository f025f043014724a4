import Questionnaires
import Testing

/// A reader who knows the rule gets nothing small out of a whole page of figures: for every small number that is hidden there are other
/// sheets, as the questionnaire allows them, with which the page looks the same and the number is another one.
@Suite struct PageOfFiguresTests {
    @Test(arguments: 0..<300)
    func nothingHiddenCanBeComputedFromThePage(seed: Int) throws {
        let page = RandomPage(seed: UInt64(seed))
        #expect(page.smallNumbersShown() == [])
        #expect(page.smallNumbersToBeComputed() == [])
    }

    private let two = [Question.Option(code: "a", text: "甲"), Question.Option(code: "b", text: "乙")]

    private func page(_ questions: [Question], _ counts: [Tally.Mark: Int], base: QuestionFigures.Base = .respondents)
        -> [QuestionFigures]
    {
        let content = Questionnaire(pages: [.init(code: "p", groups: [.init(code: "g", questions: questions)])])
        return QuestionFigures.all(
            AskedQuestion.all(in: [content]), in: Tally(counts), base: base, smallest: 5)
    }

    /// 396 who answered what follows a "yes" would tell of the 4 who said no.
    @Test func aQuestionThatFollowsDoesNotTellWhatLedToIt() {
        let figures = page(
            [
                Question(code: "q1", kind: .yesNo, isRequired: true),
                Question(code: "q2", kind: .yesNo, isRequired: true, condition: "q1 = true"),
                Question(code: "q3", kind: .text(.init()), isRequired: true, condition: "q1 = true"),
            ],
            [
                .init(question: ""): 400, .init(question: "q1"): 400, .init(question: "q1", option: "yes"): 396,
                .init(question: "q1", option: "no"): 4, .init(question: "q2"): 396,
                .init(question: "q2", option: "yes"): 300, .init(question: "q2", option: "no"): 96,
                .init(question: "q3"): 396,
            ])
        #expect(figures.map(\.answered) == [400, nil, nil])
        #expect(figures.map { $0.parts.first?.lines.map(\.count) } == [[nil, nil], [300, nil], nil])
        #expect(figures[1].parts.first?.lines.map(\.share) == [nil, nil], "a share tells the base")
        #expect(!figures[2].showsWords, "each wording is one who answered")
    }

    /// 2 of 400 did not answer.
    @Test func whoDidNotAnswerMayBeFew() {
        let figures = page(
            [Question(code: "q1", kind: .yesNo)],
            [
                .init(question: ""): 400, .init(question: "q1"): 398, .init(question: "q1", option: "yes"): 300,
                .init(question: "q1", option: "no"): 98,
            ])
        #expect(figures.map(\.answered) == [nil])
        #expect(figures.first?.parts.first?.lines.map(\.count) == [300, nil])
    }

    /// Where each of five has one, the number of those who answered tells all of them.
    @Test func whoAnsweredGoesWithTheBase() {
        let options = ["a", "b", "c", "d", "e"].map { Question.Option(code: $0, text: $0) }
        var counts: [Tally.Mark: Int] = [.init(question: ""): 40, .init(question: "q1"): 5]
        for option in options { counts[.init(question: "q1", option: option.code)] = 1 }
        let figures = page([Question(code: "q1", kind: .single(.init(options: options)))], counts)
        #expect(figures.first?.answered == nil && figures.first?.parts.first?.base == nil)
        #expect(figures.first?.parts.first?.lines.map(\.count) == [nil, nil, nil, nil, nil])
    }

    /// Of 100, 96 chose the one; whoever did not chose the other.
    @Test func severalChoicesTakeCompanyToo() {
        let figures = page(
            [Question(code: "q1", kind: .multiple(.init(options: two, most: 1)), isRequired: true)],
            [
                .init(question: ""): 100, .init(question: "q1"): 100, .init(question: "q1", option: "a"): 96,
                .init(question: "q1", option: "b"): 4,
            ])
        #expect(figures.first?.answered == 100)
        #expect(figures.first?.parts.first?.lines.map(\.count) == [nil, nil])
    }

    /// 97 of 100 chose the one; 3 did not.
    @Test func whoDidNotChooseOneOfSeveralMayBeFew() {
        let figures = page(
            [Question(code: "q1", kind: .multiple(.init(options: two)), isRequired: true)],
            [
                .init(question: ""): 100, .init(question: "q1"): 100, .init(question: "q1", option: "a"): 97,
                .init(question: "q1", option: "b"): 40,
            ])
        #expect(figures.first?.parts.first?.lines.map(\.count) == [nil, nil])
    }

    /// 1 and 2 of 52: 3 did not choose the third, as what follows it would say.
    @Test func fewHiddenOnesAreHiddenBehindALargerOne() {
        let options = two + [Question.Option(code: "c", text: "丙")]
        let figures = page(
            [Question(code: "q1", kind: .single(.init(options: options)), isRequired: true)],
            [
                .init(question: ""): 52, .init(question: "q1"): 52, .init(question: "q1", option: "a"): 1,
                .init(question: "q1", option: "b"): 2, .init(question: "q1", option: "c"): 49,
            ])
        #expect(figures.first?.parts.first?.lines.map(\.count) == [nil, nil, nil])
    }

    @Test func whatWasWrittenBesideGoesWithItsCount() {
        let kind = Question.Kind.single(.init(options: two, other: "其他"))
        func shows(_ others: Int) -> Bool? {
            page(
                [Question(code: "q1", kind: kind, isRequired: true)],
                [
                    .init(question: ""): 90 + others, .init(question: "q1"): 90 + others,
                    .init(question: "q1", option: "a"): 50, .init(question: "q1", option: "b"): 40,
                    .init(question: "q1", option: Tally.other): others,
                ]
            ).first?.showsWords
        }
        #expect(shows(3) == false && shows(6) == true)
    }

    /// 96 of 100 chose the one, which is not said, as it would tell of the other 4; 96 comments on it would say it.
    @Test func commentsOnAnOptionGoWithItsCount() {
        func page(_ first: Int) -> [QuestionFigures] {
            self.page(
                [Question(code: "q1", kind: .multiple(.init(options: two, most: 1, comment: "为什么")), isRequired: true)],
                [
                    .init(question: ""): 100, .init(question: "q1"): 100, .init(question: "q1", option: "a"): first,
                    .init(question: "q1", option: "b"): 100 - first, .init(question: "q1.a.comment"): first - 20,
                ])
        }
        #expect(page(96).map(\.answered) == [100, nil, 0] && page(96).map(\.showsWords).dropFirst().first == false)
        #expect(page(60).map(\.answered) == [100, 40, 0] && page(60).map(\.showsWords).dropFirst().first == true)
    }

    /// That few wrote a comment hides nothing of the questions that were asked beside it.
    @Test func fewCommentsTellNothingOfWhoWasAsked() {
        let figures = page(
            [
                Question(code: "q1", kind: .yesNo, isRequired: true),
                Question(
                    code: "q2", kind: .single(.init(options: two, comment: "为什么")), isRequired: true,
                    condition: "q1 = true"),
            ],
            [
                .init(question: ""): 300, .init(question: "q1"): 300, .init(question: "q1", option: "yes"): 200,
                .init(question: "q1", option: "no"): 100, .init(question: "q2"): 200,
                .init(question: "q2", option: "a"): 120, .init(question: "q2", option: "b"): 80,
                .init(question: "q2.comment"): 3,
            ])
        #expect(figures.map(\.answered) == [300, 200, nil])
    }

    /// Of three ages two tell the third, also where the ages themselves are not shown.
    @Test func questionsOfOneDecisionDoNotTellOfEachOther() {
        func follow(_ code: String, _ condition: String) -> Question {
            Question(code: code, kind: .number(.init()), isRequired: true, condition: condition)
        }
        let figures = page(
            [
                Question(code: "age", kind: .number(.init()), isRequired: true), follow("young", "age < 18"),
                follow("middle", "age >= 18 and age < 60"), follow("old", "age >= 60"),
            ],
            [
                .init(question: ""): 303, .init(question: "age"): 303, .init(question: "young"): 3,
                .init(question: "middle"): 100, .init(question: "old"): 200,
            ])
        #expect(figures.map(\.answered) == [303, nil, nil, nil])
    }

    @Test func aRankingOfManyHasMeanPlacesOnly() throws {
        let options = (1...500).map { Question.Option(code: "o\($0)", text: "") }
        var counts: [Tally.Mark: Int] = [.init(question: ""): 60, .init(question: "q1"): 60]
        for (index, option) in options.enumerated() {
            counts[.init(question: "q1", line: option.code, option: String(index % 7 + 1))] = 2 + index % 59
        }
        let clock = ContinuousClock()
        var figures: [QuestionFigures] = []
        let took = clock.measure {
            figures = page([Question(code: "q1", kind: .ranking(.init(options: options)))], counts)
        }
        #expect(took < .seconds(20))
        let parts = try #require(figures.first?.parts)
        #expect(parts.count == 500 && parts.allSatisfy(\.lines.isEmpty))
        #expect(parts.first?.base == nil && parts.dropFirst(10).first?.numbers?.mean == 4)
    }
}

// MARK: Trying other sheets

/// A questionnaire of three questions, two of which may follow from an earlier one, and sheets that were sent to it.
private struct RandomPage {
    /// One that may be answered so: what it is counted as.
    private typealias Choice = [(line: String, option: String)]
    private typealias Sheet = [String: Choice]

    private struct Asked {
        let question: Question
        let choices: [Choice]
        var after: (question: String, option: String)?
    }

    /// Something the page may print: how many sheets have it.
    private struct Number {
        let name: String
        let shown: Int?
        /// What is hidden beside others is known to be something.
        let isSomething: Bool
        let isOf: (Sheet) -> Int
    }

    private let smallest = 4
    private var kinds: [Sheet] = []
    private var sheets: [Int] = []
    private var numbers: [Number] = []
    private var words = ""

    init(seed: UInt64) {
        var random = SplitMix(state: seed)
        var asked: [Asked] = []
        for place in 1...3 {
            var next = Self.asked("q\(place)", &random)
            if let before = asked.filter({ $0.question.kind != .text(.init()) }).randomElement(using: &random),
                Int.random(in: 0..<4, using: &random) > 0,
                let option = before.choices.randomElement(using: &random)?.first
            {
                next.after = (before.question.code, option.option)
            }
            asked.append(next)
        }
        kinds = Self.sheets(asked[...], answered: [:])
        // A few kinds of sheets are many, the others few: so there are small numbers beside large ones.
        let many = Set((0..<3).compactMap { _ in kinds.indices.randomElement(using: &random) })
        sheets = kinds.indices.map { index in
            many.contains(index)
                ? Int.random(in: 5...30, using: &random) : max(0, Int.random(in: -6...3, using: &random))
        }
        print(asked, base: Bool.random(using: &random) ? .respondents : .answers)
    }

    private static func asked(_ code: String, _ random: inout SplitMix) -> Asked {
        let options = ["a", "b", "c"].map { Question.Option(code: $0, text: $0) }
        func asked(_ kind: Question.Kind, _ choices: [Choice]) -> Asked {
            Asked(
                question: Question(
                    code: code, kind: kind, isRequired: Int.random(in: 0..<3, using: &random) > 0), choices: choices)
        }
        func one(_ codes: [String]) -> [Choice] { codes.map { [(line: "", option: $0)] } }
        switch Int.random(in: 0..<8, using: &random) {
        case 0: return asked(.yesNo, one(["yes", "no"]))
        case 1, 2: return asked(.single(.init(options: options)), one(["a", "b", "c"]))
        case 3:
            return asked(
                .multiple(.init(options: options)),
                (1...7).map { bits in
                    zip(["a", "b", "c"], [1, 2, 4]).filter { bits & $0.1 != 0 }.map { (line: "", option: $0.0) }
                })
        case 4:
            let none = Question.Option(code: "c", text: "c", isExclusive: true)
            return asked(
                .multiple(.init(options: Array(options.prefix(2)) + [none])),
                one(["a", "b", "c"]) + [[(line: "", option: "a"), (line: "", option: "b")]])
        case 5:
            return asked(
                .matrix(.init(rows: options.dropLast(), columns: options.dropLast())),
                ["a", "b"].flatMap { first in
                    ["a", "b"].map { [(line: "a", option: first), (line: "b", option: $0)] }
                })
        case 6:
            let orders = [["a", "b", "c"], ["a", "c", "b"], ["b", "a", "c"], ["b", "c", "a"], ["c", "a", "b"]]
            return asked(
                .ranking(.init(options: options)),
                orders.map { zip($0, ["1", "2", "3"]).map { (line: $0, option: $1) } })
        default: return asked(.number(.init()), one(["10", "30", "70"]))
        }
    }

    /// Every sheet that the questionnaire allows.
    private static func sheets(_ asked: ArraySlice<Asked>, answered: Sheet) -> [Sheet] {
        guard let next = asked.first else { return [answered] }
        let isAsked =
            next.after.map { after in answered[after.question]?.contains { $0.option == after.option } ?? false }
            ?? true
        var choices: [Choice?] = isAsked ? next.choices.map { $0 } : [nil]
        if isAsked, !next.question.isRequired { choices.append(nil) }
        return choices.flatMap { choice in
            sheets(
                asked.dropFirst(),
                answered: answered.merging(choice.map { [next.question.code: $0] } ?? [:]) { $1 })
        }
    }

    private mutating func print(_ asked: [Asked], base: QuestionFigures.Base) {
        var counts: [Tally.Mark: Int] = [:]
        for (sheet, count) in zip(kinds, sheets) where count > 0 {
            counts[.init(question: ""), default: 0] += count
            for (code, choice) in sheet {
                counts[.init(question: code), default: 0] += count
                for line in Set(choice.map(\.line)) where line != "" {
                    counts[.init(question: code, line: line), default: 0] += count
                }
                for mark in choice {
                    counts[.init(question: code, line: mark.line, option: mark.option), default: 0] += count
                }
            }
        }
        let figures = QuestionFigures.all(
            asked.map {
                AskedQuestion(
                    question: $0.question, versions: [1],
                    decidedBy: Set($0.after.map { [$0.question] } ?? []))
            }, in: Tally(counts), base: base, smallest: smallest)
        numbers = [Number(name: "sheets", shown: counts[.init(question: "")] ?? 0, isSomething: false) { _ in 1 }]
        for it in figures {
            let code = it.asked.question.code
            let isWhole = it.answered == nil && it.parts.allSatisfy { $0.lines.allSatisfy { $0.count == nil } }
            numbers.append(
                Number(name: code, shown: it.answered, isSomething: true) { $0[code] == nil ? 0 : 1 })
            numbers.append(
                Number(name: "not \(code)", shown: nil, isSomething: false) { $0[code] == nil ? 1 : 0 })
            let isSeveral = if case .multiple = it.asked.question.kind { base == .answers } else { false }
            for part in it.parts {
                numbers.append(
                    Number(name: "\(code).\(part.line)", shown: part.base, isSomething: true) { sheet in
                        let own = (sheet[code] ?? []).filter { $0.line == part.line }
                        return isSeveral ? own.count : min(1, own.count)
                    })
                for line in part.lines {
                    numbers.append(
                        Number(
                            name: "\(code).\(part.line).\(line.option)", shown: line.count,
                            isSomething: !isWhole && part.lines.contains { $0.count != nil }
                        ) { sheet in
                            (sheet[code] ?? []).filter { $0.line == part.line && $0.option == line.option }.count
                        })
                }
            }
        }
        words = asked.map { "\($0.question.code) \($0.question.kind) \($0.question.isRequired) \($0.after as Any)" }
            .joined(separator: "\n")
    }

    private func value(_ number: Number) -> Int { zip(kinds, sheets).reduce(0) { $0 + number.isOf($1.0) * $1.1 } }

    private func said(_ name: String) -> String {
        "\(name)\n\(words)\n"
            + numbers.map { "\($0.name): \(value($0)) \($0.shown.map { "\($0)" } ?? "hidden")" }.joined(separator: "\n")
    }

    func smallNumbersShown() -> [String] {
        numbers.filter { $0.name != "sheets" && $0.shown != nil && (1..<smallest).contains(value($0)) }.map {
            said($0.name)
        }
    }

    /// Tried with one and two sheets that were answered otherwise.
    func smallNumbersToBeComputed() -> [String] {
        struct Move {
            let from: Int
            let effect: [Int]
        }
        let values = numbers.map(value)
        let shown = numbers.indices.filter { numbers[$0].shown != nil }
        let each = kinds.map { kind in numbers.map { $0.isOf(kind) } }
        var moves: [[Int]: Move] = [:]
        for (from, count) in sheets.enumerated() where count > 0 {
            for to in kinds.indices where to != from {
                let effect = zip(each[to], each[from]).map { $0 - $1 }
                if let known = moves[effect], sheets[known.from] >= count { continue }
                moves[effect] = Move(from: from, effect: effect)
            }
        }
        let still = Move(from: -1, effect: numbers.map { _ in 0 })
        let byShown = Dictionary(grouping: Array(moves.values) + [still]) { move in shown.map { move.effect[$0] } }
        var secrets = Set(
            numbers.indices.filter { numbers[$0].shown == nil && (1..<smallest).contains(values[$0]) })
        for one in moves.values where !secrets.isEmpty {
            for other in byShown[shown.map { -one.effect[$0] }] ?? []
            where other.from != one.from || sheets[one.from] > 1 {
                let looksAlike = numbers.indices.allSatisfy {
                    values[$0] + one.effect[$0] + other.effect[$0]
                        >= (numbers[$0].shown == nil && numbers[$0].isSomething && values[$0] > 0 ? 1 : 0)
                }
                if looksAlike { secrets = secrets.filter { one.effect[$0] + other.effect[$0] == 0 } }
            }
        }
        return secrets.map { said(numbers[$0].name) }
    }
}
