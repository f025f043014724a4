import Foundation
import Participation

/// The rows of a draft as a page shows them: filtered, and grouped by their first level.
struct DraftTable: Sendable {
    struct Row: Sendable {
        let position: Int
        let number: String
        let level1: String
        let name: String
        /// The permanent address of the passage.
        let href: String?
        /// The paragraphs of a clause; nil for a row of a directory.
        let clause: [String]?
        let contentElements: String
        let timeLimit: String
        let publisher: String
        /// For the filter in the browser: names between bars.
        let tiers: String
        /// The columns that are opened one row at a time.
        let details: [Detail]
        let hasDetails: Bool
        /// Absent while no comment can be sent.
        let commentHref: String?
    }

    struct Detail: Sendable {
        let label: String
        let text: String
    }

    struct Group: Sendable {
        let title: String
        let rows: [Row]
    }

    /// What a template shows; absent when there is nothing.
    struct Groups: Sendable {
        let items: [Group]
        /// Clauses below their headings instead of a table of rows.
        let isText: Bool

        init?(_ items: [Group]) {
            guard !items.isEmpty else { return nil }
            self.items = items
            isText = items.contains { $0.rows.contains { $0.clause != nil } }
        }

        static let textSample = Groups([
            Group(title: "第一章 总则", rows: [.clauseSample(href: "/p"), .clauseSample(href: nil)])
        ])
    }

    /// What a visitor looks for; all parts have to fit.
    struct Filter: Sendable, Equatable {
        var text = ""
        var level1 = ""
        var tier = ""
        /// The number of a row that was asked for and is not in the draft.
        var missingRow: String?

        var isActive: Bool { !text.isEmpty || !level1.isEmpty || !tier.isEmpty }

        func admits(_ passage: PublishedContent.Draft.Passage) -> Bool {
            if !level1.isEmpty, passage.level1 != level1 { return false }
            if !tier.isEmpty, !passage.tiers.contains(tier) { return false }
            if text.isEmpty { return true }
            return [
                passage.number, passage.level1, passage.level2, passage.level3, passage.contentElements,
                passage.legalBasis, passage.timeLimit, passage.publisher, passage.carriers, passage.audience,
                passage.text ?? "",
            ].contains { $0.range(of: text, options: [.caseInsensitive, .widthInsensitive]) != nil }
        }
    }

    let groups: [Group]
    /// Rows that the filter lets through.
    let shown: Int
    let total: Int

    /// - Parameters:
    ///   - commentBase: the address of the comment form; nil when nothing can be sent.
    ///   - href: the permanent address of a passage by its position, where the page is not that address itself.
    init(
        _ draft: PublishedContent.Draft, filter: Filter = Filter(), commentBase: String?,
        href: (Int) -> String? = { _ in nil }, _ texts: Texts
    ) {
        var groups: [(title: String, rows: [Row])] = []
        var shown = 0
        for passage in draft.passages where filter.admits(passage) {
            // A heading opens a group of clauses.
            if passage.depth != nil {
                groups.append(([passage.number, passage.text ?? ""].filter { !$0.isEmpty }.joined(separator: " "), []))
                continue
            }
            shown += 1
            let row = Row(
                passage, columns: draft.extraColumns ?? [], href: href(passage.position),
                commentHref: commentBase.map { "\($0)?row=\(passage.position)" }, texts)
            if groups.last?.title == passage.level1 || passage.text != nil && !groups.isEmpty {
                groups[groups.count - 1].rows.append(row)
            } else {
                groups.append((passage.level1, [row]))
            }
        }
        self.groups = groups.map { Group(title: $0.title, rows: $0.rows) }
        self.shown = shown
        total = draft.passages.count { $0.depth == nil }
    }

    /// The first-level items in the order of the draft.
    static func firstLevels(_ draft: PublishedContent.Draft) -> [String] { distinct(draft.passages.map(\.level1)) }

    static func tiers(_ draft: PublishedContent.Draft) -> [String] { distinct(draft.passages.flatMap(\.tiers)) }

    private static func distinct(_ texts: [String]) -> [String] {
        var seen: Set<String> = []
        return texts.filter { !$0.isEmpty && seen.insert($0).inserted }
    }
}

extension DraftTable.Row {
    init(
        _ passage: PublishedContent.Draft.Passage, columns: [String], href: String?, commentHref: String?,
        _ texts: Texts
    ) {
        position = passage.position
        number = passage.number
        level1 = passage.level1
        name = [passage.level2, passage.level3].filter { !$0.isEmpty }.joined(separator: " · ")
        self.href = href
        clause = passage.text?.paragraphs
        contentElements = passage.contentElements
        timeLimit = passage.timeLimit
        publisher = passage.publisher
        tiers = passage.tiers.joined(separator: "|")
        details =
            [
                ("legal_basis", passage.legalBasis), ("carriers", passage.carriers), ("audience", passage.audience),
                ("disclosure_mode", passage.disclosureMode), ("tier", passage.tier), ("source", passage.source),
            ].filter { !$0.1.isEmpty }.map {
                DraftTable.Detail(label: texts["consultations.columns.\($0.0)"], text: $0.1)
            }
            + columns.compactMap { column in
                passage.extras?[column].map { DraftTable.Detail(label: column, text: $0) }
            }
        hasDetails = !details.isEmpty
        self.commentHref = commentHref
    }

    static func clauseSample(href: String?) -> DraftTable.Row {
        DraftTable.Row(
            position: 2, number: "第二条", level1: "", name: "", href: href, clause: ["本办法适用于全县。"],
            contentElements: "", timeLimit: "", publisher: "", tiers: "", details: [], hasDetails: false,
            commentHref: "/consultations/C-2026-000001-3/comment?row=2")
    }

    static let samples = [
        DraftTable.Row(
            position: 5, number: "5", level1: "最低生活保障", name: "政策法规文件", href: "/p", clause: nil,
            contentElements: "各地配套文件", timeLimit: "20个工作日内",
            publisher: "县民政局", tiers: "县级|乡级", details: [.init(label: "公开依据", text: "《信息公开条例》")], hasDetails: true,
            commentHref: "/consultations/C-2026-000001-3/comment?row=5"),
        DraftTable.Row(
            position: 6, number: "6", level1: "最低生活保障", name: "办事指南", href: nil, clause: nil,
            contentElements: "办理事项", timeLimit: "实时",
            publisher: "县民政局",
            tiers: "", details: [], hasDetails: false, commentHref: nil),
    ]
}

extension PublishedContent.Draft {
    /// Clauses and headings instead of the rows of a directory.
    var isText: Bool { passages.contains { $0.text != nil } }
}

extension PublishedContent.Draft.Passage {
    /// `县级、乡级` is two tiers; boxes (■ chosen, □ not) are read as people mean them.
    var tiers: [String] {
        var tiers: [String] = []
        var current = ""
        var chosen = true
        func close() {
            let name = current.trimmingCharacters(in: .whitespaces)
            if chosen, !name.isEmpty { tiers.append(name) }
            current = ""
            chosen = true
        }
        for scalar in tier.unicodeScalars {
            switch scalar {
            case "、", ",", "，", ";", "；", "/", "\n", " ", "　": close()
            case "■", "√", "☑":
                close()
            case "□", "☐":
                close()
                chosen = false
            default: current.unicodeScalars.append(scalar)
            }
        }
        close()
        return tiers
    }
}
