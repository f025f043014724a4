import Questionnaires
import Testing

@testable import Web

@Suite("What an XLSForm does not hold, in words") struct ExportLossTests {
    private static let options = [Question.Option(code: "a", text: "甲"), .init(code: "b", text: "乙")]
    private static let content = Questionnaire(
        title: "调查",
        pages: [
            .init(
                code: "p1",
                groups: [
                    .init(
                        code: "g1",
                        questions: [
                            Question(
                                code: "q1", text: "?", kind: .single(.init(options: options, comment: "为什么选它"))),
                            Question(code: "q2", text: "?", kind: .multiple(.init(options: options, comment: ""))),
                            Question(
                                code: "q3", text: "?",
                                kind: .matrix(.init(rows: options, columns: options, cell: .text(most: 40)))),
                            Question(code: "q4", text: "?", kind: .file(.init(most: 3))),
                            Question(code: "q5", text: "?", kind: .ranking(.init(options: options, most: 1))),
                            Question(code: "q6", text: "?", kind: .unit(.towns)),
                            Question(code: "q7", text: "?", kind: .single(.init(options: options, other: "别的原因"))),
                            Question(code: "q8", text: "?", kind: .single(.init(options: options, other: ""))),
                        ])
                ])
        ])

    private func sentences(in language: Language) throws -> [String] {
        let texts = try TestSite.texts(language)
        return XLSFormWriter(Self.content).losses.map { loss in
            let lost = QuestionnaireExportPage.Lost(loss, in: Self.content, texts)
            return "\(lost.place) | \(lost.text)"
        }
    }

    @Test("Each by its name and place, in both languages")
    func words() throws {
        let chinese = try sentences(in: .chinese)
        #expect(
            chinese == [
                "第 1 页 · 第 1 题 · q1 | 选项旁边写字的地方（“为什么选它”）不写进去",
                "第 1 页 · 第 2 题 · q2 | 选项旁边写字的地方（“说明”）不写进去",
                "第 1 页 · 第 3 题 · q3 | XLSForm 里没有填字的表格，每一格写成一道题",
                "第 1 页 · 第 4 题 · q4 | XLSForm 里一道题只能传一个文件，这里最多 3 个",
                "第 1 页 · 第 5 题 · q5 | XLSForm 里要把选项都排上，这里只排最前面的 1 位",
                "第 1 页 · 第 6 题 · q6 | XLSForm 里没有这种题（选镇），整道题不写进去",
                "第 1 页 · 第 7 题 · q7 | 写别的回答的地方会有，它的叫法（“别的原因”）不写进去",
            ])
        let english = try sentences(in: .english)
        #expect(english.contains("Page 1 · Question 4 · q4 | A question takes one file in an XLSForm, here up to 3"))
        #expect(english.count == chinese.count)
    }

    @Test("None is without words", arguments: [Language.chinese, .english])
    func whole(_ language: Language) throws {
        let texts = try TestSite.texts(language)
        for what in XLSFormWriter.Loss.What.allCases {
            #expect(texts.has("builder.exports.what.\(what.rawValue)"), "\(what)")
        }
    }
}
