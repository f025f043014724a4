import Documents
import Participation
import Text

/// The list behind a figure of the scoreboard: of its messages those that who asks may see.
struct ScoredCasesPage: Page {
    static let template = "scoreboard/list"

    struct Line: Sendable {
        let number: String
        let href: String
        let title: String
        let topic: String
        let unit: String
        let state: String
        let received: String
        let due: String
        let answered: String
        let days: String
        let late: Bool
    }

    let title: String
    let crumbs: [Crumb]
    /// Absent for what is so now, whenever it was received.
    let period: String?
    let definition: String
    let lines: Filled<Line>?
    let next: String?
    let sheets: [ScoreboardPage.Link]

    init(
        _ cases: [ScoredCase], figure: ScoreFigure, unitName: String?, in period: ScorePeriod, address: String,
        next: String?, _ texts: Texts
    ) {
        let name = texts["scoreboard.columns.\(figure.column.rawValue)"]
        title =
            texts[
                "scoreboard.list.title", ["figure": name, "unit": unitName ?? texts["scoreboard.all"]]]
        crumbs = [
            Crumb(href: "/desk", text: texts["nav.desk"]),
            Crumb(href: "/desk/scoreboard?from=\(period.first)&until=\(period.last)", text: texts["scoreboard.title"]),
        ]
        self.period = figure == .overdue ? nil : texts["scoreboard.period", ["period": texts.name(of: period)]]
        definition = texts["scoreboard.definitions.\(figure.column.rawValue)"]
        lines = Filled(cases.map { Line($0, texts) })
        self.next = next
        sheets = LedgerSheet.Format.allCases.map {
            .init(
                href: "/desk/scoreboard/list.\($0.rawValue)?\(address)", text: texts["scoreboard.sheets.\($0.rawValue)"]
            )
        }
    }

    private init(lines: Filled<Line>?) {
        (title, period, definition, next) = ("收到：县民政局", "2026年", "有效留言", "/n")
        crumbs = [Crumb(href: "/desk", text: "工作台")]
        self.lines = lines
        sheets = [.init(href: "/s.csv", text: "CSV")]
    }

    static let samples = [
        ScoredCasesPage(
            lines: Filled([
                Line(
                    number: "MY-2026-000001-7", href: "/desk/cases/1", title: "公交站牌看不清", topic: "咨询", unit: "县交通局",
                    state: "已办结", received: "2026年1月5日", due: "2026年1月12日", answered: "2026年1月9日", days: "4", late: true
                )
            ])), ScoredCasesPage(lines: nil),
    ]
}

extension ScoredCasesPage.Line {
    fileprivate init(_ it: ScoredCase, _ texts: Texts) {
        (number, href, title, unit) = (it.number, "/desk/cases/\(it.id)", it.title, it.unitName)
        topic = texts.topic(it.topic, of: it.kind)
        state = texts["casework.states.\(it.state)"]
        received = ChinaTime.day(it.receivedOn, in: texts.clock)
        let day = it.dueOn.map { ChinaTime.day($0, in: texts.clock) } ?? ""
        due = it.isProvisional ? texts["scoreboard.list.provisional", ["day": day]] : day
        answered = it.answeredAt.map { ChinaTime.day($0, in: texts.clock) } ?? ""
        days = it.workingDaysUsed.map(String.init) ?? ""
        late = it.isLate
    }
}

extension ScoreFigure {
    /// The column that shows it.
    var column: ScoreColumn {
        ScoreColumn.allCases.first { $0.rawValue == rawValue } ?? .overdueNow
    }
}

extension LedgerSheet {
    /// The list behind a figure.
    static func ofCases(name: String, _ texts: Texts) -> LedgerSheet {
        LedgerSheet(
            name: name,
            heading: [
                "number", "topic", "title_column", "unit", "state", "received", "due", "answered", "days", "late",
            ].map {
                texts["scoreboard.list.\($0)"]
            })
    }

    static func row(_ it: ScoredCase, _ texts: Texts) -> [SheetWriter.Cell] {
        [
            .text(it.number), .text(texts.topic(it.topic, of: it.kind)), .text(it.title), .text(it.unitName),
            .text(texts["casework.states.\(it.state)"]), .text(it.receivedOn.description),
            .text(it.dueOn?.description ?? ""),
            .text(it.answeredAt.map { ChinaTime.date($0).description } ?? ""),
            it.workingDaysUsed.map { .number(Double($0)) } ?? .empty,
            .text(it.isLate ? texts["scoreboard.list.is_late"] : ""),
        ]
    }

    /// The scoreboard itself.
    static func ofUnits(_ columns: [ScoreColumn], name: String, _ texts: Texts) -> LedgerSheet {
        LedgerSheet(
            name: name,
            heading: [texts["scoreboard.unit"]]
                + columns.map { column in
                    texts["scoreboard.columns.\(column.rawValue)"] + (column.isShare ? "（%）" : "")
                })
    }

    static func row(_ it: UnitScores, _ columns: [ScoreColumn], _ texts: Texts) -> [SheetWriter.Cell] {
        [.text(it.unitID == nil ? texts["scoreboard.all"] : it.name)] + columns.map { $0.value(of: it).cell }
    }
}
