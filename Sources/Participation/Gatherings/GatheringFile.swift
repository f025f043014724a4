import Documents
import Foundation
import Postgres

/// A document of a hearing, forum or visit: its words are put together where it is asked for, and made into a file by a worker.
package struct GatheringFile: Sendable {
    package enum Kind: String, PostgresValue, CaseIterable, Sendable {
        case notice, list, record, poster, form, transcript
    }

    /// What a poster or form says, in the shape of its template; everything else is the content of a report.
    private struct Words: Codable {
        var subtitle = ""
        var report: Report.Content?
        /// JSON for the template.
        var sheet: String?
    }

    package let gatheringID: Int
    package let kind: Kind
    package let format: Report.Format
    private let words: JSONText

    /// Notice, list, record or transcript. Sections in which nothing stands are left out.
    package init(
        of gatheringID: Int, _ kind: Kind, _ format: Report.Format, _ content: Report.Content, subtitle: String
    )
        throws
    {
        var content = content
        // The moment of reading is no word of it: the file stays the same while the words do.
        content.figuresAt = ""
        content.sections.removeAll { $0.text.isEmpty && $0.tables.isEmpty }
        self.init(gatheringID, kind, format, try JSONText(encoding: Words(subtitle: subtitle, report: content)))
    }

    /// A poster or form: always a PDF.
    /// - Parameter words: in the shape that its template reads.
    package init(of gatheringID: Int, _ kind: Kind, _ words: some Encodable) throws {
        self.init(gatheringID, kind, .pdf, try JSONText(encoding: Words(sheet: try JSONText(encoding: words).text)))
    }

    private init(_ gatheringID: Int, _ kind: Kind, _ format: Report.Format, _ words: JSONText) {
        (self.gatheringID, self.kind, self.format, self.words) = (gatheringID, kind, format, words)
    }

    /// What became of it; nil while nobody has asked for one with these words, and once it has gone after a week.
    package func state(_ tx: borrowing Session) throws -> MadeFile.State? {
        try tx.firstValue(
            """
            select state from gathering_files
            where gathering_id = \(gatheringID) and kind = \(kind) and format = \(format) and words = \(words)
              and not (state = 'failed' and asked_at <= minyi_clock() - interval '7 days')
            """, as: MadeFile.State.self)
    }

    /// Asks the worker for it, which needs the role organiser or clerk; asked for twice it is made once.
    package func ask(in database: Database, as actor: DatabaseActor) async throws {
        _ = try await database.write(as: actor) {
            try $0.execute("select ask_for_gathering_file(\(gatheringID), \(kind), \(format), \(words))")
        }
    }

    /// The file; nil while there is none with these words.
    package func document(in database: Database, as actor: DatabaseActor) async throws -> [UInt8]? {
        try await database.read(as: actor, deadline: .seconds(30)) { tx in
            try tx.firstValue(
                """
                select data from gathering_files
                where gathering_id = \(gatheringID) and kind = \(kind) and format = \(format) and words = \(words) and state = 'made'
                """, as: [UInt8].self)
        }
    }

    /// Makes the file of a job.
    struct Maker: Sendable {
        let reports: MakeReport

        func callAsFunction(_ job: Job, in database: Database) async throws {
            let wanted = try await database.read { tx in
                try tx.first(
                    "select kind, format, words from gathering_file_in_making(\(job.id))", as: Wanted.self)
            }
            guard let wanted else { return _ = try await database.write { try job.end($0) } }
            try await reports.run(job, making: wanted.format, in: database) {
                let words = try JSONDecoder().decode(Words.self, from: Data(wanted.words.utf8))
                if let sheet = words.sheet {
                    return try await reports.typst?.pdf(
                        of: Array(sheet.utf8), by: wanted.kind == .poster ? .poster : .form)
                }
                guard let report = words.report else { return nil }
                return try await reports.document(report, subtitle: words.subtitle, as: wanted.format)
            } storing: { made in
                "select gathering_file_was_made(\(job.id), \(job.attempt)::int, \(wanted.words), \(made))"
            }
        }

        private struct Wanted: Row {
            let kind: Kind
            let format: Report.Format
            let words: String

            init(_ row: RowReader) throws {
                (kind, format, words) = (try row["kind"], try row["format"], try row["words"])
            }
        }
    }
}
