import Foundation
import Text

/// Days that were chosen, judged.
extension HearingPlanner {
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
