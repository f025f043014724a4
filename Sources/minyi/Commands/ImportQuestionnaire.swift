import ArgumentParser
import Documents
import Foundation
import Participation
import Postgres
import Questionnaires

extension ImportCommand {
    /// Takes over a questionnaire made elsewhere, as /desk/questionnaires/new does, and says what it holds.
    struct Questionnaire: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Load a questionnaire: own YAML, LimeSurvey (.lss) or XLSForm (.xlsx).",
            discussion: """
                Prints the questions by type, conditions, quotas, and by name and place whatever cannot be carried over; what can \
                is saved as a questionnaire in preparation. Exit status: 0 taken whole, 3 taken in part, 2 refused.
                """)

        @OptionGroup var common: CommonOptions
        @Argument(help: "The file.") var file: String
        @Option(help: "Code of the organising unit.") var unit: String?
        @Option(
            name: [.customLong("by"), .customLong("as")],
            help: "Sign-in name of the colleague who makes it: an organiser of the unit.")
        var account: String?
        @Option(help: "Title (default: that of the file).") var title: String?
        @Flag(help: "One question for everyone: a poll.") var poll = false
        @Flag(help: "Read the file and save nothing.") var dryRun = false
        @Flag(help: "Print JSON.") var json = false

        func validate() throws {
            guard dryRun || unit != nil && account != nil else {
                throw ValidationError(
                    "Say with --unit and --by for which unit and by whom it is made, or add --dry-run.")
            }
        }

        func run() async throws {
            let (report, content): (QuestionnaireReport, Questionnaires.Questionnaire)
            do {
                let read = try QuestionnaireFile(
                    reading: try ImportCommand.bytes(file, most: QuestionnaireFile.mostBytes))
                (report, content) = (QuestionnaireReport(read), read.questionnaire)
            } catch let fault as QuestionnaireFile.Fault {
                let sentence = Self.sentence(fault).withoutControls
                Console.progress("minyi: \(file): \(sentence) Nothing was taken.")
                if json {
                    Console.say(String(decoding: try JSONEncoder().encode(["refused": sentence]), as: UTF8.self))
                }
                throw ExitCode(2)
            }
            guard !dryRun, let unit, let account else { return try finish(report) }
            try await ImportCommand.perform(common) { _, database in
                let number = try await make(
                    content, without: report.unsupported, unit: unit, account: account, in: database)
                try finish(report, number: number)
            }
        }

        /// Prints what was read, and made.
        private func finish(_ report: QuestionnaireReport, number: String? = nil) throws {
            var report = report
            report.number = number
            Console.say(json ? try report.json : report.text)
            if !report.unsupported.isEmpty { throw ExitCode(3) }
        }

        /// - Parameter lost: what the file had and this has not; it stands with it for whoever goes on with it, as from the desk.
        private func make(
            _ content: Questionnaires.Questionnaire, without lost: [QuestionnaireFile.Unsupported], unit code: String,
            account: String, in database: Database
        ) async throws -> String {
            guard let maker = try await StaffSession.actor(named: account, in: database) else {
                throw StartFailure("There is no open account \(account). Nothing was saved.")
            }
            let actor = maker.databaseActor
            let found = try await database.read(as: actor) { tx in
                try tx.first(Participation.Unit.named(code: code), as: Participation.Unit.self)
            }
            guard let unit = found else { throw StartFailure("There is no unit \(code). Nothing was saved.") }
            do {
                let number = try await MakeQuestionnaire(
                    content, title: title ?? "", kind: poll ? .poll : .questionnaire, for: unit.id)(
                        in: database, as: actor)
                try await ImportLosses.keep(lost, of: number, in: database, as: actor)
                return number
            } catch let refused as PostgresError where refused.isPermissionDenied {
                throw StartFailure(
                    "\(maker.name) (\(account)) may not make questionnaires of \(unit.name): that needs the role organiser there. Nothing was saved."
                )
            }
        }

        private static func sentence(_ fault: QuestionnaireFile.Fault) -> String {
            switch fault {
            case .tooLarge(let limit): "larger than \(limit) bytes."
            case .unknownFormat: "neither a questionnaire in YAML, nor an .lss of LimeSurvey, nor an XLSForm."
            case .unreadable(let why): "cannot be read: \(why)."
            case .document(.definitions): "holds a document type definition, which is never followed."
            case .document(.tooDeep), .tooDeep: "nested deeper than any questionnaire."
            case .document(let fault): "cannot be read (\(fault))."
            case .aliases: "holds aliases, with which a small file unfolds into a huge one."
            case .tooMany(let limit): "holds more than \(limit) entries."
            case .notUTF8: "is not UTF-8."
            }
        }
    }
}

