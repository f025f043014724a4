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
        let cells: Filled<PassagePage.Compared>?
        /// Where a dropped one is taken back; nil for anything else.
        let takeBackHref: String?
        let name: String
        let href: String?
    }

    let title: String
    let crumbs: [Crumb]
    let lines: Filled<Line>?

    init(_ edition: Edition, of draft: Draft, changes: [PassageChange], mayEdit: Bool, _ texts: Texts) {
        let address = "/desk/drafts/\(draft.id)/editions/\(edition.ordinal)"
        title = texts["editions.history_title", ["ordinal": edition.ordinal]]
        crumbs = texts.crumbs(to: edition, of: draft)
        lines = Filled(
            changes.map { change in
                let said = PassagePage.Happening(change, ofOne: false, texts)
                return Line(
                    at: said.at, by: said.by, what: said.what, detail: said.detail, cells: said.cells,
                    takeBackHref: mayEdit && edition.isWorkedOn && change.mayBeTakenBack
                        ? "\(address)/changes/\(change.id)/back" : nil,
                    name: change.kind == .renumbered && change.passages > 1
                        ? texts["editions.renumber.all"]
                        : [change.number, change.name].filter { !$0.isEmpty }.joined(separator: " "),
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
                Line(
                    at: "11月25日", by: "陈某", what: "移动", detail: "原来排第 2", cells: nil, takeBackHref: nil, name: "5 低保",
                    href: "/p"),
                Line(
                    at: "11月25日", by: "陈某", what: "删去", detail: nil,
                    cells: Filled([.init(label: "公开时限", wordsMarkup: Markup(trusted: "<del>10日</del>"))]),
                    takeBackHref: "/b", name: "6 低保", href: nil),
            ])),
        EditionHistoryPage(lines: nil),
    ]
}
