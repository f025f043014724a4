import Foundation
import Postgres
import Text

/// The words of a paper as the data give them, in the order of such papers, in Chinese whatever language the desk is read in.
struct ProposedPaper {
    let gathering: Gathering
    let categories: [GatheringCategory]
    let people: [GatheringPerson]
    /// What was said, where it was written down here; else empty sections to be filled.
    let spoken: [Report.Section]
    /// How the participants of a hearing were found.
    let selected: String
    /// Of a visit: where it stands on its route; empty where it is on none.
    let route: String
    /// When those who take part had the materials, each of whom it was recorded.
    let deliveries: [CalendarDate]
    /// When each kind of paper was published first.
    let published: [Clearance.Kind: Date]

    init(_ gathering: Gathering, _ tx: borrowing Session) throws {
        self.gathering = gathering
        categories = try tx.all(GatheringCategory.of(gathering: gathering.id), as: GatheringCategory.self)
        people = try tx.all(GatheringPerson.of(gathering: gathering.id), as: GatheringPerson.self)
            .filter(\.isExpected)
        let entries = try tx.all(TranscriptEntry.of(gathering: gathering.id), as: TranscriptEntry.self)
        spoken =
            entries.isEmpty
            ? [Report.Section(key: "opinions", heading: "意见及处理", text: "")]
            : HearingReport.sections(
                of: gathering.kind, people: people, entries: entries,
                marks: try tx.all(TranscriptMark.of(gathering: gathering.id), as: TranscriptMark.self),
                ends: try tx.all(TranscriptEnd.of(gathering: gathering.id), as: TranscriptEnd.self))
        selected = try HearingSelection.text(of: gathering.id, tx)
        route = gathering.kind == .visit ? try VisitRound.route(of: gathering.id, tx) : ""
        deliveries = try tx.values(
            """
            select d.delivered_on from material_deliveries d join gathering_people p on p.id = d.person_id
            where p.gathering_id = \(gathering.id) and p.role in ('participant', 'invited') and p.state in ('named', 'accepted')
            order by 1
            """)
        let papers = try tx.all(
            """
            select kind, min(published_at) as published_at from clearances
            where gathering_id = \(gathering.id) and published_at is not null group by kind
            """, as: Published.self)
        published = Dictionary(papers.map { ($0.kind, $0.at) }, uniquingKeysWith: { first, _ in first })
    }

    private struct Published: Row {
        let kind: Clearance.Kind
        let at: Date

        init(_ row: RowReader) throws { (kind, at) = (try row["kind"], try row["published_at"]) }
    }

    /// - Parameter site: under which the service is public; empty where that is not known.
    func content(_ kind: Clearance.Kind, site: String) -> Report.Content {
        let (title, sections) =
            switch kind {
            case .gatheringRecord: ("\(gathering.title)\(isHearing ? "听证报告" : "记录")", record)
            case .participantList: ("\(gathering.title)参加人名单", [section("participants", "参加人名单", "", [members])])
            default: ("关于举行\(gathering.title)的公告", notice(site))
            }
        return Report.Content(title: title, sections: sections, figuresAt: ChinaTime.iso(gathering.now))
    }

    private var isHearing: Bool { gathering.kind == .hearing }

    /// What article 16 of the order on major decisions wants told beforehand: draft and explanation, time and place, and how those who take
    /// part are chosen.
    private func notice(_ site: String) -> [Report.Section] {
        let it = gathering
        let matter = lines(
            it.matter, "征求意见的事项：\(it.procedureTitle)",
            "草案和说明：见\(page("consultations", it.procedureNumber, site))"
                + (it.contactAddress.isEmpty ? "" : "，也可以到\(it.contactAddress)查看"))
        // Nobody registers for a forum or visit, or has a seat to listen.
        let admission: [Report.Section] =
            isHearing
            ? [
                section("conditions", "报名条件", applies ? lines(ages, it.conditions) : ""),
                section("registration", "报名时间、方式和材料", applies ? registration(site) : ""),
                section("observers", "旁听和采访", observers),
            ] : []
        return [
            section("basis", "依据", it.legalBasis.isEmpty ? "" : "根据\(it.legalBasis)，现将有关事项公告如下。"),
            section("matter", isHearing ? "听证事项" : "事项", matter),
            section("time", "时间和地点", lines(period, it.place.isEmpty ? "" : "地点：\(it.place)", "如有变动，另行公告。")),
            section("participants", "参加人", seats == 0 ? invited : participants, seats == 0 ? [] : [quotas]),
        ] + admission + [
            section("rules", isHearing ? "听证会须知" : "须知", rules),
            section("practice", "有关日期的说明", it.practiceReason),
            section("contact", "联系方式", contact),
        ]
    }

    private var record: [Report.Section] {
        let isVisit = gathering.kind == .visit
        // Only a hearing finds its participants by seats.
        let selection = isHearing ? [section("selection", "参加人产生方式", selected, seats == 0 ? [] : [quotas])] : []
        let stops = isVisit ? [section("route", VisitRound.heading, route)] : []
        return [
            section(
                "preparation", isVisit ? "走访安排" : "组织筹备情况",
                lines(
                    day("公告日期", published[.gatheringNotice]), day("公布参加人名单的日期", published[.participantList]),
                    delivered, day("举行日期", gathering.startsAt),
                    gathering.place.isEmpty ? "" : "地点：\(gathering.place)"))
        ] + selection + stops + [
            section(
                "people", isVisit ? "走访人员" : "参加人员基本情况", lines(officials), seats == 0 ? [] : [members])
        ] + spoken + [section("conclusion", "结论", "")]
    }

