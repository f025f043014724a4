import Postgres

/// Gives an account another unit, other roles and another work address: afterwards it holds exactly these, in exactly this unit. They hold from
/// the next request on; the database keeps a record of each role that was given or taken.
package struct ChangeAccount: Sendable {
    package let id: Int
    package let unitCode: String
    package let roles: [StaffRole]
    /// As typed; may be empty.
    package let email: String

    package init(id: Int, unitCode: String, roles: [StaffRole], email: String) {
        (self.id, self.unitCode, self.roles, self.email) = (id, unitCode, roles, email)
    }

    /// - Throws: `AccountFault.unit` or `.email`, or `NotAllowed` for who is no administrator.
    package func callAsFunction(in database: Database, as actor: DatabaseActor) async throws {
        let roles = roles.map(\.rawValue)
        let address = try AccountFault.checked(email: email)
        try await database.write(as: actor) { tx in
            guard let unit = try tx.first(Unit.named(code: unitCode), as: Unit.self) else { throw AccountFault.unit }
            // First, because it waits for anyone who changes the same account at this moment.
            let found = try tx.execute(
                "update staff set unit_id = \(unit.id), email = \(address) where id = \(id)")
            guard found == 1 else { throw NotAllowed() }
            try tx.execute(
                """
                delete from staff_roles where staff_id = \(id)
                  and (unit_id <> \(unit.id) or role <> all (\(roles)::text[]))
                """)
            try tx.execute(
                """
                insert into staff_roles (staff_id, unit_id, role) select \(id), \(unit.id), unnest(\(roles)::text[])
                on conflict do nothing
                """)
        }
    }
}

/// Switches an account off, which ends its sessions, or on again.
package struct SwitchAccount: Sendable {
    package let id: Int
    package let active: Bool

    package init(id: Int, active: Bool) { (self.id, self.active) = (id, active) }

    /// - Throws: `NotAllowed` for who is no administrator.
    package func callAsFunction(in database: Database, as actor: DatabaseActor) async throws {
        try await database.write(as: actor) { tx in
            let found = try tx.execute("update staff set active = \(active) where id = \(id)")
            guard found == 1 else { throw NotAllowed() }
        }
    }
}

/// Whether a person wants notices; their own choice.
package enum WantsNotices {
    package static func set(_ wants: Bool, in database: Database, as actor: DatabaseActor) async throws {
        _ = try await database.write(as: actor) { try $0.execute("select set_wants_notices(\(wants))") }
    }
}
