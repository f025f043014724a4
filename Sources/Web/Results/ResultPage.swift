/// 意见采纳情况: what was received, and what became of it.
struct ResultPage: Page {
    static let template = "results/result"

    struct Figure: Sendable {
        let label: String
        let value: String
    }

    struct Row: Sendable {
        let ordinal: Int
        let label: String
        let passage: String?
        /// Absent when hidden or sealed; `absence` then says which.
        let content: [String]?
        let absence: String?
        let outcome: String
        let outcomeText: String
        let reason: [String]
    }

    struct Version: Sendable {
        let text: String
        let href: String
        let current: Bool
    }

    let title: String
    let crumbs: [Crumb]
    let lead: String
    let newerHref: String?
    let sealedText: String?
    let summary: String
    /// How many by each way.
    let channels: [Figure]
    let figures: Filled<Figure>?
    let outcomes: [Figure]
    let rows: Filled<Row>?
    let moreHref: String?
    let noneReceived: Bool
    let nextStep: Filled<String>?
    let unit: String
    let day: String
    let hash: String
    let csvHref: String?
    let consultationHref: String
    let announcementHref: String?
    let draftHref: String?
    let versions: Filled<Version>?

    static let samples: [ResultPage] = {
        let rows = [
            Row(
                ordinal: 1, label: "网民1", passage: "第 5 行", content: ["太长"], absence: nil, outcome: "adopted",
                outcomeText: "采纳", reason: ["已改为十个工作日。"]),
            Row(
                ordinal: 2, label: "网民2", passage: nil, content: nil, absence: "内容已隐去", outcome: "explained",
                outcomeText: "解释说明", reason: []),
        ]
        let figure = Figure(label: "网上", value: "2 件")
        return [
            ResultPage(
                title: "意见采纳情况", crumbs: [Crumb(href: "/", text: "首页")], lead: "11月24日至12月1日", newerHref: "/n",
                sealedText: nil, summary: "共收到 2 件", channels: [figure], figures: Filled([figure]), outcomes: [figure],
                rows: Filled(rows),
                moreHref: "/m", noneReceived: false, nextStep: Filled(["修改后公布。"]), unit: "县民政局", day: "2026年12月15日",
                hash: "ab",
                csvHref: "/r.csv", consultationHref: "/c", announcementHref: "/a", draftHref: "/d",
                versions: Filled([
                    Version(text: "第 1 版", href: "/v", current: false),
                    Version(text: "第 2 版", href: "/v2", current: true),
                ])),
            ResultPage(
                title: "意见采纳情况", crumbs: [], lead: "", newerHref: nil, sealedText: nil, summary: "没有收到意见。",
                channels: [],
                figures: nil, outcomes: [], rows: nil, moreHref: nil, noneReceived: true, nextStep: nil, unit: "县民政局",
                day: "2026年12月15日", hash: "ab", csvHref: nil, consultationHref: "/c", announcementHref: nil,
                draftHref: nil,
                versions: nil),
            ResultPage(
                title: "意见采纳情况", crumbs: [], lead: "", newerHref: nil, sealedText: "已经封存。", summary: "", channels: [],
                figures: nil, outcomes: [], rows: nil, moreHref: nil, noneReceived: false, nextStep: nil, unit: "县民政局",
                day: "2026年12月15日", hash: "ab", csvHref: nil, consultationHref: "/c", announcementHref: nil,
                draftHref: nil,
                versions: nil),
        ]
    }()
}
