import Postgres
import Text

/// Sets or clears single days of the calendar, as an administrator does on the page of the year.
package enum ChangeCalendar {
    /// What a change means for clocks that run.
    package struct Effect: Row, Equatable {
        /// Due dates that have moved.
        package let moved: Int
        /// Clocks the worker still counts again.
        package let waiting: Int

        package init(_ row: RowReader) throws {
            moved = try row["moved"]
            waiting = try row["waiting"]
        }
    }

    /// The day is a holiday, a make-up working day or, with a unit, that unit's closure, whatever it was before.
    /// - Throws: `Refusal` for a closure that is none; a permission error for who is no administrator.
    package static func set(
        _ day: CalendarDate, _ kind: WorkCalendar.Kind, name: String, source: String, unitID: Int?,
        in database: Database, as actor: DatabaseActor
    ) async throws -> Effect {
        try await database.write(as: actor) { tx in
            let before = try version(tx)
            try tx.execute(
                """
                insert into calendar_days as c (day, kind, name, source, unit_id)
                values (\(day), \(kind), \(name), \(source), \(unitID))
                on conflict (day, unit_id) do update set kind = excluded.kind, name = excluded.name, source = excluded.source
                """)
            return try tx.one(effect(since: before))
        }
    }

    /// The day is what the week says. Nothing happens where it was that already.
    /// - Throws: `NotAllowed` for who is no administrator.
    package static func clear(
        _ day: CalendarDate, unitID: Int?, in database: Database, as actor: DatabaseActor
    ) async throws -> Effect {
        try await database.write(as: actor) { tx in
            guard try tx.value("select actor_is('administrator')", as: Bool.self) else { throw NotAllowed() }
            let before = try version(tx)
            try tx.execute("delete from calendar_days where day = \(day) and unit_id is not distinct from \(unitID)")
            return try tx.one(effect(since: before))
        }
    }

    /// The version of the calendar: every change has a higher one.
    package static func version(_ tx: borrowing Session) throws -> Int {
        try tx.value("select coalesce(max(id), 0) from calendar_changes")
    }

    /// Of all changes since a version.
    package static func effect(since version: Int) -> SQL {
        """
        select (select count(*) from clock_changes where calendar_change_id > \(version)) as moved,
          (select count(*) from clocks where stopped_at is null and paused_at is null
            and calendar_version < (select coalesce(max(id), 0) from calendar_changes)) as waiting
        """
    }
}
