import Foundation
import Logging
import Postgres
import TestSupport
import Testing
import Text

@testable import Participation

/// Clocks in the database: how they run, stand still, are extended, and follow the calendar.
@Suite("Legal clocks") struct ClockTests {
    let county: ExampleCounty
    private let administrator = DatabaseActor.staff(1, grants: [.administrator: []])

    init() async throws {
        county = try await ExampleCounty.make()
        try await ShippedCalendar.load()(in: county.database.staff, as: .installation())
    }

    /// What the definers of other rooms do: as the role whose doors they are.
    private func asGuard<T: Sendable>(_ body: @escaping @Sendable (borrowing Session) throws -> T) async throws -> T {
        try await county.database.superuser.write { tx in
            try tx.execute("set local role minyi_guard")
            return try body(tx)
        }
    }

    private func setClock(_ text: String) async throws {
        let moment: Date = try #require(ChinaTime.parse(text))
        try await county.database.setClock(moment)
    }

    private func start(_ rule: String, _ at: String, unit: Int? = nil) async throws -> Int {
        let moment = try #require(ChinaTime.parse(at))
        return try await asGuard { try $0.value("select start_clock(\(rule), \(moment), \(unit))") }
    }

    private func clock(_ id: Int) async throws -> LegalClock {
        try #require(try await county.database.staff.read(as: county.organiser) { try LegalClock.find(id, $0) })
    }

    private func due(_ id: Int) async throws -> String {
        try await clock(id).dueOn?.description ?? "paused"
    }

    /// The name of the rule that says no.
    private func refused(_ sql: SQL) async throws -> String {
        do {
            _ = try await asGuard { try $0.execute(sql) }
            return "taken"
        } catch let error as PostgresError {
            return error.constraint ?? error.state
        }
    }

