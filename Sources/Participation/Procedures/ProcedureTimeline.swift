import Foundation
import Postgres
import Text

/// A matter with every form in which the public has its say: the written solicitation, letters, hearings, forums, visits, questionnaires.
package struct ProcedureTimeline: Sendable {
    package struct Form: Row, Sendable, Equatable {
        /// solicitation, written, hearing, forum, visit, questionnaire, poll
        package let kind: String
        package let number: String
        package let title: String
        /// Nil where it has no day yet.
        package let opensAt: Date?
        package let closesAt: Date?
        /// Of a hearing that people register for; exclusive.
        package let registrationUntil: Date?
        package let state: String
        /// 件 or 份 that came by it; nil for the public.
        package let received: Int?
        /// 条 that were said at a gathering which is not worked up: until then nothing came by it. Nil for the public.
        package let noted: Int?

        package init(_ row: RowReader) throws {
            kind = try row["kind"]
            number = try row["number"]
            title = try row["title"]
            opensAt = try row["opens_at"]
            closesAt = try row["closes_at"]
            registrationUntil = try row["registration_until"]
            state = try row["state"]
            received = try row["received"]
            noted = try row["noted"]
        }

        /// It is on or over, and what was said there is still to be worked up.
        package var isToBeWorkedUp: Bool { ["under_way", "held"].contains(state) }

        /// Whether the answering cannot end before it has (`finish_answering`).
        package var holdsTheResult: Bool {
            switch kind {
            case "hearing", "forum", "visit": !["preparing", "closed", "cancelled"].contains(state)
            case "questionnaire", "poll": ["announced", "open", "suspended"].contains(state)
            default: false
            }
        }
    }

    package let title: String
    package let forms: [Form]
    /// Opinions that have no answer yet.
    package let unanswered: Int
    /// Of the solicitation, and the rule it is measured against; nil while nothing is measured.
    package let period: Period
    package let rule: LegalRule?
    /// The days of each gathering that has one, against their rules, by its number.
    package let planned: [String: [PlannedDay]]

    /// As everybody may see it.
    package static func publicForms(of procedureID: Int) -> SQL {
        """
        select * from (
          select 'solicitation' as kind, number, title, opens_at, closes_at, state, null::bigint as received, null::bigint as noted,
            null::timestamptz as registration_until
          from public_procedures where procedure_id = \(procedureID)
          union all select kind, number, title, starts_at, ends_at, state, null, null, registration_until
          from public_gatherings where procedure_id = \(procedureID)
          union all select kind, number, title, opens_at, closes_at, state, null, null, null
          from public_questionnaires where procedure_id = \(procedureID)) f
        order by opens_at nulls last, number
        """
    }

    /// As the actor sees it at the desk.
    /// - Returns: nil where there is no such procedure for them.
    package static func read(number: String, in database: Database, as actor: DatabaseActor) async throws
        -> ProcedureTimeline?
    {
        try await database.read(as: actor) { tx -> ProcedureTimeline? in
            guard let procedure = try tx.first(Procedure.with(number: number), as: Procedure.self) else { return nil }
            let procedureID = procedure.id
            let rules = try tx.all(LegalRule.all, as: LegalRule.self)
            var planned: [String: [PlannedDay]] = [:]
            var calendars: [Int: WorkCalendar] = [:]
            for it in try tx.all(Gathering.of(procedure: number), as: Gathering.self) {
                let announcedAt = try tx.firstValue(Gathering.publishedAt(it.id), as: Date.self)
                guard let dates = GatheringDates(it, noticeOn: ChinaTime.date(announcedAt ?? it.now)) else { continue }
                let calendar = try calendars[it.unitID] ?? WorkCalendar.load(ofUnit: it.unitID, tx)
                calendars[it.unitID] = calendar
                planned[it.number] = HearingPlanner(
                    kind: it.kind, subject: it.subject, unitID: it.unitID, rules: rules, calendar: calendar
                ).check(dates)
            }
            let forms = try tx.all(
                """
                select * from (
                  select 'solicitation' as kind, p.number, p.title, p.opens_at, p.closes_at, p.state,
                    (select count(*) from submissions s where s.procedure_id = p.id and s.channel <> 'written'
                      and not exists (select from gathering_entries e where e.submission_id = s.id)) as received,
                    null::bigint as noted, null::timestamptz as registration_until
                  from procedures p where p.id = \(procedureID)
                  union all select 'written', w.number, w.title, w.sent_at, w.due_at, w.state,
                    (select count(*) from written_replies r join written_addressees a on a.id = r.addressee_id
                      where a.written_id = w.id and r.superseded_at is null), null, null
                  from written_consultations w where w.procedure_id = \(procedureID)
                  union all select g.kind, g.number, g.title, g.starts_at, g.ends_at, g.state,
                    (select count(distinct e.submission_id) from gathering_entries e where e.gathering_id = g.id),
                    \(TranscriptEntry.noted), g.registration_until
                  from gatherings g where g.procedure_id = \(procedureID)
                  union all select q.kind, q.number, q.title, q.opens_at, q.closes_at, q.state, null, null, null
                  from questionnaires q where q.procedure_id = \(procedureID)) f
                order by opens_at nulls last, number
                """, as: Form.self)
            return ProcedureTimeline(
                title: procedure.title, forms: forms,
                unanswered: try tx.value(
                    "select count(*) from opinions where procedure_id = \(procedureID) and ending is null"),
                period: procedure.period(try WorkCalendar.load(tx)),
                rule: rules.first { $0.id == procedure.ruleID },
                planned: planned)
        }
    }
}
