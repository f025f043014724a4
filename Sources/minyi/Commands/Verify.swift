import ArgumentParser
import Participation

/// What a stranger runs on what was published, without an installation or a database.
struct Verify: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Compute anew what has been published.", subcommands: [VerifyLot.self])
}

struct VerifyLot: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "lot",
        abstract: "Draw the lot of a hearing anew from its published file.",
        discussion: """
            Prints what does not hold. Exit status 0: everything is as it says; 1: it is not, or the file cannot be read.
            """)

    @Argument(help: "The JSON file, as it was downloaded.") var file: String

    func run() throws {
        let lot: Lot
        do {
            lot = try Lot(json: try ImportCommand.bytes(file, most: Lot.mostBytes))
        } catch let fault as Lot.Unreadable {
            throw StartFailure("\(file) is no file of a lot, or it is damaged: \(fault.why).")
        }
        let findings = lot.findings
        for finding in findings { Console.say(Self.line(finding, of: lot)) }
        guard findings.isEmpty else {
            Console.progress("\(findings.count) \(findings.count == 1 ? "thing does" : "things do") not hold.")
            throw ExitCode(1)
        }
        let numbers = lot.categories.reduce(0) { $0 + ($1.numbers ?? []).count }
        let size = "Hearing \(lot.hearing), \(lot.categories.count) categories, \(numbers) numbers"
        switch lot.format {
        case .witnessed:
            Console.say("\(size): chosen and reserve are the list, each number once.")
            Console.say("It was drawn before witnesses; nobody can compute more.")
        case .verifiable:
            Console.say("\(size): drawn as seed, value and list say.")
            Console.say("SHA-256 of the seed, published before registration closed: \(lot.commitment ?? "")")
            Console.say("SHA-256 of the list, published before the value was known: \(lot.listSha256 ?? "")")
            if let earlier = lot.earlierSources, !earlier.isEmpty {
                Console.say("The value was to come from another source before (earlierSources: \(earlier.count)).")
            }
        }
    }

    private static func line(_ finding: Lot.Finding, of lot: Lot) -> String {
        switch finding {
        case .form(let key): "malformed  \(key) is missing, or has not the form that it must have"
        case .notDrawn: "not drawn  it is \(lot.state.rawValue)"
        case .seed: "differs    the seed is not the one committed to"
        case .list: "differs    the list is not the one that was frozen"
        case .steps: "differs    the steps were not taken in their order"
        case .twice(let number): "twice      \(number)"
        case .notInOrder(let category): "differs    \(category): the list is not in order"
        case .order(let category): "differs    \(category): drawn in another order"
        case .otherNumbers(let category):
            "differs    \(category): chosen and reserve are not the list, each number once"
        case .seats(let category): "differs    \(category): not as many chosen as there are seats"
        }
    }
}
