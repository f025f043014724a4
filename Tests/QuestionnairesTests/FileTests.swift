import Documents
import Foundation
import Testing

@testable import Questionnaires

@Suite struct FileTests {
    static func fixture(_ name: String) throws -> [UInt8] {
        Array(
            try Data(
                contentsOf: URL(fileURLWithPath: #filePath).deletingLastPathComponent().appendingPathComponent(
                    "Fixtures/\(name)")))
    }

    @Test(arguments: ["survey.lss", "form.xlsx"])
    func everyOptionOfAFileCanBeEdited(_ name: String) throws {
        var bytes = try Self.fixture(name)
        if name.hasSuffix("lss") {
            let broken = String(decoding: bytes, as: UTF8.self).replacingOccurrences(of: "很满意", with: "很<br />满意 | ? 是")
            bytes = Array(broken.utf8)
        }
        let questions = try QuestionnaireFile(reading: bytes).questionnaire.questions
        for options in questions.flatMap({ [$0.kind.options, $0.kind.columns] }) {
            let lines = OptionLines(options: options)
            #expect(try OptionLines(lines.text, prefix: "x") == lines)
        }
    }

    // MARK: LimeSurvey

    @Test func aSurveyOfLimeSurveyIsTaken() throws {
        let file = try QuestionnaireFile(reading: Self.fixture("survey.lss"))
        let taken = file.questionnaire
        #expect(file.format == .limeSurvey)
        #expect(taken.title == "政务服务满意度")
        #expect(taken.introduction == "您好。\n\n请填写。")
        #expect(taken.closing == "谢谢 & 再见")
        #expect(taken.pages.map(\.code) == ["g1", "g2"])
        #expect(taken.pages[1].condition == "Q4")
        func question(_ code: String) throws -> Question { try #require(taken.questions.first { $0.code == code }) }
        #expect(try question("Q1").text == "您对政务服务满意吗？")
        #expect(
            try question("Q1").kind
                == .single(
                    .init(
                        options: [
                            .init(code: "A1", text: "很满意"), .init(code: "A2", text: "一般"),
                            .init(code: "A3", text: "不满意"),
                        ], other: "其他", isShuffled: true)))
        #expect(try question("Q4").condition == "Q1 == 'A1' or Q1 == 'A2'")
        #expect(try question("Q5").condition == "not Q4 and (answered(Q3) and 'SQ001' in Q3)")
        #expect(try question("Q5").kind == .text(.init(most: 50)))
        #expect(try question("Q6").text == "您的建议，{Q5}")
        #expect(try question("Q6").validation == .init(expression: "length(Q6) > 3", message: "请多写几个字"))
        #expect(try question("Q7").kind == .number(.init(least: 0, most: 120, unit: "岁")))
        #expect(try question("Q9").condition == "Q7 >= 18 and not (not (answered(Q2)))")
        #expect(try question("Q9").kind.options.map(\.condition) == ["'SQ001' in Q3", "'SQ002' in Q3"])
        #expect(try question("Q17").kind.options[0].condition == "not (answered(Q3) and 'SQ001' in Q3)")
        #expect(try question("Q15").kind.columns.map(\.code) == ["c1", "c2"])
        #expect(try question("Q19").condition == "Q9.SQ001 == 'A1'")
        #expect(try question("Q22").text == "谢谢\n再见")
        #expect(try question("Q24").condition == "Q23 > 3")
        #expect(taken.computed == [.init(code: "Q23", expression: "Q15.SQ001.c1 + Q15.SQ002.c1")])
        #expect(taken.quotas.map(\.condition) == ["(Q1 == 'A1' or Q1 == 'A2') and (Q4)"])
        #expect(try question("in_").kind == .text(.init()))
        #expect(try question("Q27_0").kind.columns.map(\.code) == ["A1", "A2", "A3"])
        #expect(try question("Q29_SQ002").text == "多个短文 · 网上")
        #expect(QuestionnaireCheck(taken).faults.filter { $0.severity == .error } == [])
    }

