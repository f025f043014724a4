import Text

/// The days on which the messages of a scoreboard were received.
package struct ScorePeriod: Sendable, Equatable {
    package enum Kind: Sendable, Equatable {
        case month, quarter, year, any
    }

    package let kind: Kind
    package let first: CalendarDate
    /// Inclusive.
    package let last: CalendarDate

    /// A calendar year.
    package init?(year: Int) {
        self.init(.year, year: year, month: 1, months: 12)
    }

    /// - Parameter quarter: 1 to 4.
    package init?(year: Int, quarter: Int) {
        guard (1...4).contains(quarter) else { return nil }
        self.init(.quarter, year: year, month: 3 * quarter - 2, months: 3)
    }

    package init?(year: Int, month: Int) {
        self.init(.month, year: year, month: month, months: 1)
    }

    /// Any days, at most ten years.
    package init?(from first: CalendarDate, through last: CalendarDate) {
        guard first <= last, last.days(since: first) <= 3660 else { return nil }
        (kind, self.first, self.last) = (.any, first, last)
    }

    private init?(_ kind: Kind, year: Int, month: Int, months: Int) {
        guard (CalendarYear.first...CalendarYear.last).contains(year),
            let first = CalendarDate(year: year, month: month, day: 1),
            let last = CalendarDate(
                year: year, month: month + months - 1, day: CalendarDate.days(inMonth: month + months - 1, of: year))
        else { return nil }
        (self.kind, self.first, self.last) = (kind, first, last)
    }

    /// Reads what `code` writes.
    package init?(_ code: String) {
        let parts = code.split(separator: "-").map(String.init)
        guard parts.count <= 2, let year = parts.first.flatMap({ $0.utf8.count == 4 ? Int($0) : nil }) else {
            return nil
        }
        guard let rest = parts.dropFirst().first else {
            self.init(year: year)
            return
        }
        if rest.utf8.first == UInt8(ascii: "Q") {
            self.init(year: year, quarter: Int(rest.dropFirst()) ?? 0)
        } else {
            self.init(year: year, month: Int(rest) ?? 0)
        }
    }

    /// `2026`, `2026-Q4`, `2026-11`; empty for any days.
    package var code: String {
        switch kind {
        case .year: "\(first.year)"
        case .quarter: "\(first.year)-Q\(quarter)"
        case .month: "\(first.year)-\(first.month)"
        case .any: ""
        }
    }

    package var quarter: Int { (first.month + 2) / 3 }

    /// What a form offers: two years, four quarters, and twelve months, the newest first.
    package static func choices(on today: CalendarDate) -> [ScorePeriod] {
        let months = (0..<12).map { 12 * today.year + today.month - 1 - $0 }
        let quarters = (0..<4).map { 4 * today.year + (today.month - 1) / 3 - $0 }
        return [today.year, today.year - 1].compactMap { ScorePeriod(year: $0) }
            + quarters.compactMap { ScorePeriod(year: $0 / 4, quarter: $0 % 4 + 1) }
            + months.compactMap { ScorePeriod(year: $0 / 12, month: $0 % 12 + 1) }
    }
}
