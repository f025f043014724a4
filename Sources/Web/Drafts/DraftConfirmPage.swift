import Foundation
import Participation
import Text

/// What was read from a file, to be looked at before anything is imported.
struct DraftConfirmPage: Page {
    static let template = "drafts/confirm"

    /// Lines of a list that are printed at most; a count says how many there are.
    private static let mostLines = 500

    struct Hidden: Sendable {
        let name: String
        let value: String
    }

    /// A cell that took the value of a row above.
    struct Carried: Sendable {
        let place: String
        let column: String
        let found: String
        let value: String
        let from: String
    }

    /// A row that differs from the edition before.
    struct Line: Sendable {
        let change: String
        /// The colour of its label: `info`, `good` or `bad`.
        let tone: String
        let number: String
        let items: String
        let cells: Filled<Cell>?
    }

    struct Cell: Sendable {
        let column: String
        let before: String
        let after: String
    }

    let title: String
    let crumbs: [Crumb]
    let action: String
    let back: String
    let button: String
    let hidden: [Hidden]
    /// Why the page is here again.
    let notice: String?
    let facts: [Fact]
    let renumbered: Bool
    let ignored: String?
    let carried: Filled<Carried>?
    let carriedTitle: String
    let carriedMore: String?
    let compares: Bool
    let figures: [Fact]
    let lines: Filled<Line>?
    let linesMore: String?

    /// A new draft.
    init(
        _ form: DraftForm, unit: Participation.Unit?, sheet: DirectorySheet, file: String, upload: UUID, _ texts: Texts
    ) {
        self.init(
            sheet, upload: upload, comparison: nil, action: "/desk/drafts/import", back: "/desk/drafts/new",
            hidden: [
                Hidden(name: "title", value: form.fullTitle), Hidden(name: "field", value: form.field),
                Hidden(name: "unit", value: form.unitID.map(String.init) ?? ""),
            ],
            facts: [("title", form.fullTitle), ("field", form.field), ("unit", unit?.name ?? ""), ("file", file)],
            crumbs: [], notice: nil, texts)
    }

    /// The next edition of a draft.
    init(
        _ form: EditionForm, of draft: Draft, sheet: DirectorySheet, comparison: EditionComparison, file: String,
        upload: UUID, notice: String?, _ texts: Texts
    ) {
        let address = "/desk/drafts/\(draft.id)"
        let stage = form.stage?.rawValue ?? ""
        self.init(
            sheet, upload: upload, comparison: comparison, action: "\(address)/editions/import",
            back: "\(address)/editions/new",
            hidden: [
                Hidden(name: "stage", value: stage), Hidden(name: "note", value: form.note),
                Hidden(name: "compared", value: String(comparison.ordinal)),
            ],
            facts: [
                ("title", draft.title), ("edition", texts["drafts.ordinal", ["ordinal": comparison.ordinal + 1]]),
                ("stage", texts["drafts.stages.\(stage)"]), ("note", form.note), ("file", file),
            ],
            crumbs: [Crumb(href: address, text: draft.title)], notice: notice, texts)
    }

    private init(
        _ sheet: DirectorySheet, upload: UUID, comparison: EditionComparison?, action: String, back: String,
        hidden: [Hidden], facts: [(String, String)], crumbs: [Crumb], notice: String?, _ texts: Texts
    ) {
        title = texts["drafts.confirm.title"]
        self.crumbs =
            [Crumb(href: "/desk", text: texts["nav.desk"]), Crumb(href: "/desk/drafts", text: texts["drafts.title"])]
            + crumbs
        (self.action, self.back, self.notice) = (action, back, notice)
        button = texts["drafts.confirm.import", ["count": sheet.rows.count]]
        self.hidden = [Hidden(name: "upload", value: upload.uuidString.lowercased())] + hidden
        let read = [
            ("rows", texts["drafts.rows", ["count": sheet.rows.count]]),
            ("encoding", texts["drafts.encodings.\(sheet.encoding.rawValue)"]),
        ]
        self.facts = (facts + read).filter { !$0.1.isEmpty }
            .map { Fact(label: texts["drafts.labels.\($0.0)"], text: $0.1) }
        renumbered = sheet.isRenumbered
        ignored =
            sheet.ignoredColumns.isEmpty
            ? nil
            : texts[
                "drafts.confirm.ignored", ["columns": sheet.ignoredColumns.joined(separator: texts["drafts.comma"])]]
        carried = Filled(sheet.carried.prefix(Self.mostLines).map { Carried($0, texts) })
        carriedTitle = texts["drafts.confirm.carried", ["count": sheet.carried.count]]
        carriedMore = Self.more(sheet.carried.count, texts)
        compares = comparison != nil
        figures = comparison.map { Self.figures($0, texts) } ?? []
        lines = Filled(comparison?.lines.prefix(Self.mostLines).map { Line($0, texts) } ?? [])
        linesMore = Self.more(comparison?.lines.count ?? 0, texts)
    }

    private static func more(_ count: Int, _ texts: Texts) -> String? {
        count > mostLines ? texts["directories.more", ["shown": mostLines, "total": count]] : nil
    }

    private static func figures(_ comparison: EditionComparison, _ texts: Texts) -> [Fact] {
        let counts =
            [("unchanged", comparison.unchanged)]
            + EditionComparison.Change.allCases.map { ($0.rawValue, comparison.count($0)) }
        return counts.map { Fact(label: texts["drafts.changes.\($0.0)"], text: String($0.1)) }
    }

    private init(lines: [Line], compares: Bool) {
        title = "核对后导入"
        crumbs = [Crumb(href: "/desk", text: "工作台")]
        (action, back, button) = ("/desk/drafts/import", "/desk/drafts/new", "导入这 16 行")
        hidden = [Hidden(name: "upload", value: "a")]
        notice = "刚才有人上传了另一稿。"
        facts = [Fact(label: "行数", text: "16 行")]
        (renumbered, ignored) = (true, "备注")
        carried = Filled([Carried(place: "第 3 行", column: "公开时限", found: "同上", value: "20日", from: "第 2 行")])
        (carriedTitle, carriedMore) = ("沿用上一行的格子", "只列出前 500 处")
        self.compares = compares
        figures = [Fact(label: "新增", text: "1")]
        (self.lines, linesMore) = (Filled(lines), "只列出前 500 处")
    }

    static let samples = [
        DraftConfirmPage(
            lines: [
                Line(
                    change: "改动", tone: "info", number: "5", items: "低保 · 指南",
                    cells: Filled([Cell(column: "公开时限", before: "10日", after: "20日")])),
                Line(change: "删去", tone: "bad", number: "6", items: "低保 · 公示", cells: nil),
            ], compares: true),
        DraftConfirmPage(lines: [], compares: true),
    ]
}

extension DraftConfirmPage.Carried {
    fileprivate init(_ cell: DirectorySheet.Carried, _ texts: Texts) {
        place = texts["directories.line", ["line": cell.line]]
        column = cell.column.heading
        found = cell.found.isEmpty ? texts["drafts.confirm.empty_cell"] : cell.found
        value = cell.value
        from = texts["directories.line", ["line": cell.fromLine]]
    }
}

extension DraftConfirmPage.Line {
    fileprivate init(_ line: EditionComparison.Line, _ texts: Texts) {
        change = texts["drafts.changes.\(line.change.rawValue)"]
        tone =
            switch line.change {
            case .changed: "info"
            case .added: "good"
            case .dropped: "bad"
            }
        number = line.number
        items = line.items.joined(separator: " · ")
        cells = Filled(
            line.cells.map { .init(column: $0.column.heading, before: $0.before, after: $0.after) })
    }
}
