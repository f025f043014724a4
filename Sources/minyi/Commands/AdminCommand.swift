import ArgumentParser
import Foundation
import Glibc
import Participation

/// What is done to an installation at its console.
struct AdminCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "admin", abstract: "Make accounts and keys at the console.",
        subcommands: [Create.self, RotateKey.self])

    /// Makes an account, above all the first.
    struct Create: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Make an account, above all the first administrator.",
            discussion: "Asks for the password; without a terminal it is the first line of standard input.")

        @OptionGroup var common: CommonOptions

        @Option(help: "Name to sign in with: chen.min")
        var name: String

        @Option(help: "Name that is shown: 陈敏")
        var displayName: String

        @Option(help: "Code of the unit the person belongs to.")
        var unit: String

        @Option(name: .customLong("role"), help: "A role; may be given several times (default: administrator).")
        var roles: [StaffRole] = []

        func run() async throws {
            let settings = try await common.settings()
            let create = CreateAccount(
                signInName: name, displayName: displayName, password: try Self.askPassword(), unitCode: unit,
                roles: roles.isEmpty ? [.administrator] : roles)
            try await Interruption.stoppable { interruption in
                try await Installation.whileReached(settings, interruption: interruption) { installation in
                    do {
                        try await installation.withDatabase(as: .staff, purpose: "admin") { staff in
                            try await installation.expectUpToDate(staff)
                            try await create(in: staff, as: .installation())
                        }
                    } catch let fault as AccountFault {
                        throw StartFailure(fault.description)
                    }
                    Console.say("\(create.signInName) can sign in at /desk.")
                }
            }
        }

        private static func askPassword() throws -> String {
            guard isatty(STDIN_FILENO) == 1 else {
                guard let line = readLine() else { throw StartFailure("Standard input holds no password.") }
                return line
            }
            // getpass shows nothing of what is typed.
            guard let first = getpass("Password: ").map({ String(cString: $0) }),
                let second = getpass("Once more: ").map({ String(cString: $0) })
            else { throw StartFailure("The password could not be read from the terminal.") }
            guard first == second else { throw StartFailure("The two passwords differ. Nothing was made.") }
            return first
        }
    }

    /// Adds a key for contact data.
    struct RotateKey: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "rotate-key",
            abstract: "Add a key for contact data; new rows use it, old rows stay readable with theirs.",
            discussion: "Restart `serve` and `work` afterwards, on every machine with this secrets directory copied.")

        @OptionGroup var common: CommonOptions

        func run() async throws {
            let settings = try await common.settings()
            let path: String
            if let given = settings.secretsDirectory {
                path = given
            } else if settings.databases.isEmpty {
                path = try await EmbeddedCluster.place(settings: settings).directory.secrets
            } else {
                path = Installation.usualSecrets
            }
            let secrets = SecretsDirectory(path)
            _ = try Secrets.load(from: secrets)
            Console.say("Made \(try Secrets.addContactKey(in: secrets)) in \(path). Back it up now.")
        }
    }
}

extension StaffRole: ExpressibleByArgument {}
