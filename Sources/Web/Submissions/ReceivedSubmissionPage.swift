/// Everything the desk knows of one submission, and everything it can do with it.
struct ReceivedSubmissionPage: Page {
    static let template = "submissions/submission"

    /// Somebody may be in danger: whom to call now.
    struct Urgent: Sendable {
        let text: String
        /// As in the settings: a telephone number with whatever belongs to it. Absent when nobody has filled it in.
        let dutyOfficer: String?
    }

    struct Passage: Sendable {
        let facts: [Fact]
        /// The edition it stands in, when another one is before the public now.
        let superseded: String?
    }

    struct GivenAnswer: Sendable {
        let outcome: String
        let outcomeText: String
        let by: String
        /// Where to, or why it is no opinion.
        let detail: String?
        let reason: String
        /// Where and by when what was adopted shows.
        let effect: String?
        let undone: String?
    }

    struct Point: Sendable {
        let id: Int
        let heading: String?
        /// Absent when there is only one: it is the text above.
        let said: String?
        let about: String?
        let current: GivenAnswer?
        let earlier: Filled<GivenAnswer>?
        /// Where it is answered; absent for those who do not.
        let answerHref: String?
        /// What carries it out in later editions.
        let changes: Filled<Crumb>?
        let views: OpinionViewPart?
    }

    struct ContactPart: Sendable {
        /// Whether it is shown in this answer, which no cache keeps.
        let isRead: Bool
        let name: String?
        let phone: String?
        /// At the author's request.
        let mayErase: Bool
    }

    struct Happening: Sendable {
        let at: String
        let who: String?
        let what: String
    }

    let title: String
    let crumbs: [Crumb]
    let number: String
    let address: String
    let previousHref: String?
    let nextHref: String?
    let nextUnansweredHref: String?
    let done: StepTaken?
    let urgent: Urgent?
    let warnings: [String]
    /// Its words as stored; absent when withdrawn or sealed, which `absence` says.
    let said: String?
    let absence: String?
    let passage: Passage?
    let facts: [Fact]
    let slipHref: String?
    let codeVersion: Int
    let screening: SubmissionListPage.Mark
    let mayScreen: Bool
    /// Not what it is already.
    let mayShow: Bool
    let mayReopen: Bool
    let batch: String
    let hiddenCodes: [AnswerFields.Choice]
    let flags: [AnswerFields.Choice]
    let mayFlag: Bool
    let points: [Point]
    let needsNoAnswer: Bool
    /// Absent once something is answered.
    let splitHref: String?
    let contact: ContactPart?
    let mayReissue: Bool
    /// How far its sealing is; `sealReasons` where it can be asked for.
    let sealText: String?
    let sealReasons: Filled<SealRequestPage.Choice>?
    let history: [Happening]
    let errors: FormErrors

    static let samples: [ReceivedSubmissionPage] = {
        let fact = Fact(label: "渠道", text: "网上")
        let choice = AnswerFields.Choice(id: "a", value: "a", text: "辱骂", chosen: true)
        let answer = GivenAnswer(
            outcome: "transferred", outcomeText: "转有关单位", by: "陈 · 12月2日", detail: "转到县交通局", reason: "不归我们管。",
            effect: "修改稿，2027年1月1日以前", undone: "12月3日撤销")
        let point = Point(
            id: 1, heading: "第 1 条", said: "太长", about: "第 5 行", current: answer, earlier: Filled([answer]),
            answerHref: "/desk/opinions/1",
            changes: Filled([Crumb(href: "/desk/drafts/passages/5", text: "第 2 稿 5 低保")]),
            views: .sample
        )
        func page(full: Bool) -> ReceivedSubmissionPage {
            ReceivedSubmissionPage(
                title: "意见 MY-2026-000127-0", crumbs: [Crumb(href: "/desk", text: "工作台")], number: "MY-2026-000127-0",
                address: "/desk/submissions/MY-2026-000127-0", previousHref: "/p", nextHref: "/n",
                nextUnansweredHref: "/u", done: full ? .sample : nil,
                urgent: Urgent(text: "请马上打电话。", dutyOfficer: full ? "0762-1" : nil), warnings: ["可能涉密。"],
                said: full ? "太长" : nil, absence: full ? nil : "已撤回",
                passage: Passage(facts: [fact], superseded: "第 1 稿"), facts: [fact], slipHref: "/slip", codeVersion: 1,
                screening: .init(kind: "shown", text: "可以公开"), mayScreen: full, mayShow: true, mayReopen: true,
                batch: "b", hiddenCodes: [choice],
                flags: [choice], mayFlag: full, points: full ? [point] : [],
                needsNoAnswer: !full,
                splitHref: full ? "/split" : nil,
                contact: ContactPart(isRead: full, name: "王", phone: "1", mayErase: full), mayReissue: full,
                sealText: "已申请封存。", sealReasons: Filled([.init(value: "secret", text: "疑似涉密", hint: "")]),
                history: [Happening(at: "12月2日", who: "陈", what: "收到")],
                errors: FormErrors([("code", "请选理由。")]))
        }
        return [page(full: true), page(full: false)]
    }()
}
