import Documents
import Foundation
import Participation
import Text

/// What was read from a file, to be looked at before anything is imported.
struct DraftConfirmPage: Page {
    static let template = "drafts/confirm"

    /// Lines of a list that are printed at most; a count says how many there are.
    private static let mostLines = 500
    /// Rows that are shown as they were read.
    private static let mostRows = 10

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

    /// A line of the file that is no row.
    struct Aside: Sendable {
        let place: String
        let text: String
    }

    /// The first rows, as they will be imported.
    struct Rows: Sendable {
        struct Row: Sendable {
            let number: String
            let cells: [Cell]
        }

        struct Cell: Sendable {
            let text: String
        }

        let headings: [String]
        let items: [Row]
        /// How many rows there are besides.
        let more: String?
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
    let columns: ColumnsPart
    /// Where the same form reads the file once more.
    let readAgain: String
    let asides: Filled<Aside>?
    let asidesTitle: String
    let carried: Filled<Carried>?
    let carriedTitle: String
    let carriedMore: String?
    let rows: Rows
    /// From the second edition on.
    let changes: EditionChanges?

    /// A new draft.
    init(
        _ form: DraftForm, unit: Participation.Unit?, file: DirectoryFile, sheet: DirectorySheet, notice: String?,
        _ texts: Texts
    ) {
        self.init(
            sheet, of: file, proposed: nil, action: "/desk/drafts/import", back: "/desk/drafts/new",
            hidden: [
                Hidden(name: "title", value: form.fullTitle), Hidden(name: "field", value: form.field),
                Hidden(name: "unit", value: form.unitID.map(String.init) ?? ""),
            ],
            facts: [("title", form.fullTitle), ("field", form.field), ("unit", unit?.name ?? "")],
            crumbs: [], notice: notice, texts)
    }

    /// The next edition of a draft.
    init(
        _ form: EditionForm, of draft: Draft, file: DirectoryFile, sheet: DirectorySheet,
        proposed: ProposedEdition, notice: String?, _ texts: Texts
    ) {
        let address = "/desk/drafts/\(draft.id)"
        let stage = form.stage?.rawValue ?? ""
        self.init(
            sheet, of: file, proposed: proposed, action: "\(address)/editions/import",
            back: "\(address)/editions/new",
            hidden: [
                Hidden(name: "stage", value: stage), Hidden(name: "note", value: form.note),
                Hidden(name: "compared", value: String(proposed.seen)),
            ],
            facts: [
                ("title", draft.title), ("edition", texts["drafts.ordinal", ["ordinal": proposed.seen.ordinal + 1]]),
                ("stage", texts["drafts.stages.\(stage)"]), ("note", form.note),
            ],
            crumbs: [Crumb(href: address, text: draft.title)], notice: notice, texts)
    }

    private init(
        _ sheet: DirectorySheet, of file: DirectoryFile, proposed: ProposedEdition?, action: String, back: String,
        hidden: [Hidden], facts: [(String, String)], crumbs: [Crumb], notice: String?, _ texts: Texts
    ) {
        title = texts["drafts.confirm.title"]
        self.crumbs =
            [Crumb(href: "/desk", text: texts["nav.desk"]), Crumb(href: "/desk/drafts", text: texts["drafts.title"])]
            + crumbs
        (self.action, self.back, self.notice) = (action, back, notice)
        button = texts["drafts.confirm.import", ["count": sheet.rows.count]]
        self.hidden = [Hidden(name: "upload", value: file.upload.id.uuidString.lowercased())] + hidden
        readAgain = back
        columns = ColumnsPart(file.table, choices: file.choices, texts)
        let comma = texts["drafts.comma"]
        var read = [("file", file.upload.name), ("sheet", file.table.sheet)]
        if case .text(let encoding) = sheet.format {
            read.append(("encoding", texts["drafts.encodings.\(encoding.rawValue)"]))
        }
        if let document = file.document { read.append(("left_out", document.leftOut(texts))) }
        read.append(("rows", texts["drafts.rows", ["count": sheet.rows.count]]))
        read.append(("extras", sheet.extraColumns.joined(separator: comma)))
        self.facts = (facts + read).filter { !$0.1.isEmpty }
            .map { Fact(label: texts["drafts.labels.\($0.0)"], text: $0.1) }
        renumbered = sheet.isRenumbered
        ignored =
            sheet.ignoredColumns.isEmpty
            ? nil
            : texts[
                "drafts.confirm.left_out", ["columns": sheet.ignoredColumns.joined(separator: comma)]]
        asides = Filled(
            sheet.asides.prefix(Self.mostLines).map {
                Aside(place: texts["directories.line", ["line": $0.line]], text: $0.text)
            })
        asidesTitle = texts["drafts.confirm.asides", ["count": sheet.asides.count]]
        let runs = Self.runs(of: sheet.carried)
        carried = Filled(runs.prefix(Self.mostLines).map { Carried($0, texts) })
        carriedTitle = texts["drafts.confirm.carried", ["count": sheet.carried.count]]
        carriedMore = Self.more(runs.count, texts)
        rows = Rows(sheet, most: Self.mostRows, texts)
        changes = proposed.map { EditionChanges($0, texts) }
    }

