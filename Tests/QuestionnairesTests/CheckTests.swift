import Testing

@testable import Questionnaires

@Suite struct CheckTests {
    static func questionnaire(_ questions: Question..., computed: [Questionnaire.Computed] = []) -> Questionnaire {
        Questionnaire(
            title: "T", pages: [.init(code: "p", groups: [.init(code: "g", questions: questions)])], computed: computed,
            closing: "谢谢")
    }

    static func yesNo(_ code: String, _ condition: String? = nil) -> Question {
        Question(code: code, text: "?", kind: .yesNo, condition: condition)
    }

    static func keys(_ questionnaire: Questionnaire) -> [String] {
        QuestionnaireCheck(questionnaire).faults.map { "\($0.place.words) \($0.key)" }
    }

    @Test func aSoundOneHasNoFaults() {
        #expect(QuestionnaireCheck(AnsweringTests.questionnaire).faults == [])
        #expect(QuestionnaireCheck(AnsweringTests.questionnaire).isSound)
    }

    @Test func whatIsChosenFromTheStartIsWarnedOf() {
        var chosen = Self.yesNo("a")
        chosen.initial = .truth(true)
        let number = Question(code: "n", text: "?", kind: .number(.init()), initial: .number(1))
        #expect(Self.keys(Self.questionnaire(chosen, number)) == ["p › g › a check-preset"])
        #expect(QuestionnaireCheck(Self.questionnaire(chosen, number)).isSound)
    }

    @Test func whatAsksWhoSomebodyIsIsWarnedOf() {
        func asked(_ text: String, _ kind: Question.Kind = .text(.init())) -> [String] {
            Self.keys(Self.questionnaire(Question(code: "a", text: text, kind: kind)))
        }
        #expect(asked("您的电话号码？") == ["p › g › a check-personal"])
        #expect(asked("Your name") == ["p › g › a check-personal"])
        #expect(asked("您想给新桥起什么名字？") == [])
        #expect(asked("打电话方便吗？", .yesNo) == [])
    }

    @Test func whatHangsOnAWordOfACommentIsReached() {
        let options = AnsweringTests.options
        let commented = Question(code: "a", text: "?", kind: .single(.init(options: options, comment: "为什么")))
        let next = Question(code: "b", text: "?", kind: .yesNo, condition: "a.comment == '远'")
        #expect(Self.keys(Self.questionnaire(commented, next)) == [])
        let plain = Question(code: "a", text: "?", kind: .single(.init(options: options)))
        let never = Question(code: "b", text: "?", kind: .yesNo, condition: "a == 'a' and a == 'b'")
        #expect(Self.keys(Self.questionnaire(plain, never)) == ["p › g › b check-unreachable"])
    }

