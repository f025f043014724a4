import Participation

/// The public board: messages with their answers, and those that wait for one.
struct MessageListPage: Page {
    static let template = "messages/list"

    struct Line: Sendable {
        let href: String
        let number: String
        /// Absent until it is published.
        let heading: String?
        let kind: String
        let state: String
        let stateText: String
        /// That it is late, or was answered late; absent when it was not.
        let late: String?
        let meta: String
    }

    let title: String
    let text: String
    let kinds: [Choice]
    let units: [Choice]
    let states: [Choice]
    /// How many a search has found.
    let found: String?
    let lines: Filled<Line>?
    let empty: String?
    let moreHref: String?

    static let samples = [
        MessageListPage(
            title: "公开的答复", text: "路灯", kinds: [Choice(value: "inquiry", text: "咨询", chosen: true)],
            units: [Choice(value: "1", text: "县城管局", chosen: true)],
            states: [Choice(value: "late", text: "超期", chosen: true)],
            found: "找到 2 件", lines: Filled([.sample(heading: "路灯不亮"), .sample(heading: nil)]), empty: nil,
            moreHref: "/messages?before=MY-2026-000127-0"),
        MessageListPage(
            title: "公开的答复", text: "", kinds: [], units: [], states: [], found: nil, lines: nil, empty: "还没有公开的留言。",
            moreHref: nil),
    ]
}

extension MessageListPage.Line {
    static func sample(heading: String?) -> Self {
        Self(
            href: "/messages/MY-2026-000127-0", number: "MY-2026-000127-0", heading: heading, kind: "咨询",
            state: "answered",
            stateText: "已答复", late: "逾期答复", meta: "县城管局 · 11月20日收到")
    }

    init(_ message: PublicMessage, _ texts: Texts) {
        href = "/messages/\(message.number)"
        number = message.number
        heading = message.sealedAt == nil ? message.title : texts["messages.board.sealed"]
        kind = texts["messages.kinds.\(message.kind.rawValue)"]
        (state, stateText) = texts.state(of: message)
        late = texts.late(message)
        meta = message.publishedAt == nil ? texts.waitingLine(message) : texts.answeredLine(message)
    }
}
