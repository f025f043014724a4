import Participation
import Text

/// The questionnaires and polls a colleague may see, with their state and what each waits for.
struct DeskQuestionnaireListPage: Page {
    static let template = "builder/list"

    struct Entry: Sendable {
        let href: String
        let title: String
        let number: String
        let kind: String
        let unit: String
        let state: String
        let stateText: String
        let period: String
        let sheets: String
        let next: String
    }

    let title: String
    let crumbs: [Crumb]
    let entries: Filled<Entry>?
    let mayOrganise: Bool

    init(_ lines: [DeskQuestionnaire.Line], for staff: StaffActor, _ texts: Texts) {
        title = texts["builder.list.title"]
        crumbs = [Crumb(href: "/desk", text: texts["nav.desk"])]
        mayOrganise = staff.has(.organiser)
        entries = Filled(
            lines.map { it in
                Entry(
                    href: "/desk/questionnaires/\(it.number)", title: it.title, number: it.number,
                    kind: texts["builder.kind_of.\(it.kind.rawValue)"], unit: it.unitName, state: it.state.rawValue,
                    stateText: texts.state(of: it.state), period: texts.period(from: it.opensAt, to: it.closesAt),
                    sheets: it.mostSheets.map { "\(it.sheets) / \($0)" } ?? String(it.sheets), next: texts.next(it))
            })
    }

    private init(entries: Filled<Entry>?) {
        (title, crumbs) = ("问卷和民意调查", [Crumb(href: "/desk", text: "工作台")])
        (self.entries, mayOrganise) = (entries, true)
    }

    static let samples = [
        DeskQuestionnaireListPage(
            entries: Filled([
                Entry(
                    href: "/desk/questionnaires/Q-1", title: "满意度调查", number: "Q-2026-000001-3", kind: "问卷",
                    unit: "县民政局", state: "open", stateText: "正在进行", period: "11月24日至12月1日", sheets: "12 / 400",
                    next: "12月1日24时截止。")
            ])),
        DeskQuestionnaireListPage(entries: nil),
    ]
}
