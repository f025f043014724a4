import Foundation
import Postgres
import Text

/// Whom a letter asks: a unit of ours, which answers at its desk, or an organisation, by a link with a code or on paper.
package struct Addressee: Row, Identifiable {
    /// 有意见 · 无意见
    package enum ReplyKind: String, PostgresValue, CaseIterable, Sendable {
        case opinion, none
    }

    /// 办公桌 · 链接 · 来函
    package enum Way: String, PostgresValue, Sendable {
        case desk, link, letter
    }

    package struct Reply: Sendable {
        package let id: Int
        package let kind: ReplyKind
        /// It came after the day that the letter names.
        package let isLate: Bool
        package let repliedAt: Date
        package let arrivedOn: CalendarDate
        package let way: Way
        package let documentNumber: String
        package let scanID: UUID?
        /// Of the submission with its words.
        package let submission: String?
        /// Opinions in it.
        package let opinions: Int
        package let enteredBy: String?
        /// How its writer agreed that its words are public; empty where they are not.
        package let agreement: String
        /// It took the place of an earlier one.
        package let isCorrection: Bool
    }

    /// Where it stands at the moment it was read.
    package enum Standing: String, CaseIterable, Sendable {
        case waiting, opinion, none, late
        /// 视为无意见: nothing came in time, and the letter said what that means.
        case deemed
        /// Nothing came in time, and the letter did not say what that means.
        case unanswered
    }

    package let id: Int
    package let writtenID: Int
    package let ordinal: Int
    package let unitID: Int?
    package let name: String
    package let email: String
    /// What an organisation's code is derived from.
    package let key: UUID
    package let reply: Reply?
    package let standing: Standing

    package init(_ row: RowReader) throws {
        id = try row["id"]
        writtenID = try row["written_id"]
        ordinal = try row["ordinal"]
        unitID = try row["unit_id"]
        name = try row["name"]
        email = try row["email"]
        key = try row["key"]
        if let kind = try row["kind", as: ReplyKind?.self] {
            let reply = Reply(
                id: try row["reply_id"], kind: kind, isLate: try row["is_late"], repliedAt: try row["replied_at"],
                arrivedOn: try row["arrived_on"],
                way: try row["via"], documentNumber: try row["document_number"], scanID: try row["scan_id"],
                submission: try row["submission"], opinions: try row["opinions"], enteredBy: try row["entered_by_name"],
                agreement: try row["agreement"], isCorrection: try row["is_correction"])
            self.reply = reply
            standing = reply.isLate ? .late : kind == .opinion ? .opinion : .none
        } else {
            reply = nil
            let (isOver, silenceAgrees): (Bool, Bool) = (try row["is_over"], try row["silence_agrees"])
            standing = !isOver ? .waiting : silenceAgrees ? .deemed : .unanswered
        }
    }

    private static let columns: SQL = """
        select a.id, a.written_id, a.ordinal, a.unit_id, coalesce(u.name, a.organisation) as name, a.email, a.key,
          r.id as reply_id, r.kind, r.is_late, r.replied_at, r.arrived_on, r.via, r.document_number, r.scan_id, t.number as submission,
          (select count(*) from opinions o where o.submission_id = r.submission_id) as opinions, e.display_name as entered_by_name, r.agreement,
          r.replaces is not null as is_correction,
          w.due_at <= minyi_clock() as is_over, w.silence_agrees
        from written_addressees a join written_consultations w on w.id = a.written_id left join units u on u.id = a.unit_id
        left join written_replies r on r.addressee_id = a.id and r.superseded_at is null left join submissions t on t.id = r.submission_id
        left join staff e on e.id = r.entered_by
        """

    /// Whether the actor does the work of the unit that is asked, as the door has it.
    package func isOwnWork(_ tx: borrowing Session) throws -> Bool {
        guard let unitID else { return false }
        return try tx.value("select does_work_of(\(unitID))")
    }

    static func of(letter id: Int) -> SQL { "\(columns) where a.written_id = \(id) order by a.ordinal" }

    package static func with(id: Int) -> SQL { "\(columns) where a.id = \(id)" }

    /// Everybody who was asked about the draft of a procedure.
    static func of(procedure id: Int) -> SQL {
        "\(columns) where w.procedure_id = \(id) and w.state = 'sent' order by w.id, a.ordinal"
    }

    /// What the actor's units are asked, what waits first. Colleagues of an office hold their roles for every unit, but do not do
    /// every unit's work.
    package static let mine: SQL = """
        \(columns) where w.state = 'sent' and a.unit_id = any ((select actor_units_as('organiser', 'clerk', 'approver'))::bigint[])
          and (a.unit_id = (select actor_home_unit())
            or not exists (select from units h where h.id = (select actor_home_unit()) and h.kind = 'office'))
        order by r.addressee_id is not null, w.due_at, a.id limit 200
        """
}

/// What an addressee said before, and has corrected since; or what was entered by mistake.
package struct EarlierReply: Row {
    package let addresseeID: Int
    package let kind: Addressee.ReplyKind
    package let way: Addressee.Way
    package let repliedAt: Date
    package let arrivedOn: CalendarDate
    package let supersededAt: Date
    package let documentNumber: String
    package let enteredBy: String?
    package let scanID: UUID?
    /// Of the submission with its words.
    package let submission: String?
    /// Nil where they are sealed.
    package let words: String?

    package init(_ row: RowReader) throws {
        addresseeID = try row["addressee_id"]
        kind = try row["kind"]
        way = try row["via"]
        repliedAt = try row["replied_at"]
        arrivedOn = try row["arrived_on"]
        supersededAt = try row["superseded_at"]
        documentNumber = try row["document_number"]
        enteredBy = try row["entered_by_name"]
        scanID = try row["scan_id"]
        submission = try row["submission"]
        words = try row["words"]
    }

    static func of(letter id: Int) -> SQL {
        """
        select r.addressee_id, r.kind, r.via, r.replied_at, r.arrived_on, r.superseded_at, r.document_number, e.display_name as entered_by_name,
          r.scan_id, t.number as submission, case when t.sealed_at is null then t.body end as words
        from written_replies r join written_addressees a on a.id = r.addressee_id left join submissions t on t.id = r.submission_id
        left join staff e on e.id = r.entered_by
        where a.written_id = \(id) and r.superseded_at is not null order by r.id
        """
    }
}

/// How many of whom a letter asked said what: 家, and 条 of what they said.
package struct WrittenTally: Sendable, Equatable {
    package let asked: Int
    package let opinions: Int
    package let counts: [Addressee.Standing: Int]

    package init(_ addressees: [Addressee]) {
        asked = addressees.count
        opinions = addressees.reduce(0) { $0 + ($1.reply?.opinions ?? 0) }
        counts = Dictionary(addressees.map { ($0.standing, 1) }, uniquingKeysWith: +)
    }

    /// As a result says it; nil where nobody was asked. Once the answering has ended nothing is waited for: who has not replied by then
    /// has not, also before the day that the letter names.
    var published: PublishedContent.Result.Letters? {
        func count(_ standings: Addressee.Standing...) -> Int { standings.reduce(0) { $0 + (counts[$1] ?? 0) } }
        guard asked > 0 else { return nil }
        return .init(
            asked: asked, opinion: count(.opinion), none: count(.none), late: count(.late), deemed: count(.deemed),
            unanswered: count(.unanswered, .waiting))
    }
}
