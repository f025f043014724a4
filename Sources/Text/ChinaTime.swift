import Foundation

/// Between instants and the clock on the wall in China, and how both are written.
///
/// The zone is fixed at UTC+8. That has been true since China's last summer time ended on 15 September 1991; nothing here is
/// older. So no time zone database is needed, and the same instant prints the same on every machine.
package enum ChinaTime {
    package enum Language: Sendable, CaseIterable {
        case zh
        case en
    }

    /// What a clock on a wall in China shows.
    package struct WallClock: Sendable, Equatable {
        package let date: CalendarDate
        package let hour: Int
        package let minute: Int
        package let second: Int

        package var isMidnight: Bool { hour == 0 && minute == 0 && second == 0 }
    }

    private static let offset = 8 * 3600
    private static let dayLength = 86_400

    // MARK: Instants and days

    package static func wallClock(_ moment: Date) -> WallClock {
        let seconds = wholeSeconds(moment) + offset
        let day = floorDivide(seconds, dayLength)
        let rest = seconds - day * dayLength
        return WallClock(
            date: CalendarDate(dayNumber: day), hour: rest / 3600, minute: rest / 60 % 60, second: rest % 60)
    }

    /// The day in China at `moment`.
    package static func date(_ moment: Date) -> CalendarDate { wallClock(moment).date }

    /// The first instant of `date` in China.
    package static func startOf(_ date: CalendarDate) -> Date {
        Date(timeIntervalSince1970: Double(date.dayNumber * dayLength - offset))
    }

    /// The exclusive end of `date`: 24:00, the first instant that is too late.
    package static func midnightAfter(_ date: CalendarDate) -> Date {
        Date(timeIntervalSince1970: Double((date.dayNumber + 1) * dayLength - offset))
    }

    /// The instant at which a wall clock in China shows this; nil for a time that does not exist. 24:00 is the end of the day.
    package static func moment(_ date: CalendarDate, hour: Int, minute: Int = 0, second: Int = 0) -> Date? {
        if hour == 24 && minute == 0 && second == 0 { return midnightAfter(date) }
        guard (0..<24).contains(hour), (0..<60).contains(minute), (0..<60).contains(second) else { return nil }
        return startOf(date).addingTimeInterval(Double(hour * 3600 + minute * 60 + second))
    }

    // MARK: Reading

    /// Reads what forms send, as China time: `YYYY-MM-DD` (its start), `YYYY-MM-DDTHH:MM` or `YYYY-MM-DDTHH:MM:SS`.
    package static func parse(_ text: some StringProtocol) -> Date? {
        let bytes = Array(text.utf8)
        guard bytes.count >= 10, let date = CalendarDate(String(decoding: bytes[..<10], as: UTF8.self)) else {
            return nil
        }
        if bytes.count == 10 { return startOf(date) }
        guard bytes.count == 16 || bytes.count == 19, bytes[10] == UInt8(ascii: "T"), bytes[13] == UInt8(ascii: ":"),
            let hour = decimal(bytes[11..<13]), let minute = decimal(bytes[14..<16])
        else { return nil }
        guard bytes.count == 19 else { return moment(date, hour: hour, minute: minute) }
        guard bytes[16] == UInt8(ascii: ":"), let second = decimal(bytes[17..<19]) else { return nil }
        return moment(date, hour: hour, minute: minute, second: second)
    }

    // MARK: Writing for people

    /// `2020年11月28日` · `28 November 2020`
    package static func day(_ date: CalendarDate, in language: Language) -> String {
        switch language {
        case .zh: "\(date.year)年\(date.month)月\(date.day)日"
        case .en: "\(date.day) \(monthName(date.month)) \(date.year)"
        }
    }

    /// The day in China at `moment`: `2020年11月28日` · `28 November 2020`
    package static func day(_ moment: Date, in language: Language) -> String { day(date(moment), in: language) }

    /// `11月28日` · `28 November`
    package static func shortDay(_ date: CalendarDate, in language: Language) -> String {
        switch language {
        case .zh: "\(date.month)月\(date.day)日"
        case .en: "\(date.day) \(monthName(date.month))"
        }
    }

    /// To the second: `2020年11月28日 21:14:06` · `28 November 2020, 21:14:06`
    package static func second(_ moment: Date, in language: Language) -> String {
        let clock = wallClock(moment)
        return joined(clock, time: "\(hourMinute(clock)):\(padded(clock.second, 2))", in: language)
    }

    /// To the minute: `2020年11月28日 21:14` · `28 November 2020, 21:14`
    package static func minute(_ moment: Date, in language: Language) -> String {
        let clock = wallClock(moment)
        return joined(clock, time: hourMinute(clock), in: language)
    }

    /// The end of what began at a moment: on the same day its hour alone.
    package static func end(_ end: Date, of start: Date, in language: Language) -> String {
        date(start) == date(end) ? hourMinute(wallClock(end)) : minute(end, in: language)
    }

    /// An exclusive limit in the words of an announcement. Midnight belongs to the day it ends:
    /// `2020年12月1日24时` · `the end of 1 December 2020`; else `2020年12月1日17时30分` · `17:30 on 1 December 2020`.
    package static func deadline(_ moment: Date, in language: Language) -> String {
        let clock = wallClock(moment)
        if clock.isMidnight {
            let last = day(clock.date.adding(days: -1), in: language)
            return language == .zh ? "\(last)24时" : "the end of \(last)"
        }
        switch language {
        case .zh: return day(clock.date, in: .zh) + hour(clock)
        case .en: return "\(hourMinute(clock)) on \(day(clock.date, in: .en))"
        }
    }

    /// `11月26日24时`, `11月26日22时20分` · `26 November`, `22:20 on 26 November`: an exclusive limit without its year.
    package static func shortDeadline(_ moment: Date, in language: Language) -> String {
        let clock = wallClock(moment)
        let day = shortDay(lastDay(before: moment), in: language)
        switch language {
        case .zh: return day + (clock.isMidnight ? "24时" : hour(clock))
        case .en: return clock.isMidnight ? day : "\(hourMinute(clock)) on \(day)"
        }
    }

    /// `22时`, `22时20分`
    private static func hour(_ clock: WallClock) -> String {
        "\(clock.hour)时" + (clock.minute == 0 ? "" : "\(padded(clock.minute, 2))分")
    }

    /// The last day that is still in time for an exclusive limit: midnight belongs to the day before.
    package static func lastDay(before limit: Date) -> CalendarDate {
        let clock = wallClock(limit)
        return clock.isMidnight ? clock.date.adding(days: -1) : clock.date
    }

    /// `星期六` · `Saturday`
    package static func weekday(_ weekday: Weekday, in language: Language) -> String {
        let names =
            switch language {
            case .zh: ["星期一", "星期二", "星期三", "星期四", "星期五", "星期六", "星期日"]
            case .en: ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"]
            }
        return names[weekday.rawValue - 1]
    }

    /// The date in a stamp: `11.28`
    package static func stamp(_ date: CalendarDate) -> String { "\(date.month).\(padded(date.day, 2))" }

    // MARK: Writing for machines

    /// `2020-11-28T21:14:06+08:00`, for `<time datetime>` and interfaces.
    package static func iso(_ moment: Date) -> String {
        let clock = wallClock(moment)
        return "\(clock.date)T\(hourMinute(clock)):\(padded(clock.second, 2))+08:00"
    }

    /// `2020-11-28T21:14`, the value of `<input type="datetime-local">`; `parse` reads it.
    package static func input(_ moment: Date) -> String {
        let clock = wallClock(moment)
        return "\(clock.date)T\(hourMinute(clock))"
    }

    /// `2020-11-28T13:14:06.250000Z`: UTC with microseconds, as the database prints it.
    package static func utcMicroseconds(_ moment: Date) -> String {
        // Whole seconds and their fraction apart: the product in microseconds would lose digits of a Double.
        let exact = moment.timeIntervalSince1970
        guard exact.magnitude < 1e12 else {
            return utcMicroseconds(Date(timeIntervalSince1970: exact < 0 ? -1e11 : 1e11))
        }
        var seconds = Int(exact.rounded(.down))
        var micros = Int(((exact - exact.rounded(.down)) * 1_000_000).rounded())
        if micros == 1_000_000 { (seconds, micros) = (seconds + 1, 0) }
        let day = floorDivide(seconds, dayLength)
        let rest = seconds - day * dayLength
        let time = "\(padded(rest / 3600, 2)):\(padded(rest / 60 % 60, 2)):\(padded(rest % 60, 2))"
        return "\(CalendarDate(dayNumber: day))T\(time).\(padded(micros, 6))Z"
    }

    // MARK: Parts

    private static func joined(_ clock: WallClock, time: String, in language: Language) -> String {
        switch language {
        case .zh: "\(day(clock.date, in: .zh)) \(time)"
        case .en: "\(day(clock.date, in: .en)), \(time)"
        }
    }

    private static func hourMinute(_ clock: WallClock) -> String {
        "\(padded(clock.hour, 2)):\(padded(clock.minute, 2))"
    }

    private static func monthName(_ month: Int) -> String {
        let names = [
            "January", "February", "March", "April", "May", "June", "July", "August", "September", "October",
            "November", "December",
        ]
        return names.indices.contains(month - 1) ? names[month - 1] : ""
    }

    /// Seconds since 1970, rounded down, and held within what dates can show (distantPast and beyond must not trap).
    private static func wholeSeconds(_ moment: Date) -> Int {
        let seconds = moment.timeIntervalSince1970.rounded(.down)
        guard seconds.isFinite else { return 0 }
        return Int(min(max(seconds, -62_135_625_600), 253_402_271_999))
    }

    private static func floorDivide(_ number: Int, _ divisor: Int) -> Int {
        let quotient = number / divisor
        return number % divisor < 0 ? quotient - 1 : quotient
    }
}
