import Text

/// A day of the strip that shows how a date came about.
package struct CountedDay: Sendable, Equatable {
    package enum Kind: String, Sendable {
        /// The day of the event, which is not counted.
        case opening
        case working, weekend, holiday
        /// A weekend day that is worked.
        case makeUp = "make_up"
    }
    package let date: CalendarDate
    package let kind: Kind
    /// The holiday's name.
    package let name: String
    /// Which counted day it is, from 1; nil if it is not counted.
    package let ordinal: Int?
    /// The last day, not open to its end.
    package let isPartial: Bool
    /// The clock stood still.
    package let isPaused: Bool

    init(
        _ date: CalendarDate, in calendar: WorkCalendar, isFirst: Bool, ordinal: Int?, isPartial: Bool = false,
        isPaused: Bool = false
    ) {
        let exception = calendar.exception(on: date)
        self.date = date
        kind =
            isFirst
            ? .opening
            : exception.map { $0.kind == .holiday ? .holiday : .makeUp }
                ?? (date.weekday.isWeekend ? .weekend : .working)
        name = exception?.name ?? ""
        (self.ordinal, self.isPartial, self.isPaused) = (ordinal, isPartial, isPaused)
    }
}
