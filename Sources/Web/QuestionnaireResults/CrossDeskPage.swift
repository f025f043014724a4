import Participation
import Questionnaires

/// 交叉表: how the answers to two or three questions go together, for those who organise the questionnaire.
struct CrossDeskPage: Page {
    static let template = "questionnaire-results/cross-desk"

    let title: String
    let crumbs: [Crumb]
    let head: QuestionnaireHead
    /// Nil while there is nothing to cross: then `empty` says why.
    let cross: CrossPart?
    let empty: String

    static let samples =
        CrossPart.samples.map {
            CrossDeskPage(
                title: "满意度调查", crumbs: [Crumb(href: "/desk", text: "工作台")], head: .sample, cross: $0, empty: "")
        } + [CrossDeskPage(title: "满意度调查", crumbs: [], head: .sample, cross: nil, empty: "还没有答卷。")]
}

extension CrossDeskPage {
    /// Everything of one questionnaire, read at one moment.
    struct Found: Sendable {
        let source: ResultSource
        let desk: DeskQuestionnaire
        /// Everything by which sheets can be parted.
        let axes: [CrossTable.Axis]
        let hasSheets: Bool
        /// The table that was asked for, where it can be made.
        let table: CrossTable?
        /// Why it cannot.
        let fault: CrossPart.Asked.Fault?
        let units: [Participation.Unit]
    }

    init(_ found: Found, asked: CrossPart.Asked, for staff: StaffActor, _ texts: Texts) {
        let source = found.source
        title = source.title
        crumbs = texts.crumbs(to: found.desk)
        head = QuestionnaireHead(found.desk, here: .cross, for: staff, texts)
        empty = texts[found.hasSheets ? "questionnaire_results.cross.none_to_cross" : "questionnaire_results.empty"]
        cross =
            found.axes.count < 2 || !found.hasSheets
            ? nil
            : CrossPart(
                at: found.desk.address, asked, axes: found.axes, found.table, error: found.fault?.text(texts),
                questions: source.asked, ResultWords(found.units, texts))
    }
}
