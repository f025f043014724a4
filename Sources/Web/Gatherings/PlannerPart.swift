import Foundation
import Participation
import Text

/// The days of a gathering against their rules, each counted day by day.
struct PlannerPart: Sendable {
    struct Step: Sendable {
        let name: String
        let day: String
        let latest: String?
        let rule: String?
        let basis: String?
        let standing: String
        /// `good`, `warn`, `bad` or nothing.
        let tone: String
        let daysText: String?
        let days: [StripDay]
        let strip: Filled<String>?
        let provisional: Bool
    }

    let steps: [Step]
    let mustFix: Filled<String>?
    let departs: Filled<String>?
    /// What is to be said of the day of the hearing itself, whatever its rules.
    let notes: [String]

    /// - Parameter today: while it is prepared: what may still be asked for in time.
    init(_ planner: HearingPlanner, _ dates: GatheringDates, today: CalendarDate?, _ texts: Texts) {
        let planned = planner.check(dates)
        steps = planned.map { Step($0, texts) }
        notes = Self.notes(planner, dates, today: today, texts)
        func names(_ standing: PlannedDay.Standing) -> Filled<String>? {
            Filled(
                planned.filter { $0.standing == standing }.map {
                    [texts["gatherings.steps.\($0.step.rawValue)"], $0.rule?.basis].compactMap { $0 }
                        .joined(separator: " · ")
                })
        }
        (mustFix, departs) = (names(.breaks), names(.departs))
    }

    private static func notes(
        _ planner: HearingPlanner, _ dates: GatheringDates, today: CalendarDate?, _ texts: Texts
    ) -> [String] {
        let held = dates.heldOn
        var notes: [String] = []
        if let today, dates.registrationUntil == nil,
            let count = planner.missingRegistration(for: held, today: today)
        {
            notes.append(texts["gatherings.planner.no_room", ["days": held.days(since: today), "count": count]])
        }
        let day = ChinaTime.day(held, in: texts.clock)
        if let off = planner.dayOff(held) {
            notes.append(
                off.kind == .holiday
                    ? texts["gatherings.planner.holiday", ["day": day, "name": off.name]]
                    : texts[
                        "gatherings.planner.weekend",
                        ["day": day, "weekday": ChinaTime.weekday(held.weekday, in: texts.clock)]])
        }
        if !planner.covers(held) { notes.append(texts["gatherings.planner.year_unknown", ["year": held.year]]) }
        return notes
    }

    private init(_ steps: [Step]) {
        self.steps = steps
        notes = ["1月2日不是工作日。"]
        (mustFix, departs) = (Filled(["材料"]), Filled(["公告"]))
    }

    static let sample = PlannerPart([
        Step(
            name: "公告", day: "12月1日", latest: "最迟11月30日", rule: "听证公告", basis: "省内做法", standing: "符合", tone: "good",
            daysText: "31天",
            days: [StripDay(date: "11.25", weekday: "三", note: "元旦", ordinal: "1", off: true, last: true)],
            strip: Filled([""]), provisional: true)
    ])
}

extension PlannerPart.Step {
    init(_ it: PlannedDay, _ texts: Texts) {
        name = texts["gatherings.steps.\(it.step.rawValue)"]
        day = it.day.map { ChinaTime.day($0, in: texts.clock) } ?? texts["gatherings.planner.no_day"]
        latest = it.limit.map {
            texts[
                it.step == .registration ? "gatherings.planner.at_least" : "gatherings.planner.latest",
                ["day": ChinaTime.day($0, in: texts.clock)]]
        }
        rule = it.rule.map { rule in
            texts[
                rule.dayKind == .working ? "gatherings.planner.rule_working" : "gatherings.planner.rule_calendar",
                ["name": rule.name, "count": rule.amount]]
        }
        basis = it.rule.map { rule in
            texts[rule.binding ? "gatherings.planner.binds" : "gatherings.planner.usual", ["basis": rule.basis]]
                + (rule.scope.isEmpty ? "" : texts["gatherings.planner.scope", ["scope": rule.scope]])
        }
        standing = texts["gatherings.planner.standings.\(it.standing.rawValue)"]
        tone =
            switch it.standing {
            case .kept: "good"
            case .departs: "warn"
            case .breaks: "bad"
            case .missing, .noRule: ""
            }
        daysText = it.distance.map { texts["gatherings.planner.days", ["count": $0]] }
        days = StripDay.strip(it.strip, dueOn: it.limit, opening: .received, texts)
        strip = Filled(days.isEmpty ? [] : [texts["consultations.day_by_day"]])
        provisional = it.isProvisional
    }
}
