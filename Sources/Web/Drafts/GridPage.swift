import Participation
import Text

/// An edition that is worked on as a grid of fields, some rows a page. Every row is saved by itself.
struct GridPage: Page {
    static let template = "drafts/grid"

    /// Rows on one page: each has a dozen fields, and a form has limits.
    static let pageLength = 40

    struct Row: Sendable {
        let id: Int
        let version: Int
        let name: String
        let href: String
        let cells: [PassageForm.Field]
        let meanwhile: Bool
    }

    struct Contested: Sendable {
        let href: String
        let text: String
    }

    /// Typed for a row that somebody took out meanwhile: kept here to be copied.
    struct Gone: Sendable {
        let name: String
        let text: String
    }

    let title: String
    let crumbs: [Crumb]
    let lead: String
    let action: String
    let back: String
    let headings: [String]
    /// How many columns there are: not all of them fit on a screen.
    let scrollHint: String
    let rows: Filled<Row>?
    let meanwhile: String?
    /// The cells that two people changed: they may stand outside of what is seen of the grid.
    let contested: Filled<Contested>?
    let gone: Filled<Gone>?
    let page: Int
    let place: String
    let previousHref: String?
    let nextHref: String?
    let errors: FormErrors

    /// - Parameters:
    ///   - passages: all of the edition.
    ///   - page: from 0.
    ///   - typed: by passage, what comes back.
    init(
        _ edition: Edition, of draft: Draft, passages: [Passage], page: Int, typed: [Int: ChangeRows.Row] = [:],
        saved: ChangeRows.Saved = .init(), errors: FormErrors = FormErrors(), _ texts: Texts
    ) {
        let address = "/desk/drafts/\(draft.id)/editions/\(edition.ordinal)"
        let fields = PassageField.all(of: draft.kind, extraColumns: edition.extraColumns)
        title = texts["editions.grid.title", ["ordinal": edition.ordinal]]
        crumbs = texts.crumbs(to: edition, of: draft)
        lead = texts["editions.grid.lead"]
        (action, back) = (address + "/grid", address)
        headings = fields.map(texts.label)
        scrollHint = texts["editions.grid.scroll", ["count": headings.count]]
        let first = min(max(0, page), max(0, (passages.count - 1) / Self.pageLength)) * Self.pageLength
        var shown = passages.dropFirst(first).prefix(Self.pageLength)
        // What comes back is shown, wherever its rows stand by now.
        let held = Set(typed.keys).union(saved.meanwhile.keys)
        if !held.isSubset(of: shown.map(\.id)) { shown = passages.filter { held.contains($0.id) }[...] }
        rows = Filled(
            shown.map { passage in
                let both = saved.meanwhile[passage.id]
                let form = PassageForm(
                    both?.merged ?? typed[passage.id]?.cells ?? passage.cells, fields, prefix: "p\(passage.id)_",
                    theirs: both,
                    errors: errors, texts)
                return Row(
                    id: passage.id, version: typed[passage.id]?.change.version ?? passage.version,
                    name: texts.place(passage),
                    href: "/desk/drafts/passages/\(passage.id)", cells: form.items, meanwhile: both != nil)
            })
        meanwhile =
            saved.meanwhile.isEmpty ? nil : texts["editions.grid.meanwhile", ["count": saved.meanwhile.count]]
        contested = Filled(
            shown.flatMap { passage -> [Contested] in
                guard let both = saved.meanwhile[passage.id] else { return [] }
                return fields.enumerated().filter { both.contested.contains($1) }.map { index, field in
                    Contested(
                        href: "#p\(passage.id)_" + field.formName(at: index),
                        text: texts[
                            "editions.errors.in_row", ["row": texts.place(passage), "text": texts.label(field)]])
                }
            })
        gone = Filled(
            saved.gone.map { row in
                Gone(
                    name: row.cells.name,
                    text: fields.map { row.cells[$0] }.filter { !$0.isEmpty }.joined(separator: "\n"))
            })
        self.page = first / Self.pageLength
        let last = first + shown.count
        place = texts["drafts.place", ["first": min(first + 1, last), "last": last, "total": passages.count]]
        previousHref = first > 0 ? "\(action)?page=\(self.page - 1)" : nil
        nextHref = last < passages.count ? "\(action)?page=\(self.page + 1)" : nil
        self.errors = errors
    }

    private init(rows: Filled<Row>?) {
        (title, lead, action, back) = ("第 2 稿的表格", "每行分别保存", "/g", "/e")
        crumbs = [Crumb(href: "/desk/drafts", text: "目录草案")]
        (headings, scrollHint, self.rows) = (["序号", "公开时限"], "共 2 列，可以左右滑动", rows)
        contested = Filled([Contested(href: "#p5_time_limit", text: "第 5 行：公开时限")])
        (meanwhile, gone) = ("有 1 行刚才被别人改过", Filled([Gone(name: "低保", text: "20日")]))
        (page, place, previousHref, nextHref) = (0, "第 1 至 40 行", "/p", "/n")
        errors = FormErrors("p5_number", "太长了")
    }

    static let samples = [
        GridPage(
            rows: Filled([
                Row(
                    id: 5, version: 1, name: "第 5 行", href: "/desk/drafts/passages/5", cells: PassageForm.sample.items,
                    meanwhile: true)
            ])),
        GridPage(rows: nil),
    ]
}
