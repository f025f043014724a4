import Foundation
import Participation
import Text

/// What a procedure waits for now, in a sentence, and the one thing to do about it.
struct ProcedureNext: Sendable {
    struct Action: Sendable {
        let label: String
        let href: String
        /// A button that sends a form, not a link.
        let posts: Bool
    }

    let text: String
    /// Absent where there is nothing to do, or not for this colleague.
    let action: Action?

    /// - Parameters:
    ///   - clearances: of this procedure, the newest first; those that wait for somebody are enough.
    ///   - finalIsOut: whether the final edition is published; nil where that is not asked.
    ///   - staff: for whom the action is meant; who may really do it the database decides.
    init(
        _ it: Procedure, clearances: [Clearance], finalIsOut: Bool? = nil, for staff: StaffActor, _ texts: Texts
    ) {
        if let waiting = Self.first(of: clearances.filter(\.isPending)) {
            text = texts["procedures.next.\(waiting.stage.rawValue)", ["kind": texts.kind(waiting.kind)]]
            action = Action(
                label: texts[
                    waiting.stage.role.map(staff.has) == true
                        ? "procedures.next.to_\(waiting.stage.rawValue)" : "procedures.next.look"],
                href: "/desk/clearances/\(waiting.id)", posts: false)
            return
        }
        let newest = clearances.first { $0.kind != .draft && $0.stage != .lapsed }
        let refused = newest.flatMap { newest in
            newest.stage == .refused ? texts["procedures.next.refused", ["kind": texts.kind(newest.kind)]] : nil
        }
        if finalIsOut == false, it.state == .published, let due = it.publicationDueOn {
            text = (refused ?? "") + texts["procedures.next.final_due", ["day": ChinaTime.day(due, in: texts.clock)]]
            action =
                staff.has(.organiser)
                ? Action(label: texts["procedures.next.final"], href: "/desk/drafts/\(it.draftID)", posts: false) : nil
            return
        }
        text = (refused ?? "") + Self.sentence(it, texts)
        action = Self.action(it, for: staff, texts)
    }

    /// The one that holds up the rest: review before approval before publication. A draft goes out with its announcement
    /// or correction; alone it waits for nobody.
    private static func first(of pending: [Clearance]) -> Clearance? {
        guard pending.contains(where: { $0.kind != .draft }) else { return nil }
        for stage: Clearance.Stage in [.review, .approval, .kept, .cleared] {
            let waiting = pending.filter { $0.stage == stage }
            if let found = waiting.first(where: { $0.kind != .draft }) ?? waiting.first { return found }
        }
        return nil
    }

    private static func sentence(_ it: Procedure, _ texts: Texts) -> String {
        let clock = texts.clock
        switch it.state {
        case .preparing:
            return texts[it.hasTimesPast ? "procedures.next.preparing_over" : "procedures.next.preparing"]
        case .announced: return texts["procedures.next.announced", ["moment": ChinaTime.minute(it.opensAt, in: clock)]]
        case .open: return texts["procedures.next.open", ["moment": ChinaTime.deadline(it.closesAt, in: clock)]]
        case .closed:
            guard let until = it.entryUntil, it.now < until else { return texts["procedures.next.closed"] }
            return texts["procedures.next.entry", ["moment": ChinaTime.deadline(until, in: clock)]]
        case .suspended, .answered, .published, .terminated: return texts["procedures.next.\(it.state.rawValue)"]
        }
    }

    private static func action(_ it: Procedure, for staff: StaffActor, _ texts: Texts) -> Action? {
        let organises = staff.has(.organiser)
        let step: (key: String, path: String)? =
            switch it.state {
            case .preparing where organises: it.hasTimesPast ? ("edit", "edit") : ("prepare", "announcement")
            case .closed where organises: ("answer", "submissions")
            case .open where organises || staff.has(.clerk), .closed where staff.has(.clerk): ("screen", "submissions")
            case .suspended where organises: ("resume", "changes/resumption")
            case .answered where organises: ("result", "result")
            default: nil
            }
        return step.map { step in
            Action(
                label: texts["procedures.next.\(step.key)"], href: "/desk/procedures/\(it.number)/\(step.path)",
                posts: step.key == "prepare")
        }
    }
}
