import Foundation
import Participation
import Questionnaires
import Text

/// One page of a questionnaire, to be filled in.
struct FillPage: Page {
    static let template = "questionnaires/fill"

    struct Progress: Sendable {
        let text: String
        let done: Int
        let all: Int
    }

    /// What stands above a poll, which has no first page of its own.
    struct Poll: Sendable {
        let state: String
        let stateText: String
        let unit: String
    }

    struct Group: Sendable {
        let code: String
        let title: String
        let isOff: Bool
        let questions: [QuestionPart]
    }

    let title: String
    let crumbs: [Crumb]
    let progress: Progress?
    let poll: Poll?
    /// Of a poll: what it is for.
    let lead: [String]
    /// Of a poll: the consultation in whose page it stands.
    let consultation: Crumb?
    /// Of a poll, as the first page of a questionnaire has them.
    let facts: Filled<Fact>?
    /// Of a poll whose results are shown while it runs.
    let resultsHref: String?
    let heading: String
    let action: String
    /// Where the script saves; empty where nothing is saved.
    let saveHref: String
    /// What was answered so far, where the server keeps nothing.
    let carried: String?
    let sheet: String
    let contentVersion: Int
    /// What is kept of this page now, by `SheetInHand.sign`.
    let base: String
    /// The sheet that the browser's draft of the page belongs to; empty where the browser does not know the sheet.
    let draftOf: String
    /// Something else was kept of this page since it was opened: `elsewhere`, if anything.
    let isOvertaken: Bool
    let elsewhere: Filled<Fact>?
    /// The codes of the questions that the page asks, with blanks between.
    let asked: String
    /// What the script shows and hides by.
    let logic: String?
    let groups: [Group]
    let takesFiles: Bool
    /// What the main button does: `next` or `send`.
    let mainAction: String
    let mainText: String
    let hasBack: Bool
    let canSave: Bool
    /// Where somebody turns who finds what another has filled in; absent at the beginning.
    let keptHref: String?
    /// Where a verified person leaves, or somebody who finds another's sign-in.
    let leaveAction: String?
    /// Said beside the button that sends at once: that it cannot be taken back.
    let warning: String?
    let errors: FormErrors
    /// Why the page is here again although nothing is wrong with it.
    let notice: String?

    static let samples = [
        FillPage(
            title: "满意度调查", crumbs: [Crumb(href: "/", text: "首页")],
            progress: Progress(text: "第2页，共4页", done: 2, all: 4),
            poll: Poll(state: "open", stateText: "正在进行", unit: "县政务办"), lead: ["为了改进。"],
            consultation: Crumb(href: "/c", text: "目录征求意见"),
            facts: Filled([Fact(label: "截止", text: "12月1日")]), resultsHref: "/r", heading: "关于办事", action: "/f",
            saveHref: "/s", carried: "{}", sheet: "u",
            contentVersion: 1, base: "9f", draftOf: "u", isOvertaken: true,
            elsewhere: Filled([Fact(label: "满意吗？", text: "满意")]), asked: "q1 q2", logic: "{}",
            groups: [Group(code: "g", title: "窗口", isOff: true, questions: QuestionPart.samples)], takesFiles: true,
            mainAction: "next", mainText: "下一页", hasBack: true, canSave: true, keptHref: "/k",
            leaveAction: "/l", warning: "不能撤回。",
            errors: FormErrors("a.single", "请选择。"), notice: "还有几个问题。")
    ]
}

/// Asks before answers are deleted because their questions are no longer asked.
struct VanishingPage: Page {
    static let template = "questionnaires/vanishing"

    struct Field: Sendable {
        let name: String
        let value: String
    }

    let title: String
    let crumbs: [Crumb]
    let action: String
    let fields: [Field]
    let lost: [Fact]

    static let samples = [
        VanishingPage(
            title: "有些回答将被删除", crumbs: [Crumb(href: "/", text: "首页")], action: "/f",
            fields: [Field(name: "a.q1", value: "no")], lost: [Fact(label: "为什么？", text: "太远")])
    ]
}

/// Everything that was answered, before it is sent.
struct ReviewPage: Page {
    static let template = "questionnaires/review"

    struct Part: Sendable {
        let title: String
        let lines: Filled<Fact>?
        let href: String
    }

    let title: String
    let crumbs: [Crumb]
    let pages: [Part]
    let action: String
    let sheet: String
    /// The one that was looked through.
    let contentVersion: Int
    /// What was looked through, by `SheetInHand.sign`.
    let base: String
    /// All of it, where the server keeps nothing.
    let carried: String?
    let backHref: String
    /// Said before it is sent: that it cannot be taken back.
    let warning: String?
    /// The code of the invitation is needed once more.
    let askInvitation: Bool
    /// Where a verified person leaves.
    let leaveAction: String?
    let errors: FormErrors
    let notice: String?

