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

    /// One message, or several that follow each other and have nothing to read yet.
    struct Entry: Sendable {
        let line: Line?
        let folded: Fold?
    }

    struct Fold: Sendable {
        let title: String
        let lines: [Line]
    }

    let title: String
    let text: String
    let kinds: [Choice]
    let units: [Choice]
    let states: [Choice]
    /// How many a search has found.
    let found: String?
    let entries: Filled<Entry>?
    let empty: String?
    let moreHref: String?

    static let samples = [
        MessageListPage(
            title: "公开的答复", text: "路灯", kinds: [Choice(value: "inquiry", text: "咨询", chosen: true)],
            units: [Choice(value: "1", text: "县城管局", chosen: true)],
            states: [Choice(value: "late", text: "超期", chosen: true)],
            found: "找到 2 件",
            entries: Filled([
                Entry(line: .sample(heading: "路灯不亮"), folded: nil),
                Entry(line: nil, folded: Fold(title: "3 件正在办理", lines: [.sample(heading: nil)])),
            ]), empty: nil,
            moreHref: "/messages?before=MY-2026-000127-0"),
        MessageListPage(
            title: "公开的答复", text: "", kinds: [], units: [], states: [], found: nil, entries: nil, empty: "还没有公开的留言。",
            moreHref: nil),
    ]
}

extension MessageListPage.Entry {
    /// So many that have nothing to read are folded into one entry, at their place in the list. Late ones stay in sight.
    private static let fewestFolded = 3

    static func folding(_ lines: [MessageListPage.Line], _ texts: Texts) -> [Self] {
        var entries: [Self] = []
        var waiting: [MessageListPage.Line] = []
        func fold() {
            if waiting.count < fewestFolded {
                entries += waiting.map { Self(line: $0, folded: nil) }
            } else {
                let title = texts["messages.board.folded", ["count": waiting.count]]
                entries.append(Self(line: nil, folded: .init(title: title, lines: waiting)))
            }
            waiting = []
        }
        for line in lines {
            if line.heading == nil, line.late == nil {
                waiting.append(line)
            } else {
                fold()
                entries.append(Self(line: line, folded: nil))
            }
        }
        fold()
        return entries
    }
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
