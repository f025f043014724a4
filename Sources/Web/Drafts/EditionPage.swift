import Foundation
import Participation
import Text

/// One edition of a draft: its rows, a page at a time, and a search over all of them.
struct EditionPage: Page {
    static let template = "drafts/edition"

    struct Linking: Sendable {
        let id: Int
        let text: String
        let body: String
        let href: String
    }

    /// Rows on one page; a usual directory fits.
    static let pageLength = 200

    let title: String
    let crumbs: [Crumb]
    let lead: String
    let note: String?
    let href: String
    let text: String
    /// A text has none.
    let levels: Filled<Choice>?
    let found: String?
    let groups: DraftTable.Groups?
    let previousHref: String?
    let nextHref: String?
    let place: String?
    let mayAsk: Bool
    /// What can be done while it is worked on.
    let isWorkedOn: Bool
    let mayEdit: Bool
    /// Whether the numbers do not go 1, 2, 3 any more.
    let mayRenumber: Bool
    /// Who confirmed where its rows come from, or that nobody has.
    let confirmed: String?
    let isConfirmed: Bool
    /// The opinion that somebody is looking for a row for.
    let linking: Linking?
    /// From the second edition on.
    let redlineHref: String?
    let askHref: String
    /// Always absent: nobody comments here. The rows ask for it.
    let commentHref: String?

    /// - Parameter page: from 0.
    init(
        _ edition: Edition, of draft: Draft, passages: [Passage], filter: DraftTable.Filter, page: Int, mayAsk: Bool,
        confirmed: SetOrigins.Confirmed?, linking: OpinionToLink?, _ texts: Texts
    ) {
        let address = "/desk/drafts/\(draft.id)"
        href = "\(address)/editions/\(edition.ordinal)"
        title = texts["drafts.edition_title", ["ordinal": edition.ordinal, "title": draft.title]]
        crumbs = [
            Crumb(href: "/desk", text: texts["nav.desk"]), Crumb(href: "/desk/drafts", text: texts["drafts.title"]),
            Crumb(href: address, text: draft.title),
        ]
        lead =
            texts[
                "drafts.edition_lead",
                [
                    "stage": texts["drafts.stages.\(edition.stage.rawValue)"],
                    "rows": texts.length(edition.rows, of: draft.kind),
                    "day": ChinaTime.minute(edition.createdAt, in: texts.clock),
                ]]
        note = edition.note.isEmpty ? nil : edition.note
        var content = PublishedContent.Draft(
            title: draft.title, field: draft.field, unit: draft.unitName,
            edition: .init(id: edition.id, ordinal: edition.ordinal, stage: edition.stage.rawValue),
            passages: passages.map(PublishedContent.Draft.Passage.init),
            extraColumns: edition.extraColumns)
        text = filter.text
        levels = Filled(
            DraftTable.firstLevels(content).map { .init(value: $0, text: $0, chosen: $0 == filter.level1) })
        let fitting = content.passages.filter(filter.admits)
        found = filter.isActive ? texts["consultations.found", ["count": fitting.count]] : nil
        let first = min(page * Self.pageLength, max(0, fitting.count - 1))
        content.passages = Array(fitting.dropFirst(first).prefix(Self.pageLength))
        let chosen = linking.map { "?opinion=\($0.id)#opinions" } ?? ""
        let ids = Dictionary(passages.map { ($0.position, $0.id) }) { $1 }
        groups = DraftTable.Groups(
            DraftTable(
                content, commentBase: nil, href: { ids[$0].map { "/desk/drafts/passages/\($0)" + chosen } }, texts
            ).groups
        )
        let last = first + content.passages.count
        place =
            fitting.count > Self.pageLength
            ? texts["drafts.place", ["first": first + 1, "last": last, "total": fitting.count]] : nil
        let query =
            (linking.map { "opinion=\($0.id)&" } ?? "")
            + "q=\(URLEncodedFields.encode(filter.text))&level1=\(URLEncodedFields.encode(filter.level1))&page="
        previousHref = first > 0 ? "\(href)?\(query)\(max(0, page - 1))" : nil
        nextHref = last < fitting.count ? "\(href)?\(query)\(page + 1)" : nil
        self.mayAsk = mayAsk
        (isWorkedOn, mayEdit) = (edition.isWorkedOn, mayAsk && edition.isWorkedOn)
        mayRenumber =
            mayEdit && draft.kind == .directory
            && passages.contains { $0.number != String($0.position) }
        self.confirmed = texts.confirmation(confirmed, of: edition)
        isConfirmed = confirmed != nil
        self.linking = linking.map {
            Linking(
                id: $0.id, text: texts["editions.linkable.choose", ["number": $0.number, "ordinal": $0.ordinal]],
                body: $0.body, href: "/desk/opinions/\($0.id)")
        }
        redlineHref = edition.ordinal > 1 ? "\(address)/changes/\(edition.ordinal - 1)/\(edition.ordinal)" : nil
        askHref = "/desk/procedures/new?edition=\(edition.id)"
        commentHref = nil
    }

    private init(groups: DraftTable.Groups?) {
        title = "社会救助目录 第 1 稿"
        crumbs = [Crumb(href: "/desk", text: "工作台")]
        (lead, note, href, text) = ("征求意见稿 · 16 行", "首稿", "/desk/drafts/1/editions/1", "低保")
        levels = Filled([.init(value: "低保", text: "低保", chosen: true)])
        (found, self.groups) = ("找到 1 项", groups)
        (previousHref, nextHref, place) = ("/p", "/n", "第 1 至 200 行")
        (isWorkedOn, mayEdit, redlineHref) = (true, true, "/c")
        (mayRenumber, confirmed, isConfirmed) = (true, "还没有人确认。", groups == nil)
        linking = Linking(id: 1, text: "为意见选一条", body: "太长", href: "/o")
        (mayAsk, askHref, commentHref) = (true, "/desk/procedures/new?edition=1", nil)
    }

    static let samples = [
        EditionPage(groups: DraftTable.Groups([DraftTable.Group(title: "低保", rows: DraftTable.Row.samples)])),
        EditionPage(groups: .textSample), EditionPage(groups: nil),
    ]
}

extension Texts {
    /// 17 rows of a directory, 18 paragraphs of a text.
    func length(_ passages: Int, of kind: Draft.Kind) -> String {
        self[kind == .text ? "drafts.paragraphs" : "drafts.rows", ["count": passages]]
    }

    /// The way to an edition, for the pages below it.
    func crumbs(to edition: Edition, of draft: Draft) -> [Crumb] {
        let address = "/desk/drafts/\(draft.id)"
        return [
            Crumb(href: "/desk/drafts", text: self["drafts.title"]), Crumb(href: address, text: draft.title),
            Crumb(
                href: "\(address)/editions/\(edition.ordinal)",
                text: self["drafts.ordinal", ["ordinal": edition.ordinal]]),
        ]
    }
}
