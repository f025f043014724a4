import ArgumentParser
import Foundation
import Participation
import Postgres
import Questionnaires
import Web

extension ImportCommand {
    /// Takes over a questionnaire made elsewhere, as /desk/questionnaires/new does, and says what it holds.
    struct Questionnaire: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Load a questionnaire: own YAML, LimeSurvey (.lss) or XLSForm (.xlsx).",
            discussion: """
                Prints the questions by type, conditions, quotas, and by name and place whatever cannot be carried over or is to \
                be put right before opening, in Chinese where the locale is (LANG=zh_CN.UTF-8), else in English. What can be \
                carried over is saved as a questionnaire in preparation. Exit status: 0 taken whole, 3 taken in part, 2 refused.
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
        @Flag(help: "Print JSON: with codes for programs beside the sentences.") var json = false

        func validate() throws {
            guard dryRun || unit != nil && account != nil else {
                throw ValidationError(
                    "Say with --unit and --by for which unit and by whom it is made, or add --dry-run.")
            }
        }

        func run() async throws {
            let language = Language(terminal: ProcessInfo.processInfo.environment)
            let texts = try Texts(language: language, folder: try common.programRoot() + "/web/locales")
            let read: QuestionnaireFile
            do {
                read = try QuestionnaireFile(reading: try ImportCommand.bytes(file, most: QuestionnaireFile.mostBytes))
            } catch let fault as QuestionnaireFile.Fault {
                let sentence = texts.sentence(fault).withoutControls
                Console.progress("minyi: \(file): \(sentence)\n\(texts["builder.import.nothing"])")
                if json {
                    Console.say(String(decoding: try JSONEncoder().encode(["refused": sentence]), as: UTF8.self))
                }
                throw ExitCode(2)
            }
            let report = QuestionnaireReport(read, title: title ?? "", texts)
            guard !dryRun, let unit, let account else { return try finish(report) }
            try await ImportCommand.perform(common) { _, database in
                let number = try await make(
                    read.questionnaire, without: read.unsupported, unit: unit, account: account, in: database)
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
    }
}
