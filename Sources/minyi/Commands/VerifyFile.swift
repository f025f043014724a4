import ArgumentParser
import Documents
import Participation

/// What a stranger runs on the file of a procedure, without an installation or a database.
struct VerifyFile: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "verify-file",
        abstract: "Check the file of a procedure against its own list of hashes.",
        discussion:
            "Prints what differs. Exit status 0: everything is as listed; 1: it is not, or the file cannot be read.")

    @Argument(help: "The ZIP file, as it was downloaded.") var file: String

    func run() throws {
        let check: CheckProcedureFile
        do {
            check = try CheckProcedureFile(path: file)
        } catch let fault as DocumentFault {
            throw StartFailure("\(file) is no file of a procedure, or it is damaged (\(fault)).")
        }
        for finding in check.findings { Console.say(Self.line(finding)) }
        guard check.findings.isEmpty else {
            Console.progress("\(check.findings.count) of \(check.parts) parts are not as listed.")
            throw ExitCode(1)
        }
        Console.say("\(check.parts) parts, all as listed. SHA-256 of the list: \(check.contentSHA256)")
    }

    private static func line(_ finding: CheckProcedureFile.Finding) -> String {
        switch finding {
        case .differs(let name): "differs   \(name)"
        case .missing(let name): "missing   \(name)"
        case .unlisted(let name): "unlisted  \(name)"
        case .list: "differs   SHA256SUMS is not the list that making.json names"
        }
    }
}
