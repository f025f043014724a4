import Foundation
import Participation
import Text

/// A day of the strip that shows how a date was counted, as `parts/days` shows it.
struct StripDay: Sendable {
    let date: String
    let weekday: String
    let note: String?
    let ordinal: String?
    /// Does not count.
    let off: Bool
    let last: Bool

    /// The event whose day a limit begins after, below `consultations.days`.
    enum Opening: String, Sendable {
        case received = "event"
        case accepted, reopened
    }
}

extension StripDay {
    /// A period day by day, for the public and for its organiser alike.
    static func strip(_ period: Period, counting dayKind: LegalRule.DayKind, _ texts: Texts) -> [Self] {
        let last = ChinaTime.lastDay(before: period.closesAt)
        return period.strip(counting: dayKind).map { Self($0, last: $0.date == last, opening: "opening", texts) }
    }

    /// How a legal clock came to its date; while it is paused, to today.
    static func strip(_ clock: LegalClock, now: Date, opening: Opening, _ texts: Texts) -> [Self] {
        strip(clock.strip(now: now), dueOn: clock.dueOn, opening: opening, texts)
    }

    /// The same of days that were counted elsewhere.
    static func strip(_ days: [CountedDay], dueOn: CalendarDate?, opening: Opening, _ texts: Texts) -> [Self] {
        days.map { Self($0, last: $0.date == dueOn, opening: opening.rawValue, texts) }
    }

    private init(_ day: CountedDay, last: Bool, opening: String, _ texts: Texts) {
        let key = "consultations.days.\(day.kind == .opening ? opening : day.kind.rawValue)"
        date = ChinaTime.stamp(day.date)
        weekday = ChinaTime.weekday(day.date.weekday, in: texts.clock)
        note =
            day.isPartial
            ? texts["consultations.days.partial"]
            : day.isPaused
                ? texts["consultations.days.paused"]
                : day.kind == .working
                    ? nil
                    : day.name.isEmpty || day.kind == .opening
                        ? texts[key] : texts[key + "_named", ["name": day.name]]
        ordinal = day.ordinal.map { texts["consultations.days.ordinal", ["ordinal": $0]] }
        off = day.ordinal == nil
        self.last = last
    }
}
