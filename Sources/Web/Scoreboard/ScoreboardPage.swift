import Participation

/// How every unit answers: for everyone, and at the desk with the lists behind the figures.
struct ScoreboardPage: Page {
    static let template = "scoreboard/scoreboard"

    struct Cell: Sendable {
        let label: String
        let text: String
        /// The list behind it; at the desk, where there is something in it.
        let href: String?
        /// Too much of it.
        let alarm: Bool
    }

    struct Row: Sendable {
        let name: String
        /// The page with the trend of this unit alone.
        let href: String?
        let cells: [Cell]
    }

    struct Definition: Sendable {
        let label: String
        let text: String
    }

    struct Month: Sendable {
        let name: String
        let received: Int
        let answered: Int
        let published: Int
    }

    struct Trend: Sendable {
        let title: String
        let chartMarkup: Markup
        let months: [Month]
    }

    struct Watch: Sendable {
        let text: String
        /// How far from the red line.
        let left: String
        /// good, warn or bad
        let kind: String
        let word: String
        let basis: String
    }

    struct Feed: Sendable {
        /// Shown once, when it is made.
        let address: String?
        let since: String?
    }

    let title: String
    let isDesk: Bool
    let action: String
    let periods: [Choice]
    let from: String
    let until: String
    let period: String
    let error: String?
    let columns: [String]
    let all: Row?
    let rows: Filled<Row>?
    /// How many the office has screened after its day.
    let screening: String?
    let trend: Trend
    let definitions: [Definition]
    let sheets: [Link]
    let watch: Filled<Watch>?
    /// What the nightly recount found, for an administrator.
    let proof: String?
    let proofFailed: Bool
    let feed: Feed?

    struct Link: Sendable {
        let href: String
        let text: String
    }

    static let samples = [
        ScoreboardPage(
            title: "办理情况", isDesk: true, action: "/desk/scoreboard",
            periods: [Choice(value: "2026", text: "2026年", chosen: true)], from: "2026-01-01", until: "2026-12-31",
            period: "2026年1月1日至12月31日收到的留言", error: "请填写起止日期。", columns: ["收到"],
            all: Row(
                name: "全部单位", href: nil,
                cells: [
                    Cell(label: "收到", text: "12", href: "/l", alarm: true),
                    Cell(label: "退回", text: "0", href: nil, alarm: false),
                ]),
            rows: Filled([
                Row(name: "县民政局", href: nil, cells: [Cell(label: "收到", text: "0", href: nil, alarm: false)]),
                Row(name: "县交通局", href: "/u", cells: [Cell(label: "收到", text: "12", href: "/l", alarm: true)]),
            ]),
            screening: "3 件没有按时受理。",
            trend: Trend(
                title: "十二个月", chartMarkup: Markup(trusted: "<svg></svg>"),
                months: [Month(name: "2026年1月", received: 1, answered: 1, published: 1)]),
            definitions: [Definition(label: "收到", text: "有效留言")], sheets: [Link(href: "/s.csv", text: "CSV")],
            watch: Filled([
                Watch(text: "最久没有答复的留言等了 3 天", left: "离红线还有 27 天", kind: "good", word: "正常", basis: "内部目标")
            ]), proof: "昨晚核对过 3 件。", proofFailed: true, feed: Feed(address: "https://x", since: "2026年1月1日")),
        ScoreboardPage(
            title: "办理情况", isDesk: false, action: "/scoreboard", periods: [], from: "", until: "", period: "2026年",
            error: nil,
            columns: ["收到"], all: nil, rows: nil, screening: nil,
            trend: Trend(title: "十二个月", chartMarkup: Markup(trusted: "<svg></svg>"), months: []), definitions: [],
            sheets: [],
            watch: nil, proof: "昨晚核对过。", proofFailed: false, feed: Feed(address: nil, since: nil)),
    ]
}
