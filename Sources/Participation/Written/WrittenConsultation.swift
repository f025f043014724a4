import Foundation
import Postgres
import Text

/// 书面征求意见: a letter that asks units and organisations about the draft of a procedure.
package struct WrittenConsultation: Row, Identifiable {
    package enum State: String, PostgresValue, CaseIterable, Sendable {
        case preparing, sent
    }

    package static let longestTitle = 200
    package static let longestBody = 10_000
    package static let longestDocumentNumber = 60
    /// Units and organisations together.
    package static let mostAddressees = 200
    /// What a letter must say before silence can be counted as agreement.
    package static let silenceAgreesWords = "视为无意见"

    package let id: Int
    package let number: String
    package let procedureID: Int
    /// Nil for who was asked and does not work on the procedure.
    package let procedureNumber: String?
    package let procedureTitle: String?
    package let unitID: Int
    package let unitName: String
    package let unitIDs: [Int]
    package let title: String
    /// 文号
    package let documentNumber: String
    package let body: String
    /// 成文日期
    package let datedOn: CalendarDate
    package let dueOn: CalendarDate
    /// Exclusive.
    package let dueAt: Date
    /// 逾期未回复的，视为无意见: the letter says so.
    package let silenceAgrees: Bool
    /// The letter with its seal.
    package let scanID: UUID?
    package let state: State
    /// Grows with every rewriting.
    package let version: Int
    /// Whether replies are still taken.
    package let takesReplies: Bool
    package let sentBy: String?
    package let sentAt: Date?
    package let asked: Int
    package let replied: Int
    /// The database's clock when this was read.
    package let now: Date

    package init(_ row: RowReader) throws {
        id = try row["id"]
        number = try row["number"]
        procedureID = try row["procedure_id"]
        procedureNumber = try row["procedure_number"]
        procedureTitle = try row["procedure_title"]
        unitID = try row["unit_id"]
        unitName = try row["unit_name"]
        unitIDs = try row["unit_ids"]
        title = try row["title"]
        documentNumber = try row["document_number"]
        body = try row["body"]
        datedOn = try row["dated_on"]
        dueOn = try row["due_on"]
        dueAt = try row["due_at"]
        silenceAgrees = try row["silence_agrees"]
        scanID = try row["scan_id"]
        state = try row["state"]
        version = try row["version"]
        takesReplies = try row["takes_replies"]
        sentBy = try row["sent_by_name"]
        sentAt = try row["sent_at"]
        asked = try row["asked"]
        replied = try row["replied"]
        now = try row["now"]
    }

    private static let columns: SQL = """
        select w.id, w.number, w.procedure_id, p.number as procedure_number, p.title as procedure_title, w.unit_id, u.name as unit_name, w.unit_ids,
          w.title, w.document_number, w.body, w.dated_on, w.due_on, w.due_at, w.silence_agrees, w.scan_id, w.state, w.version,
          letter_takes_replies(w.id) as takes_replies, s.display_name as sent_by_name, w.sent_at,
          (select count(*) from written_addressees a where a.written_id = w.id) as asked,
          (select count(*) from written_addressees a join written_replies r on r.addressee_id = a.id and r.superseded_at is null
            where a.written_id = w.id) as replied,
          minyi_clock() as now
        from written_consultations w join units u on u.id = w.unit_id left join procedures p on p.id = w.procedure_id
        left join staff s on s.id = w.sent_by
        """

    package static func with(id: Int) -> SQL { "\(columns) where w.id = \(id)" }

    /// The newest first.
    package static func of(procedure: String) -> SQL {
        "\(columns) where p.number = \(procedure) order by w.id desc limit 200"
    }

    /// Those of the procedures that the actor's units work on, the newest first.
    package static let ours: SQL = """
        \(columns) where w.unit_ids && (select actor_units_as('organiser', 'clerk', 'approver', 'secrecy_reviewer', 'auditor'))
        order by w.id desc limit 200
        """

    /// The day that a form proposes: by the rule `written.reply`, counted from today.
    package static func proposedDay(for unitID: Int, _ tx: borrowing Session) throws -> CalendarDate? {
        try tx.firstValue(
            "select due_on from clock_due('written.reply', minyi_clock(), \(unitID))", as: CalendarDate.self)
    }
}

extension WrittenConsultation {
    /// A letter with everybody it is addressed to, as far as the actor may see them.
    package struct Record: Sendable {
        package let letter: WrittenConsultation
        package let addressees: [Addressee]
        /// What no longer holds of what they said.
        package let earlier: [EarlierReply]
        package let events: [Happening]
    }

    /// One thing that happened to it.
    package struct Happening: Row {
        package let at: Date
        package let kind: String
        /// Nil where an organisation replied by its link.
        package let who: String?

        package init(_ row: RowReader) throws {
            at = try row["at"]
            kind = try row["kind"]
            who = try row["who"]
        }
    }

    package static func find(_ id: Int, in database: Database, as actor: DatabaseActor) async throws -> Record? {
        try await database.read(as: actor) { tx in
            guard let letter = try tx.first(with(id: id), as: WrittenConsultation.self) else { return nil }
            return Record(
                letter: letter, addressees: try tx.all(Addressee.of(letter: id), as: Addressee.self),
                earlier: try tx.all(EarlierReply.of(letter: id), as: EarlierReply.self),
                events: try tx.all(
                    """
                    select e.at, e.kind, s.display_name as who from events e left join staff s on s.id = e.staff_id
                    where e.subject = 'written' and e.subject_id = \(id) order by e.at desc, e.id desc limit 200
                    """, as: Happening.self))
        }
    }
}
