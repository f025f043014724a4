import Foundation
import Participation
import Text

extension ClearancePage {
    /// - Parameters:
    ///   - form: what was typed into a form that comes back; empty at first.
    ///   - publicURL: how people reach this site: an announcement says where to answer.
    init(
        _ file: ClearanceFile, for staff: StaffActor, form: FormData, errors: FormErrors, publicURL: String,
        _ texts: Texts
    ) throws {
        let it = file.clearance
        let words = try it.words()
        let turn = ClearanceTurn(file, for: staff)
        id = it.id
        title = it.title
        crumbs = [
            Crumb(href: "/desk", text: texts["nav.desk"]),
            Crumb(href: "/desk/clearances", text: texts["clearances.title"]),
        ]
        stage = it.stage.rawValue
        stageText = texts.stage(it.stage)
        kind = texts.kind(of: it)
        unit = it.unitName
        procedure = Link(text: it.subjectTitle, href: it.subject.deskHref)
        attribute =
            it.reviewedAt == nil
            ? texts["clearances.attribute_proposed", ["attribute": texts.attribute(it.proposedAttribute)]]
            : texts.attribute(it.attribute)
        attributeReason = it.attributeReason.isEmpty ? nil : it.attributeReason
        proposed =
            it.reviewedAt == nil || it.proposedAttribute == it.attribute
            ? nil
            : texts[
                "clearances.proposed",
                ["attribute": texts.attribute(it.proposedAttribute), "reason": it.proposedReason]]
        facts =
            texts.facts(of: it.head)
            + (it.publishedAt == nil && it.withdrawnAt == nil
                ? [
                    Fact(
                        label: texts["papers.publisher"],
                        text: texts["clearances.given_at_publication", ["unit": it.unitName]])
                ]
                : [])
        asRead = it.version
        attributeHint =
            [.draft, .announcement].contains(it.kind) && it.isPending ? texts["clearances.public_anyway"] : nil
        hash = Hexadecimal.encode(it.contentHash)
        companion = file.companion.map {
            Link(
                text: texts[
                    "clearances.companion", ["kind": texts.kind(of: $0), "stage": texts.stage($0.stage)]],
                href: "/desk/clearances/\($0.id)")
        }
        changesHref = it.kind == .revision && it.content != "{}" ? "/desk/clearances/\(it.id)/changes" : nil
        standing = texts.standing(file, turn)
        elsewhere = texts.elsewhere(file)
        wayOn = Filled(texts.wayOn(file, for: staff))
        formHref = [.review, .approval].contains(it.stage) ? "/desk/clearances/\(it.id)/form" : nil
        history = texts.history(of: it)
        scanHref = it.paper.map { "/desk/attachments/\($0.scanID.uuidString.lowercased())" }
        findings = it.isPending ? Filled(words.findings.map { Finding($0, texts) }) : nil

        let fate =
            switch it.stage {
            case .review, .approval, .cleared: "words_lead"
            case .published: "words_published"
            case .refused, .kept, .lapsed: "words_unpublished"
            }
        wordsLead = texts["clearances.\(fate)"]
        (sections, groups, result, isSealed) = texts.shown(words, it, publicURL: publicURL)
        asked = if case .questionnaireResult(let result) = words { QuestionnaireResultBody(result, texts) } else { nil }
        signature = it.unitName

        let typed = form.has("proposed") ? ClearanceForms.Description(form) : ClearanceForms.Description(it)
        description = turn.describes ? DescriptionForm(typed, texts) : nil
        decides = turn.describes || turn.reviews || turn.approves || turn.recordsPaper || turn.publishes
        review = turn.reviews ? ReviewForm(ClearanceForms.Review(form), proposed: it.proposedAttribute, texts) : nil
        approval = turn.approves ? ApprovalForm(ClearanceForms.Approval(form), checked: it.attribute, texts) : nil
        paper =
            turn.recordsPaper ? PaperForm(ClearanceForms.PaperRecord(form), checked: it.attribute, texts) : nil
        publishing =
            turn.publishes
            ? Publishing(
                effect: texts["clearances.effects.\(it.kind.rawValue)"],
                button: texts["clearances.publish.\(it.kind.rawValue)"]) : nil
        self.errors = errors
    }
}

extension ClearancePage.Finding {
    fileprivate init(_ finding: PublicTexts.Finding, _ texts: Texts) {
        kind = texts["clearances.findings.kinds.\(finding.kind.rawValue)"]
        words = finding.words
        place =
            finding.number.map { texts["clearances.findings.row", ["number": $0]] } ?? texts["clearances.findings.text"]
    }
}

extension ClearancePage.Choice {
    fileprivate static func pair(_ key: String, chosen: Bool?, _ texts: Texts) -> [Self] {
        [(true, "1", "yes"), (false, "0", "no")].map { value, code, word in
            Self(value: code, text: texts["clearances.\(key).\(word)"], hint: nil, chosen: chosen == value)
        }
    }
}

