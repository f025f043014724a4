import Documents
import Foundation
import Postgres
import Text

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

    /// Why a caption is not taken; its sentences are in the locales under `visits.captions`.
    package enum CaptionFault: String, Error, Sendable, CaseIterable {
        case tooLong = "too_long"
        /// A telephone number or the like: it would stay here when contacts are erased.
        case personalData = "personal_data"
        /// Somebody who did not agree that their name is public.
        case name
    }

    /// - Parameter names: of those who did not agree.
    package static func fault(of caption: String, names: [String]) -> CaptionFault? {
        if TextLength.count(caption) > longestCaption { return .tooLong }
        // Where a picture was taken may be said; what looks like the address of a household is masked when it is published.
        if PersonalData.find(in: caption).contains(where: { $0.kind != .address }) { return .personalData }
        let words = bare(caption)
        let isNamed = names.map(bare).contains { TextLength.count($0) > 1 && words.contains($0) }
        return isNamed ? .name : nil
    }

    private static func bare(_ text: String) -> String {
        String(String.UnicodeScalarView(text.unicodeScalars.filter { !$0.properties.isWhitespace }))
    }

    package static func of(gathering: Int) -> SQL {
        """
        select key, attachment_id, caption, shows_people, consents, taken_at from gathering_photos
        where gathering_id = \(gathering) and removed_at is null order by taken_at, key
        """
    }

    /// Stores a picture once, however often it is sent. Its metadata (place, time, device) is taken out.
    /// - Throws: `CaptionFault`, `Attachment.Refused`, `gathering_photos_over`, `gathering_photos_most`, `role_required`.
    package static func store(
        _ bytes: @autoclosure @escaping @Sendable () throws -> [UInt8], key: UUID, caption: String, showsPeople: Bool,
        consents: Bool, takenAt: Date, of gathering: (id: Int, unitIDs: [Int]), vault: ContactVault,
        in database: Database, as actor: DatabaseActor
    ) async throws {
        // Sent once more because its answer was lost: it stands as it was taken, whoever has been named since.
        let isThere = try await database.read(as: actor) {
            try $0.value("select exists (select from gathering_photos where key = \(key))", as: Bool.self)
        }
        if isThere { return }
        let names =
            caption.isEmpty
            ? [] : try await ReadPeople.unnamed(of: gathering.id, vault: vault, in: database, as: actor)
        if let fault = Self.fault(of: caption, names: names) { throw fault }
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
            caption = RedactionPolicy.text(try row["caption"])
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
