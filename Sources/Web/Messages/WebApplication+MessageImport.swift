import Documents
import Foundation
import Hummingbird
import Participation
import Postgres

extension WebApplication {
    /// Tables of messages: a file is read and shown first, a second press imports it.
    func addMessageImport(to desk: RouterGroup<MinyiContext>) {
        desk.get("messages/import") { _, context -> Response in try importPage(context) }
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
        desk.post("messages/import/confirm") { _, context -> Response in try await importMessages(context) }
    }

    private static let templates = OwnThreads("sheet-templates", threads: 1, longestQueue: 30)

    private func readMessages(_ context: MinyiContext) async throws -> Response {
        let (texts, staff) = (context.texts, try context.staff)
        guard let file = context.form.file("file") else {
            return try importPage(errors: FormErrors("file", texts["entries.errors.file"]), context)
        }
        guard staff.has(.organiser) || staff.has(.clerk), let unit = staff.unitIDs.first else {
            throw Problem.forbidden
        }
        let terms = try await MessageEntryTerms.load(in: pools.staff, as: staff.databaseActor)
        let bytes = try file.bytes
        do {
            let sheet = try await MessageSheet.read(bytes, units: terms.units, today: terms.today)
            let upload = try await SheetUpload.store(
                bytes, name: file.filename, unitID: unit, in: pools.staff, as: staff.databaseActor)
            try await ImportMessages(sheet, upload: upload).check(in: pools.staff, as: staff.databaseActor)
            return try importPage(sheet: sheet, upload: upload, file: file.filename, context)
        } catch let faults as MessageSheetFaults {
            return try importPage(faults: faults, context)
        }
    }

    private func importMessages(_ context: MinyiContext) async throws -> Response {
        let (texts, actor) = (context.texts, try context.staff.databaseActor)
        guard let id = UUID(uuidString: context.form.string("upload")),
            let upload = try await SheetUpload.find(id, in: pools.staff, as: actor)
        else { return try importPage(errors: FormErrors("file", texts["drafts.errors.upload_gone"]), context) }
        let terms = try await MessageEntryTerms.load(in: pools.staff, as: actor)
        do {
            let sheet = try await MessageSheet.read(upload.bytes, units: terms.units, today: terms.today)
            let count = try await ImportMessages(sheet, upload: id)(intake: intake, in: pools.staff, as: actor)
            context.visit.flash(.done, texts["entries.import.done", ["count": count]])
            return .seeOther("/desk/messages/import")
        } catch let faults as MessageSheetFaults {
            // What was right when it was shown: somebody else has entered a number meanwhile.
            return try importPage(faults: faults, context)
        }
    }

    private func importPage(
        sheet: MessageSheet? = nil, upload: UUID? = nil, file: String = "", faults: MessageSheetFaults? = nil,
        errors: FormErrors = FormErrors(), _ context: MinyiContext
    ) throws -> Response {
        let (texts, staff) = (context.texts, try context.staff)
        let errors = faults.map { FormErrors("file", texts["drafts.errors.faults", ["count": $0.total]]) } ?? errors
        let page = MessageImportPage(
            mayEnter: staff.has(.organiser) || staff.has(.clerk), sheet: sheet, upload: upload, file: file,
            faults: faults,
            errors: errors, texts)
        return try pages.render(page, in: context, status: errors.isEmpty ? .ok : .unprocessableContent)
    }
}
