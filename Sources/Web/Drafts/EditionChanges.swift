import Participation
import Text

/// What an import would change in the newest edition, as the page of changes shows it once that is done.
struct EditionChanges: Sendable {
    /// Lines that are printed at most; a count says how many there are.
    private static let mostLines = 500

    let figures: [Fact]
    let lines: Filled<RedlinePage.Line>?
    let more: String?

    init(_ proposed: ProposedEdition, _ texts: Texts) {
        let setting = RedlinePage.Setting(
            title: "", crumbs: [], lead: "", address: "", onlyChanged: true, back: "", backText: "",
            href: { _ in nil },
            oldHref: {
                proposed.before.indices.contains($0 - 1) ? "/desk/drafts/passages/\(proposed.before[$0 - 1].id)" : nil
            })
        let writer = RedlineLines(redline: proposed.redline, setting: setting, texts: texts)
        let changed = proposed.redline.table.lines.flatMap(writer.lines)
        let isChanged = proposed.redline.match.links.contains { $0.relation != .unchanged }
        figures = texts.figures(proposed.redline.match)
        lines = Filled(isChanged ? Array(changed.prefix(Self.mostLines)) : [])
        more =
            changed.count > Self.mostLines
            ? texts["directories.more", ["shown": Self.mostLines, "total": changed.count]] : nil
    }

    private init(lines: [RedlinePage.Line]) {
        (figures, self.lines) = ([Fact(label: "新增", text: "1")], Filled(lines))
        more = lines.isEmpty ? nil : "只列出前 500 处"
    }

    static let samples = [EditionChanges(lines: RedlinePage.Line.samples), EditionChanges(lines: [])]
}
