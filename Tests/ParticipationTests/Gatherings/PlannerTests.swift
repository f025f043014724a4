import Foundation
import Participation
import Postgres
import TestSupport
import Testing
import Text

@Suite("Planning a hearing") struct PlannerTests {
    private struct World {
        let database: TestDatabase
        let calendar: WorkCalendar
        let rules: [LegalRule]
        /// The unit whose own rules count working days.
        let unitID: Int
    }

    private func world() async throws -> World {
        let database = try await TestDatabase.make()
        let shipped = try ShippedCalendar.load()
        try await shipped(in: database.staff, as: .installation())
        let unitID = try await database.owner.write { tx in
            let unit = try tx.value(
                "insert into units (code, name, kind) values ('slj', '县水务局', 'office') returning id", as: Int.self)
            try tx.execute(
                """
                insert into legal_rules (code, name, kind, amount, day_kind, basis, scope, binding, valid_from, valid_until, unit_id)
                select code, name, kind, amount, 'working', basis, scope, binding, valid_from, valid_until, \(unit)
                from legal_rules where (code like 'hearing.%' or code like 'forum.%') and code <> 'hearing.norm'
                """)
            return unit
        }
        let rules = try await database.staff.read(as: .installation()) { try $0.all(LegalRule.all, as: LegalRule.self) }
        return World(database: database, calendar: WorkCalendar(shipped.days), rules: rules, unitID: unitID)
    }

