import Foundation
import Text

/// The frozen words of a clearance as the shape they will be public in.
package enum ClearedWords: Sendable {
    case draft(PublishedContent.Draft)
    case announcement(PublishedContent.Announcement)
    case change(PublishedContent.Change)
    case result(PublishedContent.Result)
    case questionnaireResult(PublishedContent.QuestionnaireResult)
    case gatheringPaper(PublishedContent.GatheringPaper)
    case gatheringChange(PublishedContent.GatheringChange)
    /// Emptied, because the version that was published from it is sealed.
    case sealed

    /// Places that look as if they named a person, for reviewer and approver.
    package var findings: [PublicTexts.Finding] {
        switch self {
        case .draft(let it): PublicTexts.findings(notes: [it.title], passages: it.passages)
        case .announcement(let it):
            PublicTexts.findings(notes: [it.title, it.legalBasis, it.explanatoryNote, it.shorteningReason])
        case .change(let it): PublicTexts.findings(notes: [it.title, it.reason])
        case .result(let it):
            PublicTexts.findings(
                notes: [it.title, it.nextStep] + (it.opinions ?? []).flatMap { [$0.body ?? "", $0.reason] })
        case .questionnaireResult(let it): PublicTexts.findings(notes: it.notes)
        case .gatheringPaper(let it):
            PublicTexts.findings(notes: [it.title] + it.sections.flatMap { [$0.heading, $0.text] })
        case .gatheringChange(let it): PublicTexts.findings(notes: [it.title, it.reason])
        case .sealed: []
        }
    }
}

extension Clearance {
    /// - Throws: `DecodingError` where the content has another shape than its kind, or was not loaded.
    package func words() throws -> ClearedWords {
        if content == "{}" { return .sealed }
        switch kind {
        case .draft, .revision: return .draft(try PublishedContent.decode(PublishedContent.Draft.self, from: content))
        case .announcement:
            return .announcement(try PublishedContent.decode(PublishedContent.Announcement.self, from: content))
        case .extension, .suspension, .resumption, .termination, .correction, .hearingAnswer:
            return .change(try PublishedContent.decode(PublishedContent.Change.self, from: content))
        case .questionnaireResult:
            return .questionnaireResult(
                try PublishedContent.decode(PublishedContent.QuestionnaireResult.self, from: content))
        case .gatheringNotice, .participantList, .gatheringRecord:
            return .gatheringPaper(try PublishedContent.decode(PublishedContent.GatheringPaper.self, from: content))
        case .gatheringChange:
            return .gatheringChange(try PublishedContent.decode(PublishedContent.GatheringChange.self, from: content))
        case .result: return .result(try PublishedContent.decode(PublishedContent.Result.self, from: content))
        }
    }
}
