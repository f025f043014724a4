import Foundation
import Logging
import Participation
import Postgres

extension Installation {
    /// Makes the roles and the database that are missing, as a superuser. May be run as often as one likes.
    static func prepareDatabase(
        admin: String, database name: String, passwords: [String: String], logger: Logger
    ) async throws {
        try await withDatabase(admin, connections: 1, purpose: "prepare", timeout: .seconds(120), logger: logger) {
            server in
            let ours = DatabaseRoles.Login.allCases.compactMap { login in
                passwords["\(login.rawValue)"].map { (login, $0) }
            }
            try await server.write(deadline: .seconds(120)) { tx in
                try DatabaseRoles.prepare(on: tx, passwords: Dictionary(uniqueKeysWithValues: ours))
            }
            try await server.autocommit(deadline: .seconds(120)) { session in
                try DatabaseRoles.createDatabase(name, on: session)
            }
        }
    }

    /// Does the work with a database opened as the role, and closes it.
    func withDatabase<Result: Sendable>(
        as login: DatabaseRoles.Login, purpose: String, timeout: Duration = .seconds(60),
        _ work: @Sendable (Database) async throws -> Result
    ) async throws -> Result {
        try await Self.withDatabase(
            try address(login), connections: 1, purpose: purpose, timeout: timeout, logger: logger, work)
    }

    static func withDatabase<Result: Sendable>(
        _ address: String, connections: Int, purpose: String, timeout: Duration, logger: Logger,
        _ work: @Sendable (Database) async throws -> Result
    ) async throws -> Result {
        let database = Database(
            DatabaseConfiguration(
                conninfo: address, connections: connections, applicationName: "minyi \(purpose)",
                statementTimeout: timeout, lockTimeout: timeout),
            logger: logger)
        do {
            let result = try await work(database)
            await database.shutdown()
            return result
        } catch {
            let reason = database.unreachableReason
            await database.shutdown()
            if let reason { throw StartFailure("The database cannot be reached: \(reason)") }
            throw error
        }
    }

    /// A pool of connections for a server that runs.
    func pool(
        _ login: DatabaseRoles.Login, replicas: String? = nil, connections: Int, purpose: String
    ) throws -> Database {
        Database(
            DatabaseConfiguration(
                conninfo: try address(login), replicas: try replicas.map { try adding(login, to: $0) },
                connections: connections, applicationName: "minyi \(purpose)"),
            logger: logger)
    }

    /// What hears of notifications on these channels while a server runs.
    func listener(_ login: DatabaseRoles.Login, to channels: [StaticString], purpose: String) throws -> Listener {
        try Listener(
            DatabaseConfiguration(
                conninfo: try address(login), connections: 1, applicationName: "minyi \(purpose)"),
            channels: channels, logger: logger)
    }

    /// - Throws: `StartFailure` naming the setting that is missing.
    private func address(_ login: DatabaseRoles.Login) throws -> String {
        guard let address = databases[login] else {
            throw StartFailure(
                "\(login.setting) is not set: the address of the database for the role \(login.rawValue) (README.md).")
        }
        return try adding(login, to: address)
    }

    private func adding(_ login: DatabaseRoles.Login, to address: String) throws -> String {
        DatabaseAddresses.adding(password: try Secrets.passwords(in: secrets)[login.rawValue], to: address)
    }

    /// Refuses replicas that lag: people are sent from the form to their receipt, and must find it there.
    func expectReplicasInStep(with database: Database) async throws {
        let inStep = try await database.write { tx in
            try tx.value(
                """
                select current_setting('synchronous_commit') = 'remote_apply'
                  and current_setting('synchronous_standby_names') <> ''
                """, as: Bool.self)
        }
        guard inStep else {
            throw StartFailure(
                "MINYI_DATABASE_REPLICA_URL is set, but commits do not wait for replicas: synchronous_commit must be "
                    + "remote_apply, and synchronous_standby_names must name them (README.md).")
        }
    }

    // MARK: Migrations

    private func migrator(_ database: Database) -> Migrator {
        Migrator(directory: settings.root + "/sql", database: database, logger: logger)
    }

    /// Brings the tables up to date, as the owner. Returns the names of what was applied.
    func migrate() async throws -> [String] {
        do {
            // A migration that rewrites a large table takes its time; a lock it cannot get is another matter.
            return try await withDatabase(as: .owner, purpose: "migrate", timeout: .zero) { database in
                try await migrator(database).migrate()
            }
        } catch let mismatch as Migrator.Mismatch {
            throw StartFailure("The migrations do not fit this database: \(mismatch).")
        }
    }

    /// Refuses a pool that signs in as another role than the policies are written for, above all as the owner, whom no
    /// policy holds back.
    func expectRole(_ login: DatabaseRoles.Login, of database: Database) async throws {
        let name: String
        do {
            name = try await database.read(deadline: .seconds(10)) { tx in
                try tx.value("select session_user::text", as: String.self)
            }
        } catch {
            guard let reason = database.unreachableReason else { throw error }
            throw StartFailure("The database cannot be reached as \(login.rawValue): \(reason)")
        }
        guard name == login.rawValue else {
            throw StartFailure("\(login.setting) signs in as \(name); it must sign in as \(login.rawValue).")
        }
    }

    /// Refuses a database that is behind the program, or ahead of it.
    func expectUpToDate(_ database: Database) async throws {
        let pending: [String]
        do {
            pending = try await migrator(database).pending()
        } catch let mismatch as Migrator.Mismatch {
            throw StartFailure("The migrations do not fit this database: \(mismatch).")
        }
        guard pending.isEmpty else {
            throw StartFailure(
                "The database is behind this program: \(pending.joined(separator: ", ")). Run `minyi migrate` first.")
        }
    }
}
