import Foundation
import Participation
import Text

/// One hearing, forum or visit at the desk: where it stands, its days, who takes part, its papers.
struct GatheringDeskPage: Page {
    static let template = "gatherings/desk"

    struct Person: Sendable {
        let label: String
        let category: String?
        let stateText: String
        /// Where an invited person is corrected or taken out again.
        let href: String?
        let action: String
        /// What can be said of them now.
        let turns: Filled<Choice>?
    }

    let title: String
    let crumbs: [Crumb]
    let state: String
    let stateText: String
    let lead: String
    let number: String
    let next: String
    let waiting: Filled<Waiting>?
    let buttons: [Button]
    let facts: [Fact]
    let links: Filled<Crumb>?
    /// A forum or visit is called without a paper.
    let conveneAction: String?
    /// Nothing is missing for that.
    let mayConvene: Bool
    let papers: [Crumb]
    let editHref: String?
    let peopleHref: String?
    /// Shows the codes of those who have a part, to be printed.
    let cardsAction: String?
    let dropAction: String?
    let seen: String
    let people: Filled<Person>?
    /// A hearing alone has seats by category.
    let hasCategories: Bool
    let noPeople: String
    let planner: PlannerPart?
    let planAction: String
    /// What may be planned otherwise without telling everybody; absent where nothing may.
    let plan: Filled<DeskForm.Field>?
    let planSeen: String
    let notice: String?
    let errors: FormErrors

    /// - Parameters:
    ///   - waiting: what waits of it for `staff`.
    ///   - reportedAt: when its record was published.
    ///   - isShown: everybody can read of it.
    ///   - typed: what came back with a plan that was refused.
    ///   - notice: why it was.
    init(
        _ it: Gathering, _ categories: [GatheringCategory], _ people: [GatheringPerson], planner: PlannerPart?,
        waiting: [DeskTask], isShown: Bool, reportedAt: Date? = nil, typed: GatheringForm? = nil, notice: String? = nil,
        errors: FormErrors = FormErrors(),
        for staff: StaffActor,
        _ texts: Texts
    ) {
        title = it.title
        crumbs = Array(texts.crumbs(to: it).dropLast())
        (state, stateText, number) = (it.state.rawValue, texts.state(of: it), it.number)
        lead = "\(texts["gatherings.kinds.\(it.kind.rawValue)"]) · \(it.unitName)"
        // A forum or visit is convened, not announced, and a visit is no meeting.
        let own = "gatherings.next_\(it.kind.rawValue).\(it.state.rawValue)"
        let unseen = it.state == .announced && !isShown ? texts["gatherings.unseen.\(it.kind.rawValue)"] : ""
        let standing =
            Self.coming(it, texts)
            ?? texts[texts.has(own) ? own : "gatherings.next.\(it.state.rawValue)"] + unseen
        next =
            reportedAt.map {
                texts[
                    "gatherings.reported",
                    ["day": ChinaTime.day($0, in: texts.clock), "paper": texts.paper(.gatheringRecord, of: it)]]
            }
            ?? standing
        let organises = staff.has(.organiser, in: [it.unitID])
        let works = organises || staff.has(.clerk, in: it.unitIDs)
        let named = Dictionary(categories.map { ($0.id, $0.name) }, uniquingKeysWith: { first, _ in first })
        let contact = [it.contactPhone, it.contactAddress, it.contactEmail].filter { !$0.isEmpty }.joined(
            separator: "　")
        facts = [
            ("procedure", it.procedureTitle), ("matter", it.matter),
            ("time", texts.time(from: it.startsAt, to: it.endsAt)),
            ("place", it.place),
            ("registration", texts.registration(from: it.registrationFrom, until: it.registrationUntil) ?? ""),
            (
                "categories",
                categories.map { texts["gatherings.seats", ["name": $0.name, "count": $0.seats]] }.joined(
                    separator: "　")
            ),
            ("practice_reason", it.practiceReason),
            ("contact", contact),
        ].filter { !$0.1.isEmpty }.map { Fact(label: texts["gatherings.labels.\($0.0)"], text: $0.1) }
        links = Filled(
            [Crumb(href: "/desk/procedures/\(it.procedureNumber)", text: texts["gatherings.links.procedure"])]
                + (isShown
                    ? [Crumb(href: "/\(it.kind.path)/\(it.number)", text: texts["gatherings.links.public"])] : [])
                + Self.steps(of: it).map {
                    Crumb(href: $0.href, text: texts["gatherings.links.\($0.key)"])
                })
        conveneAction = it.kind != .hearing && it.state == .preparing && organises ? it.address + "/convene" : nil
        let kinds: [Clearance.Kind] =
            it.kind == .hearing
            ? [.gatheringNotice, .participantList, .gatheringRecord] : [.gatheringNotice, .gatheringRecord]
        papers =
            kinds.map { Crumb(href: "\(it.address)/papers/\($0.rawValue)", text: texts.paper($0, of: it)) }
            + [Crumb(href: it.address + "/files", text: texts["gatherings.files.title"])]
        let isPreparing = it.state == .preparing
        editHref = isPreparing && organises ? it.address + "/edit" : nil
        dropAction = isPreparing && organises ? it.address + "/drop" : nil
        peopleHref = works && !it.isOver ? it.address + "/people/new" : nil
        // Whom a visit met confirms nothing.
        let confirms = it.kind != .visit && ![.closed, .cancelled].contains(it.state) && !people.isEmpty
        cardsAction = works && confirms ? it.address + "/people/cards" : nil
        seen = String(it.version)
        self.people = Filled(
            people.map { person in
                Person(
                    label: texts.label(of: person), category: person.categoryID.flatMap { named[$0] },
                    stateText: texts.state(of: person),
                    href: works && it.kind == .forum && person.role == .invited
                        ? "\(it.address)/people/\(person.id)" : nil,
                    action: "\(it.address)/people/\(person.id)",
                    // Whom a visit met was asked nothing and can decline nothing.
                    turns: works && !it.isOver && ![.replaced, .removed].contains(person.state)
                        && person.role != .met
                        ? Filled(
                            [GatheringPerson.State.accepted, .declined, .replaced].filter { $0 != person.state }.map {
                                Choice(
                                    value: $0.rawValue, text: texts["gatherings.person_states.\($0.rawValue)"],
                                    chosen: false)
                            }) : nil)
            })
        hasCategories = !categories.isEmpty
        noPeople = texts["gatherings.\(it.kind == .visit ? "nobody_met" : "no_people")"]
        self.planner = planner
        (planAction, self.notice, self.errors) = (it.address + "/plan", notice, errors)
        let form = typed ?? GatheringForm(it, categories)
        planSeen = String(form.seen)
        let nextSteps = NextSteps(
            it, people, waiting, isShown: isShown, isReported: reportedAt != nil, organises: organises, works: works,
            texts)
        (self.waiting, buttons, mayConvene) = (nextSteps.waiting, nextSteps.buttons, nextSteps.mayConvene)
        let isPlanned = ![.preparing, .closed, .cancelled].contains(it.state) && organises
        plan = isPlanned ? Filled(form.planned(it.kind, errors, texts)) : nil
    }

