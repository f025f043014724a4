import Questionnaires
import Testing

@Suite struct QuestionFiguresTests {
    private typealias Mark = Tally.Mark

    private func figures(
        _ kind: Question.Kind, _ counts: [Mark: Int], base: QuestionFigures.Base = .respondents,
        numbers: [Mark: NumberFigures] = [:], smallest: Int = 5
    ) -> QuestionFigures {
        QuestionFigures(
            AskedQuestion(question: Question(code: "q", kind: kind), versions: [1]),
            in: Tally(counts, numbers: numbers), base: base, smallest: smallest)
    }

    private let two = [Question.Option(code: "a", text: "甲"), Question.Option(code: "b", text: "乙")]

    /// 53 of 60 is 88.33 %; 50 of 226 choices is 22.12 %, of 60 people 83.33 %.
    @Test func theBaseIsSaidAndUsed() {
        let single = figures(
            .single(.init(options: two)),
            [Mark(question: "q"): 60, Mark(question: "q", option: "a"): 53, Mark(question: "q", option: "b"): 7])
        #expect(single.parts.first?.base == 60)
        #expect(single.parts.first?.lines.first?.share == 53.0 / 60)
        let counts = [
            Mark(question: "q"): 60, Mark(question: "q", option: "a"): 50, Mark(question: "q", option: "b"): 30,
        ]
        let people = figures(.multiple(.init(options: two)), counts)
        #expect(people.parts.first?.lines.map(\.share) == [50.0 / 60, 30.0 / 60])
        let answers = figures(.multiple(.init(options: two)), counts, base: .answers)
        #expect(answers.parts.first?.base == 80)
        #expect(answers.parts.first?.lines.map(\.share) == [50.0 / 80, 30.0 / 80])
    }

    @Test func nobodyIsNoShare() {
        let none = figures(.yesNo, [:])
        #expect(none.answered == 0)
        #expect(none.parts.first?.lines.map(\.count) == [0, 0])
        #expect(none.parts.first?.lines.map(\.share) == [nil, nil])
    }

    /// Towns that nobody chose have no line: of one sheet the only line would be its answer.
    @Test func aNameAloneGivesNothingAway() {
        func towns(_ counts: [String: Int]) -> [String]? {
            let whole = counts.values.reduce(0, +)
            var marks = [Mark(question: ""): whole, Mark(question: "q"): whole]
            for (town, count) in counts { marks[Mark(question: "q", option: town)] = count }
            let found = figures(.unit(.towns), marks)
            #expect(found.hidesAnything == counts.values.contains { $0 < 5 })
            return found.parts.first?.lines.map(\.option).sorted()
        }
        #expect(towns(["laolong": 1]) == [])
        #expect(towns(["laolong": 2, "tuocheng": 1]) == [])
        #expect(towns(["laolong": 20, "tuocheng": 30]) == ["laolong", "tuocheng"])
    }

    /// Mean and spread of two unknown counts would give both away.
    @Test func numbersGoWithAHiddenCount() {
        let numbers = [Mark(question: "q"): NumberFigures(sheets: 22, mean: 1.1, median: 1, spread: 0.3)]
        let open = figures(
            .scale(.init(from: 1, to: 2)),
            [Mark(question: "q"): 22, Mark(question: "q", option: "1"): 12, Mark(question: "q", option: "2"): 10],
            numbers: numbers)
        #expect(open.parts.first?.numbers?.mean == 1.1)
        let hidden = figures(
            .scale(.init(from: 1, to: 2)),
            [Mark(question: "q"): 22, Mark(question: "q", option: "1"): 20, Mark(question: "q", option: "2"): 2],
            numbers: numbers)
        #expect(hidden.parts.first?.lines.map(\.count) == [nil, nil])
        #expect(hidden.parts.first?.numbers == nil)
    }

