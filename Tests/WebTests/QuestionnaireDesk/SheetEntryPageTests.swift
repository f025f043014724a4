import Participation
import Questionnaires
import Testing

@testable import Web

@Suite("A sheet that is typed in by staff")
struct SheetEntryPageTests {
    private let content = Questionnaire(
        title: "办事",
        pages: [
            .init(
                code: "p", title: "关于那 {visits} 次",
                groups: [
                    .init(
                        code: "g",
                        questions: [
                            Question(code: "visits", text: "来过几次？", kind: .number(.init(least: 0, most: 99))),
                            Question(code: "note", text: "下面问最近一次。", kind: .information),
                            Question(
                                code: "ways", text: "您说来过 {visits} 次，都办成了吗？", kind: .yesNo,
                                condition: "visits > 0"),
                        ])
                ])
        ])

    /// Conditions name numbers, so the questions have them; nobody's answer is there yet to be repeated.
    @Test func itIsNumberedAndWordedAsOnPaper() throws {
        let texts = try Texts(language: .chinese, folder: TestSite.root + "/locales")
        let setting = QuestionSetting(
            values: FieldValues([:]), errors: FormErrors(), units: [], files: [:], texts: texts)
        let part = try #require(SheetEntryPage.parts(of: content, in: setting).first)
        #expect(part.heading == "关于那 （第 1 题的回答） 次")
        #expect(
            part.questions.map(\.text) == [["1. 来过几次？"], ["下面问最近一次。"], ["2. 您说来过 （第 1 题的回答） 次，都办成了吗？"]])
        #expect(part.questions.last?.hint?.contains("第 1 题") == true)
        let paper = PaperForm(content, facts: [], foot: "", texts)
        #expect(paper.parts.first?.heading == part.heading)
        #expect(texts.questions(["ways"], in: content) == "第 2 题“您说来过 （第 1 题的回答） 次，都办成了吗？”")
    }
}
