import Foundation
import Participation
import Text

extension ConsultationPage {
    /// Puts the record into words.
    init(
        _ record: ConsultationRecord, filter: DraftTable.Filter, comments shown: [ShownComment],
        moreCommentsHref: String?, polls: [PollPart] = [], forms: [ProcedureTimeline.Form] = [], _ texts: Texts
    ) {
        let it = record.consultation
        let address = "/consultations/\(it.number)"
        let base = it.takesComments ? address + "/comment" : nil
        title = it.title
        crumbs = [
            Crumb(href: "/", text: texts["nav.home"]), Crumb(href: "/consultations", text: texts["nav.consultations"]),
        ]
        number = it.number
        href = address
        unit = it.unitName
        state = it.state.rawValue
        stateText = texts.state(of: it)
        let period = texts.period(from: it.opensAt, to: it.closesAt)
        lead = texts["consultations.lead", ["unit": it.unitName, "period": period]]
        // What it said before the newest change no longer holds; it stands among the versions below.
        notices =
            record.versions.last { $0.kind.isChange && $0.sealedAt == nil }.flatMap { Notice($0, of: it, texts) }
            .map { [$0] } ?? []
        let announcement = record.newest(.announcement)
        noticeSealed = announcement?.sealedAt.map {
            texts.sealed(at: $0, reason: announcement?.sealReason, as: "consultations.notice_sealed")
        }
        steps = Step.line(record, texts)
        deadline = Deadline(it, texts)
        commentHref = base
        closedText = texts.whyNoComment(it)
        lettersText = texts.letters(it)
        let result = record.newest(.result)
        resultHref = result.flatMap { $0.sealedAt == nil ? address + "/result" : nil }
        resultSealed = result?.sealedAt.map {
            texts["consultations.result_sealed", ["day": ChinaTime.day($0, in: texts.clock)]]
        }
        revisionText = record.revision.map {
            texts["editions.revision.published", ["stage": texts["drafts.stages.\($0.edition.stage)"]]]
        }
        revisionHref = record.revision == nil ? nil : address + "/changes"
        howTo = it.takesComments
        self.polls = Filled(polls)
        // What only has the solicitation has all its dates in the line of stages.
        timeline = forms.count > 1 ? Filled(forms.map { TimelineLine($0, isDesk: false, texts) }) : nil
        remindHref =
            forms.contains { ["announced", "open", "under_way", "suspended", "postponed"].contains($0.state) }
            ? "/reminders/new?matter=\(it.number)" : nil
        let people = record.figures["hearing_proposal_people"] ?? 0
        proposing = people > 0 ? texts["gatherings.proposals.people", ["count": people]] : nil
        let legalBasis = record.announcement?.legalBasis ?? ""
        basis = legalBasis.isEmpty ? nil : legalBasis
        explanation = Filled(record.announcement?.explanatoryNote.paragraphs ?? [])
        let reason = record.announcement?.shorteningReason ?? ""
        shorteningReason = reason.isEmpty ? nil : reason

        let table = record.draft.map { DraftTable($0, filter: filter, commentBase: base, texts) }
        let isText = record.draft?.isText ?? false
        rowsTitle =
            texts[isText ? "consultations.clauses_title" : "consultations.rows_title", ["count": table?.total ?? 0]]
        self.filter = record.draft.map { Filter(filter, $0, shown: table?.shown ?? 0, texts) }
        groups = DraftTable.Groups(table?.groups ?? [])
        noRows = table.map { $0.shown == 0 ? texts["consultations.no_rows"] : nil } ?? nil
        let sealedDraft = record.newest(.draft)?.sealedAt
        sealedText = sealedDraft.map {
            texts["consultations.draft_sealed", ["day": ChinaTime.day($0, in: texts.clock)]]
        }
        draftHref = record.draft == nil ? nil : address + "/draft.csv"

        let count = record.figures["received"] ?? 0
        received = count == 0 ? texts["consultations.received_none"] : texts["consultations.received", ["count": count]]
        let other = record.figures["received_other"] ?? 0
        receivedDetail =
            other == 0
            ? nil : texts["consultations.received_by", ["web": record.figures["received_web"] ?? 0, "other": other]]
        contact = Filled(texts.contactLines(it))

        periodText =
            texts[
                "consultations.counted_\(record.dayKind.rawValue)", ["count": record.period.days(record.dayKind)]]
        endText = texts["consultations.ends_at", ["moment": ChinaTime.deadline(it.closesAt, in: texts.clock)]]
        periodRule = record.announcement?.period.rule.map { rule in
            texts["consultations.rule_\(rule.dayKind)", ["name": rule.name, "count": rule.amount, "basis": rule.basis]]
        }
        periodProvisional = record.period.isProvisional(counting: record.dayKind)
        days = StripDay.strip(record.period, counting: record.dayKind, texts)
        versions = record.versions.reversed().map { Version($0, of: it, texts) }
        announcementHref = announcement.map { "\(address)/notices/announcement/\($0.version)" }
        showsComments = it.commentsShown
        comments = Filled(
            shown.map { comment in
                Comment(
                    target: comment.rowNumber.map(texts.about)
                        ?? texts["consultations.about_whole"],
                    paragraphs: comment.body.paragraphs, day: ChinaTime.day(comment.receivedAt, in: texts.clock))
            })
        self.moreCommentsHref = moreCommentsHref
    }
}

