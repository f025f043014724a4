import Postgres
import Text

/// 工作日: which days are worked, by the State Council's yearly notice. A value; nothing here reads a clock.
///
/// A working day is Monday to Friday that is no holiday, or a weekend day that is worked to make up for one (调休).
package struct WorkCalendar: Sendable, Equatable {
    package enum Kind: String, Sendable, PostgresValue {
        case holiday
        /// A Saturday or Sunday that is worked.
        case workday
    }

    /// A day on which the official calendar differs from the week, or on which one unit is closed.
    package struct Exception: Row, Equatable {
        package let day: CalendarDate
        package let kind: Kind
        package let name: String
        /// The closure of one unit; the notice of the State Council says nothing of it.
        package let isLocal: Bool

        package init(day: CalendarDate, kind: Kind, name: String) {
            (self.day, self.kind, self.name, isLocal) = (day, kind, name, false)
        }

        package init(_ row: RowReader) throws {
            day = try row["day"]
            kind = try row["kind"]
            name = try row["name"]
            isLocal = try row["is_local"]
        }
    }

    /// How a date was reached.
    package struct Count: Sendable, Equatable {
        package let date: CalendarDate
        /// The official calendar of a year that was crossed is not loaded: the date may still move.
        package let isProvisional: Bool
    }

    private let exceptions: [CalendarDate: Exception]
    /// The years whose notice is loaded: those whose National Day is known.
    package let years: Set<Int>

    package init(_ exceptions: [Exception]) {
        self.exceptions = Dictionary(exceptions.map { ($0.day, $0) }) { $1 }
        years = Set(
            exceptions.filter { $0.kind == .holiday && !$0.isLocal && $0.day.month == 10 && $0.day.day == 1 }
                .map(\.day.year))
    }

    /// The county's whole calendar as loaded; some hundred rows.
    package static let rows: SQL =
        "select day, kind, name, false as is_local from calendar_days where unit_id is null order by day"

    /// The calendar a unit goes by: the county's, and its own closures over it.
    package static func rows(ofUnit unitID: Int?) -> SQL {
        """
        select day, kind, name, unit_id is not null as is_local from calendar_days
        where unit_id is null or unit_id = \(unitID) order by day, unit_id nulls first
        """
    }

    /// The whole years that a period touches: enough to count its days and to know whether their notices are loaded.
    static func rows(from first: CalendarDate, to last: CalendarDate) -> SQL {
        """
        select day, kind, name, false as is_local from calendar_days
        where day >= date_trunc('year', \(first)::date) and day < date_trunc('year', \(last)::date) + interval '1 year'
          and unit_id is null order by day
        """
    }

    package static func load(_ tx: borrowing Session) throws -> WorkCalendar {
        WorkCalendar(try tx.all(rows))
    }

    package static func load(ofUnit unitID: Int?, _ tx: borrowing Session) throws -> WorkCalendar {
        WorkCalendar(try tx.all(rows(ofUnit: unitID)))
    }

    package func exception(on date: CalendarDate) -> Exception? { exceptions[date] }

    /// Whether the notice of that year is loaded.
    package func covers(_ date: CalendarDate) -> Bool { years.contains(date.year) }

    package func isWorkingDay(_ date: CalendarDate) -> Bool {
        switch exceptions[date]?.kind {
        case .holiday: false
        case .workday: true
        case nil: !date.weekday.isWeekend
        }
    }

    /// The day that is `count` working days after `date`, which itself is not counted (《民法典》第二百零一条).
    package func adding(workingDays count: Int, to date: CalendarDate) -> Count {
        var at = date
        var left = count
        var covered = covers(date)
        while left > 0, at < .latest {
            at = at.adding(days: 1)
            if !covers(at) { covered = false }
            if isWorkingDay(at) { left -= 1 }
        }
        return Count(date: at, isProvisional: !covered)
    }

    /// Whether a limit in days of this kind counts the day.
    func counts(_ date: CalendarDate, as dayKind: LegalRule.DayKind) -> Bool {
        dayKind == .calendar || isWorkingDay(date)
    }

    /// Days of a kind after `date`, which is not counted, up to and including `last`.
    func count(_ dayKind: LegalRule.DayKind, after date: CalendarDate, through last: CalendarDate) -> Int {
        var count = 0
        var at = date
        while at < last {
            at = at.adding(days: 1)
            if counts(at, as: dayKind) { count += 1 }
        }
        return count
    }

    package func workingDays(after date: CalendarDate, through last: CalendarDate) -> Int {
        count(.working, after: date, through: last)
    }
}
