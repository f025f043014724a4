import ArgumentParser
import Text

/// Compares two editions from files; part of `ops/bench/redline`.
struct BenchRedline: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "redline",
        abstract: "Match two editions and make their redline, and print the seconds it took.",
        discussion:
            "After the seconds, a line for each link: positions in the old edition, a bar, positions in the new one.")

    @Argument(help: "The old edition as CSV without a header.") var old: String
    @Argument(help: "The new edition.") var new: String

    func run() throws {
        let (old, new) = (try passages(old), try passages(new))
        let start = ContinuousClock.now
        let match = EditionMatch(from: old, to: new)
        let table = RedlineTable(from: old, to: new, match: match)
        let took = ContinuousClock.now - start
        Console.say("seconds \(took / .seconds(1))")
        Console.say("lines \(table.lines.count)")
        Console.say(match.links.map { "\(list($0.old))|\(list($0.new))" }.joined(separator: "\n"))
    }

    private func passages(_ file: String) throws -> [[String]] {
        let text = String(decoding: try ImportCommand.bytes(file), as: UTF8.self)
        return try CSVReader.records(text).map(\.texts)
    }

    private func list(_ positions: [Int]) -> String { positions.map(String.init).joined(separator: ",") }
}
