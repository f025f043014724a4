import Participation

/// Final directories: by field, unit, town and tier, and rows that were looked for.
struct DirectoryListPage: Page {
    static let template = "directories/list"

    struct Form: Sendable {
        let text: String
        let fields: [Choice]
        let units: [Choice]
        let towns: [Choice]
        let tiers: [Choice]
        let audiences: [Choice]
        let modes: [Choice]
        let limits: [Choice]
        /// The directory that alone is searched.
        let directory: String?
    }

    struct Line: Sendable {
        let href: String
        let number: String
        let name: String
        let contentElements: String
        let timeLimit: String
        let publisher: String
        let directory: Crumb
        let confirmed: String
    }

    struct Results: Sendable {
        let found: String
        /// That nothing has the words as they were typed.
        let near: String?
        let lines: Filled<Line>?
        let empty: String?
        let downloads: [Crumb]
        let moreHref: String?
    }

    struct Entry: Sendable {
        let href: String
        let text: String
        let detail: String
    }

    /// A field with its directories; without any it is still to come.
    struct Field: Sendable {
        let name: String
        let directories: Filled<Entry>?
    }

    struct Group: Sendable {
        let title: String
        let lead: String?
        let entries: [Entry]
    }

    struct Overview: Sendable {
        let figures: [Fact]
        let fields: [Field]
        /// Directories whose words name none of the fields.
        let others: Filled<Entry>?
        let groups: [Group]
        let downloads: [Crumb]
    }

    let title: String
    let form: Form
    let results: Results?
    let overview: Overview?
    /// There is no final directory yet.
    let empty: String?

    static let samples: [DirectoryListPage] = {
        let choices = [Choice(value: "1", text: "安全生产", chosen: true), Choice(value: "2", text: "就业", chosen: false)]
        func form(_ directory: String?) -> Form {
            Form(
                text: "应急", fields: choices, units: choices, towns: choices, tiers: choices, audiences: choices,
                modes: choices, limits: choices, directory: directory)
        }
        let entry = Entry(href: "/directories/D-2026-000001-7", text: "安全生产领域政务公开事项标准目录", detail: "9 项")
        let line = Line(
            href: "/directories/D-2026-000001-7/rows/x", number: "1", name: "政策文件 · 法律法规", contentElements: "法律",
            timeLimit: "20个工作日", publisher: "县应急管理局", directory: Crumb(href: "/d", text: "安全生产目录"),
            confirmed: "11月26日确认")
        let downloads = [Crumb(href: "/directories/rows.xlsx", text: "XLSX")]
        return [
            DirectoryListPage(
                title: "公开目录", form: form("D-2026-000001-7"),
                results: Results(
                    found: "找到 1 项", near: "相近的", lines: Filled([line]), empty: nil, downloads: downloads,
                    moreHref: "/directories?after=1.2"), overview: nil, empty: nil),
            DirectoryListPage(
                title: "公开目录", form: form(nil),
                results: Results(found: "找到 0 项", near: nil, lines: nil, empty: "没有", downloads: [], moreHref: nil),
                overview: nil, empty: nil),
            DirectoryListPage(
                title: "公开目录", form: form(nil), results: nil,
                overview: Overview(
                    figures: [Fact(label: "目录", text: "3")],
                    fields: [
                        Field(name: "安全生产", directories: Filled([entry])), Field(name: "救灾", directories: nil),
                    ], others: Filled([entry]), groups: [Group(title: "按单位", lead: "说明", entries: [entry])],
                    downloads: downloads), empty: "还没有"),
        ]
    }()
}
