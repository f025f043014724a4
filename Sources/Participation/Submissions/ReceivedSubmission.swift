import Foundation
import Postgres
import Text

/// Everything the desk knows of one submission, without the contact, which is read by `ReadContact` only.
package struct ReceivedSubmission: Sendable {
    /// The row it is about, as it stood when the submission was written.
    package struct Passage: Row {
        package let number: String
        package let level1: String
        package let level2: String
        package let level3: String
        package let contentElements: String
        package let legalBasis: String
        package let timeLimit: String
        package let publisher: String
        package let editionOrdinal: Int
        /// The edition before the public now is another one.
        package let isSuperseded: Bool

        package init(_ row: RowReader) throws {
            number = try row["number"]
            level1 = try row["level1"]
            level2 = try row["level2"]
            level3 = try row["level3"]
            contentElements = try row["content_elements"]
            legalBasis = try row["legal_basis"]
            timeLimit = try row["time_limit"]
            publisher = try row["publisher"]
            editionOrdinal = try row["ordinal"]
            isSuperseded = try row["is_superseded"]
        }
    }

    /// One thing that happened, in codes.
    package struct Event: Row {
        package let at: Date
        package let kind: String
        package let staffName: String?
        package let fromState: String?
        package let toState: String?
        package let code: String?

        package init(_ row: RowReader) throws {
            at = try row["at"]
            kind = try row["kind"]
            staffName = try row["display_name"]
            fromState = try row["from_state"]
            toState = try row["to_state"]
            code = try row["code"]
        }
    }

    /// Numbers of the submissions before and after it, and of the next one that waits for an answer.
    package struct Neighbours: Row {
        package let previous: String?
        package let next: String?
        package let nextUnanswered: String?

        package init(_ row: RowReader) throws {
            previous = try row["previous"]
            next = try row["next"]
            nextUnanswered = try row["next_unanswered"]
        }
    }

    package let facts: SubmissionFacts
    package let procedure: ProcedureHeading
    package let passage: Passage?
    package let opinions: [Opinion]
    package let events: [Event]
    package let neighbours: Neighbours
    package let seal: Seal?
    /// What carries its opinions out.
    package let changes: [OpinionChange]

    /// - Returns: nil where there is none that the actor may see.
    package static func find(
        number: String, in database: Database, as actor: DatabaseActor
    ) async throws -> ReceivedSubmission? {
        try await database.read(as: actor) { tx in
            guard let facts = try SubmissionFacts.read(number: number, tx) else { return nil }
            return ReceivedSubmission(
                facts: facts, procedure: try ProcedureHeading.read(id: facts.procedureID, tx),
                passage: try tx.first(
                    """
                    select g.number, g.level1, g.level2, g.level3, g.content_elements, g.legal_basis, g.time_limit,
                      g.publisher, e.ordinal, e.id <> p.edition_id as is_superseded
                    from submissions s join passages g on g.id = s.passage_id join editions e on e.id = s.edition_id
                    join procedures p on p.id = s.procedure_id
                    where s.id = \(facts.id)
                    """, as: Passage.self),
                opinions: facts.isWithdrawn ? [] : try Opinion.read(submissionID: facts.id, tx),
                events: try tx.all(
                    """
                    select e.at, e.kind, t.display_name, e.from_state, e.to_state, e.code
                    from events e left join staff t on t.id = e.staff_id
                    where e.subject = 'submission' and e.subject_id = \(facts.id) order by e.at, e.id
                    """, as: Event.self),
                neighbours: try tx.one(
                    """
                    select
                      (select s.number from submissions s where s.procedure_id = \(facts.procedureID)
                        and s.id < \(facts.id) order by s.id desc limit 1) as previous,
                      (select s.number from submissions s where s.procedure_id = \(facts.procedureID)
                        and s.id > \(facts.id) order by s.id limit 1) as next,
                      (select s.number from submissions s where s.procedure_id = \(facts.procedureID)
                        and s.id <> \(facts.id) and \(SubmissionFilter.View.unanswered.condition)
                        order by s.id < \(facts.id), s.id limit 1) as next_unanswered
                    """, as: Neighbours.self),
                seal: try Seal.read(submissionID: facts.id, tx),
                changes: try tx.all(OpinionChange.of(submission: facts.id), as: OpinionChange.self))
        }
    }
}

