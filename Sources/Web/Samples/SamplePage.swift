import Participation
import Text

/// One telephone sample: how far it is, who has whom in hand, how calls ended, and how it is called.
struct SamplePage: Page {
    static let template = "samples/sample"

    struct Row: Sendable {
        let name: String
        let cells: [Cell]
        let isTotal: Bool
    }

    struct Cell: Sendable {
        let label: String
        let text: String
    }

    struct Held: Sendable {
        let person: String
        let staff: String
        let since: String
    }

    struct Attempt: Sendable {
        let at: String
        let person: String
        let staff: String
        let outcome: String
    }

    let title: String
    let crumbs: [Crumb]
    let head: QuestionnaireHead
    let name: String
    let address: String
    let mayCall: Bool
    let mayFill: Bool
    /// Why nobody is called now.
    let standing: String?
    let headings: [String]
    let rows: Filled<Row>?
    /// That small parts are one; absent where there are none.
    let together: String?
    let rate: String
    let order: String
    let erasure: String
    let held: Filled<Held>?
    let attempts: Filled<Attempt>?
    let fields: [DeskForm.Field]
    let errors: FormErrors

    init(
        _ it: DeskQuestionnaire, _ sample: Sample, _ progress: SampleProgress, form: SampleForm, errors: FormErrors,
        keptDays: Int, for staff: StaffActor, _ texts: Texts
    ) {
        title = it.title
        crumbs = texts.crumbs(to: it) + [Crumb(href: it.address + "/samples", text: texts["builder.tabs.samples"])]
        head = QuestionnaireHead(it, here: .samples, for: staff, texts)
        (name, address) = (sample.name, "\(it.address)/samples/\(sample.id)")
        mayFill = it.mayHaveSamples(made: staff) && sample.erasedAt == nil
        mayCall = it.isCalled(by: staff) && sample.people > 0
        standing = sample.erasedAt == nil && it.state != .open ? texts["samples.not_open"] : nil
        let states = SampleProgress.State.allCases
        let labels = states.map { texts["samples.states.\($0.rawValue)"] }
        headings = labels + [texts["samples.all"]]
        func row(_ name: String, _ counts: [SampleProgress.State: Int], isTotal: Bool) -> Row {
            var cells = zip(states, labels).map { Cell(label: $1, text: String(counts[$0] ?? 0)) }
            cells.append(Cell(label: texts["samples.all"], text: String(counts.values.reduce(0, +))))
            return Row(name: name, cells: cells, isTotal: isTotal)
        }
        let (parts, others) = progress.shown(smallest: it.smallestShown)
        var strata = parts.map {
            row($0.name.isEmpty ? texts["samples.no_stratum"] : $0.name, $0.counts, isTotal: false)
        }
        if !others.isEmpty { strata.append(row(texts["samples.other_parts"], others, isTotal: false)) }
        together =
            others.isEmpty || progress.strata.count < 2 ? nil : texts["samples.together", ["number": it.smallestShown]]
        rows = Filled(
            (strata.count > 1 ? strata : [])
                + (sample.people > 0 ? [row(texts["samples.total"], progress.counts, isTotal: true)] : []))
        rate =
            texts[
                "samples.rate",
                ["rate": texts.rate(sample), "done": sample.done, "base": sample.people - sample.unusable]]
        order = texts["samples.order", ["seed": sample.seed]]
        erasure =
            sample.erasedAt.map { texts["samples.erased", ["moment": ChinaTime.minute($0, in: texts.clock)]] }
            ?? texts["samples.erasure", ["count": keptDays]]
        func person(_ ordinal: Int) -> String { texts["samples.person", ["number": ordinal]] }
        held = Filled(
            progress.held.map {
                Held(
                    person: person($0.ordinal), staff: $0.staff, since: ChinaTime.minute($0.since, in: texts.clock))
            })
        attempts = Filled(
            progress.attempts.map {
                Attempt(
                    at: ChinaTime.minute($0.at, in: texts.clock), person: person($0.ordinal), staff: $0.staff,
                    outcome: texts["samples.outcomes.\($0.outcome.rawValue)"])
            })
        (fields, self.errors) = (mayFill ? form.fields(errors: errors, texts) : [], errors)
    }

    private init(rows: Filled<Row>?, isCalled: Bool) {
        (title, crumbs, head) = ("满意度调查", [Crumb(href: "/desk", text: "工作台")], .sample)
        (name, address, mayCall, mayFill) = ("电话样本", "/s/1", isCalled, isCalled)
        (standing, headings, self.rows) = (isCalled ? nil : "还没有开始。", ["待拨打"], rows)
        together = rows == nil ? nil : "少于 5 人的分组合在一起。"
        (rate, order, erasure) = ("20%", "种子 1a2b", "结束 7 天后删除。")
        held = rows == nil ? nil : Filled([Held(person: "17 号", staff: "孙经办", since: "10:05")])
        attempts =
            rows == nil
            ? nil : Filled([Attempt(at: "10:05", person: "17 号", staff: "孙经办", outcome: "没有接通")])
        errors = FormErrors("name", "请填写。")
        fields = [DeskForm.Field(id: "name", label: "名称", error: "请填写。", .line)]
    }

    static let samples = [
        SamplePage(
            rows: Filled([Row(name: "老隆镇", cells: [Cell(label: "待拨打", text: "3")], isTotal: true)]), isCalled: true),
        SamplePage(rows: nil, isCalled: false),
    ]
}
