import Documents
import Foundation
import Postgres

/// A table, or a document with one, between the page that shows what was read and the press that imports it. Its bytes wait in the database as an
/// attachment that nothing claims, so an import that is never confirmed is swept away after a day.
package struct SheetUpload: Sendable, Equatable {
    package let id: UUID
    /// The name of the file.
    package let name: String
    /// CSV, XLSX or DOCX.
    package let kind: FileKind
    package let bytes: [UInt8]

    /// - Parameter unitID: the unit it is for, one of the actor's; nil where nobody else may read it.
    package static func store(
        _ bytes: [UInt8], name: String, unitID: Int?, in database: Database, as actor: DatabaseActor
    ) async throws -> SheetUpload {
        let kind: FileKind = Sheet.isWorkbook(bytes) ? OfficeFile.isDocument(bytes) ? .docx : .xlsx : .csv
        let upload = Upload(bytes, as: kind, name: name)
        let id = try await Attachment.store(upload, for: unitID.map { [$0] } ?? [], in: database, as: actor)
        return SheetUpload(id: id, name: upload.name, kind: kind, bytes: bytes)
    }

    private struct Found: Row {
        let name: String
        let kind: FileKind

        init(_ row: RowReader) throws {
            name = try row["name"]
            kind = try row["media_type"]
        }
    }

    /// Nil when it has expired, or is another person's.
    package static func find(
        _ id: UUID, in database: Database, as actor: DatabaseActor
    ) async throws -> SheetUpload? {
        try await database.read(as: actor, deadline: .seconds(30)) { tx in
            let found = try tx.first(
                """
                select name, media_type from attachments where id = \(id) and media_type = any (\([FileKind.csv, .xlsx, .docx].map(\.rawValue)))
                  and uploaded_by = actor_staff() and expires_at > minyi_clock()
                """, as: Found.self)
            guard let found else { return nil }
            let chunks = try tx.values(
                "select data from attachment_chunks where attachment_id = \(id) order by ordinal", as: [UInt8].self)
            return SheetUpload(id: id, name: found.name, kind: found.kind, bytes: Array(chunks.joined()))
        }
    }
}
