import Foundation
import Participation
import Text

/// How the desk speaks of submissions.
extension Texts {
    func screening(_ screening: Screening) -> String { self["submissions.screenings.\(screening.rawValue)"] }

    func hiddenCode(_ code: HiddenCode) -> String { self["submissions.hidden_codes.\(code.rawValue)"] }

    func flag(_ flag: SubmissionFlag) -> String { self["submissions.flags.\(flag.rawValue)"] }

    /// `个人`, `单位：老隆镇某社区居委会`, `12人联名`.
    func submitter(_ kind: Submitter.Kind, organisation: String, people: Int) -> String {
        self["submissions.submitters.\(kind.rawValue)", ["name": organisation, "count": people]]
    }

    /// One thing that happened, without who and when.
    func history(_ event: ReceivedSubmission.Event) -> String {
        switch event.kind {
        case "screened", "screening_undone":
            let reason = event.code.flatMap { HiddenCode(rawValue: String($0.prefix { $0 != "<" })) }
            let state = self["submissions.screenings.\(event.toState ?? "")"]
            let after = reason.map { self["submissions.history.reason", ["state": state, "reason": hiddenCode($0)]] }
            return self["submissions.history.\(event.kind)", ["state": after ?? state]]
        case "flagged":
            let flags = (event.toState ?? "").split(separator: ",").compactMap {
                SubmissionFlag(rawValue: String($0)).map(flag)
            }
            guard !flags.isEmpty else { return self["submissions.history.unflagged"] }
            return self["submissions.history.flagged", ["flags": flags.joined(separator: self["submissions.comma"])]]
        case "split": return self["submissions.history.split", ["count": event.code ?? ""]]
        case "answered": return self["submissions.history.answered", ["outcome": outcome(event.code ?? "")]]
        default:
            let key = "submissions.history.\(event.kind)"
            return has(key) ? self[key] : event.kind
        }
    }
}

/// A step that was just taken, with the button that takes it back while nobody has changed anything since.
struct StepTaken: Sendable {
    let text: String
    let batch: String
    let undoAction: String
    /// Absent when there is nothing (any more) to take back.
    let undo: String?

    init(text: String, batch: String, undoAction: String, undo: String?) {
        (self.text, self.batch, self.undoAction, self.undo) = (text, batch, undoAction, undo)
    }

    init(_ step: ScreeningStep, undoAction: String, _ texts: Texts) {
        self.init(
            text: texts["submissions.done.\(step.screening.rawValue)", ["count": step.submissions]],
            batch: step.batch.uuidString.lowercased(), undoAction: undoAction,
            undo: step.undoable > 0 ? texts["submissions.undo", ["count": step.undoable]] : nil)
    }

    static let sample = StepTaken(text: "已通过 2 件。", batch: "a", undoAction: "/undo", undo: "撤销这 2 件")
}