    @Test("A limit runs to the end of its last day, by the rule of the day it began")
    func starts() async throws {
        let id = try await start("message.inquiry", "2026-02-09T10:00")
        let clock = try await clock(id)
        #expect(clock.dueOn?.description == "2026-02-14" && !clock.isProvisional && !clock.rule.binding)
        #expect(clock.dueAt.map { ChinaTime.deadline($0, in: .zh) } == "2026年2月14日24时")
        #expect(clock.strip(now: Date()).compactMap(\.ordinal) == [1, 2, 3, 4, 5])
        #expect(try await refused("select start_clock('nothing', minyi_clock(), null)") == "P0002")

        let limit = Limit(amount: 3, dayKind: .working)
        let change = AddRuleVersion(
            ruleID: clock.rule.id, limit: limit, basis: "县规定", scope: "", binding: true, unitID: nil,
            validFrom: try #require(CalendarDate("2026-02-10")))
        try await change(in: county.database.staff, as: administrator)
        #expect(try await due(id) == "2026-02-14", "what runs keeps its rule")
        #expect(try await due(try await start("message.inquiry", "2026-02-09T23:00")) == "2026-02-14")
        #expect(try await due(try await start("message.inquiry", "2026-02-10T00:00")) == "2026-02-13")
        await #expect(throws: PostgresError.self) { try await change(in: county.database.staff, as: county.organiser) }

        let own = AddRuleVersion(
            ruleID: clock.rule.id, limit: Limit(amount: 1, dayKind: .working), basis: "局规定", scope: "", binding: false,
            unitID: county.unitID, validFrom: try #require(CalendarDate("2026-02-10")))
        try await own(in: county.database.staff, as: administrator)
        #expect(
            try await due(try await start("message.inquiry", "2026-02-10T00:00", unit: county.unitID)) == "2026-02-11")
        #expect(try await due(try await start("message.inquiry", "2026-02-10T00:00")) == "2026-02-13")
    }

    @Test("A paused clock has no date, and goes on with what was left")
    func pauses() async throws {
        try await setClock("2026-03-02T10:00")
        let id = try await start("message.inquiry", "2026-03-02T10:00")
        #expect(try await due(id) == "2026-03-09")
        try await setClock("2026-03-04T10:00")
        _ = try await asGuard { try $0.execute("select pause_clock(\(id), 'citizen')") }
        var now = try await clock(id)
        #expect(now.isPaused && now.dueAt == nil)
        #expect(now.strip(now: try #require(ChinaTime.parse("2026-03-06T10:00"))).last?.isPaused == true)
        #expect(try await refused("select extend_clock(\(id), '2026-04-01')") == "clocks_extended_while_running")
        try await setClock("2026-03-10T10:00")
        _ = try await asGuard { try $0.execute("select resume_clock(\(id))") }
        now = try await clock(id)
        #expect(now.dueOn?.description == "2026-03-13")
        #expect(now.strip(now: Date()).last { $0.ordinal != nil }?.date == now.dueOn)
        #expect(now.strip(now: Date()).compactMap(\.ordinal) == [1, 2, 3, 4, 5])
        #expect(now.changes.map(\.cause) == [.paused, .resumed] && now.pauses.map(\.reason) == [.citizen])
        try await setClock("2026-03-14T00:00")
        #expect(try await refused("select pause_clock(\(id), 'citizen')") == "clocks_pause_in_time")
        _ = try await asGuard { try $0.execute("select stop_clock(\(id)), stop_clock(\(id))") }
        #expect(try await refused("select pause_clock(\(id), 'citizen')") == "clocks_stopped")
    }

    @Test("An extension is later than the date it replaces, and holds whatever the calendar says")
    func extensions() async throws {
        try await setClock("2026-03-02T10:00")
        let id = try await start("message.inquiry", "2026-03-02T10:00")
        #expect(try await refused("select extend_clock(\(id), '2026-03-09')") == "clocks_extended_later")
        _ = try await asGuard { try $0.execute("select extend_clock(\(id), '2026-03-20')") }
        let day = try #require(CalendarDate("2026-03-18"))
        _ = try await ChangeCalendar.set(
            day, .holiday, name: "试", source: "", unitID: nil, in: county.database.staff, as: administrator)
        #expect(try await due(id) == "2026-03-20")
        #expect(try await clock(id).changes.map(\.cause) == [.extended])
    }

    @Test("A closed unit gains the day, the others do not")
    func closures() async throws {
        let (own, others) = (
            try await start("message.inquiry", "2026-03-02T10:00", unit: county.unitID),
            try await start("message.inquiry", "2026-03-02T10:00", unit: county.officeID)
        )
        let day = try #require(CalendarDate("2026-03-05"))
        let effect = try await ChangeCalendar.set(
            day, .holiday, name: "搬迁", source: "", unitID: county.unitID, in: county.database.staff, as: administrator)
        #expect(effect.moved == 1 && effect.waiting == 0)
        #expect(try await due(own) == "2026-03-10")
        #expect(try await due(others) == "2026-03-09")
        #expect(try await clock(own).strip(now: Date()).first { $0.date == day }?.name == "搬迁")
        let inPublic = try await county.database.public.read { try WorkCalendar.load($0) }
        #expect(inPublic.isWorkingDay(day), "the county's calendar is another")
        let back = try await ChangeCalendar.clear(
            day, unitID: county.unitID, in: county.database.staff, as: administrator)
        #expect(back.moved == 1)
        #expect(try await due(own) == "2026-03-09")
        #expect(try await clock(own).changes.map(\.newDueOn?.description) == ["2026-03-10", "2026-03-09"])
        await #expect(throws: PostgresError.self) {
            _ = try await ChangeCalendar.set(
                day, .workday, name: "试", source: "", unitID: county.unitID, in: county.database.staff,
                as: administrator)
        }
        await #expect(throws: (any Error).self) {
            _ = try await ChangeCalendar.clear(day, unitID: nil, in: county.database.staff, as: county.organiser)
        }
    }

    @Test("A date in a year that is not loaded is provisional, and settled when the year is loaded")
    func provisional() async throws {
        let id = try await start("message.inquiry", "2026-12-28T10:00")
        #expect(try await clock(id).isProvisional)
        #expect(try await due(id) == "2027-01-04")
        let notice = try ImportCalendar(
            csv: ShippedCalendar.year(2027, "2027-01-04,holiday,元旦"),
            source: "通知")
        try await notice(in: county.database.staff, as: administrator)
        let settled = try await clock(id)
        #expect(!settled.isProvisional && settled.dueOn?.description == "2027-01-06")
        #expect(settled.changes.map(\.cause) == [.calendar])
        #expect(settled.changes.map(\.oldDueOn?.description) == ["2027-01-04"])
        #expect(try await refused("select start_clock('message.inquiry', '2100-01-01', null)") == "day_numbers_range")
    }

    @Test("Clocks that are started together are those that would be started one by one, in the order of their moments")
    func together() async throws {
        let moments = try [
            "2026-03-02T10:00", "2026-02-13T23:59", "2026-03-02T10:00", "2026-03-06T00:00", "2026-02-13T23:59",
        ]
        .map { try #require(ChinaTime.parse($0)) }
        for rule in ["message.screening", "message.give_back"] {
            let ids: [Int] = try await asGuard {
                try $0.value("select start_clocks(\(rule), \(moments), null)", as: [Int].self)
            }
            let wrong: Int = try await asGuard { tx in
                try tx.value(
                    """
                    select count(*) from unnest(\(moments), \(ids)) s (at, id)
                    left join clocks k on k.id = s.id cross join lateral clock_due(\(rule), s.at, null) d
                    where (k.started_at, k.due_on, k.due_at, k.provisional) is distinct from (s.at, d.due_on, d.due_at, d.provisional)
                    """)
            }
            #expect(wrong == 0)
        }
        let started: Int = try await asGuard { try $0.value("select count(*) from clocks") }
        #expect(started == 2 * moments.count)
    }

    @Test("Many clocks are counted again by the worker, a slice at a time, and what is over stays as it was")
    func slices() async throws {
        let count = 1200
        let moment = try #require(ChinaTime.parse("2026-03-02T10:00"))
        let stopped = try await start("message.inquiry", "2026-03-02T10:00")
        _ = try await asGuard { tx in
            try tx.execute("select stop_clock(\(stopped))")
            try tx.execute(
                "select start_clock('message.inquiry', \(moment), null) from generate_series(1, \(count)::int)")
        }
        let day = try #require(CalendarDate("2026-03-05"))
        let effect = try await ChangeCalendar.set(
            day, .holiday, name: "试", source: "", unitID: nil, in: county.database.staff, as: administrator)
        #expect(effect.moved == 0 && effect.waiting == count)
        let left: Int = try await county.database.work.write { try $0.value("select recompute_clocks(1000)") }
        #expect(left == 200)
        try await TimedJob.round(
            in: county.database.work, logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
        let after = try await county.database.staff.read(as: county.organiser) {
            try $0.one(ChangeCalendar.effect(since: 1), as: ChangeCalendar.Effect.self)
        }
        #expect(after.moved == count && after.waiting == 0)
        #expect(try await due(stopped) == "2026-03-09")
    }
}
