import Foundation
import Postgres
import Text

/// Sets the days of a hearing back from its day, and judges days that were chosen. The database judges the same by `gathering_day` and
/// refuses; this shows how it comes about. A value; nothing here reads a clock.
package struct HearingPlanner: Sendable {
    let kind: Gathering.Kind
    private let subject: Gathering.Subject
    let unitID: Int?
    let rules: [LegalRule]
    let calendar: WorkCalendar

    package init(
        kind: Gathering.Kind, subject: Gathering.Subject, unitID: Int?, rules: [LegalRule], calendar: WorkCalendar
    ) {
        (self.kind, self.subject, self.unitID, self.rules, self.calendar) = (kind, subject, unitID, rules, calendar)
    }

    /// Every day set back from that of the hearing by its rule; empty where no rule is in force. A plan that cannot be kept any more is shown
    /// as it comes out, from today on: it is not repaired, and its registration stays empty where there is no room for one.
    package func proposed(for heldOn: CalendarDate, today: CalendarDate) -> GatheringDates {
        func limit(_ code: String) -> CalendarDate? {
            rules.holding(code, on: heldOn, unitID: unitID).map { counted($0, heldOn).date }
        }
        func ahead(_ day: CalendarDate?) -> CalendarDate? { day.map { max($0, today) } }
        var dates = GatheringDates(noticeOn: today, heldOn: heldOn)
        dates.materialsOn = ahead(limit(materialsCode).map { margin($0) })
        dates.reportOn = limit(reportCode)
        guard kind == .hearing else { return dates }
        let notice = ahead(noticeCodes.compactMap(limit).min()) ?? today
        dates.noticeOn = notice
        dates.listOn = ahead(limit("hearing.list"))
        guard let list = dates.listOn, let days = registration(heldOn, notice: notice, list: list, today: today) else {
            return dates
        }
        // Who may register has been told.
        dates.noticeOn = min(notice, days.first)
        dates.registrationFrom = ChinaTime.startOf(days.first)
        dates.registrationUntil = ChinaTime.midnightAfter(days.last)
        return dates
    }

    /// Registration: from the day of the notice to the working day five before the list, in which the lot is drawn. Where that is shorter than
    /// the rule it begins sooner, and where today is not soon enough the days of the lot are fewer.
    private func registration(
        _ heldOn: CalendarDate, notice: CalendarDate, list: CalendarDate, today: CalendarDate
    ) -> (first: CalendarDate, last: CalendarDate)? {
        let last = DueDate(
            Limit(amount: -5, dayKind: .working), from: ChinaTime.startOf(list), calendar: calendar
        ).date
        guard let rule = rules.holding("hearing.registration", on: heldOn, unitID: unitID) else {
            return last >= notice ? (notice, last) : nil
        }
        func closing(_ first: CalendarDate) -> CalendarDate {
            ChinaTime.lastDay(
                before: Period.closing(opensAt: ChinaTime.startOf(first), rule: rule, calendar: calendar))
        }
        var first = min(notice, last)
        while first > today, closing(first) > last { first = first.adding(days: -1) }
        if first >= today, closing(first) <= last { return (first, last) }
        let soonest = closing(today)
        return soonest < list ? (today, soonest) : nil
    }

    /// Of a hearing that is to come: how many days of registration are asked for, where there is no room for them before the list.
    package func missingRegistration(for heldOn: CalendarDate, today: CalendarDate) -> Int? {
        guard kind == .hearing, heldOn > today, proposed(for: heldOn, today: today).registrationFrom == nil else {
            return nil
        }
        return rules.holding("hearing.registration", on: heldOn, unitID: unitID)?.amount ?? 1
    }

    /// The day itself, where it is none that is worked. The holidays of a year that is not loaded may still come.
    package func dayOff(_ heldOn: CalendarDate) -> CountedDay? {
        calendar.isWorkingDay(heldOn) ? nil : CountedDay(heldOn, in: calendar, isFirst: false, ordinal: nil)
    }

    /// Whether the holidays of that year are known.
    package func covers(_ heldOn: CalendarDate) -> Bool { calendar.covers(heldOn) }

    var noticeCodes: [String] {
        switch subject {
        case .decision: ["hearing.notice"]
        case .regulation: ["hearing.notice", "hearing.regulation"]
        case .licence: ["hearing.notice", "hearing.licence"]
        }
    }

    var materialsCode: String { kind == .hearing ? "hearing.materials" : "forum.materials" }
    var reportCode: String { kind == .hearing ? "hearing.report" : "forum.record" }

    func counted(_ rule: LegalRule, _ heldOn: CalendarDate) -> DueDate {
        DueDate(rule.limit, from: ChinaTime.startOf(heldOn), calendar: calendar)
    }

    /// Two days before the last that is allowed, and worked: paper takes its time.
    private func margin(_ limit: CalendarDate) -> CalendarDate {
        var day = limit.adding(days: -2)
        while !calendar.isWorkingDay(day), day > .earliest { day = day.adding(days: -1) }
        return day
    }
}

extension HearingPlanner {
    /// By the rules and the calendar of the unit that holds it.
    package static func load(
        _ kind: Gathering.Kind, _ subject: Gathering.Subject, unitID: Int?, _ tx: borrowing Session
    ) throws -> HearingPlanner {
        HearingPlanner(
            kind: kind, subject: subject, unitID: unitID, rules: try tx.all(LegalRule.all, as: LegalRule.self),
            calendar: try WorkCalendar.load(ofUnit: unitID, tx))
    }
}
