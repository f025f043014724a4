import Foundation
import Postgres

/// What somebody typed at the desk, with a key made where it was typed: sent twice, it is one entry.
package struct TypedEntry: Codable, Sendable, Equatable {
    package var key: UUID
    package var kind: TranscriptEntry.Kind
    package var person: Int?
    package var next: Int?
    /// The agenda item.
    package var item: Int?
    package var passage: Int?
    package var body: String?
    package var seconds: Int?
    package var presence: GatheringPerson.Presence?
    /// The key of what it corrects or hides.
    package var replaces: UUID?
    /// What a correction makes of it, where that is not what it was.
    package var becomes: TranscriptEntry.Kind?
    /// By the clock where it was typed, ISO 8601; held within the gathering.
    package var saidAt: String?

    package init(
        key: UUID = UUID(), kind: TranscriptEntry.Kind, person: Int? = nil, next: Int? = nil, item: Int? = nil,
        passage: Int? = nil, body: String? = nil, seconds: Int? = nil, presence: GatheringPerson.Presence? = nil,
        replaces: UUID? = nil, becomes: TranscriptEntry.Kind? = nil, saidAt: String? = nil
    ) {
        (self.key, self.kind, self.person, self.next, self.item) = (key, kind, person, next, item)
        (self.passage, self.body, self.seconds, self.presence) = (passage, body, seconds, presence)
        (self.replaces, self.becomes, self.saidAt) = (replaces, becomes, saidAt)
    }
}

package struct EntryOutcome: Row, Sendable {
    package enum Outcome: String, PostgresValue, CaseIterable, Codable, Sendable {
        case accepted, already
        /// The key stands for other words.
        case keyReused = "key_reused"
        case notUnderWay = "not_under_way"
        /// Typed after the end: only corrections are.
        case fixed
        case notPresent = "not_present"
        /// Observers and the press listen.
        case mayNotSpeak = "may_not_speak"
        /// Nobody said it: no correction makes a statement of it.
        case noSpeaker = "no_speaker"
        /// A person, agenda item, row or entry that is not of this gathering.
        case unknown
        case malformed

        /// It stands in the transcript now, whether by this try or by one before.
        package var isTaken: Bool { self == .accepted || self == .already }
    }

    /// Nil where none could be read.
    package let key: UUID?
    /// The position it has; nil when it was refused.
    package let place: Int?
    package let outcome: Outcome

    package init(_ row: RowReader) throws {
        key = try row["key"]
        place = try row["place"]
        outcome = try row["outcome"]
    }
}

/// Takes any number of entries in order and gives each an outcome; one that is refused never hurts its neighbours, and is on record.
package struct TakeEntries: Sendable {
    private let gatheringID: Int

    package init(_ gatheringID: Int) { self.gatheringID = gatheringID }

    /// - Throws: `role_required`.
    package func callAsFunction(
        _ entries: [TypedEntry], in database: Database, as actor: DatabaseActor
    ) async throws -> [EntryOutcome] {
        // The database holds no such character, and would refuse all of them for one.
        let clean = entries.map { entry in
            var entry = entry
            entry.body = entry.body?.filter { $0 != "\0" }
            return entry
        }
        let json = JSONText(String(decoding: try JSONEncoder().encode(clean), as: UTF8.self))
        return try await self(json, in: database, as: actor)
    }

    /// The same as a script sent them, an array of objects: what cannot be read is `malformed`.
    package func callAsFunction(
        _ entries: JSONText, in database: Database, as actor: DatabaseActor
    ) async throws -> [EntryOutcome] {
        let id = gatheringID
        return try await database.write(as: actor) {
            try $0.all("select key, place, outcome from take_entries(\(id), \(entries))", as: EntryOutcome.self)
        }
    }
}
