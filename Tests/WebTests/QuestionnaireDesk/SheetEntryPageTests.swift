import Foundation
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
        let texts = try TestSite.texts(.chinese)
        let setting = QuestionSetting(
            values: FieldValues([:]), errors: FormErrors(), units: [], files: [:], texts: texts)
        let spoken = SpokenFormula(content, texts)
        let numbered = SheetEntryPage.numbered(content, spoken)
        let part = try #require(SheetEntryPage.parts(of: content, numbered, spoken, in: setting).first)
        #expect(part.heading == "关于那 （第 1 题的回答） 次")
        #expect(
            part.questions.map(\.text) == [["1. 来过几次？"], ["下面问最近一次。"], ["2. 您说来过 （第 1 题的回答） 次，都办成了吗？"]])
        #expect(part.questions.last?.hint?.contains("第 1 题") == true)
        var ended = content
        ended.closing = "谢谢您说来过 {visits} 次。"
        let paper = PaperForm(ended, facts: [], foot: "", texts)
        #expect(paper.parts.first?.heading == part.heading)
        #expect(paper.closing == ["谢谢您说来过 （第 1 题的回答） 次。"])
        #expect(texts.questions(["ways"], in: content) == "第 2 题“您说来过 （第 1 题的回答） 次，都办成了吗？”")
    }

    /// They keep a scan of the whole: a file that the form of a question names was never sent.
    @Test func noFileIsTakenAtItsWord() {
        let questions = [
            Question(code: "ready", text: "办成了吗？", kind: .yesNo),
            Question(code: "photo", text: "照片", kind: .file(.init(most: 2))),
        ]
        let typed = FieldValues(["ready": .truth(true), "photo": .files([UUID(), UUID()])])
        #expect(typed.withoutFiles(of: questions).values == ["a.ready": ["true"]])
    }

    /// What a script sees to on a screen stands in words.
    @Test func onPaperEveryLimitIsSaid() throws {
        let texts = try TestSite.texts(.chinese)
        let options = [Question.Option(code: "a", text: "社保"), .init(code: "n", text: "都没有", isExclusive: true)]
        let minutes = Question.Matrix(
            rows: [.init(code: "r", text: "取号")], columns: [.init(code: "c", text: "分钟")],
            cell: .number(.init(least: 0, most: 600, unit: "分钟")))
        let questions = [
            Question(
                code: "q1", text: "哪几样？", kind: .multiple(.init(options: options, least: 1, most: 2)), isRequired: true),
            Question(code: "q2", text: "多久？", kind: .matrix(minutes), isRequired: true),
        ]
        let content = Questionnaire(
            title: "T", pages: [.init(code: "p", groups: [.init(code: "g", questions: questions)])])
        let asked = try #require(PaperForm(content, facts: [], foot: "", texts).parts.first).questions
        #expect(asked.map(\.notes) == [["可选多项，1 到 2，选了“都没有”就不选别的"], ["每格填一个数，0 到 600 分钟"]])
        let setting = QuestionSetting(
            values: FieldValues([:]), errors: FormErrors(), units: [], files: [:], texts: texts)
        let part = QuestionPart(questions[1], isShown: true, in: setting)
        let commented = [
            Question(code: "s", text: "?", kind: .single(.init(options: options, comment: "为什么"))),
            Question(code: "m", text: "?", kind: .multiple(.init(options: options, comment: "请说明"))),
        ]
        let reasons = Questionnaire(pages: [.init(code: "p", groups: [.init(code: "g", questions: commented)])])
        let said = try #require(PaperForm(reasons, facts: [], foot: "", texts).parts.first).questions
        #expect(said.first?.notes.first == "选一项，可在下面写“为什么”" && said.first?.lines.count == 1)
        #expect(said.last?.boxes.first == "□ 社保，请说明：＿＿＿＿＿＿＿＿")
        // What a screen would leave out, and fields without words of their own.
        let some = Questionnaire(pages: [
            .init(
                code: "p",
                groups: [
                    .init(
                        code: "g",
                        questions: [
                            Question(code: "s", text: "?", kind: .yesNo),
                            Question(
                                code: "m", text: "?",
                                kind: .multiple(
                                    .init(
                                        options: [.init(code: "a", text: "社保", condition: "s")], other: "", comment: "")
                                )),
                        ])
                ])
        ])
        let boxes = try #require(PaperForm(some, facts: [], foot: "", texts).parts.first?.questions.last).boxes
        #expect(boxes.first?.hasPrefix("□ 社保（只在第 1 题答") == true, "\(boxes)")
        #expect(boxes.first?.hasSuffix("时），说明：＿＿＿＿＿＿＿＿") == true && boxes.last?.hasPrefix("□ 其他＿") == true)
        let words = Question.Matrix(rows: minutes.rows, columns: minutes.columns, cell: .text(most: 9))
        let asking = Questionnaire(
            pages: [
                .init(
                    code: "p",
                    groups: [.init(code: "g", questions: [Question(code: "q", text: "?", kind: .matrix(words))])])
            ])
        let written = PaperForm(asking, facts: [], foot: "", texts).parts.first?.questions.first
        #expect(
            written?.notes.first == "每格写几个字，最多 9 个字" && written?.table?.rows.first?.cells.last?.hasPrefix("＿") == true)
        #expect(part.limits == "0 至 600。" && part.rows?.items.first?.cells.map(\.text) == ["分钟"])
    }

    /// One that is not sound may have words for two ends and a single step.
    @Test func stepsOfAScaleHaveTheirWordsOrThoseOfTheEnds() throws {
        let texts = try TestSite.texts(.chinese)
        let scales: [Question.Scale] = [
            .init(from: 5, to: 5, labels: ["差", "好"]), .init(from: 1, to: 3, labels: ["差", "好"]),
            .init(from: 1, to: 3, labels: ["差", "行", "好"]), .init(from: 0, to: 1),
        ]
        let questions = scales.enumerated().map { Question(code: "s\($0.offset)", text: "?", kind: .scale($0.element)) }
        let content = Questionnaire(pages: [.init(code: "p", groups: [.init(code: "g", questions: questions)])])
        let asked = try #require(PaperForm(content, facts: [], foot: "", texts).parts.first).questions
        #expect(
            asked.map { $0.table?.heading ?? [] } == [
                ["5 差"], ["1 差", "2", "3 好"], ["1 差", "2 行", "3 好"], ["0", "1"],
            ])
    }
}
