import Documents
import Foundation
import Postgres

/// A file that belongs to a record: the scan of a signed form or slip. It is stored first, with an expiry, and kept once a
/// door claims it.
package struct Attachment: Row, Equatable, Identifiable {
    /// Why a file is not taken; its sentences are in the locales under `attachments`.
    package enum Refused: String, Error, Sendable {
        case empty
        /// More than 10 MB.
        case tooLarge = "too_large"
        /// None of the kinds that are taken there.
        case unknownType = "unknown_type"
        case unknownDocument = "unknown_document"
        case unknownRecording = "unknown_recording"
        /// Not whole, or not what it begins as.
        case broken
        /// An office file of the old kind or with a password.
        case locked
        case macros
        /// A zip bomb.
        case swollen
        /// A recording of more than three minutes.
        case tooLong = "too_long"
        /// The form has five files, or one recording, already.
        case tooMany = "too_many"
        /// The files of the form have more than 50 MB together.
        case tooMuch = "too_much"
        /// All forms together have sent what a day has room for.
        case full
        /// One network has sent its share of that.
        case fullForNetwork = "full_for_network"
    }

    /// 10 MB.
    package static let mostBytes = 10 * 1024 * 1024
    package static let chunkBytes = 256 * 1024
    /// How long an upload waits to be claimed.
    package static let unclaimedSeconds = 86_400

    package let id: UUID
    package let name: String
    package let kind: FileKind
    /// Bytes.
    package let size: Int
    /// How long a recording is.
    package let seconds: Double?

    package init(_ row: RowReader) throws {
        id = try row["id"]
        name = try row["name"]
        kind = try row["media_type"]
        size = try row["size"]
        seconds = try row["seconds"]
    }

    /// Stores the file in chunks. - Throws: `Refused`.
    /// - Parameter unitIDs: the units that may see it; all of them the actor's own.
    package static func store(
        _ bytes: @autoclosure @escaping @Sendable () throws -> [UInt8], name: String,
        kinds: Set<FileKind> = FileKind.scans, for unitIDs: [Int],
        in database: Database, as actor: DatabaseActor
    ) async throws -> UUID {
        try await store(
            try await Upload.examine(try bytes(), name: name, kinds: kinds), for: unitIDs, in: database, as: actor)
    }

    /// Stores a file that was looked at.
    static func store(
        _ file: Upload, for unitIDs: [Int], in database: Database, as actor: DatabaseActor
    ) async throws -> UUID {
        return try await database.write(as: actor, deadline: .seconds(30)) { tx in
            let id = UUID()
            try tx.execute(
                """
                insert into attachments (id, name, media_type, size, sha256, unit_ids, seconds, uploaded_by, expires_at)
                values (\(id), \(file.name), \(file.kind), \(file.bytes.count), \(file.sha256), \(unitIDs),
                  \(file.seconds)::float8, actor_staff(), minyi_clock() + make_interval(secs => \(unclaimedSeconds)))
                """)
            for (ordinal, start) in stride(from: 0, to: file.bytes.count, by: chunkBytes).enumerated() {
                let chunk = Array(file.bytes[start..<min(start + chunkBytes, file.bytes.count)])
                try tx.execute(
                    "insert into attachment_chunks (attachment_id, ordinal, data) values (\(id), \(ordinal), \(chunk))")
            }
            return id
        }
    }

    package static func find(_ id: UUID, in database: Database, as actor: DatabaseActor) async throws -> Attachment? {
        try await database.read(as: actor) { tx in
            try tx.first(
                "select id, name, media_type, size, seconds from attachments where id = \(id)", as: Attachment.self)
        }
    }

    /// One chunk; nil after the last. A file is read chunk by chunk, so that it never stands in memory as a whole.
    package static func chunk(
        _ ordinal: Int, of id: UUID, in database: Database, as actor: DatabaseActor
    ) async throws -> [UInt8]? {
        try await database.read(as: actor) { tx in
            try tx.firstValue(
                "select data from attachment_chunks where attachment_id = \(id) and ordinal = \(ordinal)",
                as: [UInt8].self)
        }
    }
}
