import Foundation
import Postgres

/// 走访一轮: several visits on one route, in the order in which they are made.
package struct VisitRound: Row, Identifiable, Sendable {
    package let id: Int
    package let title: String
    package let procedureNumber: String
    package let procedureTitle: String
    package let unitIDs: [Int]

    package init(_ row: RowReader) throws {
        id = try row["id"]
        title = try row["title"]
        procedureNumber = try row["procedure_number"]
        procedureTitle = try row["procedure_title"]
        unitIDs = try row["unit_ids"]
    }

    private static let columns: SQL = """
        select r.id, r.title, p.number as procedure_number, p.title as procedure_title, r.unit_ids
        from visit_rounds r join procedures p on p.id = r.procedure_id
        """

    package static func with(id: Int) -> SQL { "\(columns) where r.id = \(id)" }

    package static func of(procedure: String) -> SQL { "\(columns) where p.number = \(procedure) order by r.id" }

    /// A visit of the same matter: in this round, or in none.
    package struct Stop: Row, Sendable, Identifiable {
        package let id: Int
        package let number: String
        package let title: String
        package let place: String
        package let startsAt: Date?
        package let state: Gathering.State
        package let people: Int
        /// From 1 on; nil where it is in no round.
        package let position: Int?

        package init(_ row: RowReader) throws {
            id = try row["id"]
            number = try row["number"]
            title = try row["title"]
            place = try row["place"]
            startsAt = try row["starts_at"]
            state = try row["state"]
            people = try row["people"]
            position = try row["route_position"]
        }

        /// - Parameter round: nil for one that is yet to be made.
        package static func possible(in procedure: String, round: Int?) -> SQL {
            """
            select g.id, g.number, g.title, g.place, g.starts_at, g.state, g.route_position,
              (select count(*) from gathering_people m where m.gathering_id = g.id and m.role = 'met') as people
            from gatherings g join procedures p on p.id = g.procedure_id
            where p.number = \(procedure) and g.kind = 'visit' and (g.round_id is null or g.round_id = \(round)::bigint)
              and g.state <> 'cancelled'
            order by g.route_position nulls last, g.starts_at, g.id
            """
        }
    }

    /// Under which the record of a visit says where it stood on its route.
    static let heading = "走访路线"

    /// In words for its record: which round, which place in it, and where the others were or are to be, as far as that is public.
    /// - Returns: empty where it is on no route.
    static func route(of visit: Int, _ tx: borrowing Session) throws -> String {
        let places = try tx.all(
            """
            select r.title as round, coalesce(nullif(g.place, ''), g.title) as place, g.id = \(visit) as is_this,
              exists (select from public_gatherings p where p.gathering_id = g.id) as is_public
            from gatherings o join visit_rounds r on r.id = o.round_id join gatherings g on g.round_id = r.id
            where o.id = \(visit) and g.state <> 'cancelled' order by g.route_position
            """, as: Place.self)
        guard let here = places.firstIndex(where: \.isThis) else { return "" }
        let head = "属于“\(places[here].round)”，这一轮共走访\(places.count)处，本次是第\(here + 1)处。"
        let lines = places.enumerated().map { index, it in
            "\(index + 1)．" + (it.isThis ? it.place + "（本次）" : it.isPublic ? it.place : "还没有公布")
        }
        return ([head] + lines).joined(separator: "\n")
    }

    private struct Place: Row {
        let round: String
        let place: String
        let isThis: Bool
        let isPublic: Bool

        init(_ row: RowReader) throws {
            (round, place) = (try row["round"], try row["place"])
            (isThis, isPublic) = (try row["is_this"], try row["is_public"])
        }
    }

    /// Makes one, or puts its visits into another order.
    /// - Parameters:
    ///   - id: nil for a new one.
    ///   - stops: the visits in the order in which they are made.
    /// - Throws: `role_required`, `visit_rounds_visits` (no visit of this matter, or in another round), `visit_rounds_title_length`.
    package static func save(
        _ id: Int?, procedure: String, title: String, stops: [Int], in database: Database, as actor: DatabaseActor
    ) async throws -> Int {
        try await database.write(as: actor) {
            try $0.value("select save_round(\(id)::bigint, \(procedure), \(title), \(stops)::bigint[])")
        }
    }
}

extension Gathering {
    /// Calls a forum or visit, which needs no paper; who is invited is told.
    /// - Parameter version: as it was read.
    /// - Throws: `role_required`, `gatherings_preparing`, `gatherings_changed_meanwhile`, `gatherings_timed`, `gatherings_practice_reason`,
    ///   `gatherings_presider_first`.
    package static func convene(
        _ id: Int, version: Int, in database: Database, as actor: DatabaseActor
    ) async throws {
        _ = try await database.write(as: actor) { try $0.execute("select convene_gathering(\(id), \(version)::int)") }
    }
}
