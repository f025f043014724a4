import Testing

@testable import Questionnaires

/// What surveys of LimeSurvey have besides questions and their options.
@Suite struct LimeSurveyTests {
    private typealias Row = [String: String]

    /// A survey of one group out of the rows of its tables.
    private static func file(_ questions: [Row], _ others: [String: [Row]] = [:]) throws -> QuestionnaireFile {
        var tables = others
        tables["surveys", default: [[:]]][0]["language"] = "zh-Hans"
        tables["groups"] = [["gid": "2", "group_order": "0", "group_name": "甲", "language": "zh-Hans"]]
        tables["questions"] = questions.map { row in
            let usual = ["parent_qid": "0", "sid": "1", "gid": "2", "mandatory": "N", "other": "N", "relevance": "1"]
            return usual.merging(row) { _, own in own }
        }
        func escaped(_ text: String) -> String {
            text.replacing("&", with: "&amp;").replacing("<", with: "&lt;")
        }
        let written = tables.sorted { $0.key < $1.key }.map { name, rows in
            let lines = rows.map { row in
                "<row>" + row.sorted { $0.key < $1.key }.map { "<\($0)>\(escaped($1))</\($0)>" }.joined() + "</row>"
            }
            return "<\(name)><rows>\(lines.joined())</rows></\(name)>"
        }
        let text = "<document><LimeSurveyDocType>Survey</LimeSurveyDocType>\(written.joined())</document>"
        return try QuestionnaireFile(reading: Array(text.utf8))
    }

    private static func row(_ qid: Int, _ type: String, _ title: String, _ more: Row = [:]) -> Row {
        ["qid": "\(qid)", "type": type, "title": title, "question": title, "question_order": "\(qid)"]
            .merging(more) { _, own in own }
    }

    /// - Parameter codes: by the number of their question.
    private static func parts(_ codes: [Int: [String]]) -> [Row] {
        codes.sorted { $0.key < $1.key }.flatMap { qid, codes -> [Row] in
            codes.enumerated().map { index, code -> Row in
                [
                    "qid": "\(qid)0\(index)", "parent_qid": "\(qid)", "title": code, "question": code,
                    "question_order": "\(index)",
                ]
            }
        }
    }

    private static func attribute(_ qid: Int, _ name: String, _ value: String) -> Row {
        ["qid": "\(qid)", "attribute": name, "value": value]
    }

    private static func answers(_ codes: [Int: [String]]) -> [Row] {
        codes.flatMap { qid, codes -> [Row] in
            codes.enumerated().map { index, code -> Row in
                ["qid": "\(qid)", "code": code, "answer": code, "sortorder": "\(index)"]
            }
        }
    }

    private static let choices: [String: [Row]] = [
        "answers": [
            ["qid": "3", "code": "A1", "answer": "一", "sortorder": "0"],
            ["qid": "3", "code": "A2", "answer": "二", "sortorder": "1"],
        ],
        "subquestions": [
            ["qid": "41", "parent_qid": "4", "title": "SQ1", "question": "甲", "question_order": "0"],
            ["qid": "42", "parent_qid": "4", "title": "SQ2", "question": "乙", "question_order": "1"],
        ],
    ]

