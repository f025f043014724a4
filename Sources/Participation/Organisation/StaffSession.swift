import Crypto
import Foundation
import Postgres

/// A sign-in that lasts: the browser holds 32 random bytes, the database only their SHA-256.
///
/// All calls go through narrow doors of the staff pool and run without an actor, because nobody is known yet.
package enum StaffSession {
    /// Seconds a session lives without being renewed: one working day with its evening.
    package static let lifetime = 12 * 3600

    /// A fresh token and the hash under which it is stored.
    package static func makeToken() -> (token: [UInt8], hash: [UInt8]) {
        let token = SymmetricKey(size: .bits256).withUnsafeBytes { Array($0) }
        return (token, hash(of: token))
    }

    package static func hash(of token: [UInt8]) -> [UInt8] {
        Array(SHA256.hash(data: token))
    }

    /// The member of staff whose session has this hash; nil when it is unknown, has ended, or the account is closed.
    package static func find(tokenHash: [UInt8], in database: Database) async throws -> StaffActor? {
        try await database.first(
            "select staff_id, name, unit_id, unit_name, grants from session_actor(\(tokenHash))",
            as: FoundActor.self)?.actor
    }

    package static func open(staffID: Int, tokenHash: [UInt8], in database: Database) async throws {
        _ = try await database.write(as: .anonymous) { tx in
            try tx.execute("select session_open(\(staffID), \(tokenHash), \(lifetime)::int)")
        }
    }

    package static func close(tokenHash: [UInt8], in database: Database) async throws {
        _ = try await database.write(as: .anonymous) { tx in
            try tx.execute("select session_close(\(tokenHash))")
        }
    }

    /// The member of staff of that sign-in name with the rights of just now, for who stands at the console; nil when there is no such
    /// open account.
    package static func actor(named name: String, in database: Database) async throws -> StaffActor? {
        guard let record = try await signInRecord(name: name, in: database) else { return nil }
        return try await actor(ofStaff: record.staffID, in: database)
    }

    /// The same by the number of the member of staff, for what goes on in their name after they have left.
    static func actor(ofStaff id: Int, in database: Database) async throws -> StaffActor? {
        let hash = makeToken().hash
        try await open(staffID: id, tokenHash: hash, in: database)
        let actor = try await find(tokenHash: hash, in: database)
        try await close(tokenHash: hash, in: database)
        return actor
    }

    /// What is needed to check a password; nil when no open account has this sign-in name.
    package static func signInRecord(name: String, in database: Database) async throws -> SignInRecord? {
        try await database.first("select staff_id, password_hash from sign_in_record(\(name))", as: SignInRecord.self)
    }
}

/// The stored password hash of an account, as the sign-in door hands it out.
package struct SignInRecord: Row {
    package let staffID: Int
    package let passwordHash: String

    package init(_ row: RowReader) throws {
        staffID = try row["staff_id"]
        passwordHash = try row["password_hash"]
    }
}

private struct FoundActor: Row {
    let actor: StaffActor

    init(_ row: RowReader) throws {
        let grants: JSONText = try row["grants"]
        let held = try JSONDecoder().decode([String: [Int]].self, from: Data(grants.text.utf8))
        actor = StaffActor(
            staffID: try row["staff_id"], name: try row["name"], unitID: try row["unit_id"],
            unitName: try row["unit_name"],
            // A role this program does not know gives no rights.
            grants: Dictionary(
                held.compactMap { role, units in StaffRole(rawValue: role).map { ($0, units) } },
                uniquingKeysWith: { $1 }))
    }
}
