import Participation
import Text

/// Which passage comes from which of the edition before, as it was proposed, to be confirmed or corrected by hand.
struct LineagePage: Page {
    static let template = "drafts/lineage"

    struct Line: Sendable {
        let id: Int
        let number: String
        let name: String
        let relation: String
        let tone: String
        /// Positions in the edition before, as typed.
        let origins: String
        /// What stands there.
        let before: String?
        let error: String?
    }

    struct Dropped: Sendable {
        let position: Int
        let name: String
    }

    let title: String
    let crumbs: [Crumb]
    let lead: String
    let action: String
    let back: String
    let figures: [Fact]
    let lines: Filled<Line>?
    let unchanged: String
    let dropped: Filled<Dropped>?
    let mayEdit: Bool
    let errors: FormErrors

    /// - Parameter typed: by passage, what comes back with mistakes.
    init(
        _ edition: Edition, of draft: Draft, redline: EditionRedline, passages: [Passage], typed: [Int: String] = [:],
        mayEdit: Bool, errors: FormErrors = FormErrors(), _ texts: Texts
    ) {
        let address = "/desk/drafts/\(draft.id)/editions/\(edition.ordinal)"
        title = texts["editions.lineage.title", ["ordinal": edition.ordinal]]
        crumbs = texts.crumbs(to: edition, of: draft)
        let edits = mayEdit && edition.isWorkedOn
        lead = texts[edits ? "editions.lineage.lead" : "editions.lineage.lead_fixed", ["ordinal": edition.ordinal - 1]]
        (action, back) = (address + "/lineage", address)
        figures = EditionMatch.Relation.allCases.compactMap { relation in
            let count = redline.match.count(relation)
            return count == 0 ? nil : Fact(label: texts["editions.relations.\(relation.rawValue)"], text: String(count))
        }
        var lines: [Line] = []
        var dropped: [Dropped] = []
        for link in redline.match.links {
            if link.relation == .dropped {
                dropped += link.old.map {
                    Dropped(position: redline.old[$0].position, name: redline.old[$0].cells.name)
                }
                continue
            }
            for position in link.new where link.relation != .unchanged || typed[passages[position].id] != nil {
                let passage = passages[position]
                let origins = link.old.map { redline.old[$0] }
                lines.append(
                    Line(
                        id: passage.id, number: passage.number, name: passage.cells.name,
                        relation: texts["editions.relations.\(link.relation.rawValue)"],
                        tone: link.relation == .added ? "good" : "info",
                        origins: typed[passage.id] ?? origins.map { String($0.position) }.joined(separator: "、"),
                        before: origins.isEmpty
                            ? nil : origins.map { "\($0.position) \($0.cells.name)" }.joined(separator: "；"),
                        error: errors[field: "from-\(passage.id)"]))
            }
        }
        self.lines = Filled(lines)
        self.dropped = Filled(dropped)
        unchanged = texts["editions.lineage.unchanged", ["count": redline.match.count(.unchanged)]]
        self.mayEdit = edits
        self.errors = errors
    }

    private init(lines: Filled<Line>?, mayEdit: Bool) {
        (title, lead, action, back) = ("从哪一行来", "核对", "/l", "/e")
        crumbs = [Crumb(href: "/desk/drafts", text: "目录草案")]
        figures = [Fact(label: "改写", text: "1")]
        self.lines = lines
        unchanged = "另有 3 行没有变"
        dropped = Filled([Dropped(position: 7, name: "低保 · 公示")])
        self.mayEdit = mayEdit
        errors = FormErrors("from-5", "没有这一行")
    }

    static let samples: [LineagePage] = {
        let lines = Filled([
            Line(
                id: 5, number: "5", name: "低保", relation: "改写", tone: "info", origins: "4、5", before: "4 低保",
                error: "没有这一行")
        ])
        return [
            LineagePage(lines: lines, mayEdit: true), LineagePage(lines: lines, mayEdit: false),
            LineagePage(lines: nil, mayEdit: false),
        ]
    }()
}
