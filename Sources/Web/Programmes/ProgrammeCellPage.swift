import Participation
import Text

/// One field of one unit: how far it is, and which draft it is.
struct ProgrammeCellPage: Page {
    static let template = "programmes/cell"

    let title: String
    let crumbs: [Crumb]
    let lead: String
    let marks: [ProgrammePage.Mark]
    let action: String
    let dropAction: String
    /// Drafts of the unit; absent for those who only read.
    let drafts: Filled<Choice>?
    let mayRun: Bool
    let newDraftHref: String?

    init(
        _ cell: ProgrammeBoard.Cell, of it: Programme, drafts: [ProgrammeCell.Candidate], for staff: StaffActor,
        _ texts: Texts
    ) {
        let board = "/desk/programme/\(it.id)"
        title = cell.field
        crumbs = [
            Crumb(href: "/desk/programme", text: texts["nav.programme"]), Crumb(href: board, text: it.title),
        ]
        lead = cell.unitName
        marks = cell.steps.map { ProgrammePage.Mark($0, of: cell, programme: it, today: it.today, texts) }
        action = "\(board)/cells/\(cell.id)"
        dropAction = action + "/drop"
        let mayLink = it.isRun(by: staff) || staff.has(.organiser, in: [cell.unitID])
        self.drafts =
            mayLink
            ? Filled(
                [Choice(value: "", text: texts["programmes.cell.no_draft"], chosen: cell.draftID == nil)]
                    + drafts.map { Choice(value: String($0.id), text: $0.title, chosen: $0.id == cell.draftID) }) : nil
        mayRun = it.isRun(by: staff)
        newDraftHref = cell.draftID == nil && mayLink ? "/desk/drafts/new" : nil
    }

    private init(full: Bool) {
        (title, crumbs, lead) = ("社会救助", [Crumb(href: "/d", text: "方案")], "县民政局")
        marks = [
            ProgrammePage.Mark(stage: "初稿", kind: "over", text: "已完成", day: "11月20日", href: "/d"),
            ProgrammePage.Mark(stage: "公开", kind: "", text: "未开始", day: "12月15日前", href: nil),
        ]
        (action, dropAction, mayRun) = ("/a", "/x", full)
        drafts = full ? Filled([Choice(value: "1", text: "目录", chosen: true)]) : nil
        newDraftHref = full ? nil : "/n"
    }

    static let samples = [ProgrammeCellPage(full: true), ProgrammeCellPage(full: false)]
}
