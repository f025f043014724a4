import Foundation
import Participation
import Text

extension CaseFilePage {
    /// What a form on the page has sent, when it came back.
    struct Typed {
        /// Which form; nil for the editor.
        var form: CaseForm?
        var data = FormData()
        var errors = FormErrors()
        /// The editor's text as it was sent, and what it met.
        var reply: String?
        var conflict: SaveReply.Outcome?
        var contact: ContactShown?
    }

    init(_ record: CaseRecord, matter: CaseMatter, for staff: StaffActor, typed: Typed, _ texts: Texts) {
        let it = record.file
        let turn = CaseTurn(record, for: staff)
        id = it.id
        title = matter.title
        crumbs = [
            Crumb(href: "/desk", text: texts["nav.desk"]),
            Crumb(href: "/desk/cases", text: texts[texts.casework("title", of: it)]),
        ]
        number = it.number
        self.matter = matter
        (state, stateText) = (it.state.rawValue, texts.state(it.state))
        due = DueMark(it, texts)
        counting = record.clock.map { clock in
            Counting(
                rule: texts[
                    "casework.counted.\(clock.rule.dayKind.rawValue)",
                    ["name": clock.rule.name, "count": clock.rule.amount, "basis": clock.rule.basis]],
                days: StripDay.strip(clock, now: it.now, opening: it.clockOpening, texts))
        }
        ending = texts.endingSaid(it)
        notes = texts.notes(record)
        facts = texts.facts(record)
        concerned = texts.concerned(record)
        linked = Filled(
            record.linked.map { other in
                var link = Link(other, texts)
                if turn.forms.contains(.link) { link.unlinks = other.number }
                return link
            })
        duplicates = Filled(record.duplicates.map { Link($0, texts) })
        original = record.original.map { Link($0, texts) }
        proposals = turn.forms.contains(.assignment) ? Filled(record.proposals.map { Proposal($0, texts) }) : nil
        answers = record.replies.filter { $0.state != .draft }.map { Answer($0, record, texts) }
        editor = turn.writes ? Editor(record, typed: typed, texts) : nil
        publicWords = PublicWords(record, texts)
        publishes = turn.publishes
        let forms = turn.forms.map { form in
            DeskForm(
                form, record, typed: typed.form == form ? typed.data : FormData(),
                errors: typed.form == form ? typed.errors : FormErrors(), matter: matter, texts)
        }
        let awaited = forms.filter(\.isNext)
        next = awaited
        others = Filled(forms.filter { !$0.isNext })
        waiting = awaited.isEmpty && !turn.writes && !turn.publishes ? texts.waiting(record) : nil
        remarks = Filled(record.remarks.map { Remark($0, texts) })
        history = texts.steps(record)
        sheets = texts.sheets(record)
        let asks =
            it.submissionID != nil && (staff.has(.organiser, in: it.unitIDs) || staff.has(.clerk, in: it.unitIDs))
        linksHref = it.submissionID == nil ? nil : "/desk/cases/\(it.id)/links"
        contactAction = asks ? "/desk/cases/\(it.id)/contact" : nil
        contact = typed.contact
        errors = typed.errors
    }
}

extension CaseFilePage.Link {
    fileprivate init(_ it: CaseRecord.Reference, _ texts: Texts) {
        self.init(text: "\(it.number) \(it.title)", href: "/desk/cases/\(it.id)", note: texts.state(it.state))
    }
}

extension CaseFilePage.Proposal {
    fileprivate init(_ it: UnitProposal, _ texts: Texts) {
        unit = it.unitName
        reasons = it.reasons.map {
            texts[
                "casework.proposals.\($0.kind.rawValue)", ["words": $0.words.joined(separator: texts["casework.comma"])]
            ]
        }
    }
}

extension CaseFilePage.Remark {
    fileprivate init(_ it: CaseRemark, _ texts: Texts) {
        let who = it.staffName ?? texts["casework.author"]
        by =
            texts[
                "casework.remark_by",
                ["name": who, "unit": it.unitName ?? "", "moment": ChinaTime.minute(it.at, in: texts.clock)]]
        kind = texts["casework.remark_kinds.\(it.kind)"]
        body = it.body
        isPrivate = it.isPrivate
    }
}

