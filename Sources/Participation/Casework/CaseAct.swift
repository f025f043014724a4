import Foundation
import Postgres
import Text

/// What can be done with a case. Each is one door of the database, which decides who may, and records who did.
package enum CaseAct: Sendable {
    /// How screening can end.
    package enum Verdict: String, CaseIterable, Sendable {
        case accepted, declined, invalid, duplicate, redirected
        case informationRequest = "information_request"

        /// Why, in codes. That an author is not named is none of them.
        package var codes: [String] {
            switch self {
            case .declined: ["petition_pending", "already_answered", "internal", "official_letter", "not_a_matter"]
            case .invalid: ["blank", "test", "advertising", "unreadable", "abuse"]
            case .redirected: ["petition", "court", "discipline", "other_organ", "other_county"]
            case .accepted, .duplicate, .informationRequest: []
            }
        }

        /// The author has to be told something.
        package var needsText: Bool { [.declined, .redirected, .informationRequest].contains(self) }
    }

    package enum GiveBackReason: String, CaseIterable, Sendable {
        case notOurs = "not_ours"
        case wrongArea = "wrong_area"
        case otherLead = "other_lead"
        case concerned
    }

    package enum PauseReason: String, CaseIterable, Sendable {
        case citizen
        case thirdParty = "third_party"
    }

    package enum CallbackResult: String, CaseIterable, Sendable {
        case satisfied, dissatisfied, unreachable, declined
    }

    package enum RemarkKind: String, CaseIterable, Sendable {
        case remark, note, opinion
    }

    /// - `reason`: why an earlier decision is taken back; empty for the first.
    case screen(Verdict, code: String?, text: String, original: String, reason: String)
    case recordEmergency(called: String)
    case setConcerned(units: [Int], staff: [Int], reason: String)
    case setPublishable(Bool, reason: String)
    /// - `from`: the unit that had it when the assigner looked; nil where none had.
    case assign(unit: Int, from: Int?, assisting: [Int], urgency: CaseFile.Urgency, remark: String)
    case giveBack(GiveBackReason, remark: String)
    case link(other: String, linked: Bool)
    case remark(RemarkKind, body: String)
    case attach(UUID)
    case detach(UUID)
    case recall
    /// On screen, or with a signed form on paper. `version`, here and below: of the reply that was read.
    case approve(version: Int, granted: Bool, note: String, paper: Clearance.Paper?)
    case review(version: Int, passed: Bool, note: String)
    case word(version: Int, SaveReply.PublicWords)
    case publish
    case askExtension(until: CalendarDate, reason: String)
    case decideExtension(id: Int, granted: Bool, note: String)
    case pause(PauseReason, remark: String)
    case resume
    case supervise(demand: String, answerDueOn: CalendarDate)
    case answerSupervision(id: Int, answer: String)
    case closeSupervision(id: Int, Supervision.Finding, text: String)
    case recordCallback(CallbackResult, remark: String)

    /// - Throws: the `PostgresError` of a rule that says no; its sentence is in the locales under `refusals`.
    package func callAsFunction(on id: Int, in database: Database, as actor: DatabaseActor) async throws {
        let statement = statement(on: id)
        _ = try await database.write(as: actor, retrying: 2) { tx in try tx.execute(statement) }
    }

    private func statement(on id: Int) -> SQL {
        switch self {
        case .screen(let verdict, let code, let text, let original, let reason):
            "select screen_case(\(id), \(verdict.rawValue), \(code), \(text), \(original), \(reason))"
        case .recordEmergency(let called): "select record_emergency(\(id), \(called))"
        case .setConcerned(let units, let staff, let reason):
            "select set_concerned(\(id), \(units), \(staff), \(reason))"
        case .setPublishable(let publishable, let reason): "select set_publishable(\(id), \(publishable), \(reason))"
        case .assign(let unit, let from, let assisting, let urgency, let remark):
            "select assign_case(\(id), \(unit), \(from), \(assisting), \(urgency), \(remark))"
        case .giveBack(let reason, let remark): "select give_back_case(\(id), \(reason.rawValue), \(remark))"
        case .link(let other, let linked): "select link_cases(\(id), \(other), \(linked))"
        case .remark(let kind, let body): "select add_case_remark(\(id), \(kind.rawValue), \(body))"
        case .attach(let file): "select attach_to_reply(\(id), \(file))"
        case .detach(let file): "select detach_from_reply(\(id), \(file))"
        case .recall: "select recall_reply(\(id))"
        case .approve(let version, let granted, let note, let paper):
            """
            select approve_reply(\(id), \(version)::int, \(granted), \(note), \(paper?.signer), \(paper?.signedOn),
              \(paper?.scanID))
            """
        case .review(let version, let passed, let note):
            "select review_publication(\(id), \(version)::int, \(passed), \(note))"
        case .word(let version, let words):
            "select word_publication(\(id), \(version)::int, \(words.title), \(words.question), \(words.answer))"
        case .publish: "select publish_case(\(id))"
        case .askExtension(let day, let reason): "select ask_extension(\(id), \(day), \(reason))"
        case .decideExtension(let extensionID, let granted, let note):
            "select decide_extension(\(extensionID), \(granted), \(note))"
        case .pause(let reason, let remark): "select pause_case(\(id), \(reason.rawValue), \(remark))"
        case .resume: "select resume_case(\(id))"
        case .supervise(let demand, let day): "select open_supervision(\(id), \(demand), \(day))"
        case .answerSupervision(let supervisionID, let answer):
            "select answer_supervision(\(supervisionID), \(answer))"
        case .closeSupervision(let supervisionID, let finding, let text):
            "select close_supervision(\(supervisionID), \(finding), \(text))"
        case .recordCallback(let result, let remark):
            "select record_callback(\(id), \(result.rawValue), \(remark))"
        }
    }
}
