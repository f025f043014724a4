import Foundation
import Postgres

/// Whom an interviewer is calling just now: nobody else has them meanwhile, and nobody else is shown their name and number.
///
/// The sheet of the interview goes through the door of all sheets under `key`, and then `end(.done)` destroys the key. Only in between
/// do person and sheet belong together: whoever crashes there finds the sheet by the key, stored once, and ends the call. Both are
/// written by transactions of their own, and of a call that ended with a sheet nothing stays but the hour. What was typed so far stands
/// beside the person, as it is, while they are in hand, until an agreed call-back, and after a silence.
package struct CallInHand: Sendable {
    /// How a call ends.
    package enum Ending: String, PostgresValue, CaseIterable, Sendable {
        case done
        case notReached = "not_reached"
        case callBack = "call_back"
        case refused
        case wrongNumber = "wrong_number"
        case noPlace = "no_place"
        case returned
    }

    package let ordinal: Int
    package let stratum: String
    package let state: SampleProgress.State
    /// How often they were called before.
    package let attempts: Int
    /// When others get them, unless something is heard.
    package let until: Date
    /// Of the sheet.
    package let key: UUID
    package let version: Int?
    /// As `Answers` has them: what was answered so far.
    package let answers: Data?
    package let contact: Contact

    private struct Held: Row {
        let ordinal: Int
        let stratum: String
        let state: SampleProgress.State
        let attempts: Int
        let until: Date
        let key: UUID
        let version: Int?
        let answers: JSONText?
        let contactID: UUID
        let keyID: String
        let sealed: [UInt8]

        init(_ row: RowReader) throws {
            (ordinal, stratum) = (try row["ordinal"], try row["stratum"])
            (state, attempts) = (try row["state"], try row["attempts"])
            (until, key, version) = (try row["until"], try row["key"], try row["version"])
            answers = try row["answers"]
            (contactID, keyID, sealed) = (try row["contact_id"], try row["key_id"], try row["sealed"])
        }
    }

    /// Where the person in hand belongs.
    package struct Taken: Row {
        package let sample: Int
        /// The number of the questionnaire.
        package let questionnaire: String

        package init(_ row: RowReader) throws { (sample, questionnaire) = (try row["id"], try row["number"]) }
    }

    /// Hands the next person of a sample to the actor, or leaves them the one they have.
    /// - Returns: where the person in hand belongs, which may be another sample; nil when nobody is to be called now.
    /// - Throws: `samples_not_proven`, `samples_not_open`, `role_required`.
    package static func take(sample: Int, in database: Database, as actor: DatabaseActor) async throws -> Taken? {
        try await database.write(as: actor) { tx in
            guard let taken = try tx.value("select next_call(\(sample))", as: Int?.self) else { return nil }
            return try tx.one(
                """
                select s.id, q.number from samples s join questionnaires q on q.id = s.questionnaire_id where s.id = \(taken)
                """, as: Taken.self)
        }
    }

    /// - Returns: nil when the actor has nobody of this sample in hand.
    package static func find(
        sample: Int, vault: ContactVault, in database: Database, as actor: DatabaseActor
    ) async throws -> CallInHand? {
        let found = try await database.read(as: actor) { tx in
            try tx.first(
                """
                select ordinal, stratum, state, attempts, until, key, version, answers, contact_id, key_id, sealed
                from call_in_hand(\(sample))
                """, as: Held.self)
        }
        return try found.map { try CallInHand($0, vault) }
    }

    private init(_ held: Held, _ vault: ContactVault) throws {
        (ordinal, stratum, state, attempts) = (held.ordinal, held.stratum, held.state, held.attempts)
        (until, key, version) = (held.until, held.key, held.version)
        answers = held.answers.map { Data($0.text.utf8) }
        contact = try vault.open(
            id: held.contactID, keyID: held.keyID, bytes: held.sealed, in: ContactVault.samples)
    }

    /// Keeps what was answered so far. Whom a silence has taken back, and nobody else has in hand, is in the actor's hand again.
    /// - Returns: false when the person is no longer in the actor's hand.
    package static func keep(
        _ answers: Data, version: Int, key: UUID, in database: Database, as actor: DatabaseActor
    ) async throws -> Bool {
        let answers = String(decoding: answers, as: UTF8.self)
        return try await database.write(as: actor) {
            try $0.value("select keep_interview(\(key), \(version), \(answers))")
        }
    }

    /// - Parameter at: of a call-back, what was agreed.
    /// - Returns: how it ended; nil when the person was no longer in the actor's hand.
    /// - Throws: `sample_people_no_sheet`, `sample_people_call_back`.
    @discardableResult
    package static func end(
        _ ending: Ending, key: UUID, at: Date? = nil, in database: Database, as actor: DatabaseActor
    ) async throws -> Ending? {
        try await database.write(as: actor) {
            try $0.value("select end_call(\(key), \(ending), \(at))", as: Ending?.self)
        }
    }
}
