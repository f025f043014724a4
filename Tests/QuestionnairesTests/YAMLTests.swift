import Foundation
import Testing

@testable import Questionnaires

@Suite struct YAMLTests {
    @Test func everythingComesBack() throws {
        let text = try QuestionnaireYAML.text(of: CodingTests.full)
        let file = try QuestionnaireFile(reading: Array(text.utf8))
        #expect(file.format == .yaml)
        #expect(file.questionnaire == CodingTests.full, "\(text)")
        #expect(file.unsupported == [])
    }

    @Test(arguments: [
        "null", "~", "yes", "true", "1", "1.0", "", " x", "x ", "- x", "a: b", "# x", "'", "\"", "\\", "a\nb", "a\n\nb",
        "\na", "a\n", "a\n b", "*x", "&x", "【必填】*", "{age}", "[x]",
        "!tag", "%x", "@x", "`x", "\u{0}\u{1}\u{7F}\u{85}\u{2028}\u{FEFF}", "👍", "e\u{301}", "\t", "第一段。\n\n第二段：*", "?",
        "|", "> x", "---", "...", "0x1F", "2026-01-01", ".inf", "=", "<<", "a #b", "x:",
    ])
    func everyTextComesBack(_ text: String) throws {
        let questionnaire = Questionnaire(
            title: text, introduction: text,
            pages: [
                .init(
                    code: "p",
                    groups: [
                        .init(
                            code: "g",
                            questions: [
                                Question(
                                    code: "q", text: text,
                                    kind: .single(
                                        .init(options: [.init(code: "a", text: text, condition: text)], other: text)),
                                    condition: text, initial: .choice(.other(text))),
                                Question(code: "t", kind: .text(.init()), initial: .text(text)),
                            ])
                    ])
            ])
        let yaml = try QuestionnaireYAML.text(of: questionnaire)
        #expect(try QuestionnaireFile(reading: Array(yaml.utf8)).questionnaire == questionnaire, "\(yaml)")
    }

    @Test func whatAPersonWritesIsShort() throws {
        let yaml = """
            title: 满意度
            pages:
            - code: p1
              groups:
              - code: g1
                questions:
                - code: satisfied
                  text: 您满意吗？
                  kind: {scale: {to: 3}}
                  requird: true
                - {code: age, text: 年龄, kind: number, condition: satisfied < 3}
            """
        let file = try QuestionnaireFile(reading: Array(yaml.utf8))
        #expect(file.questionnaire.questions.map(\.code) == ["satisfied", "age"])
        #expect(file.questionnaire.kinds["satisfied"] == .scale(.init(to: 3)))
        #expect(
            file.unsupported == [.init(.unknown, at: "pages › p1 › groups › g1 › questions › satisfied", "requird")])
    }

    @Test func attacksAreRefused() {
        let bomb =
            "a: &a [x, x]\n" + (1...30).map { "b\($0): &b\($0) [*b\($0 - 1), *b\($0 - 1)]\n" }.joined()
            + "pages: *b30\n"
        #expect(throws: QuestionnaireFile.Fault.aliases) { try QuestionnaireFile(reading: Array(bomb.utf8)) }
        for before in ["[\t", "[\r", "{\"a\":", "[\u{2028}", "[ x,"] {
            let hidden = "a: &a [x]\npages: \(before)*a"
            #expect(throws: QuestionnaireFile.Fault.aliases) { try QuestionnaireFile(reading: Array(hidden.utf8)) }
        }
        for deep in [
            String(repeating: "[", count: 10_000), String(repeating: "- ", count: 10_000),
            "pages: " + String(repeating: "{a: ", count: 10_000),
            (0..<10_000).map { String(repeating: " ", count: min($0, 190)) + "a:" }.joined(separator: "\n"),
        ] {
            #expect(throws: QuestionnaireFile.Fault.self) { try QuestionnaireFile(reading: Array(deep.utf8)) }
        }
        #expect(throws: QuestionnaireFile.Fault.notUTF8) { try QuestionnaireFile(reading: [0x74, 0xFF, 0xFE]) }
        #expect(throws: QuestionnaireFile.Fault.unknownFormat) {
            try QuestionnaireFile(reading: Array("hello: 1".utf8))
        }
        // A programme is no text, and what a reader says quotes no file.
        #expect(throws: QuestionnaireFile.Fault.unknownFormat) { try QuestionnaireFile(reading: [0x4D, 0x5A, 0, 1]) }
        let long = "pages: [\n" + String(repeating: "'é", count: 5_000)
        let fault = #expect(throws: QuestionnaireFile.Fault.self) { try QuestionnaireFile(reading: Array(long.utf8)) }
        if case .unreadable(let words)? = fault {
            #expect(words.unicodeScalars.count <= 200 && !words.contains("\n"))
        }
        #expect(throws: QuestionnaireFile.Fault.tooLarge(limit: QuestionnaireFile.mostBytes)) {
            try QuestionnaireFile(reading: Array(repeating: 0x20, count: QuestionnaireFile.mostBytes + 1))
        }
        #expect(throws: QuestionnaireFile.Fault.self) { try QuestionnaireFile(reading: Array("pages: 3\n".utf8)) }
    }
}
