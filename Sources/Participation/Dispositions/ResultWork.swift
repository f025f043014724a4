import Foundation
import Postgres

/// How far a procedure is on its way to a published result, read at one moment.
package struct ResultWork: Sendable {
    package let procedure: ProcedureHeading
    package let reconciliation: Reconciliation
    /// The result that waits for review, approval or publication.
    package let pending: Clearance?
    package let published: PublishedResult?
    /// Adopted opinions of which nothing says where they show; the first ones.
    package let lacking: [Lacking]
    package let lackingCount: Int
    /// Numbers of submissions that nobody has screened; the first ones.
    package let unscreened: [String]
    /// The result that was prepared last, where an answer or a letter has set it aside since.
    package let setAsideAt: Date?
    /// What stands in the form at first: the words of the last result that was prepared, or a proposal.
    package let wording: ResultDraft.Wording

    package struct Lacking: Row {
        package let opinionID: Int
        package let number: String
        /// How many lack it, with those that are not read.
        fileprivate let total: Int

        package init(_ row: RowReader) throws {
            opinionID = try row["id"]
            number = try row["number"]
            total = try row["total"]
        }
    }

    /// As `require_effects` has it.
    private static func lacking(_ procedureID: Int) -> SQL {
        """
        select o.id, s.number, count(*) over () as total from opinions o join submissions s on s.id = o.submission_id
        join dispositions d on d.opinion_id = o.id and d.superseded_at is null
        where o.procedure_id = \(procedureID) and \(WorkbenchLine.lacksEffect) and s.sealed_at is null
        order by o.id limit 50
        """
    }

    /// As `finish_answering` has it.
    private static func unscreened(_ procedureID: Int) -> SQL {
        """
        select number from submissions where procedure_id = \(procedureID) and screening = 'pending' and withdrawn_at is null
          and sealed_at is null order by id limit 50
        """
    }

    /// Whether nothing stands in the way of ending the answering.
    package var isAnswered: Bool { reconciliation.isComplete && lacking.isEmpty && unscreened.isEmpty }
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
            let published = try PublishedResult.read(procedureID: procedure.id, tx)
            let results = try tx.all(Clearance.of(procedure: procedure.id), as: Clearance.self)
                .filter { $0.kind == .result }
            let unsaid = try tx.all(lacking(procedure.id), as: Lacking.self)
            return ResultWork(
                procedure: procedure, reconciliation: reconciliation, pending: results.first(where: \.isPending),
                published: published, lacking: unsaid, lackingCount: unsaid.first?.total ?? 0,
                unscreened: try tx.values(unscreened(procedure.id), as: String.self),
                setAsideAt: try tx.firstValue(
                    """
                    select c.withdrawn_at from clearances c where c.procedure_id = \(procedure.id) and c.kind = 'result'
                      and c.id = (select max(n.id) from clearances n where n.procedure_id = c.procedure_id and n.kind = 'result')
                      and c.withdrawn_at is not null and c.published_at is null
                    """, as: Date.self),
                wording: try ResultDraft.Wording.last(for: procedure, tx)
                    ?? .proposed(for: procedure, received: reconciliation.submissions))
        }
    }
}
