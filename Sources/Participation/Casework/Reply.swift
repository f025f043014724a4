import Foundation
import Postgres
import Text

/// A reply to a case: a draft in place, then on its way through approval to its author, then through the review to everyone.
package struct Reply: Row, Identifiable {
    package enum State: String, PostgresValue, CaseIterable, Sendable {
        case draft, submitted
        /// By the unit's head; the county office is still to approve.
        case approved
        case told
    }

    package let id: Int
    /// 1, and 2 after a re-opening.
    package let ordinal: Int
    package let unitName: String
    package let body: String
    /// Grows with every save: two people who write at once never overwrite each other.
    package let version: Int
    package let state: State
    package let writtenBy: String
    package let writtenAt: Date
    package let submittedByID: Int?
    package let submittedBy: String?
    package let submittedAt: Date?
    package let approvedByID: Int?
    package let approvedBy: String?
    package let approvedAt: Date?
    package let paper: Clearance.Paper?
    package let officeApprovedBy: String?
    package let toldAt: Date?
    /// What will be public, masked.
    package let publicTitle: String
    package let publicQuestion: String
    package let publicAnswer: String
    package let publicWordsByID: Int?
    package let reviewedBy: String?
    package let reviewPassed: Bool?
    package let reviewNote: String
    package let publishedAt: Date?

    package static let longest = 5000

    package init(_ row: RowReader) throws {
        id = try row["id"]
        ordinal = try row["ordinal"]
        unitName = try row["unit_name"]
        body = try row["body"]
        version = try row["version"]
        state = try row["state"]
        writtenBy = try row["written_by_name"]
        writtenAt = try row["written_at"]
        submittedByID = try row["submitted_by"]
        submittedBy = try row["submitted_by_name"]
        submittedAt = try row["submitted_at"]
        approvedByID = try row["approved_by"]
        approvedBy = try row["approved_by_name"]
        approvedAt = try row["approved_at"]
        let scan: UUID? = try row["paper_scan_id"]
        let signedOn: CalendarDate? = try row["paper_signed_on"]
        let signer: String = try row["paper_signer"]
        paper =
            if let scan, let signedOn { .init(signer: signer, signedOn: signedOn, scanID: scan) } else { nil }
        officeApprovedBy = try row["office_approved_by_name"]
        toldAt = try row["told_at"]
        publicTitle = try row["public_title"]
        publicQuestion = try row["public_question"]
        publicAnswer = try row["public_answer"]
        publicWordsByID = try row["public_words_by"]
        reviewedBy = try row["reviewed_by_name"]
        reviewPassed = try row["review_passed"]
        reviewNote = try row["review_note"]
        publishedAt = try row["published_at"]
    }

    static func of(case id: Int) -> SQL {
        """
        select r.id, r.ordinal, u.name as unit_name, r.body, r.version, r.state, w.display_name as written_by_name, r.written_at,
          r.submitted_by, s.display_name as submitted_by_name, r.submitted_at, r.approved_by, a.display_name as approved_by_name,
          r.approved_at, r.paper_signer, r.paper_signed_on, r.paper_scan_id, o.display_name as office_approved_by_name, r.told_at,
          r.public_title, r.public_question, r.public_answer, r.public_words_by, v.display_name as reviewed_by_name,
          r.review_passed, r.review_note, r.published_at
        from replies r join units u on u.id = r.unit_id join staff w on w.id = r.written_by
        left join staff s on s.id = r.submitted_by left join staff a on a.id = r.approved_by
        left join staff o on o.id = r.office_approved_by left join staff v on v.id = r.reviewed_by
        where r.case_id = \(id) order by r.ordinal
        """
    }
}

/// Saves a draft over the version it was begun with, or hands it in.
package struct SaveReply: Sendable {
    /// What is stored now. Not `saved`: somebody else had saved another text meanwhile, and this is theirs.
    package struct Outcome: Row {
        package let saved: Bool
        package let version: Int
        package let body: String
        package let writtenBy: String
        package let writtenAt: Date

        package init(_ row: RowReader) throws {
            saved = try row["saved"]
            version = try row["version"]
            body = try row["body"]
            writtenBy = try row["written_by"]
            writtenAt = try row["written_at"]
        }
    }

    /// The question and the answer as everyone will read them, through the one policy that masks.
    package struct PublicWords: Sendable, Equatable {
        package let title: String
        package let question: String
        package let answer: String

        package init(title: String, question: String, answer: String) {
            (self.title, self.question) = (RedactionPolicy.text(title), RedactionPolicy.text(question))
            self.answer = RedactionPolicy.text(answer)
        }
    }

    package let caseID: Int
    /// The version the writer began with; 0: there was none.
    package let version: Int
    package let body: String
    /// With them the reply is handed in for approval.
    package let handedIn: PublicWords?

    package init(caseID: Int, version: Int, body: String, handedIn: PublicWords? = nil) {
        (self.caseID, self.version, self.body, self.handedIn) = (caseID, version, body, handedIn)
    }

    package func callAsFunction(in database: Database, as actor: DatabaseActor) async throws -> Outcome {
        let (id, version, body) = (caseID, version, body)
        guard let words = handedIn else {
            return try await database.write(as: actor) { tx in
                try tx.one(
                    """
                    select saved, version, body, written_by, written_at from save_reply(\(id), \(version)::int, \(body))
                    """, as: Outcome.self)
            }
        }
        return try await database.write(as: actor) { tx in
            try tx.one(
                """
                select saved, version, body, written_by, written_at
                from submit_reply(\(id), \(version)::int, \(body), \(words.title), \(words.question), \(words.answer))
                """, as: Outcome.self)
        }
    }
}
