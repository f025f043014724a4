import Foundation
import Participation
import Text

extension NoticePage {
    /// - Parameters:
    ///   - newest: the newest version of the same kind.
    ///   - publicURL: how people reach this site, for those who read it on paper.
    init(
        _ version: PublishedVersion, of it: Consultation, newest: Int, site: Site, publicURL: String, _ texts: Texts
    ) throws {
        let address = "/consultations/\(it.number)"
        title = texts.name(of: version)
        crumbs = [
            Crumb(href: "/", text: texts["nav.home"]), Crumb(href: "/consultations", text: texts["nav.consultations"]),
            Crumb(href: address, text: it.title),
        ]
        paper = HeadPart(
            version, isNewest: newest <= version.version, column: .consultations, site: site,
            publicURL: publicURL, texts)
        kind = version.kind.rawValue
        lead =
            texts[
                "notices.lead",
                [
                    "kind": texts["consultations.kinds.\(version.kind.rawValue)"], "version": version.version,
                    "moment": ChinaTime.minute(version.publishedAt, in: texts.clock),
                ]]
        newerHref = newest > version.version ? "\(address)/notices/\(version.kind.rawValue)/\(newest)" : nil
        sealedText = version.sealedAt.map { texts.sealed(at: $0, reason: version.sealReason) }
        unit = version.unitName
        day = ChinaTime.day(version.publishedAt, in: texts.clock)
        hash = Hexadecimal.encode(version.contentHash)
        consultationHref = address
        var sections: [Section] = []
        var groups: [DraftTable.Group] = []
        switch version.kind {
        case .announcement:
            sections =
                try version.read(PublishedContent.Announcement.self).map { texts.sections(of: $0, publicURL + address) }
                ?? []
        case .draft, .revision:
            let permanent = "\(address)/notices/\(kind)/\(version.version)"
            groups =
                try version.read(PublishedContent.Draft.self).map {
                    DraftTable($0, commentBase: nil, href: { "\(permanent)#row-\($0)" }, texts).groups
                }
                ?? []
        case .extension, .suspension, .resumption, .termination, .correction, .hearingAnswer:
            sections = try version.read(PublishedContent.Change.self).map { texts.sections(of: $0, version.kind) } ?? []
        case .gatheringNotice, .participantList, .gatheringRecord:
            sections = try version.read(PublishedContent.GatheringPaper.self).map { texts.sections(of: $0) } ?? []
        case .gatheringChange:
            sections = try version.read(PublishedContent.GatheringChange.self).map { texts.sections(of: $0) } ?? []
        case .result, .questionnaireResult: break
        }
        self.sections = sections
        self.groups = DraftTable.Groups(groups)
        commentHref = nil
        draftHref = version.kind == .draft && !groups.isEmpty && newerHref == nil ? address + "/draft.csv" : nil
    }
}

extension Texts {
    /// What remains of something sealed: the day and the class of the reason.
    /// - Parameter key: of the sentence that says it.
    func sealed(at moment: Date, reason: String?, as key: String = "notices.sealed") -> String {
        let why = reason.map { self["notices.seal_reasons.\($0)"] } ?? self["notices.seal_reasons.other"]
        return self[key, ["day": ChinaTime.day(moment, in: clock), "reason": why]]
    }

    /// A paper by its title; once it is sealed, by what it was.
    /// - Parameter form: where it is a paper of a hearing, forum or visit, and that is known.
    func name(of version: PublishedVersion, of form: Gathering.Kind? = nil) -> String {
        guard version.sealedAt != nil else { return version.title }
        let kind = version.kind.rawValue
        return self[
            "notices.sealed_title",
            ["kind": form.flatMap { paper(kind, of: $0) } ?? self["consultations.kinds.\(kind)"]]]
    }

    /// In the order in which such announcements are written: basis, object, time, how to answer, contact.
    func sections(of it: PublishedContent.Announcement, _ address: String) -> [NoticePage.Section] {
        var sections: [NoticePage.Section] = []
        func add(_ key: String, _ paragraphs: [String]) {
            let said = paragraphs.filter { !$0.isEmpty }
            if !said.isEmpty {
                sections.append(NoticePage.Section(heading: self["notices.headings.\(key)"], paragraphs: said))
            }
        }
        add("basis", it.legalBasis.paragraphs)
        add("explanation", it.explanatoryNote.paragraphs)
        var time = [
            self[
                "notices.time",
                [
                    "from": ChinaTime.minute(it.opensAt, in: clock), "to": ChinaTime.deadline(it.closesAt, in: clock),
                    "days": self["consultations.counted_\(it.period.kind)", ["count": it.period.days]],
                ]]
        ]
        if let rule = it.period.rule {
            time.append(
                self[
                    "consultations.rule_\(rule.dayKind)",
                    ["name": rule.name, "count": rule.amount, "basis": rule.basis]])
        }
        add("time", time)
        add("shortening", it.shorteningReason.paragraphs)
        var ways = [self["notices.ways_web", ["address": address]]]
        if !it.contact.phone.isEmpty { ways.append(self["notices.ways_phone", ["phone": it.contact.phone]]) }
        if !it.contact.address.isEmpty {
            ways.append(
                self["notices.ways_letter", ["address": it.contact.address, "postcode": it.contact.postcode]])
        }
        if !it.contact.email.isEmpty { ways.append(self["notices.ways_email", ["email": it.contact.email]]) }
        add("ways", ways)
        add(
            "next",
            [
                ("revision", it.timeline.revisionDueOn), ("publication", it.timeline.publicationDueOn),
                ("result", it.timeline.resultDueOn),
            ]
            .compactMap { key, day in
                day.flatMap { CalendarDate($0) }.map {
                    self["notices.next_\(key)", ["day": ChinaTime.day($0, in: clock)]]
                }
            })
        return sections
    }

    func sections(
        of it: PublishedContent.Change, _ kind: PublishedVersion.Kind
    ) -> [NoticePage.Section] {
        var effect = [change(kind, it)]
        if let old = it.oldClosesAt, it.newClosesAt != nil {
            effect.append(self["notices.old_closing", ["moment": ChinaTime.deadline(old, in: clock)]])
        }
        return [
            NoticePage.Section(heading: self["notices.headings.effect"], paragraphs: effect),
            NoticePage.Section(heading: self["notices.headings.reason"], paragraphs: it.reason.paragraphs),
        ]
    }
}
