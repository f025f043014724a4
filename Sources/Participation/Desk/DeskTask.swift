import Foundation
import Postgres

/// One thing that waits for a member of staff.
package struct DeskTask: Row, Equatable {
    /// In the order of urgency where no date decides.
    package enum Kind: String, PostgresValue, CaseIterable, Sendable {
        /// A suspected secret to be reported within 24 hours.
        case report
        /// A submission in which somebody may come to harm.
        case urgent
        /// A request to seal that waits for the second person.
        case seal
        case review, approval
        /// Cleared, waits for publication.
        case publish
        /// Refused, and nothing newer was prepared.
        case refused
        case closing, screening, answering
        /// Everything is answered and no letter can come in any more.
        case finishing
        /// Everything is answered, and no result is on its way.
        case result
        /// A questionnaire or poll that is over, with sheets, and no result on its way.
        case questionnaireResult = "questionnaire_result"
        /// In preparation, and nothing was handed in for clearing.
        case preparing
        /// People who commented propose a hearing, and nobody has answered them.
        case hearingProposals = "hearing_proposals"
        /// A hearing, forum or visit, in the order of its steps: in preparation; who registered to be checked; to draw a lot;
        /// to publish who takes part; to hand out the materials; to have the transcript confirmed; to publish the report.
        case gathering, registrations, lot
        case participantList = "participant_list"
        case materials, transcript
        case gatheringRecord = "gathering_record"
        /// Papers and rows that are not published, to be looked at again; rows of final directories to be brought up to date.
        case evaluation
        case updates
        /// Cases to be screened or assigned, with the own unit, to be approved, for the secrecy review.
        case caseScreening = "case_screening"
        case caseWork = "case_work"
        /// Letters that ask the own unit; views that it is asked for, and that others have given back.
        case letters, views
        case viewsReturned = "views_returned"
        /// Views that have come, of opinions that are not answered yet.
        case viewsGiven = "views_given"
        case caseApproval = "case_approval"
        case caseReview = "case_review"
        /// Words for the public that the secrecy review sent back.
        case caseReturned = "case_returned"
        /// One case: an extension to be decided on, a supervision to be answered.
        case caseExtension = "case_extension"
        case supervision
        /// Cases overdue and not supervised yet, and one whose supervision was answered.
        case caseOverdue = "case_overdue"
        case supervisionClosing = "supervision_closing"

        package var isUrgent: Bool { self == .report || self == .urgent || self == .seal }
    }

    package let kind: Kind
    /// The public number of a submission or a procedure.
    package let number: String
    package let title: String
    /// By when; exclusive. Nil where nothing says so.
    package let dueAt: Date?
    /// Of `total` submissions, those that are done; for `screening` those that wait.
    package let done: Int
    package let total: Int
    package let clearanceID: Int?
    package let clearanceKind: Clearance.Kind?
    /// Of `urgent`: the first flag.
    package let flag: SubmissionFlag?
    package let caseID: Int?

    package init(_ row: RowReader) throws {
        kind = try row["kind"]
        number = try row["number"]
        title = try row["title"]
        dueAt = try row["due_at"]
        done = try row["done"]
        total = try row["total"]
        clearanceID = try row["clearance_id"]
        clearanceKind = try row["clearance_kind"]
        flag = try row["flag", as: String?.self].flatMap(SubmissionFlag.init(rawValue:))
        caseID = try row["case_id"]
    }

    /// Most urgent first: who may come to harm, secrets, then by date, then in the order of the kinds.
    static func sorted(_ tasks: [DeskTask]) -> [DeskTask] {
        let order = Dictionary(uniqueKeysWithValues: Kind.allCases.enumerated().map { ($1, $0) })
        return tasks.enumerated().sorted { one, other in
            func rank(_ item: (offset: Int, element: DeskTask)) -> (Int, Date, Int, Int) {
                let task = item.element
                return (
                    task.kind == .urgent ? 0 : task.kind.isUrgent ? 1 : 2, task.dueAt ?? .distantFuture,
                    order[task.kind] ?? 0, item.offset
                )
            }
            return rank(one) < rank(other)
        }.map(\.element)
    }

    // MARK: Reading

    /// What waits for this person, as their roles and units let them see it; nil for somebody without a role in any of it.
    static func waiting(for staff: StaffActor) -> SQL? { waiting(for: staff, of: sources) }

    static func waiting(for staff: StaffActor, of sources: [Source]) -> SQL? {
        let parts = sources.filter { !$0.roles.isDisjoint(with: staff.roles) }.map(\.tasks)
        return parts.isEmpty ? nil : parts.map { "(\($0) limit 100)" as SQL }.joined(separator: " union all ")
    }

    /// What waits for somebody, with the roles it waits for.
    typealias Source = (roles: Set<StaffRole>, tasks: SQL)

    /// Papers of any kind, on their way to the public.
    static let ofPapers: [Source] = [
        ([.secrecyReviewer], reviews), ([.approver], approvals), ([.organiser], cleared), ([.organiser], refused),
    ]

    private static var sources: [Source] { ofPapers + ofGatherings + others }

    private static let others: [Source] = [
        ([.organiser, .approver, .secrecyReviewer], reports),
        ([.organiser, .clerk, .approver, .secrecyReviewer, .dutyOfficer], harm),
        ([.organiser, .clerk, .approver, .secrecyReviewer], seals),
        ([.organiser, .clerk], closing), ([.organiser, .clerk], screening), ([.organiser], answering),
        ([.organiser], results), ([.organiser], questionnaireResults), ([.organiser], preparing),
        ([.organiser], hearingProposals), ([.organiser], gatheringsPreparing), ([.organiser], evaluations),
        ([.organiser], updates),
        ([.organiser, .clerk], caseScreening), ([.organiser, .clerk], caseWork),
        ([.organiser, .clerk, .approver], letters), ([.organiser, .clerk], views),
        ([.organiser, .clerk], viewsReturned),
        ([.organiser], viewsGiven),
        ([.approver], caseApproval),
        ([.secrecyReviewer], caseReview), ([.organiser, .clerk], caseReturned), ([.organiser, .clerk], caseExtensions),
        ([.approver], supervisions),
        ([.supervisor], casesOverdue), ([.supervisor], supervisionsAnswered),
    ]

    static func columns(
        _ kind: Kind, number: SQL = "p.number", title: SQL = "p.title", due: SQL = "null::timestamptz", done: SQL = "0",
        total: SQL = "0",
        clearance: SQL = "null::bigint", clearanceKind: SQL = "null::text", flag: SQL = "null::text"
    ) -> SQL {
        """
        select \(kind.rawValue)::text as kind, \(number) as number, \(title) as title, \(due) as due_at, \(done)::bigint as done,
          \(total)::bigint as total, \(clearance) as clearance_id, \(clearanceKind) as clearance_kind, \(flag) as flag,
          null::bigint as case_id
        """
    }

    private static let sealed: SQL = """
        from seals s left join submissions t on t.id = s.submission_id
        left join published_versions v on v.id = s.version_id
        left join procedures p on p.id = coalesce(t.procedure_id, v.procedure_id) left join cases k on k.submission_id = t.id
        left join questionnaires q on q.id = v.questionnaire_id
        """

    private static let reports: SQL = """
        \(columns(.report, number: "coalesce(t.number, p.number, q.number)", title: "coalesce(p.title, q.title, k.title, '—')", due: "s.report_due_at")) \(sealed)
        where s.report_due_at is not null and s.reported_at is null and s.declined_at is null order by s.report_due_at
        """

    private static let seals: SQL = """
        \(columns(.seal, number: "coalesce(t.number, p.number, q.number)", title: "coalesce(p.title, q.title, k.title, '—')")) \(sealed)
        where s.confirmed_at is null and s.declined_at is null and s.requested_by <> (select actor_staff())
        order by s.id
        """

    private static let harm: SQL = """
        \(columns(.urgent, number: "s.number", flag: "case when 'self_harm' = any (s.flags) then 'self_harm' else 'threat' end"))
        from procedures p join submissions s on s.procedure_id = p.id
        where p.state not in ('preparing', 'published', 'terminated') and s.flags && array['threat', 'self_harm']
          and s.sealed_at is null
        order by s.id
        """

    private static func clearances(_ kind: Kind, due: SQL = "null::timestamptz", where condition: SQL) -> SQL {
        """
        \(columns(
            kind, number: "coalesce(g.number, p.number, q.number)", title: "coalesce(g.title, p.title, q.title)", due: due, clearance: "c.id",
            clearanceKind: "c.kind"))
        from clearances c left join procedures p on p.id = c.procedure_id left join questionnaires q on q.id = c.questionnaire_id
        left join gatherings g on g.id = c.gathering_id
        where \(condition) order by c.id
        """
    }

    static let pending: SQL = "c.published_at is null and c.withdrawn_at is null"
    /// An announcement is late once the period it announces has begun.
    private static let opening: SQL =
        "case when c.kind in ('announcement', 'draft') and p.state = 'preparing' then p.opens_at end"

    private static let reviews = clearances(.review, due: opening, where: "\(pending) and c.reviewed_at is null")
    private static let approvals = clearances(
        .approval, due: opening,
        where: "\(pending) and c.review_passed and c.approved_at is null and c.prepared_by <> (select actor_staff())")
    /// A draft goes out with its announcement and waits for nobody.
    private static let cleared = clearances(
        .publish, due: opening,
        where: "\(pending) and c.approval_granted and c.disclosure_attribute = 'proactive' and c.kind <> 'draft'")
    private static let refused = clearances(
        .refused,
        where: """
            (c.review_passed is false or c.approval_granted is false)
              and coalesce(c.approved_at, c.reviewed_at) > minyi_clock() - interval '30 days'
              and not exists (select from clearances n
                where (n.procedure_id = c.procedure_id or n.questionnaire_id = c.questionnaire_id) and n.gathering_id is not distinct from c.gathering_id
                  and n.kind = c.kind and n.id > c.id)
            """)

    private static let stateNow: SQL = "state_at(p.state, p.opens_at, p.closes_at, minyi_clock())"

    private static let closing: SQL = """
        \(columns(.closing, due: "p.closes_at", total: "(select count(*) from submissions s where s.procedure_id = p.id)"))
        from procedures p
        where \(stateNow) = 'open' and p.closes_at <= minyi_clock() + interval '3 days' order by p.closes_at
        """

    private static let screening: SQL = """
        \(columns(.screening, done: "n.waiting"))
        from procedures p cross join lateral (
          select count(*) as waiting from submissions s
          where s.procedure_id = p.id and \(SubmissionFilter.View.pending.condition)) n
        where p.state in ('announced', 'open', 'suspended', 'closed') and n.waiting > 0 order by p.closes_at
        """

    /// The result is due on the day planned for it.
    private static let resultDue: SQL = "(p.result_due_on + 1)::timestamp at time zone 'Asia/Shanghai'"

    private static let answering: SQL = """
        select case when n.unanswered > 0 then 'answering' else 'finishing' end as kind, p.number, p.title,
          \(resultDue) as due_at, n.total - n.unanswered as done, n.total, null::bigint as clearance_id,
          null::text as clearance_kind, null::text as flag, null::bigint as case_id
        from procedures p cross join lateral (
          select count(*) as total, count(*) filter (where \(SubmissionFilter.View.unanswered.condition)) as unanswered
          from submissions s where s.procedure_id = p.id) n
        where \(stateNow) = 'closed' and (n.unanswered > 0 or minyi_clock() >= coalesce(p.entry_until, p.closes_at))
        order by p.closes_at
        """

    private static let results: SQL = """
        \(columns(.result, due: resultDue)) from procedures p
        where p.state = 'answered' and not exists (
          select from clearances c where c.procedure_id = p.id and c.kind = 'result' and \(pending))
        order by p.closes_at
        """

    private static let questionnaireResults: SQL = """
        \(columns(.questionnaireResult, number: "q.number", title: "q.title")) from questionnaires q
        where q.state = 'closed' and q.unit_id = any (array(select unnest(actor_units_as('organiser'))))
          and exists (select from answer_sheets s where s.questionnaire_id = q.id and s.withdrawn_at is null and s.sealed_at is null)
          and not exists (select from clearances c where c.questionnaire_id = q.id and \(pending))
        order by q.closes_at
        """

    private static let preparing: SQL = """
        \(columns(.preparing, due: "p.opens_at")) from procedures p
        where p.state = 'preparing' and not exists (
          select from clearances c where c.procedure_id = p.id and \(pending))
        order by p.opens_at
        """

    private static let evaluations: SQL = """
        \(columns(.evaluation, number: "''", title: "''", due: "(min(e.due_on) + 1)::timestamp at time zone 'Asia/Shanghai'", done: "count(*)"))
        from evaluations e where e.decided_at is null and e.unit_ids && (select actor_units_as('organiser')) having count(*) > 0
        """

    private static let updates: SQL = """
        \(columns(.updates, number: "''", title: "''", done: "count(*)"))
        from public_rows r join public_directories d using (draft_id)
        where d.unit_id = any ((select actor_units_as('organiser'))::bigint[]) and \(PublicRow.isOverdue) having count(*) > 0
        """

    // MARK: Cases, which belong to the unit somebody works in, whatever else they may see

    /// How many there are, and by when the first is due.
    private static func cases(_ kind: Kind, due: SQL = "min(c.due_at)", where condition: SQL) -> SQL {
        """
        select \(kind.rawValue)::text as kind, '' as number, '' as title, \(due) as due_at, count(*)::bigint as done, 0::bigint as total,
          null::bigint as clearance_id, null::text as clearance_kind, null::text as flag, null::bigint as case_id
        from cases c where \(condition) having count(*) > 0
        """
    }

    private static let caseScreening = cases(
        .caseScreening,
        where: "\(screened) and c.submission_id is not null")
    private static let caseWork = cases(.caseWork, where: "\(owed) and c.submission_id is not null")
    private static let views = cases(.views, where: "\(owed) and c.kind = 'view'")
    private static let viewsReturned = cases(.viewsReturned, where: "\(screened) and c.kind = 'view'")

    private static let viewsGiven: SQL = """
        \(columns(.viewsGiven, done: "n.given")) from (
          select o.procedure_id, count(distinct o.id) as given from opinion_views v join cases c on c.id = v.case_id
          join opinions o on o.id = v.opinion_id where c.state = 'completed' and o.ending is null group by o.procedure_id) n
        join procedures p on p.id = n.procedure_id
        where p.state in ('announced', 'open', 'suspended', 'closed') order by p.closes_at
        """

    private static let screened: SQL =
        "c.is_open and c.state in ('received', 'accepted') and c.office_id = (select actor_home_unit())"
    private static let owed: SQL = "c.is_open and c.state = 'assigned' and c.unit_id = (select actor_home_unit())"

    private static let letters: SQL = """
        \(columns(.letters, number: "''", title: "''", due: "min(w.due_at)", done: "count(*)"))
        from waiting_letters() w having count(*) > 0
        """
    private static let caseApproval = cases(
        .caseApproval,
        where: """
            c.is_open and c.state = 'reviewing'
              and (c.unit_id = (select actor_home_unit()) or c.office_id = (select actor_home_unit()))
              and exists (select from replies r where r.case_id = c.id and r.ordinal = c.reopened + 1
                and r.submitted_by <> (select actor_staff())
                and (r.state = 'submitted' and c.unit_id = (select actor_home_unit())
                  or r.state = 'approved' and c.office_id = (select actor_home_unit())))
            """)
    private static let caseReview = cases(
        .caseReview, due: "null::timestamptz",
        where: "c.publication = 'to_review' and c.office_id = (select actor_home_unit())")

    private static let caseReturned = cases(
        .caseReturned, due: "null::timestamptz",
        where: "c.publication = 'returned' and (select actor_home_unit()) in (c.unit_id, c.office_id)")

    private static let caseExtensions: SQL = """
        select 'case_extension'::text as kind, c.number, c.title, c.due_at, 0::bigint as done, 0::bigint as total,
          null::bigint as clearance_id, null::text as clearance_kind, null::text as flag, c.id as case_id
        from case_extensions x join cases c on c.id = x.case_id
        where x.decided_at is null and x.lapsed_at is null and c.office_id = (select actor_home_unit()) order by c.due_at
        """

    private static let supervisions = supervised(
        .supervision, due: "(v.answer_due_on + 1)::timestamp at time zone 'Asia/Shanghai'",
        where: "v.answered_at is null and v.unit_id = (select actor_home_unit()) order by v.answer_due_on")
    private static let supervisionsAnswered = supervised(
        .supervisionClosing, due: "null::timestamptz", where: "v.answered_at is not null order by v.answered_at")
    private static let casesOverdue = cases(
        .caseOverdue, due: "null::timestamptz",
        where: """
            c.is_open and c.warning = 'overdue'
              and not exists (select from supervisions v where v.case_id = c.id and v.closed_at is null)
            """)

    private static func supervised(_ kind: Kind, due: SQL, where condition: SQL) -> SQL {
        """
        select \(kind.rawValue)::text as kind, c.number, c.title, \(due) as due_at,
          0::bigint as done, 0::bigint as total, null::bigint as clearance_id, null::text as clearance_kind, null::text as flag,
          c.id as case_id
        from supervisions v join cases c on c.id = v.case_id
        where v.closed_at is null and \(condition)
        """
    }
}
