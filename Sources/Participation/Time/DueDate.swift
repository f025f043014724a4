import Foundation
import Text

/// When a limit ends, and how that was counted: day by day, as a person would on the wall calendar.
///
/// The database counts the same by numbered days (`due_of` in sql/0015); a test holds the two against each other. The day of the event is
/// not counted, the last day ends at 24:00 (《民法典》第二百零一条、第二百零三条). Of a pause the days after the one it begins on are not
/// counted, up to and including the one it ends on.
package struct DueDate: Sendable, Equatable {
    /// A time in which the clock stood still.
    package struct Pause: Sendable, Equatable {
        package let from: Date
        package let until: Date

        package init(from: Date, until: Date) { (self.from, self.until) = (from, until) }

        fileprivate func covers(_ day: CalendarDate) -> Bool {
            ChinaTime.date(from) < day && day <= ChinaTime.date(until)
        }
    }

    package let date: CalendarDate
    /// Exclusive.
    package let moment: Date
    /// The official calendar of a year that was crossed is not loaded: the date may still move.
    package let isProvisional: Bool
    /// From the day of the event to the last day, the earlier first.
    package let days: [CountedDay]

    /// - Parameters:
    ///   - extension: a date that was granted, and when; pauses before it are part of it.
    ///   - pauses: the earliest first, all over.
    package init(
        _ limit: Limit, from start: Date, calendar: WorkCalendar, pauses: [Pause] = [],
        extended: (to: CalendarDate, at: Date)? = nil
    ) {
        // An extension has fixed a date of its own.
        let pauses = pauses.filter { pause in extended.map { pause.from >= $0.at } ?? true }
        let walk = Walk(start: ChinaTime.date(start), limit: limit, calendar: calendar, pauses: pauses)
        let isFixed = extended != nil && pauses.isEmpty
        if limit.measure == .hours, extended == nil {
            moment = walk.hours(from: start)
            date = ChinaTime.lastDay(before: moment)
        } else {
            let last = walk.lastDay(unpaused: extended?.to)
            date = isFixed ? last : walk.rolled(last)
            moment = ChinaTime.moment(date, hour: limit.dueHour) ?? ChinaTime.midnightAfter(date)
        }
        days = walk.days(through: date, atMost: extended == nil ? Int(limit.amount.magnitude) : .max)
        let years = min(walk.start, date).year...max(walk.start, date).year
        isProvisional =
            !isFixed && (limit.dayKind == .working || limit.rollOver != .none)
            && !years.allSatisfy(calendar.years.contains)
    }
}

/// The days after an event, one after the other.
private struct Walk {
    let start: CalendarDate
    let limit: Limit
    let calendar: WorkCalendar
    let pauses: [DueDate.Pause]

    private func isPaused(_ day: CalendarDate) -> Bool { pauses.contains { $0.covers(day) } }

    /// The strip, the earlier day first; not more than `most` days of it are counted.
    func days(through last: CalendarDate, atMost most: Int) -> [CountedDay] {
        let distance = last.days(since: start)
        var ordinal = 0
        let days = (0...Int(distance.magnitude)).map { offset in
            let day = start.adding(days: offset * distance.signum())
            let counts =
                offset > 0 && limit.measure == .days && ordinal < most && !isPaused(day)
                && calendar.counts(day, as: limit.dayKind)
            if counts { ordinal += 1 }
            return CountedDay(
                day, in: calendar, isFirst: offset == 0, ordinal: counts ? ordinal : nil, isPaused: isPaused(day))
        }
        return distance < 0 ? days.reversed() : days
    }

    /// The last day of a limit in days, before it rolls over.
    /// - Parameter fixed: where it would end without pauses, if that is not for counting.
    func lastDay(unpaused fixed: CalendarDate?) -> CalendarDate {
        var day = fixed ?? counting(limit.amount, from: start)
        for pause in pauses {
            let (from, until) = (ChinaTime.date(pause.from), ChinaTime.date(pause.until))
            if from > day { continue }
            let left = calendar.count(limit.dayKind, after: from, through: day)
            // What had only the rest of its last day left has the day on which it goes on, or the next that counts.
            day = left > 0 ? counting(left, from: until) : counting(1, from: until.adding(days: -1))
        }
        return day
    }

    /// The day itself, or the next on which a limit may end.
    func rolled(_ day: CalendarDate) -> CalendarDate {
        func mayEnd(_ day: CalendarDate) -> Bool {
            switch limit.rollOver {
            case .none: true
            case .holiday: calendar.exception(on: day)?.kind != .holiday
            case .nonWorking: calendar.isWorkingDay(day)
            }
        }
        var day = day
        while !mayEnd(day), day < .latest { day = day.adding(days: 1) }
        return day
    }

    private func counting(_ amount: Int, from first: CalendarDate) -> CalendarDate {
        var (day, left) = (first, amount.magnitude)
        while left > 0, day < .latest, day > .earliest {
            day = day.adding(days: amount.signum())
            if calendar.counts(day, as: limit.dayKind) { left -= 1 }
        }
        return day
    }

    /// The moment at which a limit in hours ends.
    func hours(from start: Date) -> Date {
        var due = adding(seconds: Double(limit.amount) * 3600, to: start)
        for pause in pauses where pause.from < due {
            due = adding(seconds: seconds(from: pause.from, to: due), to: pause.until)
        }
        return due
    }

    private func adding(seconds: Double, to start: Date) -> Date {
        var (at, left, day) = (start, seconds, ChinaTime.date(start))
        while day < .latest {
            let end = ChinaTime.midnightAfter(day)
            if calendar.counts(day, as: limit.dayKind) {
                if left <= end.timeIntervalSince(at) { return at.addingTimeInterval(left) }
                left -= end.timeIntervalSince(at)
            }
            (at, day) = (end, day.adding(days: 1))
        }
        return at
    }

    private func seconds(from start: Date, to end: Date) -> Double {
        var (at, sum, day) = (start, 0.0, ChinaTime.date(start))
        while at < end, day < .latest {
            let next = min(end, ChinaTime.midnightAfter(day))
            if calendar.counts(day, as: limit.dayKind) { sum += next.timeIntervalSince(at) }
            (at, day) = (next, day.adding(days: 1))
        }
        return sum
    }
}
