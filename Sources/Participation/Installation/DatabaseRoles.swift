import Postgres

/// The roles of a cluster, and an empty database that belongs to them. Roles are cluster-wide, so migrations can only
/// grant to them; this makes them, as superuser.
package enum DatabaseRoles {
    /// Who may sign in.
    package enum Login: String, CaseIterable, Sendable {
        /// Owns the schema; migrations only.
        case owner = "minyi_owner"
        case `public` = "minyi_public"
        case staff = "minyi_staff"
        case work = "minyi_work"
    }

    /// Owners of the definer functions that see more than their callers. Nobody can sign in as one.
    package static let doors = ["minyi_intake", "minyi_guard"]

    /// Makes the roles that are missing and sets the passwords given; may be run as often as one likes.
    ///
    /// Passwords are sent as SCRAM verifiers and never appear in a statement.
    package static func prepare(on tx: borrowing Session, passwords: [Login: String]) throws {
        // Two installers at once would both find a role missing.
        try tx.execute("select pg_advisory_xact_lock(hashtextextended('minyi roles', 0))")
        for door in doors { try create(door, mayLogIn: false, on: tx) }
        for login in Login.allCases {
            try create(login.rawValue, mayLogIn: true, on: tx)
            guard let password = passwords[login] else { continue }
            let verifier = try tx.passwordVerifier(password, role: login.rawValue)
            try run("select format('alter role %I password %L', \(login.rawValue), \(verifier))", on: tx)
        }
        // A function can be given only to a role its owner is a member of.
        for door in doors {
            try run("select format('grant %I to %I', \(door), \(Login.owner.rawValue))", on: tx)
        }
    }

    /// Makes an empty database for the roles if there is none of this name. Must be run outside of a transaction.
    ///
    /// The locale is C.UTF-8: under C, trigrams do not see Chinese.
    package static func createDatabase(_ name: String, on session: borrowing Session) throws {
        let exists = try session.value(
            "select exists (select from pg_database where datname = \(name))", as: Bool.self)
        if !exists {
            try run(
                """
                select format('create database %I owner %I template template0 encoding %L locale %L',
                  \(name), \(Login.owner.rawValue), 'UTF8', 'C.UTF-8')
                """, on: session)
        }
        try run("select format('revoke all on database %I from public', \(name))", on: session)
        for login in Login.allCases {
            try run(
                "select format('grant connect, temporary on database %I to %I', \(name), \(login.rawValue))",
                on: session)
        }
    }

    private static func create(_ role: String, mayLogIn: Bool, on tx: borrowing Session) throws {
        if try tx.value("select exists (select from pg_roles where rolname = \(role))", as: Bool.self) { return }
        try run("select format('create role %I %s', \(role), \(mayLogIn ? "login" : "nologin"))", on: tx)
    }

    /// Utility statements take no parameters: the server puts them together, quoting each part, and then runs the result.
    private static func run(_ format: SQL, on session: borrowing Session) throws {
        try session.executeTrusted(try session.value(format, as: String.self))
    }
}
