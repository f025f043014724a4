import ArgumentParser
import Participation

/// Everything on one machine: PostgreSQL, web server and worker.
struct Up: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Run everything: a PostgreSQL of its own, tables, demo, web server and worker.",
        discussion: "With database addresses configured it uses that server instead. Stops with Ctrl-C.")

    @OptionGroup var common: CommonOptions

    @Option(help: "Port of the web server (default: that of the settings, else 8080).")
    var port: Int?

    @Option(help: "The demo an empty database is filled with (default: ops/demo/demo.yaml).")
    var demo: String?

    @Flag(name: .customLong("no-demo"), help: "Leave an empty database empty.")
    var withoutDemo = false

    func run() async throws {
        let settings = try await common.settings(port: port)
        let demo = demo ?? settings.root + "/ops/demo/demo.yaml"
        try PortCheck.expectFree(host: settings.host, port: settings.port)
        try await Interruption.stoppable { interruption in
            try await Installation.whileReached(settings, interruption: interruption, alone: true) { installation in
                _ = try Secrets.loadOrCreate(in: installation.secrets)
                let applied = try await Console.during("Bringing the tables up to date") {
                    try await installation.migrate()
                }
                if !applied.isEmpty { Console.progress("  \(applied.count) migrations applied") }
                if !withoutDemo { try await installation.loadDemoIfEmpty(demo) }
                let accounts = try installation.demoAccounts(demo)
                try await installation.run([.web, .worker], interruption: interruption) {
                    Console.say("\nMinyi is ready: http://\(settings.host):\(settings.port)/")
                    Console.say("Desk of the offices: http://\(settings.host):\(settings.port)/desk")
                    if !accounts.isEmpty {
                        Console.say("Demo accounts (name, password, what they do):")
                        for account in accounts { Console.say(account) }
                    }
                    Console.say("Stop with Ctrl-C.")
                }
            }
        }
    }
}