    @Test func noMoreFilesThanASheetTakes() {
        let files = (1...6).map { Question(code: "f\($0)", text: "?", kind: .file(.init())) }
        func faults(_ count: Int) -> [QuestionnaireFault] {
            let group = Questionnaire.Group(code: "g", questions: Array(files.prefix(count)))
            return QuestionnaireCheck(
                Questionnaire(title: "T", pages: [.init(code: "p", groups: [group])], closing: "谢谢")
            ).faults
        }
        #expect(faults(5).isEmpty && faults(6).map(\.kind) == [.tooManyFiles(limit: 5)])
        let several = Questionnaire.Group(
            code: "g", questions: ["a", "b"].map { Question(code: $0, text: "?", kind: .file(.init(most: 3))) })
        #expect(
            QuestionnaireCheck(
                Questionnaire(title: "T", pages: [.init(code: "p", groups: [several])], closing: "谢谢")
            ).faults.map(\.kind) == [.tooManyFiles(limit: 5)])
    }

    @Test func conditionsNameWhatIsEarlier() {
        #expect(Self.keys(Self.questionnaire(Self.yesNo("a", "b"), Self.yesNo("b"))) == ["p › g › a check-later"])
        let through = Self.questionnaire(
            Self.yesNo("a", "c"), Self.yesNo("b"), computed: [.init(code: "c", expression: "b or b")])
        #expect(Self.keys(through) == ["p › g › a check-later"])
    }

    @Test func circlesAreFound() {
        let both = Self.keys(Self.questionnaire(Self.yesNo("a", "b"), Self.yesNo("b", "a")))
        #expect(both == ["p › g › a check-later", "p › g › a check-circular", "p › g › b check-circular"])
        let computed = Self.questionnaire(
            Self.yesNo("a"),
            computed: [
                .init(code: "x", expression: "y + 1"), .init(code: "y", expression: "x + 1"),
                .init(code: "z", expression: "z"),
            ])
        #expect(Self.keys(computed) == ["x check-circular", "y check-circular", "z check-circular"])
        // A thousand in one circle end as well.
        let ring = (0..<1_000).map { Questionnaire.Computed(code: "c\($0)", expression: "c\(($0 + 1) % 1_000) + 1") }
        #expect(
            QuestionnaireCheck(Self.questionnaire(Self.yesNo("a"), computed: ring)).faults.contains {
                $0.key == "check-circular"
            })
    }

    @Test func computedValuesMayComeInAnyOrder() {
        let computed: [Questionnaire.Computed] = [
            .init(code: "x", expression: "y + 1"), .init(code: "y", expression: "count(a)"),
        ]
        #expect(Self.keys(Self.questionnaire(Self.yesNo("a"), Self.yesNo("b", "x > 1"), computed: computed)) == [])
    }

    @Test func theUnreachableIsFound() {
        #expect(
            Self.keys(Self.questionnaire(Self.yesNo("a"), Self.yesNo("b", "a and not a"))) == [
                "p › g › b check-unreachable"
            ])
        #expect(
            Self.keys(Self.questionnaire(Self.yesNo("a"), Self.yesNo("b", "1 > 2"))) == ["p › g › b check-unreachable"])
        #expect(Self.keys(Self.questionnaire(Self.yesNo("a"), Self.yesNo("b", "not answered(a)"))) == [])
    }

    /// “Only what was chosen before”, of which nothing can be chosen.
    @Test func aQuestionOfWhichNothingCanBeLeftIsFound() {
        func keys(_ a: String, _ b: String, other: String? = nil) -> [String] {
            let before = Question(code: "use", text: "?", kind: .single(.init(options: AnsweringTests.options)))
            let options = [
                Question.Option(code: "a", text: "A", condition: a),
                Question.Option(code: "b", text: "B", condition: b),
            ]
            let left = Question(code: "best", text: "?", kind: .single(.init(options: options, other: other)))
            return Self.keys(Self.questionnaire(before, left))
        }
        #expect(keys("use == 'a'", "use == 'b'") == [])
        #expect(keys("use == 'a'", "use == 'a' and use == 'b'") == [], "one of them can be left")
        #expect(
            keys("use == 'a' and use == 'c'", "use == 'a' and use == 'b'") == ["p › g › best check-unreachable"])
        #expect(keys("use == 'a' and use == 'c'", "1 > 2", other: "其他") == [], "“other” is always there")
    }

    @Test func codesAreOnceAndNoWordsOfTheLanguage() {
        let keys = Self.keys(
            Self.questionnaire(
                Self.yesNo("a"), Self.yesNo("a"), Self.yesNo("1a"), Self.yesNo("and"), Self.yesNo("年"), Self.yesNo("")))
        #expect(
            keys == [
                "p › g › a check-duplicate-code", "p › g › 1a check-code", "p › g › and check-reserved-code",
                "p › g › 年 check-code", "p › g ›  check-code",
            ])
    }

    @Test(
        arguments: [
            .multiple(.init(options: AnsweringTests.options, least: 3, most: 2)),
            .multiple(.init(options: AnsweringTests.options, least: 4)), .number(.init(least: 2, most: 1)),
            .scale(.init(from: 5, to: 5)),
            .scale(.init(from: Int.min, to: Int.max)), .date(.init(first: "2026-02-01", last: "2026-01-01")),
            .date(.init(first: "soon")), .text(.init(most: 0)),
            .ranking(.init(options: AnsweringTests.options, most: 0)),
            .ranking(.init(options: AnsweringTests.options, most: 1_000_000_000)),
        ] as [Question.Kind])
    func limitsArePossible(_ kind: Question.Kind) {
        #expect(
            Self.keys(Self.questionnaire(Question(code: "q", text: "?", kind: kind))) == ["p › g › q check-impossible"])
    }

    @Test func whatIsFarTooLargeIsNotTakenFromAFile() throws {
        let options = (0...500).map { Question.Option(code: "c\($0)", text: "C") }
        let huge = Self.questionnaire(Question(code: "q", text: "?", kind: .ranking(.init(options: options))))
        let file = Array(try QuestionnaireYAML.text(of: huge).utf8)
        #expect(throws: QuestionnaireFile.Fault.tooMany(limit: 500)) { try QuestionnaireFile(reading: file) }
    }

    @Test func whatATextNamesIsLookedUpOnceAndNotInOneThatIsFarTooLong() {
        func keys(_ text: String) -> [String] {
            var content = Self.questionnaire(Self.yesNo("a"))
            content.introduction = text
            return Self.keys(content)
        }
        #expect(keys("{x} {x} {y} {x}") == [" check-unknown-in-text", " check-unknown-in-text"])
        #expect(keys("{a} {a}") == [" check-later-in-text"])
        #expect(keys(String(repeating: "{x} ", count: 2_000)) == [" check-too-long"])
    }

    /// A megabyte of values that wait for each other: to list for each what it waits for would take all memory, and hours.
    @Test func whatIsFarTooLargeIsNotReadAnyFurther() throws {
        func ring(_ count: Int) -> Questionnaire {
            Self.questionnaire(
                Self.yesNo("a"),
                computed: (0..<count).map {
                    Questionnaire.Computed(code: "c\($0)", expression: "c\(($0 + 1) % count) + 1")
                })
        }
        #expect(QuestionnaireCheck.limit(exceededBy: ring(30_000)) == 100)
        #expect(QuestionnaireCheck.limit(exceededBy: ring(100)) == nil)
        let file = Array(try QuestionnaireYAML.text(of: ring(101)).utf8)
        #expect(throws: QuestionnaireFile.Fault.tooMany(limit: 100)) { try QuestionnaireFile(reading: file) }
        let options = (0..<40).map { Question.Option(code: "o\($0)", text: "O") }
        let matrix = Question(code: "m", text: "?", kind: .matrix(.init(rows: options, columns: options)))
        #expect(QuestionnaireCheck.limit(exceededBy: Self.questionnaire(matrix)) == 1_000)
        let pages = (0...100).map { Questionnaire.Page(code: "p\($0)", groups: []) }
        #expect(QuestionnaireCheck.limit(exceededBy: Questionnaire(pages: pages)) == 100)
        let quotas = (0...100).map { Questionnaire.Quota(code: "k\($0)", condition: "a", most: 1) }
        #expect(QuestionnaireCheck.limit(exceededBy: Questionnaire(quotas: quotas)) == 100)
    }

    @Test func aScaleHasFewSteps() {
        #expect(Question.Scale(from: -1, to: 1).steps == [-1, 0, 1])
        #expect(Question.Scale(from: 0, to: Int.max).steps.count == 101)
        #expect(Question.Scale(from: Int.max - 1, to: Int.max).steps.count == 2)
        #expect(Question.Scale(from: 5, to: 1).steps == [5])
    }

    @Test func hugeOnesAreRefused() {
        let columns = (0..<1_000).map { Question.Option(code: "c\($0)", text: "C") }
        let keys = Self.keys(
            Self.questionnaire(
                Question(code: "m", text: "?", kind: .matrix(.init(rows: AnsweringTests.options, columns: columns)))))
        #expect(keys == ["p › g › m check-too-many-options", "p › g › m check-too-many-cells"])
    }

    @Test func textsFitIntoOneSheetWhenTheyAreFilled() {
        let texts = (0..<5).map {
            Question(code: "q\($0)", text: "?", kind: .text(.init(isLong: true, most: 5_000)))
        }
        #expect(Self.keys(Self.questionnaire(texts[0], texts[1], texts[2], texts[3])) == [])
        let check = QuestionnaireCheck(
            Self.questionnaire(texts[0], texts[1], texts[2], texts[3], texts[4]))
        #expect(check.faults.map(\.key) == ["check-sheet-too-long"] && check.isSound)
    }

    @Test func emptinessIsNamed() {
        #expect(Self.keys(Questionnaire()) == [" check-empty-title", " check-no-closing", " check-no-question"])
        let keys = Self.keys(
            Self.questionnaire(
                Question(
                    code: "q", text: "{x}{q}", kind: .single(.init(options: [])),
                    validation: .init(expression: "q ==", message: ""))))
        #expect(
            keys == [
                "p › g › q formula-expected-value", "p › g › q check-unknown-in-text", "p › g › q check-later-in-text",
                "p › g › q check-no-options", "p › g › q check-no-message",
            ] || keys.count == 5)
    }
}
