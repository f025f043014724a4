import Foundation
import Postgres

/// Somebody who has a part in a hearing, forum or visit. Who they are stands encrypted apart; here is what they agreed may be public.
package struct GatheringPerson: Row, Identifiable, Sendable {
    package enum Role: String, PostgresValue, CaseIterable, Codable, Sendable {
        case presider, presenter, recorder, participant, observer, media
        /// To a forum.
        case invited
        /// On a visit.
        case met

        /// A colleague may have it.
        package var isOfTheHouse: Bool { [.presider, .presenter, .recorder].contains(self) }
    }

    package enum State: String, PostgresValue, CaseIterable, Codable, Sendable {
        case named, accepted, declined, replaced
        /// Asked by mistake.
        case removed
    }

    package enum Presence: String, PostgresValue, CaseIterable, Codable, Sendable {
        case present, absent, left
    }

    /// The table to which their encrypted contacts are bound.
    package static let contactsTable = "gathering_contacts"

    package let id: Int
    package let gatheringID: Int
    package let role: Role
    package let categoryID: Int?
    /// Within the role: participant 3.
    package let seat: Int
    package let staffID: Int?
    package let staffName: String?
    package let unitID: Int?
    package let unitName: String?
    /// Empty without consent.
    package let publicName: String
    /// As it was written down, for who works on it.
    package let publicUnit: String
    /// What of it may be shown to others: nothing of who did not agree, unless they are of the house.
    package let shownUnit: String
    package let consents: Bool
    package let state: State
    /// Why they were taken out; empty for who was not.
    package let removedReason: String
    package let presence: Presence?
    package let namedAt: Date

    package init(_ row: RowReader) throws {
        id = try row["id"]
        gatheringID = try row["gathering_id"]
        role = try row["role"]
        categoryID = try row["category_id"]
        seat = try row["seat"]
        staffID = try row["staff_id"]
        staffName = try row["staff_name"]
        unitID = try row["unit_id"]
        unitName = try row["unit_name"]
        publicName = try row["public_name"]
        publicUnit = try row["public_unit"]
        shownUnit = try row["shown_unit"]
        consents = try row["consents"]
        state = try row["state"]
        removedReason = try row["removed_reason"]
        presence = try row["presence"]
        namedAt = try row["named_at"]
    }

    /// Neither declined, replaced nor taken out.
    package var isExpected: Bool { state == .named || state == .accepted }

    /// Also for a part of it.
    package var came: Bool { presence == .present || presence == .left }

    /// Who was there with a part in it is asked whether the transcript is right; who only listens is not.
    package var confirms: Bool { came && role != .observer && role != .media }

    /// Those of the house who may preside, present or take the record: colleagues of its units. A row each, as `CaseRecord.Colleague`.
    package static func colleagues(of unitIDs: [Int]) -> SQL {
        """
        select s.id, s.display_name, u.name as unit_name from staff s join units u on u.id = s.unit_id
        where s.active and s.unit_id = any (\(unitIDs)::bigint[]) order by u.name, s.display_name limit 1000
        """
    }

    /// In the order in which they sit: who leads it first, then by seat.
    package static func of(gathering: Int) -> SQL {
        """
        select m.id, m.gathering_id, m.role, m.category_id, m.seat, m.staff_id, s.display_name as staff_name, m.unit_id,
          u.name as unit_name, m.public_name, m.public_unit, m.shown_unit, m.consents, m.state, m.removed_reason, m.presence, m.named_at
        from gathering_people m left join staff s on s.id = m.staff_id left join units u on u.id = m.unit_id
        where m.gathering_id = \(gathering)
        order by array_position(array['presider', 'presenter', 'recorder', 'participant', 'invited', 'met', 'observer', 'media'], m.role),
          m.seat
        """
    }
}
