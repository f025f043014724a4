import Foundation
import Testing

@testable import Questionnaires

@Suite struct AnsweringTests {
    static let options = ["a", "b", "c"].map { Question.Option(code: $0, text: $0.uppercased()) }
    static let questionnaire = Questionnaire(
        title: "T",
        pages: [
            .init(
                code: "one",
                groups: [
                    .init(
                        code: "g1",
                        questions: [
                            Question(
                                code: "age", text: "?", kind: .number(.init(least: 0, most: 120)), isRequired: true),
                            Question(
                                code: "use", text: "?",
                                kind: .multiple(
                                    .init(
                                        options: options + [.init(code: "none", text: "都不", isExclusive: true)],
                                        least: 1, most: 2, other: "其他", isShuffled: true))),
                            Question(code: "why", text: "?", kind: .text(.init(most: 5)), condition: "'a' in use"),
                        ])
                ]),
            .init(
                code: "two",
                groups: [
                    .init(
                        code: "g2",
                        questions: [
                            Question(
                                code: "more", text: "{why}，{use}", kind: .text(.init()), condition: "length(why) > 2")
                        ], condition: "age >= 18"),
                    .init(
                        code: "g3",
                        questions: [
                            Question(
                                code: "rank", text: "?", kind: .ranking(.init(options: options, most: 2)),
                                isRequired: true),
                            Question(
                                code: "grid", text: "?", kind: .matrix(.init(rows: options, columns: options)),
                                isRequired: true),
                            Question(
                                code: "cells", text: "?",
                                kind: .matrix(
                                    .init(rows: options, columns: options, cell: .number(.init(least: 0, decimals: 1)))),
                                validation: .init(expression: "sum(cells) <= 100", message: "最多 100")),
                            Question(
                                code: "pick", text: "?",
                                kind: .single(
                                    .init(options: [
                                        .init(code: "x", text: "X", condition: "age < 30"), .init(code: "y", text: "Y"),
                                    ]))),
                            Question(
                                code: "day", text: "?", kind: .date(.init(first: "2026-01-01", last: "2026-12-31"))),
                        ]),
                ]),
        ],
        computed: [.init(code: "adult", expression: "age >= 18")],
        quotas: [.init(code: "young", condition: "not adult and pick == 'x'", most: 3)], closing: "谢谢")

    func answering(_ seed: UInt64 = 1) throws -> Answering {
        try Answering(questionnaire: Self.questionnaire, seed: seed)
    }

    @Test func whatIsHiddenIsLeftOut() throws {
        let shown = try answering().shown(["age": .number(10), "use": .choices([.option("b")])])
        #expect(shown.questions.map(\.code) == ["age", "use", "rank", "grid", "cells", "pick", "day"])
        #expect(shown.page(after: nil)?.code == "one")
        #expect(shown.page(after: "one")?.code == "two")
        #expect(shown.page(after: "two") == nil)
        #expect(shown.page(before: "two")?.code == "one")
    }