    @Test func whatLimeSurveyHasAloneIsListed() throws {
        let listed = try QuestionnaireFile(reading: Self.fixture("survey.lss")).unsupported.map {
            "\($0.what) \($0.place) \($0.detail)"
        }
        #expect(
            Set(listed) == [
                "language  en", "quota odd 5", "setting 评价 randomization_group",
                "part Q14 H: rows and columns are exchanged there", "question Q30 I language switch",
                "part Q31 array_filter = Q3", "code in_ in", "formula Q31 regexMatch(\"/a/\", Q5)",
            ], "\(listed)")
    }

    @Test func anEntityBombIsRefused() {
        let bomb =
            "<?xml version=\"1.0\"?><!DOCTYPE x [<!ENTITY a \"aaaa\"><!ENTITY b \"&a;&a;&a;\">]><document><LimeSurveyDocType>Survey</LimeSurveyDocType>&b;</document>"
        #expect(throws: QuestionnaireFile.Fault.document(.definitions)) {
            try QuestionnaireFile(reading: Array(bomb.utf8))
        }
        let outside = "<!DOCTYPE x SYSTEM \"file:///etc/passwd\"><document/>"
        #expect(throws: QuestionnaireFile.Fault.document(.definitions)) {
            try QuestionnaireFile(reading: Array(outside.utf8))
        }
        let deep = String(repeating: "<document>", count: 10_000)
        #expect(throws: QuestionnaireFile.Fault.document(.tooDeep)) { try QuestionnaireFile(reading: Array(deep.utf8)) }
        #expect(throws: QuestionnaireFile.Fault.unknownFormat) {
            try QuestionnaireFile(reading: Array("<html></html>".utf8))
        }
        #expect(throws: QuestionnaireFile.Fault.document(.broken)) {
            try QuestionnaireFile(reading: Array("<document>".utf8))
        }
        let rows =
            "<document><LimeSurveyDocType>Survey</LimeSurveyDocType><questions><rows>"
            + String(repeating: "<row/>", count: 20_001) + "</rows></questions></document>"
        #expect(throws: QuestionnaireFile.Fault.tooMany(limit: 20_000)) {
            try QuestionnaireFile(reading: Array(rows.utf8))
        }
    }

    @Test(arguments: [
        ("<p>a</p><p>b</p>", "a\n\nb"), ("a<br>b", "a\nb"), ("a<script>x</script>b", "ab"),
        ("<SCRIPT>x</ScRiPt >b", "b"), ("a<script>x", "a"), ("&lt;b&gt;&amp;#39;", "<b>&#39;"),
        ("1 < 2 & 3", "1 < 2 & 3"), ("<a href='javascript:x'>y</a>", "y"), ("<!-- x -->y", "y"),
        ("&#x4E2D;&nbsp;文", "中 文"), ("<img src=x onerror=alert(1)>", ""), ("a\u{0}\u{7}b", "ab"), ("<", "<"),
        ("İ<style>İİ</style>好", "İ好"),
        ("<p>看<a class=\"x\" HREF = 'https://a.cn/?b=1&amp;c'>网站</a>。</p>", "看网站（https://a.cn/?b=1&c）。"),
        ("<a href=tel:12345>打 <b>12345</b></a>", "打 12345（tel:12345）"),
        ("<a href='http://a.cn'>http://a.cn</a>", "http://a.cn"), ("<a hreflang=http://a.cn>y</a></a>", "y"),
        ("<a href='data:text/html,x'>y</a>", "y"), ("<a href=", "<a href="),
    ])
    func markupBecomesText(_ html: String, _ text: String) { #expect(PlainHTML.text(html) == text) }

    @Test func whatIsBetweenTheWordsIsNamed() {
        #expect(
            PlainHTML.read("a<img alt='x' src=\"map.png\"><video src=v.mp4></video>b").left == [
                "img map.png", "video v.mp4",
            ])
        #expect(PlainHTML.read("<p>a</p>").left.isEmpty)
    }

    // MARK: XLSForm

    @Test func anXLSFormIsTaken() throws {
        let file = try QuestionnaireFile(reading: Self.fixture("form.xlsx"))
        let taken = file.questionnaire
        #expect(file.format == .xlsForm)
        #expect(taken.title == "办事体验")
        #expect(taken.pages.map(\.title) == ["关于您", "", "家庭成员", ""])
        func question(_ code: String) throws -> Question { try #require(taken.questions.first { $0.code == code }) }
        #expect(try question("age").validation == .init(expression: "age >= 0 and age <= 120", message: "0 到 120"))
        #expect(try question("adult").kind == .yesNo)
        #expect(try question("town").initial == .choice(.option("laolong")))
        #expect(try question("town").condition == "age >= 18")
        #expect(try question("uses").condition == "not (town == 'other_town')")
        #expect(try question("uses").validation?.message == "不能同选")
        #expect(try question("reason").text == "为什么 {age}？")
        #expect(
            try question("rates").kind
                == .matrix(
                    .init(
                        rows: [.init(code: "desk", text: "窗口"), .init(code: "web", text: "网上")],
                        columns: [.init(code: "1", text: "好"), .init(code: "2", text: "差")])))
        #expect(try question("rates").condition == "answered(reason)")
        #expect(try question("income").condition == "twice > 40 or rates.desk == '1'")
        #expect(try question("stars").kind == .scale(.init(appearance: .stars)))
        #expect(try question("long").kind == .text(.init(isLong: true, most: 2_000)))
        #expect(taken.computed.map(\.code) == ["twice"])
        #expect(QuestionnaireCheck(taken).faults.filter { $0.severity == .error } == [])
        let listed = file.unsupported.map { "\($0.what) \($0.detail)" }
        #expect(
            Set(listed) == [
                "language English (en)", "question start start", "code other-town",
                "formula string-length(.) > 3 and regex(., 'x')", "formula today()", "repetition member",
                "part repeat_count = 3", "part media::image = map.png", "unknown bind::odk:length",
                "question geopoint place",
            ], "\(listed)")
    }

    @Test(arguments: [
        // The form's default language holds for each sheet, wherever its columns stand.
        ("中文 (zh)", ["label::English (en)", "label::中文 (zh)"], "年龄", "老隆镇", ["English (en)"]),
        ("english (EN)", ["label::中文 (zh)", "label::English (en)"], "Age", "Laolong", ["中文 (zh)"]),
        // Without one the first; where no form has it, too.
        ("", ["label::English (en)", "label::中文 (zh)"], "Age", "Laolong", ["中文 (zh)"]),
        ("français (fr)", ["label::中文 (zh)", "label::English (en)"], "年龄", "老隆镇", ["English (en)"]),
        // A column that names no language is in the default one.
        ("", ["label::English (en)", "label"], "年龄", "老隆镇", ["English (en)"]),
        ("English (en)", ["label", "label::English (en)"], "Age", "Laolong", ["default"]),
    ])
    func aFormIsReadInItsOwnLanguage(
        _ language: String, _ labels: [String], _ question: String, _ option: String, _ left: [String]
    ) throws {
        func cells(_ labels: [String], _ english: String, _ chinese: String) -> [SheetWriter.Cell] {
            labels.map { .text($0.hasSuffix("English (en)") ? english : chinese) }
        }
        let path = FileManager.default.temporaryDirectory.appendingPathComponent("\(UUID().uuidString).xlsx").path
        defer { try? FileManager.default.removeItem(atPath: path) }
        let writer = try SheetWriter(path: path, sheet: "survey", widths: [])
        try writer.writeHeading(["type", "name"] + labels)
        try writer.write([.text("select_one town"), .text("q")] + cells(labels, "Age", "年龄"))
        // The columns of the list stand the other way round.
        try writer.beginSheet("choices")
        try writer.writeHeading(["list_name", "name"] + labels.reversed())
        try writer.write([.text("town"), .text("a")] + cells(labels.reversed(), "Laolong", "老隆镇"))
        try writer.beginSheet("settings")
        try writer.writeHeading(["form_title", "default_language"])
        try writer.write([.text("T"), .text(language)])
        try writer.close()
        let file = try QuestionnaireFile(reading: Array(try Data(contentsOf: URL(fileURLWithPath: path))))
        #expect(file.questionnaire.questions.map(\.text) == [question])
        #expect(file.questionnaire.questions.flatMap(\.kind.options).map(\.text) == [option])
        #expect(file.unsupported.map(\.detail) == left)
    }

    @Test func whatIsWrittenAsXLSFormIsReadAgain() throws {
        let path = FileManager.default.temporaryDirectory.appendingPathComponent("\(UUID().uuidString).xlsx").path
        defer { try? FileManager.default.removeItem(atPath: path) }
        let writer = XLSFormWriter(AnsweringTests.questionnaire)
        try writer.write(to: path)
        let again = try QuestionnaireFile(reading: Array(try Data(contentsOf: URL(fileURLWithPath: path))))
            .questionnaire
        #expect(again.title == "T")
        #expect(again.questions.map(\.code) == ["age", "use", "why", "more", "rank", "grid", "pick", "day"])
        #expect(again.pages.map(\.code) == ["one", "two"])
        #expect(again.kinds["grid"] == AnsweringTests.questionnaire.kinds["grid"])
        #expect(again.computed == [.init(code: "adult", expression: "age >= 18")])
        #expect(again.questions[2].condition == "(answered(use) and 'a' in use)")
        #expect(again.question("pick")?.kind.options.map(\.condition) == ["age < 30", nil])
        let listed = Set(writer.losses.map { "\($0.what) \($0.place.words)" })
        #expect(
            listed == [
                "other one › g1 › use", "question two › g3 › cells", "formula two › g3 › cells",
                "ranked two › g3 › rank", "quota young", "words ",
            ])
    }

    /// What is offered by what was chosen before: options by a filter of their list, rows one by one.
    @Test func whatHangsOnAnswersGoesOutAndComesBack() throws {
        let plain = ["a", "b"].map { Question.Option(code: $0, text: $0) }
        func hanging(_ condition: (String) -> String) -> [Question.Option] {
            plain.map { .init(code: $0.code, text: $0.text, condition: condition($0.code)) }
        }
        let chosen = hanging { "'\($0)' in use" }
        var columns = plain
        columns[1].condition = "answered(use)"
        let questions = [
            Question(code: "use", text: "?", kind: .multiple(.init(options: plain))),
            Question(code: "rank", text: "?", kind: .ranking(.init(options: chosen))),
            Question(code: "left", text: "?", kind: .single(.init(options: hanging { "not ('\($0)' in use)" }))),
            Question(code: "rate", text: "?", kind: .matrix(.init(rows: chosen, columns: columns))),
            Question(
                code: "say", text: "?",
                kind: .matrix(.init(rows: [chosen[0], plain[1]], columns: plain, cell: .text(most: 9)))),
            Question(code: "other", text: "?", kind: .multiple(.init(options: chosen, other: "其他"))),
        ]
        let path = FileManager.default.temporaryDirectory.appendingPathComponent("\(UUID().uuidString).xlsx").path
        defer { try? FileManager.default.removeItem(atPath: path) }
        let writer = XLSFormWriter(
            Questionnaire(title: "T", pages: [.init(code: "p", groups: [.init(code: "g", questions: questions)])]))
        try writer.write(to: path)
        let bytes = Array(try Data(contentsOf: URL(fileURLWithPath: path)))
        var languages = XLSFormRow.Languages()
        let rows = try XLSFormRow.read(bytes, "survey", &languages)
        #expect(
            rows.map { $0["choice_filter"] }.filter { !$0.isEmpty } == [
                "selected(${use}, name)", "not(selected(${use}, name))",
            ])
        let again = try QuestionnaireFile(reading: bytes)
        func conditions(_ code: String) -> [String?]? {
            again.questionnaire.question(code)?.kind.options.map(\.condition)
        }
        let both = ["(answered(use) and 'a' in use)", "(answered(use) and 'b' in use)"]
        #expect(conditions("rank") == both && conditions("rate") == both)
        #expect(conditions("left") == both.map { "not (\($0))" })
        #expect(again.questionnaire.question("say_a_b")?.condition == both[0])
        #expect(again.questionnaire.question("say_b_a")?.condition == nil)
        #expect(again.unsupported == [])
        #expect(
            Set(writer.losses.map { "\($0.what) \($0.place.words) \($0.detail)" }) == [
                "formula p › g › rate › b answered(use)", "cells p › g › say ", "formula p › g › other › a 'a' in use",
                "formula p › g › other › b 'b' in use", "other p › g › other 其他",
            ])
    }

    /// A list is filtered by what its choices have in other columns, too.
    @Test func choicesAreFilteredByTheirColumns() throws {
        let path = FileManager.default.temporaryDirectory.appendingPathComponent("\(UUID().uuidString).xlsx").path
        defer { try? FileManager.default.removeItem(atPath: path) }
        let writer = try SheetWriter(path: path, sheet: "survey", widths: [])
        func write(_ rows: [[String]]) throws {
            for row in rows { try writer.write(row.map { $0.isEmpty ? .empty : .text($0) }) }
        }
        try writer.writeHeading(["type", "name", "label", "choice_filter"])
        try write([
            ["select_one county", "county", "哪个县？", ""], ["select_one town", "town", "哪个镇？", "county=${county}"],
            ["select_one town", "odd", "哪个镇？", "county=${county} or name = 'x' or regex(name, 'x')"],
        ])
        try writer.beginSheet("choices")
        try writer.writeHeading(["list_name", "name", "label", "county", "colour"])
        try write([
            ["county", "lc", "龙川", "", ""], ["county", "hp", "和平", "", ""], ["town", "laolong", "老隆", "lc", "red"],
            ["town", "yangming", "阳明", "hp", ""],
        ])
        try writer.close()
        let file = try QuestionnaireFile(reading: Array(try Data(contentsOf: URL(fileURLWithPath: path))))
        func conditions(_ code: String) -> [String?]? {
            file.questionnaire.question(code)?.kind.options.map(\.condition)
        }
        #expect(conditions("town") == ["county == 'lc'", "county == 'hp'"] && conditions("odd") == [nil, nil])
        #expect(
            file.unsupported.map { "\($0.what) \($0.place) \($0.detail)" } == [
                "unknown choices colour",
                "part survey 4 choice_filter = county=${county} or name = 'x' or regex(name, 'x')",
            ])
    }

    @Test func whatAnXLSFormCannotRepeatIsAGapThere() throws {
        let options = [Question.Option(code: "a", text: "甲")]
        let one = Question(code: "one", text: "?", kind: .single(.init(options: options, comment: "为什么")))
        let town = Question(code: "town", text: "?", kind: .unit(.towns))
        let next = Question(
            code: "next", text: "您选了{one}（{one.comment}），住在{town}，{nobody}。", kind: .text(.init()),
            condition: "answered(town)")
        let path = FileManager.default.temporaryDirectory.appendingPathComponent("\(UUID().uuidString).xlsx").path
        defer { try? FileManager.default.removeItem(atPath: path) }
        let writer = XLSFormWriter(
            Questionnaire(
                title: "T",
                pages: [
                    .init(code: "p", groups: [.init(code: "g", questions: [one, town])]),
                    .init(code: "q", groups: [.init(code: "h", questions: [next])]),
                ]))
        try writer.write(to: path)
        let again = try QuestionnaireFile(reading: Array(try Data(contentsOf: URL(fileURLWithPath: path))))
            .questionnaire
        #expect(again.questions.last?.text == "您选了{one}（…），住在…，{nobody}。" && again.questions.last?.condition == nil)
        let listed = Set(writer.losses.map { "\($0.what) \($0.place.question ?? "") \($0.detail)" })
        #expect(
            listed.isSuperset(of: [
                "comment one 为什么", "question town towns", "formula next {one.comment}", "formula next {town}",
                "formula next answered(town)",
            ]), "\(listed)")
    }

    @Test(arguments: ["survey.lss", "form.xlsx"])
    func whatWasTakenGoesOutAndComesBack(_ name: String) throws {
        let taken = try QuestionnaireFile(reading: Self.fixture(name)).questionnaire
        let yaml = try QuestionnaireFile(reading: Array(try QuestionnaireYAML.text(of: taken).utf8))
        #expect(yaml.questionnaire == taken && yaml.unsupported.isEmpty, "our own file holds everything")

        let path = FileManager.default.temporaryDirectory.appendingPathComponent("\(UUID().uuidString).xlsx").path
        defer { try? FileManager.default.removeItem(atPath: path) }
        let writer = XLSFormWriter(taken)
        try writer.write(to: path)
        let again = try QuestionnaireFile(reading: Array(try Data(contentsOf: URL(fileURLWithPath: path))))
        let left = Set(writer.losses.filter { $0.what == .question }.compactMap(\.place.question))
        // Texts in a matrix are asked one by one there.
        let expected = taken.questions.filter { !left.contains($0.code) }.flatMap {
            $0.kind.form == .matrixTexts ? $0.counted : [$0]
        }.map { $0.code.replacing(".", with: "_") }
        #expect(again.questionnaire.questions.map(\.code) == expected)
        // What the file cannot hold is listed when it is written; what cannot be read again is listed then.
        let listed = Set(
            writer.losses.filter { $0.what != .other }.compactMap(\.place.question)
                + again.unsupported.map { $0.place.split(separator: " ").first.map(String.init) ?? "" })
        for question in taken.questions where !listed.contains(question.code) {
            let other = try #require(again.questionnaire.questions.first { $0.code == question.code })
            #expect(other.text == question.text && other.hint == question.hint)
            #expect(other.kind.form == question.kind.form, "\(question.code)")
            #expect(other.isRequired == question.isRequired, "\(question.code)")
            #expect((other.condition == nil) == (question.condition == nil), "\(question.code)")
            #expect(other.kind.options.map(\.text) == question.kind.options.map(\.text), "\(question.code)")
        }
        #expect(QuestionnaireCheck(again.questionnaire).faults.filter { $0.severity == .error } == [])
    }

    @Test func tablesThatAreNoFormsAreRefused() throws {
        let other = try SheetWriter.bytes(sheet: "Sheet1", widths: [10], heading: ["type"])
        #expect(throws: QuestionnaireFile.Fault.unknownFormat) { try QuestionnaireFile(reading: other) }
        let wide = try SheetWriter.bytes(sheet: "survey", widths: [], heading: (0..<1_000).map { "c\($0)" })
        #expect(throws: QuestionnaireFile.Fault.document(.tooManyColumns(limit: 256, line: 1))) {
            try QuestionnaireFile(reading: wide)
        }
        #expect(throws: QuestionnaireFile.Fault.self) { try QuestionnaireFile(reading: [0x50, 0x4B, 0x03, 0x04, 0]) }
    }

    // MARK: Foreign formulas

    @Test(arguments: [
        String(repeating: "(", count: 4_000), String(repeating: "!", count: 3_000),
        String(repeating: "not(", count: 900), "'", "${", "1 +", "a b", "", "((((((x",
    ])
    func foreignFormulasThatAreNoneAreNotUnderstood(_ text: String) {
        #expect(throws: ForeignFormula.NotUnderstood.self) { try ForeignFormula(text, .xPath) }
        #expect(throws: ForeignFormula.NotUnderstood.self) { try ForeignFormula(text, .expressionScript) }
    }

    @Test func longChainsStayFlat() throws {
        var translation = ForeignTranslation()
        translation.names["a"] = .init(name: "a", kind: .number)
        let scope = FormulaScope(questions: [Question(code: "a", kind: .number(.init()))])
        let text = (0..<90).map { "a == \($0)" }.joined(separator: " or ")
        #expect(translation.condition(text, .expressionScript, in: scope) != nil)
    }
}