extension ClearancePage.Choice {
    fileprivate static func attributes(chosen: Clearance.Attribute, _ texts: Texts) -> [Self] {
        Clearance.Attribute.allCases.map {
            Self(
                value: $0.rawValue, text: texts.attribute($0), hint: texts["clearances.attribute_hints.\($0.rawValue)"],
                chosen: chosen == $0)
        }
    }
}

extension ClearancePage.DescriptionForm {
    fileprivate init(_ typed: ClearanceForms.Description, _ texts: Texts) {
        attributes = ClearancePage.Choice.attributes(chosen: typed.attribute ?? .proactive, texts)
        (reason, documentNumber, writtenOn) = (typed.reason, typed.documentNumber, typed.writtenOn)
        (subject, keywords) = (typed.subject, typed.keywords)
    }
}

extension Texts {
    /// What the drafter has filled in.
    func facts(of head: PaperHead) -> [Fact] {
        [
            ("subject", head.subject), ("document_number", head.documentNumber),
            ("written_on", head.writtenOn.map { ChinaTime.day($0, in: clock) } ?? ""), ("keywords", head.keywords),
        ].filter { !$0.1.isEmpty }.map { Fact(label: self["papers.\($0.0)"], text: $0.1) }
    }
}

extension ClearancePage.ReviewForm {
    fileprivate init(_ typed: ClearanceForms.Review, proposed: Clearance.Attribute, _ texts: Texts) {
        verdicts = ClearancePage.Choice.pair("passed", chosen: typed.passed, texts)
        attributes = ClearancePage.Choice.attributes(chosen: typed.attribute ?? proposed, texts)
        note = typed.note
    }
}

extension ClearancePage.ApprovalForm {
    fileprivate init(_ typed: ClearanceForms.Approval, checked: Clearance.Attribute, _ texts: Texts) {
        verdicts = ClearancePage.Choice.pair("granted", chosen: typed.granted, texts)
        attributes = ClearancePage.Choice.attributes(chosen: typed.attribute ?? checked, texts)
        note = typed.note
    }
}

extension ClearancePage.PaperForm {
    fileprivate init(_ typed: ClearanceForms.PaperRecord, checked: Clearance.Attribute, _ texts: Texts) {
        verdicts = ClearancePage.Choice.pair("granted", chosen: typed.granted, texts)
        attributes = ClearancePage.Choice.attributes(chosen: typed.attribute ?? checked, texts)
        (signer, signedOn, note) = (typed.signer, typed.signedOn, typed.note)
        chooseAgain = typed.scan != nil
    }
}

extension Texts {
    /// The words in the parts of the public pages.
    fileprivate func shown(
        _ words: ClearedWords, _ clearance: Clearance, publicURL: String
    ) -> ([NoticePage.Section], DraftTable.Groups?, ResultBody?, Bool) {
        switch words {
        case .draft(let it): return ([], DraftTable.Groups(DraftTable(it, commentBase: nil, self).groups), nil, false)
        case .announcement(let it):
            return (sections(of: it, publicURL + "/consultations/\(clearance.subject.number)"), nil, nil, false)
        case .change(let it):
            guard let kind = PublishedVersion.Kind(rawValue: clearance.kind.rawValue) else {
                return ([], nil, nil, false)
            }
            return (sections(of: it, kind), nil, nil, false)
        case .result(let it):
            let rows = (it.opinions ?? []).map { ResultBody.Row($0, self) }
            return ([], nil, ResultBody(it, rows: rows, self), false)
        case .questionnaireResult: return ([], nil, nil, false)
        case .gatheringPaper(let it): return (sections(of: it), nil, nil, false)
        case .gatheringChange(let it): return (sections(of: it), nil, nil, false)
        case .sealed: return ([], nil, nil, true)
        }
    }

    fileprivate func history(of it: Clearance) -> [ClearancePage.Step] {
        var steps: [ClearancePage.Step] = []
        func add(_ key: String, _ moment: Date?, _ arguments: [String: any CustomStringConvertible], note: String = "")
        {
            guard let moment else { return }
            steps.append(
                .init(
                    time: ChinaTime.minute(moment, in: clock), text: self["clearances.history.\(key)", arguments],
                    note: note.isEmpty ? nil : note))
        }
        add("prepared", it.preparedAt, ["name": it.preparedBy])
        add(
            it.reviewPassed == false ? "review_refused" : "review_passed", it.reviewedAt,
            ["name": it.reviewedBy ?? "", "attribute": attribute(it.attribute)], note: it.reviewNote)
        let verdict = it.approvalGranted == false ? "refused" : "granted"
        if let paper = it.paper {
            add(
                "paper_\(verdict)", it.approvedAt,
                [
                    "name": it.approvedBy ?? "", "signer": paper.signer,
                    "day": ChinaTime.day(paper.signedOn, in: clock),
                ], note: it.approvalNote)
        } else {
            add("approval_\(verdict)", it.approvedAt, ["name": it.approvedBy ?? ""], note: it.approvalNote)
        }
        add("published", it.publishedAt, [:])
        if it.stage == .lapsed { add("lapsed", it.withdrawnAt, [:]) }
        return steps
    }
}
