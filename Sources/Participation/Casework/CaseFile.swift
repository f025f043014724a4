import Foundation
import Postgres
import Text

/// What a unit owes: a case, from its screening to the answer and what became of it.
package struct CaseFile: Row, Identifiable {
    package enum State: String, PostgresValue, CaseIterable, Sendable {
        case received, accepted, assigned, reviewing, completed
        case declined, invalid, duplicate, redirected
        case informationRequest = "information_request"
        case withdrawn, sealed

        package var isOpen: Bool { [.received, .accepted, .assigned, .reviewing].contains(self) }
    }

    /// 紧急 · 一般 · 复杂 · 重难: each has a limit of its own.
    package enum Urgency: String, PostgresValue, CaseIterable, Sendable {
        case urgent, ordinary, complex, difficult
    }

    /// The rungs of the ladder: 预警 · 黄牌 · 红牌 · 超期.
    package enum Warning: String, PostgresValue, CaseIterable, Sendable {
        case none, early, yellow, red, overdue
    }

    /// How far an answer is on its way to the public.
    package enum Publication: String, PostgresValue, CaseIterable, Sendable {
        case none
        case toReview = "to_review"
        case returned, cleared, published
    }

    package enum Callback: String, PostgresValue, CaseIterable, Sendable {
        case none, due, done
    }

    package let id: Int
    package let number: String
    /// Whose case it is: `message`.
    package let kind: String
    /// The tenant's own kind: `inquiry`, `complaint` …
    package let topic: String
    /// What somebody sent; nil where no one outside waits for it.
    package let submissionID: Int?
    /// `—` once sealed.
    package let title: String
    package let place: String
    /// Screens and assigns.
    package let officeID: Int
    package let officeName: String
    /// 主办
    package let unitID: Int?
    package let unitName: String?
    /// 协办
    package let assistingIDs: [Int]
    package let concernedUnitIDs: [Int]
    package let concernedStaffIDs: [Int]
    /// Every unit that may see it.
    package let unitIDs: [Int]
    package let urgency: Urgency
    package let state: State
    package let endingCode: String?
    /// What its author was told.
    package let endingText: String
    /// The case it repeats.
    package let originalID: Int?
    package let receivedAt: Date
    package let receivedOn: CalendarDate
    package let acceptedAt: Date?
    /// The office decided about it after its own limit.
    package let screenedLate: Bool
    package let answeredAt: Date?
    package let publishedAt: Date?
    package let answerID: Int?
    package let workingDaysUsed: Int?
    package let isLate: Bool?
    package let clockID: Int?
    /// Nil where it began with the unit that owes it.
    package let screeningClockID: Int?
    package let dueOn: CalendarDate?
    /// Exclusive.
    package let dueAt: Date?
    /// The calendar of a year that the limit crosses is not loaded yet.
    package let isProvisional: Bool
    package let pausedAt: Date?
    package let warning: Warning
    /// How often it was opened again.
    package let reopened: Int
    package let wantsPublication: Bool
    package let publishable: Bool
    package let publication: Publication
    package let callback: Callback
    /// Working days after today up to the last one: 0 on the last.
    package let daysLeft: Int?
    /// Working days since the last one.
    package let daysOver: Int?
    /// The database's clock when this was read.
    package let now: Date

    package init(_ row: RowReader) throws {
        id = try row["id"]
        number = try row["number"]
        kind = try row["kind"]
        topic = try row["topic"]
        submissionID = try row["submission_id"]
        title = try row["title"]
        place = try row["place"]
        officeID = try row["office_id"]
        officeName = try row["office_name"]
        unitID = try row["unit_id"]
        unitName = try row["unit_name"]
        assistingIDs = try row["assisting_ids"]
        concernedUnitIDs = try row["concerned_unit_ids"]
        concernedStaffIDs = try row["concerned_staff_ids"]
        unitIDs = try row["unit_ids"]
        urgency = try row["urgency"]
        state = try row["state"]
        endingCode = try row["ending_code"]
        endingText = try row["ending_text"]
        originalID = try row["original_id"]
        receivedAt = try row["received_at"]
        receivedOn = try row["received_on"]
        acceptedAt = try row["accepted_at"]
        screenedLate = try row["screened_late"]
        answeredAt = try row["answered_at"]
        publishedAt = try row["published_at"]
        answerID = try row["answer_id"]
        workingDaysUsed = try row["working_days_used"]
        isLate = try row["is_late"]
        clockID = try row["clock_id"]
        screeningClockID = try row["screening_clock_id"]
        dueOn = try row["due_on"]
        dueAt = try row["due_at"]
        isProvisional = try row["provisional"]
        pausedAt = try row["paused_at"]
        warning = try row["warning"]
        reopened = try row["reopened"]
        wantsPublication = try row["wants_publication"]
        publishable = try row["publishable"]
        publication = try row["publication"]
        callback = try row["callback"]
        daysLeft = try row["days_left"]
        daysOver = try row["days_over"]
        now = try row["now"]
    }

    /// Its time is up at this moment, whether or not the ladder has written it down.
    package var isOverdue: Bool { state.isOpen && pausedAt == nil && dueAt.map { $0 <= now } ?? false }

    static let columns: SQL = """
        select c.id, c.number, c.kind, c.topic, c.submission_id, c.title, c.place, c.office_id, o.name as office_name, c.unit_id,
          u.name as unit_name, c.assisting_ids, c.concerned_unit_ids, c.concerned_staff_ids, c.unit_ids, c.urgency, c.state,
          c.ending_code, c.ending_text, c.original_id, c.received_at, c.received_on, c.accepted_at, c.screened_late, c.answered_at, c.published_at,
          c.answer_id, c.working_days_used, c.is_late, c.clock_id, c.screening_clock_id, c.due_on, c.due_at, c.provisional,
          c.paused_at, c.warning, c.reopened, c.wants_publication, c.publishable, c.publication, c.callback,
          working_days_between(china_day(minyi_clock()), c.due_on, null) as days_left,
          case when c.due_at <= minyi_clock() then working_days_between(c.due_on, china_day(minyi_clock()), null) end as days_over,
          minyi_clock() as now
        from cases c join units o on o.id = c.office_id left join units u on u.id = c.unit_id
        """

    static func with(id: Int) -> SQL { "\(columns) where c.id = \(id)" }

    /// The case of a submission, for whoever may see it.
    package static func of(submission: Int) -> SQL { "\(columns) where c.submission_id = \(submission)" }
}
