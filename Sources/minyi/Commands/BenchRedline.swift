import ArgumentParser
import Foundation
import Participation
import Text
import Web

/// Compares two editions from files; part of `ops/bench/redline`.
struct BenchRedline: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "redline",
        abstract: "Match two editions and make their redline, and print the seconds it took.",
        discussion:
            "After the seconds, a line for each link: positions in the old edition, a bar, positions in the new one.")

    @Argument(help: "The old edition as CSV without a header.") var old: String
    @Argument(help: "The new edition.") var new: String
    @Option(help: "A folder for the pages of changes, `changed.html` and `all.html`.") var pages: String?

    func run() throws {
        let (old, new) = (try passages(self.old), try passages(self.new))
        let start = ContinuousClock.now
        let match = EditionMatch(from: old, to: new)
        let table = RedlineTable(from: old, to: new, match: match)
        let took = ContinuousClock.now - start
        Console.say("seconds \(took / .seconds(1))")
        Console.say("lines \(table.lines.count)")
        if let pages { try write(match, old, new, to: pages) }
        Console.say(match.links.map { "\(list($0.old))|\(list($0.new))" }.joined(separator: "\n"))
    }

    /// The pages as the server makes them, along the lineage just found, and the seconds for each.
    private func write(_ match: EditionMatch, _ old: [[String]], _ new: [[String]], to folder: String) throws {
        let links = match.links.flatMap { link in
            link.new.flatMap { n in link.old.map { EditionLineage.Link(old: $0 + 1, new: n + 1) } }
        }
        let root = FileManager.default.currentDirectoryPath + "/web"
        for (name, onlyChanged) in [("changed", true), ("all", false)] {
            let start = ContinuousClock.now
            let redline = try EditionRedline(
                from: sides(old), to: sides(new), extraColumns: [], lineage: EditionLineage(links))
            let html = try RedlineSheet.html(redline, onlyChanged: onlyChanged, root: root)
            Console.say("page \(name) \((ContinuousClock.now - start) / .seconds(1))")
            try Data(html.utf8).write(to: URL(fileURLWithPath: "\(folder)/\(name).html"))
        }
    }

    /// The columns of the demo's files after their number.
    private static let columns: [DirectoryColumn] = [
        .level1, .level2, .contentElements, .legalBasis, .timeLimit, .publisher, .carriers, .audience, .disclosureMode,
        .tier, .source,
    ]

    private func sides(_ rows: [[String]]) -> [EditionRedline.Side] {
        rows.enumerated().map { index, row in
            var cells = PassageCells()
            cells[.number] = String(index + 1)
            for (column, text) in zip(Self.columns, row) { cells[column] = text }
            return EditionRedline.Side(position: index + 1, cells: cells)
        }
    }

    private func passages(_ file: String) throws -> [[String]] {
        let text = String(decoding: try ImportCommand.bytes(file), as: UTF8.self)
        return try CSVReader.records(text).map(\.texts)
    }

    private func list(_ positions: [Int]) -> String { positions.map(String.init).joined(separator: ",") }
}