extension CaseFilePage.Answer {
    fileprivate init(_ it: Reply, _ record: CaseRecord, _ texts: Texts) {
        heading =
            texts[
                it.state == .told
                    ? it.ordinal == 1 ? texts.casework("answers.told", of: record.file) : "casework.answers.told_again"
                    : texts.casework("answers.waiting", of: record.file)]
        body = it.body
        var parts = [it.unitName]
        func add(_ key: String, _ name: String?, _ moment: Date?) {
            guard let name, let moment else { return }
            parts.append(
                texts["casework.answers.\(key)", ["name": name, "moment": ChinaTime.minute(moment, in: texts.clock)]])
        }
        add("submitted", it.submittedBy, it.submittedAt)
        if let paper = it.paper {
            parts.append(
                texts[
                    "casework.answers.paper",
                    ["name": paper.signer, "day": ChinaTime.day(paper.signedOn, in: texts.clock)]])
        } else {
            add("approved", it.approvedBy, it.approvedAt)
        }
        if let office = it.officeApprovedBy { parts.append(texts["casework.answers.office", ["name": office]]) }
        by = parts.joined(separator: " · ")
        files = record.replyFiles.filter { $0.replyID == it.id }.map {
            .init(text: $0.name, href: "/desk/attachments/\($0.id.uuidString.lowercased())")
        }
        scanHref = it.paper.map { "/desk/attachments/\($0.scanID.uuidString.lowercased())" }
    }
}

extension CaseFilePage.PublicWords {
    fileprivate init?(_ record: CaseRecord, _ texts: Texts) {
        let reviews = record.file.publication != .none || record.file.state == .reviewing
        guard reviews, let reply = record.reply, reply.state != .draft, record.file.wantsPublication,
            record.file.publishable
        else { return nil }
        // While an answer waits to be approved, what is public is the one before.
        let publication = record.file.state == .reviewing ? .none : record.file.publication
        standing = texts["casework.publications.\(publication.rawValue)"]
        (title, answer) = (reply.publicTitle, reply.publicAnswer)
        question = reply.publicQuestion.isEmpty ? nil : reply.publicQuestion
        note = reply.reviewNote.isEmpty ? nil : reply.reviewNote
    }
}

extension CaseFilePage.Editor {
    fileprivate init(_ record: CaseRecord, typed: CaseFilePage.Typed, _ texts: Texts) {
        let reply = record.reply
        action = "/desk/cases/\(record.file.id)/reply"
        // After a conflict the next save is made over what was read here: theirs.
        version = typed.conflict?.version ?? (typed.reply == nil ? reply?.version ?? 0 : typed.data.int("version") ?? 0)
        text = typed.reply ?? reply?.body ?? ""
        saved = reply.map {
            texts[
                "casework.editor.saved",
                ["name": $0.writtenBy, "moment": ChinaTime.minute($0.writtenAt, in: texts.clock)]]
        }
        error = typed.errors[field: "reply"]
        conflict = typed.conflict.map {
            Conflict(
                text: texts[
                    "casework.editor.conflict",
                    ["name": $0.writtenBy, "moment": ChinaTime.minute($0.writtenAt, in: texts.clock)]], theirs: $0.body)
        }
        templates = Filled(record.templates.map { .init(name: $0.name, body: $0.body) })
        files = Filled(
            record.replyFiles.filter { $0.replyID == reply?.id }.map {
                File(
                    id: $0.id.uuidString.lowercased(), name: $0.name,
                    href: "/desk/attachments/\($0.id.uuidString.lowercased())")
            })
        fileHint = texts[texts.casework("editor.file_hint", of: record.file)]
        title = texts[texts.casework("editor.title", of: record.file)]
        fileError = typed.errors[field: "file"]
        limit = Reply.longest
    }
}

extension Texts {
    /// What its author was told when it ended without an answer.
    fileprivate func endingSaid(_ it: CaseFile) -> String? {
        let code = it.endingCode.map { self["casework.ending_codes.\($0)"] }
        let parts = [code, it.endingText.isEmpty ? nil : it.endingText].compactMap { $0 }
        return parts.isEmpty ? nil : parts.joined(separator: self["casework.colon"])
    }

    /// All that has happened, and how the calendar has moved its date: nobody did that to this case alone.
    fileprivate func steps(_ record: CaseRecord) -> [CaseFilePage.Step] {
        func day(_ day: CalendarDate?) -> String { day.map { ChinaTime.day($0, in: clock) } ?? "—" }
        let acts = record.events.map { ($0.at, $0.staffName, history($0, of: record.file, units: record.units)) }
        let moves = (record.clock?.changes ?? []).filter { [.calendar, .unit].contains($0.cause) }.map {
            (
                $0.at, nil as String?,
                self["casework.history.clock_\($0.cause.rawValue)", ["old": day($0.oldDueOn), "new": day($0.newDueOn)]]
            )
        }
        // Stable: what happened at one moment stays in its order.
        return (acts + moves).enumerated().sorted { ($0.element.0, $0.offset) < ($1.element.0, $1.offset) }.map {
            .init(time: ChinaTime.minute($0.element.0, in: clock), who: $0.element.1, what: $0.element.2)
        }
    }

