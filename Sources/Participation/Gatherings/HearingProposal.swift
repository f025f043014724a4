import Foundation
import Postgres

/// Somebody who commented thinks that there should be a hearing, and says so.
package enum HearingProposal {
    package enum Outcome: String, PostgresValue, CaseIterable, Sendable {
        case proposed, already
        /// No comment is taken any more.
        case closed
        /// No comment of this number and code, or it was withdrawn.
        case unknown
    }

    /// - Parameter mac: of the code, as `QueryCodes.mac` makes it.
    package static func propose(
        _ number: SubmissionNumber, mac: [UInt8], in database: Database
    ) async throws -> Outcome {
        try await database.write(as: .anonymous) { tx in
            try tx.value("select propose_hearing(\(number.description), \(mac))", as: Outcome.self)
        }
    }
}

/// How many propose a hearing about a matter; those who took their comment back do not count.
package struct HearingProposals: Row, Equatable {
    package let count: Int
    /// Those who signed together are as many as they are.
    package let people: Int

    package init(_ row: RowReader) throws { (count, people) = (try row["count"], try row["people"]) }

    package static func of(procedure: Int) -> SQL {
        """
        select count(*) as count, coalesce(sum(h.people), 0)::bigint as people
        from hearing_proposals h join submissions s on s.id = h.submission_id
        where h.procedure_id = \(procedure) and s.withdrawn_at is null and s.sealed_at is null
        """
    }
}

/// A comment whose author proposes a hearing.
package struct HearingProposalLine: Row {
    package let submissionID: Int
    package let number: String
    package let people: Int
    package let body: String
    package let proposedAt: Date

    package init(_ row: RowReader) throws {
        (submissionID, number) = (try row["submission_id"], try row["number"])
        (people, body) = (try row["people"], try row["body"])
        proposedAt = try row["proposed_at"]
    }

    /// The newest first, no more than 200.
    package static func of(procedure: Int) -> SQL {
        """
        select h.submission_id, s.number, h.people, s.body, h.proposed_at
        from hearing_proposals h join submissions s on s.id = h.submission_id
        where h.procedure_id = \(procedure) and s.withdrawn_at is null and s.sealed_at is null order by h.proposed_at desc limit 200
        """
    }
}
