import Documents
import Foundation
import Postgres

/// Files that the public sends with a form. Its idempotency key, which only the person's page knows, is what they wait under until
/// the form is accepted.
extension Attachment {
    /// Looks at a file and stores it under a form's key. The same file sent again is the one that is there.
    /// - Parameter bytes: asked for when it is its turn: of many large files at once only two stand in memory.
    /// - Throws: `Refused`, or `OwnThreads.Busy`.
    package static func storeUpload(
        _ bytes: @autoclosure @escaping @Sendable () throws -> [UInt8], name: String, formKey: UUID,
        kinds: Set<FileKind> = FileKind.documents, in database: Database
    ) async throws -> UUID {
        try await turnstile.pass {
            let file = try await Upload.examine(try bytes(), name: name, kinds: kinds)
            let (outcome, id) = try await database.write(as: .anonymous, deadline: .seconds(30)) { tx in
                let row = try tx.one(
                    """
                    select outcome, id from store_upload(\(formKey), \(file.name), \(file.kind), \(file.sha256), \(file.bytes),
                      \(file.seconds)::float8::real)
                    """, as: StoredUpload.self)
                return (row.outcome, row.id)
            }
            if let id { return id }
            throw Refused(rawValue: outcome) ?? .full
        }
    }

    private static let turnstile = Turnstile(atOnce: 2, longestQueue: 60)

    /// What waits under the key, in the order in which it came.
    package static func uploads(formKey: UUID, in database: Database) async throws -> [Attachment] {
        try await database.read { tx in
            try tx.all(
                "select id, name, media_type, size, seconds from uploads_of(\(formKey))", as: Attachment.self)
        }
    }

    /// - Returns: whether it was there.
    package static func removeUpload(_ id: UUID, formKey: UUID, in database: Database) async throws -> Bool {
        try await database.write(as: .anonymous) { tx in
            try tx.value("select remove_upload(\(formKey), \(id))", as: Bool.self)
        }
    }
}

private struct StoredUpload: Row {
    let outcome: String
    let id: UUID?

    init(_ row: RowReader) throws {
        outcome = try row["outcome"]
        id = try row["id"]
    }
}
