import Foundation
import Postgres

/// What somebody who was there says of a page: it is right, or not.
package struct TranscriptMark: Row, Sendable {
    package enum Verdict: String, PostgresValue, CaseIterable, Codable, Sendable {
        case confirmed, objected
    }

    package enum Outcome: String, PostgresValue, CaseIterable, Sendable {
        case marked
        /// The page was corrected since it was read.
        case changed
        /// It is closed, or has not ended.
        case over
        case unknown
        /// An objection without words.
        case reason
    }

    package let personID: Int
    package let page: Int
    package let verdict: Verdict
    package let note: String
    package let at: Date
    /// The page was corrected since: it counts no longer.
    package let isVoid: Bool

    package init(_ row: RowReader) throws {
        personID = try row["person_id"]
        page = try row["page"]
        verdict = try row["verdict"]
        note = try row["note"]
        at = try row["at"]
        isVoid = try row["is_void"]
    }

    package static func of(gathering: Int) -> SQL {
        """
        select m.person_id, m.page, m.verdict, m.note, m.at, exists (select from gathering_entries e
          where e.gathering_id = p.gathering_id and e.page = m.page and e.replaces is not null and e.at > m.at) as is_void
        from transcript_marks m join gathering_people p on p.id = m.person_id
        where p.gathering_id = \(gathering) order by m.person_id, m.page
        """
    }

    /// - Parameters:
    ///   - mac: `QueryCodes.mac` of the code typed.
    ///   - seen: the newest position on the page as it was read.
    package static func mark(
        _ number: String, mac: [UInt8], page: Int, seen: Int, _ verdict: Verdict, note: String, in database: Database
    ) async throws -> Outcome {
        try await database.write(as: .anonymous) {
            try $0.value(
                "select mark_page(\(number), \(mac), \(page)::int, \(seen)::int, \(verdict), \(note))", as: Outcome.self
            )
        }
    }
}

/// The transcript as who was there reads it with number and code.
package struct OwnTranscript: Row, Sendable {
    package let title: String
    package let speaker: SpeakerLabel?
    package let pages: Int
    package let state: Gathering.State
    /// By page, those that count.
    package let marks: [Int: TranscriptMark.Verdict]

    private struct Mark: Decodable {
        let page: Int
        let verdict: TranscriptMark.Verdict
    }

    package init(_ row: RowReader) throws {
        title = try row["title"]
        speaker = try SpeakerLabel(try row["label"])
        pages = try row["pages"]
        state = try row["state"]
        let json: JSONText = try row["marks"]
        let all = try JSONDecoder().decode([Mark].self, from: Data(json.text.utf8))
        marks = Dictionary(all.map { ($0.page, $0.verdict) }) { $1 }
    }

    /// Nil for a wrong number or code, and before it ended.
    package static func find(_ number: String, mac: [UInt8], in database: Database) async throws -> OwnTranscript? {
        try await database.first(
            "select title, label, pages, marks, state from transcript_by_code(\(number), \(mac))",
            as: OwnTranscript.self)
    }

    /// One page with its corrections; each names what it corrects.
    package struct Line: Row, Sendable {
        package let place: Int
        package let kind: TranscriptEntry.Kind
        package let speaker: SpeakerLabel?
        package let body: String
        package let replaces: Int?
        /// What a correction makes of it, where that is not what it was.
        package let becomes: TranscriptEntry.Kind?
        package let saidAt: Date
        /// As `Transcript.Line` has it.
        package let isLate: Bool

        package init(_ row: RowReader) throws {
            place = try row["place"]
            kind = try row["kind"]
            speaker = try SpeakerLabel(try row["label"])
            body = try row["body"]
            replaces = try row["replaces"]
            becomes = try row["becomes"]
            saidAt = try row["said_at"]
            isLate = try row["late"]
        }
    }

    package static func page(_ page: Int, of number: String, mac: [UInt8], in database: Database) async throws -> [Line]
    {
        try await database.read {
            try $0.all(
                "select place, kind, label, body, replaces, becomes, said_at, late from transcript_page(\(number), \(mac), \(page)::int)",
                as: Line.self)
        }
    }
}

/// How it ended with who did not confirm on a page.
package struct TranscriptEnd: Row, Sendable {
    package enum Outcome: String, PostgresValue, CaseIterable, Sendable {
        /// Signed on paper, of which a scan is kept.
        case paper
        case refused, unreachable
    }

    package let personID: Int
    package let outcome: Outcome
    package let reason: String
    package let recordedAt: Date

    package init(_ row: RowReader) throws {
        personID = try row["person_id"]
        outcome = try row["outcome"]
        reason = try row["reason"]
        recordedAt = try row["recorded_at"]
    }

    package static func of(gathering: Int) -> SQL {
        """
        select t.person_id, t.outcome, t.reason, t.recorded_at from transcript_ends t join gathering_people p on p.id = t.person_id
        where p.gathering_id = \(gathering) order by t.person_id
        """
    }

    /// - Throws: `transcript_ends_scan`, `transcript_ends_why`, `gatherings_held`, `role_required`.
    package static func record(
        _ outcome: Outcome, of person: Int, reason: String, in database: Database, as actor: DatabaseActor
    ) async throws {
        _ = try await database.write(as: actor) {
            try $0.execute("select end_confirmation(\(person), \(outcome), \(reason))")
        }
    }
}
