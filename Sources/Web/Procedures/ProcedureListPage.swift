import Participation
import Text

/// The procedures a colleague may see, with their state and what each waits for.
struct ProcedureListPage: Page {
    static let template = "procedures/list"

    struct Entry: Sendable {
        let href: String
        let title: String
        let number: String
        let unit: String
        let state: String
        let stateText: String
        let period: String
        let next: String
    }

    let title: String
    let crumbs: [Crumb]
    let procedures: Filled<Entry>?
    let mayOrganise: Bool

    init(_ procedures: [Procedure], pending: [Clearance], for staff: StaffActor, _ texts: Texts) {
        title = texts["procedures.title"]
        crumbs = [Crumb(href: "/desk", text: texts["nav.desk"])]
        mayOrganise = staff.has(.organiser)
        let waiting = Dictionary(grouping: pending, by: \.subject.number)
        self.procedures = Filled(
            procedures.map { it in
                Entry(
                    href: "/desk/procedures/\(it.number)", title: it.title, number: it.number, unit: it.unitName,
                    state: it.state.rawValue, stateText: texts.state(of: it),
                    period: texts.period(from: it.opensAt, to: it.closesAt),
                    next: ProcedureNext(it, clearances: waiting[it.number] ?? [], for: staff, texts).text)
            })
    }

    private init(procedures: Filled<Entry>?) {
        (title, crumbs) = ("征求意见", [Crumb(href: "/desk", text: "工作台")])
        (self.procedures, mayOrganise) = (procedures, true)
    }

    static let samples = [
        ProcedureListPage(
            procedures: Filled([
                Entry(
                    href: "/desk/procedures/C-2026-000001-3", title: "社会救助目录（征求意见稿）", number: "C-2026-000001-3",
                    unit: "县民政局", state: "open", stateText: "正在征求意见", period: "11月24日至12月1日", next: "等保密审查")
            ])),
        ProcedureListPage(procedures: nil),
    ]
}
