import Documents
import Participation
import Text

/// Loads the plan of a programme: the form, what is wrong with a file, or what became of each of its lines.
struct PlanPage: Page {
    static let template = "programmes/plan"

    struct Loaded: Sendable {
        let place: String
        let field: String
        let unit: String
        let outcome: String
        let kind: String
    }

    let title: String
    let crumbs: [Crumb]
    let address: String
    let board: String
    let faults: Filled<SheetFaultLine>?
    let faultsTitle: String?
    let faultsMore: String?
    let loaded: Filled<Loaded>?
    let loadedText: String?
    let columns: [Fact]
    let errors: FormErrors

    init(
        _ it: Programme, faults: PlanSheet.Faults? = nil, loaded: [(PlanSheet.Line, LoadPlan.Outcome)] = [],
        units: [Int: String] = [:], errors: FormErrors = FormErrors(), _ texts: Texts
    ) {
        board = "/desk/programme/\(it.id)"
        address = board + "/plan"
        title = texts["programmes.plan.title"]
        crumbs = [
            Crumb(href: "/desk/programme", text: texts["nav.programme"]), Crumb(href: board, text: it.title),
        ]
        self.faults = faults.flatMap { Filled($0.faults.map { SheetFaultLine($0, texts) }) }
        faultsTitle = faults.map { texts["directories.faults", ["count": $0.faults.count]] }
        faultsMore = nil
        self.loaded = Filled(
            loaded.map { line, outcome in
                Loaded(
                    place: texts["directories.line", ["line": line.line]], field: line.field,
                    unit: units[line.unitID] ?? "", outcome: texts["programmes.plan.outcomes.\(outcome.rawValue)"],
                    kind: outcome == .added ? "good" : outcome == .changed ? "warn" : "")
            })
        func count(_ outcome: LoadPlan.Outcome) -> Int { loaded.filter { $0.1 == outcome }.count }
        loadedText =
            loaded.isEmpty
            ? nil
            : texts[
                "programmes.plan.loaded",
                [
                    "lines": loaded.count, "added": count(.added), "changed": count(.changed), "same": count(.same),
                ]]
        columns = PlanSheet.Column.all.map { column in
            switch column {
            case .field: Fact(label: column.heading, text: texts["programmes.plan.columns.field"])
            case .unit: Fact(label: column.heading, text: texts["programmes.plan.columns.unit"])
            case .day(let stage):
                Fact(
                    label: column.heading,
                    text: texts[
                        "programmes.plan.columns.day",
                        ["day": it.days[stage].map { ChinaTime.day($0, in: texts.clock) } ?? "—"]])
            }
        }
        self.errors = errors
    }

    private init(faults: Filled<SheetFaultLine>?, loaded: Filled<Loaded>?) {
        (title, crumbs, address, board) = ("导入计划", [Crumb(href: "/d", text: "方案")], "/p", "/b")
        (self.faults, self.loaded, faultsTitle, faultsMore) = (faults, loaded, "有 1 处要改", "只列出前 500 处")
        loadedText = loaded == nil ? nil : "已导入 1 行"
        (columns, errors) = ([Fact(label: "领域", text: "必填")], FormErrors("file", "请选择文件。"))
    }

    static let samples = [
        PlanPage(
            faults: Filled([SheetFaultLine(place: "第 2 行 B 列", column: "责任单位", value: "县某局", expected: "单位名称")]),
            loaded: nil),
        PlanPage(
            faults: nil,
            loaded: Filled([
                Loaded(place: "第 2 行", field: "社会救助", unit: "县民政局", outcome: "新增", kind: "good")
            ])),
    ]
}

extension SheetFaultLine {
    init(_ fault: PlanSheet.Fault, _ texts: Texts) {
        let place: String =
            switch (fault.line, fault.column.map(Sheet.letters)) {
            case (let line?, let letters?): texts["entries.import.cell", ["line": line, "letters": letters]]
            case (let line?, nil): texts["directories.line", ["line": line]]
            default: texts["directories.whole"]
            }
        self.init(
            place: place, column: fault.heading, value: fault.value,
            expected: texts["programmes.plan.expected.\(fault.expected.rawValue)"])
    }
}
