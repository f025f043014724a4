import Foundation
import Text

/// 征集期限: how long a consultation is open, and how that was counted.
///
/// The day of opening is not counted (《民法典》第二百零一条). The closing is exclusive, and the last day counts only when it
/// is open to its end: a period that ends at 17:30 has no more whole days than one that ended the evening before (《民法典》
/// 第二百零三条: the last day ends at 24:00).
package struct Period: Sendable, Equatable {
    package let opensAt: Date
    /// Exclusive.
    package let closesAt: Date
    package let calendarDays: Int
    package let workingDays: Int
    private let calendar: WorkCalendar

    package init(opensAt: Date, closesAt: Date, calendar: WorkCalendar) {
        (self.opensAt, self.closesAt, self.calendar) = (opensAt, closesAt, calendar)
        let first = ChinaTime.date(opensAt)
        let last = Self.lastWholeDay(before: closesAt)
        calendarDays = max(0, last.days(since: first))
        workingDays = calendar.workingDays(after: first, through: last)
    }

    private static func lastWholeDay(before closing: Date) -> CalendarDate {
        ChinaTime.date(closing).adding(days: -1)
    }

    /// A period that is not announced yet: announced now at the earliest, so an opening that lies back is no day longer.
    /// - Parameter now: a closing that has passed leaves nothing, never less.
    package static func ahead(opensAt: Date, closesAt: Date, now: Date, calendar: WorkCalendar) -> Period {
        Period(opensAt: max(opensAt, min(now, closesAt)), closesAt: closesAt, calendar: calendar)
    }

    /// Whole days of this kind.
    package func days(_ kind: LegalRule.DayKind) -> Int { kind == .working ? workingDays : calendarDays }

    /// Whether the count may still change: working days in a year whose calendar is not loaded.
    package func isProvisional(counting kind: LegalRule.DayKind) -> Bool {
        kind == .working
            && !(calendar.covers(ChinaTime.date(opensAt)) && calendar.covers(ChinaTime.lastDay(before: closesAt)))
    }

    package func isShorter(than rule: LegalRule) -> Bool { days(rule.dayKind) < rule.amount }

    /// The earliest closing that is long enough: midnight after the last counted day.
    package static func closing(opensAt: Date, rule: LegalRule, calendar: WorkCalendar) -> Date {
        let first = ChinaTime.date(opensAt)
        return switch rule.dayKind {
        case .calendar: ChinaTime.midnightAfter(first.adding(days: rule.amount))
        case .working: ChinaTime.midnightAfter(calendar.adding(workingDays: rule.amount, to: first).date)
        }
    }

    /// Until when (exclusive) letters that came in time may be entered: `workingDays` after the last day.
    package static func entryUntil(closesAt: Date, workingDays: Int, calendar: WorkCalendar) -> Date {
        let last = ChinaTime.lastDay(before: closesAt)
        guard workingDays > 0 else { return closesAt }
        return max(closesAt, ChinaTime.midnightAfter(calendar.adding(workingDays: workingDays, to: last).date))
    }

    /// The counting, day by day; at most `limit` days.
    package func strip(counting dayKind: LegalRule.DayKind, limit: Int = 120) -> [CountedDay] {
        let first = ChinaTime.date(opensAt)
        let whole = Self.lastWholeDay(before: closesAt)
        let last = ChinaTime.lastDay(before: closesAt)
        var ordinal = 0
        return (0...min(max(0, last.days(since: first)), limit)).map { offset in
            let date = first.adding(days: offset)
            let counts = offset > 0 && date <= whole && calendar.counts(date, as: dayKind)
            if counts { ordinal += 1 }
            return CountedDay(
                date, in: calendar, isFirst: offset == 0, ordinal: counts ? ordinal : nil, isPartial: date > whole)
        }
    }
}
