import Documents
import Foundation
import HTTPTypes
import Hummingbird
import Participation
import Postgres

extension WebApplication {
    /// The way in for a directory's file: it is read and shown first, with what its columns mean; a second press imports it.
    func addDirectoryImport(to desk: RouterGroup<MinyiContext>) {
        // A programme's cell knows field and unit.
        desk.get("drafts/new") { request, context -> Response in
            let query = try request.query()
            var form = DraftForm()
            (form.field, form.unitID) = (query.string("field"), query.int("unit"))
            return try await uploadPage(form, context)
        }
        desk.post("drafts/new") { _, context -> Response in try await readNewDraft(context) }
        desk.post("drafts/import") { _, context -> Response in try await importNewDraft(context) }
        desk.get("drafts/:id/editions/new") { _, context -> Response in
            let draft = try await draft(context)
            if draft.kind == .text { return .seeOther("/desk/drafts/\(draft.id)/editions/text") }
            return try await uploadPage(EditionForm(), of: draft, context)
        }
        desk.post("drafts/:id/editions/new") { _, context -> Response in try await readNextEdition(context) }
        desk.post("drafts/:id/editions/import") { _, context -> Response in try await importNextEdition(context) }
    }

    // MARK: A new draft

    private func readNewDraft(_ context: MinyiContext) async throws -> Response {
        let (form, texts, actor) = (DraftForm(context.form), context.texts, try context.staff)
        let units = try await unitsToOrganise(for: actor)
        var errors = form.errors(units: units, texts)
        let unit = units.first { $0.id == form.unitID }
        let reading = try await readFile(unit: unit?.id ?? actor.unitID, &errors, context)
        guard errors.isEmpty, let file = reading.file, let sheet = file.sheet, let unit else {
            return try await uploadPage(form, errors: errors, reading: reading, context)
        }
        let page = DraftConfirmPage(form, unit: unit, file: file, sheet: sheet, notice: nil, texts)
        return try pages.render(page, in: context)
    }

    private func importNewDraft(_ context: MinyiContext) async throws -> Response {
        let (form, texts, actor) = (DraftForm(context.form), context.texts, try context.staff)
        let units = try await unitsToOrganise(for: actor)
        var errors = form.errors(units: units, texts)
        let unit = units.first { $0.id == form.unitID }
        let reading = try await readFile(unit: unit?.id ?? actor.unitID, &errors, context)
        guard errors.isEmpty, let file = reading.file, let sheet = file.sheet, let unit else {
            return try await uploadPage(form, errors: errors, reading: reading, context)
        }
        guard isAsShown(file, context) else {
            let notice = texts["drafts.confirm.columns_changed"]
            let page = DraftConfirmPage(form, unit: unit, file: file, sheet: sheet, notice: notice, texts)
            return try pages.render(page, in: context)
        }
        let imported = try await ImportDirectory(
            sheet, as: .draft(title: form.fullTitle, field: form.field, unitID: unit.id),
            sourceName: file.upload.name, upload: file.upload.id)(in: pools.staff, as: actor.databaseActor)
        context.visit.flash(.done, texts["drafts.imported", ["count": imported.rows]])
        return .seeOther("/desk/drafts/\(imported.draftID)")
    }

    private func uploadPage(
        _ form: DraftForm, errors: FormErrors = FormErrors(), reading: FileReading? = nil,
        _ context: MinyiContext
    ) async throws -> Response {
        let staff = try context.staff
        var form = form
        if form.unitID == nil { form.unitID = staff.unitID }
        let page = DraftUploadPage(
            form, units: try await unitsToOrganise(for: staff), mayImport: staff.has(.organiser), errors: errors,
            reading: reading, takesDocuments: try await takesDocuments(context), context.texts)
        return try pages.render(page, in: context, status: errors.isEmpty ? .ok : .unprocessableContent)
    }

    // MARK: The next edition

    private func readNextEdition(_ context: MinyiContext) async throws -> Response {
        let form = EditionForm(context.form)
        let draft = try await draft(context)
        var errors = form.errors(context.texts)
        let reading = try await readFile(unit: draft.unitID, &errors, context)
        guard errors.isEmpty, let file = reading.file, let sheet = file.sheet else {
            return try await uploadPage(form, of: draft, errors: errors, reading: reading, context)
        }
        return try await comparisonPage(form, of: draft, file, sheet, context)
    }

