import Foundation
import Participation

/// What keeps a sheet from being kept or sent, at either door.
enum SheetSetback {
    case refused(SheetRefusal)
    /// Not yet, not now, or no longer.
    case notTaking
    /// It was sent before.
    case sent
    /// The same, with other answers.
    case keyReused
    /// Another version holds now.
    case changed
    /// Another tab or device has kept something else.
    case overtaken
    /// What is to be said about all of it, by its key among the errors.
    case said(String)
    /// What no page of ours leads to.
    case unknown, forbidden, malformed

    /// - Returns: nil when it was kept and can be sent.
    init?(_ kept: SavedSheet.Kept) {
        switch kept.outcome {
        case .saved: return nil
        case .quota: self = .refused(.quota(kept.quota ?? ""))
        case .full: self = .refused(.full)
        case .sent: self = .sent
        case .elsewhere: self = .overtaken
        case .closed, .notOpen, .suspended: self = .notTaking
        case .changed: self = .changed
        case .tooLong: self = .said("too_long_all")
        case .unknownQuestionnaire: self = .unknown
        case .malformed: self = .malformed
        }
    }

    /// - Returns: nil when it was taken, now or before.
    init?(_ outcome: IntakeOutcome) {
        switch outcome.verdict {
        case .accepted, .already: return nil
        case .keyReused: self = .keyReused
        case .quota: self = .refused(.quota(outcome.quota ?? ""))
        case .full: self = .refused(.full)
        case .voiceUsed: self = .refused(.voiceUsed)
        case .codeNeeded, .codeUnknown: self = .refused(.code(.missing))
        case .codeVoid: self = .refused(.code(.void))
        case .codeUsed: self = .refused(.code(.used))
        case .closed, .notOpen, .suspended: self = .notTaking
        case .changed: self = .changed
        case .empty: self = .said("nothing")
        case .tooLong: self = .said("too_long_all")
        case .unknownFile: self = .said("file_gone")
        case .unknownQuestionnaire: self = .unknown
        case .notAllowed: self = .forbidden
        // Malformed, or what is said of other kinds of submissions only.
        default: self = .malformed
        }
    }
}

extension Texts {
    /// That a questionnaire was corrected while somebody answered it.
    func corrected(_ questionnaire: PublicQuestionnaire) -> String {
        // A note may be a sentence already, and the words around it end it.
        var note = questionnaire.versionNote.trimmingCharacters(in: .whitespacesAndNewlines)
        while let last = note.last, "。.；;".contains(last) { note.removeLast() }
        return self["questionnaires.fill.corrected", ["note": note]]
    }
}

/// Why a sheet is not taken although its questionnaire is open.
enum SheetRefusal {
    /// By the code of the quota.
    case quota(String)
    case full, voiceUsed
    case code(Code)

    /// What is wrong with an invitation.
    enum Code: String { case missing, void, used }

    var key: String {
        switch self {
        case .quota: "quota"
        case .full: "full"
        case .voiceUsed: "voice_used"
        case .code(let fault): "code_\(fault.rawValue)"
        }
    }

    /// There is no room; nobody did anything wrong.
    var isFull: Bool {
        switch self {
        case .quota, .full: true
        case .voiceUsed, .code: false
        }
    }
}

/// What the script is told about what was saved while somebody types.
struct Meanwhile: Encodable {
    let saved: Bool
    /// What is to be said; nil where all is well.
    let text: String?
    /// What the page stands on from now on, by `SheetInHand.sign`; nil where nothing was saved.
    let base: String?

    /// - Throws: `Problem` for what no page of ours sends.
    init(_ setback: SheetSetback?, base: String? = nil, _ texts: Texts) throws {
        switch setback {
        case nil: (saved, text) = (true, nil)
        // It is kept all the same: somebody may withdraw.
        case .refused: (saved, text) = (true, texts["questionnaires.meanwhile.full"])
        case .notTaking: (saved, text) = (false, texts["questionnaires.meanwhile.over"])
        case .changed: (saved, text) = (false, texts["questionnaires.meanwhile.corrected"])
        case .overtaken: (saved, text) = (false, texts["questionnaires.meanwhile.overtaken"])
        case .sent, .keyReused: (saved, text) = (false, texts["questionnaires.fill.sent_before"])
        case .said(let key): (saved, text) = (false, texts["questionnaires.errors.\(key)"])
        case .unknown: throw Problem.notFound
        case .forbidden: throw Problem.forbidden
        case .malformed: throw Problem.badRequest
        }
        self.base = saved ? base : nil
    }
}
