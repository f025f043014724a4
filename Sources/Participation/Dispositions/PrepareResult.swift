import Foundation
import Postgres
import Text

/// Freezes the result for its secrecy review and approval.
package struct PrepareResult: Sendable {
    package enum Fault: String, Error, Sendable, CaseIterable {
        case titleMissing = "title_missing"
        case titleTooLong = "title_too_long"
        case nextStepMissing = "next_step_missing"
        case nextStepTooLong = "next_step_too_long"
        case unitMissing = "unit_missing"
        case correctionTooLong = "correction_too_long"

        /// The field of the form it stands at.
        package var field: String {
            switch self {
            case .titleMissing, .titleTooLong: "result_title"
            case .nextStepMissing, .nextStepTooLong: "next_step"
            case .unitMissing: "unit_at_foot"
            case .correctionTooLong: "correction"
            }
        }
    }

    package let procedureNumber: String
    package let wording: ResultDraft.Wording

    package init(procedureNumber: String, wording: ResultDraft.Wording) {
        (self.procedureNumber, self.wording) = (procedureNumber, wording)
    }

    package var faults: [Fault] {
        var faults: [Fault] = []
        if wording.title.isEmpty { faults.append(.titleMissing) }
        if TextLength.count(wording.title) > ResultDraft.Wording.longestTitle { faults.append(.titleTooLong) }
        if wording.nextStep.isEmpty { faults.append(.nextStepMissing) }
        if TextLength.count(wording.nextStep) > ResultDraft.Wording.longestNextStep { faults.append(.nextStepTooLong) }
        if wording.unitAtFoot.isEmpty { faults.append(.unitMissing) }
        if TextLength.count(wording.correction) > ResultDraft.Wording.longestNextStep {
            faults.append(.correctionTooLong)
        }
        return faults
    }

    /// - Returns: the id of the clearance.
    /// - Throws: `Fault`, the first one; `Refusal` `procedures_all_answered` or `result_reconciles`; `PostgresError` where
    ///   the door says no; `NoRow` where there is no such procedure.
    package func callAsFunction(in database: Database, as actor: DatabaseActor) async throws -> Int {
        if let fault = faults.first { throw fault }
        let (number, wording) = (procedureNumber, wording)
        return try await database.write(as: actor) { tx in
            guard let procedure = try ProcedureHeading.read(number: number, tx) else { throw NoRow() }
            while true {
                let draft = try ResultDraft.read(procedure: procedure, wording: wording, tx)
                guard draft.reconciliation.isComplete else {
                    throw Refusal(
                        constraint: "procedures_all_answered",
                        detail: draft.reconciliation.missing.joined(separator: " "))
                }
                // Counted under the actor's own rights and by the guard, which sees every row.
                guard draft.isComplete else { throw Refusal(constraint: "result_reconciles") }
                let made: Int = try tx.value(
                    """
                    select prepare_clearance(\(procedure.id), 'result', \(wording.title),
                      \(JSONText(try PublishedContent.encode(draft.content))), null, null, null, '')
                    """)
                // The door holds the procedure from here on, and an answer given after this sets the clearance aside. One
                // that was given between our reading and the door shows now: then the result is made anew.
                let again = try ResultDraft.read(procedure: procedure, wording: wording, tx)
                if again.content == draft.content { return made }
            }
        }
    }
}
