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

/// Switches an account off, or on again. Its sessions stop being accepted with the next request.
package struct SwitchAccount: Sendable {
    package let id: Int
    package let active: Bool

    package init(id: Int, active: Bool) { (self.id, self.active) = (id, active) }

    package func callAsFunction(in database: Database, as actor: DatabaseActor) async throws {
        _ = try await database.write(as: actor) { tx in
            try tx.execute("update staff set active = \(active) where id = \(id)")
        }
    }
}

/// Gives an account a new password and ends its sessions.
package struct SetPassword: Sendable {
    package let id: Int
    package let password: String

    package init(id: Int, password: String) { (self.id, self.password) = (id, password) }

    /// - Throws: `AccountFault.password` when it is too short or too long.
    package func callAsFunction(in database: Database, as actor: DatabaseActor) async throws {
        guard (CreateAccount.shortestPassword...200).contains(password.unicodeScalars.count) else {
            throw AccountFault.password
        }
        let hash = try await PasswordHash.make(password)
        _ = try await database.write(as: actor) { try $0.execute("select set_password(\(id), \(hash))") }
    }
}