    private func day(_ text: String) throws -> CalendarDate { try #require(CalendarDate(text)) }

    private struct Limits: Row {
        let days: [CalendarDate?]

        init(_ row: RowReader) throws { days = try row["days"] }
    }

    @Test(
        "Every day of seven years, both kinds of days, the three subjects: as somebody would count on a wall calendar")
    func everyDay() async throws {
        let world = try await world()
        var random = SystemRandomNumberGenerator()
        let first = try day("2020-01-01")
        let days = (0..<2557).map { first.adding(days: $0) }
        for unit in [nil, world.unitID] {
            for code in [
                "hearing.notice", "hearing.regulation", "hearing.licence", "hearing.list", "hearing.materials",
                "hearing.report",
            ] {
                let asked = try await world.database.staff.read(as: .installation()) { tx in
                    try tx.all(
                        """
                        select array_agg(gathering_day(\(code), d, \(unit)) order by i) as days
                        from unnest(\(days)::date[]) with ordinality x (d, i)
                        """, as: Limits.self)
                }
                let limits = try #require(asked.first).days
                for (held, limit) in zip(days, limits) {
                    let rule = world.rules.holding(code, on: held, unitID: unit)
                    let counted = rule.map { naive($0, held, world.calendar) }
                    guard limit == counted else {
                        Issue.record(
                            "\(code) of \(held): \(String(describing: limit)), counted \(String(describing: counted))")
                        return
                    }
                }
            }
            for held in days {
                for subject in Gathering.Subject.allCases {
                    let planner = HearingPlanner(
                        kind: .hearing, subject: subject, unitID: unit, rules: world.rules, calendar: world.calendar)
                    let proposed = planner.proposed(for: held, today: held.adding(days: -200))
                    let checked = planner.check(proposed)
                    for planned in checked where planned.step != .registration {
                        guard let rule = planned.rule else {
                            #expect(planned.standing == .noRule)
                            continue
                        }
                        let last = naive(rule, held, world.calendar)
                        guard planned.limit == last, planned.standing == .kept,
                            planned.day.map({ $0 <= last }) == true
                        else {
                            Issue.record("\(rule.code) of \(held): \(planned)")
                            return
                        }
                    }
                    // Where there is room, whatever is proposed keeps every rule and every practice, registration as well.
                    let today = held.adding(days: -Int.random(in: (unit == nil ? 31 : 80)...200, using: &random))
                    let roomy = planner.proposed(for: held, today: today)
                    guard planner.check(roomy).allSatisfy({ $0.standing == .kept || $0.standing == .noRule }),
                        roomy.noticeOn.map({ $0 >= today }) == true
                    else {
                        Issue.record("\(held), planned on \(today): \(planner.check(roomy))")
                        return
                    }
                    // One day later is too late, of each.
                    var late = proposed
                    late.noticeOn = checked.filter { $0.step == .notice }.compactMap(\.limit).max()?
                        .adding(days: 1)
                    late.listOn = late.listOn?.adding(days: 1)
                    late.materialsOn = checked.first { $0.step == .materials }?.limit?.adding(days: 1)
                    late.reportOn = late.reportOn?.adding(days: 1)
                    for planned in planner.check(late) where planned.step != .registration && planned.rule != nil {
                        let wrong: PlannedDay.Standing = planned.rule?.binding == true ? .breaks : .departs
                        guard planned.standing == wrong else {
                            Issue.record("\(held): \(planned)")
                            return
                        }
                    }
                }
            }
        }
    }

    /// Walks from the day of the hearing, one day after the other.
    private func naive(_ rule: LegalRule, _ held: CalendarDate, _ calendar: WorkCalendar) -> CalendarDate {
        let step = rule.kind == .countedBackwards ? -1 : 1
        var (day, left) = (held, rule.amount)
        while left > 0 {
            day = day.adding(days: step)
            if rule.dayKind == .calendar || calendar.isWorkingDay(day) { left -= 1 }
        }
        return day
    }

    private struct Case: Sendable {
        let name: String
        let held: String
        var notice: Int?
        var registration: (from: String, last: String)?
        var list: Int?
        var materials: Int?
        var report: Int?
        let standings: [PlannedStep: PlannedDay.Standing]
        var registered: Int?
    }

    private static let cases = [
        Case(
            name: "翁源", held: "2023-03-03", notice: 31, list: 21, materials: 9, report: 9,
            standings: [.notice: .kept, .list: .kept, .materials: .kept, .report: .kept, .registration: .missing]),
        Case(
            name: "花都", held: "2023-05-12", notice: 30, list: 21, report: 14,
            standings: [.notice: .kept, .list: .kept, .materials: .missing, .report: .kept]),
        Case(
            name: "平远", held: "2021-05-26", notice: 34, registration: ("2021-04-23", "2021-05-06"), list: 20,
            standings: [.notice: .kept, .registration: .kept, .list: .kept], registered: 13),
        Case(
            name: "平远", held: "2018-06-13", notice: 33, list: 21,
            standings: [.notice: .kept, .list: .kept, .materials: .noRule]),
        Case(
            name: "郁南", held: "2021-04-08", notice: 35, registration: ("2021-03-04", "2021-03-10"),
            standings: [.notice: .kept, .registration: .kept, .list: .missing], registered: 6),
        Case(
            name: "东莞", held: "2023-06-14", notice: 30, registration: ("2023-05-15", "2023-05-21"), list: 20,
            standings: [.notice: .kept, .registration: .kept, .list: .kept], registered: 6),
        Case(name: "兴宁", held: "2025-06-26", notice: 22, standings: [.notice: .departs]),
        Case(
            name: "仁化", held: "2022-12-26",
            standings: [
                .notice: .missing, .registration: .missing, .list: .missing, .materials: .missing, .report: .missing,
            ]),
    ]

    @Test("Hearings that were held in the province stand as they were announced")
    func cases() async throws {
        let world = try await world()
        let planner = HearingPlanner(
            kind: .hearing, subject: .decision, unitID: nil, rules: world.rules, calendar: world.calendar)
        for it in Self.cases {
            let held = try day(it.held)
            var dates = GatheringDates(heldOn: held)
            dates.noticeOn = it.notice.map { held.adding(days: -$0) }
            dates.listOn = it.list.map { held.adding(days: -$0) }
            dates.materialsOn = it.materials.map { held.adding(days: -$0) }
            dates.reportOn = it.report.map { held.adding(days: $0) }
            if let registration = it.registration {
                dates.registrationFrom = ChinaTime.startOf(try day(registration.from))
                dates.registrationUntil = ChinaTime.midnightAfter(try day(registration.last))
            }
            let planned = planner.check(dates)
            for (step, standing) in it.standings {
                #expect(planned.first { $0.step == step }?.standing == standing, "\(it.name) \(it.held): \(step)")
            }
            #expect(planned.first { $0.step == .notice }?.distance == it.notice, "\(it.name) \(it.held)")
            if let days = it.registered {
                #expect(planned.first { $0.step == .registration }?.distance == days, "\(it.name) \(it.held)")
            }
        }
    }

    @Test("What binds breaks the plan, and so does the order of things; what is only usual is departed from")
    func standings() async throws {
        let world = try await world()
        let planner = HearingPlanner(
            kind: .hearing, subject: .licence, unitID: nil, rules: world.rules, calendar: world.calendar)
        let held = try day("2026-12-20")
        var dates = GatheringDates(
            noticeOn: held.adding(days: -13), registrationFrom: ChinaTime.startOf(held.adding(days: -12)),
            registrationUntil: ChinaTime.midnightAfter(held.adding(days: -8)), listOn: held.adding(days: -7),
            materialsOn: held.adding(days: -6), reportOn: held.adding(days: 20), heldOn: held)
        #expect(planner.check(dates).map(\.standing) == [.departs, .kept, .departs, .departs, .breaks, .departs])
        dates.noticeOn = held.adding(days: -6)
        dates.listOn = held
        dates.reportOn = held.adding(days: -1)
        #expect(planner.check(dates).map(\.standing) == [.departs, .breaks, .breaks, .breaks, .breaks, .breaks])
    }

    @Test(
        "Registration begins before the last day of the notice where it would be too short, and what has no room is said"
    )
    func registration() async throws {
        let world = try await world()
        let planner = HearingPlanner(
            kind: .hearing, subject: .decision, unitID: nil, rules: world.rules, calendar: world.calendar)
        let today = try day("2026-11-27")
        let held = today.adding(days: 36)
        let proposed = planner.proposed(for: held, today: today)
        let registered = planner.check(proposed).first { $0.step == .registration }
        #expect(registered?.standing == .kept)
        let opens = try #require(proposed.registrationFrom)
        #expect(ChinaTime.date(opens) >= today && ChinaTime.date(opens) < held.adding(days: -30))
        #expect(planner.missingRegistration(for: held, today: today) == nil)
        #expect(planner.missingRegistration(for: today.adding(days: 5), today: today) == 6)
        #expect(planner.missingRegistration(for: today, today: today) == nil, "it is over")
        #expect(planner.dayOff(try day("2026-10-01"))?.kind == .holiday)
        #expect(planner.dayOff(try day("2026-11-28"))?.kind == .weekend)
        #expect(planner.dayOff(today) == nil)
        let unknown = try day("2031-01-02")
        #expect(planner.covers(today) && !planner.covers(unknown))
    }

    @Test("A plan that comes too late begins today, and is shown as it is")
    func late() async throws {
        let world = try await world()
        let planner = HearingPlanner(
            kind: .hearing, subject: .decision, unitID: nil, rules: world.rules, calendar: world.calendar)
        let (held, today) = (try day("2026-12-20"), try day("2026-12-01"))
        let proposed = planner.proposed(for: held, today: today)
        #expect(proposed.noticeOn == today)
        #expect(proposed.registrationFrom == nil)
        #expect(planner.check(proposed).first?.standing == .departs)
    }
}
