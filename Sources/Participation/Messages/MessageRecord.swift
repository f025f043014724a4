import Foundation
import Postgres
import Text

/// A message as those who work on it see it.
package struct MessageRecord: Row {
    package let submissionID: Int
    package let kind: MessageKind
    package let title: String
    /// Empty once withdrawn or sealed, and where there is only a recording.
    package let body: String
    package let place: String
    package let wishedUnit: String?
    /// The units it is about, as its author said.
    package let concernedUnits: String?
    package let concernedNames: String
    package let channel: Channel
    package let mayBePublished: Bool
    package let mayShowName: Bool
    package let transcription: String?
    package let transcribedBy: String?
    package let external: String?
    package let slipID: UUID?
    package let isGone: Bool
    /// Earlier messages that came from the same phone.
    package let fromSamePhone: Int
    package private(set) var recording: Attachment?
    package private(set) var files: [Attachment] = []
    package private(set) var additions: [Addition] = []
    package private(set) var ratings: [Rating] = []
    package private(set) var seal: Seal?

    package struct Addition: Row {
        package let body: String
        package let addedAt: Date

        package init(_ row: RowReader) throws {
            body = try row["body"]
            addedAt = try row["added_at"]
        }
    }

    package struct Rating: Row {
        package let resolved: RateMessage.Resolved
        package let attitude: Int
        package let speed: Int
        package let reason: String

        package init(_ row: RowReader) throws {
            resolved = try row["resolved"]
            attitude = try row["attitude"]
            speed = try row["speed"]
            reason = try row["reason"]
        }
    }

    package init(_ row: RowReader) throws {
        submissionID = try row["id"]
        kind = try row["kind"]
        title = try row["title"]
        body = try row["body"]
        place = try row["place"]
        wishedUnit = try row["wished_unit"]
        concernedUnits = try row["concerned_units"]
        concernedNames = try row["concerned_names"]
        channel = try row["channel"]
        mayBePublished = try row["may_be_published"]
        mayShowName = try row["may_show_name"]
        transcription = try row["transcription"]
        transcribedBy = try row["transcribed_by"]
        external = try row["external"]
        slipID = try row["slip_id"]
        isGone = try row["is_gone"]
        fromSamePhone = try row["from_same_phone"]
    }

    /// What was said, written or written down.
    package var words: String { body.isEmpty ? transcription ?? "" : body }

    /// Waits for somebody who writes down what is said in it.
    package var needsTranscription: Bool { recording != nil && transcription == nil }

    /// The message of a case. - Returns: nil where the actor may not see it.
    package static func find(
        case id: Int, in database: Database, as actor: DatabaseActor
    ) async throws -> MessageRecord? {
        let submission: Int? = try await database.read(as: actor) { tx in
            try tx.firstValue("select submission_id from cases where id = \(id)")
        }
        guard let submission else { return nil }
        return try await find(submission: submission, in: database, as: actor)
    }

    /// - Returns: nil where the actor may not see it.
    package static func find(
        submission id: Int, in database: Database, as actor: DatabaseActor
    ) async throws -> MessageRecord? {
        try await database.read(as: actor) { tx in
            let found = try tx.first(
                """
                select s.id, m.kind, m.title, s.body, m.place, w.name as wished_unit,
                  (select string_agg(u.name, '、' order by u.code) from units u where u.id = any (m.told_unit_ids)) as concerned_units,
                  m.concerned_names, s.channel, m.may_be_published, m.may_show_name, m.transcription, t.display_name as transcribed_by,
                  m.external_source || ' ' || m.external_number as external, s.slip_id,
                  s.withdrawn_at is not null or s.sealed_at is not null as is_gone, messages_of_same_phone(s.id) as from_same_phone
                from messages m join submissions s on s.id = m.submission_id left join units w on w.id = m.wished_unit_id
                left join staff t on t.id = m.transcribed_by
                where m.submission_id = \(id)
                """, as: MessageRecord.self)
            guard var record = found else { return nil }
            let files = try tx.all(
                """
                select a.id, a.name, a.media_type, a.size, a.seconds from submission_attachments f join attachments a on a.id = f.attachment_id
                where f.submission_id = \(id) order by f.ordinal
                """, as: Attachment.self)
            record.recording = files.first { $0.seconds != nil }
            record.files = files.filter { $0.seconds == nil }
            record.additions = try tx.all(
                "select body, added_at from message_additions where submission_id = \(id) order by ordinal")
            record.ratings = try tx.all(
                """
                select resolved, attitude, speed, reason from message_ratings where submission_id = \(id) order by round
                """)
            record.seal = try Seal.read(submissionID: id, tx)
            return record
        }
    }
}
