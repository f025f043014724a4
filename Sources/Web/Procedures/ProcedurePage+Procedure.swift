import Foundation
import Participation
import Text

extension ProcedurePage {
    /// Puts the procedure into words.
    /// - Parameter rule: the one its period is measured against.
    init(
        _ it: Procedure, clearances: [Clearance], events: [ProcedureEvent], rule: LegalRule?, calendar: WorkCalendar,
        later: [Edition], for staff: StaffActor, _ texts: Texts
    ) {
        let address = "/desk/procedures/\(it.number)"
        let mayOrganise = staff.has(.organiser)
        title = it.title
        crumbs = [
            Crumb(href: "/desk", text: texts["nav.desk"]),
            Crumb(href: "/desk/procedures", text: texts["procedures.title"]),
        ]
        number = it.number
        state = it.state.rawValue
        stateText = texts.state(of: it)
        lead =
            texts[
                "consultations.lead", ["unit": it.unitName, "period": texts.period(from: it.opensAt, to: it.closesAt)]]
        steps = ConsultationPage.Step.line(it, events: events, texts)
        let finals = Set(later.filter { $0.stage == .final }.map(\.id))
        next = ProcedureNext(
            it, clearances: clearances,
            finalIsOut: clearances.contains { $0.stage == .published && $0.editionID.map(finals.contains) == true },
            for: staff, texts)
        links = Filled(Self.links(it, address, texts))
        facts = Self.facts(it, texts)
        draftHref =
            it.editionOrdinal > 0 ? "/desk/drafts/\(it.draftID)/editions/\(it.editionOrdinal)" : nil
        draftText =
            texts["procedures.edition", ["title": it.draftTitle, "ordinal": it.editionOrdinal, "rows": it.rows]]
        explanation = Filled(it.explanatoryNote.paragraphs)
        shorteningReason = it.shorteningReason.isEmpty ? nil : it.shorteningReason
        period = PeriodStrip(
            it.period(calendar), opensAt: it.opensAt, rule: rule, reason: it.shorteningReason, texts)
        editHref = it.state == .preparing && mayOrganise ? "\(address)/edit" : nil
        prepared = Filled(clearances.map { Prepared($0, texts) })
        changes =
            mayOrganise
            ? Filled(
                ProcedureChange.possible(it).map {
                    Crumb(
                        href: "\(address)/changes/\($0.rawValue)", text: texts["procedures.change.\($0.rawValue).link"])
                }) : nil
        // What is out, on its way or was refused does not go the same way again.
        let sent = Set(clearances.filter { $0.kind == .revision && $0.stage != .lapsed }.map(\.editionID))
        let ready = later.filter { !sent.contains($0.id) }
        revision =
            mayOrganise && [.closed, .answered, .published].contains(it.state)
            ? Revision(
                action: "\(address)/revision",
                editions: Filled(
                    ready.map {
                        Choice(
                            value: String($0.id),
                            text: texts[
                                "editions.revision.option",
                                [
                                    "ordinal": $0.ordinal, "stage": texts["drafts.stages.\($0.stage.rawValue)"],
                                    "rows": $0.rows,
                                ]], chosen: $0.id == ready.first?.id)
                    }), draftHref: "/desk/drafts/\(it.draftID)") : nil
        let made = Event(
            moment: ChinaTime.minute(it.createdAt, in: texts.clock),
            who: it.createdBy ?? texts["procedures.events.by_itself"], text: texts["procedures.events.created"])
        history = events.map { Event($0, texts) } + [made]
    }

    private static func links(_ it: Procedure, _ address: String, _ texts: Texts) -> [Crumb] {
        let written = ("written", "\(address)/written")
        guard it.state != .preparing else { return [Crumb(href: written.1, text: texts["procedures.links.written"])] }
        var links = [
            ("timeline", "\(address)/timeline"), ("submissions", "\(address)/submissions"),
            ("workbench", "\(address)/workbench"), written,
            ("hearing", "\(address)/hearings/new?kind=hearing"),
            ("forum", "\(address)/hearings/new?kind=forum"), ("visit", "\(address)/hearings/new?kind=visit"),
            ("rounds", "\(address)/rounds/new"), ("proposals", "\(address)/proposals"),
        ]
        if let until = it.entryUntil, it.now < until, it.state != .terminated {
            links.append(("entry", "\(address)/entry"))
        }
        if [.closed, .answered, .published].contains(it.state) { links.append(("result", "\(address)/result")) }
        links.append(("versions", "\(address)/versions"))
        links.append(("file", "\(address)/file"))
        links.append(("public", "/consultations/\(it.number)"))
        return links.map { Crumb(href: $0.1, text: texts["procedures.links.\($0.0)"]) }
    }

