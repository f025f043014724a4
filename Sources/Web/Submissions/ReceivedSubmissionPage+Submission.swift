import Foundation
import Participation
import Text

extension ReceivedSubmissionPage {
    /// What a form on the page has sent or asked for, beyond what is stored.
    struct Typed {
        /// The contact that was just read; the outer nil is one that nobody has asked for.
        var contact: Contact??
        var errors = FormErrors()
    }

    init(
        _ it: ReceivedSubmission, views: [OpinionView], done: ScreeningStep?, dutyOfficer: String, staff: StaffActor,
        typed: Typed, _ texts: Texts
    ) {
        let facts = it.facts
        let desk = "/desk/procedures/\(it.procedure.number)"
        let isThere = !facts.isWithdrawn && !facts.isSealed
        number = facts.number
        address = "/desk/submissions/\(facts.number)"
        title = texts["submissions.one.title", ["number": facts.number]]
        crumbs = [
            Crumb(href: "/desk", text: texts["nav.desk"]), Crumb(href: desk, text: it.procedure.title),
            Crumb(href: desk + "/submissions", text: texts["submissions.list.title"]),
        ]
        func neighbour(_ number: String?) -> String? { number.map { "/desk/submissions/\($0)" } }
        previousHref = neighbour(it.neighbours.previous)
        nextHref = neighbour(it.neighbours.next)
        nextUnansweredHref = neighbour(it.neighbours.nextUnanswered)
        self.done = done.map { StepTaken($0, undoAction: "/desk/submissions/\(facts.number)/undo", texts) }
        urgent = texts.urgent(facts, dutyOfficer: dutyOfficer)
        warnings = texts.warnings(facts)
        said = isThere ? facts.body : nil
        absence = texts.absence(facts)
        passage = it.passage.map { Passage($0, texts) }
        self.facts = texts.facts(it)
        codeVersion = facts.codeVersion
        slipHref = facts.slipID.map { "/desk/attachments/\($0.uuidString.lowercased())" }
        screening = .init(
            kind: facts.screening.rawValue,
            text: facts.hiddenCode.map {
                texts[
                    "submissions.history.reason", ["state": texts.screening(.hidden), "reason": texts.hiddenCode($0)]]
            } ?? texts.screening(facts.screening))
        let isDesk = staff.has(.organiser) || staff.has(.clerk)
        mayScreen = isDesk && isThere
        mayShow = facts.screening != .shown
        mayReopen = facts.screening != .pending
        batch = UUID().uuidString.lowercased()
        hiddenCodes = HiddenCode.choices(chosen: facts.hiddenCode, texts)
        flags = SubmissionFlag.allCases.map {
            .init(
                id: "flag-\($0.rawValue)", value: $0.rawValue, text: texts["submissions.flag_choices.\($0.rawValue)"],
                chosen: facts.flags.contains($0))
        }
        mayFlag = isDesk || staff.has(.secrecyReviewer)
        let mayAnswer = staff.has(.organiser) && !facts.isWithdrawn && it.procedure.state != .terminated
        points = it.opinions.map { opinion in
            let part = OpinionViewPart(
                opinion: opinion.id, views: views,
                answers: [opinion.current].compactMap { $0 } + opinion.earlier,
                units: [], mayAsk: false, texts)
            return Point(opinion, of: it, views: part, mayAnswer: mayAnswer, texts)
        }
        needsNoAnswer = facts.isWithdrawn
        splitHref =
            staff.has(.organiser) && isThere && it.opinions.allSatisfy { $0.current == nil }
            ? "/desk/submissions/\(facts.number)/split" : nil
        // What is gone keeps no contact, unless somebody may come to harm.
        contact =
            (isDesk || staff.has(.dutyOfficer)) && (isThere || facts.flags.contains { $0.isUrgent })
            ? ContactPart(
                isRead: typed.contact != nil, name: (typed.contact ?? nil)?.name, phone: (typed.contact ?? nil)?.phone,
                mayErase: staff.has(.organiser))
            : nil
        // Nobody takes back with a code what an office has written.
        mayReissue = isDesk && isThere && facts.channel != .written
        sealText = it.seal.map { texts["submissions.seal.stages.\($0.stage.rawValue)"] }
        let maySeal = isDesk || staff.has(.secrecyReviewer) || staff.has(.approver)
        sealReasons = maySeal && it.seal == nil ? Filled(texts.sealChoices) : nil
        history = it.events.map {
            Happening(at: ChinaTime.minute($0.at, in: texts.clock), who: $0.staffName, what: texts.history($0))
        }
        errors = typed.errors
    }
}

extension ReceivedSubmissionPage.Passage {
    fileprivate init(_ passage: ReceivedSubmission.Passage, _ texts: Texts) {
        let name = [passage.level2, passage.level3].filter { !$0.isEmpty }.joined(separator: " · ")
        facts = [
            ("number", passage.number), ("level1", passage.level1), ("name", name),
            ("content", passage.contentElements), ("legal_basis", passage.legalBasis),
            ("time_limit", passage.timeLimit), ("publisher", passage.publisher),
        ].filter { !$0.1.isEmpty }.map { .init(label: texts["submissions.columns.\($0.0)"], text: $0.1) }
        superseded =
            passage.isSuperseded ? texts["submissions.one.superseded", ["ordinal": passage.editionOrdinal]] : nil
    }
}

