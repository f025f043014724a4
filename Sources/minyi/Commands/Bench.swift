import ArgumentParser

/// The parts of `ops/bench` that must run inside the program.
struct Bench: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Measure parts of the program; see ops/bench.", shouldDisplay: false,
        subcommands: [BenchReads.self, BenchFolding.self, BenchRedline.self])
}
