import Text

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

extension PlannedDay {
    static func without(_ step: PlannedStep, _ day: CalendarDate?) -> PlannedDay {
        PlannedDay(
            step: step, rule: nil, day: day, limit: nil, distance: nil, standing: .noRule, strip: [],
            isProvisional: false)
    }

    /// Against the order of things, whatever the rule says.
    func broken() -> PlannedDay {
        PlannedDay(
            step: step, rule: rule, day: day, limit: limit, distance: distance, standing: .breaks, strip: strip,
            isProvisional: isProvisional)
    }
}
