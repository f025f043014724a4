import Documents
import Foundation
import Postgres

/// A document of a word processor that somebody has uploaded, as far as the worker has read it.
package enum DocumentReading: Sendable, Equatable {
    case waiting
    case read(DocumentContent)
    /// A code, with its sentence in the locales under `drafts.document.refused`.
    case refused(String)

    private struct Stored: Row {
        let state: String
        let refusal: String?
        let content: String?

        init(_ row: RowReader) throws {
            state = try row["state"]
            refusal = try row["refusal"]
            content = try row["content"]
        }
    }

    /// Whether some worker of this installation can read documents.
    package static func isOffered(in database: Database, as actor: DatabaseActor) async throws -> Bool {
        try await database.read(as: actor) {
            try $0.firstValue("select value from site_settings where key = 'document_reader'", as: String.self) ?? ""
        } != ""
    }

    /// Asks the worker to read an upload, and waits for it a little while.
    /// - Parameter patience: how long; most documents take a second.
    /// - Throws: `NoRow` for an upload that is not there or another person's.
    package static func of(
        _ upload: UUID, in database: Database, as actor: DatabaseActor, patience: Duration = .seconds(8)
    ) async throws -> DocumentReading {
        try await database.write(as: actor) { try $0.execute("select ask_for_reading(\(upload))") }
        let end = ContinuousClock.now + patience
        while true {
            let stored = try await database.read(as: actor, deadline: .seconds(30)) { tx in
                try tx.one(
                    "select state, refusal, content from document_readings where attachment_id = \(upload)",
                    as: Stored.self)
            }
            if let refusal = stored.refusal { return .refused(refusal) }
            if let content = stored.content {
                return .read(try JSONDecoder().decode(DocumentContent.self, from: Data(content.utf8)))
            }
            guard ContinuousClock.now < end else { return .waiting }
            try await Task.sleep(for: .milliseconds(200))
        }
    }
}

/// Reads the document of a job with pandoc.
package struct ReadDocument: Sendable {
    private let pandoc: Pandoc

    /// Nil where pandoc is not installed: documents are not offered then.
    package init?(pandoc: Pandoc? = Pandoc()) {
        guard let pandoc else { return nil }
        self.pandoc = pandoc
    }

    /// Tells everyone whether documents can be sent, before anybody finds out.
    static func announce(_ reader: ReadDocument?, in database: Database) async throws {
        let name = reader == nil ? "" : "pandoc"
        try await database.write { try $0.execute("select announce_document_reader(\(name))") }
    }

    private struct Waiting: Row {
        let data: [UInt8]?

        init(_ row: RowReader) throws { data = try row["data"] }
    }

    func callAsFunction(_ job: Job, in database: Database) async throws {
        let waiting = try await database.read(deadline: .seconds(30)) { tx in
            try tx.first("select data from document_in_reading(\(job.id))", as: Waiting.self)
        }
        var (refusal, content): (String?, String?) = (nil, nil)
        if let bytes = waiting?.data {
            do {
                content = try await pandoc.read(docx: bytes).json()
            } catch let fault as DocumentFault {
                refusal = Self.code(fault)
            }
        } else if waiting != nil {
            refusal = "broken"
        }
        let (isRead, code, json) = (waiting != nil, refusal, content)
        try await database.write(deadline: .seconds(30)) { tx in
            if isRead { try tx.execute("select document_was_read(\(job.id), \(code), \(json))") }
            _ = try job.end(tx)
        }
    }

    private static func code(_ fault: DocumentFault) -> String {
        switch fault {
        case .macros: "macros"
        case .encrypted: "locked"
        case .partsElsewhere: "parts_elsewhere"
        case .unpacksTooLarge, .tooDeep, .tooManyCells: "swollen"
        case .tooSlow: "too_slow"
        default: "broken"
        }
    }
}
