import Participation
import Text

/// One draft: its editions, and the consultations that asked about it.
struct DraftPage: Page {
    static let template = "drafts/draft"

    struct Entry: Sendable {
        let href: String
        let name: String
        let stage: String
        let rows: String
        let source: String
        let note: String
        let made: String
    }

    struct Asked: Sendable {
        let href: String
        let title: String
        let state: String
        let stateText: String
        let edition: String
    }

    let title: String
    let crumbs: [Crumb]
    let lead: String
    let editions: [Entry]
    let asked: Filled<Asked>?
    let mayImport: Bool
    /// Where the next edition is begun; absent while one is worked on.
    let beginHref: String?
    let stages: [Choice]
    let nextHref: String
    let askHref: String

    init(_ draft: Draft, editions: [Edition], procedures: [Procedure], mayImport: Bool, _ texts: Texts) {
        let address = "/desk/drafts/\(draft.id)"
        title = draft.title
        crumbs = [
            Crumb(href: "/desk", text: texts["nav.desk"]), Crumb(href: "/desk/drafts", text: texts["drafts.title"]),
        ]
        lead = texts["drafts.lead", ["field": draft.field, "unit": draft.unitName]]
        self.editions = editions.map { edition in
            let day = ChinaTime.minute(edition.createdAt, in: texts.clock)
            return Entry(
                href: "\(address)/editions/\(edition.ordinal)",
                name: texts["drafts.ordinal", ["ordinal": edition.ordinal]],
                stage: texts["drafts.stages.\(edition.stage.rawValue)"],
                rows: texts.length(edition.rows, of: draft.kind), source: edition.sourceName, note: edition.note,
                made: edition.createdBy.map { "\($0) · \(day)" } ?? day)
        }
        asked = Filled(
            procedures.map {
                Asked(
                    href: "/desk/procedures/\($0.number)", title: $0.title, state: $0.state.rawValue,
                    stateText: texts.state(of: $0), edition: texts["drafts.ordinal", ["ordinal": $0.editionOrdinal]])
            })
        self.mayImport = mayImport
        beginHref = mayImport && editions.first?.isWorkedOn == false ? "\(address)/editions/begin" : nil
        // What no one outside has seen is still the first.
        let isPublic = procedures.contains { $0.state != .preparing }
        stages = (isPublic ? [Edition.Stage.revised, .final] : [.first, .revised, .final]).map {
            Choice(
                value: $0.rawValue, text: texts["drafts.stages.\($0.rawValue)"],
                chosen: $0 == (isPublic ? .revised : .first))
        }
        nextHref = "\(address)/editions/new"
        askHref = "/desk/procedures/new?edition=\(draft.editionID)"
    }

    private init(asked: Filled<Asked>?) {
        title = "社会救助领域政务公开事项标准目录"
        crumbs = [Crumb(href: "/desk", text: "工作台")]
        lead = "社会救助 · 县民政局"
        editions = [
            Entry(
                href: "/desk/drafts/1/editions/1", name: "第 1 稿", stage: "征求意见稿", rows: "16 行", source: "a.csv",
                note: "首稿", made: "陈某 · 2026年11月20日")
        ]
        (self.asked, mayImport) = (asked, true)
        (beginHref, stages) = ("/b", [Choice(value: "revised", text: "修改稿", chosen: true)])
        (nextHref, askHref) = ("/desk/drafts/1/editions/new", "/desk/procedures/new?edition=1")
    }

    static let samples = [
        DraftPage(
            asked: Filled([
                Asked(href: "/p", title: "目录（征求意见稿）", state: "open", stateText: "正在征求意见", edition: "第 1 稿")
            ])),
        DraftPage(asked: nil),
    ]
}
