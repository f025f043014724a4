import ArgumentParser

/// The worker of an installation with its own PostgreSQL.
struct Work: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Run the worker: what opens, closes and publishes by itself. Refuses what `serve` refuses.")

    @OptionGroup var common: CommonOptions

    func run() async throws {
        let settings = try await common.settings()
        try await Interruption.stoppable { interruption in
            try await Installation.whileReached(settings, interruption: interruption) { installation in
                try await installation.run([.worker], interruption: interruption)
            }
        }
    }
}