    private init(isFull: Bool) {
        (title, crumbs, state, stateText) = ("水价听证会", [Crumb(href: "/desk", text: "工作台")], "preparing", "准备中")
        (lead, number, next) = ("听证会", "H-1", "填好日期。")
        waiting =
            isFull
            ? Filled(
                [true, false].map {
                    Waiting(what: "要抽签", when: $0 ? "还有 3 天" : nil, href: "/l", button: "抽签", isMain: $0)
                }) : nil
        buttons = [false, true].map { Button(href: "/e", text: "修改", isSecond: $0) }
        mayConvene = !isFull
        facts = [Fact(label: "地点", text: "三楼")]
        links = isFull ? Filled([Crumb(href: "/p", text: "事项")]) : nil
        conveneAction = isFull ? "/h/convene" : nil
        papers = [Crumb(href: "/n", text: "公告")]
        (editHref, peopleHref, dropAction) = isFull ? ("/e", "/p", "/d") : (nil, nil, nil)
        seen = "1"
        cardsAction = isFull ? "/h/cards" : nil
        people =
            isFull
            ? Filled([
                Person(
                    label: "主持人", category: "村民", stateText: "已邀请", href: "/a", action: "/a",
                    turns: Filled([Choice(value: "accepted", text: "答应了", chosen: false)])),
                Person(label: "记录员", category: nil, stateText: "已邀请", href: nil, action: "/a", turns: nil),
            ]) : nil
        (hasCategories, noPeople) = (isFull, "还没有确定人员。")
        planner = isFull ? .sample : nil
        (planAction, planSeen, notice) = ("/p", "1", isFull ? "太晚。" : nil)
        plan = isFull ? Filled([DeskForm.Field(id: "list_on", label: "名单", error: "请填写", .day)]) : nil
        errors = isFull ? FormErrors("list_on", "请填写") : FormErrors()
    }

    static let samples = [GatheringDeskPage(isFull: true), GatheringDeskPage(isFull: false)]
}

extension GatheringDeskPage {
    /// A hearing that was announced: what there is to do, by its days.
    fileprivate static func coming(_ it: Gathering, _ texts: Texts) -> String? {
        guard it.kind == .hearing, it.state == .announced, let startsAt = it.startsAt else { return nil }
        func by(_ day: CalendarDate?) -> String {
            day.map { texts["gatherings.by_day", ["day": ChinaTime.day($0, in: texts.clock)]] } ?? ""
        }
        if ChinaTime.date(startsAt) <= ChinaTime.date(it.now) { return texts["gatherings.coming.today"] }
        if let until = it.registrationUntil, it.now < until {
            return texts["gatherings.coming.registering", ["until": ChinaTime.deadline(until, in: texts.clock)]]
        }
        return texts["gatherings.coming.choosing", ["list": by(it.listOn), "materials": by(it.materialsOn)]]
    }

    /// Where each step of it is taken, in their order, as far as it has come.
    fileprivate static func steps(of it: Gathering) -> [(key: String, href: String)] {
        guard it.state != .cancelled, it.state != .preparing || it.kind == .forum else { return [] }
        var keys: [String] = []
        if it.kind == .hearing { keys += ["registrations", "lot", "list"] }
        if it.kind != .visit { keys += ["materials", "agenda", "live"] }
        // What a visit noted can be read, and corrected, while it is on.
        let isWritten = [.held, .closed].contains(it.state) || it.kind == .visit && it.state == .underWay
        if isWritten { keys.append(it.kind == .visit ? "noted" : "transcript") }
        var steps = keys.map { (key: $0, href: "\(it.address)/\($0 == "noted" ? "transcript" : $0)") }
        let field = "/desk/visits/\(it.number)/field"
        if it.kind == .visit { steps.insert(("field", field), at: 0) }
        if it.kind == .forum, it.state != .preparing { steps.append(("photos", field)) }
        return steps
    }
}
