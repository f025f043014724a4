import Postgres

/// Gives an account a new password and ends its sessions. For an administrator; a person changes their own with
/// `ChangePassword`.
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

/// A person's own new password, for the old one: a desk left open is not enough to take an account over.
package struct ChangePassword: Sendable {
    package let id: Int
    package let old: String
    package let new: String

    package init(id: Int, old: String, new: String) { (self.id, self.old, self.new) = (id, old, new) }

    /// Ends every session of the account, also the one it was asked from.
    /// - Returns: false when the old password is wrong. Throws as `SetPassword` does.
    package func callAsFunction(in database: Database, as actor: DatabaseActor) async throws -> Bool {
        let name: String = try await database.read(as: actor) {
            try $0.value("select sign_in_name from staff where id = \(id)")
        }
        let record = try await StaffSession.signInRecord(name: name, in: database)
        guard try await PasswordHash.verify(old, against: record?.passwordHash) else { return false }
        try await SetPassword(id: id, password: new)(in: database, as: actor)
        return true
    }
}
