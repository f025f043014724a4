import Foundation
import Postgres

/// Gives the seats that are empty to those whose turn it is: the first time to all who were chosen, later to the reserve.
package struct SeatParticipants: Sendable {
    let gathering: Int

    package init(_ gathering: Int) { self.gathering = gathering }

    private struct Seat: Row {
        let registration: Int
        let consents: Bool
        let organisation: String
        let contact: (id: UUID, keyID: String, bytes: [UInt8])?

        init(_ row: RowReader) throws {
            registration = try row["registration_id"]
            consents = try row["consents"]
            organisation = try row["organisation"]
            let id: UUID? = try row["contact_id"]
            contact = try id.map { ($0, try row["key_id"], try row["sealed"]) }
        }
    }

    /// Names are opened only of those who agreed that theirs is public.
    /// - Returns: how many got a seat.
    /// - Throws: `lots_not_coming`, `lots_order`, `role_required`; what `ContactVault.open` throws.
    @discardableResult
    package func callAsFunction(
        vault: ContactVault, codes: QueryCodes, in database: Database, as actor: DatabaseActor
    ) async throws -> Int {
        try await database.write(as: actor, deadline: .seconds(30)) { tx in
            let seats = try tx.all(
                """
                select registration_id, consents, organisation, contact_id, key_id, sealed from seats_to_fill(\(gathering))
                """, as: Seat.self)
            guard !seats.isEmpty else { return 0 }
            let names = try seats.map { seat in
                guard seat.consents, let contact = seat.contact else { return "" }
                return try vault.open(id: contact.id, keyID: contact.keyID, bytes: contact.bytes).name
            }
            let units = seats.map { $0.consents ? $0.organisation : "" }
            let keys = seats.map { _ in UUID() }
            return try tx.value(
                """
                select seat_participants(\(gathering), \(seats.map(\.registration))::bigint[], \(keys)::uuid[],
                  \(keys.map { codes.mac(for: $0) })::bytea[], \(names)::text[], \(units)::text[])
                """, as: Int.self)
        }
    }
}
