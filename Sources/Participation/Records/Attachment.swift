import Crypto
import Foundation
import Postgres

/// A file that belongs to a record: the scan of a signed form or slip. It is stored first, with an expiry, and kept once a
/// door claims it.
package struct Attachment: Row, Equatable, Identifiable {
    /// What the bytes themselves say, never what the sender claims.
    package enum MediaType: String, PostgresValue, CaseIterable, Sendable {
        case pdf = "application/pdf"
        case jpeg = "image/jpeg"
        case png = "image/png"
        /// A directory's file before its import (`DirectoryUpload`); no scan is one.
        case csv = "text/csv"

        package init?(of bytes: [UInt8]) {
            if bytes.starts(with: Array("%PDF-".utf8)) {
                self = .pdf
            } else if bytes.starts(with: [0xFF, 0xD8, 0xFF]) {
                self = .jpeg
            } else if bytes.starts(with: [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]) {
                self = .png
            } else {
                return nil
            }
        }

        /// The ending of a file's name.
        package var ending: String {
            switch self {
            case .pdf: "pdf"
            case .jpeg: "jpg"
            case .png: "png"
            case .csv: "csv"
            }
        }
    }

    /// Why a file is not taken; its sentences are in the locales under `attachments`.
    package enum Refused: String, Error, Sendable {
        case empty
        /// More than 10 MB.
        case tooLarge = "too_large"
        /// Neither PDF nor JPEG nor PNG.
        case unknownType = "unknown_type"
    }

    /// 10 MB.
    package static let mostBytes = 10 * 1024 * 1024
    package static let chunkBytes = 256 * 1024
    /// How long an upload waits to be claimed.
    package static let unclaimedSeconds = 86_400

    package let id: UUID
    package let name: String
    package let mediaType: MediaType
    /// Bytes.
    package let size: Int

    package init(_ row: RowReader) throws {
        id = try row["id"]
        name = try row["name"]
        mediaType = try row["media_type"]
        size = try row["size"]
    }

    /// A file as it was sent, found good.
    struct Upload: Sendable {
        let name: String
        let mediaType: MediaType
        let sha256: [UInt8]
        let bytes: [UInt8]

        init(_ bytes: [UInt8], name: String) throws(Refused) {
            if bytes.isEmpty { throw .empty }
            if bytes.count > mostBytes { throw .tooLarge }
            guard let type = MediaType(of: bytes) else { throw .unknownType }
            self.init(bytes, as: type, name: name)
        }

        /// Bytes whose kind was found out another way.
        init(_ bytes: [UInt8], as type: MediaType, name: String) {
            let scalars = name.unicodeScalars.filter { $0.properties.generalCategory != .control }.prefix(200)
            self.name = scalars.isEmpty ? "scan.\(type.ending)" : String(String.UnicodeScalarView(scalars))
            mediaType = type
            sha256 = Array(SHA256.hash(data: bytes))
            self.bytes = bytes
        }
    }

    /// Stores the file in chunks. - Throws: `Refused`.
    /// - Parameter unitIDs: the units that may see it; all of them the actor's own.
    package static func store(
        _ bytes: [UInt8], name: String, for unitIDs: [Int], in database: Database, as actor: DatabaseActor
    ) async throws -> UUID {
        try await store(try Upload(bytes, name: name), for: unitIDs, in: database, as: actor)
    }

    /// Stores a file that was looked at.
    static func store(
        _ file: Upload, for unitIDs: [Int], in database: Database, as actor: DatabaseActor
    ) async throws -> UUID {
        return try await database.write(as: actor, deadline: .seconds(30)) { tx in
            let id = UUID()
            try tx.execute(
                """
                insert into attachments (id, name, media_type, size, sha256, unit_ids, uploaded_by, expires_at)
                values (\(id), \(file.name), \(file.mediaType), \(file.bytes.count), \(file.sha256), \(unitIDs), actor_staff(),
                  minyi_clock() + make_interval(secs => \(unclaimedSeconds)))
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
            try tx.first("select id, name, media_type, size from attachments where id = \(id)", as: Attachment.self)
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
