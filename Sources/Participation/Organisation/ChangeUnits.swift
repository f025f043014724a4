import Postgres
import Text

/// Adds one unit below the county's root.
package struct AddUnit: Sendable {
    package let code: String
    package let name: String
    package let kind: Unit.Kind

    package init(code: String, name: String, kind: Unit.Kind) {
        (self.code, self.name, self.kind) = (code, name, kind)
    }

    package func callAsFunction(in database: Database, as actor: DatabaseActor) async throws {
        _ = try await database.write(as: actor) { tx in
            try tx.execute(
                """
                insert into units (code, name, kind, parent_id)
                values (\(code), \(name), \(kind.rawValue), (select id from units where parent_id is null order by id limit 1))
                """)
        }
    }
}

/// Ends a unit on a day and hands over what runs. Dates stay as they are; published pages keep the old name.
package struct SucceedUnit: Sendable {
    package let unit: Int
    package let successor: Int
    /// The first day on which the unit no longer exists.
    package let on: CalendarDate

    package init(unit: Int, successor: Int, on: CalendarDate) {
        (self.unit, self.successor, self.on) = (unit, successor, on)
    }

    package func callAsFunction(in database: Database, as actor: DatabaseActor) async throws {
        _ = try await database.write(as: actor) { tx in
            try tx.execute("select succeed_unit(\(unit), \(successor), \(on.description)::text::date)")
        }
    }
}
