import Foundation
import Postgres
import Text

/// A row of a final directory that holds.
package struct PublicRow: Row, Identifiable {
    /// How long something may take, as far as the words of the limit could be read.
    package struct Limit: Sendable, Equatable {
        package let amount: Int
        /// `working_day`, `day`, `hour`, `week`, `month` or `year`.
        package let unit: String
    }

    package let id: Int
    package let directoryID: Int
    package let directoryNumber: String
    package let directoryTitle: String
    package let field: String
    package let unitName: String
    /// What it is known by from edition to edition.
    package let lineage: UUID
    package let position: Int
    package let cells: PassageCells
    package let limit: Limit?
    package let confirmedOn: CalendarDate
    /// The day by which its own limit wants it brought up to date; nil where the limit says nothing of that.
    package let updateDueOn: CalendarDate?
    package let isOverdue: Bool

    package init(_ row: RowReader) throws {
        id = try row["id"]
        directoryID = try row["draft_id"]
        directoryNumber = try row["directory_number"]
        directoryTitle = try row["directory_title"]
        field = try row["field"]
        unitName = try row["unit_name"]
        lineage = try row["lineage"]
        position = try row["position"]
        cells = try PassageCells(row)
        let amount: Int? = try row["limit_amount"]
        let unit: String? = try row["limit_unit"]
        limit = if let amount, let unit { Limit(amount: amount, unit: unit) } else { nil }
        confirmedOn = try row["confirmed_on"]
        updateDueOn = try row["update_due_on"]
        isOverdue = try row["is_overdue"]
    }

    /// Of a row `r`: that its limit for updating has passed.
    static let isOverdue: SQL =
        "(r.update_every is not null and r.confirmed_on + r.update_every < china_day(minyi_clock()))"

    private static let columns: SQL = """
        select r.id, r.draft_id, d.number as directory_number, d.title as directory_title, d.field, d.unit_name, r.lineage, r.position, r.number,
          r.level1, r.level2, r.level3, r.content_elements, r.legal_basis, r.time_limit, r.publisher, r.carriers, r.audience, r.disclosure_mode,
          r.tier, '' as source, '' as text, 0 as depth, r.extras::text as extras, r.limit_amount, r.limit_unit, r.confirmed_on,
          (r.confirmed_on + r.update_every)::date as update_due_on, \(isOverdue) as is_overdue
        from public_rows r join public_directories d using (draft_id)
        """

    /// In the order of the directories.
    static func with(ids: [Int]) -> SQL { "\(columns) where r.id = any (\(ids)) order by r.draft_id, r.position" }

    package static func of(directory id: Int) -> SQL { "\(columns) where r.draft_id = \(id) order by r.position" }

    package static func with(lineage: UUID, directory id: Int) -> SQL {
        "\(columns) where r.draft_id = \(id) and r.lineage = \(lineage)"
    }

    /// Rows whose limit for updating has passed, of the directories of some units.
    package static func overdue(ofUnits ids: [Int]) -> SQL {
        "\(columns) where d.unit_id = any (\(ids)) and \(isOverdue) order by r.draft_id, r.position limit 1000"
    }
}
