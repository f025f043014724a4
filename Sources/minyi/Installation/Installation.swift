import Foundation
import Logging
import Participation
import Postgres

/// An installation whose database can be reached: an existing server, or the embedded one while it runs.
struct Installation: Sendable {
    static let databaseName = "minyi"
    static let usualSecrets = "/etc/minyi/secrets"

    let settings: Settings
    let secrets: SecretsDirectory
    let databases: DatabaseAddresses
    /// Set for the embedded cluster.
    let embedded: EmbeddedCluster.Running?
    let logger: Logger

    /// Reaches the installation for as long as the work takes. Without database addresses that is the embedded cluster:
    /// the one of a `minyi up` that runs now, or started for this work alone.
    /// - Parameter mayCreate: makes an embedded cluster where there is none; else that is a `StartFailure`.
    static func whileReached(
        _ settings: Settings, interruption: Interruption, alone: Bool = false, mayCreate: Bool = true,
        _ work: @escaping @Sendable (Installation) async throws -> Void
    ) async throws {
        let logger = makeLogger(settings)
        guard settings.databases.isEmpty else {
            let secrets = SecretsDirectory(settings.secretsDirectory ?? usualSecrets)
            let installation = Installation(
                settings: settings, secrets: secrets, databases: settings.databases, embedded: nil, logger: logger)
            return try await work(installation)
        }
        let cluster = try await EmbeddedCluster.place(settings: settings)
        guard mayCreate || cluster.directory.holdsCluster else {
            throw StartFailure(
                "There is no database in \(cluster.directory.path). Say where it is with --data DIR, or set MINYI_DATABASE_STAFF_URL (README.md)."
            )
        }
        let secrets = SecretsDirectory(settings.secretsDirectory ?? cluster.directory.secrets)
        guard let lock = try DirectoryLock(cluster.directory) else {
            return try await besides(cluster, secrets, settings, alone: alone, logger, work)
        }
        defer { withExtendedLifetime(lock) {} }
        let passwords = try Secrets.loadOrCreate(in: secrets).rolePasswords
        guard let superuserPassword = passwords["postgres"] else {
            throw StartFailure("The secret password-postgres is missing in \(secrets.path).")
        }
        try await cluster.whileRunning(superuserPassword: superuserPassword) { running in
            interruption.remember { Postmaster.running(on: cluster.directory.cluster)?.processID }
            defer { interruption.remember { nil } }
            let admin = DatabaseAddresses.adding(
                password: superuserPassword,
                to: DatabaseAddresses.embedded(
                    socketDirectory: running.socketDirectory, database: "postgres", user: "postgres"))
            try await prepareDatabase(admin: admin, database: databaseName, passwords: passwords, logger: logger)
            try await work(
                Installation(
                    settings: settings, secrets: secrets,
                    databases: .embedded(socketDirectory: running.socketDirectory), embedded: running, logger: logger))
        }
    }

    /// Another `minyi` holds the data folder.
    private static func besides(
        _ cluster: EmbeddedCluster, _ secrets: SecretsDirectory, _ settings: Settings, alone: Bool, _ logger: Logger,
        _ work: @Sendable (Installation) async throws -> Void
    ) async throws {
        let directory = cluster.directory
        let holder = DirectoryLock.holder(of: directory).map { " (process \($0))" } ?? ""
        if alone {
            throw StartFailure(
                "Minyi already runs on \(directory.path)\(holder). Stop it first, or choose another folder with --data."
            )
        }
        guard let running = Postmaster.running(on: directory.cluster), running.state == .ready else {
            throw StartFailure(
                "Minyi is just starting or stopping on \(directory.path)\(holder). Try again in a moment.")
        }
        try await work(
            Installation(
                settings: settings, secrets: secrets, databases: .embedded(socketDirectory: running.socketDirectory),
                embedded: EmbeddedCluster.Running(socketDirectory: running.socketDirectory), logger: logger))
    }

    /// Logs go to standard error; nothing in them names a person.
    static func makeLogger(_ settings: Settings) -> Logger {
        var logger = Logger(label: "minyi") { StreamLogHandler.standardError(label: $0) }
        logger.logLevel = settings.logLevel
        return logger
    }
}
