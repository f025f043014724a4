import Foundation
import Postgres
import Text

/// The days of a gathering that its rules look at.
package struct GatheringDates: Sendable, Equatable {
    /// When it is announced: while it is prepared, today at the earliest.
    package var noticeOn: CalendarDate?
    package var registrationFrom: Date?
    /// Exclusive.
    package var registrationUntil: Date?
    package var listOn: CalendarDate?
    package var materialsOn: CalendarDate?
    package var reportOn: CalendarDate?
    package var heldOn: CalendarDate

    package init(
        noticeOn: CalendarDate? = nil, registrationFrom: Date? = nil, registrationUntil: Date? = nil,
        listOn: CalendarDate? = nil, materialsOn: CalendarDate? = nil, reportOn: CalendarDate? = nil,
        heldOn: CalendarDate
    ) {
        (self.noticeOn, self.heldOn) = (noticeOn, heldOn)
        (self.registrationFrom, self.registrationUntil) = (registrationFrom, registrationUntil)
        (self.listOn, self.materialsOn, self.reportOn) = (listOn, materialsOn, reportOn)
    }

    /// Of a gathering as it is planned; nil while it has no day.
    package init?(_ gathering: Gathering, noticeOn: CalendarDate?) {
        guard let heldOn = gathering.day else { return nil }
        self.init(
            noticeOn: noticeOn, registrationFrom: gathering.registrationFrom,
            registrationUntil: gathering.registrationUntil, listOn: gathering.listOn,
            materialsOn: gathering.materialsOn, reportOn: gathering.reportOn, heldOn: heldOn)
    }
}

package enum PlannedStep: String, CaseIterable, Sendable { case notice, registration, list, materials, hearing, report }

/// One day of the plan against one rule.
package struct PlannedDay: Sendable, Equatable {
    package enum Standing: String, Sendable {
        case kept
        /// From a practice: it may, and says why.
        case departs
        /// A rule that binds, or the order of things: it is not announced so.
        case breaks
        case missing
        /// None was in force on the day of the hearing.
        case noRule = "no_rule"
    }

    package let step: PlannedStep
    /// The version in force on the day of the hearing, the unit's own before the county's.
    package let rule: LegalRule?
    package let day: CalendarDate?
    /// The latest day that keeps the rule; of a registration, the earliest last day.
    package let limit: CalendarDate?
    /// Days of the rule's kind between the day and the hearing; of a registration, how many it has.
    package let distance: Int?
    package let standing: Standing
    /// How the limit is counted, the earlier day first.
    package let strip: [CountedDay]
    /// The calendar of a year that was crossed is not loaded: the limit may still move.
    package let isProvisional: Bool
}

