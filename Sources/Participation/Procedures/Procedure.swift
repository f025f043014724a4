import Foundation
import Postgres
import Text

/// 征求意见: a procedure as its organisers see it. To the public it is called a consultation.
package struct Procedure: Row, Identifiable {
    package enum State: String, PostgresValue, CaseIterable, Sendable {
        case preparing, announced, open, suspended, closed, answered, published, terminated
    }

    package let id: Int
    package let number: String
    package let title: String
    package let field: String
    package let unitID: Int
    package let unitName: String
    package let draftID: Int
    package let draftTitle: String
    package let editionID: Int
    package let editionOrdinal: Int
    package let rows: Int
    package let ruleID: Int?
    package let legalBasis: String
    package let explanatoryNote: String
    package let opensAt: Date
    /// Exclusive.
    package let closesAt: Date
    /// Exclusive; until then letters that came in time are entered.
    package let entryUntil: Date?
    package let shorteningReason: String
    package let contactPhone: String
    package let contactAddress: String
    package let contactPostcode: String
    package let contactEmail: String
    package let nameRule: String
    package let phoneRule: String
    package let commentsShown: Bool
    package let revisionDueOn: CalendarDate?
    package let publicationDueOn: CalendarDate?
    package let resultDueOn: CalendarDate?
    /// At this moment, whether or not the worker has written it yet.
    package let state: State
    package let extended: Bool
    package let closedAt: Date?
    package let createdBy: String?
    package let createdAt: Date
    /// The database's clock when this was read.
    package let now: Date

    /// Whether it cannot be announced with the times given: the closing is over, or the day of opening.
    package var hasTimesPast: Bool {
        state == .preparing && (closesAt <= now || ChinaTime.date(opensAt) < ChinaTime.date(now))
    }

    /// Its period; while it is prepared, what would be left of it if it were announced now.
    package func period(_ calendar: WorkCalendar) -> Period {
        state == .preparing
            ? .ahead(opensAt: opensAt, closesAt: closesAt, now: now, calendar: calendar)
            : Period(opensAt: opensAt, closesAt: closesAt, calendar: calendar)
    }

    package init(_ row: RowReader) throws {
        id = try row["id"]
        number = try row["number"]
        title = try row["title"]
        field = try row["field"]
        unitID = try row["unit_id"]
        unitName = try row["unit_name"]
        draftID = try row["draft_id"]
        draftTitle = try row["draft_title"]
        editionID = try row["edition_id"]
        editionOrdinal = try row["edition_ordinal"]
        rows = try row["rows"]
        ruleID = try row["rule_id"]
        legalBasis = try row["legal_basis"]
        explanatoryNote = try row["explanatory_note"]
        opensAt = try row["opens_at"]
        closesAt = try row["closes_at"]
        entryUntil = try row["entry_until"]
        shorteningReason = try row["shortening_reason"]
        contactPhone = try row["contact_phone"]
        contactAddress = try row["contact_address"]
        contactPostcode = try row["contact_postcode"]
        contactEmail = try row["contact_email"]
        nameRule = try row["name_rule"]
        phoneRule = try row["phone_rule"]
        commentsShown = try row["comments_shown"]
        revisionDueOn = try row["revision_due_on"]
        publicationDueOn = try row["publication_due_on"]
        resultDueOn = try row["result_due_on"]
        state = try row["state_now"]
        extended = try row["extended"]
        closedAt = try row["closed_at"]
        createdBy = try row["created_by_name"]
        createdAt = try row["created_at"]
        now = try row["now"]
    }

    private static let columns: SQL = """
        select p.id, p.number, p.title, p.field, p.unit_id, u.name as unit_name, p.draft_id, coalesce(d.title, '') as draft_title,
          p.edition_id, coalesce(e.ordinal, 0) as edition_ordinal,
          (select count(*) from passages g where g.edition_id = p.edition_id) as rows, p.rule_id, p.legal_basis,
          p.explanatory_note, p.opens_at, p.closes_at, p.entry_until, p.shortening_reason, p.contact_phone, p.contact_address,
          p.contact_postcode, p.contact_email, p.name_rule, p.phone_rule, p.comments_shown, p.revision_due_on,
          p.publication_due_on, p.result_due_on, state_at(p.state, p.opens_at, p.closes_at, minyi_clock()) as state_now,
          p.extended, p.closed_at, s.display_name as created_by_name, p.created_at, minyi_clock() as now
        from procedures p join units u on u.id = p.unit_id left join drafts d on d.id = p.draft_id
        left join editions e on e.id = p.edition_id left join staff s on s.id = p.created_by
        """

    package static func with(number: String) -> SQL { "\(columns) where p.number = \(number)" }
    package static func with(id: Int) -> SQL { "\(columns) where p.id = \(id)" }

    /// Those the actor may see, the newest first.
    package static let all: SQL = "\(columns) order by p.id desc limit 500"

    package static func of(draft: Int) -> SQL { "\(columns) where p.draft_id = \(draft) order by p.id desc" }
}

/// One thing that happened to a procedure or to what was cleared for it: who, when, from which state to which.
package struct ProcedureEvent: Row, Equatable {
    package let at: Date
    /// `procedure` or `clearance`.
    package let subject: String
    package let kind: String
    /// Nil where it happened by itself.
    package let staffName: String?
    package let fromState: String?
    package let toState: String?
    package let code: String?
    /// The kind of clearance it was about.
    package let clearanceKind: String?

    package init(_ row: RowReader) throws {
        at = try row["at"]
        subject = try row["subject"]
        kind = try row["kind"]
        staffName = try row["staff_name"]
        fromState = try row["from_state"]
        toState = try row["to_state"]
        code = try row["code"]
        clearanceKind = try row["clearance_kind"]
    }

    /// The newest first.
    package static func of(procedure: Int) -> SQL {
        """
        select e.at, e.subject, e.kind, s.display_name as staff_name, e.from_state, e.to_state, e.code, c.kind as clearance_kind
        from events e left join staff s on s.id = e.staff_id
        left join clearances c on e.subject = 'clearance' and c.id = e.subject_id
        where e.subject = 'procedure' and e.subject_id = \(procedure)
          or e.subject = 'clearance' and e.subject_id in (select id from clearances where procedure_id = \(procedure))
        order by e.at desc, e.id desc limit 200
        """
    }
}
