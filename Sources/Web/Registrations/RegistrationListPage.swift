import Foundation
import Participation
import Text

/// Who has registered for a hearing, without saying who they are.
struct RegistrationListPage: Page {
    static let template = "registrations/list"

    struct Count: Sendable {
        let name: String
        let seats: Int
        let registered: Int
        let pending: Int
        let eligible: Int
        /// More than there are seats: a lot decides.
        let needsLot: Bool
    }

    struct Line: Sendable {
        let href: String
        let number: String
        let category: String
        let organisation: String
        let receivedAt: String
        let channel: String
        let standing: String
        /// As `outcome` in the styles.
        let kind: String
    }

    struct Tab: Sendable {
        let href: String
        let text: String
        let current: Bool
    }

    let title: String
    let crumbs: [Crumb]
    let gathering: String
    let tabs: [Tab]
    let filterAction: String
    let view: String
    let categories: [Choice]
    let counts: Filled<Count>?
    let lines: Filled<Line>?
    /// Absent for who only reads.
    let entryHref: String?
    /// When what people gave of themselves is deleted, or was.
    let endText: String?
    let errors: FormErrors

    init(
        _ gathering: Gathering, categories all: [GatheringCategory], counts: [RegistrationCount],
        lines: [RegistrationLine], filter: RegistrationLine.Filter, end: RegistrationsEnd?, mayEnter: Bool,
        _ texts: Texts
    ) {
        let desk = "/desk/hearings/\(gathering.number)"
        let address = desk + "/registrations"
        title = texts["registrations.list.title"]
        crumbs = [Crumb(href: "/desk", text: texts["nav.desk"]), Crumb(href: desk, text: gathering.title)]
        self.gathering = gathering.title
        filterAction = address
        view = filter.verdict?.rawValue ?? ""
        let chosen = filter.category.map { "category=\(URLEncodedFields.encode($0))" }
        tabs = ([nil] + RegistrationVerdict.allCases.map(Optional.some)).map { verdict in
            let query = [verdict.map { "view=\($0.rawValue)" }, chosen].compactMap { $0 }.joined(separator: "&")
            return Tab(
                href: query.isEmpty ? address : address + "?" + query,
                text: texts["registrations.views.\(verdict?.rawValue ?? "all")"], current: verdict == filter.verdict)
        }
        let applied = all.filter { $0.way == .application }
        categories = applied.map { Choice(value: $0.code, text: $0.name, chosen: $0.code == filter.category) }
        self.counts = Filled(
            applied.compactMap { category in
                counts.first { $0.categoryID == category.id }.map {
                    Count(
                        name: category.name, seats: category.seats, registered: $0.registered, pending: $0.pending,
                        eligible: $0.eligible, needsLot: $0.eligible > category.seats)
                }
            })
        self.lines = Filled(
            lines.map {
                Line(
                    href: "\(address)/\($0.id)", number: $0.number, category: $0.category,
                    organisation: $0.organisation, receivedAt: ChinaTime.minute($0.receivedAt, in: texts.clock),
                    channel: texts.channel($0.channel.rawValue), standing: texts.standing(of: $0), kind: $0.outcomeKind)
            })
        entryHref = mayEnter ? address + "/new" : nil
        if let erased = gathering.erasedAt {
            endText = texts["registrations.list.erased", ["day": ChinaTime.day(erased, in: texts.clock)]]
        } else {
            endText = end.map {
                texts[
                    "registrations.list.end_\($0.reason.rawValue)", ["day": ChinaTime.day($0.at, in: texts.clock)]]
            }
        }
        errors = FormErrors()
    }

    private init(lines: Filled<Line>?) {
        (title, crumbs, gathering) = ("报名", [Crumb(href: "/desk", text: "工作台")], "听证会")
        tabs = [Tab(href: "/r", text: "全部", current: true)]
        (filterAction, view, categories) = ("/r", "pending", [Choice(value: "c01", text: "居民", chosen: true)])
        counts = Filled([Count(name: "居民", seats: 5, registered: 9, pending: 2, eligible: 7, needsLot: true)])
        (self.lines, entryHref, endText, errors) = (lines, "/n", "报名人的资料2027年12月1日删除。", FormErrors())
    }

    static let samples = [
        RegistrationListPage(
            lines: Filled([
                Line(
                    href: "/r/1", number: "MY-1", category: "居民", organisation: "一小", receivedAt: "11月28日 21:14",
                    channel: "网上", standing: "待核对", kind: "pending")
            ])), RegistrationListPage(lines: nil),
    ]
}

extension Texts {
    func standing(of line: RegistrationLine) -> String {
        if line.sealedAt != nil { return self["registrations.standings.sealed"] }
        if line.withdrawnAt != nil { return self["registrations.standings.withdrawn"] }
        return self["registrations.verdicts.\(line.verdict.rawValue)"]
    }
}

extension RegistrationLine {
    /// The colour of its state.
    fileprivate var outcomeKind: String {
        withdrawnAt != nil || sealedAt != nil
            ? "hidden" : verdict == .pending ? "pending" : verdict == .eligible ? "adopted" : "not_adopted"
    }
}
