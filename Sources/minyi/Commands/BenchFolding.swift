import ArgumentParser
import Foundation
import Text

/// Folds comments from a file; `ops/bench/folding` sets Python's datasketch beside it.
struct BenchFolding: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "folding",
        abstract: "Fold the lines of a file, and print for each the number of the first line of its group.")

    @Argument(help: "A comment a line, UTF-8.")
    var file: String

    @Option(help: "The share of shingles that two comments must have in common.")
    var threshold = Folding.usualThreshold

    func run() throws {
        let text = String(decoding: try ImportCommand.bytes(file), as: UTF8.self)
        let comments = text.split(separator: "\n").map(String.init)
        var firsts = Array(comments.indices)
        for group in Folding(comments, threshold: threshold).groups {
            let members = group.wordings.flatMap(\.texts)
            guard let first = members.min() else { continue }
            for member in members { firsts[member] = first }
        }
        Console.say(firsts.map(String.init).joined(separator: "\n"))
    }
}
