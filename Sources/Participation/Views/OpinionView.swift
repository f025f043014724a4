import Foundation
import Postgres
import Text

/// 办理意见: what a unit that was asked thinks of an opinion. It is a case of that unit, answered at its desk.
package struct OpinionView: Row, Identifiable {
    /// A case's.
    package let id: Int
    package let number: String
    package let opinionID: Int
    package let question: String
    package let askedBy: String
    package let askedAt: Date
    /// Nil while the unit has given it back and nobody was asked anew.
    package let unitName: String?
    package let state: CaseFile.State
    /// Exclusive.
    package let dueAt: Date?
    package let isLate: Bool
    /// What the unit says, once its head has approved it.
    package let words: String?
    package let writtenBy: String?
    package let approvedBy: String?
    package let answeredAt: Date?

    package init(_ row: RowReader) throws {
        id = try row["id"]
        number = try row["number"]
        opinionID = try row["opinion_id"]
        question = try row["question"]
        askedBy = try row["asked_by"]
        askedAt = try row["asked_at"]
        unitName = try row["unit_name"]
        state = try row["state"]
        dueAt = try row["due_at"]
        isLate = try row["is_late"]
        words = try row["words"]
        writtenBy = try row["written_by"]
        approvedBy = try row["approved_by"]
        answeredAt = try row["answered_at"]
    }

    package static let longestQuestion = 1000

    /// Views of any number of opinions, as asked: for whoever sees their cases.
    package static func of(opinions ids: [Int]) -> SQL {
        """
        select c.id, c.number, v.opinion_id, v.question, a.display_name as asked_by, v.asked_at, u.name as unit_name, c.state, c.due_at,
          coalesce(c.is_late, c.due_at <= minyi_clock()) and c.state in ('accepted', 'assigned', 'reviewing', 'completed') as is_late,
          r.body as words, w.display_name as written_by, coalesce(p.display_name, nullif(r.paper_signer, '')) as approved_by, c.answered_at
        from opinion_views v join cases c on c.id = v.case_id join staff a on a.id = v.asked_by left join units u on u.id = c.unit_id
        left join replies r on r.id = c.answer_id left join staff w on w.id = r.written_by
        left join staff p on p.id = r.approved_by and r.paper_signer = ''
        where v.opinion_id = any (\(ids)) order by v.asked_at, c.id
        """
    }
}

/// How it came to the answer of an opinion, the earliest first: what units were asked and said, what the organiser answered, and how
/// the one differs from the other. Read from what is on record; nothing of it is written twice.
package struct Reasoning: Sendable {
    package enum Step: Sendable {
        case asked(OpinionView)
        case said(OpinionView)
        /// With the view that held when it was given, if there was one.
        case answered(Disposition, after: OpinionView?)
    }

    package let steps: [Step]

    package init(views: [OpinionView], answers: [Disposition]) {
        var moments: [(Date, Int, Step)] = []
        for view in views {
            moments.append((view.askedAt, 0, .asked(view)))
            if let at = view.answeredAt, view.words != nil { moments.append((at, 1, .said(view))) }
        }
        for answer in answers {
            let before = views.filter { view in
                view.words != nil && view.answeredAt.map { $0 <= answer.answeredAt } ?? false
            }
            // The one that it follows most closely, else the last.
            let adopted =
                before.last { $0.words == answer.reason }
                ?? before.max { ($0.answeredAt ?? .distantPast) < ($1.answeredAt ?? .distantPast) }
            moments.append((answer.answeredAt, 2, .answered(answer, after: adopted)))
        }
        steps = moments.enumerated().sorted { one, other in
            (one.element.0, one.element.1, one.offset) < (other.element.0, other.element.1, other.offset)
        }.map(\.element.2)
    }
}

/// Asks a unit for its view of each of these opinions.
package struct AskViews: Sendable {
    package let opinionIDs: [Int]
    package let unitID: Int
    package let question: String

    package init(of opinionIDs: [Int], unitID: Int, question: String) {
        (self.opinionIDs, self.unitID) = (opinionIDs, unitID)
        self.question = TextNormalisation.normalised(question)
    }

    /// - Returns: how many were asked; what the unit is being asked already is not asked again.
    @discardableResult
    package func callAsFunction(in database: Database, as actor: DatabaseActor) async throws -> Int {
        try await database.write(as: actor) { tx in
            try tx.value("select ask_views(\(opinionIDs), \(unitID), \(question))")
        }
    }

    /// No longer wanted.
    package static func takeBack(case id: Int, in database: Database, as actor: DatabaseActor) async throws {
        try await database.write(as: actor) { try $0.execute("select take_view_back(\(id))") }
    }
}

/// What a unit must see to say what it thinks: the opinion, its passage, the consultation, and nothing else of whoever sent it.
package struct OpinionInView: Row {
    package let opinionID: Int
    /// Empty once it was taken back or sealed.
    package let body: String
    package let isGone: Bool
    package let question: String
    package let askedBy: String
    package let askedAt: Date
    package let channel: Channel
    package let passageNumber: String?
    package let passage: String
    package let passageContent: String?
    package let procedureNumber: String
    package let procedureTitle: String
    package let isProcedurePublic: Bool
    package let editionOrdinal: Int

    package init(_ row: RowReader) throws {
        opinionID = try row["opinion_id"]
        body = try row["body"]
        isGone = try row["is_gone"]
        question = try row["question"]
        askedBy = try row["asked_by"]
        askedAt = try row["asked_at"]
        channel = try row["channel"]
        passageNumber = try row["passage_number"]
        passage = try row["passage"]
        passageContent = try row["passage_content"]
        procedureNumber = try row["procedure_number"]
        procedureTitle = try row["procedure_title"]
        isProcedurePublic = try row["procedure_public"]
        editionOrdinal = try row["edition_ordinal"]
    }

    package static func find(case id: Int, in database: Database, as actor: DatabaseActor) async throws
        -> OpinionInView?
    {
        try await database.read(as: actor) { tx in
            try tx.first(
                """
                select opinion_id, body, is_gone, question, asked_by, asked_at, channel, passage_number, passage, passage_content,
                  procedure_number, procedure_title, procedure_public, edition_ordinal
                from opinion_in_view(\(id))
                """, as: OpinionInView.self)
        }
    }
}
