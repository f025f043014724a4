import Postgres
import Text

/// An answer as typed and checked, for one opinion or the same for several.
package struct Answer: Sendable, Equatable {
    package enum Fault: String, Sendable, CaseIterable {
        case outcomeMissing = "outcome_missing"
        case reasonMissing = "reason_missing"
        case reasonTooLong = "reason_too_long"
        case transferredToMissing = "transferred_to_missing"
        case transferredToTooLong = "transferred_to_too_long"
        case invalidCodeMissing = "invalid_code_missing"

        /// The field of the form it stands at.
        package var field: String {
            switch self {
            case .outcomeMissing: "outcome"
            case .reasonMissing, .reasonTooLong: "reason"
            case .transferredToMissing, .transferredToTooLong: "transferred_to"
            case .invalidCodeMissing: "invalid_code"
            }
        }
    }

    package let outcome: Outcome?
    package let reason: String
    package let transferredTo: String
    package let invalidCode: InvalidCode?

    /// Scalars of a reason.
    package static let longestReason = 4000

    /// What the outcome has no use for is dropped.
    package init(outcome: Outcome?, reason: String, transferredTo: String = "", invalidCode: InvalidCode? = nil) {
        self.outcome = outcome
        self.reason = TextNormalisation.normalised(reason)
        self.transferredTo = outcome == .transferred ? TextNormalisation.normalised(transferredTo) : ""
        self.invalidCode = outcome == .invalid ? invalidCode : nil
    }

    /// Everything that is missing, in the order of the form.
    package var faults: [Fault] {
        var faults: [Fault] = []
        if outcome == nil { faults.append(.outcomeMissing) }
        if outcome == .transferred, transferredTo.isEmpty { faults.append(.transferredToMissing) }
        if TextLength.count(transferredTo) > 100 { faults.append(.transferredToTooLong) }
        if outcome == .invalid, invalidCode == nil { faults.append(.invalidCodeMissing) }
        if reason.isEmpty { faults.append(.reasonMissing) }
        if TextLength.count(reason) > Self.longestReason { faults.append(.reasonTooLong) }
        return faults
    }
}

/// Gives one answer to any number of opinions. An earlier answer of one of them is superseded and stays on record.
package struct AnswerOpinions: Sendable {
    package let answer: Answer
    package let opinionIDs: [Int]

    package init(_ answer: Answer, to opinionIDs: [Int]) { (self.answer, self.opinionIDs) = (answer, opinionIDs) }

    /// - Returns: how many were answered.
    /// - Throws: `Answer.Fault`, the first one; `PostgresError` where a rule says no.
    @discardableResult
    package func callAsFunction(in database: Database, as actor: DatabaseActor) async throws -> Int {
        let (answer, ids) = (answer, opinionIDs)
        return try await database.write(as: actor) { tx in try answer.give(to: ids, tx) }
    }

    /// The same answer to every opinion of these submissions that has none yet. What was answered before or taken back by
    /// its author is left alone.
    /// - Returns: how many opinions were answered.
    package static func unanswered(
        of submissionIDs: [Int], with answer: Answer, in database: Database, as actor: DatabaseActor
    ) async throws -> Int {
        try await database.write(as: actor) { tx in
            let open: [Int] = try tx.values(
                """
                select o.id from opinions o join submissions s on s.id = o.submission_id
                where s.id = any (\(submissionIDs)) and s.withdrawn_at is null and not exists
                  (select from dispositions d where d.opinion_id = o.id and d.superseded_at is null)
                """)
            return try answer.give(to: open, tx)
        }
    }
}

extension Answer.Fault: Error {}

extension Answer {
    fileprivate func give(to opinionIDs: [Int], _ tx: borrowing Session) throws -> Int {
        if let fault = faults.first { throw fault }
        return try tx.value(
            "select answer_opinions(\(opinionIDs), \(outcome), \(reason), \(transferredTo), \(invalidCode))")
    }
}
