import Documents
import Foundation
import HTTPTypes
import Hummingbird
import Participation
import Postgres

/// A directory's file as far as it was read, and where it waits.
struct DirectoryFile: Sendable {
    let upload: SheetUpload
    let table: DirectoryTable
    /// What is chosen for its columns.
    let choices: [ColumnChoice]
    /// What is wrong with it under these choices; nil when nothing is.
    let faults: DirectoryFaults?
    let sheet: DirectorySheet?
}

extension WebApplication {
    /// The way in for a directory's file: it is read and shown first, with what its columns mean; a second press imports it.
    func addDirectoryImport(to desk: RouterGroup<MinyiContext>) {
        desk.get("drafts/new") { _, context -> Response in try await uploadPage(DraftForm(), context) }
        desk.post("drafts/new") { _, context -> Response in try await readNewDraft(context) }
        desk.post("drafts/import") { _, context -> Response in try await importNewDraft(context) }
        desk.get("drafts/:id/editions/new") { _, context -> Response in
            let draft = try await draft(context)
            return try uploadPage(EditionForm(), of: draft, context)
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
        let (file, faults) = try await readFile(unit: unit?.id ?? actor.unitID, &errors, context)
        guard errors.isEmpty, let file, let sheet = file.sheet, let unit else {
            return try await uploadPage(form, errors: errors, faults: faults, file: file, context)
        }
        let page = DraftConfirmPage(form, unit: unit, file: file, sheet: sheet, notice: nil, texts)
        return try pages.render(page, in: context)
    }

    private func importNewDraft(_ context: MinyiContext) async throws -> Response {
        let (form, texts, actor) = (DraftForm(context.form), context.texts, try context.staff)
        let units = try await unitsToOrganise(for: actor)
        var errors = form.errors(units: units, texts)
        let unit = units.first { $0.id == form.unitID }
        let (file, faults) = try await readFile(unit: unit?.id ?? actor.unitID, &errors, context)
        guard errors.isEmpty, let file, let sheet = file.sheet, let unit else {
            return try await uploadPage(form, errors: errors, faults: faults, file: file, context)
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
        _ form: DraftForm, errors: FormErrors = FormErrors(), faults: DirectoryFaults? = nil,
        file: DirectoryFile? = nil, _ context: MinyiContext
    ) async throws -> Response {
        let staff = try context.staff
        var form = form
        if form.unitID == nil { form.unitID = staff.unitID }
        let page = DraftUploadPage(
            form, units: try await unitsToOrganise(for: staff), mayImport: staff.has(.organiser), errors: errors,
            faults: faults, file: file, context.texts)
        return try pages.render(page, in: context, status: errors.isEmpty ? .ok : .unprocessableContent)
    }

    // MARK: The next edition

    private func readNextEdition(_ context: MinyiContext) async throws -> Response {
        let form = EditionForm(context.form)
        let draft = try await draft(context)
        var errors = form.errors(context.texts)
        let (file, faults) = try await readFile(unit: draft.unitID, &errors, context)
        guard errors.isEmpty, let file, let sheet = file.sheet else {
            return try uploadPage(form, of: draft, errors: errors, faults: faults, file: file, context)
        }
        return try await comparisonPage(form, of: draft, file, sheet, context)
    }

    private func importNextEdition(_ context: MinyiContext) async throws -> Response {
        let (form, texts, actor) = (EditionForm(context.form), context.texts, context.actor)
        let draft = try await draft(context)
        var errors = form.errors(texts)
        let (file, faults) = try await readFile(unit: draft.unitID, &errors, context)
        guard errors.isEmpty, let file, let sheet = file.sheet, let stage = form.stage else {
            return try uploadPage(form, of: draft, errors: errors, faults: faults, file: file, context)
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
            return .seeOther("/desk/drafts/\(draft.id)/editions/\(imported.ordinal)")
        } catch is ImportDirectory.EditionInBetween {
            let notice = texts["drafts.confirm.in_between"]
            return try await comparisonPage(form, of: draft, file, sheet, notice: notice, status: .conflict, context)
        }
    }

    private func comparisonPage(
        _ form: EditionForm, of draft: Draft, _ file: DirectoryFile, _ sheet: DirectorySheet, notice: String? = nil,
        status: HTTPResponse.Status = .ok, _ context: MinyiContext
    ) async throws -> Response {
        let comparison = try await EditionComparison.of(
            sheet, withDraft: draft.id, in: pools.staff, as: context.actor)
        let page = DraftConfirmPage(
            form, of: draft, file: file, sheet: sheet, comparison: comparison, notice: notice, context.texts)
        return try pages.render(page, in: context, status: status)
    }

    private func uploadPage(
        _ form: EditionForm, of draft: Draft, errors: FormErrors = FormErrors(), faults: DirectoryFaults? = nil,
        file: DirectoryFile? = nil, _ context: MinyiContext
    ) throws -> Response {
        let page = DraftUploadPage(
            form, of: draft, mayImport: try context.staff.has(.organiser), errors: errors, faults: faults, file: file,
            context.texts)
        return try pages.render(page, in: context, status: errors.isEmpty ? .ok : .unprocessableContent)
    }

    // MARK: Files

    /// The file that was sent, or the one that waits since it was; read with what was chosen for its columns, or with what is
    /// proposed.
    /// - Returns: no file where it could not even be told what its columns are.
    private func readFile(
        unit: Int, _ errors: inout FormErrors, _ context: MinyiContext
    ) async throws -> (DirectoryFile?, DirectoryFaults?) {
        let (texts, form) = (context.texts, ColumnsForm(context.form))
        let sent = context.form.file("file")
        let waiting = sent == nil ? try await waiting(context) : nil
        guard sent != nil || waiting != nil else {
            let wasThere = !context.form.string("upload").isEmpty
            errors.require(false, "file", texts[wasThere ? "drafts.errors.upload_gone" : "drafts.errors.file"])
            return (nil, nil)
        }
        do {
            let bytes = try sent?.bytes ?? waiting?.bytes ?? []
            let table = try await DirectoryTable.read(bytes, sheet: waiting == nil ? nil : form.sheet)
            let remembered = try await HeadingMemory.of(unit: unit, in: pools.staff, as: context.actor)
            let choices =
                waiting == nil
                ? table.proposal(remembered: remembered) : form.choices(of: table, remembered: remembered)
            let upload: SheetUpload
            if let waiting {
                upload = waiting
            } else {
                upload = try await SheetUpload.store(
                    bytes, name: sent?.filename ?? "", unitID: unit, in: pools.staff, as: context.actor)
            }
            let (sheet, faults) = try await rows(of: table, choices)
            if let faults { errors.require(false, "file", texts["drafts.errors.faults", ["count": faults.total]]) }
            let file = DirectoryFile(upload: upload, table: table, choices: choices, faults: faults, sheet: sheet)
            return (file, faults)
        } catch let faults as DirectoryFaults {
            errors.require(false, "file", texts["drafts.errors.faults", ["count": faults.total]])
            return (nil, faults)
        }
    }

    private func rows(
        of table: DirectoryTable, _ choices: [ColumnChoice]
    ) async throws -> (DirectorySheet?, DirectoryFaults?) {
        do { return (try await DirectorySheet.read(table, choices: choices), nil) } catch let faults as DirectoryFaults
        {
            return (nil, faults)
        }
    }

    /// Whether the columns go where the person has seen them go.
    private func isAsShown(_ file: DirectoryFile, _ context: MinyiContext) -> Bool {
        ColumnsForm(context.form).shown == ColumnsForm.shown(file.table, file.choices)
    }

    /// The upload that a form is about; nil when it is gone.
    private func waiting(_ context: MinyiContext) async throws -> SheetUpload? {
        guard let id = UUID(uuidString: context.form.string("upload")) else { return nil }
        return try await SheetUpload.find(id, in: pools.staff, as: context.actor)
    }
}
