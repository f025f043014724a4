import Documents
import Foundation
import Postgres

/// A table between the page that shows what was read and the press that imports it. Its bytes wait in the database as an
/// attachment that nothing claims, so an import that is never confirmed is swept away after a day.
package struct SheetUpload: Sendable, Equatable {
    package let id: UUID
    /// The name of the file.
    package let name: String
    package let bytes: [UInt8]

    /// - Parameter unitID: the unit it is for, one of the actor's.
    package static func store(
        _ bytes: [UInt8], name: String, unitID: Int, in database: Database, as actor: DatabaseActor
    ) async throws -> SheetUpload {
        let kind: FileKind = Sheet.isWorkbook(bytes) ? .xlsx : .csv
        let upload = Upload(bytes, as: kind, name: name)
        let id = try await Attachment.store(upload, for: [unitID], in: database, as: actor)
        return SheetUpload(id: id, name: upload.name, bytes: bytes)
    }

    /// Nil when it has expired, or is another person's.
    package static func find(
        _ id: UUID, in database: Database, as actor: DatabaseActor
    ) async throws -> SheetUpload? {
        try await database.read(as: actor, deadline: .seconds(30)) { tx in
            let name = try tx.firstValue(
                """
                select name from attachments where id = \(id) and media_type = any (\([FileKind.csv, .xlsx].map(\.rawValue)))
                  and uploaded_by = actor_staff() and expires_at > minyi_clock()
                """, as: String.self)
            guard let name else { return nil }
            let chunks = try tx.values(
                "select data from attachment_chunks where attachment_id = \(id) order by ordinal", as: [UInt8].self)
            return SheetUpload(id: id, name: name, bytes: Array(chunks.joined()))
        }
    }
}
