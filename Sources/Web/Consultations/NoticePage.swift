/// One published version as it stands on record: an announcement, a draft, a change. With its content hash.
struct NoticePage: Page {
    static let template = "consultations/notice"

    struct Section: Sendable {
        let heading: String
        let paragraphs: [String]
        let tables: [PlainTable]

        init(heading: String, paragraphs: [String], tables: [PlainTable] = []) {
            (self.heading, self.paragraphs, self.tables) = (heading, paragraphs, tables)
        }
    }

    let title: String
    let crumbs: [Crumb]
    let paper: HeadPart?
    let kind: String
    let lead: String
    /// A newer version of the same kind.
    let newerHref: String?
    /// What remains to be said of a sealed version.
    let sealedText: String?
    let sections: [Section]
    let groups: DraftTable.Groups?
    let unit: String
    let day: String
    let hash: String
    let consultationHref: String
    let draftHref: String?
    /// Always absent: a version on record takes no comments. The rows ask for it.
    let commentHref: String?

    static let samples = [
        NoticePage(
            title: "公告", crumbs: [Crumb(href: "/", text: "首页")], paper: .sample, kind: "announcement", lead: "第 1 版",
            newerHref: "/n/2",
            sealedText: nil, sections: [Section(heading: "一、时间", paragraphs: ["11月24日至12月1日"], tables: [.sample])],
            groups: nil,
            unit: "县民政局", day: "2026年11月24日", hash: "ab12", consultationHref: "/c", draftHref: nil, commentHref: nil),
        NoticePage(
            title: "草案", crumbs: [], paper: nil, kind: "draft", lead: "第 1 版", newerHref: nil, sealedText: nil,
            sections: [],
            groups: DraftTable.Groups([DraftTable.Group(title: "低保", rows: DraftTable.Row.samples)]), unit: "县民政局",
            day: "2026年11月24日",
            hash: "ab12", consultationHref: "/c", draftHref: "/d.csv", commentHref: nil),
        NoticePage(
            title: "草案", crumbs: [], paper: nil, kind: "draft", lead: "第 1 版", newerHref: nil, sealedText: "已经封存。",
            sections: [],
            groups: .textSample, unit: "县民政局", day: "2026年11月24日", hash: "ab12", consultationHref: "/c", draftHref: nil,
            commentHref: nil),
    ]
}
