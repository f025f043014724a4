import Foundation
import Testing

@testable import Questionnaires

/// Whatever somebody writes or sends in, the answer is a value or a fault.
@Suite struct RandomBytesTests {
    @Test func formulasOfAnyWords() {
        var random = SeededNumbers(state: 7)
        let words = [
            "age", "like", "m3.r.c", "sex", "'a'", "\"", "(", ")", ",", "and", "or", "not", "in", "==", "<", "+", "-",
            "1", "0.5", "count", "if(", "好", "\u{0}", "{", "${x}", ".", " ",
        ]
        for _ in 0..<4_000 {
            let text = (0..<Int.random(in: 1...12, using: &random)).map { _ in
                words[Int.random(in: words.indices, using: &random)]
            }.joined(separator: " ")
            do throws(FormulaFault) {
                _ = try Formula(parsing: text, in: FormulaTests.scope).value(FormulaTests.answers)
            } catch {
                #expect(
                    (0...text.utf8.count).contains(error.range.upperBound)
                        && error.range.lowerBound <= error.range.upperBound)
            }
            _ = try? ForeignFormula(text, .xPath)
            _ = try? ForeignFormula(text, .expressionScript)
            _ = PlainHTML.text(text)
        }
    }

    @Test(arguments: ["survey.lss", "form.xlsx"])
    func filesWithBytesChanged(_ name: String) throws {
        var random = SeededNumbers(state: 11)
        let whole = try FileTests.fixture(name)
        for _ in 0..<60 {
            var bytes = whole
            for _ in 0..<Int.random(in: 1...20, using: &random) {
                bytes[Int.random(in: bytes.indices, using: &random)] = UInt8.random(in: 0...255, using: &random)
            }
            guard let file = try? QuestionnaireFile(reading: bytes) else { continue }
            _ = QuestionnaireCheck(file.questionnaire).faults
            #expect(
                try QuestionnaireFile(reading: Array(QuestionnaireYAML.text(of: file.questionnaire).utf8)).questionnaire
                    == file.questionnaire)
        }
    }

    @Test
    func hugeMarkupIsReadOnce() {
        for piece in ["<script>", "<a", "<!--", "&amp", "<p></p>"] {
            #expect(PlainHTML.text(String(repeating: piece, count: 20_000)).utf8.count <= 120_000)
        }
    }
}
