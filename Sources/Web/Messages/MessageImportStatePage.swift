import Documents
import Participation
import Text

/// How far an import is, and what became of it. While it is under way a script asks again; without one a link does.
struct MessageImportStatePage: Page {
    static let template = "messages/import-state"

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

    init(_ it: MessageImport, taken: [MessageImport.Taken], _ texts: Texts) {
        title = texts["entries.import.state_title"]
        crumbs = [
            Crumb(href: "/desk", text: texts["nav.desk"]),
            Crumb(href: "/desk/messages/import", text: texts["entries.import.title"]),
        ]
        address = "/desk/messages/import/\(it.id)"
        standing = texts.standing(of: it)
        progress =
            it.state.isOver
            ? nil
            : Progress(
                text: texts["entries.import.passed", ["done": it.done, "rows": it.rows]], done: it.done, rows: it.rows)
        (isDone, isRefused) = (it.state == .done, it.state == .refused)
        let address = address
        self.taken = Filled(
            taken.map {
                Line(
                    number: $0.number, href: $0.caseID.map { "/desk/cases/\($0)" }, title: $0.title,
                    externalNumber: $0.externalNumber)
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
        MessageImportStatePage(
            standing: "正在导入。", progress: Progress(text: "已核对 500 / 1200 件", done: 500, rows: 1200), faults: nil),
        MessageImportStatePage(
            standing: "没有导入。", progress: nil,
            faults: Filled([SheetFaultLine(place: "第 5 行 F 列", column: "原编号", value: "12345 7", expected: "没有登记过的编号")])),
        MessageImportStatePage(standing: "已导入 2 件。", progress: nil, faults: nil),
    ]
}

extension Texts {
    func standing(of it: MessageImport) -> String {
        switch it.state {
        case .waiting: self["entries.import.states.waiting", ["count": it.rows]]
        case .running: self["entries.import.states.running", ["count": it.rows]]
        case .done: self["entries.import.done", ["count": it.rows]]
        case .refused: self["entries.import.refused.\((it.reason ?? .faults).rawValue)"]
        }
    }
}
