import Postgres
import Text

/// Somebody who holds another's roles while that person is away.
package struct Substitution: Row {
    package let id: Int
    package let absentID: Int
    package let absentName: String
    package let substituteName: String
    package let fromOn: String
    /// Inclusive.
    package let untilOn: String

    package init(_ row: RowReader) throws {
        id = try row["id"]
        absentID = try row["absent_id"]
        absentName = try row["absent_name"]
        substituteName = try row["substitute_name"]
        fromOn = try row["from_on"]
        untilOn = try row["until_on"]
    }

    package static func notOver(on today: CalendarDate) -> SQL {
        """
        select x.id, x.absent_id, a.display_name as absent_name, s.display_name as substitute_name,
          x.from_on::text, x.until_on::text
        from substitutions x join staff a on a.id = x.absent_id join staff s on s.id = x.substitute_id
        where x.until_on >= \(today.description)::text::date order by x.from_on, x.id
        """
    }

    /// Those in which this person stands in for somebody today.
    static func held(by staffID: Int) -> SQL {
        """
        select x.id, x.absent_id, a.display_name as absent_name, s.display_name as substitute_name,
          x.from_on::text, x.until_on::text
        from substitutions x join staff a on a.id = x.absent_id join staff s on s.id = x.substitute_id
        where x.substitute_id = \(staffID)
          and (minyi_clock() at time zone 'Asia/Shanghai')::date between x.from_on and x.until_on
        order by x.until_on, x.id
        """
    }

    /// Arranges it; the policies let a person arrange their own absence and an administrator everybody's. Arranged twice
    /// is arranged once.
    package static func arrange(
        absent: Int, substitute: Int, from: CalendarDate, until: CalendarDate, in database: Database,
        as actor: DatabaseActor
    ) async throws {
        _ = try await database.write(as: actor) { tx in
            try tx.execute(
                """
                insert into substitutions (absent_id, substitute_id, from_on, until_on)
                values (\(absent), \(substitute), \(from.description)::text::date, \(until.description)::text::date)
                on conflict on constraint substitutions_once do nothing
                """)
        }
    }

    /// Ends it, as far as somebody has not ended it already.
    /// - Throws: `NotAllowed` where it is neither the actor's own absence nor is the actor an administrator.
    package static func end(_ id: Int, in database: Database, as actor: DatabaseActor) async throws {
        try await database.write(as: actor) { tx in
            if try tx.execute("delete from substitutions where id = \(id)") == 1 { return }
            let isThere = try tx.value("select exists (select from substitutions where id = \(id))", as: Bool.self)
            if isThere { throw NotAllowed() }
        }
    }
}
