import Text

/// An answer as typed and checked, for one opinion or the same for several.
package struct Answer: Sendable, Equatable {
    package enum Fault: String, Sendable, CaseIterable {
        case outcomeMissing = "outcome_missing"
        case reasonMissing = "reason_missing"
        case reasonTooLong = "reason_too_long"
        /// A gap of a template that nobody has filled.
        case reasonGap = "reason_gap"
        case transferredToMissing = "transferred_to_missing"
        case transferredToTooLong = "transferred_to_too_long"
        case invalidCodeMissing = "invalid_code_missing"
        case effectMissing = "effect_missing"
        case effectTooLong = "effect_too_long"
        case effectDayMissing = "effect_day_missing"

        /// The field of the form it stands at.
        package var field: String {
            switch self {
            case .outcomeMissing: "outcome"
            case .reasonMissing, .reasonTooLong, .reasonGap: "reason"
            case .transferredToMissing, .transferredToTooLong: "transferred_to"
            case .invalidCodeMissing: "invalid_code"
            case .effectMissing, .effectTooLong: "effect"
            case .effectDayMissing: "effect_on"
            }
        }
    }

    package let outcome: Outcome?
    package let reason: String
    package let transferredTo: String
    package let invalidCode: InvalidCode?
    /// Where what was adopted shows; empty where a change is linked, or will be before the answering ends.
    package let effect: String
    /// The last day by which it does.
    package let effectOn: CalendarDate?

    /// Scalars of a reason, and of an effect.
    package static let longestReason = 4000
    package static let longestEffect = 500

    private static let gaps = ["×××", "XXX"]

    /// What the outcome has no use for is dropped.
    package init(
        outcome: Outcome?, reason: String, transferredTo: String = "", invalidCode: InvalidCode? = nil,
        effect: String = "", effectOn: CalendarDate? = nil
    ) {
        self.outcome = outcome
        self.reason = TextNormalisation.normalised(reason)
        self.transferredTo = outcome == .transferred ? TextNormalisation.normalised(transferredTo) : ""
        self.invalidCode = outcome == .invalid ? invalidCode : nil
        let isAdopted = outcome?.isAdopted ?? false
        self.effect = isAdopted ? TextNormalisation.normalised(effect) : ""
        self.effectOn = isAdopted ? effectOn : nil
    }

    /// Everything that is missing, in the order of the form.
    package var faults: [Fault] {
        var faults: [Fault] = []
        if outcome == nil { faults.append(.outcomeMissing) }
        if outcome == .transferred, transferredTo.isEmpty { faults.append(.transferredToMissing) }
        if TextLength.count(transferredTo) > 100 { faults.append(.transferredToTooLong) }
        if outcome == .invalid, invalidCode == nil { faults.append(.invalidCodeMissing) }
        if Self.gaps.contains(where: reason.contains) { faults.append(.reasonGap) }
        if effect.isEmpty, effectOn != nil { faults.append(.effectMissing) }
        if TextLength.count(effect) > Self.longestEffect { faults.append(.effectTooLong) }
        if !effect.isEmpty, effectOn == nil { faults.append(.effectDayMissing) }
        if reason.isEmpty { faults.append(.reasonMissing) }
        if TextLength.count(reason) > Self.longestReason { faults.append(.reasonTooLong) }
        return faults
    }
}

extension Answer.Fault: Error {}
