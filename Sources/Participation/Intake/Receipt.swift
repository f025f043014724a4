import Crypto
import Foundation
import Postgres
import Text

/// 回执: what was received from one author, where it stands, and the answer once there is one. Opened by number and code.
package struct Receipt: Row {
    /// The answer to one opinion of a submission.
    package struct Answer: Codable, Sendable, Equatable {
        package let ordinal: Int
        package let opinion: String
        package let outcome: String
        package let reason: String
        package let transferredTo: String
        package let invalidCode: String?
        /// Where what was adopted shows; empty where a change of the draft is linked.
        package let effect: String
        /// The ISO date by which it does.
        package let effectOn: String?

        enum CodingKeys: String, CodingKey {
            case ordinal, opinion, outcome, reason
            case transferredTo = "transferred_to"
            case invalidCode = "invalid_code"
            case effect
            case effectOn = "effect_on"
        }
    }

    /// Where a submission stands, in the order in which an author meets it.
    package enum Standing: String, CaseIterable, Sendable {
        case received, answering, answered, transferred, withdrawn, sealed, terminated
    }

    package let number: String
    package let procedureNumber: String
    package let procedureTitle: String
    package let procedureState: Consultation.State
    package let closesAt: Date
    /// The row it is about, in words; nil for the whole.
    package let passage: String?
    package let receivedAt: Date
    package let channel: Channel
    package let submitter: Submitter.Kind
    package let people: Int
    /// Exactly as stored; empty once withdrawn or sealed.
    package let body: String
    package let proof: [UInt8]
    package let salt: [UInt8]
    package let lineage: UUID?
    package let withdrawnAt: Date?
    package let sealedAt: Date?
    package let canWithdraw: Bool
    /// A seal or signed list was added.
    package let hasScan: Bool
    /// The day a letter or call reached the unit; nil for the web.
    package let arrivedOn: CalendarDate?
    package let answers: [Answer]

    package init(_ row: RowReader) throws {
        number = try row["number"]
        procedureNumber = try row["procedure_number"]
        procedureTitle = try row["procedure_title"]
        procedureState = try row["procedure_state"]
        closesAt = try row["closes_at"]
        passage = try row["passage"]
        receivedAt = try row["received_at"]
        channel = try row["channel"]
        submitter = try row["submitter"]
        people = try row["people"]
        body = try row["body"]
        proof = try row["proof"]
        salt = try row["salt"]
        lineage = try row["lineage"]
        withdrawnAt = try row["withdrawn_at"]
        sealedAt = try row["sealed_at"]
        canWithdraw = try row["can_withdraw"]
        hasScan = try row["has_scan"]
        arrivedOn = try row["arrived_on"]
        let answered: JSONText? = try row["answers"]
        answers = try answered.map { try JSONDecoder().decode([Answer].self, from: Data($0.text.utf8)) } ?? []
    }

    /// Neither withdrawn nor sealed: the words are there to be read.
    package var holdsWords: Bool { withdrawnAt == nil && sealedAt == nil }

    /// Whether its author may still say that there should be a hearing.
    package var mayPropose: Bool {
        holdsWords && channel != .written && [.announced, .open, .suspended].contains(procedureState)
    }

    /// Whether its author can still add a scan.
    package var takesScan: Bool { canWithdraw && submitter != .person }

    package var standing: Standing {
        if sealedAt != nil { return .sealed }
        if withdrawnAt != nil { return .withdrawn }
        if !answers.isEmpty { return answers.allSatisfy { $0.outcome == "transferred" } ? .transferred : .answered }
        switch procedureState {
        case .terminated: return .terminated
        case .closed, .answered, .published: return .answering
        case .announced, .open, .suspended: return .received
        }
    }

    /// The text whose salted SHA-256 is the proof; see `CanonicalForm`. It cannot be shown once the words are gone.
    package var canonicalForm: CanonicalForm {
        .submission(
            number: number, procedure: procedureNumber, passage: lineage, channel: channel.rawValue,
            receivedAt: receivedAt, submitter: submitter.rawValue, people: people, body: body)
    }

    /// Whether the stored proof fits what this receipt shows; it does not once the words are gone.
    package var isProven: Bool {
        proof == Array(SHA256.hash(data: salt + canonicalForm.bytes))
    }

    /// - Parameter mac: `QueryCodes.mac` of the code typed.
    /// - Returns: nil when number and code do not belong together; nothing says which of them is wrong.
    package static func find(_ number: SubmissionNumber, mac: [UInt8], in database: Database) async throws -> Receipt? {
        let wanted = number.description
        return try await database.first(
            """
            select number, procedure_number, procedure_title, procedure_state, closes_at, passage, received_at, channel,
              submitter, people, body, proof, salt, lineage, withdrawn_at, sealed_at, can_withdraw, has_scan, arrived_on, answers
            from receipt(\(wanted), \(mac))
            """, as: Receipt.self)
    }
}
