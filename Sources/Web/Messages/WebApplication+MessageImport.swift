import Documents
import Foundation
import Hummingbird
import Participation
import Postgres

extension WebApplication {
    /// Tables of messages: a file is read and shown first, a second press hands it to the worker.
    func addMessageImport(to desk: RouterGroup<MinyiContext>) {
        desk.get("messages/import") { _, context -> Response in try await importPage(context) }
        desk.get("messages/import/template") { _, context -> Response in
            let heading = MessageColumn.allCases.map(\.heading)
            let bytes = try await Self.templates.run {
                try SheetWriter.bytes(sheet: "留言", widths: MessageColumn.allCases.map(\.width), heading: heading)
            }
            return .download(
                bytes, filename: context.texts["entries.import.template_name"] + ".xlsx",
                contentType: FileKind.xlsx.rawValue)
        }
        desk.post("messages/import") { _, context -> Response in try await readMessages(context) }
        desk.post("messages/import/confirm") { _, context -> Response in try await requestImport(context) }
        desk.get("messages/import/:id") { _, context -> Response in
            let found = try await importInPath(context)
            let taken = try await pools.staff.read(as: try context.staff.databaseActor) { tx in
                try tx.all(
                    MessageImport.taken(found.id, limit: MessageImportStatePage.mostLines), as: MessageImport.Taken.self
                )
            }
            return try pages.render(MessageImportStatePage(found, taken: taken, context.texts), in: context)
        }
        for format in LedgerSheet.Format.allCases {
            desk.get("messages/import/:id/list.\(format.rawValue)") { _, context -> Response in
                let (texts, found) = (context.texts, try await importInPath(context))
                let sheet = LedgerSheet(
                    name: texts["entries.import.taken"],
                    heading: [texts["links.number"], texts["links.matter"], texts["entries.number"]])
                return try await pools.staff.read(as: try context.staff.databaseActor) { tx in
                    let taken = try tx.all(
                        MessageImport.taken(found.id, limit: MessageSheet.mostRows), as: MessageImport.Taken.self)
                    return try sheet.file(as: format) { add in
                        for it in taken { try add([.text(it.number), .text(it.title), .text(it.externalNumber)]) }
                    }
                }.download
            }
        }
    }

    private func importInPath(_ context: MinyiContext) async throws -> MessageImport {
        let found = try await MessageImport.find(
            try context.number("id"), in: pools.staff, as: try context.staff.databaseActor)
        guard let found else { throw Problem.notFound }
        return found
    }

    private static let templates = OwnThreads("sheet-templates", threads: 1, longestQueue: 30)

    private func readMessages(_ context: MinyiContext) async throws -> Response {
        let (texts, staff) = (context.texts, try context.staff)
        guard let file = context.form.file("file") else {
            return try await importPage(errors: FormErrors("file", texts["entries.errors.file"]), context)
        }
        guard staff.has(.organiser) || staff.has(.clerk), let unit = staff.unitIDs.first else {
            throw Problem.forbidden
        }
        let terms = try await MessageEntryTerms.load(in: pools.staff, as: staff.databaseActor)
        let bytes = try file.bytes
        do {
            let sheet = try await MessageSheet.read(bytes, units: terms.units, today: terms.today)
            let upload = try await SheetUpload.store(
                bytes, name: file.filename, unitID: unit, in: pools.staff, as: staff.databaseActor
            ).id
            try await ImportMessages(sheet, upload: upload).check(in: pools.staff, as: staff.databaseActor)
            return try await importPage(sheet: sheet, upload: upload, file: file.filename, context)
        } catch let faults as MessageSheetFaults {
            return try await importPage(faults: faults, context)
        }
    }

    private func requestImport(_ context: MinyiContext) async throws -> Response {
        let (texts, actor) = (context.texts, try context.staff.databaseActor)
        guard let id = UUID(uuidString: context.form.string("upload")),
            let upload = try await SheetUpload.find(id, in: pools.staff, as: actor)
        else { return try await importPage(errors: FormErrors("file", texts["drafts.errors.upload_gone"]), context) }
        let terms = try await MessageEntryTerms.load(in: pools.staff, as: actor)
        do {
            let sheet = try await MessageSheet.read(upload.bytes, units: terms.units, today: terms.today)
            let made = try await MessageImport.request(
                upload: id, rows: sheet.rows.count, in: pools.staff, as: actor)
            return .seeOther("/desk/messages/import/\(made)")
        } catch let faults as MessageSheetFaults {
            // What was right when it was shown: a unit has ended meanwhile.
            return try await importPage(faults: faults, context)
        }
    }

    private func importPage(
        sheet: MessageSheet? = nil, upload: UUID? = nil, file: String = "", faults: MessageSheetFaults? = nil,
        errors: FormErrors = FormErrors(), _ context: MinyiContext
    ) async throws -> Response {
        let (texts, staff) = (context.texts, try context.staff)
        let errors = faults.map { FormErrors("file", texts["drafts.errors.faults", ["count": $0.total]]) } ?? errors
        let page = MessageImportPage(
            mayEnter: staff.has(.organiser) || staff.has(.clerk), sheet: sheet, upload: upload, file: file,
            faults: faults, earlier: try await MessageImport.mine(in: pools.staff, as: staff.databaseActor),
            errors: errors, texts)
        return try pages.render(page, in: context, status: errors.isEmpty ? .ok : .unprocessableContent)
    }
}
