import Foundation
import Logging
import Participation
import Postgres
import Text

extension Installation {
    private static let loadingName = "minyi_loading"
    private static let passwordFile = "demo-password"

    /// Loads the demo of this file (see `DemoPlan`) when the embedded database is empty.
    ///
    /// The demo is played on a database of its own, which takes the real name only when it is complete: a start that is
    /// interrupted leaves nothing half done, and nobody is ever served by a database whose clock was moved.
    func loadDemoIfEmpty(_ file: String) async throws {
        guard let admin = try embeddedAdministrator() else { return }
        let isEmpty = try await withDatabase(as: .staff, purpose: "demo") { database in
            try await database.read { try $0.value("select not exists (select from units)", as: Bool.self) }
        }
        guard isEmpty else { return }
        let keys = try Secrets.load(from: secrets)
        let password = try demoPassword() ?? makeDemoPassword()
        try await Console.during("Loading the demo") {
            try await Self.recreate(Self.loadingName, admin: admin, logger: logger)
            let loading = self.reaching(database: Self.loadingName)
            _ = try await loading.migrate()
            try await loading.playDemo(file, keys: keys, password: password)
            try await Self.rename(Self.loadingName, to: Self.databaseName, admin: admin, logger: logger)
        }
    }

    /// What to tell the person who started a demo: address, then a line an account.
    func demoAccounts(_ file: String) throws -> [String] {
        guard embedded != nil, let password = try demoPassword() else { return [] }
        return try Demo.accounts(file: file).map { "  \($0.name)  \(password)  \($0.role)" }
    }

    private func playDemo(_ file: String, keys: Secrets, password: String) async throws {
        let pools = Demo.Pools(
            public: try pool(.public, connections: 1, purpose: "demo"),
            staff: try pool(.staff, connections: 1, purpose: "demo"),
            work: try pool(.work, connections: 1, purpose: "demo"))
        let owner = try pool(.owner, connections: 1, purpose: "demo")
        let all = [pools.public, pools.staff, pools.work, owner]
        do {
            let clock = try await DemoClock(owner)
            try await Demo(
                file: file, root: settings.root, pools: pools, clock: clock, secrets: keys,
                today: ChinaTime.date(Date())
            ).play(password: password)
            try await clock.putBack()
        } catch {
            for database in all { await database.shutdown() }
            throw error
        }
        for database in all { await database.shutdown() }
    }

    // MARK: The database it is played on

    /// The superuser's address of the embedded cluster; nil for a server of somebody else, whose databases are theirs.
    private func embeddedAdministrator() throws -> String? {
        guard let embedded else { return nil }
        return DatabaseAddresses.adding(
            password: try Secrets.passwords(in: secrets)["postgres"],
            to: DatabaseAddresses.embedded(
                socketDirectory: embedded.socketDirectory, database: "postgres", user: "postgres"))
    }

    private static func recreate(_ name: String, admin: String, logger: Logger) async throws {
        try await withDatabase(admin, connections: 1, purpose: "demo", timeout: .seconds(60), logger: logger) {
            server in
            try await server.autocommit(deadline: .seconds(60)) { session in
                // The names are our own.
                try session.executeTrusted("drop database if exists \"\(name)\" with (force)")
                try DatabaseRoles.createDatabase(name, on: session)
            }
        }
    }

    private static func rename(_ name: String, to wanted: String, admin: String, logger: Logger) async throws {
        try await withDatabase(admin, connections: 1, purpose: "demo", timeout: .seconds(60), logger: logger) {
            server in
            try await server.autocommit(deadline: .seconds(60)) { session in
                try session.executeTrusted("drop database if exists \"\(wanted)\" with (force)")
                try session.executeTrusted("alter database \"\(name)\" rename to \"\(wanted)\"")
            }
        }
    }

    private func demoPassword() throws -> String? { try secrets.read(Self.passwordFile) }

    private func makeDemoPassword() throws -> String {
        // Twelve letters that nobody confuses when reading them from a terminal.
        let letters = Array("abcdefghjkmnpqrstuvwxyz23456789")
        let password = String((0..<12).compactMap { _ in letters.randomElement() })
        try secrets.create(Self.passwordFile, password)
        return password
    }
}

extension Installation {
    /// The same installation with another database of its embedded cluster.
    fileprivate func reaching(database: String) -> Installation {
        guard let embedded else { return self }
        return Installation(
            settings: settings, secrets: secrets,
            databases: .embedded(socketDirectory: embedded.socketDirectory, database: database), embedded: embedded,
            logger: logger)
    }
}
