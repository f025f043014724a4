import Participation
import Text

/// Several visits on one route.
struct RoundPage: Page {
    static let template = "visits/round"

    struct Stop: Sendable {
        let id: Int
        let href: String
        let name: String
        let place: String
        let when: String
        let standing: String
        let people: Int
        /// As typed; empty where it is not part of the round.
        let position: String
        let label: String
    }

    let title: String
    let crumbs: [Crumb]
    let action: String
    let roundTitle: String
    let stops: Filled<Stop>?
    /// The other rounds of this matter.
    let others: Filled<Crumb>?
    let errors: FormErrors

    static let samples = [true, false].map { full in
        RoundPage(
            title: "新的一轮走访", crumbs: [Crumb(href: "/desk", text: "工作台")], action: "/r", roundTitle: "第一轮",
            stops: full
                ? Filled([
                    Stop(
                        id: 1, href: "/h", name: "走访黎咀镇", place: "黎咀村", when: "12月1日", standing: "已公告", people: 2,
                        position: "1", label: "走访黎咀镇的顺序")
                ]) : nil, others: full ? Filled([Crumb(href: "/r/2", text: "第二轮")]) : nil,
            errors: full ? FormErrors([("title", "请填写。"), ("stops", "请填数字。")]) : FormErrors())
    }
}

/// The route as it was typed.
struct RoundForm: Sendable {
    var title: String
    /// By visit.
    var positions: [Int: String]

    init(_ round: VisitRound?, _ stops: [VisitRound.Stop]) {
        title = round?.title ?? ""
        positions = Dictionary(
            stops.compactMap { stop in stop.position.map { (stop.id, String($0)) } },
            uniquingKeysWith: { first, _ in first })
    }

    init(_ form: FormData, _ stops: [VisitRound.Stop]) {
        title = form.string("title")
        positions = Dictionary(
            stops.map { ($0.id, form.string("stop-\($0.id)")) }, uniquingKeysWith: { first, _ in first })
    }

    /// The visits in order.
    /// - Throws: `FormErrors`.
    func route(_ texts: Texts) throws(FormErrors) -> [Int] {
        var errors = FormErrors()
        errors.require((1...100).contains(title.unicodeScalars.count), "title", texts["visits.errors.title"])
        let typed = positions.filter { !$0.value.isEmpty }
        let numbers = typed.compactMap { id, text in Int(FormData.plainDigits(text)).map { (id: id, place: $0) } }
        let areGood = numbers.count == typed.count && Set(numbers.map(\.place)).count == numbers.count
        errors.require(areGood, "stops", texts["visits.errors.position"])
        guard errors.isEmpty else { throw errors }
        return numbers.sorted { $0.place < $1.place }.map(\.id)
    }
}

extension RoundPage {
    init(
        _ procedure: (number: String, title: String), round: VisitRound?, among rounds: [VisitRound],
        stops: [VisitRound.Stop],
        typed form: RoundForm,
        errors: FormErrors, _ texts: Texts
    ) {
        title = round?.title ?? texts["visits.round.new"]
        crumbs = [
            Crumb(href: "/desk", text: texts["nav.desk"]),
            Crumb(href: "/desk/procedures/\(procedure.number)", text: procedure.title),
        ]
        action =
            round.map { "/desk/rounds/\($0.id)" } ?? "/desk/procedures/\(procedure.number)/rounds/new"
        roundTitle = form.title
        self.stops = Filled(
            stops.map {
                Stop(
                    id: $0.id, href: "/desk/hearings/\($0.number)", name: $0.title, place: $0.place,
                    when: $0.startsAt.map { ChinaTime.minute($0, in: texts.clock) } ?? "",
                    standing: texts["gatherings.states.\($0.state.rawValue)"], people: $0.people,
                    position: form.positions[$0.id] ?? "", label: texts["visits.round.position", ["title": $0.title]])
            })
        others = Filled(
            rounds.filter { $0.id != round?.id }.map { Crumb(href: "/desk/rounds/\($0.id)", text: $0.title) })
        self.errors = errors
    }
}
