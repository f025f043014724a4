import Foundation
import Questionnaires
import Testing

@Suite struct CodingTests {
    /// Every kind of question with everything it can say.
    static let full = Questionnaire(
        title: "满意度", introduction: "一。\n\n二。",
        pages: [
            .init(
                code: "p1", title: "关于您",
                groups: [
                    .init(
                        code: "g1", title: "组",
                        questions: [
                            Question(
                                code: "age", text: "年龄", hint: "周岁",
                                kind: .number(.init(least: 0.5, most: 120, decimals: 1, unit: "岁")), isRequired: true,
                                validation: .init(expression: "age < 100", message: "请核对"), initial: .number(18.5)),
                            Question(
                                code: "sex",
                                kind: .single(
                                    .init(
                                        options: [
                                            .init(code: "1", text: "男"),
                                            .init(code: "2", text: "女", condition: "age > 1"),
                                        ],
                                        isDropDown: true, other: "其他", isShuffled: true)),
                                initial: .choice(.other("yes"))),
                            Question(
                                code: "like",
                                kind: .multiple(
                                    .init(
                                        options: [
                                            .init(code: "a", text: "A"),
                                            .init(code: "none", text: "都不", isExclusive: true),
                                        ],
                                        least: 1, most: 2, other: "其他", comment: "请说明")),
                                initial: .choices([.option("a", comment: "丙"), .other("乙")])),
                            Question(code: "sure", kind: .yesNo, condition: "age >= 18", initial: .truth(true)),
                        ], isShuffled: true, condition: "true"),
                    .init(
                        code: "g2",
                        questions: [
                            Question(
                                code: "m1",
                                kind: .matrix(
                                    .init(
                                        rows: [.init(code: "r", text: "R")], columns: [.init(code: "c", text: "C")],
                                        isShuffled: true)),
                                initial: .matrixChoice(["r": "c"])),
                            Question(
                                code: "m2",
                                kind: .matrix(
                                    .init(
                                        rows: [.init(code: "r", text: "R")], columns: [.init(code: "c", text: "C")],
                                        cell: .multiple)),
                                initial: .matrixChoices(["r": ["c"]])),
                            Question(
                                code: "m3",
                                kind: .matrix(
                                    .init(
                                        rows: [.init(code: "r", text: "R")], columns: [.init(code: "c", text: "C")],
                                        cell: .number(.init(least: 0)))),
                                initial: .matrixNumbers(["r": ["c": 2.25]])),
                            Question(
                                code: "m4",
                                kind: .matrix(
                                    .init(
                                        rows: [.init(code: "r", text: "R")], columns: [.init(code: "c", text: "C")],
                                        cell: .text(most: 20))),
                                initial: .matrixTexts(["r": ["c": "2"]])),
                            Question(
                                code: "stars",
                                kind: .scale(.init(from: 0, to: 10, appearance: .stars, labels: ["差", "好"])),
                                initial: .number(3)),
                            Question(
                                code: "order",
                                kind: .ranking(
                                    .init(options: [.init(code: "a", text: "A"), .init(code: "b", text: "B")], most: 1)),
                                initial: .choices([.option("b")])),
                            Question(
                                code: "words", kind: .text(.init(isLong: true, most: 500)), initial: .text("true")),
                            Question(
                                code: "day", kind: .date(.init(first: "2026-01-01", last: "2026-12-31")),
                                initial: .text("2026-02-03")),
                            Question(code: "town", kind: .unit(.towns)), Question(code: "paper", kind: .file(.init())),
                            Question(code: "papers", kind: .file(.init(most: 3))),
                            Question(code: "note", text: "说明", kind: .information),
                        ]),
                ], isShuffled: true, condition: "true")
        ],
        computed: [.init(code: "double", expression: "age * 2")],
        quotas: [.init(code: "young", title: "青年", condition: "age < 30", most: 100, closing: "已满")], closing: "谢谢")

    @Test func jsonKeepsEverything() throws {
        let data = try JSONEncoder().encode(Self.full)
        #expect(try JSONDecoder().decode(Questionnaire.self, from: data) == Self.full)
    }