    private func importNextEdition(_ context: MinyiContext) async throws -> Response {
        let (form, texts, actor) = (EditionForm(context.form), context.texts, context.actor)
        let draft = try await draft(context)
        var errors = form.errors(texts)
        let reading = try await readFile(unit: draft.unitID, &errors, context)
        guard errors.isEmpty, let file = reading.file, let sheet = file.sheet, let stage = form.stage else {
            return try await uploadPage(form, of: draft, errors: errors, reading: reading, context)
        }
        guard isAsShown(file, context) else {
            let notice = texts["drafts.confirm.columns_changed"]
            return try await comparisonPage(form, of: draft, file, sheet, notice: notice, context)
        }
        do {
            let imported = try await ImportDirectory(
                sheet, as: .edition(ofDraft: draft.id, stage: stage, note: form.note), sourceName: file.upload.name,
                upload: file.upload.id, compared: form.compared)(in: pools.staff, as: actor)
            context.visit.flash(.done, texts["drafts.imported", ["count": imported.rows]])
            return .seeOther("/desk/drafts/\(draft.id)/editions/\(imported.ordinal)/lineage")
        } catch is ImportDirectory.EditionInBetween {
            let notice = texts["drafts.confirm.in_between"]
            return try await comparisonPage(form, of: draft, file, sheet, notice: notice, status: .conflict, context)
        }
    }

    private func comparisonPage(
        _ form: EditionForm, of draft: Draft, _ file: DirectoryFile, _ sheet: DirectorySheet, notice: String? = nil,
        status: HTTPResponse.Status = .ok, _ context: MinyiContext
    ) async throws -> Response {
        let proposed = try await ProposedEdition.of(sheet, forDraft: draft.id, in: pools.staff, as: context.actor)
        let page = DraftConfirmPage(
            form, of: draft, file: file, sheet: sheet, proposed: proposed, notice: notice, context.texts)
        return try pages.render(page, in: context, status: status)
    }

    private func uploadPage(
        _ form: EditionForm, of draft: Draft, errors: FormErrors = FormErrors(), reading: FileReading? = nil,
        _ context: MinyiContext
    ) async throws -> Response {
        let page = DraftUploadPage(
            form, of: draft, mayImport: try context.staff.has(.organiser), errors: errors, reading: reading,
            takesDocuments: try await takesDocuments(context), context.texts)
        return try pages.render(page, in: context, status: errors.isEmpty ? .ok : .unprocessableContent)
    }

    // MARK: Files

    /// The file that was sent, or the one that waits since it was; read with what was chosen for its columns, or with what is
    /// proposed.
    private func readFile(
        unit: Int, _ errors: inout FormErrors, _ context: MinyiContext
    ) async throws -> FileReading {
        let texts = context.texts
        let sent = context.form.file("file")
        guard let sent else {
            guard let waiting = try await waiting(context) else {
                let wasThere = !context.form.string("upload").isEmpty
                errors.require(false, "file", texts[wasThere ? "drafts.errors.upload_gone" : "drafts.errors.file"])
                return .unreadable(nil)
            }
            return try await read(waiting.bytes, waiting, name: waiting.name, unit: unit, &errors, context)
        }
        return try await read(try sent.bytes, nil, name: sent.filename, unit: unit, &errors, context)
    }