    private static func facts(_ it: Procedure, _ texts: Texts) -> [Fact] {
        let clock = texts.clock
        var facts = [
            ("field", it.field), ("legal_basis", it.legalBasis),
            ("opens_at", ChinaTime.minute(it.opensAt, in: clock)),
            ("closes_at", ChinaTime.deadline(it.closesAt, in: clock)),
        ]
        if let until = it.entryUntil { facts.append(("entry_until", ChinaTime.deadline(until, in: clock))) }
        facts += [
            ("contact_phone", it.contactPhone), ("contact_address", it.contactAddress),
            ("contact_postcode", it.contactPostcode), ("contact_email", it.contactEmail),
            ("name_rule", texts["procedures.asks.\(it.nameRule)"]),
            ("phone_rule", texts["procedures.asks.\(it.phoneRule)"]),
            ("comments_shown", texts[it.commentsShown ? "procedures.shown_yes" : "procedures.shown_no"]),
        ]
        for (key, day) in [
            ("revision_due_on", it.revisionDueOn), ("publication_due_on", it.publicationDueOn),
            ("result_due_on", it.resultDueOn),
        ] {
            if let day { facts.append((key, ChinaTime.day(day, in: clock))) }
        }
        return facts.filter { !$0.1.isEmpty }.map { Fact(label: texts["procedures.labels.\($0.0)"], text: $0.1) }
    }
}

extension ProcedurePage.Prepared {
    fileprivate init(_ clearance: Clearance, _ texts: Texts) {
        href = "/desk/clearances/\(clearance.id)"
        kind = texts.kind(clearance.kind)
        title = clearance.title
        stageText = texts["procedures.clearance_stages.\(clearance.stage.rawValue)"]
        tone =
            switch clearance.stage {
            case .review, .approval: "warn"
            case .cleared: "info"
            case .published: "good"
            case .refused, .kept: "bad"
            case .lapsed: ""
            }
        made = "\(clearance.preparedBy) · \(ChinaTime.minute(clearance.preparedAt, in: texts.clock))"
    }
}

extension ProcedurePage.Event {
    fileprivate init(_ event: ProcedureEvent, _ texts: Texts) {
        moment = ChinaTime.minute(event.at, in: texts.clock)
        who = event.staffName ?? texts["procedures.events.by_itself"]
        text = texts.event(event)
    }
}

extension ConsultationPage.Step {
    /// The line of stages as the desk sees it: with the preparation, which the public does not.
    fileprivate static func line(_ it: Procedure, events: [ProcedureEvent], _ texts: Texts) -> [Self] {
        let clock = texts.clock
        func day(of kind: String) -> String? {
            events.first { $0.subject == "procedure" && $0.kind == kind }
                .map { ChinaTime.shortDay(ChinaTime.date($0.at), in: clock) }
        }
        func planned(_ day: CalendarDate?) -> String {
            day.map { texts["consultations.steps.planned", ["day": ChinaTime.shortDay($0, in: clock)]] } ?? ""
        }
        let position =
            switch it.state {
            case .preparing: 0
            case .announced: 1
            case .open, .suspended: 2
            case .closed: 3
            case .answered: 4
            case .published: 5
            // Where it was ended cannot be gone on from; nothing is current.
            case .terminated: events.contains { $0.kind == "opened" } ? 3 : 2
            }
        let closing = ChinaTime.shortDeadline(it.closesAt, in: clock)
        let steps = [
            ("preparing", ChinaTime.shortDay(ChinaTime.date(it.createdAt), in: clock)),
            ("announced", day(of: "announced") ?? ""),
            ("open", texts["consultations.steps.closes", ["moment": closing]]),
            ("answering", day(of: "answered") ?? planned(it.revisionDueOn)),
            ("result", day(of: "published") ?? planned(it.resultDueOn)),
        ]
        return steps.enumerated().map { index, step in
            Self(
                name: texts["procedures.steps.\(step.0)"], detail: step.1, done: index < position,
                now: index == position && it.state != .terminated)
        }
    }
}
