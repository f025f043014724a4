import Postgres

/// How far a procedure is on its way to a published result, read at one moment.
package struct ResultWork: Sendable {
    package let procedure: ProcedureHeading
    package let reconciliation: Reconciliation
    /// The result that waits for review, approval or publication.
    package let pending: Clearance?
    package let published: PublishedResult?
    /// What stands in the form at first: the words of the last result that was prepared, or a proposal.
    package let wording: ResultDraft.Wording

    /// Whether a result can be prepared now, for the first time or as a correction.
    package var canPrepare: Bool { [.answered, .published].contains(procedure.state) && reconciliation.isComplete }
    /// Whether nothing more can come in, so that the answering can be ended.
    package var isCollected: Bool { procedure.state == .closed && procedure.now >= procedure.entryUntil }

    /// - Returns: nil where there is no such procedure that the actor may see.
    package static func find(
        number: String, in database: Database, as actor: DatabaseActor
    ) async throws -> ResultWork? {
        try await database.read(as: actor) { tx in
            guard let procedure = try ProcedureHeading.read(number: number, tx) else { return nil }
            let reconciliation = try Reconciliation.read(procedureID: procedure.id, tx)
            return ResultWork(
                procedure: procedure, reconciliation: reconciliation,
                pending: try tx.all(Clearance.of(procedure: procedure.id), as: Clearance.self)
                    .first { $0.kind == .result && $0.isPending },
                published: try PublishedResult.read(procedureID: procedure.id, tx),
                wording: try ResultDraft.Wording.last(for: procedure, tx)
                    ?? .proposed(for: procedure, received: reconciliation.submissions))
        }
    }
}
