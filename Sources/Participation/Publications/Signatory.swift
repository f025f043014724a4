import Postgres

/// A colleague who can do the next step of a clearance.
package struct Signatory: Row, Equatable {
    package let id: Int
    package let name: String
    package let unitName: String

    package init(_ row: RowReader) throws {
        id = try row["id"]
        name = try row["display_name"]
        unitName = try row["unit_name"]
    }

    /// Who holds the role for a clearance, also by standing in for somebody today. An office of the county sees every unit.
    package static func holding(_ role: StaffRole, for clearance: Int) -> SQL {
        """
        select distinct s.id, s.display_name, w.name as unit_name
        from clearances c join staff_roles r on r.role = \(role.rawValue)
        join units u on u.id = r.unit_id and (u.kind = 'office' or u.id = any (c.unit_ids))
        join staff s on s.active and (s.id = r.staff_id or exists (
          select from substitutions x where x.absent_id = r.staff_id and x.substitute_id = s.id
            and (minyi_clock() at time zone 'Asia/Shanghai')::date between x.from_on and x.until_on))
        join units w on w.id = s.unit_id
        where c.id = \(clearance) order by s.id limit 20
        """
    }
}
