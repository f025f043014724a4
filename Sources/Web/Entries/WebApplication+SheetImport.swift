import Documents
import Foundation
import Hummingbird
import Participation
import Postgres

extension WebApplication {
    /// Tables of messages: a file is read and shown first, a second press hands it to the worker.
    func addMessageImport(to desk: RouterGroup<MinyiContext>) {
        addSheetImport(to: desk, at: "messages/import") { _ in .messages }
    }

    /// The same of comments about one consultation.
    func addCommentImport(to desk: RouterGroup<MinyiContext>) {
        addSheetImport(to: desk, at: "procedures/:number/import") { .comments(try await heading($0)) }
    }

    private func addSheetImport(
        to desk: RouterGroup<MinyiContext>, at path: String,
        _ place: @escaping @Sendable (MinyiContext) async throws -> SheetImportPlace
    ) {
        desk.get("\(path)") { _, context -> Response in try await importPage(try await place(context), context) }
        desk.get("\(path)/template") { _, context -> Response in
            let (place, texts) = (try await place(context), context.texts)
            let template = place.template
            let bytes = try await Self.templates.run {
                try SheetWriter.bytes(sheet: template.sheet, widths: template.widths, heading: template.heading)
            }
            return .download(
                bytes, filename: place.word("template_name", texts) + ".xlsx", contentType: FileKind.xlsx.rawValue)
        }
        desk.post("\(path)") { _, context -> Response in try await readSheet(at: try await place(context), context) }
        desk.post("\(path)/confirm") { _, context -> Response in
            try await requestImport(at: try await place(context), context)
        }
        desk.get("\(path)/:id") { _, context -> Response in
            let (place, found) = (try await place(context), try await importInPath(context))
            let taken = try await pools.staff.read(as: try context.staff.databaseActor) { tx in
                try tx.all(
                    SheetImport.taken(found.id, limit: SheetImportStatePage.mostLines), as: SheetImport.Taken.self)
            }
            return try pages.render(SheetImportStatePage(found, at: place, taken: taken, context.texts), in: context)
        }
        for format in LedgerSheet.Format.allCases {
            desk.get("\(path)/:id/list.\(format.rawValue)") { _, context -> Response in
                let (texts, found) = (context.texts, try await importInPath(context))
                let sheet = LedgerSheet(
                    name: texts["entries.import.taken"],
                    heading: [texts["links.number"], texts["links.matter"], texts["entries.number"]])
                return try await pools.staff.read(as: try context.staff.databaseActor) { tx in
                    let taken = try tx.all(
                        SheetImport.taken(found.id, limit: EntrySheetLimits.mostRows), as: SheetImport.Taken.self)
                    return try sheet.file(as: format) { add in
                        for it in taken { try add([.text(it.number), .text(it.title), .text(it.externalNumber)]) }
                    }
                }.download
            }
        }
    }

    private func importInPath(_ context: MinyiContext) async throws -> SheetImport {
        let found = try await SheetImport.find(
            try context.number("id"), in: pools.staff, as: try context.staff.databaseActor)
        guard let found else { throw Problem.notFound }
        return found
    }

    private static let templates = OwnThreads("sheet-templates", threads: 1, longestQueue: 30)

