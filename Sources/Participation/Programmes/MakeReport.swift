import Documents
import Foundation
import Postgres
import Text

/// Makes the document of a job from a report: DOCX by pandoc, PDF by Typst. Both are optional parts of an installation.
package struct MakeReport: Sendable {
    private let pandoc: Pandoc?
    let typst: Typst?
    private let reference: String

    /// - Parameter root: the folder with `web/` and `var/`.
    package init(root: String, pandoc: Pandoc? = Pandoc()) {
        self.pandoc = pandoc
        typst = Typst(root: root)
        reference = root + "/web/documents/reference.docx"
    }

    package var formats: [Report.Format] { (pandoc == nil ? [] : [.docx]) + (typst == nil ? [] : [.pdf]) }

    /// Tells everyone what can be made, before anybody finds out.
    static func announce(_ maker: MakeReport?, in database: Database) async throws {
        let formats = (maker?.formats ?? []).map(\.rawValue).joined(separator: " ")
        try await database.write { try $0.execute("select announce_report_formats(\(formats))") }
    }

    private struct Wanted: Row {
        let format: Report.Format
        let subtitle: String
        let content: String

        init(_ row: RowReader) throws {
            format = try row["format"]
            let (basis, unit): (String, String) = (try row["basis"], try row["unit_name"])
            subtitle = [unit, basis].filter { !$0.isEmpty }.joined(separator: "　")
            content = try row["content"]
        }
    }

    func callAsFunction(_ job: Job, in database: Database) async throws {
        let wanted = try await database.read { tx in
            try tx.first(
                "select format, basis, unit_name, content from report_in_making(\(job.id))", as: Wanted.self)
        }
        guard let wanted else { return _ = try await database.write { try job.end($0) } }
        try await run(job, making: wanted.format, in: database) {
            let content = try JSONDecoder().decode(Report.Content.self, from: Data(wanted.content.utf8))
            return try await document(content, subtitle: wanted.subtitle, as: wanted.format)
        } storing: { made in
            "select report_was_made(\(job.id), \(job.attempt)::int, \(made))"
        }
    }

    /// Holds a job while its document is made, and ends it with the transaction that stores it.
    /// - Parameters:
    ///   - make: the document; nil, like a `DocumentFault`, where there can be none.
    ///   - storing: what is done with it; nil where the job fails without one.
    func run(
        _ job: Job, making format: Report.Format, in database: Database, _ make: () async throws -> [UInt8]?,
        storing: ([UInt8]?) -> SQL?
    ) async throws {
        // Another worker may have what this one lacks.
        guard formats.contains(format) else {
            return try await job.fail("no_program", isFinal: false, in: database)
        }
        let pulse = job.keepHolding(in: database)
        defer { pulse.cancel() }
        let made: [UInt8]?
        do {
            made = try await make()
        } catch is DocumentFault {
            made = nil
        }
        guard let store = storing(made) else { return try await job.fail("document", isFinal: true, in: database) }
        try await database.write(deadline: .seconds(30)) { tx in
            try tx.execute(store)
            _ = try job.end(tx)
        }
    }

    /// - Returns: nil where the program for it is missing.
    /// - Throws: `DocumentFault`.
    func document(_ content: Report.Content, subtitle: String, as format: Report.Format) async throws -> [UInt8]? {
        switch format {
        case .docx: try await pandoc?.docx(of: Self.html(content, subtitle), reference: reference)
        case .pdf: try await typst?.pdf(of: try Self.json(content, subtitle))
        }
    }

    /// For pandoc. Every text is escaped, so that nothing in it is markup, a picture or an address.
    static func html(_ it: Report.Content, _ subtitle: String) -> String {
        func escape(_ text: String) -> String { HTMLEscaping.escape(text) }
        var html = "<!doctype html><html><head><meta charset=\"utf-8\"><title>\(escape(it.title))</title></head><body>"
        html += "<p>\(escape(subtitle))</p>"
        for section in it.sections {
            html += "<h1>\(escape(section.heading))</h1>"
            for line in section.text.split(separator: "\n") { html += "<p>\(escape(String(line)))</p>" }
            for table in section.tables {
                html += "<table><caption>\(escape(table.caption))</caption><colgroup>"
                let whole = table.widths.reduce(0, +)
                html += table.widths.map { "<col style=\"width:\(Int(100 * $0 / whole))%\">" }.joined()
                html += "</colgroup><thead><tr>"
                html += table.heading.map { "<th>\(escape($0))</th>" }.joined() + "</tr></thead><tbody>"
                for row in table.rows { html += "<tr>" + row.map { "<td>\(escape($0))</td>" }.joined() + "</tr>" }
                html += "</tbody></table>"
            }
        }
        return html + "</body></html>"
    }

    private struct ForTypst: Encodable {
        struct Section: Encodable {
            let heading: String
            let text: String
            let tables: [Table]
        }

        struct Table: Encodable {
            let caption: String
            let heading: [String]
            let widths: [Double]
            let rows: [[String]]
        }

        let title: String
        let subtitle: String
        let sections: [Section]

        init(_ it: Report.Content, _ subtitle: String) {
            (title, self.subtitle) = (it.title, subtitle)
            sections = it.sections.map { section in
                Section(
                    heading: section.heading, text: section.text,
                    tables: section.tables.map {
                        Table(caption: $0.caption, heading: $0.heading, widths: $0.widths, rows: $0.rows)
                    })
            }
        }
    }

    /// For our template, which prints texts as they are.
    static func json(_ it: Report.Content, _ subtitle: String) throws -> [UInt8] {
        Array(try JSONEncoder().encode(ForTypst(it, subtitle)))
    }
}
