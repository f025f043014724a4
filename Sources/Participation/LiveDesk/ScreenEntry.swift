import Foundation
import Postgres

/// What the screen in the hall shows of an entry: a name only of who has agreed to it.
package struct ScreenEntry: Row, Codable, Sendable, Equatable {
    package let place: Int
    package let kind: TranscriptEntry.Kind
    package let turn: Int?
    /// The agenda item.
    package let label: String
    package let speaker: SpeakerLabel?
    package let nextSpeaker: SpeakerLabel?
    package let body: String
    /// How long from `at` on; 0 stops the clock.
    package let seconds: Int?
    /// The place of what it corrects or hides.
    package let replaces: Int?
    /// What a correction makes of it, where that is not what it was.
    package let becomes: TranscriptEntry.Kind?
    package let at: Date

    package init(
        place: Int, kind: TranscriptEntry.Kind, turn: Int? = nil, label: String = "", speaker: SpeakerLabel? = nil,
        nextSpeaker: SpeakerLabel? = nil, body: String = "", seconds: Int? = nil, replaces: Int? = nil,
        becomes: TranscriptEntry.Kind? = nil, at: Date
    ) {
        (self.place, self.kind, self.turn, self.label) = (place, kind, turn, label)
        (self.speaker, self.nextSpeaker, self.becomes) = (speaker, nextSpeaker, becomes)
        (self.body, self.seconds, self.replaces, self.at) = (body, seconds, replaces, at)
    }

    var withoutWords: ScreenEntry {
        ScreenEntry(
            place: place, kind: kind, turn: turn, label: label, speaker: speaker, nextSpeaker: nextSpeaker,
            seconds: seconds, replaces: replaces, becomes: becomes, at: at)
    }

    package init(_ row: RowReader) throws {
        place = try row["place"]
        kind = try row["kind"]
        turn = try row["turn"]
        label = try row["label"]
        speaker = try SpeakerLabel(try row["speaker"])
        nextSpeaker = try SpeakerLabel(try row["next_speaker"])
        body = try row["body"]
        seconds = try row["seconds"]
        replaces = try row["replaces"]
        becomes = try row["becomes"]
        at = try row["at"]
    }

    package static func of(_ screen: GatheringScreen, after place: Int, limit: Int = 500) -> SQL {
        """
        select place, kind, turn, label, speaker, next_speaker, body, seconds, replaces, becomes, at
        from screen_entries_after(\(screen.gatheringID), \(screen.screenKey), \(place)::int, \(limit)::int)
        """
    }

    /// All that came after a place, however many.
    package static func all(
        of screen: GatheringScreen, after place: Int = 0, in database: Database
    ) async throws -> [ScreenEntry] {
        try await database.read { tx in
            var (entries, last) = ([ScreenEntry](), place)
            while true {
                let some = try tx.all(of(screen, after: last), as: ScreenEntry.self)
                guard let end = some.last else { return entries }
                entries += some
                last = end.place
            }
        }
    }
}

/// What those who follow are to be told beside what is said.
struct ScreenStanding: Row, Sendable {
    /// Everybody may follow, not only who has the key of the hall.
    let isOpen: Bool
    /// The places of what was sealed.
    let sealed: Set<Int>

    init(_ row: RowReader) throws {
        isOpen = try row["is_open"]
        let places: [Int] = try row["sealed"]
        sealed = Set(places)
    }

    static func of(_ screen: GatheringScreen) -> SQL {
        "select is_open, sealed from screen_standing(\(screen.gatheringID), \(screen.screenKey))"
    }
}

/// A gathering whose screen somebody may follow.
package struct GatheringScreen: Row, Sendable {
    package let gatheringID: Int
    /// Opens the screen where it is not for everybody; stays in the server.
    package let screenKey: UUID
    package let title: String
    package let state: Gathering.State

    package init(_ row: RowReader) throws {
        gatheringID = try row["gathering_id"]
        screenKey = try row["screen_key"]
        title = try row["title"]
        state = try row["state"]
    }

    /// The key of its hall, for who works at its desk.
    package static func hallKey(of id: Int) -> SQL { "select screen_key from gatherings where id = \(id)" }

    /// Nil unless everybody may follow it or the key is that of the hall.
    package static func find(_ number: String, key: UUID?, in database: Database) async throws -> GatheringScreen? {
        try await database.first(
            "select gathering_id, screen_key, title, state from gathering_screen(\(number), \(key))",
            as: GatheringScreen.self)
    }
}