    private func readSheet(at place: SheetImportPlace, _ context: MinyiContext) async throws -> Response {
        let (texts, staff) = (context.texts, try context.staff)
        guard let file = context.form.file("file") else {
            return try await importPage(place, errors: FormErrors("file", texts["entries.errors.file"]), context)
        }
        guard staff.has(.organiser) || staff.has(.clerk), let unit = staff.unitIDs.first else {
            throw Problem.forbidden
        }
        let (bytes, name) = (try file.bytes, file.filename)
        func stored() async throws -> UUID {
            try await SheetUpload.store(bytes, name: name, unitID: unit, in: pools.staff, as: staff.databaseActor).id
        }
        do {
            switch place {
            case .messages:
                let sheet = try await messageSheet(bytes, context)
                let upload = try await stored()
                try await ImportMessages(sheet, upload: upload).check(in: pools.staff, as: staff.databaseActor)
                return try await importPage(place, reading: .init(sheet, upload: upload, file: name, texts), context)
            case .comments:
                let sheet = try await commentSheet(bytes, place, context)
                if let errors = try await importedBefore(sheet, bytes, place, context) {
                    return try await importPage(place, errors: errors, context)
                }
                return try await importPage(
                    place, reading: .init(sheet, upload: try await stored(), file: name, texts), context)
            }
        } catch let faults as EntrySheetFaults {
            return try await importPage(place, faults: faults, context)
        }
    }

    private func messageSheet(_ bytes: [UInt8], _ context: MinyiContext) async throws -> MessageSheet {
        let terms = try await MessageEntryTerms.load(in: pools.staff, as: try context.staff.databaseActor)
        return try await MessageSheet.read(bytes, units: terms.units, today: terms.today)
    }

    private func commentSheet(
        _ bytes: [UInt8], _ place: SheetImportPlace, _ context: MinyiContext
    ) async throws -> CommentSheet {
        guard let number = place.procedure,
            let terms = try await CommentEntryTerms.load(
                procedure: number, in: pools.staff, as: try context.staff.databaseActor)
        else { throw Problem.notFound }
        return try await CommentSheet.read(bytes, terms: terms)
    }

    /// The same file of comments once more: nothing of it is taken twice.
    private func importedBefore(
        _ sheet: CommentSheet, _ bytes: [UInt8], _ place: SheetImportPlace, _ context: MinyiContext
    ) async throws -> FormErrors? {
        guard let number = place.procedure else { return nil }
        let known = try await ImportComments(sheet, upload: ImportComments.source(bytes, procedure: number)).known(
            procedure: number, in: pools.staff, as: try context.staff.databaseActor)
        return known == 0 ? nil : FormErrors("file", context.texts["entries.errors.file_known", ["count": known]])
    }

    private func requestImport(at place: SheetImportPlace, _ context: MinyiContext) async throws -> Response {
        let (texts, actor) = (context.texts, try context.staff.databaseActor)
        guard let id = UUID(uuidString: context.form.string("upload")),
            let upload = try await SheetUpload.find(id, in: pools.staff, as: actor)
        else {
            return try await importPage(place, errors: FormErrors("file", texts["drafts.errors.upload_gone"]), context)
        }
        do {
            let rows =
                switch place {
                case .messages: try await messageSheet(upload.bytes, context).rows.count
                case .comments: try await commentSheet(upload.bytes, place, context).rows.count
                }
            let made = try await SheetImport.request(
                upload: id, rows: rows, procedure: place.procedure, in: pools.staff, as: actor)
            return .seeOther("\(place.address)/\(made)")
        } catch let faults as EntrySheetFaults {
            // What was right when it was shown: a unit has ended meanwhile, or the window has closed.
            return try await importPage(place, faults: faults, context)
        }
    }

    private func importPage(
        _ place: SheetImportPlace, reading: SheetImportPage.Reading? = nil, faults: EntrySheetFaults? = nil,
        errors: FormErrors = FormErrors(), _ context: MinyiContext
    ) async throws -> Response {
        let (texts, staff) = (context.texts, try context.staff)
        let errors = faults.map { FormErrors("file", texts["drafts.errors.faults", ["count": $0.total]]) } ?? errors
        let page = SheetImportPage(
            place, mayEnter: staff.has(.organiser) || staff.has(.clerk), reading: reading, faults: faults,
            earlier: try await SheetImport.mine(procedure: place.procedure, in: pools.staff, as: staff.databaseActor),
            errors: errors, texts)
        return try pages.render(page, in: context, status: errors.isEmpty ? .ok : .unprocessableContent)
    }
}
