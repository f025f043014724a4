import Participation
import Text

/// 参加人名单: who has a seat, and whose turn it is next.
struct ListDeskPage: Page {
    static let template = "lots/list"

    struct Line: Sendable {
        let seat: Int
        let name: String
        let unit: String
        let category: String
        let way: String
        let standing: String
    }

    let title: String
    let crumbs: [Crumb]
    let action: String
    let lead: String
    let lines: Filled<Line>?
    let empty: Filled<String>?
    /// What the button says; absent for who may not press it.
    let button: String?
    /// Whose turn it is, for who may not press it.
    let isForOrganiser: Bool
    let paperText: String
    let paperHref: String
    let lotHref: String
    /// Where those are named who were invited or nominated; absent where nobody can be.
    let peopleHref: String?
    let errors: FormErrors

    init(
        _ hearing: LotHearing, _ list: ParticipantList, errors: FormErrors = FormErrors(), for staff: StaffActor,
        _ texts: Texts
    ) {
        title = texts["lots.list.title", ["title": hearing.title]]
        crumbs = texts.crumbs(to: hearing)
        action = hearing.address + "/list"
        lead = texts[hearing.isListed ? "lots.list.lead_public" : "lots.list.lead"]
        lines = Filled(
            list.people.map {
                Line(
                    seat: $0.seat, name: $0.name.isEmpty ? texts["lots.unnamed"] : $0.name, unit: $0.unit,
                    category: $0.category,
                    way: texts["lots.ways.\($0.way.rawValue)", ["nominator": $0.nominator]],
                    standing: texts["lots.list.\($0.isAccepted ? "accepted" : "named")"])
            })
        empty = Filled(
            list.empty.map { texts["lots.list.empty", ["category": $0.category, "count": $0.seats]] })
        let mayFill = hearing.isComing && staff.has(.organiser, in: [hearing.unitID]) && !list.empty.isEmpty
        button = mayFill ? texts[hearing.isListed ? "lots.list.call_up" : "lots.list.seat"] : nil
        isForOrganiser = hearing.isComing && !list.empty.isEmpty && !mayFill
        paperText = texts[hearing.isListed ? "lots.list.see_paper" : "lots.list.to_paper"]
        paperHref = hearing.address + "/papers/participant_list"
        lotHref = hearing.address + "/lot"
        peopleHref = mayFill ? hearing.address + "/people/new" : nil
        self.errors = errors
    }

    private init(isFull: Bool) {
        (title, action, lead) = ("参加人名单", "/desk/hearings/H-1/list", "按抽签结果。")
        crumbs = [Crumb(href: "/desk", text: "工作台")]
        lines =
            isFull
            ? Filled([Line(seat: 1, name: "张某", unit: "", category: "居民", way: "报名抽签", standing: "已确认")]) : nil
        empty = isFull ? Filled(["居民还空 1 席"]) : nil
        button = isFull ? "排座位" : nil
        (isForOrganiser, paperText) = (!isFull, "起草参加人名单")
        (paperHref, lotHref, peopleHref) = ("/p", "/l", isFull ? "/n" : nil)
        errors = isFull ? FormErrors("seats", "不行") : FormErrors()
    }

    static let samples = [ListDeskPage(isFull: true), ListDeskPage(isFull: false)]
}