    static let samples = [
        ReviewPage(
            title: "请核对", crumbs: [Crumb(href: "/", text: "首页")],
            pages: [
                Part(title: "窗口", lines: Filled([Fact(label: "满意吗？", text: "满意")]), href: "/1"),
                Part(title: "", lines: nil, href: "/2"),
            ], action: "/r", sheet: "u", contentVersion: 1, base: "9f", carried: "{}", backHref: "/2", warning: "不能撤回。",
            askInvitation: true, leaveAction: "/l", errors: FormErrors("invitation", "邀请码不对。"), notice: "问卷更正过。"),
        ReviewPage(
            title: "请核对", crumbs: [], pages: [Part(title: "", lines: nil, href: "/2")], action: "/r", sheet: "u",
            contentVersion: 1, base: "9f", carried: nil, backHref: "/2", warning: nil, askInvitation: false,
            leaveAction: nil, errors: FormErrors(), notice: nil),
    ]
}

/// What was answered is kept; this is how to come back to it.
struct KeptSheetPage: Page {
    static let template = "questionnaires/kept"

    let title: String
    let crumbs: [Crumb]
    let number: String
    let code: String
    let until: String
    let fillHref: String
    /// How one goes on with the code.
    let elsewhere: String
    let forgetAction: String
    /// Drafts that begin so go with what is forgotten.
    let draftKey: String

    static let samples = [
        KeptSheetPage(
            title: "已保存", crumbs: [Crumb(href: "/", text: "首页")], number: "Q-2026-000001-7", code: "4072 9518 3364",
            until: "12月8日", fillHref: "/f", elsewhere: "打开 /c，输入保存码。", forgetAction: "/g", draftKey: "/q")
    ]
}

/// The code with which somebody goes on elsewhere.
struct ContinuePage: Page {
    static let template = "questionnaires/continue"

    let title: String
    let crumbs: [Crumb]
    let action: String
    let code: String
    let errors: FormErrors

    static let samples = [
        ContinuePage(
            title: "继续填写", crumbs: [Crumb(href: "/", text: "首页")], action: "/c", code: "4072",
            errors: FormErrors("code", "不对。"))
    ]
}

/// Why a sheet was not taken, with what was answered in it.
struct SheetRefusedPage: Page {
    static let template = "questionnaires/refused"

    let title: String
    let crumbs: [Crumb]
    /// Absent where the questionnaire has words of its own for it.
    let text: String?
    /// What the questionnaire says to those for whom there is no room.
    let closing: [String]
    /// That one can go on later, and how.
    let keptText: String?
    /// Where it can be withdrawn what stands in the way.
    let receiptsHref: String?
    let answers: Filled<Fact>?
    let questionnaire: String
    let href: String
    /// Where it can be changed what somebody chose by mistake; absent where that changes nothing.
    let changeHref: String?

    static let samples = [
        SheetRefusedPage(
            title: "没有提交", crumbs: [Crumb(href: "/", text: "首页")], text: "已经结束。", closing: ["谢谢。"], keptText: "已经保存。",
            receiptsHref: "/receipts",
            answers: Filled([Fact(label: "满意吗？", text: "满意")]), questionnaire: "满意度调查", href: "/q",
            changeHref: "/c")
    ]
}

extension QuestionPart {
    /// One of every kind, filled in and with every mistake.
    static let samples: [QuestionPart] = {
        let options = [
            Question.Option(code: "x", text: "满意"), Question.Option(code: "y", text: "都不是", isExclusive: true),
        ]
        let kinds: [(String, Question.Kind)] = [
            ("single", .single(.init(options: options, other: "其他", comment: "为什么"))),
            ("list", .single(.init(options: options, isDropDown: true, other: "其他", comment: "为什么"))),
            ("multiple", .multiple(.init(options: options, most: 1, other: "其他", comment: "请说明"))),
            ("yesNo", .yesNo), ("scale", .scale(.init())),
            ("matrix", .matrix(.init(rows: options, columns: options))),
            ("numbers", .matrix(.init(rows: options, columns: options, cell: .number(.init())))),
            ("texts", .matrix(.init(rows: options, columns: options, cell: .text(most: 20)))),
            ("ranking", .ranking(.init(options: options))), ("number", .number(.init(least: 0, unit: "元"))),
            ("line", .text(.init())), ("area", .text(.init(isLong: true))),
            ("date", .date(.init(first: "2026-01-01", last: "2026-12-31"))), ("unit", .unit(.towns)),
            ("file", .file(.init(most: 2))),
            ("words", .information),
        ]
        let values = FieldValues([
            "single": .choice(.other("别的")), "list": .choice(.option("x")), "multiple": .choices([.option("x")]),
            "matrix": .matrixChoice(["x": "x"]), "ranking": .choices([.option("x")]), "number": .number(3),
            "file": .files([UUID(uuidString: "00000000-0000-0000-0000-000000000001") ?? UUID()]),
        ])
        var errors = FormErrors()
        for (code, _) in kinds { errors.add("a.\(code)", "请回答。") }
        errors.add("a.matrix.x", "请选择。")
        let setting = QuestionSetting(
            values: values, errors: errors, units: [],
            files: ["00000000-0000-0000-0000-000000000001": "照片.jpg"], texts: Texts(language: .chinese, all: [:]),
            isReadAloud: true)
        return kinds.flatMap { code, kind in
            [false, true].map { isOff in
                QuestionPart(
                    Question(code: code, text: "办事方便吗？", hint: "按最近一次。", kind: kind, isRequired: isOff),
                    isShown: !isOff, hidden: isOff ? ["o.\(code).y", "c.\(code).y"] : [], in: setting)
            }
        }
    }()
}
