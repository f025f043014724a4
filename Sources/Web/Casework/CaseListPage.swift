import Participation

/// The cases of an office or a unit, the most pressing first.
struct CaseListPage: Page {
    static let template = "casework/list"

    struct Tab: Sendable {
        let text: String
        /// Absent where there is no end to it.
        let count: String?
        let href: String
        let current: Bool
    }

    struct Line: Sendable {
        let href: String
        let number: String
        let title: String
        let topic: String
        /// Who has it now.
        let unit: String
        let state: String
        let stateText: String
        /// Absent for an ordinary one.
        let urgency: String?
        let received: String
        let due: DueMark
    }

    let title: String
    let entryHref: String?
    let tabs: [Tab]
    let view: String
    let words: String
    let states: [Choice]
    let units: [Choice]
    let urgencies: [Choice]
    let topics: [Choice]
    let warnings: [Choice]
    let clearHref: String?
    /// That a search shows only the newest.
    let found: String?
    let lines: Filled<Line>?
    let emptyText: String
    let firstHref: String?
    let nextHref: String?
    let templatesHref: String?
    let responsibilitiesHref: String?

    static let samples: [CaseListPage] = {
        let choice = Choice(value: "x", text: "投诉", chosen: true)
        func page(_ lines: [Line]) -> CaseListPage {
            CaseListPage(
                title: "留言办理", entryHref: "/e",
                tabs: [
                    Tab(text: "待办", count: "3", href: "/desk/cases", current: true),
                    Tab(text: "已办结", count: nil, href: "/desk/cases?view=closed", current: false),
                ], view: "open", words: "公交", states: [choice], units: [choice], urgencies: [choice], topics: [choice],
                warnings: [choice], clearHref: "/c", found: "只显示最近的 500 件。", lines: Filled(lines),
                emptyText: "现在没有等您办的件。",
                firstHref: "/1", nextHref: "/2", templatesHref: "/t", responsibilitiesHref: "/r")
        }
        let line = Line(
            href: "/desk/cases/1", number: "MY-2026-000001-7", title: "公交站牌看不清", topic: "投诉", unit: "县交通局",
            state: "assigned",
            stateText: "办理中", urgency: "紧急", received: "11月24日",
            due: DueMark(kind: "red", text: "今天到期", until: "11月26日24时前"))
        let over = Line(
            href: "/desk/cases/2", number: "MY-2026-000002-5", title: "低保", topic: "咨询", unit: "县民政局",
            state: "completed",
            stateText: "已办结", urgency: nil, received: "11月24日", due: DueMark(kind: "over", text: "已答复", until: nil))
        return [page([line, over]), page([])]
    }()
}