    /// What somebody who opens it should know first.
    fileprivate func notes(_ record: CaseRecord) -> [String] {
        var notes: [String] = []
        if record.file.reopened > 0, record.file.state.isOpen { notes.append(self["casework.notes.reopened"]) }
        if record.file.pausedAt != nil, let day = record.clock?.pauses.last?.reviewOn {
            notes.append(self["casework.notes.paused", ["day": ChinaTime.day(day, in: clock)]])
        }
        if record.extensions.contains(where: \.isPending) { notes.append(self["casework.notes.extension"]) }
        if let it = record.supervisions.first(where: { $0.closedAt == nil }) {
            notes.append(self["casework.notes.supervised", ["day": ChinaTime.day(it.answerDueOn, in: clock)]])
        }
        if record.file.state == .assigned, let until = record.giveBackUntil, until > record.file.now {
            notes.append(self["casework.notes.give_back", ["moment": ChinaTime.minute(until, in: clock)]])
        }
        return notes
    }

    /// Whose turn it is, for somebody who has nothing to do with it now; nil where the end is told anyway.
    fileprivate func waiting(_ record: CaseRecord) -> String? {
        let it = record.file
        let key: String? =
            switch it.state {
            case .received: "received"
            case .accepted: "accepted"
            case .assigned: it.pausedAt == nil ? "assigned" : "paused"
            case .reviewing: record.reply?.state == .approved ? "office" : "unit"
            case .completed: waitingAfterAnswer(record)
            default: nil
            }
        return key.map {
            self["casework.waiting.\($0)", ["unit": it.unitName ?? it.officeName, "office": it.officeName]]
        }
    }

    private func waitingAfterAnswer(_ record: CaseRecord) -> String {
        switch record.file.publication {
        case .toReview: return "review"
        case .returned: return "wording"
        case .cleared: return "publishing"
        case .none, .published: break
        }
        let isSupervised = record.supervisions.contains { $0.closedAt == nil }
        return isSupervised ? "supervision" : record.file.callback == .due ? "callback" : "nobody"
    }

    fileprivate func facts(_ record: CaseRecord) -> [Fact] {
        let it = record.file
        func unit(_ id: Int) -> String { record.units.first { $0.id == id }?.name ?? "—" }
        var facts: [Fact] = []
        func add(_ key: String, _ text: String?) {
            if let text, !text.isEmpty { facts.append(Fact(label: self["casework.facts.\(key)"], text: text)) }
        }
        add("received", ChinaTime.day(it.receivedOn, in: clock))
        add("accepted", it.acceptedAt.map { ChinaTime.minute($0, in: clock) })
        if it.screenedLate { add("screening", self["casework.screened_late"]) }
        add("unit", it.unitName)
        add("assisting", it.assistingIDs.map(unit).joined(separator: self["casework.comma"]))
        add("office", it.officeName)
        add("urgency", urgency(it.urgency))
        add("answered", it.answeredAt.map { ChinaTime.minute($0, in: clock) })
        if it.wantsPublication, !it.publishable { add("publication", self["casework.never_public"]) }
        return facts
    }

    fileprivate func concerned(_ record: CaseRecord) -> String? {
        let it = record.file
        let units = it.concernedUnitIDs.map { id in record.units.first { $0.id == id }?.name ?? "—" }
        let people = it.concernedStaffIDs.map { id in record.colleagues.first { $0.id == id }?.name ?? "—" }
        return units.isEmpty && people.isEmpty ? nil : (units + people).joined(separator: self["casework.comma"])
    }

    /// What can be printed.
    fileprivate func sheets(_ record: CaseRecord) -> [CaseFilePage.Link] {
        let base = "/desk/cases/\(record.file.id)/sheets/"
        var sheets: [CaseFilePage.Link] = []
        if record.file.unitID != nil {
            sheets.append(
                .init(text: self[casework("sheets.assignment.title", of: record.file)], href: base + "assignment"))
        }
        if record.file.state == .reviewing {
            sheets.append(
                .init(text: self[casework("sheets.approval.title", of: record.file)], href: base + "approval"))
        }
        if !record.supervisions.isEmpty {
            sheets.append(.init(text: self["casework.sheets.supervision.title"], href: base + "supervision"))
        }
        return sheets
    }
}
