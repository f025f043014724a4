import Documents
import Foundation
import Postgres

/// The published report or record of a hearing, forum or visit as a document for everybody: the words that were reviewed, approved and published, and
/// no others. What was said stands in it as it does there: by names only of who has agreed, without what was hidden or sealed.
package struct VersionFile: Row, Sendable {
    package let version: Int
    package let format: Report.Format

    package init(_ row: RowReader) throws {
        version = try row["version"]
        format = try row["format"]
    }

    /// Those that are made, of the papers of one gathering.
    package static func of(gathering number: String) -> SQL {
        """
        select v.version, f.format from version_files f join published_versions v on v.id = f.version_id
        join public_gatherings g on g.gathering_id = v.gathering_id where g.number = \(number) order by v.version, f.format
        """
    }

    /// The document; nil while there is none, and once the version is sealed.
    package static func data(
        of number: String, version: Int, _ format: Report.Format, in database: Database
    ) async throws -> [UInt8]? {
        try await database.read(as: .anonymous, deadline: .seconds(30)) { tx in
            try tx.firstValue(
                """
                select f.data from version_files f join published_versions v on v.id = f.version_id
                join public_gatherings g on g.gathering_id = v.gathering_id
                where g.number = \(number) and v.kind = 'gathering_record' and v.version = \(version) and f.format = \(format)
                """, as: [UInt8].self)
        }
    }

    /// Makes the document of a job that `ask_for_version_files` has enqueued.
    struct Maker: Sendable {
        let reports: MakeReport

        func callAsFunction(_ job: Job, in database: Database) async throws {
            let wanted = try await database.read { tx in
                try tx.first(
                    """
                    select j.payload ->> 'format' as format, v.unit_name, v.content::text as content
                    from jobs j join published_versions v on v.id = (j.payload ->> 'version')::bigint
                    where j.id = \(job.id) and v.sealed_at is null
                    """, as: Wanted.self)
            }
            guard let wanted else { return _ = try await database.write { try job.end($0) } }
            try await reports.run(job, making: wanted.format, in: database) {
                let paper = try PublishedContent.decode(PublishedContent.GatheringPaper.self, from: wanted.content)
                return try await reports.document(paper.report, subtitle: wanted.unitName, as: wanted.format)
            } storing: { made in
                made.map { "select version_file_was_made(\(job.id), \(job.attempt)::int, \($0))" }
            }
        }

        private struct Wanted: Row {
            let format: Report.Format
            let unitName: String
            let content: String

            init(_ row: RowReader) throws {
                (format, unitName, content) = (try row["format"], try row["unit_name"], try row["content"])
            }
        }
    }
}

extension PublishedContent.GatheringPaper {
    /// As the programs that make documents take it, in Chinese as papers are.
    var report: Report.Content {
        let head = Report.Section(
            key: "facts", heading: "基本情况", text: facts.map { "\($0.label)：\($0.text)" }.joined(separator: "\n"))
        return Report.Content(
            title: title,
            sections: (facts.isEmpty ? [] : [head])
                + sections.enumerated().map { index, section in
                    Report.Section(
                        key: String(index + 1), heading: section.heading, text: section.text, tables: section.tables)
                }, figuresAt: "")
    }
}
