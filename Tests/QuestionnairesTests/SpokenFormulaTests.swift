import Testing

@testable import Questionnaires

@Suite struct SpokenFormulaTests {
    private static let questionnaire = Questionnaire(
        title: "T",
        pages: [
            .init(
                code: "p",
                groups: [
                    .init(
                        code: "g",
                        questions: [
                            Question(
                                code: "grade", text: "?",
                                kind: .single(
                                    .init(
                                        options: [.init(code: "a", text: "满意"), .init(code: "b", text: "不满意")],
                                        other: "其他"))),
                            Question(
                                code: "ways", text: "?",
                                kind: .multiple(
                                    .init(options: [.init(code: "w", text: "窗口"), .init(code: "n", text: "网上")]))),
                            Question(code: "again", text: "?", kind: .yesNo),
                            Question(code: "age", text: "?", kind: .number(.init())),
                            Question(
                                code: "grid", text: "?",
                                kind: .matrix(
                                    .init(
                                        rows: [.init(code: "r", text: "态度")],
                                        columns: [.init(code: "x", text: "好"), .init(code: "y", text: "差")]))),
                            Question(
                                code: "plain", text: "?", kind: .single(.init(options: [], other: "", comment: ""))),
                        ])
                ])
        ], computed: [.init(code: "old", expression: "age >= 60")])

    private static let spoken = SpokenFormula(
        questionnaire, numbers: ["grade": 1, "ways": 2, "again": 3, "age": 4, "grid": 5, "plain": 6]
    ) { key, arguments in
        let sentences = [
            "question": "第{number}题", "part": "{question}的{part}", "option": "“{text}”", "or_between": "或",
            "chose": "{question}选了{options}", "did_not_choose": "{question}没有选{options}", "and": "，并且", "or": "，或者",
            "not": "不是{text}", "yes": "{question}答是", "no": "{question}答否", "at_least": "{left}不小于{right}",
            "answered": "{question}有回答", "not_answered": "{question}没有回答", "count": "{question}选的个数",
            "bracketed": "（{text}）", "is": "{left}是{right}",
            "answer_of": "（第{number}题的回答）", "other": "其他", "comment": "说明",
        ]
        return arguments.reduce(sentences[key] ?? key) { $0.replacing("{\($1.key)}", with: $1.value) }
    }

    @Test(arguments: [
        ("grade = 'b'", "第1题选了“不满意”"), ("grade != 'b'", "第1题没有选“不满意”"), ("grade = '_other'", "第1题选了“其他”"),
        ("grade in ('a', 'b')", "第1题选了“满意”或“不满意”"), ("'w' in ways", "第2题选了“窗口”"), ("again", "第3题答是"),
        ("not again", "第3题答否"), ("again = true", "第3题答是"), ("again = false", "第3题答否"),
        ("age >= 18 and (again or 'n' in ways)", "第4题不小于18，并且（第3题答是，或者第2题选了“网上”）"),
        ("not answered(grade)", "第1题没有回答"), ("not ('w' in ways)", "第2题没有选“窗口”"),
        ("answered(ways) and 'w' in ways", "第2题选了“窗口”"), ("not (answered(ways) and 'w' in ways)", "第2题没有选“窗口”"),
        ("answered(grade) and 'w' in ways", "第1题有回答，并且第2题选了“窗口”"), ("not (not answered(grade))", "第1题有回答"),
        ("not (answered(grid) and 'r' in grid)", "第5题的态度没有回答"), ("not (old and again)", "不是第4题不小于60，并且第3题答是"),
        ("plain = '_other'", "第6题选了“其他”"), ("answered(plain.comment)", "第6题的说明有回答"),
        ("answered(grade.other)", "第1题的其他有回答"),
        ("grid.r = 'y'", "第5题的态度选了“差”"), ("old", "第4题不小于60"),
        ("'r' in grid", "第5题的态度有回答"), ("count(ways) >= 2", "第2题选的个数不小于2"),
    ])
    func conditionsAreSaid(_ condition: String, _ words: String) {
        #expect(Self.spoken.said(condition) == words)
    }

    @Test func whatIsNoConditionIsNotSaid() { #expect(Self.spoken.said("nothing = 1") == nil) }

    /// Each doubles the one before: said in full, the last is half a million sentences.
    @Test func whatGrowsWithoutBoundIsNotSaid() {
        var grown = Self.questionnaire
        grown.computed = (1...20).map {
            .init(code: "c\($0)", expression: $0 == 1 ? "age + age" : "c\($0 - 1) + c\($0 - 1)")
        }
        let spoken = SpokenFormula(grown, numbers: ["age": 4]) { key, _ in key }
        #expect(spoken.said("c2 > 1") != nil)
        #expect(spoken.said("c20 > 1") == nil)
    }

    @Test func repeatedAnswersAreQuestionsOnPaper() {
        #expect(Self.spoken.repeated("您说{grade}，{unknown}？") == "您说（第1题的回答），＿＿＿＿？")
    }
}
