import Foundation
import Postgres

/// 总结: what a unit reports about its part of a programme, or the office about the whole.
///
/// It is written from the figures first and then by people: what somebody has edited stays, and the rest follows the figures.
package struct Report: Row, Identifiable {
    package struct Table: Codable, Sendable, Equatable {
        package var caption: String
        package var heading: [String]
        package var rows: [[String]]

        package init(caption: String, heading: [String], rows: [[String]]) {
            (self.caption, self.heading, self.rows) = (caption, heading, rows)
        }

        /// Of its columns on paper, in relation to each other: what something is called takes more room than days, and days more than figures.
        var widths: [Double] {
            let count = heading.count
            let first = count > 8 ? [2.2, 1.5, 1.8, 1.8] : count > 6 ? [1.4, 1.3] : []
            return first + Array(repeating: 1, count: max(0, count - first.count))
        }
    }

    package struct Section: Codable, Sendable, Equatable {
        package var key: String
        package var heading: String
        /// As it stands now; paragraphs are lines.
        package var text: String
        /// What the figures of then said. Where it is the text, nobody has edited it.
        package var made: String
        /// Made of the figures, and never edited.
        package var tables: [Table]

        package init(key: String, heading: String, text: String, tables: [Table] = []) {
            (self.key, self.heading, self.text, made, self.tables) = (key, heading, text, text, tables)
        }

        package var isEdited: Bool { text != made }
    }

    package struct Content: Codable, Sendable, Equatable {
        package var title: String
        package var sections: [Section]
        /// Whose figures they are of: the moment, as ISO 8601 in China.
        package var figuresAt: String

        package init(title: String, sections: [Section], figuresAt: String) {
            (self.title, self.sections, self.figuresAt) = (title, sections, figuresAt)
        }

        package static let longestText = 20_000

        /// The same with newer figures: what was edited is kept, and what the figures say now stands beside it.
        package func refreshed(by fresh: Content) -> Content {
            var content = fresh
            for index in content.sections.indices {
                guard let old = sections.first(where: { $0.key == content.sections[index].key }), old.isEdited else {
                    continue
                }
                content.sections[index].text = old.text
            }
            return content
        }
    }

    package enum Format: String, PostgresValue, CaseIterable, Sendable {
        case docx, pdf
    }

    package let id: Int
    package let unitID: Int
    package let version: Int
    package let content: Content
    package let updatedBy: String
    package let updatedAt: Date
    package let handedInAt: Date?
    package let handedInBy: String?

    package init(_ row: RowReader) throws {
        id = try row["id"]
        unitID = try row["unit_id"]
        version = try row["version"]
        let json: JSONText = try row["content"]
        content = try JSONDecoder().decode(Content.self, from: Data(json.text.utf8))
        updatedBy = try row["updated_by_name"]
        updatedAt = try row["updated_at"]
        handedInAt = try row["handed_in_at"]
        handedInBy = try row["handed_in_by_name"]
    }

    package static func of(programme: Int, unit: Int) -> SQL {
        """
        select r.id, r.unit_id, r.version, r.content, s.display_name as updated_by_name, r.updated_at, r.handed_in_at,
          h.display_name as handed_in_by_name
        from reports r join staff s on s.id = r.updated_by left join staff h on h.id = r.handed_in_by
        where r.programme_id = \(programme) and r.unit_id = \(unit)
        """
    }

    /// - Parameter version: the one that was read; 0 where there was none.
    /// - Throws: `reports_changed_meanwhile`, `reports_handed_in_already`, `role_required`.
    package static func save(
        _ content: Content, programme: Int, unit: Int, version: Int, in database: Database, as actor: DatabaseActor
    ) async throws {
        let json = try JSONText(encoding: content)
        _ = try await database.write(as: actor) { tx in
            try tx.execute("select save_report(\(programme), \(unit), \(version)::int, \(json))")
        }
    }

    /// Hands it in as it was read, or takes it back.
    package static func handIn(
        _ id: Int, version: Int, _ handsIn: Bool, in database: Database, as actor: DatabaseActor
    ) async throws {
        _ = try await database.write(as: actor) {
            try $0.execute("select hand_in_report(\(id), \(version)::int, \(handsIn))")
        }
    }

    // MARK: Documents

    /// What a worker of this installation can make of it; empty where none can.
    package static func formats(_ tx: borrowing Session) throws -> [Format] {
        let value = try tx.firstValue("select value from site_settings where key = 'report_formats'", as: String.self)
        return (value ?? "").split(separator: " ").compactMap { Format(rawValue: String($0)) }
    }

    /// A document of the version that the report has now.
    package struct Document: Row {
        package let format: Format
        package let state: MadeFile.State

        package init(_ row: RowReader) throws {
            format = try row["format"]
            state = try row["state"]
        }
    }

    /// Those that somebody has asked for. What was there for a week is gone, and can be asked for again.
    package static func documents(of id: Int) -> SQL {
        """
        select f.format, f.state from report_files f join reports r on r.id = f.report_id and r.version = f.version
        where f.report_id = \(id) and not (f.state = 'failed' and f.asked_at <= minyi_clock() - interval '7 days')
        """
    }

    /// Asks the worker for the report as a document; asked for twice it is made once.
    package static func ask(
        for format: Format, of id: Int, in database: Database, as actor: DatabaseActor
    ) async throws {
        _ = try await database.write(as: actor) { try $0.execute("select ask_for_report(\(id), \(format))") }
    }

    /// The document; nil while there is none of this version.
    package static func document(
        _ format: Format, of id: Int, in database: Database, as actor: DatabaseActor
    ) async throws -> [UInt8]? {
        try await database.read(as: actor, deadline: .seconds(30)) { tx in
            try tx.firstValue(
                """
                select f.data from report_files f join reports r on r.id = f.report_id and r.version = f.version
                where f.report_id = \(id) and f.format = \(format) and f.state = 'made'
                """, as: [UInt8].self)
        }
    }
}

/// What was asked and answered in one consultation of a programme.
package struct ProgrammeConsultation: Row {
    package let unitID: Int
    package let unitName: String
    package let number: String
    package let title: String
    package let opensAt: Date
    package let closesAt: Date
    package let submissions: Int
    package let opinions: Int
    package let people: Int
    package let adopted: Int
    package let partlyAdopted: Int
    package let notAdopted: Int
    package let explained: Int
    /// Transferred or invalid.
    package let others: Int
    package let unanswered: Int
    package let isPublished: Bool

    package init(_ row: RowReader) throws {
        unitID = try row["unit_id"]
        unitName = try row["unit_name"]
        number = try row["number"]
        title = try row["title"]
        opensAt = try row["opens_at"]
        closesAt = try row["closes_at"]
        submissions = try row["submissions"]
        opinions = try row["opinions"]
        people = try row["people"]
        adopted = try row["adopted"]
        partlyAdopted = try row["partly_adopted"]
        notAdopted = try row["not_adopted"]
        explained = try row["explained"]
        others = try row["others"]
        unanswered = try row["unanswered"]
        isPublished = try row["is_published"]
    }

    package static func of(programme: Int) -> SQL {
        """
        select unit_id, unit_name, number, title, opens_at, closes_at, submissions, opinions, people, adopted, partly_adopted, not_adopted,
          explained, others, unanswered, is_published from programme_consultations(\(programme))
        """
    }
}
