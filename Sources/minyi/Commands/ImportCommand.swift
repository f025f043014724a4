import ArgumentParser
import Foundation
import Participation
import Postgres
import Web

/// Loads facts and drafts from files. Each file is taken whole or not at all.
struct ImportCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "import",
        abstract:
            "Load units, the official calendar, a draft directory, messages, or a questionnaire from a file.",
        subcommands: [Units.self, Calendar.self, Directory.self, Messages.self, Questionnaire.self])

    struct Units: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Load units: code,name,kind,parent.")

        @OptionGroup var common: CommonOptions
        @Argument(help: "The CSV file.") var file: String

        func run() async throws {
            let units = try ImportCommand.naming(file) { try ImportUnits(csv: try ImportCommand.bytes(file)) }
            try await ImportCommand.perform(common) { _, database in
                let added = try await units(in: database, as: .installation())
                Console.say("\(file): \(units.lines.count) units, \(added) of them new.")
            }
        }
    }

    struct Calendar: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Load the official calendar: date,kind[holiday|workday],name.")

        @OptionGroup var common: CommonOptions
        @Argument(help: "The CSV file.") var file: String
        @Option(help: "The notice the days are taken from.") var source = ""

        func run() async throws {
            let calendar = try ImportCommand.naming(file) {
                try ImportCalendar(csv: try ImportCommand.bytes(file), source: source)
            }
            try await ImportCommand.perform(common) { _, database in
                try await calendar(in: database, as: .installation())
                Console.say("\(file): \(calendar.days.count) days.")
            }
        }
    }

    struct Directory: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Load a draft directory (XLSX or CSV) with the national columns, as a new draft of a unit.",
            discussion: """
                UTF-8 or GB18030, with or without a byte order mark. Cells that were merged (empty first-level cells, 同上) \
                take the value above; every such cell is listed, and --yes confirms them.
                """)

        @OptionGroup var common: CommonOptions
        @Argument(help: "The XLSX or CSV file.") var file: String
        @Option(help: "The field, for example 社会救助.") var field: String
        @Option(help: "Code of the responsible unit.") var unit: String
        @Option(help: "Title of the draft (default: FIELD领域政务公开事项标准目录).") var title: String?
        @Flag(help: "Take over the values of merged cells without asking.") var yes = false

        func run() async throws {
            let sheet = try ImportCommand.naming(file) { try DirectorySheet(reading: try ImportCommand.bytes(file)) }
            if sheet.isRenumbered { Console.say("序号有空缺或重复，从 1 开始重新编号。") }
            if !sheet.ignoredColumns.isEmpty {
                Console.say("没有对应位置、不导入的列：\(sheet.ignoredColumns.joined(separator: "、"))")
            }
            for cell in sheet.carried {
                Console.say("第\(cell.line)行「\(cell.column)」取第\(cell.fromLine)行的值：\(cell.value)")
            }
            guard sheet.carried.isEmpty || yes else {
                throw StartFailure("Look at the cells above. Nothing was imported; --yes takes them over.")
            }
            try await ImportCommand.perform(common) { _, database in
                let found = try await database.read { tx in
                    try tx.first(Participation.Unit.named(code: unit), as: Participation.Unit.self)
                }
                guard let unit = found else {
                    throw StartFailure("There is no unit \(unit). Units are loaded with `minyi import units FILE`.")
                }
                let imported = try await ImportDirectory(
                    sheet,
                    as: .draft(title: title ?? ImportDirectory.title(ofField: field), field: field, unitID: unit.id),
                    sourceName: (file as NSString).lastPathComponent)(
                        in: database, as: .installation(unitIDs: [unit.id]))
                Console.say("\(file): \(imported.rows) rows, draft \(imported.draftID) of \(unit.name).")
            }
        }
    }

    struct Messages: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Load messages from a table (XLSX or CSV), as /desk/messages/import does.",
            discussion: "All of them or none. The same file given again adds nothing.")

        @OptionGroup var common: CommonOptions
        @Argument(help: "The XLSX or CSV file.") var file: String
        @Option(name: .customLong("as"), help: "Sign-in name of the clerk who enters them.") var clerk: String
        @Flag(help: "Check the file and load nothing.") var dryRun = false

        func run() async throws {
            let bytes = try ImportCommand.bytes(file)
            try await ImportCommand.perform(common) { installation, database in
                guard let clerk = try await StaffSession.actor(named: clerk, in: database) else {
                    throw StartFailure("There is no open account \(clerk).")
                }
                let actor = clerk.databaseActor
                do {
                    let terms = try await MessageEntryTerms.load(in: database, as: actor)
                    let sheet = try await MessageSheet.read(bytes, units: terms.units, today: terms.today)
                    let messages = ImportMessages(sheet, upload: MessageSheet.upload(of: bytes))
                    guard !dryRun else {
                        try await messages.check(in: database, as: actor)
                        return Console.say("\(file): \(sheet.rows.count) messages, nothing wrong, nothing loaded.")
                    }
                    let intake = Intake(secrets: try Secrets.load(from: installation.secrets))
                    let made = try await messages(intake: intake, in: database, as: actor)
                    Console.say("\(file): \(made.submissionIDs.count) messages, \(made.added) of them new.")
                } catch is NotAllowed {
                    throw StartFailure(
                        "\(clerk.name) (\(self.clerk)) may not enter messages: that needs the role organiser or clerk. Nothing was loaded."
                    )
                } catch let faults as EntrySheetFaults {
                    let texts = try Texts(language: .chinese, folder: installation.settings.root + "/web/locales")
                    let lines = faults.faults.map { $0.sentence(texts) }
                    throw StartFailure(
                        "\(file): " + texts["directories.faults", ["count": faults.total]] + "\n"
                            + lines.joined(separator: "\n"))
                }
            }
        }
    }

    /// - Parameter most: of what is larger one byte more is read, and no further; nil for all of it.
    static func bytes(_ file: String, most: Int? = nil) throws -> [UInt8] {
        let found: Data? =
            if let most {
                FileHandle(forReadingAtPath: file).flatMap { try? $0.read(upToCount: most + 1) ?? Data() }
            } else {
                FileManager.default.contents(atPath: file)
            }
        guard let data = found else {
            throw StartFailure("The file \(file) cannot be read.")
        }
        return Array(data)
    }

    /// Names the file in front of whatever is wrong with it.
    static func naming<Result>(_ file: String, _ read: () throws -> Result) throws -> Result {
        do {
            return try read()
        } catch let failure as StartFailure {
            throw failure
        } catch {
            throw StartFailure("\(file):\n\(error)")
        }
    }

    static func perform(
        _ common: CommonOptions, _ work: @escaping @Sendable (Installation, Database) async throws -> Void
    ) async throws {
        let settings = try await common.settings()
        try await Interruption.stoppable { interruption in
            try await Installation.whileReached(settings, interruption: interruption, mayCreate: false) {
                installation in
                try await installation.withDatabase(as: .staff, purpose: "import") { staff in
                    try await installation.expectUpToDate(staff)
                    try await work(installation, staff)
                }
            }
        }
    }
}
