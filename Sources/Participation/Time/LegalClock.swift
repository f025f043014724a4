import Foundation
import Postgres
import Text

/// What is owed by when: a limit that runs from an event by the version of a rule that held then.
///
/// It is started, paused, stopped and extended by the rooms that owe something (`start_clock` and its kin in sql/0015); people read it.
package struct LegalClock: Sendable {
    /// Why a clock stands still.
    package enum PauseReason: String, Sendable, CaseIterable, PostgresValue {
        /// Somebody else must say something first.
        case thirdParty = "third_party"
        /// The citizen is asked for something.
        case citizen
    }

    package struct Pause: Row, Equatable {
        package let from: Date
        /// Nil while it lasts.
        package let until: Date?
        package let reason: PauseReason
        /// While it lasts: when somebody looks whether it still waits.
        package let reviewOn: CalendarDate?

        package init(_ row: RowReader) throws {
            from = try row["from_at"]
            until = try row["until_at"]
            reason = try row["reason"]
            reviewOn = try row["review_on"]
        }
    }

    /// A move of the due date. A pause has no new date, its end no old one.
    package struct Change: Row, Equatable {
        /// `unit`: it goes by the rule and the calendar of another unit from here on.
        package enum Cause: String, Sendable, PostgresValue { case calendar, paused, resumed, extended, unit }

        package let at: Date
        package let cause: Cause
        package let oldDueOn: CalendarDate?
        package let newDueOn: CalendarDate?

        package init(_ row: RowReader) throws {
            at = try row["at"]
            cause = try row["cause"]
            oldDueOn = try row["old_due_on"]
            newDueOn = try row["new_due_on"]
        }
    }

    private struct Times: Row {
        let ruleID: Int
        let unitID: Int?
        let startedAt: Date
        let dueOn: CalendarDate?
        let dueAt: Date?
        let isProvisional: Bool
        let stoppedAt: Date?
        let extendedTo: CalendarDate?
        let extendedAt: Date?

        init(_ row: RowReader) throws {
            ruleID = try row["rule_id"]
            unitID = try row["unit_id"]
            startedAt = try row["started_at"]
            dueOn = try row["due_on"]
            dueAt = try row["due_at"]
            isProvisional = try row["provisional"]
            stoppedAt = try row["stopped_at"]
            extendedTo = try row["extended_to"]
            extendedAt = try row["extended_at"]
        }
    }

    package let rule: LegalRule
    package let startedAt: Date
    /// Nil while the clock is paused.
    package let dueOn: CalendarDate?
    /// Exclusive.
    package let dueAt: Date?
    package let isProvisional: Bool
    package let stoppedAt: Date?
    package let pauses: [Pause]
    package let changes: [Change]
    private let extended: (to: CalendarDate, at: Date)?
    private let calendar: WorkCalendar

    /// The clock with everything that explains it; nil if there is none.
    package static func find(_ id: Int, _ tx: borrowing Session) throws -> LegalClock? {
        let row = try tx.first(
            """
            select rule_id, unit_id, started_at, due_on, due_at, provisional, stopped_at, extended_to, extended_at
            from clocks where id = \(id)
            """, as: Times.self)
        guard let row, let rule = try tx.first(LegalRule.with(id: row.ruleID), as: LegalRule.self) else { return nil }
        return LegalClock(
            row, rule: rule,
            pauses: try tx.all(
                "select from_at, until_at, reason, review_on from clock_pauses where clock_id = \(id) order by from_at"),
            changes: try tx.all(
                "select at, cause, old_due_on, new_due_on from clock_changes where clock_id = \(id) order by id"),
            calendar: try WorkCalendar.load(ofUnit: row.unitID, tx))
    }

    private init(_ row: Times, rule: LegalRule, pauses: [Pause], changes: [Change], calendar: WorkCalendar) {
        self.rule = rule
        (startedAt, stoppedAt) = (row.startedAt, row.stoppedAt)
        (dueOn, dueAt, isProvisional) = (row.dueOn, row.dueAt, row.isProvisional)
        (self.pauses, self.changes, self.calendar) = (pauses, changes, calendar)
        extended = row.extendedTo.flatMap { to in row.extendedAt.map { (to, $0) } }
    }

    package var isPaused: Bool { pauses.last.map { $0.until == nil } ?? false }

    /// The counting, day by day: to the due date; while the clock is paused, to today.
    package func strip(now: Date) -> [CountedDay] {
        let days = DueDate(
            rule.limit, from: startedAt, calendar: calendar,
            pauses: pauses.map { DueDate.Pause(from: $0.from, until: $0.until ?? now) }, extended: extended
        ).days
        return isPaused ? days.filter { $0.date <= ChinaTime.date(now) } : days
    }
}