    /// Where the few at the ends are is not to be seen.
    @Test func numbersHaveClasses() {
        func lines(_ classes: [(start: Double, sheets: Int)], isWhole: Bool = true, width: Double = 10) -> [String] {
            let spread = NumberDistribution(
                least: .init(12, sheets: 1), most: .init(900, sheets: 5), isWhole: isWhole, width: width,
                classes: classes)
            let numbers = NumberFigures(sheets: 60, mean: 40, median: 40, spread: 9)
            let found = QuestionFigures(
                AskedQuestion(question: Question(code: "q", kind: .number(.init())), versions: [1]),
                in: Tally(
                    [Mark(question: ""): 60, Mark(question: "q"): 60], numbers: [Mark(question: "q"): numbers],
                    distributions: [Mark(question: "q"): spread]), base: .respondents, smallest: 5)
            #expect(found.parts.map(\.numbers?.least) == [nil] && found.parts.map(\.numbers?.most) == [900])
            return found.parts.flatMap(\.classes).map { "\($0.option): \($0.count ?? -1)" }
        }
        #expect(
            lines([(10, 2), (20, 20), (30, 30), (50, 6), (900, 2)])
                == ["<30: 22", "30–39: 30", "≥50: 8"])
        #expect(lines([(0, 10), (1, 50)], width: 1) == ["0: 10", "1: 50"])
        #expect(lines([(0, 10), (0.5, 50)], isWhole: false, width: 0.5) == ["0–<0.5: 10", "0.5–<1: 50"])
        #expect(lines([(10, 60)]) == [])
        #expect(lines([(-10, 10), (-5, 50)], width: 5) == ["−10 – −6: 10", "−5 – −1: 50"])
        #expect(lines([(-0.5, 10), (0, 50)], isWhole: false, width: 0.5) == ["−0.5 – <0: 10", "0–<0.5: 50"])
    }

    /// Of many months each is small: years say more, and the few at their ends go with their neighbours.
    @Test func datesGoByYearsWhereMonthsSayNothing() {
        func figures(_ months: [String: Int]) -> QuestionFigures {
            let all = months.values.reduce(0, +)
            var marks = [Mark(question: ""): all, Mark(question: "q"): all]
            for (month, sheets) in months {
                marks[Mark(question: "q", option: month)] = sheets
                marks[
                    Mark(
                        question: "q", line: "_year", option: "\(month.prefix(3))0..\((Int(month.prefix(3)) ?? 0) + 1)0"
                    ), default: 0] += sheets
            }
            return QuestionFigures(
                AskedQuestion(question: Question(code: "q", kind: .date(.init())), versions: [1]), in: Tally(marks),
                base: .respondents, smallest: 5)
        }
        let born = figures(
            Dictionary(uniqueKeysWithValues: (1...12).flatMap { [("19\($0 + 54)-03", 2), ("19\($0 + 54)-07", 3)] }))
        #expect(born.answered == 60)
        #expect(
            born.parts.flatMap(\.classes).map { "\($0.option): \($0.count ?? -1)" } == [
                "1950..1960: 25", "1960..1970: 35",
            ])
        // The door that publishes looks lines up among the marks.
        let noneHasLines = born.parts.allSatisfy(\.lines.isEmpty)
        #expect(noneHasLines)
        let recent = figures(["2026-03": 20, "2026-04": 40])
        #expect(recent.parts.flatMap(\.lines).map(\.option) == ["2026-03", "2026-04"])
    }

    @Test func whereNobodyWroteACommentNothingIsSaidOfIt() {
        let options = ["a", "b"].map { Question.Option(code: $0, text: $0) }
        let question = Question(code: "q", kind: .multiple(.init(options: options, comment: "为什么")))
        let asked = question.counted.map { AskedQuestion(question: $0, versions: [1]) }
        let tally = Tally([
            Mark(question: ""): 60, Mark(question: "q"): 60, Mark(question: "q", option: "a"): 60,
            Mark(question: "q.a.comment"): 3,
        ])
        let figures = QuestionFigures.all(asked, in: tally, base: .respondents, smallest: 5)
        #expect(figures.filter { !$0.isUnwritten }.map(\.asked.question.code) == ["q", "q.a.comment"])
    }

    /// A correction may turn a question round: what older versions asked stays beside what is added up.
    @Test func otherWordsOfOlderVersionsAreKnown() {
        func version(_ text: String) -> Questionnaire {
            Questionnaire(
                title: "路",
                pages: [
                    .init(
                        code: "p",
                        groups: [.init(code: "g", questions: [Question(code: "q", text: text, kind: .yesNo)])])
                ])
        }
        let asked = AskedQuestion.all(in: ["去年修过吗？", "前年修过吗？", "去年修过吗？", "今年修过吗？"].map(version))
        #expect(asked.map(\.question.text) == ["今年修过吗？"] && asked.map(\.versions) == [[1, 2, 3, 4]])
        #expect(asked.first?.former.map(\.text) == ["去年修过吗？", "前年修过吗？"])
        #expect(asked.first?.former.map(\.versions) == [[1, 3], [2]])
    }

    @Test func fewAnswersAreNotCounted() {
        let few = figures(
            .number(.init()), [Mark(question: "q"): 3],
            numbers: [Mark(question: "q"): NumberFigures(sheets: 3, mean: 1, median: 1, spread: 0)])
        #expect(few.answered == nil)
        #expect(few.parts.first?.base == nil)
        #expect(few.parts.first?.numbers == nil)
    }

    /// Three chose six times: that none of them chose the last is known of each, so it is not said.
    @Test func ofAFewWhoChooseSeveralNothingIsSaid() {
        let counts = [
            Mark(question: ""): 60, Mark(question: "q"): 3, Mark(question: "q", option: "a"): 3,
            Mark(question: "q", option: "b"): 3,
        ]
        let three = two + [Question.Option(code: "c", text: "丙")]
        let few = figures(.multiple(.init(options: three)), counts)
        #expect(few.answered == nil)
        #expect(few.parts.first?.base == nil)
        #expect(few.parts.first?.lines.map(\.count) == [nil, nil, nil])
    }

    @Test func rankingHasMeanPlaces() {
        let ranking = figures(
            .ranking(.init(options: two)),
            [
                Mark(question: "q"): 30, Mark(question: "q", line: "a", option: "1"): 20,
                Mark(question: "q", line: "a", option: "2"): 10,
                Mark(question: "q", line: "b", option: "1"): 10, Mark(question: "q", line: "b", option: "2"): 20,
            ])
        #expect(ranking.parts.map(\.line) == ["a", "b"])
        #expect(ranking.parts.first?.numbers?.mean == 40.0 / 30)
        #expect(ranking.parts.first?.numbers?.median == 1)
        #expect(ranking.parts.first?.lines.first?.count == 20)
    }

    @Test func whatOnlyAnOlderVersionAskedIsKept() {
        func version(_ questions: [Question]) -> Questionnaire {
            Questionnaire(pages: [.init(code: "p", groups: [.init(code: "g", questions: questions)])])
        }
        let asked = AskedQuestion.all(in: [
            version([
                Question(code: "q1", kind: .single(.init(options: two))), Question(code: "q2", kind: .yesNo),
                Question(code: "i", kind: .information),
            ]),
            version([
                Question(code: "q3", kind: .text(.init())),
                Question(code: "q1", kind: .single(.init(options: [Question.Option(code: "c", text: "丙")]))),
            ]),
        ])
        #expect(asked.map(\.question.code) == ["q3", "q1", "q2"])
        #expect(asked.map(\.versions) == [[2], [1, 2], [1]])
        guard case .single(let joined)? = asked.dropFirst().first?.question.kind else {
            Issue.record("no single choice")
            return
        }
        #expect(joined.options.map(\.code) == ["c", "a", "b"])
    }
}
