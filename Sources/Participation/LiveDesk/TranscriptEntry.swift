import Foundation
import Postgres

/// One entry of the transcript as it was typed, which never changes: what corrects or hides it is an entry of its own.
package struct TranscriptEntry: Row, Identifiable, Sendable {
    package enum Kind: String, PostgresValue, CaseIterable, Codable, Sendable {
        case began, agenda, presence, call, time, statement, question, reply, procedural, correction, hidden, ended

        /// It says something that stands on a page of the transcript.
        package var hasWords: Bool { [.statement, .question, .reply, .procedural].contains(self) }
    }

    package let id: Int
    /// 1, 2, 3 … without gaps.
    package let position: Int
    package let key: UUID
    package let kind: Kind
    /// The position of the call it belongs to.
    package let turn: Int?
    package let agendaItemID: Int?
    package let agendaTitle: String?
    package let personID: Int?
    package let speaker: SpeakerLabel?
    package let nextSpeaker: SpeakerLabel?
    package let passageID: Int?
    package let body: String
    /// How long somebody may speak from then on; 0 stops the clock.
    package let seconds: Int?
    package let presence: GatheringPerson.Presence?
    /// The position of what it corrects or hides.
    package let replaces: Int?
    /// What a correction makes of it, where that is not what it was.
    package let becomes: Kind?
    package let saidAt: Date
    package let at: Date
    package let staffName: String
    /// Of the transcript, once it ended.
    package let page: Int?
    /// The opinion it became a part of.
    package let submissionNumber: String?

    package init(_ row: RowReader) throws {
        id = try row["id"]
        position = try row["position"]
        key = try row["key"]
        kind = try row["kind"]
        turn = try row["turn"]
        agendaItemID = try row["agenda_item_id"]
        agendaTitle = try row["agenda_title"]
        personID = try row["person_id"]
        speaker = try SpeakerLabel(try row["speaker"])
        nextSpeaker = try SpeakerLabel(try row["next_speaker"])
        passageID = try row["passage_id"]
        body = try row["body"]
        seconds = try row["seconds"]
        presence = try row["presence"]
        replaces = try row["replaces"]
        becomes = try row["becomes"]
        saidAt = try row["said_at"]
        at = try row["at"]
        staffName = try row["staff_name"]
        page = try row["page"]
        submissionNumber = try row["submission_number"]
    }

    /// How much was said at the gathering `g` that becomes opinions once it is worked up. Who may not read entries counts none.
    static let noted: SQL = """
        (select count(*) from gathering_entries e join gathering_people m on m.id = e.person_id
          where e.gathering_id = g.id and e.kind in ('statement', 'question') and m.role in ('participant', 'invited', 'met'))
        """

    /// - Parameter position: only what came after it; 0 for all.
    package static func of(gathering: Int, after position: Int = 0) -> SQL {
        """
        select e.id, e.position, e.key, e.kind, e.turn, e.agenda_item_id, a.title as agenda_title, e.person_id,
          person_label(e.person_id) as speaker, person_label(e.next_id) as next_speaker, e.passage_id,
          e.body, e.seconds, e.presence, r.position as replaces, e.becomes, e.said_at, e.at, s.display_name as staff_name, e.page,
          t.number as submission_number
        from gathering_entries e join staff s on s.id = e.staff_id left join agenda_items a on a.id = e.agenda_item_id
        left join gathering_entries r on r.id = e.replaces left join submissions t on t.id = e.submission_id
        where e.gathering_id = \(gathering) and e.position > \(position) order by e.position
        """
    }
}
