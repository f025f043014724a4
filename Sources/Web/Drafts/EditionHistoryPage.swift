import Participation
import Text

/// Who changed what in an edition while it was worked on.
struct EditionHistoryPage: Page {
    static let template = "drafts/history"

    struct Line: Sendable {
        let at: String
        let by: String
        let what: String
        let detail: String?
        let name: String
        let href: String?
    }

    let title: String
    let crumbs: [Crumb]
    let lines: Filled<Line>?

    init(_ edition: Edition, of draft: Draft, changes: [PassageChange], _ texts: Texts) {
        title = texts["editions.history_title", ["ordinal": edition.ordinal]]
        crumbs = texts.crumbs(to: edition, of: draft)
        lines = Filled(
            changes.map { change in
                let said = PassagePage.Happening(change, texts)
                return Line(
                    at: said.at, by: said.by, what: said.what, detail: said.detail,
                    name: [change.number, change.name].filter { !$0.isEmpty }.joined(separator: " "),
                    href: change.passageID.map { "/desk/drafts/passages/\($0)" })
            })
    }

    private init(lines: Filled<Line>?) {
        title = "第 2 稿的修改记录"
        crumbs = [Crumb(href: "/desk/drafts", text: "目录草案")]
        self.lines = lines
    }

    static let samples = [
        EditionHistoryPage(
            lines: Filled([
                Line(at: "11月25日", by: "陈某", what: "改写", detail: "公开时限", name: "5 低保", href: "/p"),
                Line(at: "11月25日", by: "陈某", what: "删去", detail: nil, name: "6 低保", href: nil),
            ])),
        EditionHistoryPage(lines: nil),
    ]
}
