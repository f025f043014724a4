import ArgumentParser
import Foundation
import Logging
import Participation

/// What is done to a database server as its superuser.
struct DatabaseCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "database", abstract: "Prepare an existing PostgreSQL.", subcommands: [Prepare.self])

    /// Makes the secrets, the roles and the database.
    struct Prepare: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Make the secrets, the login roles and an empty database. May be run again.",
            discussion: """
                Existing secrets stay; the roles get the passwords of the secrets directory. Prints the addresses to \
                configure, without passwords: the program takes those from the secrets directory.
                """)

        @OptionGroup var common: CommonOptions

        @Option(help: "Address of the server as a superuser: postgresql://postgres@db.example/postgres")
        var adminUrl: String

        @Option(help: "Name of the database to make.")
        var database = Installation.databaseName

        func run() async throws {
            let settings = try await common.settings()
            let secrets = SecretsDirectory(settings.secretsDirectory ?? Installation.usualSecrets)
            let passwords = try Secrets.loadOrCreate(in: secrets).rolePasswords
            try await Installation.prepareDatabase(
                admin: adminUrl, database: database, passwords: passwords, logger: Installation.makeLogger(settings))
            Console.progress("Roles and database are ready. The secrets are in \(secrets.path): back them up.")
            Console.progress("For /etc/minyi/minyi.json, or as MINYI_DATABASE_OWNER_URL and so on:")
            Console.say(try configuration(secrets))
        }

        private func configuration(_ secrets: SecretsDirectory) throws -> String {
            var addresses: [String: String] = [:]
            for login in DatabaseRoles.Login.allCases {
                addresses[login.nameInFile] = address(login)
            }
            let encoder = JSONEncoder()
            encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
            struct File: Encodable {
                let database: [String: String]
                let secrets: String
            }
            let data = try encoder.encode(File(database: addresses, secrets: secrets.path))
            return String(decoding: data, as: UTF8.self)
        }

        /// The superuser's address with another user and database; in the form of words when it is one.
        private func address(_ login: DatabaseRoles.Login) -> String {
            guard var parts = URLComponents(string: adminUrl), parts.scheme?.hasPrefix("postgres") == true else {
                let kept = adminUrl.split(separator: " ").filter { word in
                    !["user=", "password=", "dbname="].contains { word.hasPrefix($0) }
                }
                return (kept + ["dbname=\(database)", "user=\(login.rawValue)"]).joined(separator: " ")
            }
            parts.user = login.rawValue
            parts.password = nil
            parts.path = "/" + database
            parts.queryItems = parts.queryItems?.filter { !["user", "password", "dbname"].contains($0.name) }
            if parts.queryItems?.isEmpty == true { parts.queryItems = nil }
            return parts.string ?? ""
        }
    }
}