    // MARK: Parts

    private func section(_ key: String, _ heading: String, _ text: String, _ tables: [Report.Table] = [])
        -> Report.Section
    { .init(key: key, heading: heading, text: text, tables: tables) }

    private func lines(_ parts: String...) -> String { lines(parts) }

    private func lines(_ parts: [String]) -> String { parts.filter { !$0.isEmpty }.joined(separator: "\n") }

    private func chinese(_ day: CalendarDate) -> String { ChinaTime.day(day, in: .zh) }

    private func day(_ label: String, _ moment: Date?) -> String {
        moment.map { "\(label)：\(ChinaTime.day($0, in: .zh))" } ?? ""
    }

    /// Of a record: what happened, not what was planned.
    private var delivered: String {
        guard let first = deliveries.first, let last = deliveries.last else { return "" }
        let missing = people.count { [.participant, .invited].contains($0.role) } - deliveries.count
        return "材料送达日期：\(chinese(first))" + (last == first ? "" : "至\(chinese(last))")
            + (missing > 0 ? "（\(missing)人没有登记送达）" : "")
    }

    private var seats: Int { categories.reduce(0) { $0 + $1.seats } }

    private var applies: Bool { categories.contains { $0.way == .application } }

    /// Where something of this service is read, as it is written in a paper.
    private func page(_ path: String, _ number: String, _ site: String) -> String {
        site.isEmpty ? "本网站上编号\(number)的页面" : "\(site)/\(path)/\(number)"
    }

    private var period: String {
        guard let start = gathering.startsAt else { return "" }
        let until = gathering.endsAt.map { "至\(ChinaTime.end($0, of: start, in: .zh))" } ?? ""
        return "时间：\(ChinaTime.minute(start, in: .zh))\(until)"
    }

    private var participants: String {
        lines(
            "参加人共\(seats)名，名额和产生方式见下表。",
            applies ? "符合条件的报名人多于名额的，抽签产生，抽签的办法和结果在网上公布；报名人不够的，另行公告。" : "",
            gathering.listOn.map { "公布参加人名单的日期：\(chinese($0))" } ?? "",
            gathering.materialsOn.map { "材料送达参加人的日期：\(chinese($0))" } ?? "")
    }

    /// Of a forum: as its public page says it.
    private var invited: String {
        gathering.kind == .forum ? "参加人由\(gathering.unitName)邀请。没有受邀的，征求意见截止以前可以在网上写下意见，一起答复。" : ""
    }

    private var ages: String {
        gathering.mostAge.map { "年满\(gathering.leastAge)周岁，不超过\($0)周岁" } ?? "年满\(gathering.leastAge)周岁"
    }

    private func registration(_ site: String) -> String {
        let it = gathering
        var time = ""
        if let from = it.registrationFrom, let until = it.registrationUntil {
            time = "报名时间：\(ChinaTime.minute(from, in: .zh))至\(ChinaTime.deadline(until, in: .zh))"
        }
        return lines(
            time, "网上报名：\(page(it.kind.path, it.number, site))",
            it.contactAddress.isEmpty ? "" : "当面报名：\(it.contactAddress)",
            it.contactPhone.isEmpty ? "" : "报名咨询电话：\(it.contactPhone)",
            it.papers.isEmpty ? "" : "报名时要交的材料：\(it.papers)",
            it.asks.contains(.identity) ? "报名要填写身份证号码，这是本单位的要求，理由：\(it.identityBasis)" : "")
    }

    private var observers: String {
        lines(
            gathering.observers == 0 ? "" : "旁听席\(gathering.observers)个。旁听人没有发言权。",
            gathering.mediaSeats == 0 ? "" : "媒体席\(gathering.mediaSeats)个。")
    }

    private var rules: String {
        isHearing
            ? "参加人凭有效证件入场，每人陈述时间为\(gathering.statementMinutes)分钟。\n会后请参加人核对并确认笔录。" : ""
    }

    private var contact: String {
        lines(
            gathering.contactPhone.isEmpty ? "" : "电话：\(gathering.contactPhone)",
            gathering.contactAddress.isEmpty ? "" : "地址：\(gathering.contactAddress)\(postcode)",
            gathering.contactEmail.isEmpty ? "" : "电子邮件：\(gathering.contactEmail)")
    }

    private var postcode: String {
        gathering.contactPostcode.isEmpty ? "" : "（邮政编码\(gathering.contactPostcode)）"
    }

    /// Who leads and presents: colleagues, in office.
    private var officials: [String] {
        people.filter { [.presider, .presenter, .recorder].contains($0.role) }.map { $0.label() }
    }

    private var quotas: Report.Table {
        Report.Table(
            caption: "参加人名额", heading: ["类别", "名额", "产生方式", "说明"],
            rows: categories.map { [$0.name, String($0.seats), way($0), $0.described] })
    }

    private var members: Report.Table {
        let names = Dictionary(categories.map { ($0.id, $0) }, uniquingKeysWith: { first, _ in first })
        return Report.Table(
            caption: "参加人", heading: ["席位", "姓名", "单位", "类别", "产生方式"],
            rows: people.filter { $0.role == .participant }.map { person in
                let category = person.categoryID.flatMap { names[$0] }
                return [
                    String(person.seat), person.publicName.isEmpty ? "未同意公开" : person.publicName,
                    person.shownUnit, category?.name ?? "", category.map(way) ?? "",
                ]
            })
    }

    private func way(_ category: GatheringCategory) -> String {
        switch category.way {
        case .invitation: "邀请"
        case .nomination: "\(category.nominator)推荐"
        case .application: "自愿报名"
        }
    }
}
