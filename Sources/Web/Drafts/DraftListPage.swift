import Participation
import Text

/// The drafts of the units a colleague works for.
struct DraftListPage: Page {
    static let template = "drafts/list"

    struct Entry: Sendable {
        let href: String
        let title: String
        let field: String
        let unit: String
        let edition: String
        let rows: String
        let updated: String
    }

    let title: String
    let crumbs: [Crumb]
    let drafts: Filled<Entry>?
    let mayImport: Bool

    init(_ drafts: [Draft], mayImport: Bool, _ texts: Texts) {
        title = texts["drafts.title"]
        crumbs = [Crumb(href: "/desk", text: texts["nav.desk"])]
        self.mayImport = mayImport
        self.drafts = Filled(
            drafts.map {
                Entry(
                    href: "/desk/drafts/\($0.id)", title: $0.title, field: $0.field, unit: $0.unitName,
                    edition: texts["drafts.ordinal", ["ordinal": $0.editionOrdinal]],
                    rows: texts.length($0.rows, of: $0.kind),
                    updated: ChinaTime.minute($0.updatedAt, in: texts.clock))
            })
    }

    private init(drafts: Filled<Entry>?) {
        (title, crumbs, self.drafts, mayImport) = ("目录草案", [Crumb(href: "/desk", text: "工作台")], drafts, true)
    }

    static let samples = [
        DraftListPage(
            drafts: Filled([
                Entry(
                    href: "/desk/drafts/1", title: "社会救助领域政务公开事项标准目录", field: "社会救助", unit: "县民政局", edition: "第 2 稿",
                    rows: "16 行", updated: "2026年11月24日 10:20")
            ])),
        DraftListPage(drafts: nil),
    ]
}