/// Sets the days of a hearing back from its day, and judges days that were chosen. The database judges the same by `gathering_day` and
/// refuses; this shows how it comes about. A value; nothing here reads a clock.
package struct HearingPlanner: Sendable {
    private let kind: Gathering.Kind
    private let subject: Gathering.Subject
    private let unitID: Int?
    private let rules: [LegalRule]
    private let calendar: WorkCalendar

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

    /// Each step against each rule that it has, in the order in which they come.
    package func check(_ dates: GatheringDates) -> [PlannedDay] {
        let materials = before(.materials, materialsCode, dates.materialsOn, dates)
        let report = reported(dates)
        guard kind == .hearing else { return kind == .forum ? [materials, report] : [report] }
        var list = before(.list, "hearing.list", dates.listOn, dates)
        if let day = dates.listOn, day >= dates.heldOn { list = list.broken() }
        return noticeCodes.map { before(.notice, $0, dates.noticeOn, dates) } + [
            registration(dates), list, materials, report,
        ]
    }

    private var noticeCodes: [String] {
        switch subject {
        case .decision: ["hearing.notice"]
        case .regulation: ["hearing.notice", "hearing.regulation"]
        case .licence: ["hearing.notice", "hearing.licence"]
        }
    }

    private var materialsCode: String { kind == .hearing ? "hearing.materials" : "forum.materials" }
    private var reportCode: String { kind == .hearing ? "hearing.report" : "forum.record" }

    private func counted(_ rule: LegalRule, _ heldOn: CalendarDate) -> DueDate {
        DueDate(rule.limit, from: ChinaTime.startOf(heldOn), calendar: calendar)
    }

    /// Two days before the last that is allowed, and worked: paper takes its time.
    private func margin(_ limit: CalendarDate) -> CalendarDate {
        var day = limit.adding(days: -2)
        while !calendar.isWorkingDay(day), day > .earliest { day = day.adding(days: -1) }
        return day
    }

    private func before(
        _ step: PlannedStep, _ code: String, _ day: CalendarDate?, _ dates: GatheringDates
    ) -> PlannedDay {
        guard let rule = rules.holding(code, on: dates.heldOn, unitID: unitID) else { return .without(step, day) }
        let due = counted(rule, dates.heldOn)
        let standing: PlannedDay.Standing =
            day.map { $0 <= due.date ? .kept : rule.binding ? .breaks : .departs } ?? .missing
        let distance = day.map {
            // Of the day itself and those after it, to the day before the hearing.
            calendar.count(rule.dayKind, after: $0.adding(days: -1), through: dates.heldOn.adding(days: -1))
        }
        return PlannedDay(
            step: step, rule: rule, day: day, limit: due.date, distance: distance, standing: standing, strip: due.days,
            isProvisional: due.isProvisional)
    }

    private func registration(_ dates: GatheringDates) -> PlannedDay {
        let day = dates.registrationUntil.map { ChinaTime.lastDay(before: $0) }
        guard let from = dates.registrationFrom, let until = dates.registrationUntil, let day else {
            return PlannedDay(
                step: .registration, rule: rules.holding("hearing.registration", on: dates.heldOn, unitID: unitID),
                day: nil, limit: nil, distance: nil, standing: .missing, strip: [], isProvisional: false)
        }
        let inOrder =
            from < until && dates.noticeOn.map { $0 <= ChinaTime.date(from) } ?? true
            && dates.listOn.map { day <= $0 } ?? (day < dates.heldOn)
        guard let rule = rules.holding("hearing.registration", on: dates.heldOn, unitID: unitID) else {
            let planned = PlannedDay.without(.registration, day)
            return inOrder ? planned : planned.broken()
        }
        let period = Period(opensAt: from, closesAt: until, calendar: calendar)
        let planned = PlannedDay(
            step: .registration, rule: rule, day: day,
            limit: ChinaTime.lastDay(before: Period.closing(opensAt: from, rule: rule, calendar: calendar)),
            distance: period.days(rule.dayKind),
            standing: !period.isShorter(than: rule) ? .kept : rule.binding ? .breaks : .departs,
            strip: period.strip(counting: rule.dayKind), isProvisional: period.isProvisional(counting: rule.dayKind))
        return inOrder ? planned : planned.broken()
    }

    private func reported(_ dates: GatheringDates) -> PlannedDay {
        guard let rule = rules.holding(reportCode, on: dates.heldOn, unitID: unitID) else {
            return .without(.report, dates.reportOn)
        }
        let due = counted(rule, dates.heldOn)
        let standing: PlannedDay.Standing =
            dates.reportOn.map { $0 <= due.date ? .kept : rule.binding ? .breaks : .departs } ?? .missing
        let planned = PlannedDay(
            step: .report, rule: rule, day: dates.reportOn, limit: due.date,
            distance: dates.reportOn.map { calendar.count(rule.dayKind, after: dates.heldOn, through: $0) },
            standing: standing, strip: due.days, isProvisional: due.isProvisional)
        return dates.reportOn.map { $0 < dates.heldOn } == true ? planned.broken() : planned
    }
}

extension PlannedDay {
    fileprivate static func without(_ step: PlannedStep, _ day: CalendarDate?) -> PlannedDay {
        PlannedDay(
            step: step, rule: nil, day: day, limit: nil, distance: nil, standing: .noRule, strip: [],
            isProvisional: false)
    }

    /// Against the order of things, whatever the rule says.
    fileprivate func broken() -> PlannedDay {
        PlannedDay(
            step: step, rule: rule, day: day, limit: limit, distance: distance, standing: .breaks, strip: strip,
            isProvisional: isProvisional)
    }
}

extension [LegalRule] {
    /// The version in force on a day; a unit's own goes before the county's.
    package func holding(_ code: String, on day: CalendarDate, unitID: Int?) -> LegalRule? {
        let valid = filter { $0.code == code && $0.isValid(on: day) }
        return valid.last { $0.unitID != nil && $0.unitID == unitID } ?? valid.last { $0.unitID == nil }
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
