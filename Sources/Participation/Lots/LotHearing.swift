import Foundation
import Postgres
import Text

/// A hearing at the desk, as far as its lot, its list of participants and its materials go; a forum, as far as its materials go.
package struct LotHearing: Row, Identifiable {
    package let id: Int
    package let number: String
    package let kind: Gathering.Kind
    package let title: String
    package let unitID: Int
    package let unitIDs: [Int]
    /// Exclusive; nil while it is prepared without one.
    package let registrationUntil: Date?
    package let startsAt: Date?
    package let materialsOn: CalendarDate?
    /// It was announced and has not begun: seats can be drawn and filled.
    package let isComing: Bool
    /// The list of participants was published.
    package let isListed: Bool
    /// The database's clock.
    package let now: Date

    package init(_ row: RowReader) throws {
        id = try row["id"]
        number = try row["number"]
        kind = try row["kind"]
        title = try row["title"]
        unitID = try row["unit_id"]
        unitIDs = try row["unit_ids"]
        registrationUntil = try row["registration_until"]
        startsAt = try row["starts_at"]
        materialsOn = try row["materials_on"]
        isComing = try row["is_coming"]
        isListed = try row["is_listed"]
        now = try row["now"]
    }

    package var registrationIsOver: Bool { registrationUntil.map { now >= $0 } ?? false }

    /// - Returns: the hearing or forum by this number that the member of staff may see.
    package static func with(number: String) -> SQL {
        """
        select g.id, g.number, g.kind, g.title, g.unit_id, g.unit_ids, g.registration_until, g.starts_at, g.materials_on,
          g.state in ('announced', 'postponed') as is_coming, minyi_clock() as now,
          exists (select from published_versions v where v.gathering_id = g.id and v.kind = 'participant_list') as is_listed
        from gatherings g where g.number = \(number) and g.kind <> 'visit'
        """
    }

    /// A category of those who register, and how far its registrations are.
    package struct Category: Row, Identifiable {
        package let id: Int
        package let code: String
        package let name: String
        package let seats: Int
        package let pending: Int
        /// Numbers of those who take part in a lot that is drawn now, ascending.
        package let eligible: [String]

        package init(_ row: RowReader) throws {
            id = try row["id"]
            code = try row["code"]
            name = try row["name"]
            seats = try row["seats"]
            pending = try row["pending"]
            eligible = try row["eligible"]
        }

        package var needsLot: Bool { eligible.count > seats }
    }

    package static func categories(of id: Int) -> SQL {
        """
        select c.id, c.code, c.name, c.seats, count(r.id) filter (where r.verdict = 'pending') as pending,
          coalesce(array_agg(s.number order by s.number collate "C") filter (where r.verdict = 'eligible'), '{}') as eligible
        from gathering_categories c
        left join registrations r on r.category_id = c.id and r.withdrawn_at is null
        left join submissions s on s.id = r.submission_id
        where c.gathering_id = \(id) and c.way = 'application' group by c.id order by c.ordinal
        """
    }
}
