import ArgumentParser
import Glibc

/// The command `minyi`. Each subcommand is a file under `Commands`; a new one is added to `subcommands` here.
@main
struct Minyi: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "minyi",
        abstract: "Public participation for county governments: ask, receive, answer, publish.",
        discussion: """
            `minyi up` runs everything on one machine, with a PostgreSQL of its own. An installation with its own
            PostgreSQL uses `database prepare`, `migrate`, `serve` and `work`. Settings: see README.md.
            """,
        subcommands: [Up.self, Serve.self, Work.self, Migrate.self, DatabaseCommand.self])

    static func main() async {
        // A reader of our output that went away must not end the server.
        signal(SIGPIPE, SIG_IGN)
        do {
            var command = try parseAsRoot()
            if var asynchronous = command as? any AsyncParsableCommand {
                try await asynchronous.run()
            } else {
                try command.run()
            }
        } catch let failure as StartFailure {
            Console.progress("minyi: \(failure.sentence)")
            Glibc.exit(1)
        } catch {
            exit(withError: error)
        }
    }
}
