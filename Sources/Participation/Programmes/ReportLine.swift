import Foundation
import Postgres

/// A unit that reports about a programme, and how far its report is. The programme's own office reports about the whole.
package struct ReportLine: Row {
    package let unitID: Int
    package let unitName: String
    /// Nil where nobody has begun.
    package let version: Int?
    package let handedInAt: Date?

    package init(_ row: RowReader) throws {
        unitID = try row["unit_id"]
        unitName = try row["unit_name"]
        version = try row["version"]
        handedInAt = try row["handed_in_at"]
    }

    /// Of the units that the actor sees, the report about the whole first.
    package static func of(programme id: Int) -> SQL {
        """
        select u.id as unit_id, u.name as unit_name, r.version, r.handed_in_at
        from programmes p
        join units u on u.id = p.unit_id and u.id = any (actor_units()) or u.id in (select unit_id from programme_cells where programme_id = \(id))
        left join reports r on r.programme_id = p.id and r.unit_id = u.id
        where p.id = \(id)
        order by u.id <> p.unit_id, array_position(array['office', 'department', 'town'], u.kind), u.code
        """
    }
}