    /// Cells below each other that take the same value.
    private static func runs(of cells: [DirectorySheet.Carried]) -> [[DirectorySheet.Carried]] {
        var runs: [[DirectorySheet.Carried]] = []
        var open: [String: Int] = [:]
        for cell in cells {
            if let index = open[cell.column], let last = runs[index].last, last.line == cell.line - 1,
                last.found == cell.found, last.fromLine == cell.fromLine
            {
                runs[index].append(cell)
            } else {
                open[cell.column] = runs.count
                runs.append([cell])
            }
        }
        return runs
    }

    private static func more(_ count: Int, _ texts: Texts) -> String? {
        count > mostLines ? texts["directories.more", ["shown": mostLines, "total": count]] : nil
    }

    private init(changes: EditionChanges?) {
        title = "核对后导入"
        crumbs = [Crumb(href: "/desk", text: "工作台")]
        (action, back, button) = ("/desk/drafts/import", "/desk/drafts/new", "导入这 16 行")
        hidden = [Hidden(name: "title", value: "a")]
        notice = "刚才有人上传了另一稿。"
        facts = [Fact(label: "行数", text: "16 行")]
        (renumbered, ignored) = (true, "备注")
        (columns, readAgain) = (ColumnsPart.sample, "/desk/drafts/new")
        asides = Filled([Aside(place: "第 9 行", text: "注：■为必选")])
        asidesTitle = "不算一行的文字（1 处）"
        carried = Filled([Carried(place: "第 3 行", column: "公开时限", found: "同上", value: "20日", from: "第 2 行")])
        (carriedTitle, carriedMore) = ("沿用上一行的格子", "只列出前 500 处")
        rows = Rows(
            headings: ["一级事项"], items: [.init(number: "1", cells: [.init(text: "低保")])],
            more: changes == nil ? nil : "另有 6 行")
        self.changes = changes
    }

    static let samples = (EditionChanges.samples + [nil]).map { DraftConfirmPage(changes: $0) }
}

extension DraftConfirmPage.Carried {
    /// - Parameter run: cells below each other, at least one.
    fileprivate init(_ run: [DirectorySheet.Carried], _ texts: Texts) {
        let (first, last) = (run.first?.line ?? 0, run.last?.line ?? 0)
        place =
            first == last
            ? texts["directories.line", ["line": first]] : texts["directories.lines", ["first": first, "last": last]]
        column = run.first?.column ?? ""
        let text = run.first?.found ?? ""
        found = text.isEmpty ? texts["drafts.confirm.empty_cell"] : text
        value = run.first?.value ?? ""
        from = texts["directories.line", ["line": run.first?.fromLine ?? 0]]
    }
}

extension DraftConfirmPage.Rows {
    fileprivate init(_ sheet: DirectorySheet, most: Int, _ texts: Texts) {
        let filled = Set(sheet.columns.compactMap(\.choice.national))
        let fields =
            DirectoryColumn.allCases.filter { $0 != .number && filled.contains($0) }.map(PassageField.column)
            + sheet.extraColumns.map(PassageField.extra)
        headings = fields.map(texts.label)
        items = sheet.rows.prefix(most).map { row in
            let cells = PassageCells(row)
            return Row(number: row.number, cells: fields.map { .init(text: cells[$0]) })
        }
        let rest = sheet.rows.count - items.count
        more = rest > 0 ? texts["drafts.confirm.rows_more", ["count": rest]] : nil
    }
}