/// What a file holds, as it is printed.
struct QuestionnaireReport: Encodable {
    let format: String
    let title: String
    /// By the name of their kind.
    let questions: [String: Int]
    let pages: Int
    let conditions: Int
    let computed: Int
    let quotas: Int
    let unsupported: [QuestionnaireFile.Unsupported]
    /// What is to be mended before it can be opened.
    let faults: [String]
    /// Of what was made of it; nil while nothing was.
    var number: String?

    init(_ file: QuestionnaireFile) {
        let content = file.questionnaire
        (format, title, unsupported) = (file.format.rawValue, content.title, file.unsupported)
        questions = Dictionary(content.questions.map { ($0.kind.name, 1) }, uniquingKeysWith: +)
        (pages, computed, quotas) = (content.pages.count, content.computed.count, content.quotas.count)
        let parts =
            content.pages.map(\.condition) + content.pages.flatMap { $0.groups.map(\.condition) }
            + content.questions.flatMap { [$0.condition] + ($0.kind.options + $0.kind.columns).map(\.condition) }
        conditions = parts.count { $0?.isEmpty == false }
        faults = QuestionnaireCheck(content).faults.filter { $0.severity == .error }.map { fault in
            let words = fault.parameters.sorted { $0.key < $1.key }.map { "\($0.key) \($0.value)" }
            return ([fault.place.words, fault.key] + words).filter { !$0.isEmpty }.joined(separator: ": ")
        }
    }

    var json: String {
        get throws {
            let encoder = JSONEncoder()
            encoder.outputFormatting = [.sortedKeys, .prettyPrinted, .withoutEscapingSlashes]
            // The encoder leaves what steers a terminal beyond ASCII as it is.
            return String(decoding: try encoder.encode(self), as: UTF8.self).unicodeScalars.map { scalar in
                (0x7F...0x9F).contains(scalar.value)
                    ? "\\u00" + String(scalar.value, radix: 16) : String(Character(scalar))
            }.joined()
        }
    }

    var text: String {
        var lines = ["\(title) (\(format))", "\(pages) pages, \(questions.values.reduce(0, +)) questions:"]
        lines += questions.sorted { $0.key < $1.key }.map { "  \($0.key)  \($0.value)" }
        lines.append("\(conditions) conditions, \(computed) computed values, \(quotas) quotas")
        if unsupported.isEmpty {
            lines.append("Everything can be carried over.")
        } else {
            lines.append("Not carried over (\(unsupported.count)):")
        }
        lines += unsupported.map { "  \($0.what.rawValue)  \($0.place)  \($0.detail)" }
        if !faults.isEmpty { lines.append("To be mended before opening (\(faults.count)):") }
        lines += faults.map { "  \($0)" }
        if let number { lines.append("Saved as \(number), in preparation.") }
        return lines.map(\.withoutControls).joined(separator: "\n")
    }
}

extension String {
    /// What a file holds may steer no terminal.
    fileprivate var withoutControls: String {
        String(
            String.UnicodeScalarView(unicodeScalars.filter { $0.value >= 0x20 && !(0x7F...0x9F).contains($0.value) }))
    }
}
