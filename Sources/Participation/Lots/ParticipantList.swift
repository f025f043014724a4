import Postgres
import Text

/// 参加人名单: who has a seat, and how they came to it. Names only of who agreed to theirs.
package struct ParticipantList: Sendable {
    package enum Way: String, PostgresValue, CaseIterable, Sendable { case invitation, nomination, application }

    package struct Person: Row, Identifiable {
        package let id: Int
        package let seat: Int
        /// Empty where they did not agree.
        package let name: String
        package let unit: String
        package let category: String
        package let way: Way
        package let nominator: String
        package let isAccepted: Bool
        package let deliveredOn: CalendarDate?
        package let deliveryWay: String?

        package init(_ row: RowReader) throws {
            id = try row["id"]
            seat = try row["seat"]
            name = try row["public_name"]
            unit = try row["public_unit"]
            category = try row["category"]
            way = try row["way"]
            nominator = try row["nominator"]
            isAccepted = try row["is_accepted"]
            deliveredOn = try row["delivered_on"]
            deliveryWay = try row["delivery_way"]
        }
    }

    package let people: [Person]
    /// Seats that nobody has, by category.
    package let empty: [Empty]

    package struct Empty: Row {
        package let category: String
        package let seats: Int

        package init(_ row: RowReader) throws {
            category = try row["name"]
            seats = try row["free"]
        }
    }

    /// Of a forum: who is invited to it, without seats to fill.
    package static func read(_ gathering: Int, _ tx: borrowing Session) throws -> ParticipantList {
        let people = try tx.all(
            """
            select p.id, p.seat, p.public_name, p.public_unit, coalesce(c.name, '') as category, coalesce(c.way, 'invitation') as way,
              coalesce(c.nominator, '') as nominator, p.state = 'accepted' as is_accepted,
              d.delivered_on, d.way as delivery_way
            from gathering_people p join gatherings g on g.id = p.gathering_id left join gathering_categories c on c.id = p.category_id
            left join material_deliveries d on d.person_id = p.id
            where p.gathering_id = \(gathering) and p.role = case g.kind when 'forum' then 'invited' else 'participant' end
              and p.state in ('named', 'accepted')
            order by c.ordinal, p.seat
            """, as: Person.self)
        let empty = try tx.all(
            """
            select c.name, c.seats - count(p.id) as free from gathering_categories c
            left join gathering_people p on p.category_id = c.id and p.state in ('named', 'accepted')
            where c.gathering_id = \(gathering) group by c.id having c.seats > count(p.id) order by c.ordinal
            """, as: Empty.self)
        return ParticipantList(people: people, empty: empty)
    }
}
