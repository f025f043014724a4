import Foundation
import Participation
import Text

/// The form of a change to something that runs, as typed: what, until when, with which edition, and why.
struct ProcedureChange: Sendable {
    static let longestReason = 1000

    let kind: Clearance.Kind
    var closesOn = ""
    var closesTime = ""
    var editionID: Int?
    var reason = ""

    /// The changes that a procedure admits in its present state.
    static func possible(_ procedure: Procedure) -> [Clearance.Kind] {
        switch procedure.state {
        case .announced, .open: [.extension, .correction, .suspension, .termination]
        case .suspended: [.resumption, .termination]
        case .preparing, .closed, .answered, .published, .terminated: []
        }
    }

    var setsClosing: Bool { kind == .extension || kind == .resumption }

    /// A form nobody has typed into; resuming keeps the closing unless somebody moves it.
    init(_ kind: Clearance.Kind, of procedure: Procedure) {
        self.kind = kind
        closesTime = "24:00"
        guard kind == .resumption, procedure.closesAt > procedure.now else { return }
        let parts = ProcedureForm(procedure)
        (closesOn, closesTime) = (parts.closesOn, parts.closesTime)
    }

    init(_ kind: Clearance.Kind, _ form: FormData) {
        self.kind = kind
        (closesOn, closesTime) = (form.string("closes_at"), form.string("closes_time"))
        editionID = form.int("edition")
        reason = form.exactly("reason")
    }

    /// The change it asks for, or what is wrong with it.
    /// - Parameter editions: those it can be corrected to.
    func read(
        on procedure: Procedure, editions: [Edition], _ texts: Texts
    ) throws(FormErrors) -> PrepareClearance.Change {
        var errors = FormErrors()
        let said = TextNormalisation.normalised(reason)
        errors.require(!said.isEmpty, "reason", texts["procedures.errors.reason"])
        errors.require(
            TextLength.count(said) <= Self.longestReason, "reason",
            texts["procedures.errors.too_long", ["count": Self.longestReason]])
        let closing = ProcedurePlan.closing(ProcedureForm.moment(closesOn, closesTime))
        let edition = editions.first { $0.id == editionID }
        switch kind {
        case .extension:
            errors.require(
                closing.map { $0 > procedure.closesAt } == true, "closes_at", texts["procedures.errors.not_later"])
        case .resumption:
            if let closing, closing > procedure.now {
                // Else a suspension and a resumption would make a period shorter than its rule allows.
                errors.require(
                    closing >= procedure.closesAt, "closes_at", texts["procedures.errors.not_earlier"])
            } else {
                errors.add("closes_at", texts["procedures.errors.past"])
            }
        case .correction: errors.require(edition != nil, "edition", texts["procedures.errors.edition"])
        case .suspension, .termination, .draft, .revision, .announcement, .result, .questionnaireResult,
            .gatheringNotice, .gatheringChange, .participantList, .gatheringRecord, .hearingAnswer:
            break
        }
        if setsClosing, let closing {
            errors.require(
                closing.timeIntervalSince(procedure.opensAt) <= Double(ProcedurePlan.mostDays) * 86_400, "closes_at",
                texts["procedures.errors.too_far", ["count": ProcedurePlan.mostDays]])
        }
        guard errors.isEmpty else { throw errors }
        switch (kind, closing, edition) {
        case (.extension, let closing?, _): return .extend(closesAt: closing)
        case (.resumption, let closing?, _): return .resume(closesAt: closing)
        case (.correction, _, let edition?): return .correct(editionID: edition.id)
        case (.suspension, _, _): return .suspend
        default: return .terminate
        }
    }
}
