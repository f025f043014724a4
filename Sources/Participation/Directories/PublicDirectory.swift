import Foundation
import Postgres
import Text

/// A final directory that holds: the newest final edition that was published.
package struct PublicDirectory: Row, Identifiable {
    /// Of its draft.
    package let id: Int
    package let number: String
    package let title: String
    package let field: String
    /// Of `DirectoryField`; none where its own words name no field.
    package let fieldIDs: [Int]
    package let unitID: Int
    /// As it was called when this was published.
    package let unitName: String
    package let procedureNumber: String
    /// Among the later editions that the procedure published.
    package let version: Int
    package let edition: Int
    package let rows: Int
    package let tiers: [String]
    /// Local columns, in order.
    package let extraColumns: [String]
    package let publishedAt: Date
    /// The day its unit last said that it is as it should be; a publication says so, too.
    package let confirmedOn: CalendarDate
    /// Rows whose own time limit for bringing them up to date has passed.
    package let overdue: Int
    package let sealedAt: Date?

    package init(_ row: RowReader) throws {
        id = try row["draft_id"]
        number = try row["number"]
        title = try row["title"]
        field = try row["field"]
        fieldIDs = try row["field_ids"]
        unitID = try row["unit_id"]
        unitName = try row["unit_name"]
        procedureNumber = try row["procedure_number"]
        version = try row["version"]
        edition = try row["edition"]
        rows = try row["rows"]
        tiers = try row["tiers"]
        extraColumns = try row["extra_columns"]
        publishedAt = try row["published_at"]
        confirmedOn = try row["confirmed_on"]
        overdue = try row["overdue"]
        sealedAt = try row["sealed_at"]
    }

    private static let columns: SQL = """
        select d.draft_id, d.number, d.title, d.field, d.field_ids, d.unit_id, d.unit_name, d.procedure_number, d.version, d.edition, d.rows,
          d.tiers, d.extra_columns, d.published_at, d.confirmed_on, d.sealed_at,
          (select count(*) from public_rows r where r.draft_id = d.draft_id and \(PublicRow.isOverdue)) as overdue
        from public_directories d
        """

    /// By the names of their units and their own.
    package static let all: SQL = "\(columns) order by d.unit_id, d.title, d.draft_id limit 2000"

    package static func with(number: String) -> SQL { "\(columns) where d.number = \(number)" }
}

/// An edition of a directory as it was published: where its words stand for good.
package struct PublicEdition: Row {
    package let ordinal: Int
    package let stage: Edition.Stage
    package let procedureNumber: String
    package let kind: PublishedVersion.Kind
    package let version: Int
    package let publishedAt: Date
    package let sealedAt: Date?

    package init(_ row: RowReader) throws {
        ordinal = try row["ordinal"]
        stage = try row["stage"]
        procedureNumber = try row["procedure_number"]
        kind = try row["kind"]
        version = try row["version"]
        publishedAt = try row["published_at"]
        sealedAt = try row["sealed_at"]
    }

    static let columns: SQL =
        "e.ordinal, e.stage, p.number as procedure_number, v.kind, v.version, v.published_at, v.sealed_at"
    static let source: SQL = """
        public_editions e join published_versions v on v.id = e.version_id join public_procedures p on p.procedure_id = v.procedure_id
        """

    /// The oldest first; each as it was published last.
    package static func of(directory id: Int) -> SQL {
        "select distinct on (e.ordinal) \(columns) from \(source) where e.draft_id = \(id) order by e.ordinal, v.id desc"
    }
}
