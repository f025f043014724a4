import Foundation
import Participation
import Text

/// One row of a final directory: what holds, and its way through every edition, word by word.
struct DirectoryRowPage: Page {
    static let template = "directories/row"

    struct Entry: Sendable {
        let text: String
        let day: String
        /// Where it stands for good in that edition; absent where it is not in it.
        let href: String?
        let changesHref: String?
        /// What became of it: added, changed, as before, not in it, sealed.
        let what: String
        let tone: String
        let cells: Filled<RedlinePage.Cell>?
        /// Those that the change carries out.
        let opinions: Filled<RedlinePage.Opinion>?
    }

    let title: String
    let crumbs: [Crumb]
    let lead: String
    /// That the directory that holds has it no more.
    let goneText: String?
    let facts: [Fact]
    let confirmed: String?
    let history: [Entry]

    /// - Parameter row: nil where the directory that holds does not have it.
    /// - Parameter opinions: that were carried out, by the ordinals of editions.
    init(
        _ row: PublicRow?, _ history: RowHistory, opinions: [Int: [RedlinePage.Opinion]], of it: PublicDirectory,
        _ texts: Texts
    ) {
        let newest = history.entries.lazy.compactMap(\.cells).first ?? PassageCells()
        let cells = row?.cells ?? newest
        title = cells.name
        crumbs = [
            Crumb(href: "/directories", text: texts["directories.title"]),
            Crumb(href: "/directories/\(it.number)", text: it.title),
        ]
        lead = texts["directories.row_lead", ["unit": it.unitName, "number": cells[.number]]]
        goneText = row == nil ? texts["directories.row_gone"] : nil
        facts =
            PassageField.all(of: .directory, extraColumns: cells.extras.keys.sorted())
            .filter { !cells[$0].isEmpty && $0 != .column(.number) && $0 != .column(.source) }
            .map { Fact(label: texts.label($0), text: cells[$0]) }
        confirmed = row.map { row in
            let day = ChinaTime.day(row.confirmedOn, in: texts.clock)
            return row.updateDueOn.map {
                texts[
                    row.isOverdue ? "directories.confirmed_overdue" : "directories.confirmed_due",
                    ["day": day, "due": ChinaTime.day($0, in: texts.clock)]]
            } ?? texts["directories.confirmed_on", ["day": day]]
        }
        let entries = history.entries
        self.history = entries.enumerated().map { index, entry in
            // What it was before: in the last edition that had it.
            let before = entries[(index + 1)...].first { !$0.passages.isEmpty }
            return Entry(
                entry, before: before, previous: entries[(index + 1)...].first?.edition,
                opinions: opinions[entry.edition.ordinal] ?? [], texts)
        }
    }

    private init(goneText: String?, confirmed: String?) {
        (title, lead, self.goneText, self.confirmed) = ("政策文件 · 法律法规", "县应急管理局", goneText, confirmed)
        crumbs = [Crumb(href: "/directories", text: "公开目录")]
        facts = [Fact(label: "公开时限", text: "20个工作日")]
        history = [
            Entry(
                text: "正式稿", day: "11月26日", href: "/p#row-1", changesHref: "/c#row-1", what: "改写", tone: "info",
                cells: Filled([.init(label: "公开时限", wordsMarkup: Markup(trusted: "<ins>20</ins>"))]),
                opinions: Filled([.init(href: "/r#opinion-1", label: "网民1", number: "MY-1", words: "时限太长")])),
            Entry(
                text: "征求意见稿", day: "11月2日", href: nil, changesHref: nil, what: "没有", tone: "", cells: nil,
                opinions: nil),
        ]
    }

    static let samples = [
        DirectoryRowPage(goneText: nil, confirmed: "11月26日确认"), DirectoryRowPage(goneText: "删去了", confirmed: nil),
    ]
}

extension DirectoryRowPage.Entry {
    fileprivate init(
        _ entry: RowHistory.Entry, before: RowHistory.Entry?, previous: PublicEdition?,
        opinions: [RedlinePage.Opinion], _ texts: Texts
    ) {
        let edition = entry.edition
        text =
            texts[
                "directories.edition",
                ["stage": texts["drafts.stages.\(edition.stage.rawValue)"], "ordinal": edition.ordinal]]
        day = ChinaTime.day(edition.publishedAt, in: texts.clock)
        let anchor = entry.passages.first.map { "#row-\($0.position)" }
        href = anchor.map { edition.href + $0 }
        changesHref = anchor.flatMap { anchor in
            previous.flatMap { edition.changesHref(from: $0) }.map { $0 + "?rows=all" + anchor }
        }
        let now = entry.cells
        let old = before?.cells
        let fields = PassageField.all(
            of: .directory,
            extraColumns: Set((now?.extras.keys.map { $0 } ?? []) + (old?.extras.keys.map { $0 } ?? [])).sorted())
        let changed: [RedlinePage.Cell] =
            if let now, let old {
                fields.filter { $0 != .column(.number) && now[$0] != old[$0] }.map {
                    RedlinePage.Cell(
                        label: texts.label($0), wordsMarkup: Markup(Redline(from: old[$0], to: now[$0]), texts))
                }
            } else { [] }
        cells = Filled(changed)
        self.opinions = Filled(opinions)
        let key: String
        switch (now, old) {
        case _ where edition.sealedAt != nil: key = "sealed"
        case (nil, nil): key = "absent"
        case (nil, _): key = "dropped"
        case (_, nil): key = previous == nil ? "first" : previous?.sealedAt == nil ? "added" : "unknown"
        case _ where (before?.passages.count ?? 0) > 1: key = "merged"
        default: key = changed.isEmpty ? "same" : "changed"
        }
        what = texts["directories.became.\(key)"]
        tone = ["added": "good", "changed": "info", "merged": "info", "dropped": "bad", "sealed": "bad"][key] ?? ""
    }
}
