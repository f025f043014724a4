import Foundation
import Testing

@testable import Questionnaires

@Suite struct FormulaTests {
    static let questions = CodingTests.full.questions + [Question(code: "n", kind: .number(.init(decimals: 6)))]
    static let scope = FormulaScope(questions: questions)

    static let answers: Answers = [
        "age": .number(20), "sex": .choice(.option("1")), "like": .choices([.option("a", comment: "丙"), .other("乙")]),
        "sure": .truth(true),
        "m1": .matrixChoice(["r": "c"]), "m2": .matrixChoices(["r": ["c"]]), "m3": .matrixNumbers(["r": ["c": 2.5]]),
        "m4": .matrixTexts(["r": ["c": "好"]]),
        "order": .choices([.option("b"), .option("a")]), "words": .text("好👍é"), "day": .text("2026-02-03"),
    ]

    static func value(_ text: String, _ answers: Answers = answers) throws -> FormulaValue? {
        try Formula(parsing: text, in: scope).value(answers)
    }

    @Test(arguments: [
        "age == 20", "age = 20", "age >= 18 and sex == '1'", "not (sure and age < 18)", "sex in ('1', '2')",
        "age in (1, 20)",
        "'a' in like", "'_other' in like", "like.other == '乙'", "not ('none' in like)", "count(like) == 2",
        "m1.r == 'c'", "'c' in m2.r",
        "m3.r.c * 2 == 5", "sum(m3) == 2.5", "sum(m3.r, age, stars) == 22.5", "count(m1) == 1", "'r' in m1",
        "like.a.comment == '丙' and not answered(like.none.comment)",
        "m4.r.c == '好' and length(m4.r.c) == 1", "answered(m4) and 'r' in m4", "count(m4) == 1",
        "order.a == 2", "length(words) == 3",
        "day > '2026-02-02' and day <= \"2026-02-03\"", "answered(age) and not answered(stars)", "-age + 2 * 3 == -14",
        "7 % 4 == 3", "-7 % 4 == -3",
        "round(2.5) == 3 and round(-2.5) == -2", "if(sure, 1, 2) == 1", "min(3, age) == 3", "max(3, stars, age) == 20",
        "words == '好👍é'", "words != 'x'",
        "true or stars > 1", "not (false and stars > 1)", "（age ＞ 3）", "count(sure, stars, age > 30, age) == 2",
        "sex = ‘1’ 且 age ≥ 20", "words ＝ “好👍é” 且 words ≠ ”x”", "非 (age ≤ 3) 或 age ＜ 1", "是 && (age > 3 || 否)",
        "age × 2 ÷ 4 ＝ 10",
        "words != ‘it's \\’’", "age-1==19", "'it\\'s' == \"it's\"",
    ])
    func holds(_ text: String) throws { #expect(try Self.value(text) == .truth(true)) }

    @Test(arguments: [
        "stars > 1", "not (stars > 1)", "stars + 1", "1 / 0", "1 % (age - 20)", "1000000000000000 * 10",
        "stars == stars", "true and stars > 1", "false or stars > 1",
        "sum(stars)", "if(stars > 1, 1, 2)", "length(words)", "age in (stars, 1)", "'a' in order",
    ])
    func hasNoValue(_ text: String) throws {
        var answers = Self.answers
        answers["words"] = nil
        answers["order"] = nil
        #expect(try Self.value(text, answers) == nil)
    }

    @Test func filesAreCounted() throws {
        let answers: Answers = ["papers": .files([UUID(), UUID()])]
        #expect(
            try Self.value("count(papers) == 2 and answered(papers) and not answered(paper)", answers) == .truth(true))
    }

    @Test func textsAreEqualByTheirBytes() throws {
        #expect(try Self.value("words == 'e\u{301}'", ["words": .text("\u{E9}")]) == .truth(false))
    }

    @Test(arguments: [
        ("", "formula-empty", 0..<0), ("  ", "formula-empty", 2..<2), ("age >= ", "formula-expected-value", 7..<7),
        ("agee >= 1", "formula-unknown-name", 0..<4),
        ("age >= 'x'", "formula-types", 4..<6), ("sex == '3'", "formula-unknown-option", 7..<10),
        ("'b' in like", "formula-unknown-option", 0..<3),
        ("age and true", "formula-type", 0..<3), ("(age", "formula-expected-closing", 4..<4),
        ("age 3", "formula-expected-operation", 4..<5),
        ("age > 1 > 2", "formula-expected-operation", 8..<9), ("#", "formula-sign", 0..<1),
        ("age 大 3", "formula-sign", 4..<7), ("words == 'x", "formula-open-text", 9..<11),
        ("words == ‘x'", "formula-open-text", 9..<14),
        ("day > '2026-02-30'", "formula-not-a-date", 6..<18), ("m1.x == 'c'", "formula-unknown-part", 0..<4),
        ("note == 1", "formula-no-value", 0..<4), ("m4.r == '好'", "formula-unknown-part", 0..<4),
        ("sex.comment == 'x'", "formula-unknown-part", 0..<11), ("like.comment == 'x'", "formula-unknown-part", 0..<12),
        ("sum(m4)", "formula-type", 4..<6), ("m4.r.c > 1", "formula-types", 7..<8),
        ("log(1) > 0", "formula-unknown-function", 0..<3), ("length(1) > 0", "formula-type", 7..<8),
        ("length() > 0", "formula-expected-value", 7..<8),
        ("round(1, 2) > 0", "formula-arguments", 0..<11), ("1e5 > 0", "formula-number", 0..<3),
        ("1.2.3 > 0", "formula-number", 0..<5), ("age.x == 1", "formula-unknown-part", 0..<5),
        ("like == 'a'", "formula-types", 5..<7), ("年龄 > 3", "formula-sign", 0..<3),
        ("words < 'b'", "formula-types", 6..<7), ("if(true, 1, 'a') == 1", "formula-types", 12..<15),
        ("and", "formula-expected-value", 0..<3), ("paper == 'x'", "formula-types", 6..<8),
    ])
    func pointsAtTheWord(_ text: String, _ key: String, _ range: Range<Int>) {
        let fault = #expect(throws: FormulaFault.self) { try Formula(parsing: text, in: Self.scope) }
        #expect(fault?.key == key)
        #expect(fault?.range == range, "\(text)")
    }

    @Test func aConditionIsATruth() {
        #expect(throws: FormulaFault(.notACondition(.number), 0..<7)) {
            try Formula(condition: "age + 1", in: Self.scope)
        }
    }

    @Test(arguments: ["(", "not ", "-", "count("])
    func depthIsLimited(_ opening: String) {
        for count in [51, 400, 10_000] {
            let fault = #expect(throws: FormulaFault.self) {
                try Formula(parsing: String(repeating: opening, count: count), in: Self.scope)
            }
            #expect(fault?.kind == .tooLong || fault?.kind == .tooDeep)
        }
        let text = String(repeating: "(", count: 49) + "age" + String(repeating: ")", count: 49) + " > 1"
        #expect(throws: Never.self) { try Formula(parsing: text, in: Self.scope) }
    }

    @Test func longSumsNeedNoDepth() throws {
        let text = (0..<900).map { _ in "1" }.joined(separator: "+") + "==900"
        #expect(try Self.value(text) == .truth(true))
    }

    @Test func namesAreKnown() throws {
        #expect(try Formula(parsing: "age > 1 and m3.r.c > 2", in: Self.scope).names == ["age", "m3"])
    }
}
