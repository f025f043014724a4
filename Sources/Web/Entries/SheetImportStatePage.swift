import Documents
import Participation
import Text

/// How far an import is, and what became of it. While it is under way a script asks again; without one a link does.
struct SheetImportStatePage: Page {
    static let template = "entries/import-state"

    struct Progress: Sendable {
        let text: String
        let done: Int
        let rows: Int
    }

    struct Line: Sendable {
        let number: String
        let href: String?
        let title: String
        let externalNumber: String
    }

    let title: String
    let crumbs: [Crumb]
    let address: String
    /// Where another table is taken, and where what was imported is worked on.
    let importHref: String
    let next: Crumb
    let standing: String
    /// Only while it is under way.
    let progress: Progress?
    let isDone: Bool
    let isRefused: Bool
    /// The first of those that were imported.
    let taken: Filled<Line>?
    /// All of them, as a sheet.
    let sheets: [ScoreboardPage.Link]
    let more: String?
    let faults: Filled<SheetFaultLine>?
    let faultsTitle: String?
    let faultsMore: String?

    static let mostLines = 20

    init(_ it: SheetImport, at place: SheetImportPlace, taken: [SheetImport.Taken], _ texts: Texts) {
        title = texts["entries.import.state_title"]
        crumbs = place.crumbs(texts) + [Crumb(href: place.address, text: texts["entries.import.title"])]
        address = "\(place.address)/\(it.id)"
        importHref = place.address
        next =
            place.procedure.map {
                Crumb(href: "/desk/procedures/\($0)/submissions", text: texts["submissions.list.title"])
            }
            ?? Crumb(href: "/desk/cases", text: texts["casework.title"])
        standing = place.standing(of: it, texts)
        progress =
            it.state.isOver
            ? nil
            : Progress(
                text: texts["entries.import.passed", ["done": it.done, "rows": it.rows]], done: it.done, rows: it.rows)
        (isDone, isRefused) = (it.state == .done, it.state == .refused)
        let address = address
        self.taken = Filled(
            taken.map { entry in
                Line(
                    number: entry.number,
                    href: it.kind == .comment
                        ? "/desk/submissions/\(entry.number)" : entry.caseID.map { "/desk/cases/\($0)" },
                    title: entry.title, externalNumber: entry.externalNumber)
            })
        sheets =
            it.state == .done
            ? LedgerSheet.Format.allCases.map {
                .init(href: "\(address)/list.\($0.rawValue)", text: texts["scoreboard.sheets.\($0.rawValue)"])
            } : []
        more =
            it.done > taken.count && !taken.isEmpty
            ? texts["directories.more", ["shown": taken.count, "total": it.done]] : nil
        faults = it.faults.flatMap { found in Filled(found.faults.map { SheetFaultLine($0, texts) }) }
        faultsTitle = it.faults.map { texts["directories.faults", ["count": $0.total]] }
        faultsMore = it.faults.flatMap { found in
            found.total > found.faults.count
                ? texts["directories.more", ["shown": found.faults.count, "total": found.total]] : nil
        }
    }

    private init(standing: String, progress: Progress?, faults: Filled<SheetFaultLine>?) {
        (title, crumbs, address) = ("导入情况", [Crumb(href: "/desk", text: "工作台")], "/desk/messages/import/1")
        (importHref, next) = ("/desk/messages/import", Crumb(href: "/desk/cases", text: "留言办理"))
        (self.standing, self.progress, self.faults) = (standing, progress, faults)
        (isDone, isRefused) = (progress == nil && faults == nil, faults != nil)
        (faultsTitle, faultsMore) = ("有 1 处要改", "只列出前 1000 处")
        taken = Filled([
            Line(number: "MY-2026-000001-7", href: "/desk/cases/1", title: "路灯不亮", externalNumber: "12345 7"),
            Line(number: "MY-2026-000002-5", href: nil, title: "站牌看不清", externalNumber: "12345 8"),
        ])
        (sheets, more) = ([.init(href: "/s.csv", text: "CSV")], "只列出前 20 件")
    }

    static let samples = [
        SheetImportStatePage(
            standing: "正在导入。", progress: Progress(text: "已核对 500 / 1200 件", done: 500, rows: 1200), faults: nil),
        SheetImportStatePage(
            standing: "没有导入。", progress: nil,
            faults: Filled([SheetFaultLine(place: "第 5 行 F 列", column: "原编号", value: "12345 7", expected: "没有登记过的编号")])),
        SheetImportStatePage(standing: "已导入 2 件。", progress: nil, faults: nil),
    ]
}

extension SheetImportPlace {
    func standing(of it: SheetImport, _ texts: Texts) -> String {
        switch it.state {
        case .waiting: word("states.waiting", texts, ["count": it.rows])
        case .running: word("states.running", texts, ["count": it.rows])
        case .done: word("done", texts, ["count": it.rows])
        case .refused: word("refused.\((it.reason ?? .faults).rawValue)", texts)
        }
    }
}