    @Test func conditionsByNumberAreSaid() throws {
        let file = try Self.file(
            [
                Self.row(3, "L", "one"), Self.row(4, "M", "many"),
                Self.row(5, "S", "a", ["relevance": #"((1X2X3.NAOK == "A1"))"#]),
                Self.row(6, "S", "b", ["relevance": #"1X2X4SQ2.NAOK == "Y" and 1X2X3 != "A2""#]),
                Self.row(7, "S", "c", ["relevance": #"((1X2X99.NAOK == "A1"))"#, "question": "您选了{1X2X3.shown}"]),
                Self.row(8, "N", "d", ["relevance": "2 * 1 == 2"]),
            ], Self.choices)
        #expect(
            file.questionnaire.questions.map(\.condition) == [
                nil, nil, "one == 'A1'",
                "(answered(many) and 'SQ2' in many) and not (answered(one) and one == 'A2')", nil, "2 * 1 == 2",
            ])
        #expect(file.questionnaire.questions[4].text == "您选了{one}")
        #expect(file.unsupported.map(\.detail) == [#"((1X2X99.NAOK == "A1"))"#])
    }

    @Test func whatStandsInAFieldAtFirstIsTaken() throws {
        var others = Self.choices
        others["defaultvalues"] = [
            ["qid": "2", "sqid": "0", "specialtype": "", "defaultvalue": "N"],
            ["qid": "3", "sqid": "0", "defaultvalue": "A2"],
            ["qid": "4", "sqid": "41", "defaultvalue": "Y"], ["qid": "4", "sqid": "42", "defaultvalue": "Y"],
            ["qid": "5", "sqid": "0", "dvid": "9"], ["qid": "6", "sqid": "0", "defaultvalue": "{TOKEN:AGE}"],
            ["qid": "7", "sqid": "0", "defaultvalue": "3.5"],
        ]
        others["defaultvalue_l10ns"] = [
            ["dvid": "9", "language": "en", "defaultvalue": "2026-01-01"],
            ["dvid": "9", "language": "zh-Hans", "defaultvalue": "2026-02-02"],
        ]
        let file = try Self.file(
            [
                Self.row(2, "Y", "q2"), Self.row(3, "L", "q3"), Self.row(4, "M", "q4"), Self.row(5, "D", "q5"),
                Self.row(6, "S", "q6"), Self.row(7, "N", "q7"),
            ], others)
        #expect(
            file.questionnaire.questions.map(\.initial) == [
                .truth(false), .choice(.option("A2")), .choices([.option("SQ1"), .option("SQ2")]), .text("2026-02-02"),
                nil, .number(3.5),
            ])
        #expect(file.unsupported.map(\.detail) == ["default {TOKEN:AGE}"])
    }

    /// Each part of several short texts is asked by itself, each of two scales too.
    @Test func whatIsAskedAsOneThereIsAskedOneByOne() throws {
        var others = Self.choices
        others["answers"] = [
            ["qid": "5", "code": "A1", "answer": "一", "sortorder": "0", "scale_id": "0"],
            ["qid": "5", "code": "B1", "answer": "重", "sortorder": "1", "scale_id": "1"],
        ]
        others["subquestions"]?.append(["qid": "51", "parent_qid": "5", "title": "R1", "question": "速度"])
        others["question_attributes"] = [
            ["qid": "4", "attribute": "maximum_chars", "value": "20"],
            ["qid": "4", "attribute": "min_answers", "value": "1"],
            ["qid": "5", "attribute": "dualscale_headerB", "value": "要紧吗"],
        ]
        others["defaultvalues"] = [["qid": "4", "sqid": "42", "defaultvalue": "没有"]]
        let file = try Self.file(
            [
                Self.row(4, "Q", "say", ["mandatory": "Y", "relevance": "2 > 1", "preg": "/a/"]),
                Self.row(5, "1", "two"),
                Self.row(6, "S", "more", ["relevance": #"say_SQ2.NAOK != "" and 1X2X4SQ1 == "是""#]),
            ], others)
        let asked = file.questionnaire.questions
        #expect(asked.map(\.code) == ["say_SQ1", "say_SQ2", "two_0", "two_1", "more"])
        #expect(asked.map(\.text) == ["say · 甲", "say · 乙", "two", "two · 要紧吗", "more"])
        #expect(
            asked.prefix(2).allSatisfy { $0.isRequired && $0.condition == "2 > 1" && $0.kind == .text(.init(most: 20)) }
        )
        #expect(asked[1].initial == .text("没有"))
        #expect(asked[3].kind.columns.map(\.code) == ["B1"])
        #expect(asked[4].condition == "answered(say_SQ2) and say_SQ1 == '是'")
        #expect(
            file.unsupported.map { "\($0.place) \($0.detail)" } == ["say_SQ1 min_answers = 1", "say_SQ1 preg = /a/"])
    }

    @Test func commentsBesideOptionsAreTaken() throws {
        var others = Self.choices
        others["question_attributes"] = [
            ["qid": "4", "attribute": "commented_checkbox", "value": "checked"],
            ["qid": "6", "attribute": "max_num_of_files", "value": "3"],
        ]
        let file = try Self.file(
            [
                Self.row(3, "O", "one"), Self.row(4, "P", "many", ["other": "Y"]),
                Self.row(5, "S", "more", ["relevance": #"one_comment != "" or many_SQ2comment.NAOK == "远""#]),
                Self.row(6, "|", "papers"),
            ], others)
        #expect(file.questionnaire.questions.last?.kind == .file(.init(most: 3)))
        #expect(file.unsupported.map(\.detail) == [])
        #expect(file.questionnaire.questions.map(\.kind.comment) == ["说明", "说明", nil, nil])
        #expect(
            file.questionnaire.question("more")?.condition == "answered(one.comment) or many.SQ2.comment == '远'")
    }

    @Test func anArrayOfTextsIsAMatrix() throws {
        var others = Self.choices
        others["subquestions"]?.append([
            "qid": "43", "parent_qid": "4", "title": "C1", "question": "原因", "question_order": "2", "scale_id": "1",
        ])
        others["question_attributes"] = [["qid": "4", "attribute": "maximum_chars", "value": "300"]]
        let file = try Self.file(
            [
                Self.row(4, ";", "say", ["mandatory": "Y"]),
                Self.row(5, "S", "more", ["relevance": #"say_SQ2_C1.NAOK != """#]),
            ], others)
        let asked = try #require(file.questionnaire.questions.first)
        #expect(
            asked.kind
                == .matrix(
                    .init(
                        rows: [.init(code: "SQ1", text: "甲"), .init(code: "SQ2", text: "乙")],
                        columns: [.init(code: "C1", text: "原因")], cell: .text(most: 200))))
        #expect(file.questionnaire.questions.last?.condition == "answered(say.SQ2.C1)")
        #expect(file.unsupported.map(\.detail) == ["maximum_chars = 300"])
    }

    /// Only what was chosen in an earlier question is shown, or only what was not, by equal codes.
    @Test func whatWasChosenDecidesWhatIsShown() throws {
        let one = ["SQ1"]
        var answers = Self.answers([4: ["A1"], 6: one, 9: one, 10: ["SQ1", "SQ7"]])
        answers += [
            ["qid": "13", "code": "A1", "answer": "一", "scale_id": "0"],
            ["qid": "13", "code": "B1", "answer": "重", "scale_id": "1"],
        ]
        let file = try Self.file(
            [
                Self.row(3, "M", "use", ["other": "Y"]), Self.row(4, "F", "rate"),
                Self.row(5, "Q", "say", ["relevance": "2 > 1 or 1 > 2"]), Self.row(6, "R", "rank"),
                Self.row(7, "M", "left", ["other": "Y"]), Self.row(8, "K", "cost"), Self.row(9, "R", "last"),
                Self.row(10, "L", "pick"), Self.row(11, "S", "text"), Self.row(12, "M", "more"),
                Self.row(13, "1", "two"), Self.row(14, "P", "both"),
            ],
            [
                "subquestions": Self.parts([
                    3: ["SQ1", "SQ2"], 4: ["SQ1", "SQ2", "SQ9"], 5: one, 7: ["SQ1", "SQ2"], 8: one, 12: one, 13: one,
                    14: one,
                ]), "answers": answers,
                "question_attributes": [
                    Self.attribute(4, "array_filter", "use"), Self.attribute(4, "array_filter_style", "1"),
                    Self.attribute(5, "array_filter", "rate"), Self.attribute(6, "array_filter", " use ; rate"),
                    Self.attribute(7, "array_filter_exclude", "use"), Self.attribute(8, "array_filter", "left"),
                    Self.attribute(9, "array_filter_exclude", "cost"),
                    Self.attribute(10, "array_filter", "use;last;none"), Self.attribute(11, "array_filter", "use"),
                    Self.attribute(12, "array_filter", "pick;both"), Self.attribute(13, "array_filter", "say"),
                    Self.attribute(14, "array_filter_exclude", "two"),
                ],
            ])
        let asked = file.questionnaire
        func conditions(_ code: String) -> [String?]? { asked.question(code)?.kind.options.map(\.condition) }
        #expect(conditions("rate") == ["'SQ1' in use", "'SQ2' in use", nil])
        #expect(asked.question("say_SQ1")?.condition == "(2 > 1 or 1 > 2) and 'SQ1' in rate")
        #expect(conditions("rank") == ["'SQ1' in use and 'SQ1' in rate"])
        #expect(conditions("left")?.first == "not (answered(use) and 'SQ1' in use)")
        #expect(conditions("cost") == ["'SQ1' in left"])
        // What was left out before is left out again: not the rest of all, but the rest of what was shown.
        #expect(conditions("last") == ["not answered(cost.SQ1) and 'SQ1' in left"])
        #expect(conditions("pick") == ["'SQ1' in use and 'SQ1' in last", nil])
        #expect(conditions("two_0") == ["answered(say_SQ1)"] && conditions("two_1") == conditions("two_0"))
        #expect(
            conditions("both") == [
                "not (answered(two_0) and 'SQ1' in two_0) and not (answered(two_1) and 'SQ1' in two_1)"
                    + " and answered(say_SQ1)"
            ])
        #expect(
            file.unsupported.map { "\($0.place) \($0.detail)" } == [
                "left array_filter_exclude = use: other", "pick array_filter = none", "text array_filter = use",
                "more array_filter = pick", "more array_filter = both",
            ])
        let answering = try Answering(questionnaire: asked, seed: 1)
        #expect(
            answering.shown(["use": .choices([.option("SQ2")])]).questions.map(\.code) == [
                "use", "rate", "left", "pick", "text", "more",
            ])
    }

    @Test func partsMayHangOnSomethingByThemselves() throws {
        var parts = Self.parts([4: ["SQ1", "SQ2"], 5: ["SQ1", "SQ2"], 6: ["SQ1"]])
        for index in parts.indices { parts[index]["relevance"] = "1" }
        parts[1]["relevance"] = #"one.NAOK == "A1""#
        parts[3]["relevance"] = "2 > 1"
        parts.append([
            "qid": "699", "parent_qid": "6", "title": "C1", "question": "列", "scale_id": "1",
            "relevance": #"regexMatch("/a/", one)"#,
        ])
        let file = try Self.file(
            [
                Self.row(3, "L", "one"), Self.row(4, "M", "many"),
                Self.row(5, "Q", "say", ["relevance": #"one == "A2""#]), Self.row(6, ";", "grid"),
            ],
            [
                "answers": Self.answers([3: ["A1", "A2"]]), "subquestions": parts,
                "question_attributes": [Self.attribute(5, "array_filter", "many")],
            ])
        let asked = file.questionnaire
        #expect(asked.question("many")?.kind.options.map(\.condition) == [nil, "one == 'A1'"])
        #expect(asked.question("say_SQ1")?.condition == "(one == 'A2') and 'SQ1' in many")
        #expect(asked.question("say_SQ2")?.condition == "(one == 'A2' and 2 > 1) and 'SQ2' in many")
        #expect(asked.question("grid")?.kind.columns.map(\.condition) == [nil])
        #expect(
            file.unsupported.map { "\($0.what) \($0.place) \($0.detail)" } == [
                #"formula grid › C1 regexMatch("/a/", one)"#
            ])
    }

    @Test func whatLeadsBackToTooMuchIsListed() throws {
        let many = Array(10...34)
        var attributes = many.dropFirst().map { Self.attribute($0, "array_filter_exclude", "q\($0 - 1)") }
        let others = many.dropLast().map { "q\($0)" }.joined(separator: ";")
        attributes.append(Self.attribute(34, "array_filter", others))
        let parts = Dictionary(uniqueKeysWithValues: many.map { ($0, ["SQ1"]) })
        let file = try Self.file(
            many.map { Self.row($0, "M", "q\($0)") },
            ["subquestions": Self.parts(parts), "question_attributes": attributes])
        let listed = file.unsupported.map(\.place)
        #expect(listed.contains("q34") && !listed.contains("q20"))
        let asked = file.questionnaire
        #expect(asked.question("q11")?.kind.options.map(\.condition) == ["not (answered(q10) and 'SQ1' in q10)"])
        #expect(try Answering(questionnaire: asked, seed: 1).shown([:]).questions.count == 25)
    }

    /// Limits that are formulas there, and those of several answers together.
    @Test func limitsThatAreNoNumbersAreChecked() throws {
        let attributes = [
            Self.attribute(4, "max_answers", "age"), Self.attribute(4, "em_validation_q", "age.NAOK > 1"),
            Self.attribute(4, "em_validation_q_tip", "看年龄"), Self.attribute(5, "min_num_value_n", "{age}"),
            Self.attribute(5, "equals_num_value", "100"), Self.attribute(5, "suffix", "元"),
            Self.attribute(6, "equals_num_value", "10"), Self.attribute(6, "num_value_int_only", "1"),
            Self.attribute(6, "slider_layout", "1"), Self.attribute(6, "slider_min", "0"),
            Self.attribute(6, "slider_max", "5"), Self.attribute(7, "min_answers", "2"),
            Self.attribute(8, "em_validation_sq", "strlen(this) > 1"),
            Self.attribute(8, "em_validation_sq_tip", "多写几个字"), Self.attribute(9, "min_answers", "2"),
            Self.attribute(10, "maximum_chars", "age * 2"), Self.attribute(10, "time_limit_action", "1"),
            Self.attribute(10, "location_mapheight", "300"), Self.attribute(11, "equation", "age * 2"),
            Self.attribute(11, "hidden", "1"), Self.attribute(12, "max_num_value_n", "sin(age)"),
            Self.attribute(12, "hidden", "1"),
        ]
        let file = try Self.file(
            [
                Self.row(3, "N", "age"), Self.row(4, "M", "many"), Self.row(5, "K", "cost"), Self.row(6, "K", "whole"),
                Self.row(7, "R", "rank"), Self.row(8, "Q", "say"), Self.row(9, "F", "rate"), Self.row(10, "S", "text"),
                Self.row(11, "*", "twice"), Self.row(12, "N", "most"),
            ],
            [
                "subquestions": Self.parts([4: ["A", "B"], 5: ["A"], 6: ["A"], 8: ["A", "B"], 9: ["A", "B"]]),
                "answers": Self.answers([7: ["A", "B"], 9: ["C"]]), "question_attributes": attributes,
            ])
        let asked = file.questionnaire
        func check(_ code: String) -> String? { asked.question(code)?.validation?.expression }
        #expect(
            asked.question("many")?.validation
                == .init(expression: "(age > 1) and (count(many) <= (age))", message: "看年龄"))
        #expect(check("cost") == "(min(cost) >= (age)) and (round((sum(cost) - 100) * 1000000) == 0)")
        #expect(asked.question("cost")?.kind.columns.map(\.text) == ["元"])
        #expect(check("whole") == "sum(whole) == 10")
        guard case .matrix(let whole)? = asked.question("whole")?.kind else {
            Issue.record("no matrix")
            return
        }
        #expect(whole.cell == .number(.init(least: 0, most: 5)))
        #expect(check("rank") == "count(rank) >= 2" && check("rate") == "count(rate) >= 2")
        #expect(
            asked.question("say_B")?.validation == .init(expression: "length(say_B) > 1", message: "多写几个字"))
        #expect(asked.computed == [.init(code: "twice", expression: "age * 2")])
        #expect(check("most") == nil)
        #expect(
            file.unsupported.map { "\($0.place) \($0.detail)" } == [
                "text maximum_chars = age * 2", "most hidden = 1", "most max_num_value_n = sin(age)",
            ])
    }

    @Test func nothingIsDroppedInSilence() throws {
        let file = try Self.file(
            [
                Self.row(3, "L", "one", ["question": "哪一个？<img src='a.png'>"]),
                Self.row(5, "S", "b"),
            ],
            Self.choices.merging([
                "surveys": [["startdate": "2026-01-01 00:00:00", "expires": ""]],
                "surveys_languagesettings": [
                    [
                        "surveyls_title": "T", "surveyls_welcometext": "见<a href=\"https://a.cn\">通知</a>",
                        "surveyls_url": "https://b.cn", "surveyls_policy_notice": "<p>怎样用</p>",
                    ]
                ],
                "conditions": [["qid": "5", "cfieldname": "1X2X3", "method": "==", "value": "A1"]],
                "quota": [["id": "1", "name": "满", "qlimit": "5", "active": "1"]],
                "quota_members": [["quota_id": "1", "qid": "3", "code": "A1"]],
                "quota_languagesettings": [
                    ["quotals_quota_id": "1", "quotals_message": "满", "quotals_url": "https://c.cn"]
                ],
            ]) { first, _ in first })
        #expect(file.questionnaire.introduction == "见通知（https://a.cn）")
        #expect(
            file.unsupported.map { "\($0.what) \($0.place) \($0.detail)" } == [
                "setting  startdate = 2026-01-01 00:00:00", "setting  surveyls_url = https://b.cn",
                "setting  surveyls_policy_notice = 怎样用", "part one img a.png", "formula b 1X2X3 == A1",
                "setting 满 quotals_url = https://c.cn",
            ])
    }
}