    @Test func aPageKeptWholeNamesWhatIsHidden() throws {
        let answers: Answers = ["age": .number(40)]
        let shown = try answering().shown(answers, keeping: .page("two"))
        #expect(
            shown.page("two")?.questions.map(\.code) == [
                "more", "rank", "grid", "cells", "pick", "day",
            ])
        #expect(shown.hidden == ["q.more", "o.pick.x"])
    }

    /// All pages on one screen: pages are hidden as well, and what repeats an answer is named by where it stands.
    @Test func everythingKeptWholeNamesHiddenPages() throws {
        let came = Question(code: "came", text: "来过吗？", kind: .yesNo)
        let times = Question(code: "times", text: "几次？", hint: "您说来过：{came}。", kind: .number(.init()))
        let answering = try Answering(
            questionnaire: Questionnaire(
                pages: [
                    .init(code: "one", groups: [.init(code: "g1", questions: [came])]),
                    .init(
                        code: "two", title: "来过：{came}", groups: [.init(code: "g2", questions: [times])],
                        condition: "came"),
                ], closing: "来过 {times} 次，谢谢。"), seed: 1)
        let shown = answering.shown(["came": .truth(false)], keeping: .everything)
        #expect(shown.pages.map(\.code) == ["one", "two"] && shown.hidden == ["p.two"])
        guard case .object(let rules) = answering.following(.everything, [:]),
            case .object(let texts)? = rules["texts"],
            case .list(let parts)? = rules["parts"]
        else {
            Issue.record("no rules")
            return
        }
        #expect(
            texts == [
                "p.two": .text("来过：{came}"), "h.times": .text("您说来过：{came}。"),
                "closing": .text("来过 {times} 次，谢谢。"),
            ])
        #expect(parts.count == 1)
        // Page by page, what was answered before stands in the texts already, and the page itself is not for the script.
        #expect(
            answering.following(.page("two"), ["came": .truth(true)])
                == .object([
                    "texts": .object([:]), "names": .object([:]), "answers": .object(["came": .truth(true)]),
                    "computed": .list([]), "parts": .list([]),
                ]))
    }

    @Test func textsRepeatAnswers() throws {
        let shown = try answering().shown([
            "age": .number(40), "use": .choices([.option("a"), .other("丙")]), "why": .text("因为远"),
        ])
        #expect(shown.questions.first { $0.code == "more" }?.text == "因为远，A、丙")
    }

    @Test func hiddenAnswersLeaveToTheLast() throws {
        let answers: Answers = [
            "age": .number(40), "use": .choices([.option("b")]), "why": .text("因为远"), "more": .text("x"),
            "pick": .choice(.option("x")), "foreign": .text("x"),
        ]
        let (kept, dropped) = try answering().cleaned(answers)
        #expect(kept == ["age": .number(40), "use": .choices([.option("b")])])
        #expect(dropped == ["foreign", "more", "pick", "why"])
    }

    @Test func ordersAreDrawnAgainTheSame() throws {
        func order(_ seed: UInt64) throws -> [String] {
            try answering(seed).shown([:]).questions[1].kind.options.map(\.code)
        }
        #expect(try order(7) == order(7))
        #expect(Set(try (0..<60).map { try order($0) }).count == 6)
        #expect(try (0..<60).allSatisfy { try order($0).last == "none" })
        var draw = DrawnOrder(seed: 42, place: "q.use")
        #expect(draw.shuffled(Array(0..<8)) == drawn)
    }

    @Test func whatIsRankedIsDrawnToo() throws {
        func order(_ seed: UInt64, isShuffled: Bool) throws -> [String] {
            let options = ["a", "b", "c"].map { Question.Option(code: $0, text: $0) }
            let question = Question(
                code: "r", text: "?", kind: .ranking(.init(options: options, isShuffled: isShuffled)))
            let asked = try Answering(questionnaire: CheckTests.questionnaire(question), seed: seed)
            return asked.shown([:]).questions.flatMap(\.kind.options).map(\.code)
        }
        #expect(Set(try (0..<60).map { try order($0, isShuffled: true) }).count == 6)
        #expect(Set(try (0..<60).map { try order($0, isShuffled: false) }) == [["a", "b", "c"]])
    }

    /// Frozen: an order that changed would turn the page round for those who are answering.
    private let drawn = [6, 2, 0, 4, 3, 1, 7, 5]

    @Test(
        arguments: [
            (["age": .number(121)], "age", AnswerFault.Kind.above(most: 120)),
            (["age": .number(-1)], "age", .below(least: 0)), (["age": .number(1.5)], "age", .decimals(most: 0)),
            ([:], "age", .required),
            (["use": .choices([.option("a"), .option("b"), .option("c")])], "use", .tooMany(most: 2)),
            (["use": .choices([.option("a"), .option("none")])], "use", .exclusive),
            (["use": .choices([.option("zz")])], "use", .unknownOption),
            (["use": .choices([.other("")])], "use", .noWords),
            (["use": .choices([.option("a"), .option("a")])], "use", .form), (["use": .text("a")], "use", .form),
            (["use": .choices([.option("a")]), "why": .text("一二三四五六")], "why", .tooLong(most: 5)),
        ] as [(Answers, String, AnswerFault.Kind)])
    func faultsOfTheFirstPage(_ answers: Answers, _ question: String, _ kind: AnswerFault.Kind) throws {
        #expect(
            try answering().faults(answers, page: "one").filter { $0.question == question } == [
                AnswerFault(question, kind)
            ])
    }

    @Test(
        arguments: [
            (["rank": .choices([.option("a")])], AnswerFault("rank", .tooFew(least: 2))),
            (["rank": .choices([.option("a"), .option("a")])], AnswerFault("rank", .places)),
            (["grid": .matrixChoice(["a": "b", "b": "b"])], AnswerFault("grid", row: "c", .required)),
            (["grid": .matrixChoice(["a": "b", "b": "b", "c": "zz"])], AnswerFault("grid", row: "c", .unknownOption)),
            (
                ["cells": .matrixNumbers(["a": ["a": 60, "b": 50]])],
                AnswerFault("cells", .validation(message: "最多 100"))
            ),
            (
                ["cells": .matrixNumbers(["a": ["a": 0.55]])],
                AnswerFault("cells", row: "a", column: "a", part: "A", .decimals(most: 1))
            ),
            (["day": .text("2025-12-31")], AnswerFault("day", .tooEarly(first: "2026-01-01"))),
            (["day": .text("2026-02-30")], AnswerFault("day", .notADay)),
            (["age": .number(40), "pick": .choice(.option("x"))], AnswerFault("pick", .unknownOption)),
        ] as [(Answers, AnswerFault)])
    func faultsOfTheSecondPage(_ answers: Answers, _ fault: AnswerFault) throws {
        #expect(try answering().faults(answers, page: "two").filter { $0.question == fault.question } == [fault])
    }

    @Test func quotasHold() throws {
        #expect(try answering().quotas(["age": .number(10), "pick": .choice(.option("x"))]) == ["young"])
        #expect(try answering().quotas(["age": .number(20), "pick": .choice(.option("x"))]) == [])
        #expect(try answering().quotas(["pick": .choice(.option("x"))]) == [])
    }

    @Test func formsAreRead() throws {
        let one = ["a.age": ["４０"], "a.use": ["_other", "zz", "a"], "a.use.other": [" 丙 "], "a.why": ["x\r\ny"]]
        let read = try answering().read(form: { one[$0] ?? [] }, page: "one")
        #expect(read.faults == [])
        #expect(
            read.answers == [
                "age": .number(40), "use": .choices([.option("a"), .other("丙"), .option("zz")]), "why": .text("x\ny"),
            ])
        let two = [
            "a.rank.rank.b": ["1"], "a.rank.rank.a": ["2"], "a.grid.a": ["b"], "a.cells.a.b": ["1.5"],
            "a.cells.b.b": ["x"], "a.pick": ["y"], "a.day": ["soon"],
        ]
        let second = try answering().read(form: { two[$0] ?? [] }, page: "two")
        #expect(
            second.answers == [
                "rank": .choices([.option("b"), .option("a")]), "grid": .matrixChoice(["a": "b"]),
                "cells": .matrixNumbers(["a": ["b": 1.5]]), "pick": .choice(.option("y")),
            ])
        #expect(
            second.faults == [
                AnswerFault("cells", row: "b", column: "b", part: "B", .notANumber), AnswerFault("day", .notADay),
            ])
        #expect(try answering().read(form: { _ in ["1"] }, page: "three").answers == [:])
        #expect(
            try answering().read(form: { $0.contains("rank") ? ["2"] : [] }, page: "two").faults == [
                AnswerFault("rank", .places)
            ])
    }

    @Test func commentsAreReadWithTheirChoices() throws {
        let one = Question(
            code: "one", text: "?", kind: .single(.init(options: Self.options, other: "其他", comment: "为什么")))
        let many = Question(
            code: "many", text: "?", kind: .multiple(.init(options: Self.options, other: "其他", comment: "请说明")))
        let plain = Question(code: "plain", text: "{one.comment}", kind: .single(.init(options: Self.options)))
        let answering = try Answering(
            questionnaire: Questionnaire(pages: [
                .init(code: "p", groups: [.init(code: "g", questions: [one, many])]),
                .init(code: "q", groups: [.init(code: "h", questions: [plain])]),
            ]), seed: 1)
        func read(_ form: [String: String], many: [String] = []) -> (answers: Answers, faults: [AnswerFault]) {
            answering.read(form: { $0 == "a.many" ? many : form[$0].map { [$0] } ?? [] }, page: "p")
        }
        let fields = [
            "a.one": "b", "a.one.comment": " c ", "a.many.comment.a": "近", "a.many.comment.c": "",
            "a.many.comment._other": "远", "a.many.other": "丙", "a.many.comment.zz": "x",
        ]
        let typed = read(fields, many: ["_other", "c", "a"])
        #expect(typed.faults == [])
        #expect(
            typed.answers == [
                "one": .choice(.option("b", comment: "c")),
                "many": .choices([.option("a", comment: "近"), .option("c"), .other("丙", comment: "远")]),
            ])
        #expect(answering.faults(typed.answers) == [])
        #expect(answering.shown(typed.answers).questions.last?.text == "c", "and not what is called so")
        #expect(read(["a.one.comment": "x"]).faults == [AnswerFault("one", .commentAlone)])
        // Not ticked, or unticked: both look alike, and what is ticked stays.
        let doubtful = read(fields, many: ["c"])
        #expect(doubtful.answers["many"] == .choices([.option("c")]))
        #expect(
            doubtful.faults == [
                AnswerFault("many", part: "A", .wordsBesideUnchosen),
                AnswerFault("many", part: "其他", .wordsBesideUnchosen),
            ])
        #expect(
            read(["a.many.other": "丙"], many: ["a"]).faults
                == [AnswerFault("many", part: "其他", .wordsBesideUnchosen)])
        #expect(read(["a.plain": "a", "a.one": "a"]).answers == ["one": .choice(.option("a"))])
        let long = String(repeating: "长", count: AnswerFault.mostWords + 1)
        #expect(
            answering.faults(["one": .choice(.option("a", comment: long))]) == [
                AnswerFault("one", part: "为什么", .tooLong(most: AnswerFault.mostWords))
            ])
        // Which of several it is.
        #expect(
            answering.faults(["many": .choices([.option("a"), .option("b", comment: long)])]).map(\.part)
                == ["B · 请说明"])
        #expect(answering.faults(["plain": .choice(.option("a", comment: "x"))]) == [AnswerFault("plain", .form)])
        #expect(
            many.counted.map(\.code) == [
                "many", "many.a.comment", "many.b.comment", "many.c.comment", "many._other.comment",
            ])
        let unnamed = Question(code: "u", text: "?", kind: .multiple(.init(options: [], other: "", comment: "")))
        #expect(unnamed.counted.last?.text == "? · 其他 · 说明", "and not only its question once more")
        #expect(one.counted.last?.text == "? · 为什么" && typed.answers.counted("one.comment") == .text("c"))
        #expect(
            typed.answers.counted("many._other.comment") == .text("远") && typed.answers.counted("many.c.comment") == nil
        )
    }

    @Test func severalFilesAreOneAnswer() throws {
        let papers = Question(code: "papers", text: "?", kind: .file(.init(most: 2)))
        let next = Question(code: "next", text: "上传了 {papers}。", kind: .text(.init()))
        let answering = try Answering(
            questionnaire: Questionnaire(pages: [
                .init(code: "p", groups: [.init(code: "g", questions: [papers])]),
                .init(code: "q", groups: [.init(code: "h", questions: [next])]),
            ]), seed: 1)
        let ids = [UUID(), UUID(), UUID()]
        func read(_ values: [String]) -> (answers: Answers, faults: [AnswerFault]) {
            answering.read(form: { $0 == "a.papers" ? values : [] }, page: "p")
        }
        let two: Answers = ["papers": .files([ids[0], ids[1]])]
        #expect(read(["", ids[0].uuidString, ids[1].uuidString]).answers == two && answering.faults(two) == [])
        #expect(read([ids[0].uuidString, "x"]).faults == [AnswerFault("papers", .form)] && read([""]).answers == [:])
        #expect(answering.shown(two).questions.last?.text == "上传了 2 个文件。", "and not what they are called by here")
        #expect(answering.faults(["papers": .files(ids)]) == [AnswerFault("papers", .tooManyFiles(most: 2))])
        #expect(answering.faults(["papers": .files([ids[0], ids[0]])]) == [AnswerFault("papers", .form)])
        for answers in [two, ["papers": .files([ids[2]])]] as [Answers] {
            #expect(try Answers(json: answers.json(), for: answering.questionnaire) == answers)
        }
        #expect(Answer(.list([]), to: papers.kind) == nil)
    }

    @Test func textsInAMatrixAreReadAndJudged() throws {
        var matrix = Question.Matrix(rows: Self.options, columns: Self.options, cell: .text(most: 3))
        matrix.rows[1].condition = "length(grid.a.b) > 1"
        let grid = Question(code: "grid", text: "?", kind: .matrix(matrix), isRequired: true)
        let next = Question(code: "next", text: "您写了{grid.a.a}", kind: .text(.init()), condition: "'a' in grid")
        let answering = try Answering(
            questionnaire: Questionnaire(pages: [
                .init(code: "p", groups: [.init(code: "g", questions: [grid])]),
                .init(code: "q", groups: [.init(code: "h", questions: [next])]),
            ]), seed: 1)
        let typed = ["a.grid.a.a": [" b "], "a.grid.a.b": ["一二三四"], "a.grid.b.a": ["x"], "a.grid.b.zz": ["y"]]
        let (answers, faults) = answering.read(form: { typed[$0] ?? [] }, page: "p")
        #expect(answers == ["grid": .matrixTexts(["a": ["a": "b", "b": "一二三四"], "b": ["a": "x"]])] && faults == [])
        let said = answering.faults(answers, page: "p")
        #expect(said.contains(AnswerFault("grid", row: "a", column: "b", part: "B", .tooLong(most: 3))))
        #expect(said.contains(AnswerFault("grid", row: "b", .required)), "every cell of every row")
        // What somebody wrote is not taken for what is called so.
        #expect(answering.shown(answers).questions.map(\.text).last == "您写了b")
        let short: Answers = ["grid": .matrixTexts(["a": ["b": "x"], "b": ["a": "x"]])]
        #expect(answering.cleaned(short).kept == ["grid": .matrixTexts(["a": ["b": "x"]])])
        let foreign: Answers = ["grid": .matrixTexts(["a": ["zz": "x"]])]
        #expect(answering.faults(foreign).contains(AnswerFault("grid", row: "a", .unknownOption)))
        #expect(answering.faults(["grid": .matrixNumbers(["a": ["a": 1]])]) == [AnswerFault("grid", .form)])
        #expect(grid.counted.map(\.code).prefix(2) == ["grid.a.a", "grid.a.b"])
        #expect(answers.counted("grid.a.b") == .text("一二三四") && answers.counted("grid.c.a") == nil)
    }

    /// Only what was chosen is asked about: without it there is nothing to answer, and nobody is held up.
    @Test func whatHasNothingToAnswerIsNotAsked() throws {
        func hanging(_ condition: (String) -> String) -> [Question.Option] {
            Self.options.map { .init(code: $0.code, text: $0.text, condition: condition($0.code)) }
        }
        let chosen = hanging { "'\($0)' in use" }
        let rest = hanging { "not (answered(use) and '\($0)' in use)" }
        let columns = [Question.Option(code: "x", text: "X")]
        let answering = try Answering(
            questionnaire: CheckTests.questionnaire(
                Question(code: "use", text: "?", kind: .multiple(.init(options: Self.options))),
                Question(
                    code: "rate", text: "?", kind: .matrix(.init(rows: chosen, columns: columns)), isRequired: true),
                Question(
                    code: "down", text: "?", kind: .matrix(.init(rows: columns, columns: chosen, cell: .multiple)),
                    isRequired: true, condition: "'c' in use or not answered(use)"),
                Question(code: "best", text: "?", kind: .single(.init(options: chosen)), isRequired: true),
                Question(code: "else", text: "?", kind: .single(.init(options: chosen, other: ""))),
                Question(
                    code: "why", text: "?", kind: .multiple(.init(options: rest, least: 2)), isRequired: true)),
            seed: 1)
        func shown(_ codes: String...) -> ShownQuestionnaire {
            answering.shown(["use": .choices(codes.map { .option($0) })])
        }
        #expect(answering.shown([:]).questions.map(\.code) == ["use", "else", "why"])
        #expect(answering.shown([:], keeping: .page("p")).hidden.isSuperset(of: ["q.rate", "q.down", "o.rate.a"]))
        #expect(shown("a").questions.map(\.code) == ["use", "rate", "best", "else", "why"])
        #expect(shown("a").questions[1].kind.options.map(\.code) == ["a"])
        #expect(shown("a", "b", "c").questions.map(\.code) == ["use", "rate", "down", "best", "else"])
        // A row that is not shown need not be answered, and an answer to it is not kept.
        let given: Answers = [
            "use": .choices([.option("a"), .option("b")]), "rate": .matrixChoice(["a": "x", "c": "x"]),
            "best": .choice(.option("a")), "why": .choices([.option("c")]),
        ]
        let (kept, dropped) = answering.cleaned(given)
        #expect(dropped == ["rate"] && kept["rate"] == .matrixChoice(["a": "x"]))
        #expect(answering.faults(kept) == [AnswerFault("rate", row: "b", .required)], "one of one is two at least")
        #expect(answering.cleaned(["rate": .matrixChoice(["a": "x"])]).dropped == ["rate"])
    }

    /// Where nothing hangs on an answer, nothing is worked out for each: it must be as if it were.
    @Test func whatIsTheSameForAllIsShownAlike() throws {
        var fixed = Self.questionnaire
        for page in fixed.pages.indices {
            for group in fixed.pages[page].groups.indices {
                fixed.pages[page].groups[group].condition = nil
                for question in fixed.pages[page].groups[group].questions.indices {
                    let asked = fixed.pages[page].groups[group].questions[question]
                    fixed.pages[page].groups[group].questions[question] = Question(
                        code: asked.code, text: "？", kind: asked.code == "use" ? .text(.init()) : asked.kind,
                        isRequired: asked.isRequired)
                }
            }
        }
        fixed.pages[1].groups[1].questions[3].kind = .single(.init(options: Self.options))
        fixed.pages.append(.init(code: "empty", groups: [.init(code: "nothing")]))
        fixed.quotas = []
        var judged = fixed
        judged.pages[0].condition = "1 == 1"
        let (one, other) = (try Answering(questionnaire: fixed, seed: 7), try Answering(questionnaire: judged, seed: 7))
        let sheets: [Answers] = [
            [:], ["age": .number(3)], ["age": .number(3), "foreign": .text("x"), "use": .choices([])],
            ["grid": .matrixChoice([:]), "rank": .choices([.option("b")]), "pick": .choice(.option("q"))],
        ]
        for answers in sheets {
            let (shown, expected) = (one.shown(answers), other.shown(answers))
            #expect(shown.pages.map(\.groups) == expected.pages.map(\.groups))
            #expect(shown.closing == expected.closing && shown.hidden == expected.hidden)
            #expect(one.cleaned(answers).kept == other.cleaned(answers).kept)
            #expect(one.cleaned(answers).dropped == other.cleaned(answers).dropped)
            #expect(one.worded(one.questions, answers) == other.worded(other.questions, answers))
            #expect(one.faults(answers) == other.faults(answers))
        }
        fixed.closing = "{age}"
        let repeating = try Answering(questionnaire: fixed, seed: 7)
        #expect(repeating.shown(["age": .number(3)]).closing == "3")
    }

    @Test func brokenFormulasAreNeverPassedOver() {
        var broken = Self.questionnaire
        broken.pages[0].condition = "nonsense >"
        #expect(throws: QuestionnaireFault.self) { try Answering(questionnaire: broken, seed: 1) }
    }
}