extension ReceivedSubmissionPage.Point {
    fileprivate init(
        _ opinion: Opinion, of it: ReceivedSubmission, views: OpinionViewPart, mayAnswer: Bool, _ texts: Texts
    ) {
        self.views = views
        let count = it.opinions.count
        id = opinion.id
        heading = count > 1 ? texts["submissions.one.point", ["ordinal": opinion.ordinal]] : nil
        said = count > 1 && !opinion.body.isEmpty ? opinion.body : nil
        about = count > 1 ? opinion.rowNumber.map(texts.rowName) ?? texts["submissions.whole"] : nil
        current = opinion.current.map { .init($0, texts) }
        earlier = Filled(opinion.earlier.map { .init($0, texts) })
        answerHref = mayAnswer ? "/desk/opinions/\(opinion.id)" : nil
        changes = Filled(
            it.changes.filter { $0.opinionID == opinion.id }.map {
                let key = $0.isDropped ? "editions.revision.change_dropped" : "editions.revision.change"
                return Crumb(
                    href: "/desk/drafts/passages/\($0.passageID)",
                    text: texts[key, ["ordinal": $0.ordinal, "number": $0.number, "name": $0.name]])
            })
    }
}

extension ReceivedSubmissionPage.GivenAnswer {
    init(_ answer: Disposition, _ texts: Texts) {
        outcome = answer.outcome.rawValue
        outcomeText = texts.outcome(answer.outcome.rawValue)
        let moment = ChinaTime.minute(answer.answeredAt, in: texts.clock)
        by =
            answer.answeredBy + " · "
            + (answer.isRestored ? texts["workbench.restored_at", ["moment": moment]] : moment)
        detail =
            answer.invalidCode.map { texts["dispositions.invalid_codes.\($0.rawValue)"] }
            ?? (answer.transferredTo.isEmpty
                ? nil : texts["dispositions.transferred_where", ["unit": answer.transferredTo]])
        reason = answer.reason
        effect = answer.effectOn.map {
            texts["dispositions.takes_effect", ["effect": answer.effect, "day": ChinaTime.day($0, in: texts.clock)]]
        }
        undone = answer.undoneAt.map { texts["workbench.undone_at", ["moment": ChinaTime.minute($0, in: texts.clock)]] }
    }
}

extension Texts {
    fileprivate func urgent(_ facts: SubmissionFacts, dutyOfficer: String) -> ReceivedSubmissionPage.Urgent? {
        let urgent = SubmissionFlag.allCases.filter { $0.isUrgent && facts.flags.contains($0) }.map(flag)
        guard !urgent.isEmpty else { return nil }
        return .init(
            text: self["submissions.one.urgent", ["flags": urgent.joined(separator: self["submissions.comma"])]],
            dutyOfficer: dutyOfficer.isEmpty ? nil : dutyOfficer)
    }

    /// What is to be done about each flag that is not urgent, and what a search has found in the words.
    fileprivate func warnings(_ facts: SubmissionFacts) -> [String] {
        var warnings = SubmissionFlag.allCases.filter { !$0.isUrgent && facts.flags.contains($0) }.map {
            self["submissions.one.advice.\($0.rawValue)"]
        }
        let kinds = facts.personalDataKinds.map { self["submissions.personal_data_kinds.\($0.rawValue)"] }
        if !kinds.isEmpty {
            warnings.append(
                self["submissions.one.found", ["kinds": kinds.joined(separator: self["submissions.comma"])]])
        }
        return warnings
    }

    fileprivate func absence(_ facts: SubmissionFacts) -> String? {
        if let moment = facts.sealedAt {
            return self["submissions.one.sealed", ["moment": ChinaTime.minute(moment, in: clock)]]
        }
        return facts.withdrawnAt.map {
            self["submissions.one.withdrawn", ["moment": ChinaTime.minute($0, in: clock)]]
        }
    }

    fileprivate func facts(_ it: ReceivedSubmission) -> [Fact] {
        let facts = it.facts
        var rows: [(String, String?)] = [
            ("about", it.passage.map { self["submissions.row", ["row": $0.number]] } ?? self["submissions.whole"]),
            ("channel", channel(facts.channel.rawValue)),
            ("received_at", ChinaTime.second(facts.receivedAt, in: clock)),
            ("arrived_on", facts.arrivedOn.map { ChinaTime.day($0, in: clock) }),
            ("entered_by", facts.enteredBy),
            ("sender", submitter(facts.submitter, organisation: facts.organisation, people: facts.people)),
            ("public_name", facts.publicName ?? self["submissions.one.no_public_name"]),
        ]
        if facts.forSomeone {
            rows.append(
                ("for_someone", self[facts.readBack ? "submissions.one.read_back" : "submissions.one.not_read_back"]))
        }
        return rows.compactMap { key, text in
            text.map { .init(label: self["submissions.facts.\(key)"], text: $0) }
        }
    }
}