    /// - Parameter kept: the upload that waits; nil for one that was just sent, which is kept once its table is found.
    private func read(
        _ bytes: [UInt8], _ kept: SheetUpload?, name: String, unit: Int, _ errors: inout FormErrors,
        _ context: MinyiContext
    ) async throws -> FileReading {
        let (texts, form, actor) = (context.texts, ColumnsForm(context.form), context.actor)
        let wanted = kept == nil ? nil : form.sheet
        do {
            var upload = kept
            var document: DocumentContent?
            if bytes.count <= DirectorySheet.mostBytes, OfficeFile.isDocument(bytes) {
                guard try await takesDocuments(context) else {
                    errors.require(false, "file", texts["drafts.document.not_taken"])
                    return .unreadable(nil)
                }
                let stored = try await keep(kept, bytes, name: name, unit: unit, context)
                let reading = try await DocumentReading.of(stored.id, in: pools.staff, as: actor)
                guard case .read(let content) = reading else {
                    errors.require(false, "file", Self.sentence(reading, texts))
                    return reading == .waiting ? .waiting(stored) : .unreadable(nil)
                }
                (upload, document) = (stored, content)
            }
            let table: DirectoryTable
            if let document {
                table = try await DirectoryTable.read(document, sheet: wanted)
            } else {
                table = try await DirectoryTable.read(bytes, sheet: wanted)
            }
            let remembered = try await HeadingMemory.of(unit: unit, in: pools.staff, as: actor)
            let choices =
                kept == nil
                ? table.proposal(remembered: remembered) : form.choices(of: table, remembered: remembered)
            let stored = try await keep(upload, bytes, name: name, unit: unit, context)
            let (sheet, faults) = try await rows(of: table, choices)
            if let faults { errors.add("faults-title", texts["drafts.errors.faults", ["count": faults.total]]) }
            let file = DirectoryFile(upload: stored, table: table, choices: choices, sheet: sheet, document: document)
            return .read(file, faults)
        } catch let faults as DirectoryFaults {
            // A file that is no table at all, or none that opens, is told in one sentence.
            if let sentence = texts.refusedFile(faults, name: name) {
                errors.add("file", sentence)
                return .unreadable(nil)
            }
            errors.add("faults-title", texts["drafts.errors.faults", ["count": faults.total]])
            return .unreadable(faults)
        }
    }

    /// Why a document is not there.
    static func sentence(_ reading: DocumentReading, _ texts: Texts) -> String {
        if case .refused(let code) = reading { return texts["drafts.document.refused.\(code)"] }
        return texts["drafts.document.waiting"]
    }

    private func keep(
        _ kept: SheetUpload?, _ bytes: [UInt8], name: String, unit: Int, _ context: MinyiContext
    ) async throws -> SheetUpload {
        if let kept { return kept }
        return try await SheetUpload.store(bytes, name: name, unitID: unit, in: pools.staff, as: context.actor)
    }

    private func rows(
        of table: DirectoryTable, _ choices: [ColumnChoice]
    ) async throws -> (DirectorySheet?, DirectoryFaults?) {
        do { return (try await DirectorySheet.read(table, choices: choices), nil) } catch let faults as DirectoryFaults
        {
            return (nil, faults)
        }
    }

    func takesDocuments(_ context: MinyiContext) async throws -> Bool {
        try await DocumentReading.isOffered(in: pools.staff, as: context.actor)
    }

    /// Whether the columns go where the person has seen them go.
    private func isAsShown(_ file: DirectoryFile, _ context: MinyiContext) -> Bool {
        ColumnsForm(context.form).shown == ColumnsForm.shown(file.table, file.choices)
    }

    /// The upload that a form is about; nil when it is gone.
    func waiting(_ context: MinyiContext) async throws -> SheetUpload? {
        guard let id = UUID(uuidString: context.form.string("upload")) else { return nil }
        return try await SheetUpload.find(id, in: pools.staff, as: context.actor)
    }
}

extension Texts {
    /// Why nothing was read from a file; nil where places in it are to be named.
    /// - Parameter name: as it was sent.
    fileprivate func refusedFile(_ faults: DirectoryFaults, name: String) -> String? {
        guard faults.total == 1, let fault = faults.faults.first, fault.line == nil else { return nil }
        if name.lowercased().hasSuffix(".docx"), [.workbook, .text].contains(fault.expected) {
            return self["drafts.document.refused.broken"]
        }
        let key = "directories.refused.\(fault.expected.code)"
        let ofSheet = key + "_sheet"
        if !fault.value.isEmpty, has(ofSheet) {
            return self[ofSheet, ["sheet": fault.value, "number": fault.expected.number ?? 0]]
        }
        if has(key) { return self[key, ["number": fault.expected.number ?? 0]] }
        let expected = self[
            "directories.expected.\(fault.expected.code)", fault.expected.number.map { ["number": $0] } ?? [:]]
        return self["directories.refused.other", ["expected": expected]]
    }
}
