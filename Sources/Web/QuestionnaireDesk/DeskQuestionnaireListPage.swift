import Foundation
import Participation
import Text

/// The questionnaires and polls a colleague may see, with their state and what each waits for.
struct DeskQuestionnaireListPage: Page {
    static let template = "builder/list"

    struct Entry: Sendable {
        let href: String
        let title: String
        let number: String
        let kind: String
        let unit: String
        let state: String
        let stateText: String
        let period: String
        let sheets: String
        let next: String
        /// Where the next step is taken; absent where there is none.
        let nextHref: String?
    }

    let title: String
    let crumbs: [Crumb]
    let entries: Filled<Entry>?
    let mayOrganise: Bool
    let words: String
    let kinds: [Choice]
    let states: [Choice]
    /// Shows all again; absent while nothing is searched for.
    let clearHref: String?
    let emptyText: String
    let firstHref: String?
    let nextHref: String?

    /// - Parameters:
    ///   - isFirst: whether it is the first page of what was searched for.
    ///   - hasMore: whether another one follows.
    init(
        _ lines: [DeskQuestionnaire.Line], of search: DeskQuestionnaire.Search, isFirst: Bool, hasMore: Bool,
        for staff: StaffActor, _ texts: Texts
    ) {
        title = texts["builder.list.title"]
        crumbs = [Crumb(href: "/desk", text: texts["nav.desk"])]
        mayOrganise = staff.has(.organiser)
        words = search.words
        kinds = DeskQuestionnaire.Kind.allCases.map {
            Choice(value: $0.rawValue, text: texts["builder.kind_of.\($0.rawValue)"], chosen: $0 == search.kind)
        }
        states = DeskQuestionnaire.State.allCases.map {
            Choice(value: $0.rawValue, text: texts.state(of: $0), chosen: $0 == search.state)
        }
        let address = "/desk/questionnaires"
        let isSearch = search != DeskQuestionnaire.Search()
        clearHref = isSearch ? address : nil
        emptyText = texts[isSearch ? "builder.list.none_found" : "builder.list.none"]
        firstHref = isFirst ? nil : search.address()
        nextHref = hasMore ? lines.last.map { search.address(after: $0) } : nil
        entries = Filled(
            lines.map { it in
                Entry(
                    href: "\(address)/\(it.number)", title: it.title, number: it.number,
                    kind: texts["builder.kind_of.\(it.kind.rawValue)"], unit: it.unitName, state: it.state.rawValue,
                    stateText: texts.state(of: it.state), period: texts.period(from: it.opensAt, to: it.endsAt),
                    sheets: it.mostSheets.map { "\(it.sheets) / \($0)" } ?? String(it.sheets), next: texts.next(it),
                    nextHref: texts.nextPlace(it, for: staff).map { "\(address)/\(it.number)/\($0.rawValue)" })
            })
    }

    private init(entries: Filled<Entry>?) {
        (title, crumbs) = ("问卷和民意调查", [Crumb(href: "/desk", text: "工作台")])
        (self.entries, mayOrganise, words) = (entries, true, "满意度")
        kinds = [Choice(value: "poll", text: "民意调查", chosen: true)]
        states = [Choice(value: "open", text: "正在进行", chosen: true)]
        (clearHref, emptyText, firstHref, nextHref) = ("/c", "没有这样的问卷。", "/1", "/2")
    }

    static let samples = [
        DeskQuestionnaireListPage(
            entries: Filled([
                Entry(
                    href: "/desk/questionnaires/Q-1", title: "满意度调查", number: "Q-2026-000001-3", kind: "问卷",
                    unit: "县民政局", state: "open", stateText: "正在进行", period: "11月24日至12月1日", sheets: "12 / 400",
                    next: "12月1日24时截止。", nextHref: "/n"),
                Entry(
                    href: "/desk/questionnaires/Q-2", title: "调查", number: "Q-2026-000002-1", kind: "问卷",
                    unit: "县民政局", state: "terminated", stateText: "已终止", period: "11月24日至12月1日", sheets: "0",
                    next: "不再进行。", nextHref: nil),
            ])),
        DeskQuestionnaireListPage(entries: nil),
    ]
}

extension DeskQuestionnaire.Search {
    init(_ query: FormData) {
        self.init()
        words = String(query.string("q").unicodeScalars.prefix(100)).trimmingCharacters(in: .whitespaces)
        kind = DeskQuestionnaire.Kind(rawValue: query.string("kind"))
        state = DeskQuestionnaire.State(rawValue: query.string("state"))
    }

    /// The place after which a page begins: `412`, or `over-412` among those that are over.
    static func place(_ text: String) -> (isOver: Bool, id: Int)? {
        let isOver = text.hasPrefix("over-")
        return Int(isOver ? String(text.dropFirst(5)) : text).map { (isOver, $0) }
    }

    fileprivate func address(after line: DeskQuestionnaire.Line? = nil) -> String {
        let fields = [
            ("q", words), ("kind", kind?.rawValue ?? ""), ("state", state?.rawValue ?? ""),
            ("after", line.map { ($0.isOver ? "over-" : "") + String($0.id) } ?? ""),
        ].filter { !$0.1.isEmpty }.map { "\($0.0)=\(URLEncodedFields.encode($0.1))" }
        return "/desk/questionnaires" + (fields.isEmpty ? "" : "?" + fields.joined(separator: "&"))
    }
}
