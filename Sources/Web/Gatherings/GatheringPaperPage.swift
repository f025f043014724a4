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
        /// What somebody else has saved meanwhile.
        let theirs: String?
        /// What the data say now, where somebody has written otherwise.
        let made: String?
        /// Of what the data say, so that a section nobody has touched follows newer data.
        let seen: String
    }

    let title: String
    let crumbs: [Crumb]
    let lead: String
    let action: String
    let prepareAction: String
    let seen: String
    let notice: String?
    let paperTitle: String
    /// As somebody else has saved it meanwhile.
    let theirTitle: String?
    let sections: [Section]
    let mayWrite: Bool
    let mayPrepare: Bool

    /// - Parameters:
    ///   - paper: as it stands now.
    ///   - typed: what came back with a form and could not be saved; it stays in the fields.
    init(
        _ paper: GatheringPaper, of it: Gathering, typed: Typed? = nil, for staff: StaffActor, _ texts: Texts
    ) {
        title = texts.paper(paper.kind, of: it)
        crumbs = texts.crumbs(to: it)
        lead = it.title
        action = "\(it.address)/papers/\(paper.kind.rawValue)"
        prepareAction = action + "/prepare"
        // Beside what was typed stands what was saved meanwhile: who saves now has seen it.
        let meets = typed?.meets ?? false
        (seen, notice) = (String(meets ? paper.version : typed?.version ?? paper.version), typed?.notice)
        paperTitle = typed?.content.title ?? paper.content.title
        theirTitle = meets && paperTitle != paper.content.title ? paper.content.title : nil
        sections = paper.content.sections.map { section in
            let text = typed?.content.sections.first { $0.key == section.key }?.text ?? section.text
            return Section(
                field: "section_\(section.key)", heading: section.heading, text: text,
                tables: section.tables.map { PlainTable($0) },
                theirs: meets && text != section.text ? section.text : nil,
                made: text != section.made ? section.made : nil, seen: Self.seen(section))
        }
        mayPrepare = staff.has(.organiser, in: [it.unitID])
        mayWrite = mayPrepare || staff.has(.clerk, in: it.unitIDs)
    }

    /// What somebody has written, and why it is not saved.
    struct Typed: Sendable {
        let content: Report.Content
        /// Which it was written upon.
        let version: Int
        let notice: String
        /// Somebody else has saved another text meanwhile.
        let meets: Bool
    }

    private static func seen(_ section: Report.Section) -> String {
        var section = section
        section.made = TextNormalisation.normalised(section.made)
        return section.madeHash
    }

    /// The paper with what a form holds. A section that says what the data said when the form was opened follows the data of now.
    static func content(_ form: FormData, upon content: Report.Content) -> Report.Content {
        var content = content
        if !form.string("title").isEmpty { content.title = form.string("title") }
        for index in content.sections.indices {
            let field = "section_\(content.sections[index].key)"
            guard form.has(field) else { continue }
            let text = String(TextNormalisation.normalised(form.exactly(field)).prefix(Report.Content.longestText))
            let wasMade = Report.Section(key: "", heading: "", text: text).madeHash == form.string("seen_" + field)
            let settled = TextNormalisation.normalised(content.sections[index].text)
            if wasMade {
                content.sections[index].text = content.sections[index].made
            } else if text != settled {
                content.sections[index].text = text
            }
        }
        return content
    }

    /// Whether a report says what it comes to.
    static func concludes(_ content: Report.Content) -> Bool {
        content.sections.first { $0.key == "conclusion" }?.text.contains { !$0.isWhitespace } ?? true
    }

    private init(_ isFull: Bool) {
        (title, crumbs, lead) = ("公告", [Crumb(href: "/desk", text: "工作台")], "水价听证会")
        theirTitle = isFull ? "公告" : nil
        (action, prepareAction, seen, notice, paperTitle) = ("/a", "/p", "1", isFull ? "有人改过。" : nil, "听证会公告")
        sections = [
            Section(
                field: "section_a", heading: "时间", text: "1月5日",
                tables: [.sample], theirs: isFull ? "1月7日" : nil,
                made: isFull ? "1月6日" : nil, seen: "ab12")
        ]
        (mayWrite, mayPrepare) = (isFull, isFull)
    }

    static let samples = [GatheringPaperPage(true), GatheringPaperPage(false)]
}
