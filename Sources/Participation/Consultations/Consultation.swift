import Foundation
import Postgres
import Text

/// 征求意见: a procedure as everybody may know it, from the public tables.
package struct Consultation: Row {
    package enum State: String, PostgresValue, CaseIterable, Sendable {
        case announced, open, suspended, closed, answered, published, terminated
    }

    package let id: Int
    package let number: String
    package let title: String
    package let field: String
    /// As the unit was called when this was published.
    package let unitName: String
    /// The state at `now`; nothing waits for the worker that stores it.
    package let state: State
    package let extended: Bool
    package let opensAt: Date
    /// Exclusive.
    package let closesAt: Date
    /// Exclusive: until then letters that came in time may be entered.
    package let entryUntil: Date?
    package let closedAt: Date?
    package let editionID: Int
    package let nameRule: Comment.ContactRule
    package let phoneRule: Comment.ContactRule
    package let commentsShown: Bool
    package let revisionDueOn: CalendarDate?
    package let publicationDueOn: CalendarDate?
    package let resultDueOn: CalendarDate?
    package let contactPhone: String
    package let contactAddress: String
    package let contactPostcode: String
    package let contactEmail: String
    /// The database's clock when this was read.
    package let now: Date

    package init(_ row: RowReader) throws {
        id = try row["procedure_id"]
        number = try row["number"]
        title = try row["title"]
        field = try row["field"]
        unitName = try row["unit_name"]
        state = try row["state"]
        extended = try row["extended"]
        opensAt = try row["opens_at"]
        closesAt = try row["closes_at"]
        entryUntil = try row["entry_until"]
        closedAt = try row["closed_at"]
        editionID = try row["edition_id"]
        let nameRule: String = try row["name_rule"]
        self.nameRule = Comment.ContactRule(rawValue: nameRule) ?? .optional
        let phoneRule: String = try row["phone_rule"]
        self.phoneRule = Comment.ContactRule(rawValue: phoneRule) ?? .optional
        commentsShown = try row["comments_shown"]
        revisionDueOn = try row["revision_due_on", as: String?.self].flatMap { CalendarDate($0) }
        publicationDueOn = try row["publication_due_on", as: String?.self].flatMap { CalendarDate($0) }
        resultDueOn = try row["result_due_on", as: String?.self].flatMap { CalendarDate($0) }
        contactPhone = try row["contact_phone"]
        contactAddress = try row["contact_address"]
        contactPostcode = try row["contact_postcode"]
        contactEmail = try row["contact_email"]
        now = try row["now"]
    }

    /// Whole days from today to the last day that is in time: 0 is today. Nil unless it is open.
    package var daysLeft: Int? {
        guard state == .open else { return nil }
        return max(0, lastDay.days(since: ChinaTime.date(now)))
    }

    package var lastDay: CalendarDate { ChinaTime.lastDay(before: closesAt) }

    /// Whether a comment sent from the web now would be taken.
    package var takesComments: Bool { state == .open }

    /// Whether letters that came in time can still be entered at the counter.
    package var takesLetters: Bool {
        guard state == .closed, let entryUntil else { return false }
        return now < entryUntil
    }

    private static let columns: SQL = """
        p.procedure_id, p.number, p.title, p.field, p.unit_name,
        state_at(p.state, p.opens_at, p.closes_at, c.moment) as state, p.extended, p.opens_at, p.closes_at, p.entry_until,
        p.closed_at, p.edition_id, p.name_rule, p.phone_rule, p.comments_shown, p.revision_due_on::text,
        p.publication_due_on::text, p.result_due_on::text, p.contact_phone, p.contact_address, p.contact_postcode,
        p.contact_email, c.moment as now
        """
    private static let source: SQL = "public_procedures p cross join (select minyi_clock() as moment) c"

    static func byNumber(_ number: String) -> SQL {
        "select \(columns) from \(source) where p.number = \(number)"
    }

    package static func find(_ number: String, in database: Database) async throws -> Consultation? {
        try await database.first(byNumber(number), as: Consultation.self)
    }

    /// The lists people choose from.
    package enum Shelf: String, CaseIterable, Sendable {
        /// Announced, open or suspended: what ends first comes first.
        case current
        /// Closed, and being answered.
        case answering
        /// With a result, or terminated; the newest first.
        case decided

        var states: [String] {
            switch self {
            case .current: ["announced", "open", "suspended"]
            case .answering: ["closed", "answered"]
            case .decided: ["published", "terminated"]
            }
        }
    }

    /// - Parameters:
    ///   - after: `id` of the last one on the page before.
    ///   - limit: at most 100.
    package static func list(
        _ shelf: Shelf, after: Int? = nil, limit: Int, in database: Database
    ) async throws -> [Consultation] {
        let (states, most) = (shelf.states, min(max(limit, 1), 100))
        let order: SQL = shelf == .current ? "p.closes_at, p.procedure_id" : "p.procedure_id desc"
        let page: SQL =
            switch (after, shelf) {
            case (nil, _): ""
            case (let id?, .current):
                "and (p.closes_at, p.procedure_id) > (select closes_at, procedure_id from public_procedures where procedure_id = \(id))"
            case (let id?, _): "and p.procedure_id < \(id)"
            }
        return try await database.all(
            """
            select \(columns) from \(source)
            where state_at(p.state, p.opens_at, p.closes_at, c.moment) = any (\(states)) \(page)
            order by \(order) limit \(most)
            """, as: Consultation.self)
    }
}
