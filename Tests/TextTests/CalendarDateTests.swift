import Foundation
import Testing
import Text

@Suite struct CalendarDateTests {
    private func date(_ iso: String) throws -> CalendarDate { try #require(CalendarDate(iso)) }

    @Test func readsISO() throws {
        #expect(try date("2020-11-28").description == "2020-11-28")
        #expect(try date("0001-01-01") == .earliest)
        #expect(try date("9999-12-31") == .latest)
        #expect(try date("2024-02-29").day == 29)
        for wrong in [
            "2023-02-29", "2020-13-01", "2020-00-10", "2020-1-01", "2020-11-28 ", "0000-01-01", "２０２０-11-28",
            "+020-11-28", "",
        ] {
            #expect(CalendarDate(wrong) == nil, "\(wrong)")
        }
        #expect(CalendarDate(year: 1900, month: 2, day: 29) == nil)
        #expect(CalendarDate(year: 2000, month: 2, day: 29) != nil)
    }

    @Test func countsDays() throws {
        #expect(try date("1970-01-01").dayNumber == 0)
        #expect(try date("2020-03-01").days(since: date("2020-02-28")) == 2)
        #expect(try date("2020-12-31").adding(days: 1) == date("2021-01-01"))
        #expect(try date("2021-01-01").adding(days: -366) == date("2020-01-01"))
        #expect(CalendarDate.latest.adding(days: 5) == .latest)
        #expect(CalendarDate.earliest.adding(days: .min) == .earliest)
        #expect(CalendarDate.latest.adding(days: .max) == .latest)
        #expect(try date("2020-11-28") < date("2020-12-01"))
        #expect(try date("2020-11-28").weekday == .saturday)
        #expect(try date("2026-02-14").weekday == .saturday)
        #expect(try date("1969-12-31").weekday == .wednesday)
    }

    /// Every day of 800 years, both ways and one after the other.
    @Test func everyDayFollowsTheOneBefore() throws {
        var day = try date("1600-01-01")
        let last = try date("2400-12-31")
        var number = day.dayNumber
        var weekday = day.weekday.rawValue
        while day < last {
            number += 1
            weekday = weekday % 7 + 1
            let next = CalendarDate(dayNumber: number)
            guard next > day, next.dayNumber == number, next.weekday.rawValue == weekday,
                CalendarDate(year: next.year, month: next.month, day: next.day) == next
            else {
                Issue.record("wrong after \(day): \(next)")
                return
            }
            day = next
        }
        #expect(day == last)
    }

    @Test func codesAsText() throws {
        let data = try JSONEncoder().encode([date("2020-11-28")])
        #expect(String(decoding: data, as: UTF8.self) == #"["2020-11-28"]"#)
        #expect(try JSONDecoder().decode([CalendarDate].self, from: data) == [date("2020-11-28")])
        #expect(throws: (any Error).self) {
            try JSONDecoder().decode([CalendarDate].self, from: Data(#"["2020-02-30"]"#.utf8))
        }
    }
}

@Suite struct ChinaTimeTests {
    private let moment = Date(timeIntervalSince1970: 1_606_569_246.25)  // 2020-11-28 21:14:06.25 in China

    @Test func readsTheWallClock() throws {
        let clock = ChinaTime.wallClock(moment)
        #expect(clock.date == CalendarDate("2020-11-28") && clock.hour == 21 && clock.minute == 14 && clock.second == 6)
        #expect(ChinaTime.date(Date(timeIntervalSince1970: 1_606_579_199.999)) == CalendarDate("2020-11-28"))
        #expect(ChinaTime.date(Date(timeIntervalSince1970: 1_606_579_200)) == CalendarDate("2020-11-29"))
        #expect(ChinaTime.wallClock(Date(timeIntervalSince1970: -1)).hour == 7)
        #expect(ChinaTime.date(.distantFuture) <= .latest)
        #expect(ChinaTime.date(Date(timeIntervalSince1970: .infinity)) >= .earliest)
        #expect(ChinaTime.date(Date(timeIntervalSince1970: 1e300)) == .latest)
    }

    @Test func limitsAreMidnights() throws {
        let day = try #require(CalendarDate("2020-12-01"))
        #expect(ChinaTime.startOf(day).timeIntervalSince1970 == 1_606_752_000)
        #expect(ChinaTime.midnightAfter(day) == ChinaTime.startOf(day.adding(days: 1)))
        #expect(ChinaTime.moment(day, hour: 24) == ChinaTime.midnightAfter(day))
        #expect(ChinaTime.moment(day, hour: 24, minute: 1) == nil)
        #expect(ChinaTime.lastDay(before: ChinaTime.midnightAfter(day)) == day)
        #expect(ChinaTime.deadline(ChinaTime.midnightAfter(day), in: .zh) == "2020年12月1日24时")
        #expect(ChinaTime.deadline(ChinaTime.midnightAfter(day), in: .en) == "the end of 1 December 2020")
        #expect(ChinaTime.shortDeadline(ChinaTime.midnightAfter(day), in: .zh) == "12月1日24时")
        let evening = try #require(ChinaTime.moment(day, hour: 22, minute: 20))
        #expect(ChinaTime.shortDeadline(evening, in: .zh) == "12月1日22时20分")
        #expect(ChinaTime.shortDeadline(evening, in: .en) == "22:20 on 1 December")
        let afternoon = try #require(ChinaTime.parse("2020-12-01T17:30"))
        #expect(ChinaTime.deadline(afternoon, in: .zh) == "2020年12月1日17时30分")
        #expect(ChinaTime.deadline(afternoon, in: .en) == "17:30 on 1 December 2020")
        let five = try #require(ChinaTime.parse("2020-12-01T17:00"))
        #expect(ChinaTime.deadline(five, in: .zh) == "2020年12月1日17时")
    }

    @Test func readsForms() throws {
        #expect(ChinaTime.parse("2020-12-01")?.timeIntervalSince1970 == 1_606_752_000)
        #expect(ChinaTime.parse("2020-11-28T21:14:06") == Date(timeIntervalSince1970: 1_606_569_246))
        #expect(ChinaTime.input(moment) == "2020-11-28T21:14")
        for wrong in [
            "", "2020-12-01T", "2020-12-01T25:00", "2020-12-01T10:60", "2020-12-01 10:00", "2020-12-01T10:00Z",
            "2020-12-0１",
        ] {
            #expect(ChinaTime.parse(wrong) == nil, "\(wrong)")
        }
    }

    @Test func writesBothLanguages() throws {
        #expect(ChinaTime.day(moment, in: .zh) == "2020年11月28日")
        #expect(ChinaTime.day(moment, in: .en) == "28 November 2020")
        #expect(ChinaTime.second(moment, in: .zh) == "2020年11月28日 21:14:06")
        #expect(ChinaTime.second(moment, in: .en) == "28 November 2020, 21:14:06")
        #expect(ChinaTime.minute(moment, in: .zh) == "2020年11月28日 21:14")
        #expect(ChinaTime.minute(moment, in: .en) == "28 November 2020, 21:14")
        #expect(ChinaTime.iso(moment) == "2020-11-28T21:14:06+08:00")
        #expect(ChinaTime.stamp(ChinaTime.date(moment)) == "11.28")
        #expect(ChinaTime.weekday(.saturday, in: .zh) == "星期六")
    }

    @Test func writesMicroseconds() {
        #expect(ChinaTime.utcMicroseconds(moment) == "2020-11-28T13:14:06.250000Z")
        #expect(
            ChinaTime.utcMicroseconds(Date(timeIntervalSince1970: 1_795_484_475.123457))
                == "2026-11-24T03:01:15.123457Z"
                || ChinaTime.utcMicroseconds(Date(timeIntervalSince1970: 1_795_484_475.123457)).hasSuffix(".123457Z"))
        #expect(ChinaTime.utcMicroseconds(Date(timeIntervalSince1970: 0.9999999)) == "1970-01-01T00:00:01.000000Z")
        #expect(ChinaTime.utcMicroseconds(Date(timeIntervalSince1970: 1e300)).hasSuffix("Z"))
    }
}
