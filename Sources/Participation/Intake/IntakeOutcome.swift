import Foundation
import Postgres

/// What became of one submission at the door.
package struct IntakeOutcome: Row, Equatable {
    package enum Verdict: String, PostgresValue, CaseIterable, Sendable {
        /// Stored by this call.
        case accepted
        /// Stored before: the same form was sent again.
        case already
        /// The same form was sent before with other words; those stand, these are not stored.
        case keyReused = "key_reused"
        case unknownProcedure = "unknown_procedure"
        case unknownPassage = "unknown_passage"
        case notOpen = "not_open"
        case suspended
        case closed
        /// Letters that came in time can no longer be entered.
        case entryOver = "entry_over"
        /// The letter is said to have come before the consultation was announced.
        case arrivedEarly = "arrived_early"
        /// The letter itself came too late, or on a day that is still to come.
        case arrivedLate = "arrived_late"
        case notAllowed = "not_allowed"
        /// A number or name is larger than the tables hold; no form of ours lets it through.
        case malformed
        case empty
        case tooLong = "too_long"
        case nameRequired = "name_required"
        case phoneRequired = "phone_required"
        case titleEmpty = "title_empty"
        case titleTooLong = "title_too_long"
        /// A unit that is wished for or concerned does not exist, or is both.
        case unknownUnit = "unknown_unit"
        /// A file was not sent with this form, or has waited for more than a day.
        case unknownFile = "unknown_file"
        /// Its number in the other system stands here already.
        case externalKnown = "external_known"
        case unknownQuestionnaire = "unknown_questionnaire"
        /// Another version of the questionnaire holds now.
        case changed
        /// As many sheets are there as may be, or as may be of its kind: `quota` says which.
        case full, quota
        case voiceNeeded = "voice_needed"
        /// This browser has answered before.
        case voiceUsed = "voice_used"
        case codeNeeded = "code_needed"
        case codeUnknown = "code_unknown"
        case codeVoid = "code_void"
        case codeUsed = "code_used"
        /// There is no such hearing, or nobody registers for it.
        case unknownGathering = "unknown_gathering"
        case unknownCategory = "unknown_category"
        case identityRequired = "identity_required"
        case consentRequired = "consent_required"
        /// This person has registered for it before, in whatever category.
        case registeredAlready = "registered_already"
    }

    package let verdict: Verdict
    /// The code of the quota that is full.
    package let quota: String?
    /// The answers of a sheet that was stored by this call, as they stand in the database.
    package let stored: String?
    package let submissionID: Int?
    package let number: String?
    package let receivedAt: Date?
    /// The salted SHA-256 of its canonical form.
    package let proof: [UInt8]?

    package init(_ row: RowReader) throws {
        verdict = try row["outcome"]
        quota = try row["quota"]
        stored = try row["stored"]
        submissionID = try row["submission_id"]
        number = try row["number"]
        receivedAt = try row["received_at"]
        proof = try row["proof"]
    }
}
