import Questionnaires
import Testing

@testable import Web

@Suite("What a correction changes, before and after") struct CorrectionWordsTests {
    private let texts: Texts

    init() throws { texts = try TestSite.texts(.chinese) }

    private func changes(
        from kind: Question.Kind, to other: Question.Kind, required: Bool = false
    ) -> [QuestionnaireCheckPage.Change] {
        func asked(_ kind: Question.Kind, _ required: Bool) -> Questionnaire {
            let question = Question(code: "q1", text: "满意吗？", kind: kind, isRequired: required)
            return Questionnaire(
                title: "调查", pages: [.init(code: "p1", groups: [.init(code: "g1", questions: [question])])])
        }
        return QuestionnaireCheckPage.Change.all(
            from: asked(kind, false), to: asked(other, required), answered: [:], texts)
    }

    @Test("Words of a scale and limits are shown as they were and as they are")
    func rules() throws {
        let labels = changes(
            from: .scale(.init(labels: ["差", "好"])), to: .scale(.init(labels: ["很不满意", "很满意"])))
        let scale = try #require(labels.first)
        #expect(labels.count == 1 && scale.before == "各级的字样：差 · 好" && scale.after == "各级的字样：很不满意 · 很满意")
        #expect(QuestionnaireCheckPage.Change.note(labels, texts).contains("很不满意 · 很满意"))
        let limits = changes(from: .number(.init(least: 1)), to: .number(.init(least: 1, most: 9)))
        #expect(limits.map(\.before) == ["最多：（空）"] && limits.map(\.after) == ["最多：9"])
    }

    @Test("What has a line of its own is not said twice")
    func once() {
        let (a, b) = (Question.Option(code: "a", text: "甲"), Question.Option(code: "b", text: "乙"))
        let added = changes(from: .single(.init(options: [a])), to: .single(.init(options: [a, b], isDropDown: true)))
        #expect(added.map(\.after) == ["乙", "规则：用下拉框"])
        let turned = changes(from: .single(.init(options: [a, b])), to: .single(.init(options: [b, a])))
        #expect(turned.count == 1 && turned.first?.before.contains("甲") == true)
        #expect(turned.first?.before != turned.first?.after)
        let alone = Question.Option(code: "b", text: "乙", isExclusive: true)
        let exclusive = changes(
            from: .multiple(.init(options: [a, b])), to: .multiple(.init(options: [a, alone])), required: true)
        #expect(exclusive.map(\.before) == ["可以和别的一起选", "可以不答"])
        #expect(exclusive.map(\.after) == ["选了它就不能选别的", "必须回答"])
    }

    @Test("The note that everyone reads says conditions as people do, and what they are of")
    func note() {
        func asked(_ condition: String?, of option: String?, _ text: String, _ validation: String?) -> Questionnaire {
            let options = [Question.Option(code: "o1", text: "公交", condition: option), .init(code: "o2", text: "自行车")]
            return Questionnaire(
                title: "调查",
                pages: [
                    .init(
                        code: "p1",
                        groups: [
                            .init(
                                code: "g1",
                                questions: [
                                    Question(code: "q1", text: "满意吗？", kind: .yesNo),
                                    Question(
                                        code: "q2", text: text, kind: .single(.init(options: options)),
                                        condition: condition),
                                    Question(
                                        code: "q3", text: "几次？", kind: .number(.init()),
                                        validation: validation.map { .init(expression: $0, message: "多了") }),
                                ])
                        ])
                ])
        }
        func note(_ before: Questionnaire, _ after: Questionnaire) -> [String] {
            let changes = QuestionnaireCheckPage.Change.all(from: before, to: after, answered: [:], texts)
            return QuestionnaireCheckPage.Change.note(changes, texts).split(separator: "\n").map { String($0) }
        }
        let (old, new) = (
            asked(nil, of: nil, "怎样来的？", nil), asked("not q1", of: "q1", "您答{q1}，怎样来的？", "q3 <= 9")
        )
        #expect(
            note(old, new) == [
                "第 2 题：文字改了（您答（第 1 题的回答），怎样来的？）。", "第 2 题的“公交”：出现的条件改了（第 1 题答“是”）。",
                "第 2 题：出现的条件改了（第 1 题答“否”）。", "第 3 题：对回答的要求改了（第 3 题不大于 9）。", "第 3 题：限制或规则改了（不符合时说什么：多了）。",
            ])
        #expect(
            note(new, old) == [
                "第 2 题：文字改了（怎样来的？）。", "第 2 题的“公交”：出现的条件改了（现在总是出现）。", "第 2 题：出现的条件改了（现在总是出现）。",
                "第 3 题：对回答的要求改了（不再有要求）。", "第 3 题：限制或规则改了（不符合时说什么：（空））。",
            ])
    }
}
