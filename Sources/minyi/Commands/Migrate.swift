import ArgumentParser

/// Brings the tables up to date.
struct Migrate: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Bring the tables up to date, as the owner.",
        discussion: "Stop `serve` and `work` first. Several of these at once do no harm.")

    @OptionGroup var common: CommonOptions

    func run() async throws {
        let settings = try await common.settings()
        try await Interruption.stoppable { interruption in
            try await Installation.whileReached(settings, interruption: interruption) { installation in
                let applied = try await installation.migrate()
                for name in applied { Console.say("applied \(name)") }
                if applied.isEmpty { Console.say("The tables are up to date.") }
            }
        }
    }
}
