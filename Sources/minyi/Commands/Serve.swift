import ArgumentParser

/// The web server of an installation with its own PostgreSQL.
struct Serve: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Run the web server. Refuses to start as the owner, or when the database is behind.")

    @OptionGroup var common: CommonOptions

    @Option(help: "Address to listen on (default: that of the settings, else 127.0.0.1).")
    var host: String?

    @Option(help: "Port to listen on (default: that of the settings, else 8080).")
    var port: Int?

    func run() async throws {
        let settings = try await common.settings(host: host, port: port)
        try PortCheck.expectFree(host: settings.host, port: settings.port)
        try await Interruption.stoppable { interruption in
            try await Installation.whileReached(settings, interruption: interruption) { installation in
                try await installation.run([.web], interruption: interruption) {
                    Console.progress("Serving on http://\(settings.host):\(settings.port)/")
                }
            }
        }
    }
}
