import Foundation
import Postgres
import Text

/// 征集期限: how the days of a consultation are counted, day by day.
package struct OpenPeriod: Sendable, Equatable {
    /// An exception of the official calendar.
    package struct CalendarDay: Row, Equatable {
        package let day: String
        /// `holiday`, or `workday` for a make-up day at a weekend (调休).
        package let kind: String
        package let name: String

        package init(_ row: RowReader) throws {
            day = try row["day"]
            kind = try row["kind"]
            name = try row["name"]
        }

        package init(day: String, kind: String, name: String) {
            (self.day, self.kind, self.name) = (day, kind, name)
        }

        /// Exceptions of all years that the period touches.
        static func around(opensAt: Date, closesAt: Date) -> SQL {
            let first = "\(ChinaTime.date(opensAt))"
            let last = "\(ChinaTime.lastDay(before: closesAt))"
            return """
                select day::text, kind, name from calendar_days
                where day between date_trunc('year', (\(first)::text)::date)
                  and date_trunc('year', (\(last)::text)::date) + interval '1 year - 1 day' order by day
                """
        }
    }

    package struct Day: Sendable, Equatable {
        package enum Kind: String, Sendable {
            case opening, working, weekend, holiday, makeUp = "make_up"
        }
        package let date: CalendarDate
        package let kind: Kind
        /// The name of the holiday or of what is made up for.
        package let name: String
        /// 1 for the first day that counts; nil for a day that does not.
        package let ordinal: Int?
    }

    package let days: [Day]
    package let countsWorkingDays: Bool
    /// How many days count.
    package let length: Int
    /// The official calendar of one of the years is not known yet, so working days may still change.
    package let isProvisional: Bool

    /// The day of opening is not counted (《民法典》第二百零一条).
    package init(opensAt: Date, closesAt: Date, countsWorkingDays: Bool, calendar: [CalendarDay]) {
        let first = ChinaTime.date(opensAt)
        let last = ChinaTime.lastDay(before: closesAt)
        let exceptions = Dictionary(calendar.map { ($0.day, $0) }) { one, _ in one }
        let knownYears = Set(calendar.map { String($0.day.prefix(4)) })
        var days: [Day] = []
        var counted = 0
        // Nobody reads more than a year of days.
        let span = min(max(0, last.days(since: first)), 400)
        for offset in 0...span {
            let date = first.adding(days: offset)
            let exception = exceptions[date.description]
            let kind: Day.Kind =
                if offset == 0 {
                    .opening
                } else if exception?.kind == "holiday" {
                    .holiday
                } else if exception?.kind == "workday" {
                    .makeUp
                } else if date.weekday.isWeekend {
                    .weekend
                } else {
                    .working
                }
            let counts = offset > 0 && (!countsWorkingDays || kind == .working || kind == .makeUp)
            if counts { counted += 1 }
            days.append(
                Day(date: date, kind: kind, name: exception?.name ?? "", ordinal: counts ? counted : nil))
        }
        self.days = days
        self.countsWorkingDays = countsWorkingDays
        length = counted
        isProvisional =
            countsWorkingDays
            && !Set([first.description.prefix(4), last.description.prefix(4)].map(String.init)).isSubset(of: knownYears)
    }
}
