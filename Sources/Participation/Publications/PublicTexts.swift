import Foundation
import Text

/// What of a procedure becomes public before any opinion is in: draft, announcement and announcements of change.
///
/// These are the organ's own words, so they are published as written; `findings` tells reviewer and approver where they look
/// as if they named a person. Of the contact only the four channels of the unit go out, never the name of a colleague.
package enum PublicTexts {
    package static func draft(
        _ procedure: Procedure, edition: Edition, passages: [Passage]
    ) -> PublishedContent.Draft {
        .init(
            title: procedure.draftTitle, field: procedure.field, unit: procedure.unitName,
            edition: .init(id: edition.id, ordinal: edition.ordinal, stage: edition.stage.rawValue),
            passages: passages.map(PublishedContent.Draft.Passage.init),
            extraColumns: edition.extraColumns.isEmpty ? nil : edition.extraColumns)
    }

    /// A later edition, once the comments are in: 修改稿 or 正式稿.
    package static func revision(
        _ procedure: Procedure, edition: Edition, passages: [Passage], origins: [PublishedContent.Draft.Origins],
        carriedOut: [PublishedContent.Draft.CarriedOut]
    ) -> PublishedContent.Draft {
        var content = draft(procedure, edition: edition, passages: passages)
        content.title += edition.stage == .final ? "（正式稿）" : "（修改稿）"
        (content.origins, content.carriedOut) = (origins, carriedOut)
        return content
    }

    package static func announcement(
        _ procedure: Procedure, rule: LegalRule?, calendar: WorkCalendar
    ) -> PublishedContent.Announcement {
        let period = procedure.period(calendar)
        let kind = rule?.dayKind ?? .calendar
        let isShorter = rule.map(period.isShorter) ?? false
        return .init(
            title: title("公开征求意见", procedure), field: procedure.field, unit: procedure.unitName,
            legalBasis: procedure.legalBasis, explanatoryNote: procedure.explanatoryNote, opensAt: procedure.opensAt,
            closesAt: procedure.closesAt,
            period: .init(
                days: period.days(kind), kind: kind.rawValue,
                rule: rule.map {
                    .init(
                        name: $0.name, basis: $0.basis, amount: $0.amount, dayKind: $0.dayKind.rawValue,
                        binding: $0.binding)
                }, shorter: isShorter),
            // A reason that is no longer needed is not published.
            shorteningReason: isShorter ? procedure.shorteningReason : "",
            contact: .init(
                phone: procedure.contactPhone, address: procedure.contactAddress, postcode: procedure.contactPostcode,
                email: procedure.contactEmail),
            timeline: .init(
                revisionDueOn: procedure.revisionDueOn?.description,
                publicationDueOn: procedure.publicationDueOn?.description,
                resultDueOn: procedure.resultDueOn?.description),
            nameRule: procedure.nameRule, phoneRule: procedure.phoneRule)
    }

    package static func change(
        _ kind: Clearance.Kind, of procedure: Procedure, reason: String, newClosesAt: Date?, edition: Edition?
    ) -> PublishedContent.Change {
        let what =
            switch kind {
            case .extension: "延长征求意见期限"
            case .suspension: "暂停征求意见"
            case .resumption: "恢复征求意见"
            case .termination: "终止征求意见"
            case .correction: "更正征求意见稿"
            case .draft, .revision, .announcement, .result, .questionnaireResult, .gatheringNotice, .gatheringChange,
                .participantList, .gatheringRecord:
                "公开征求意见"
            case .hearingAnswer: "听证建议答复"
            }
        return .init(
            title: title(what, procedure), unit: procedure.unitName, reason: TextNormalisation.normalised(reason),
            oldClosesAt: procedure.closesAt, newClosesAt: newClosesAt, editionOrdinal: edition?.ordinal)
    }

    /// An official title, in Chinese whatever language the desk is read in.
    private static func title(_ what: String, _ procedure: Procedure) -> String {
        "关于《\(procedure.title)》\(what)的公告"
    }

    // MARK: What a reviewer should look at

    /// A place that looks like personal data.
    package struct Finding: Sendable, Equatable {
        package let kind: PersonalData.Kind
        package let words: String
        /// The row's 序号; nil outside of the table.
        package let number: String?
    }

    /// Places of the texts that look as if they named a person. The unit's own contact is left out: it is meant to be public.
    package static func findings(
        notes: [String], passages: [PublishedContent.Draft.Passage] = [], limit: Int = 50
    ) -> [Finding] {
        var found: [Finding] = []
        func look(_ text: String, _ number: String?) {
            // An address or a plate in a directory is nearly always an office; numbers of people are what matters.
            for finding in PersonalData.find(in: text) where finding.kind != .address && finding.kind != .plate {
                if found.count == limit { return }
                found.append(
                    Finding(kind: finding.kind, words: String(text.unicodeScalars[finding.range]), number: number))
            }
        }
        for note in notes { look(note, nil) }
        for passage in passages {
            for cell in [
                passage.level2, passage.level3, passage.contentElements, passage.publisher, passage.carriers,
                passage.text ?? "",
            ]
                + Array((passage.extras ?? [:]).values)
            {
                look(cell, passage.number)
            }
        }
        return found
    }
}

extension PublishedContent.Draft.Passage {
    /// A row as it is put before the public: every column of it.
    package init(_ passage: Passage) {
        self.init(
            position: passage.position, lineage: passage.lineage, number: passage.number, level1: passage.level1,
            level2: passage.level2, level3: passage.level3, contentElements: passage.contentElements,
            legalBasis: passage.legalBasis, timeLimit: passage.timeLimit, publisher: passage.publisher,
            carriers: passage.carriers, audience: passage.audience, disclosureMode: passage.disclosureMode,
            tier: passage.tier, source: passage.source, text: passage.cells.text.isEmpty ? nil : passage.cells.text,
            depth: passage.cells.depth == 0 ? nil : passage.cells.depth,
            extras: passage.cells.extras.isEmpty ? nil : passage.cells.extras)
    }
}
