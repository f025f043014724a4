import Participation
import Text

/// Which passage comes from which of the edition before, as it was proposed, with the old and the new words beside each other, to be
/// confirmed or corrected by hand.
struct LineagePage: Page {
    static let template = "drafts/lineage"

    /// The words of one side that the other does not have in the same way.
    struct Words: Sendable {
        let label: String
        let textMarkup: Markup
    }

    /// One passage of the edition before.
    struct Origin: Sendable {
        let text: String
        let href: String
    }

    struct Line: Sendable {
        let id: Int
        let name: String
        let relation: String
        let tone: String
        /// As typed.
        let origins: String
        /// As it stood when the page was made: who leaves it alone overwrites nobody's correction.
        let was: String
        let before: Filled<Origin>?
        let old: Filled<Words>?
        let new: Filled<Words>?
        let error: String?
    }

    let title: String
    let crumbs: [Crumb]
    let lead: String
    /// Who confirmed it and when, or that nobody has; absent for an edition that nobody needs to confirm.
    let confirmed: String?
    let isConfirmed: Bool
    let action: String
    let back: String
    let figures: [Fact]
    let lines: Filled<Line>?
    let unchanged: String
    let dropped: Filled<Origin>?
    let mayEdit: Bool
    let errors: FormErrors

    /// - Parameters:
    ///   - before: the passages of the edition before.
    ///   - typed: by passage, what comes back with mistakes.
    init(
        _ edition: Edition, of draft: Draft, redline: EditionRedline, passages: [Passage], before: [Passage],
        confirmed: SetOrigins.Confirmed?, typed: [Int: String] = [:], mayEdit: Bool, errors: FormErrors = FormErrors(),
        _ texts: Texts
    ) {
        let address = "/desk/drafts/\(draft.id)/editions/\(edition.ordinal)"
        title = texts["editions.lineage.title", ["ordinal": edition.ordinal]]
        crumbs = texts.crumbs(to: edition, of: draft)
        let edits = mayEdit && edition.isWorkedOn
        lead = texts[edits ? "editions.lineage.lead" : "editions.lineage.lead_fixed", ["ordinal": edition.ordinal - 1]]
        self.confirmed = texts.confirmation(confirmed, of: edition)
        isConfirmed = confirmed != nil
        (action, back) = (address + "/lineage", address)
        figures = texts.figures(redline.match)
        let labels = PassageLabels(before)
        let fields = PassageField.all(of: draft.kind, extraColumns: redline.extraColumns).filter { $0 != .depth }
        func origin(_ position: Int) -> Origin {
            let passage = before[position]
            return Origin(
                text: texts["editions.origin", ["number": texts.place(passage), "name": passage.cells.name]],
                href: "/desk/drafts/passages/\(passage.id)")
        }
        var lines: [Line] = []
        var dropped: [Origin] = []
        for link in redline.match.links {
            if link.relation == .dropped {
                dropped += link.old.map(origin)
                continue
            }
            let old = PassageCells.joined(link.old.map { redline.old[$0].cells })
            for position in link.new where link.relation != .unchanged || typed[passages[position].id] != nil {
                let passage = passages[position]
                let was = link.old.map { labels[$0 + 1] }.joined(separator: "、")
                let cells = fields.filter { $0 != .column(.number) && old[$0] != passage.cells[$0] }
                    .map { (texts.label($0), Redline(from: old[$0], to: passage.cells[$0])) }
                lines.append(
                    Line(
                        id: passage.id,
                        name: texts["editions.origin", ["number": texts.place(passage), "name": passage.cells.name]],
                        relation: texts["editions.relations.\(link.relation.rawValue)"],
                        tone: link.relation == .added ? "good" : "info",
                        origins: typed[passage.id] ?? was, was: was,
                        before: Filled(link.old.map(origin)),
                        old: link.old.isEmpty ? nil : Words.side(cells, without: .inserted, texts),
                        new: Words.side(cells, without: .deleted, texts), error: errors[field: "from-\(passage.id)"]))
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
        (confirmed, isConfirmed) = (mayEdit ? "还没有人确认。" : "陈某已确认。", !mayEdit)
        figures = [Fact(label: "改写", text: "1")]
        self.lines = lines
        unchanged = "另有 3 行没有变"
        dropped = Filled([Origin(text: "第 7 行 低保 · 公示", href: "/p")])
        self.mayEdit = mayEdit
        errors = FormErrors("from-5", "没有这一行")
    }

    static let samples: [LineagePage] = {
        let words = Words(label: "公开时限", textMarkup: Markup(trusted: "<del>20</del>日"))
        let lines = Filled([
            Line(
                id: 5, name: "第 5 行 低保", relation: "改写", tone: "info", origins: "4、5", was: "4",
                before: Filled([Origin(text: "第 4 行 低保", href: "/p")]), old: Filled([words]), new: Filled([words]),
                error: "没有这一行"),
            Line(
                id: 6, name: "第 6 行 低保", relation: "新增", tone: "good", origins: "", was: "", before: nil, old: nil,
                new: nil,
                error: nil),
        ])
        return [
            LineagePage(lines: lines, mayEdit: true), LineagePage(lines: lines, mayEdit: false),
            LineagePage(lines: nil, mayEdit: false),
        ]
    }()
}

extension LineagePage.Words {
    /// One side of a comparison: what both say and what only this one says.
    fileprivate static func side(
        _ cells: [(String, Redline)], without other: Redline.Kind, _ texts: Texts
    ) -> Filled<LineagePage.Words>? {
        Filled(
            cells.compactMap { label, words in
                let pieces = words.pieces.filter { $0.kind != other }
                return pieces.isEmpty
                    ? nil : LineagePage.Words(label: label, textMarkup: Markup(pieces: pieces, texts))
            })
    }
}

extension Texts {
    /// Who stands by where the passages of an imported edition come from.
    func confirmation(_ confirmed: SetOrigins.Confirmed?, of edition: Edition) -> String? {
        guard edition.ordinal > 1, edition.isImported else { return nil }
        guard let confirmed else { return self["editions.lineage.unconfirmed"] }
        return self[
            "editions.lineage.confirmed", ["by": confirmed.by, "at": ChinaTime.minute(confirmed.at, in: clock)]]
    }

    /// How many passages changed in which way.
    func figures(_ match: EditionMatch) -> [Fact] {
        EditionMatch.Relation.allCases.compactMap { relation in
            let count = match.count(relation)
            return count == 0 ? nil : Fact(label: self["editions.relations.\(relation.rawValue)"], text: String(count))
        }
    }
}
