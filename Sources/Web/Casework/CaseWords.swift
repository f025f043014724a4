import Participation
import Text

/// How long is left, in words, colour and shape.
struct DueMark: Sendable {
    /// A class of the style sheet: none, early, yellow, red, overdue, paused, over.
    let kind: String
    let text: String
    /// The last day and hour; absent where nothing runs.
    let until: String?

    init(kind: String, text: String, until: String?) { (self.kind, self.text, self.until) = (kind, text, until) }

    init(_ it: CaseFile, _ texts: Texts) {
        guard it.state.isOpen else {
            kind = "over"
            text = texts.ending(it)
            until = nil
            return
        }
        let moment = it.dueAt.map { ChinaTime.deadline($0, in: texts.clock) } ?? ""
        until = texts[it.isProvisional ? "casework.due.until_provisional" : "casework.due.until", ["moment": moment]]
        if it.pausedAt != nil {
            (kind, text) = ("paused", texts["casework.due.paused"])
        } else if it.isOverdue {
            let days = it.daysOver ?? 0
            kind = "overdue"
            text = days == 0 ? texts["casework.due.over"] : texts["casework.due.over_days", ["count": days]]
        } else {
            let days = it.daysLeft ?? 0
            kind = it.warning == .overdue ? "none" : it.warning.rawValue
            text = days == 0 ? texts["casework.due.today"] : texts["casework.due.left", ["count": days]]
        }
    }
}

extension CaseFile {
    /// What its clock counts from: screening from receipt, the answer from acceptance, another answer from the day it was asked for.
    var clockOpening: StripDay.Opening {
        state == .received || clockID == nil ? .received : reopened > 0 ? .reopened : .accepted
    }
}

/// How the desk speaks of cases.
extension Texts {
    /// A key below `casework`; where nobody outside waits for the case, the one below `casework.internal` that says it otherwise.
    func casework(_ key: String, of it: CaseFile) -> String {
        let own = "casework.internal.\(key)"
        return it.submissionID == nil && has(own) ? own : "casework.\(key)"
    }

    func state(_ state: CaseFile.State) -> String { self["casework.states.\(state.rawValue)"] }

    func urgency(_ urgency: CaseFile.Urgency) -> String { self["casework.urgencies.\(urgency.rawValue)"] }

    func warning(_ warning: CaseFile.Warning) -> String { self["casework.warnings.\(warning.rawValue)"] }

    func topic(_ it: CaseFile) -> String { topic(it.topic, of: it.kind) }

    func topic(_ topic: String, of kind: String) -> String { self["casework.topics.\(kind).\(topic)"] }

    /// How it ended: `已答复，用了 3 个工作日`.
    fileprivate func ending(_ it: CaseFile) -> String {
        guard it.state == .completed, let days = it.workingDaysUsed else { return state(it.state) }
        if days == 0, it.isLate != true { return self["casework.due.answered_same_day"] }
        return self[it.isLate == true ? "casework.due.answered_late" : "casework.due.answered", ["count": days]]
    }

    /// One thing that happened, without who and when.
    func history(_ event: CaseEvent, of it: CaseFile, units: [Unit]) -> String {
        func named(_ code: String?) -> String {
            let ids = (code ?? "").split(separator: ",").compactMap { Int($0) }
            let names = ids.map { id in units.first { $0.id == id }?.name ?? "—" }
            return names.isEmpty ? self["casework.history.nobody"] : names.joined(separator: self["casework.comma"])
        }
        let code = event.code ?? ""
        switch event.kind {
        case "screened", "rescreened":
            let verdict = self["casework.verdicts.\(event.toState ?? "")"]
            return self["casework.history.\(event.kind)", ["verdict": verdict]]
        case "assigned": return self["casework.history.assigned", ["units": named(code)]]
        case "assisting_set": return self["casework.history.assisting_set", ["units": named(code)]]
        case "urgency_set": return self["casework.history.urgency_set", ["urgency": self["casework.urgencies.\(code)"]]]
        case "given_back":
            return self["casework.history.given_back", ["reason": self["casework.give_back_reasons.\(code)"]]]
        case "warned" where code != CaseFile.Warning.none.rawValue:
            return self["casework.history.warned", ["warning": self["casework.warnings.\(code)"]]]
        case "reminded": return self["casework.history.reminded", ["count": code]]
        case "extension_requested", "extension_granted", "extension_refused":
            return self[
                "casework.history.\(event.kind)",
                ["day": CalendarDate(code).map { ChinaTime.day($0, in: clock) } ?? code]]
        case "paused": return self["casework.history.paused", ["reason": self["casework.pause_reasons.\(code)"]]]
        case "supervision_closed":
            return self["casework.history.supervision_closed", ["finding": self["casework.findings.\(code)"]]]
        case "called_back":
            return self["casework.history.called_back", ["result": self["casework.callback_results.\(code)"]]]
        default:
            let exact = "casework.history.\(event.kind)_\(code)"
            let key = has(exact) ? exact : casework("history.\(event.kind)", of: it)
            return has(key) ? self[key] : event.kind
        }
    }
}
