/// What came in on one consultation, with the forms that screen or answer many at once.
struct SubmissionListPage: Page {
    static let template = "submissions/list"

    struct Tab: Sendable {
        let text: String
        let count: Int
        let href: String
        let current: Bool
    }

    /// A state or a flag: a class of its own, and the word.
    struct Mark: Sendable {
        let kind: String
        let text: String
    }

    struct Line: Sendable {
        let id: Int
        let number: String
        let href: String
        let picked: Bool
        /// The beginning of its words; absent when withdrawn or sealed, which `absence` says.
        let excerpt: String?
        let absence: String?
        let about: String
        let sender: String
        let channel: String
        let receivedAt: String
        let screening: Mark
        let flags: [Mark]
        /// A search has found what looks like personal data.
        let hint: Bool
        let outcomes: [Mark]
        /// How many of its opinions wait for an answer, in words.
        let waiting: String?
    }

    let title: String
    let crumbs: [Crumb]
    let procedure: String
    /// Absent while nothing is in.
    let progress: AnsweringProgress?
    let entryHref: String?
    let resultHref: String
    let done: StepTaken?
    let tabs: [Tab]
    let view: String
    let filterAction: String
    let channels: [AnswerFields.Choice]
    let rows: [AnswerFields.Choice]
    let text: String
    let clearHref: String?
    let lines: Filled<Line>?
    let emptyText: String
    let emptyNext: String
    let action: String
    let batch: String
    let mayScreen: Bool
    let hiddenCodes: [AnswerFields.Choice]
    /// Absent for those who do not answer.
    let answer: AnswerFields?
    let answerOpen: Bool
    let firstHref: String?
    /// Absent where it would be the first.
    let previousHref: String?
    let nextHref: String?
    let errors: FormErrors

    static let samples: [SubmissionListPage] = {
        let choice = AnswerFields.Choice(id: "x", value: "web", text: "网上", chosen: true)
        let lines = [
            Line(
                id: 1, number: "MY-2026-000127-0", href: "/desk/submissions/MY-2026-000127-0", picked: true,
                excerpt: "太长", absence: nil, about: "第 5 行", sender: "个人", channel: "网上", receivedAt: "11月28日",
                screening: Mark(kind: "shown", text: "可以公开"), flags: [Mark(kind: "threat", text: "威胁")], hint: true,
                outcomes: [Mark(kind: "adopted", text: "采纳")], waiting: nil),
            Line(
                id: 2, number: "MY-2026-000128-8", href: "/d", picked: false, excerpt: nil, absence: "已撤回",
                about: "整份目录", sender: "个人", channel: "网上", receivedAt: "11月28日",
                screening: Mark(kind: "pending", text: "待看"), flags: [], hint: false, outcomes: [], waiting: "1 条待答复"),
        ]
        func page(_ lines: [Line], errors: FormErrors) -> SubmissionListPage {
            SubmissionListPage(
                title: "收到的意见", crumbs: [Crumb(href: "/desk", text: "工作台")], procedure: "社会救助目录", progress: .sample,
                entryHref: "/e", resultHref: "/r", done: lines.isEmpty ? nil : .sample,
                tabs: [
                    Tab(text: "待看", count: 2, href: "/t", current: true),
                    Tab(text: "全部", count: 2, href: "/t", current: false),
                ],
                view: "pending", filterAction: "/f", channels: [choice], rows: [choice], text: "太长", clearHref: "/c",
                lines: Filled(lines), emptyText: "没有", emptyNext: "再等等", action: "/a", batch: "b", mayScreen: true,
                hiddenCodes: [choice], answer: lines.isEmpty ? nil : .sample, answerOpen: true, firstHref: "/1",
                previousHref: "/0", nextHref: "/2", errors: errors)
        }
        return [
            page(lines, errors: FormErrors([("ids", "请先勾选。"), ("code", "请选理由。")])), page([], errors: FormErrors()),
        ]
    }()
}

/// How many submissions have ended in one of the ways, of how many.
struct AnsweringProgress: Sendable {
    let ended: Int
    let total: Int
    let text: String

    static let sample = AnsweringProgress(ended: 1, total: 2, text: "1 / 2 件已办完")
}