extension ConsultationPage.Filter {
    fileprivate init(_ filter: DraftTable.Filter, _ draft: PublishedContent.Draft, shown: Int, _ texts: Texts) {
        func options(_ values: [String], selected: String) -> [ConsultationPage.Option] {
            values.map { ConsultationPage.Option(value: $0, text: $0, selected: $0 == selected) }
        }
        isText = draft.isText
        label = texts[isText ? "consultations.filter.clause" : "consultations.filter.text"]
        text = filter.text
        level1 = options(DraftTable.firstLevels(draft), selected: filter.level1)
        hasLevels = !level1.isEmpty
        tiers = options(DraftTable.tiers(draft), selected: filter.tier)
        hasTiers = !tiers.isEmpty
        result =
            filter.missingRow.map { texts["consultations.no_such_row", ["row": $0]] }
            ?? (filter.isActive ? texts["consultations.found", ["count": shown]] : nil)
    }
}

extension ConsultationPage.Deadline {
    fileprivate init?(_ it: Consultation, _ texts: Texts) {
        let clock = texts.clock
        switch it.state {
        case .open:
            let days = it.daysLeft ?? 0
            figure = days > 1 ? String(days) : nil
            words = days > 1 ? texts["consultations.days_to_closing", ["count": days]] : texts.daysLeft(it) ?? ""
            exact = texts["consultations.closes_at", ["moment": ChinaTime.deadline(it.closesAt, in: clock)]]
        case .announced:
            figure = nil
            words = texts["consultations.opens_on", ["day": ChinaTime.minute(it.opensAt, in: clock)]]
            exact = texts["consultations.closes_at", ["moment": ChinaTime.deadline(it.closesAt, in: clock)]]
        case .closed, .answered, .published:
            figure = nil
            words = texts["consultations.closed_at", ["moment": ChinaTime.deadline(it.closesAt, in: clock)]]
            exact =
                it.state == .published
                ? ""
                : it.resultDueOn.map { texts["consultations.result_due", ["day": ChinaTime.day($0, in: clock)]] } ?? ""
        case .suspended, .terminated: return nil
        }
    }
}

extension ConsultationPage.Notice {
    fileprivate init?(_ version: PublishedVersion, of it: Consultation, _ texts: Texts) {
        guard let change = try? version.read(PublishedContent.Change.self) else { return nil }
        kind = version.kind.rawValue
        text = texts.change(version.kind, change)
        reason = change.reason
        href = "/consultations/\(it.number)/notices/\(version.kind.rawValue)/\(version.version)"
        day = ChinaTime.day(version.publishedAt, in: texts.clock)
    }
}

