import Participation

/// The board of a programme: every field of every unit at every stage, late ones in front.
struct ProgrammePage: Page {
    static let template = "programmes/board"

    /// How a cell stands at one stage: a class of `due`, and words.
    struct Mark: Sendable {
        let stage: String
        let kind: String
        let text: String
        /// Its day, or when it was done.
        let day: String
        let href: String?
    }

    struct Line: Sendable {
        let field: String
        let unit: String
        let href: String
        let marks: [Mark]
    }

    struct Sum: Sendable {
        let stage: String
        let day: String
        let cells: [SumCell]
    }

    struct SumCell: Sendable {
        let label: String
        let count: Int
        /// The list behind it; absent where there is nothing in it.
        let href: String?
        let alarm: Bool
    }

    struct Report: Sendable {
        let href: String
        let unit: String
        let state: String
        let kind: String
    }

    let title: String
    /// The document it follows; absent where none is named.
    let basis: String?
    let lead: String
    /// Nobody is reminded any longer.
    let ended: Bool
    let address: String
    let mayRun: Bool
    let others: Filled<Crumb>?
    let mayMake: Bool
    let sums: Filled<Sum>?
    let stages: [String]
    let stageChoices: [Choice]
    let units: [Choice]
    let fields: [Choice]
    let states: [Choice]
    let onlyLate: Bool
    let clearHref: String?
    let found: String?
    let lines: Filled<Line>?
    let emptyText: String
    let nextHref: String?
    /// What units, and the office, report about it.
    let reports: Filled<Report>?

    static let samples: [ProgrammePage] = {
        func page(full: Bool) -> ProgrammePage {
            let mark = Mark(stage: "初稿", kind: "overdue", text: "逾期 6 天", day: "11月20日", href: full ? "/d" : nil)
            return ProgrammePage(
                title: "基层政务公开标准化规范化", basis: full ? "龙府办〔2020〕58号" : nil, lead: "县政府办公室", ended: full,
                address: "/desk/programme/1", mayRun: full,
                others: full ? Filled([Crumb(href: "/o", text: "另一个方案")]) : nil,
                mayMake: full,
                sums: full
                    ? Filled([
                        Sum(
                            stage: "初稿", day: "11月20日",
                            cells: [
                                SumCell(label: "已完成", count: 3, href: "/l", alarm: false),
                                SumCell(label: "逾期", count: 1, href: nil, alarm: true),
                            ])
                    ]) : nil,
                stages: ["初稿"], stageChoices: [Choice(value: "first_draft", text: "初稿", chosen: true)],
                units: [Choice(value: "2", text: "县民政局", chosen: true)],
                fields: [Choice(value: "社会救助", text: "社会救助", chosen: true)],
                states: [Choice(value: "done", text: "已完成", chosen: true)], onlyLate: full,
                clearHref: full ? "/c" : nil,
                found: full ? "12 格" : nil,
                lines: full ? Filled([Line(field: "社会救助", unit: "县民政局", href: "/c", marks: [mark])]) : nil,
                emptyText: "还没有导入。", nextHref: full ? "/n" : nil,
                reports: full ? Filled([Report(href: "/r", unit: "县民政局", state: "已报送", kind: "good")]) : nil)
        }
        return [page(full: true), page(full: false)]
    }()
}

/// Where no programme is there yet.
struct NoProgrammePage: Page {
    static let template = "programmes/none"
    let title: String
    let mayMake: Bool
    static let samples = [
        NoProgrammePage(title: "工作方案", mayMake: true), NoProgrammePage(title: "工作方案", mayMake: false),
    ]
}
