import Foundation
import Postgres

/// What somebody did to a passage of an edition that was worked on.
package struct PassageChange: Row {
    package enum Kind: String, PostgresValue, CaseIterable, Sendable {
        case edited, added, dropped, moved, split, merged
    }

    package let kind: Kind
    /// 序号 and name as they are now, or were when it was taken out.
    package let number: String
    package let name: String
    /// Nil for a passage that is no longer in the edition.
    package let passageID: Int?
    /// The names of the columns that differ, as the database calls them; empty where the record was sealed.
    package let columns: [String]
    package let by: String
    package let at: Date

    package init(_ row: RowReader) throws {
        kind = try row["kind"]
        number = try row["number"]
        name = try row["name"]
        passageID = try row["passage_id"]
        columns = try row["columns"]
        by = try row["display_name"]
        at = try row["at"]
    }

    private static let lines: SQL = """
        select c.kind, coalesce(g.number, c.before ->> 'number', '') as number,
          coalesce(nullif(concat_ws(' · ', nullif(coalesce(g.level1, c.before ->> 'level1'), ''),
            nullif(coalesce(g.level2, c.before ->> 'level2'), '')), ''), left(coalesce(g.text, c.before ->> 'text'), 40), '') as name,
          g.id as passage_id, case when c.kind = 'edited' then array(select key from jsonb_each(c.after) order by key) else '{}' end as columns,
          s.display_name, c.at
        from passage_changes c join staff s on s.id = c.staff_id
        left join passages g on g.edition_id = c.edition_id and g.lineage = c.lineage
        """

    /// Of an edition, the newest first.
    package static func of(edition: Int) -> SQL {
        "\(lines) where c.edition_id = \(edition) order by c.id desc limit 500"
    }

    package static func of(passage: Passage) -> SQL {
        "\(lines) where c.edition_id = \(passage.editionID) and c.lineage = \(passage.lineage) order by c.id desc limit 100"
    }
}
