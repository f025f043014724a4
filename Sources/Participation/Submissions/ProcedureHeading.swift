import Foundation
import Postgres
import Text

/// What the pages about submissions and results need to know of their procedure.
package struct ProcedureHeading: Row, Identifiable {
    package let id: Int
    package let number: String
    package let title: String
    package let unitName: String
    /// Every unit that may see it.
    package let unitIDs: [Int]
    /// At this moment, whether or not the worker has written it yet.
    package let state: Procedure.State
    package let opensAt: Date
    package let closesAt: Date
    /// Exclusive; until then letters that came in time are entered.
    package let entryUntil: Date
    /// The first day on which a letter can have arrived: that of the announcement.
    package let firstArrival: CalendarDate
    package let editionID: Int
    package let now: Date

    package init(_ row: RowReader) throws {
        id = try row["id"]
        number = try row["number"]
        title = try row["title"]
        unitName = try row["unit_name"]
        unitIDs = try row["unit_ids"]
        state = try row["state_now"]
        opensAt = try row["opens_at"]
        closesAt = try row["closes_at"]
        entryUntil = try row["entry_until"]
        firstArrival = try row["first_arrival"]
        editionID = try row["edition_id"]
        now = try row["now"]
    }

    /// Entering for someone is possible now.
    package var takesEntries: Bool {
        now < entryUntil && now >= opensAt && ![.preparing, .terminated, .answered, .published].contains(state)
    }

    private static let columns: SQL = """
        select p.id, p.number, p.title, u.name as unit_name, p.unit_ids,
          state_at(p.state, p.opens_at, p.closes_at, minyi_clock()) as state_now, p.opens_at, p.closes_at,
          coalesce(p.entry_until, p.closes_at) as entry_until,
          first_arrival(p.id, p.opens_at) as first_arrival, p.edition_id, minyi_clock() as now
        from procedures p join units u on u.id = p.unit_id
        """

    package static func find(
        number: String, in database: Database, as actor: DatabaseActor
    ) async throws -> ProcedureHeading? {
        try await database.read(as: actor) { tx in try read(number: number, tx) }
    }

    static func read(number: String, _ tx: borrowing Session) throws -> ProcedureHeading? {
        try tx.first("\(columns) where p.number = \(number)", as: ProcedureHeading.self)
    }

    static func read(id: Int, _ tx: borrowing Session) throws -> ProcedureHeading {
        try tx.one("\(columns) where p.id = \(id)", as: ProcedureHeading.self)
    }
}
