import Participation
import Text

/// Two editions, word by word: what was struck out and written in, what moved, was split, joined, added or dropped. The same page for
/// the desk and, between published editions, for everyone.
struct RedlinePage: Page {
    static let template = "drafts/redline"

    struct Cell: Sendable {
        let label: String
        let wordsMarkup: Markup
    }

    /// An opinion that the change carries out, in the words of the published result.
    struct Opinion: Sendable {
        let href: String
        let label: String
        let number: String
        let words: String
    }

    struct Line: Sendable {
        /// Passages in a row that go on word for word; then nothing else is said.
        let run: String?
        let anchor: String
        let number: String
        let href: String?
        let name: String
        let relation: String
        /// The colour of its label: `info`, `good`, `bad` or none.
        let tone: String
        /// Where it came from or went to.
        let place: String?
        let cells: Filled<Cell>?
        let opinions: Filled<Opinion>?
    }

    struct Way: Sendable {
        let text: String
        let href: String
        let current: Bool
    }

    let title: String
    let crumbs: [Crumb]
    let lead: String
    let figures: [Fact]
    let ways: [Way]
    let lines: Filled<Line>?
    let back: String
    let backText: String

    /// Where a page of changes stands and how it names things.
    struct Setting {
        var title: String
        var crumbs: [Crumb]
        var lead: String
        /// Of this page, without a question mark.
        var address: String
        /// Only what changed, or every passage.
        var onlyChanged: Bool
        var back: String
        var backText: String
        /// The permanent address of a passage of the new edition, by its position.
        var href: (Int) -> String?
        /// That of one of the old edition.
        var oldHref: (Int) -> String?
        /// By position in the new edition.
        var opinions: [Int: [Opinion]] = [:]
        /// By position in the old edition, for what was dropped.
        var droppedOpinions: [Int: [Opinion]] = [:]
    }

    init(_ redline: EditionRedline, _ setting: Setting, _ texts: Texts) {
        (title, crumbs, lead) = (setting.title, setting.crumbs, setting.lead)
        (back, backText) = (setting.back, setting.backText)
        figures = texts.figures(redline.match)
        ways = [
            Way(text: texts["editions.redline.only_changed"], href: setting.address, current: setting.onlyChanged),
            Way(
                text: texts["editions.redline.all_rows"], href: setting.address + "?rows=all",
                current: !setting.onlyChanged),
        ]
        let writer = RedlineLines(redline: redline, setting: setting, texts: texts)
        lines = Filled(redline.table.lines.flatMap(writer.lines))
    }

    private init(lines: Filled<Line>?) {
        (title, lead, back, backText) = ("修改对照", "第 1 稿与第 2 稿", "/b", "回到征求意见")
        crumbs = [Crumb(href: "/", text: "首页")]
        figures = [Fact(label: "改写", text: "1")]
        ways = [Way(text: "只看改动", href: "/c", current: true), Way(text: "全部", href: "/c?rows=all", current: false)]
        self.lines = lines
    }

    static let samples = [
        RedlinePage(lines: Filled(Line.samples)), RedlinePage(lines: nil),
    ]
}

extension RedlinePage.Line {
    static let samples = [
        RedlinePage.Line(
            run: "第 1 至 4 行没有变", anchor: "", number: "", href: nil, name: "", relation: "", tone: "",
            place: nil,
            cells: nil, opinions: nil),
        RedlinePage.Line(
            run: nil, anchor: "row-5", number: "5", href: "/p", name: "低保", relation: "改写", tone: "info",
            place: "原第 4 行",
            cells: Filled([RedlinePage.Cell(label: "公开时限", wordsMarkup: Markup(trusted: "<ins>20</ins>"))]),
            opinions: Filled([RedlinePage.Opinion(href: "/r", label: "网民1", number: "M-1", words: "太长")])),
        RedlinePage.Line(
            run: nil, anchor: "old-6", number: "6", href: nil, name: "低保", relation: "删去", tone: "bad",
            place: nil,
            cells: nil, opinions: nil),
    ]
}

/// Puts the lines of a redline into words.
struct RedlineLines {
    let redline: EditionRedline
    let setting: RedlinePage.Setting
    let texts: Texts
    /// By index in the new edition, the first passage it comes from.
    private let origin: [Int: EditionRedline.Side]

    init(redline: EditionRedline, setting: RedlinePage.Setting, texts: Texts) {
        (self.redline, self.setting, self.texts) = (redline, setting, texts)
        origin = Dictionary(
            redline.match.links.flatMap { link -> [(Int, EditionRedline.Side)] in
                link.old.first.map { old in link.new.map { ($0, redline.old[old]) } } ?? []
            }
        ) { first, _ in first }
    }