    @Test func whatIsMissingIsAsTheInitializersHaveIt() throws {
        let json =
            #"{"pages": [{"code": "p", "groups": [{"code": "g", "questions": [{"code": "q", "kind": "text"}, {"code": "s", "kind": {"scale": {}}}]}]}]}"#
        let read = try JSONDecoder().decode(Questionnaire.self, from: Data(json.utf8))
        #expect(
            read
                == Questionnaire(pages: [
                    .init(
                        code: "p",
                        groups: [
                            .init(
                                code: "g",
                                questions: [
                                    Question(code: "q", kind: .text(.init())),
                                    Question(code: "s", kind: .scale(.init())),
                                ])
                        ])
                ]))
    }

    @Test(arguments: [
        #"{"pages": [{"groups": [{"questions": [{"code": "q"}]}]}]}"#,
        #"{"pages": [{"groups": [{"questions": [{"kind": "poem"}]}]}]}"#,
        #"{"pages": [{"groups": [{"questions": [{"kind": {"text": {}, "file": {}}}]}]}]}"#, #"{"pages": 3}"#,
    ])
    func whatIsNoQuestionnaireIsRefused(_ json: String) {
        #expect(throws: DecodingError.self) { try JSONDecoder().decode(Questionnaire.self, from: Data(json.utf8)) }
    }

    @Test func answersArePlain() throws {
        let answers = Dictionary(
            uniqueKeysWithValues: Self.full.questions.compactMap { question in
                question.initial.map { (question.code, $0) }
            })
        let json = String(decoding: answers.json(), as: UTF8.self)
        #expect(
            json
                == #"{"age":18.5,"day":"2026-02-03","like":[{"comment":"丙","option":"a"},{"other":"乙"}],"m1":{"r":"c"},"m2":{"r":["c"]},"m3":{"r":{"c":2.25}},"m4":{"r":{"c":"2"}},"order":["b"],"sex":{"other":"yes"},"stars":3,"sure":true,"words":"true"}"#
        )
        #expect(try Answers(json: Data(json.utf8), for: Self.full) == answers)
    }

    @Test func foreignAnswersAreRefused() {
        #expect(throws: AnswersFault.foreign(question: "x")) {
            try Answers(json: Data(#"{"x": 1}"#.utf8), for: Self.full)
        }
        #expect(throws: AnswersFault.form(question: "sure")) {
            try Answers(json: Data(#"{"sure": 1}"#.utf8), for: Self.full)
        }
        #expect(throws: AnswersFault.form(question: "note")) {
            try Answers(json: Data(#"{"note": "x"}"#.utf8), for: Self.full)
        }
        for choice in [#"{"option": "a"}"#, #"{"comment": "x"}"#, #"{"option": "a", "comment": 1}"#, #"{"a": "x"}"#] {
            #expect(throws: AnswersFault.form(question: "sex")) {
                try Answers(json: Data(#"{"sex": \#(choice)}"#.utf8), for: Self.full)
            }
        }
        #expect(throws: AnswersFault.form(question: "m3")) {
            try Answers(json: Data(#"{"m3": {"r": {"c": 1e300}}}"#.utf8), for: Self.full)
        }
        #expect(throws: AnswersFault.notJSON) { try Answers(json: Data("[".utf8), for: Self.full) }
    }

    @Test(arguments: [
        (0, "0"), (-0.0, "0"), (5, "5"), (-2.5, "-2.5"), (0.1, "0.1"), (1e-7, "0.0000001"), (1.25e-9, "0.00000000125"),
        (1e15, "1000000000000000"), (123_456_789.125, "123456789.125"),
    ])
    func numbersHaveNoExponent(_ number: Double, _ text: String) { #expect(DecimalText.text(of: number) == text) }

    @Test(
        arguments: [
            ("5", 5), ("-0", 0), ("３．５", 3.5), (" 1 000 ", 1000), ("1e5", nil), ("", nil), (".5", nil), ("1.", nil),
            ("0x10", nil), ("nan", nil), ("1.2.3", nil), ("1000000000000001", nil),
        ] as [(String, Double?)])
    func typedNumbersAreRead(_ typed: String, _ number: Double?) { #expect(DecimalText.number(typed) == number) }
}
