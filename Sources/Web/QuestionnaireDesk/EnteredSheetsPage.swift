import Participation
import Text

/// The sheets of a questionnaire that a colleague has entered, to void one that was entered wrongly.
struct EnteredSheetsPage: Page {
    static let template = "builder/entered"

    struct Line: Sendable {
        let number: String
        let at: String
        let channel: String
        let sheetVersion: Int
        let isWithdrawn: Bool
        let mayVoid: Bool
    }

    let title: String
    let crumbs: [Crumb]
    let head: QuestionnaireHead
    let address: String
    /// Why nothing was voided.
    let notice: String?
    let sheets: Filled<Line>?

    init(
        _ it: DeskQuestionnaire, _ sheets: [EnteredSheet], notice: String?, for staff: StaffActor, _ texts: Texts
    ) {
        (title, crumbs) = (it.title, texts.crumbs(to: it))
        head = QuestionnaireHead(it, here: .entry, for: staff, texts)
        (address, self.notice) = (it.address, notice)
        self.sheets = Filled(
            sheets.map {
                Line(
                    number: $0.number, at: ChinaTime.minute($0.receivedAt, in: texts.clock),
                    channel: texts.channel($0.channel.rawValue), sheetVersion: $0.version, isWithdrawn: $0.isWithdrawn,
                    mayVoid: it.takesEntries && !$0.isWithdrawn)
            })
    }

    private init(sheets: Filled<Line>?, notice: String?) {
        (title, crumbs, head) = ("满意度调查", [Crumb(href: "/desk", text: "工作台")], .sample)
        (address, self.notice, self.sheets) = ("/desk/questionnaires/Q-1", notice, sheets)
    }

    static let samples = [
        EnteredSheetsPage(
            sheets: Filled([
                Line(
                    number: "MY-2026-000001-3", at: "11月26日 9时", channel: "窗口", sheetVersion: 1, isWithdrawn: false,
                    mayVoid: true),
                Line(
                    number: "MY-2026-000002-1", at: "11月26日 9时", channel: "信件", sheetVersion: 1, isWithdrawn: true,
                    mayVoid: false),
            ]), notice: "没有作废。"), EnteredSheetsPage(sheets: nil, notice: nil),
    ]
}
