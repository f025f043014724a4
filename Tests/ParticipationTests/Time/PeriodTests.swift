import Foundation
import Participation
import Postgres
import TestSupport
import Testing
import Text

@Suite("The open period")
struct PeriodTests {
    private func period(_ opens: String, _ closes: String) throws -> Period {
        Period(
            opensAt: try #require(ChinaTime.parse(opens)), closesAt: try #require(ChinaTime.parse(closes)),
            calendar: try ShippedCalendar.calendar())
    }

    @Test("The source plan's own period: 24 November to 1 December 2020 are 7 days, 5 of them worked")
    func theSourcePlan() throws {
        let plan = try period("2020-11-24", "2020-12-01T24:00")
        #expect(plan.calendarDays == 7 && plan.workingDays == 5 && !plan.isProvisional(counting: .working))
        let strip = plan.strip(counting: .working)
        #expect(strip.count == 8 && strip.first?.kind == .opening && strip.first?.ordinal == nil)
        #expect(strip.compactMap(\.ordinal) == [1, 2, 3, 4, 5])
        #expect(strip.filter { $0.kind == .weekend }.count == 2)
        #expect(plan.strip(counting: .calendar).compactMap(\.ordinal) == Array(1...7))
    }

    @Test("A last day that is not open to its end does not count")
    func partialLastDay() throws {
        let short = try period("2020-11-24T09:00", "2020-12-01T17:30")
        #expect(short.calendarDays == 6 && short.workingDays == 4)
        let last = try #require(short.strip(counting: .calendar).last)
        #expect(last.isPartial && last.ordinal == nil && last.date.description == "2020-12-01")
    }

    @Test("Before it is announced a period counts from now, whatever opening was given")
    func ahead() throws {
        let calendar = try ShippedCalendar.calendar()
        let opens = try #require(ChinaTime.parse("2020-10-24"))
        let closes = try #require(ChinaTime.parse("2020-12-01T24:00"))
        func days(_ now: String) throws -> Int {
            let now = try #require(ChinaTime.parse(now))
            return Period.ahead(opensAt: opens, closesAt: closes, now: now, calendar: calendar).calendarDays
        }
        #expect(try days("2020-10-01") == 38 && days("2020-11-24T10:00") == 7)
        #expect(try days("2020-12-01T09:00") == 0 && days("2021-01-01") == 0)
    }

    @Test("Make-up days count as working days, holidays do not")
    func festivals() throws {
        let spring = try period("2026-02-09", "2026-02-25T24:00")
        #expect(spring.workingDays == 7 && spring.calendarDays == 16)
        let strip = spring.strip(counting: .working)
        #expect(strip.first { $0.date.description == "2026-02-14" }?.kind == .makeUp)
        #expect(strip.first { $0.date.description == "2026-02-17" }?.kind == .holiday)
        let unknown = Period(opensAt: spring.opensAt, closesAt: spring.closesAt, calendar: WorkCalendar([]))
        #expect(unknown.isProvisional(counting: .working) && !unknown.isProvisional(counting: .calendar))
    }

    @Test("A rule gives the closing, and says whether a period is shorter")
    func rules() async throws {
        let county = try await ExampleCounty.make()
        let rules = try await county.database.staff.read { try $0.all(LegalRule.all, as: LegalRule.self) }
        let decision = try #require(rules.first { $0.code == "decision" })
        #expect(decision.binding && decision.amount == 30 && decision.dayKind == .calendar)
        let opens = try #require(ChinaTime.parse("2026-11-24T08:30"))
        let calendar = try ShippedCalendar.calendar()
        let closes = Period.closing(opensAt: opens, rule: decision, calendar: calendar)
        #expect(ChinaTime.deadline(closes, in: .zh) == "2026年12月24日24时")
        #expect(!Period(opensAt: opens, closesAt: closes, calendar: calendar).isShorter(than: decision))
        #expect(Period(opensAt: opens, closesAt: closes - 1, calendar: calendar).isShorter(than: decision))
        #expect(!decision.isValid(on: try #require(CalendarDate("2019-08-31"))))
        #expect(decision.isValid(on: try #require(CalendarDate("2019-09-01"))))
    }

    @Test("Letters may be entered for some working days more")
    func entryWindow() throws {
        let closes = try #require(ChinaTime.parse("2026-09-29T24:00"))
        let until = Period.entryUntil(closesAt: closes, workingDays: 3, calendar: try ShippedCalendar.calendar())
        #expect(ChinaTime.deadline(until, in: .zh) == "2026年10月9日24时")
        #expect(Period.entryUntil(closesAt: closes, workingDays: 0, calendar: WorkCalendar([])) == closes)
    }
}
