import Crypto
import Foundation
import Postgres
import Text

/// 留言回执: what was received from one author, where it stands, by when an answer is due, and the answers there are. Opened by
/// number and code.
package struct MessageReceipt: Row {
    package struct File: Codable, Sendable, Equatable {
        package let name: String
        /// Bytes.
        package let size: Int
    }

    /// Something that happened, by the code of the event.
    package struct Step: Codable, Sendable, Equatable {
        /// Seconds since 1970.
        package let at: Double
        package let kind: String
    }

    package struct Answer: Codable, Sendable, Equatable {
        package let body: String
        package let unit: String
        package let at: Double
    }

    package struct Addition: Codable, Sendable, Equatable {
        package let body: String
        package let at: Double
    }

    package struct Rating: Codable, Sendable, Equatable {
        package let round: Int
        package let resolved: RateMessage.Resolved
        package let attitude: Int
        package let speed: Int
        package let reason: String
    }

    /// The clock its author is told of: that of screening, then that of the answer. Times in seconds since 1970.
    package struct RunningClock: Codable, Sendable, Equatable {
        package struct Pause: Codable, Sendable, Equatable {
            package let from: Double
            package let until: Double?
        }
        package let rule: Int
        package let unit: Int?
        package let started: Double
        package let extendedTo: CalendarDate?
        package let extended: Double?
        package let pauses: [Pause]

        enum CodingKeys: String, CodingKey {
            case rule, unit, started, extended, pauses
            case extendedTo = "extended_to"
        }
    }

    package let number: String
    package let kind: MessageKind
    package let title: String
    /// Exactly as stored; empty once withdrawn or sealed, and where there is only a recording.
    package let body: String
    package let place: String
    package let wishedUnit: String?
    package let wishedUnitCode: String?
    package let concernedUnits: String?
    package let concernedUnitCodes: String?
    package let concernedNames: String
    package let channel: Channel
    package let receivedAt: Date
    package let arrivedOn: CalendarDate?
    package let proof: [UInt8]
    package let salt: [UInt8]
    package let recordingHash: String?
    package let fileHashes: String?
    package let files: [File]
    package let hasRecording: Bool
    package let mayBePublished: Bool
    package let withdrawnAt: Date?
    package let sealedAt: Date?
    package let state: CaseFile.State
    package let endingCode: String?
    /// What the office says about an ending without an answer.
    package let endingText: String
    /// The published message that this one repeats.
    package let originalNumber: String?
    /// Who works on it now.
    package let unit: String
    package let dueOn: CalendarDate?
    package let isProvisional: Bool
    package let isLate: Bool
    package let isPaused: Bool
    package let workingDays: Int?
    package let answeredAt: Date?
    package let reopened: Int
    package let isPublic: Bool
    package let clock: RunningClock?
    package let history: [Step]
    package let answers: [Answer]
    package let additions: [Addition]
    package let ratings: [Rating]
    package let canAdd: Bool
    package let canWithdraw: Bool
    package let canRate: Bool
    package let canReopen: Bool

    package init(_ row: RowReader) throws {
        number = try row["number"]
        kind = try row["kind"]
        title = try row["title"]
        body = try row["body"]
        place = try row["place"]
        wishedUnit = try row["wished_unit"]
        wishedUnitCode = try row["wished_unit_code"]
        concernedUnits = try row["concerned_units"]
        concernedUnitCodes = try row["concerned_unit_codes"]
        concernedNames = try row["concerned_names"]
        channel = try row["channel"]
        receivedAt = try row["received_at"]
        arrivedOn = try row["arrived_on"]
        proof = try row["proof"]
        salt = try row["salt"]
        recordingHash = try row["recording_hash"]
        fileHashes = try row["file_hashes"]
        hasRecording = try row["has_recording"]
        mayBePublished = try row["may_be_published"]
        withdrawnAt = try row["withdrawn_at"]
        sealedAt = try row["sealed_at"]
        state = try row["state"]
        endingCode = try row["ending_code"]
        endingText = try row["ending_text"]
        originalNumber = try row["original_number"]
        unit = try row["unit"]
        dueOn = try row["due_on"]
        isProvisional = try row["provisional"]
        isLate = try row["is_late"]
        isPaused = try row["is_paused"]
        workingDays = try row["working_days"]
        answeredAt = try row["answered_at"]
        reopened = try row["reopened"]
        isPublic = try row["is_public"]
        let clock: JSONText? = try row["clock"]
        self.clock = try clock.map { try JSONDecoder().decode(RunningClock.self, from: Data($0.text.utf8)) }
        canAdd = try row["can_add"]
        canWithdraw = try row["can_withdraw"]
        canRate = try row["can_rate"]
        canReopen = try row["can_reopen"]
        func list<T: Decodable>(_ name: String, _ type: T.Type = T.self) throws -> [T] {
            let json: JSONText? = try row[name]
            return try json.map { try JSONDecoder().decode([T].self, from: Data($0.text.utf8)) } ?? []
        }
        files = try list("files")
        history = try list("history")
        answers = try list("answers")
        additions = try list("additions")
        ratings = try list("ratings")
    }

    /// Neither withdrawn nor sealed: the words are there to be read.
    package var holdsWords: Bool { withdrawnAt == nil && sealedAt == nil }

    /// The text whose salted SHA-256 is the proof; see `CanonicalForm`. It cannot be shown once the words are gone.
    package var canonicalForm: CanonicalForm {
        .message(
            number: number, kind: kind.rawValue, channel: channel.rawValue, receivedAt: receivedAt, title: title,
            place: place, unit: wishedUnitCode ?? "", concernedUnits: concernedUnitCodes ?? "",
            concernedPeople: concernedNames, recording: recordingHash ?? "", files: fileHashes ?? "", body: body)
    }

    /// Whether the stored proof fits what this receipt shows; it does not once the words are gone.
    package var isProven: Bool { proof == Array(SHA256.hash(data: salt + canonicalForm.bytes)) }

    /// - Parameter mac: `QueryCodes.mac` of the code typed.
    /// - Returns: nil when number and code do not belong together; nothing says which of them is wrong.
    package static func find(
        _ number: SubmissionNumber, mac: [UInt8], in database: Database
    ) async throws -> MessageReceipt? {
        let wanted = number.description
        return try await database.first(
            """
            select number, kind, title, body, place, wished_unit, wished_unit_code, concerned_units, concerned_unit_codes,
              concerned_names, channel, received_at, arrived_on, proof, salt, recording_hash, file_hashes, files, has_recording,
              may_be_published, withdrawn_at, sealed_at, state, ending_code, ending_text, original_number, unit, due_on, provisional,
              is_late, is_paused, working_days, answered_at, reopened, is_public, clock, history, answers, additions, ratings,
              can_add, can_withdraw, can_rate, can_reopen
            from message_receipt(\(wanted), \(mac))
            """, as: MessageReceipt.self)
    }
}

extension MessageReceipt.RunningClock {
    /// The rule it runs by, and the counting day by day: to the due date; while it is paused, to today. Nil where the rule is gone.
    package func strip(in database: Database) async throws -> (rule: LegalRule, days: [CountedDay])? {
        try await database.read { tx in
            guard let rule = try tx.first(LegalRule.with(id: self.rule), as: LegalRule.self) else { return nil }
            let now = try tx.value("select minyi_clock()", as: Date.self)
            func moment(_ seconds: Double) -> Date { Date(timeIntervalSince1970: seconds) }
            let due = DueDate(
                rule.limit, from: moment(started), calendar: try WorkCalendar.load(ofUnit: unit, tx),
                pauses: pauses.map { DueDate.Pause(from: moment($0.from), until: $0.until.map(moment) ?? now) },
                extended: extendedTo.flatMap { to in extended.map { (to, moment($0)) } })
            let isPaused = pauses.contains { $0.until == nil }
            return (rule, isPaused ? due.days.filter { $0.date <= ChinaTime.date(now) } : due.days)
        }
    }
}
