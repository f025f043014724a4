/// 意见采纳情况: what was received, and what became of it.
struct ResultPage: Page {
    static let template = "results/result"

    struct Version: Sendable {
        let text: String
        let href: String
        let current: Bool
    }

    let title: String
    let crumbs: [Crumb]
    let paper: HeadPart?
    let lead: String
    let newerHref: String?
    let sealedText: String?
    /// Absent once sealed.
    let result: ResultBody?
    let unit: String
    let day: String
    let hash: String
    let consultationHref: String
    let announcementHref: String?
    let draftHref: String?
    /// Questionnaires and polls that belong to it.
    let asked: Filled<Crumb>?
    let versions: Filled<Version>?
    /// Of a later version: what it says otherwise than the one before.
    let changes: ResultChanges?

    static let samples = [
        ResultPage(
            title: "意见采纳情况", crumbs: [Crumb(href: "/", text: "首页")], paper: .sample, lead: "11月24日至12月1日",
            newerHref: "/n",
            sealedText: nil, result: .sample, unit: "县民政局", day: "2026年12月15日", hash: "ab", consultationHref: "/c",
            announcementHref: "/a", draftHref: "/d",
            asked: Filled([Crumb(href: "/q", text: "满意度调查")]),
            versions: Filled([
                Version(text: "第 1 版", href: "/v", current: false),
                Version(text: "第 2 版", href: "/v2", current: true),
            ]), changes: .sample),
        ResultPage(
            title: "意见采纳情况", crumbs: [], paper: nil, lead: "", newerHref: nil, sealedText: "已经封存。", result: nil,
            unit: "县民政局",
            day: "2026年12月15日", hash: "ab", consultationHref: "/c", announcementHref: nil, draftHref: nil,
            asked: nil,
            versions: nil, changes: .sampleOfNone),
    ]
}
