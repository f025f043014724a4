import ArgumentParser
import Glibc
import Participation

/// The command `minyi`. Each subcommand is a file under `Commands`; a new one is added to `subcommands` here.
@main
struct Minyi: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "minyi",
        abstract: "Public participation for county governments: ask, receive, answer, publish.",
        discussion: """
            `minyi up` runs everything on one machine, with a PostgreSQL of its own. An installation with its own \
            PostgreSQL uses `database prepare`, `migrate`, `serve` and `work`. Settings: see README.md.
            """,
        subcommands: [
            Up.self, Serve.self, Work.self, Migrate.self, DatabaseCommand.self, AdminCommand.self,
            ImportCommand.self, Deadline.self, VerifyFile.self, Verify.self, Bench.self,
        ])

    static func main() async {
        // A reader of our output that went away must not end the server.
        signal(SIGPIPE, SIG_IGN)
        // Named, the zone of the machine is read once; unnamed, the C library looks after its file for every line of the log.
        setenv("TZ", ":/etc/localtime", 0)
        // Threads that read and write sockets: one for every two cores. Pages are made by others, and on a small machine a second one only
        // takes turns with them.
        setenv("NIO_SINGLETON_GROUP_LOOP_COUNT", String(max(1, sysconf(Int32(_SC_NPROCESSORS_ONLN)) / 2)), 0)
        do {
            var command = try parseAsRoot()
            if var asynchronous = command as? any AsyncParsableCommand {
                try await asynchronous.run()
            } else {
                try command.run()
            }
            end(0)
        } catch let failure as StartFailure {
            Console.progress("minyi: \(failure)")
            end(1)
        } catch let failure as SecretsDirectory.Failure {
            Console.progress("minyi: \(failure)")
            end(1)
        } catch {
            exit(withError: error)
        }
    }

    /// Ends the process without the C library's farewell: OpenSSL takes part in it, and a thread that is just connecting
    /// to a database would then work with what was freed.
    private static func end(_ code: Int32) -> Never {
        fflush(nil)
        _exit(code)
    }
}
