import Foundation
import Participation
import Text

/// Notice, list or record as it is worked on, section by section.
struct GatheringPaperPage: Page {
    static let template = "gatherings/paper"

    struct Section: Sendable {
        let field: String
        let heading: String
        let text: String
        let tables: [PlainTable]
        /// What the data say now, where somebody has written otherwise.
        let made: String?
    }

    let title: String
    let crumbs: [Crumb]
    let lead: String
    let action: String
    let prepareAction: String
    let seen: String
    let notice: String?
    let paperTitle: String
    let sections: [Section]
    let mayWrite: Bool
    let mayPrepare: Bool

    init(
        _ paper: GatheringPaper, of it: Gathering, notice: String?, for staff: StaffActor, _ texts: Texts
    ) {
        title = texts.kind(paper.kind)
        crumbs = texts.crumbs(to: it)
        lead = it.title
        action = "\(it.address)/papers/\(paper.kind.rawValue)"
        prepareAction = action + "/prepare"
        (seen, self.notice, paperTitle) = (String(paper.version), notice, paper.content.title)
        sections = paper.content.sections.map {
            Section(
                field: "section_\($0.key)", heading: $0.heading, text: $0.text,
                tables: $0.tables.map { PlainTable($0) },
                made: $0.isEdited ? $0.made : nil)
        }
        mayPrepare = staff.has(.organiser, in: [it.unitID])
        mayWrite = mayPrepare || staff.has(.clerk, in: it.unitIDs)
    }

    private init(_ isFull: Bool) {
        (title, crumbs, lead) = ("公告", [Crumb(href: "/desk", text: "工作台")], "水价听证会")
        (action, prepareAction, seen, notice, paperTitle) = ("/a", "/p", "1", isFull ? "有人改过。" : nil, "听证会公告")
        sections = [
            Section(
                field: "section_a", heading: "时间", text: "1月5日",
                tables: [.sample], made: isFull ? "1月6日" : nil)
        ]
        (mayWrite, mayPrepare) = (isFull, isFull)
    }

    static let samples = [GatheringPaperPage(true), GatheringPaperPage(false)]
}