extension ConsultationPage.Version {
    fileprivate init(_ version: PublishedVersion, of it: Consultation, _ texts: Texts) {
        text =
            texts[
                "consultations.version",
                ["kind": texts["consultations.kinds.\(version.kind.rawValue)"], "version": version.version]]
        day = ChinaTime.minute(version.publishedAt, in: texts.clock)
        href = "/consultations/\(it.number)/notices/\(version.kind.rawValue)/\(version.version)"
        sealed = version.sealedAt != nil
    }
}

extension ConsultationPage.Step {
    /// The line of stages. Only what is on record counts as done; a planned day says that it is planned.
    fileprivate static func line(_ record: ConsultationRecord, _ texts: Texts) -> [Self] {
        let it = record.consultation
        let clock = texts.clock
        let announced = record.newest(.announcement)?.publishedAt ?? it.opensAt
        let published = record.newest(.result)?.publishedAt
        let isOver = [.closed, .answered, .published, .terminated].contains(it.state)
        func planned(_ day: CalendarDate) -> String {
            texts["consultations.steps.planned", ["day": ChinaTime.shortDay(day, in: clock)]]
        }
        let newest = record.newest(.revision)
        let settled = record.revision?.edition.stage == Edition.Stage.final.rawValue ? newest : nil
        let revised = record.versions.first { $0.kind == .revision && $0.id != settled?.id }?.publishedAt
        func day(_ moment: Date) -> String { ChinaTime.shortDay(ChinaTime.date(moment), in: clock) }
        var later: [(key: String, detail: String, isDone: Bool)] = []
        if let revision = revised.map(day) ?? it.revisionDueOn.map(planned) {
            later.append(("revision", revision, revised != nil))
        }
        if let publication = (settled?.publishedAt).map(day) ?? it.publicationDueOn.map(planned) {
            later.append(("publication", publication, settled != nil))
        }
        let result = published.map(day) ?? it.resultDueOn.map(planned) ?? ""
        later.append(("result", result, published != nil))

        var steps = [
            Self(
                name: texts["consultations.steps.announced"],
                detail: ChinaTime.shortDay(ChinaTime.date(announced), in: clock), done: it.state != .announced,
                now: it.state == .announced),
            Self(
                name: texts["consultations.steps.open"],
                detail: texts[
                    "consultations.steps.closes", ["moment": ChinaTime.shortDeadline(it.closesAt, in: clock)]],
                done: isOver && it.state != .terminated, now: it.state == .open || it.state == .suspended),
        ]
        // What was planned for afterwards does not come any more.
        if it.state == .terminated { return steps }
        let next = later.firstIndex { !$0.isDone }
        for (index, step) in later.enumerated() {
            steps.append(
                Self(
                    name: texts["consultations.steps.\(step.key)"], detail: step.detail, done: step.isDone,
                    now: index == next && (it.state == .closed || it.state == .answered)))
        }
        return steps
    }
}

extension Texts {
    /// Why the web takes no comment now; nil while it does.
    func whyNoComment(_ it: Consultation) -> String? {
        switch it.state {
        case .open: nil
        case .announced:
            self["consultations.why.announced", ["day": ChinaTime.minute(it.opensAt, in: clock)]]
        case .closed, .answered, .published:
            self["consultations.why.closed", ["moment": ChinaTime.deadline(it.closesAt, in: clock)]]
        case .suspended, .terminated: self["consultations.why.\(it.state.rawValue)"]
        }
    }

    /// After closing: where letters that came in time still go.
    func letters(_ it: Consultation) -> String? {
        guard it.takesLetters, let until = it.entryUntil else { return nil }
        return self[
            "consultations.letters",
            ["day": ChinaTime.day(it.lastDay, in: clock), "until": ChinaTime.deadline(until, in: clock)]]
    }

    /// What a change says, in a sentence.
    func change(_ kind: PublishedVersion.Kind, _ change: PublishedContent.Change) -> String {
        let key = "consultations.changes.\(kind.rawValue)"
        guard let moment = change.newClosesAt, has(key + "_until") else { return self[key] }
        return self[key + "_until", ["moment": ChinaTime.deadline(moment, in: clock)]]
    }
}
