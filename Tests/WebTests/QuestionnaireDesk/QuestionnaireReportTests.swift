import Foundation
import Questionnaires
import Testing

@testable import Web

@Suite("What a file of a questionnaire holds, in words") struct QuestionnaireReportTests {
    /// A condition that asks for something later, a question without words, and a word that means nothing.
    private static let file = """
        title: 调查
        closing: 谢谢
        colour: red
        pages:
        - code: p1
          groups:
          - code: g1
            questions:
            - {code: q1, text: 满意吗, kind: yesNo, condition: q2}
            - {code: q2, text: 去过吗, kind: yesNo}
            - {code: q3, text: '', kind: yesNo}
        """

    private func report(_ file: String, title: String = "", in language: Language) throws -> QuestionnaireReport {
        QuestionnaireReport(
            try QuestionnaireFile(reading: Array(file.utf8)), title: title,
            try TestSite.texts(language))
    }

    @Test("Each is a sentence with its name and place, in both languages")
    func sentences() throws {
        let chinese = try report(Self.file, in: .chinese).text
        for line in [
            "读出 3 道题、0 段说明，分 1 页；条件 1 个，计算出来的值 0 个，配额 0 个。", "  是否  3", "  整个文件：看不懂的内容：colour",
            "有 2 处要改了才能打开：", "  第 1 页 · 第 1 题 · q1：条件里的“q2”在后面才问到。",
            "  第 1 页 · 第 3 题 · q3：缺文字。",
        ] {
            #expect(chinese.split(separator: "\n").contains { $0 == line }, "\(line) is not in \(chinese)")
        }
        let english = try report(Self.file, in: .english).text
        #expect(english.contains("  Page 1 · Question 1 · q1: The condition names “q2”, which is asked later."))
        #expect(english.contains("  The whole file: Not understood: colour"))
        #expect(!english.contains("check-"), "codes are for programs")
    }

    @Test("As JSON the codes stand beside the sentences")
    func json() throws {
        struct Read: Decodable {
            struct Lost: Decodable { let what, place, detail, sentence: String }
            struct Fault: Decodable {
                let code, place, sentence: String
                let names: [String: String]
            }
            let questions: [String: Int]
            let conditions: Int
            let unsupported: [Lost]
            let faults: [Fault]
            let number: String?
        }
        let read = try JSONDecoder().decode(Read.self, from: Data(try report(Self.file, in: .chinese).json.utf8))
        #expect(read.questions == ["yesNo": 3] && read.conditions == 1 && read.number == nil)
        let lost = try #require(read.unsupported.first)
        #expect((lost.what, lost.place, lost.detail) == ("unknown", "", "colour"))
        #expect(lost.sentence == "整个文件：看不懂的内容：colour")
        let later = try #require(read.faults.first { $0.code == "check-later" })
        #expect(later.place == "p1 › g1 › q1" && later.names == ["name": "q2"])
        #expect(later.sentence == "第 1 页 · 第 1 题 · q1：条件里的“q2”在后面才问到。")
    }

    @Test("A title that is given is no longer missing; what steers a terminal is not printed")
    func titles() throws {
        let untitled = Self.file.replacing("title: 调查", with: "introduction: 您好")
        #expect(try report(untitled, in: .chinese).text.contains("名称、开头和结尾的话：缺标题。"))
        let titled = try report(untitled, title: "另一个\u{1B}[2J", in: .chinese).text
        #expect(!titled.contains("缺标题") && titled.hasPrefix("另一个[2J (yaml)\n"))
    }

    @Test("A terminal is spoken to in Chinese where its locale is Chinese")
    func terminals() {
        #expect(Language(terminal: ["LANG": "zh_CN.UTF-8"]) == .chinese)
        #expect(Language(terminal: ["LANG": "zh_CN.UTF-8", "LC_ALL": "en_GB.UTF-8"]) == .english)
        #expect(Language(terminal: ["LANG": "en_US.UTF-8", "LC_ALL": "", "LC_MESSAGES": "zh_CN"]) == .chinese)
        #expect(Language(terminal: [:]) == .english && Language(terminal: ["LANG": "C.UTF-8"]) == .english)
    }
}
