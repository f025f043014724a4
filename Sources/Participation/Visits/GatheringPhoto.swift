import Documents
import Foundation
import Postgres

/// A picture of a visit or forum.
package struct GatheringPhoto: Row, Sendable {
    package let key: UUID
    package let attachmentID: UUID
    package let caption: String
    package let showsPeople: Bool
    /// Whoever can be recognised agreed that it is public.
    package let consents: Bool
    package let takenAt: Date

    package init(_ row: RowReader) throws {
        key = try row["key"]
        attachmentID = try row["attachment_id"]
        caption = try row["caption"]
        showsPeople = try row["shows_people"]
        consents = try row["consents"]
        takenAt = try row["taken_at"]
    }

    /// Whether everybody may see it once the record is public.
    package var mayBePublic: Bool { consents || !showsPeople }

    package static let longestCaption = 200

    package static func of(gathering: Int) -> SQL {
        """
        select key, attachment_id, caption, shows_people, consents, taken_at from gathering_photos
        where gathering_id = \(gathering) and removed_at is null order by taken_at, key
        """
    }

    /// Stores a picture once, however often it is sent. Its metadata (place, time, device) is taken out.
    /// - Throws: `Attachment.Refused`, `gathering_photos_over`, `gathering_photos_most`, `role_required`.
    package static func store(
        _ bytes: @autoclosure @escaping @Sendable () throws -> [UInt8], key: UUID, caption: String, showsPeople: Bool,
        consents: Bool, takenAt: Date, of gathering: (id: Int, unitIDs: [Int]), in database: Database,
        as actor: DatabaseActor
    ) async throws {
        // The name that a phone gives a file may say when it was taken, or who is on it.
        let id = try await Attachment.store(
            try bytes(), name: "photo", kinds: [.jpeg, .png], for: gathering.unitIDs, in: database, as: actor)
        _ = try await database.write(as: actor) {
            try $0.execute(
                """
                select add_photo(\(key), \(gathering.id), \(id), \(caption), \(showsPeople), \(consents), \(takenAt))
                """)
        }
    }

    /// - Throws: `role_required`.
    package static func remove(_ key: UUID, in database: Database, as actor: DatabaseActor) async throws {
        _ = try await database.write(as: actor) { try $0.execute("select remove_photo(\(key))") }
    }

    /// One that stands in a published record.
    package struct Public: Row, Sendable {
        package let key: UUID
        package let caption: String

        package init(_ row: RowReader) throws {
            key = try row["key"]
            caption = try row["caption"]
        }

        /// - Parameter number: of the visit or forum.
        package static func of(_ number: String) -> SQL { "select key, caption from public_photos(\(number))" }

        /// Its media type; nil where there is no such picture for everybody.
        package static func type(_ number: String, _ key: UUID) -> SQL { "select photo_type(\(number), \(key))" }

        /// One piece of it; nil after the last.
        package static func chunk(_ number: String, _ key: UUID, _ ordinal: Int) -> SQL {
            "select photo_chunk(\(number), \(key), \(ordinal)::int)"
        }
    }
}