/// The facts of a submission that stand in its own row.
package struct SubmissionFacts: Row, Identifiable {
    package let id: Int
    package let number: String
    package let procedureID: Int
    /// Empty once withdrawn or sealed.
    package let body: String
    package let channel: Channel
    package let receivedAt: Date
    /// The day a letter or call reached the unit.
    package let arrivedOn: CalendarDate?
    package let enteredBy: String?
    package let forSomeone: Bool
    package let readBack: Bool
    package let slipID: UUID?
    /// Grows when a lost query code is replaced.
    package let codeVersion: Int
    package let submitter: Submitter.Kind
    package let people: Int
    package let organisation: String
    package let publicName: String?
    package let screening: Screening
    package let hiddenCode: HiddenCode?
    package let flags: Set<SubmissionFlag>
    package let withdrawnAt: Date?
    package let sealedAt: Date?

    package init(_ row: RowReader) throws {
        id = try row["id"]
        number = try row["number"]
        procedureID = try row["procedure_id"]
        body = try row["body"]
        channel = try row["channel"]
        receivedAt = try row["received_at"]
        arrivedOn = try row["arrived_on", as: String?.self].flatMap { CalendarDate($0) }
        enteredBy = try row["entered_by_name"]
        forSomeone = try row["for_someone"]
        readBack = try row["read_back"]
        slipID = try row["slip_id"]
        codeVersion = try row["code_version"]
        submitter = try row["submitter"]
        people = try row["people"]
        organisation = try row["organisation"]
        publicName = try row["public_name"]
        screening = try row["screening"]
        hiddenCode = try row["hidden_code"]
        flags = Set(try row["flags", as: [String].self].compactMap(SubmissionFlag.init(rawValue:)))
        withdrawnAt = try row["withdrawn_at"]
        sealedAt = try row["sealed_at"]
    }

    package var isWithdrawn: Bool { withdrawnAt != nil }
    package var isSealed: Bool { sealedAt != nil }
    /// What a search for numbers and addresses has found in the words; a hint for people.
    package var personalDataKinds: [PersonalData.Kind] {
        let found = Set(PersonalData.find(in: body).map(\.kind))
        return PersonalData.Kind.allCases.filter(found.contains)
    }

    /// Nil also for a message and an answer sheet, which belong to no procedure and have no such page.
    static func read(number: String, _ tx: borrowing Session) throws -> SubmissionFacts? {
        try tx.first(
            """
            select s.id, s.number, s.procedure_id, s.body, s.channel, s.received_at, s.arrived_on::text as arrived_on,
              t.display_name as entered_by_name, s.for_someone, s.read_back, s.slip_id, s.code_version, s.submitter,
              s.people, s.organisation, s.public_name, s.screening,
              s.hidden_code, s.flags, s.withdrawn_at, s.sealed_at
            from submissions s left join staff t on t.id = s.entered_by
            where s.number = \(number) and s.procedure_id is not null
            """, as: SubmissionFacts.self)
    }
}

extension ReceivedSubmission {
    private struct Place: Row {
        let number: String
        let position: Int

        init(_ row: RowReader) throws {
            number = try row["number"]
            position = try row["position"]
        }
    }

    /// The positions of the rows of the edition it was written about, by their numbers.
    package func rowPositions(_ tx: borrowing Session) throws -> [String: Int] {
        let places = try tx.all(
            """
            select g.number, g.position from submissions s join passages g on g.edition_id = s.edition_id
            where s.id = \(facts.id) and g.number <> '' order by g.position
            """, as: Place.self)
        return Dictionary(places.map { ($0.number, $0.position) }) { first, _ in first }
    }
}
