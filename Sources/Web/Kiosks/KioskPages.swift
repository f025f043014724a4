import Participation
import Questionnaires
import Text

/// The screen a kiosk waits with; before it is one, the button that makes it one.
struct KioskStartPage: Page {
    static let template = "kiosks/start"

    let title: String
    let lines: [String]
    /// Where somebody begins; absent while nothing is taken.
    let action: String?
    let button: String
    /// Of a link that was not used yet.
    let token: String?

    static let samples = [
        KioskStartPage(title: "满意度调查", lines: ["大约三分钟。"], action: "/kiosk/begin", button: "开始填写", token: "u"),
        KioskStartPage(title: "满意度调查", lines: ["已经结束。"], action: nil, button: "", token: nil),
    ]
}

/// One page of the questionnaire at a kiosk. Without a touch it asks, and begins anew.
struct KioskFillPage: Page {
    static let template = "kiosks/fill"

    let title: String
    let progress: String?
    let heading: String
    let action: String
    let sheet: String
    let contentVersion: Int
    let asked: String
    let told: String
    let logic: String?
    let groups: [FillPage.Group]
    let hasBack: Bool
    let mainText: String
    let idleSeconds: Int
    /// Seconds until the page begins anew where no script counts.
    let refresh: Int
    let slowHref: String
    let errors: FormErrors
    let notice: String?

    init(
        _ sheet: SheetInHand, _ page: String, _ shown: ShownQuestionnaire, _ setting: QuestionSetting, told: String,
        notice: String?, idleSeconds: Int, isSlow: Bool
    ) {
        let fill = FillPage(
            sheet, page, shown, setting, carried: nil, notice: notice, isOvertaken: false, elsewhere: [])
        let texts = setting.texts
        let codes = shown.pages.map(\.code)
        (title, progress, heading) = (fill.title, fill.progress?.text, fill.heading)
        (action, self.sheet, contentVersion) = ("/kiosk/page/\(page)", fill.sheet, fill.contentVersion)
        (asked, self.told, logic) = (fill.asked, told, fill.logic)
        // Nobody has a file with them there.
        groups = fill.groups.map { group in
            FillPage.Group(
                code: group.code, title: group.title, isOff: group.isOff,
                questions: group.questions.filter { $0.file == nil })
        }
        hasBack = fill.hasBack
        mainText = texts["questionnaires.fill.\(codes.last == page ? "send" : "next")"]
        self.idleSeconds = idleSeconds
        refresh = isSlow ? 1_200 : max(180, 2 * idleSeconds)
        slowHref = "/kiosk/page/\(page)?slow=1"
        (errors, self.notice) = (fill.errors, notice)
    }

    private init() {
        (title, progress, heading, action, sheet) = ("满意度调查", "第2页，共4页", "关于办事", "/kiosk/page/p", "u")
        (contentVersion, asked, told, logic) = (1, "q1 q2", "q1", "{}")
        groups = [FillPage.Group(code: "g", title: "窗口", isOff: true, questions: QuestionPart.samples)]
        (hasBack, mainText, idleSeconds, refresh, slowHref) = (true, "下一页", 60, 180, "/kiosk/page/p?slow=1")
        (errors, notice) = (FormErrors("a.single", "请选择。"), "还有几个问题。")
    }

    static let samples = [KioskFillPage()]
}

/// What went wrong at a kiosk. Nothing leads out of it, and the screen returns to the beginning by itself.
struct KioskProblemPage: Page {
    static let template = "kiosks/problem"

    let title: String
    let status: Int?
    let text: String
    let reference: String?
    /// What was typed, where it can be sent once more.
    let kept: KeptForm.Shown?
    /// What to do then.
    let next: String?
    /// Something was begun, which is cleared first.
    let isBegun: Bool
    /// Seconds.
    let returnsAfter: Int

    init(_ problem: ProblemPage, isBegun: Bool) {
        (title, status, text, reference) = (problem.title, problem.status, problem.text, problem.reference)
        kept = problem.sendAgain ? problem.kept : nil
        next = kept == nil ? nil : problem.next
        self.isBegun = isBegun
        returnsAfter = kept == nil ? 20 : 60
    }

    static var samples: [KioskProblemPage] {
        ProblemPage.samples.flatMap { problem in
            [true, false].map { KioskProblemPage(problem, isBegun: $0) }
        }
    }
}

/// After it was sent, or why it was not; on request the receipt. The screen returns to the beginning by itself.
struct KioskEndPage: Page {
    static let template = "kiosks/end"

    struct Receipt: Sendable {
        let number: String
        let code: String
        let address: String
    }

    let title: String
    let lines: [String]
    let offersReceipt: Bool
    let receipt: Receipt?
    /// Seconds that it stays on the screen.
    let returnsAfter = 20

    static let samples = [
        KioskEndPage(title: "谢谢您", lines: ["答卷已收到。"], offersReceipt: true, receipt: nil),
        KioskEndPage(
            title: "回执", lines: [], offersReceipt: false,
            receipt: Receipt(
                number: "MY-2026-000001-7", code: "4072 9518 3364", address: "https://minyi.example/receipts")),
    ]
}