    /// The number that a clause had before, where that is another one: people call it by that. Of a row its number says little.
    private func formerNumber(_ index: Int) -> String? {
        guard let old = origin[index], old.cells[.number] != redline.new[index].cells[.number],
            !old.cells.text.isEmpty, !old.cells[.number].isEmpty
        else { return nil }
        return old.cells[.number]
    }

    func lines(_ line: RedlineTable.Line) -> [RedlinePage.Line] {
        switch line {
        case .unchanged(let run) where setting.onlyChanged: [still(run)]
        case .unchanged(let run): run.map { row(redline.new[$0], relation: "unchanged") }
        case .changed(let change): [changed(change)]
        }
    }

    private func still(_ run: Range<Int>) -> RedlinePage.Line {
        let (first, last) = (redline.new[run.lowerBound], redline.new[run.upperBound - 1])
        let text =
            run.count == 1
            ? texts["editions.redline.still_single", ["row": texts.place(first)]]
            : texts[
                "editions.redline.still",
                ["first": texts.place(first), "last": texts.place(last), "count": run.count]]
        let former = formerNumber(run.lowerBound).map { former in
            let lastFormer = formerNumber(run.upperBound - 1) ?? former
            return run.count == 1 ? former : "\(former)…\(lastFormer)"
        }
        return RedlinePage.Line(
            run: text + (former.map { texts["editions.redline.was", ["number": $0]] } ?? ""), anchor: "", number: "",
            href: nil, name: "", relation: "", tone: "", place: nil, cells: nil,
            opinions: nil)
    }

    private func row(_ side: EditionRedline.Side, relation: String) -> RedlinePage.Line {
        RedlinePage.Line(
            run: nil, anchor: "row-\(side.position)", number: side.cells[.number], href: setting.href(side.position),
            name: side.cells.name, relation: texts["editions.relations.\(relation)"], tone: "", place: nil, cells: nil,
            opinions: nil)
    }

    private func changed(_ change: RedlineTable.Change) -> RedlinePage.Line {
        let relation = change.link.relation
        guard let position = change.position else { return gone(change) }
        let side = redline.new[position]
        let origins = change.link.old.map { redline.old[$0] }
        let place: String? =
            switch relation {
            case .moved: texts.after(change.link.old.first, in: redline.old, "editions.redline.from")
            case .merged, .split:
                texts[
                    "editions.redline.out_of",
                    ["rows": origins.map(texts.place).joined(separator: texts["drafts.comma"])]]
            case .unchanged, .reworded, .added, .dropped:
                formerNumber(position).map { texts["editions.redline.was", ["number": $0]] }
            }
        var name = texts["editions.relations.\(relation.rawValue)"]
        if relation == .moved, change.link.isReworded { name = texts["editions.redline.moved_reworded"] }
        return RedlinePage.Line(
            run: nil, anchor: "row-\(side.position)", number: side.cells[.number], href: setting.href(side.position),
            name: side.cells.name, relation: name, tone: relation == .added ? "good" : "info", place: place,
            cells: cells(change), opinions: Filled(setting.opinions[side.position] ?? []))
    }

    /// At an old place: what was dropped, with its words; what moved away, with where it went.
    private func gone(_ change: RedlineTable.Change) -> RedlinePage.Line {
        let side = redline.old[change.link.old.first ?? 0]
        let dropped = change.link.relation == .dropped
        return RedlinePage.Line(
            run: nil, anchor: "old-\(side.position)", number: side.cells[.number], href: setting.oldHref(side.position),
            name: side.cells.name,
            relation: texts[dropped ? "editions.relations.dropped" : "editions.redline.moved_away"],
            tone: dropped ? "bad" : "",
            place: dropped ? nil : texts.after(change.link.new.first, in: redline.new, "editions.redline.to"),
            cells: dropped ? cells(change) : nil,
            opinions: dropped ? Filled(setting.droppedOpinions[side.position] ?? []) : nil)
    }

    /// Of a changed passage what differs; of one that is new or gone all it says.
    private func cells(_ change: RedlineTable.Change) -> Filled<RedlinePage.Cell>? {
        let fields =
            DirectoryColumn.allCases.filter { $0 != .number }.map(PassageField.column)
            + redline.extraColumns.map(PassageField.extra) + [.text]
        return Filled(
            zip(fields, change.cells).filter { !$1.isUnchanged }.map { field, words in
                RedlinePage.Cell(label: texts.label(field), wordsMarkup: Markup(words, texts))
            })
    }
}

extension Texts {
    fileprivate func place(_ side: EditionRedline.Side) -> String {
        place(number: side.cells[.number], position: side.position)
    }

    /// Where a passage stands, by the number of the one before it: its own number goes along when it moves.
    fileprivate func after(_ index: Int?, in sides: [EditionRedline.Side], _ key: String) -> String? {
        guard let index else { return nil }
        return index == 0 ? self[key + "_top"] : self[key, ["row": place(sides[index - 1])]]
    }
}
