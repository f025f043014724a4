import Foundation
import Hummingbird
import Participation
import Postgres

extension WebApplication {
    /// Drafts of directories: what there is, and the way in for a file. A file is read and shown first; a second press
    /// imports it.
    func addDrafts(to router: Router<MinyiContext>) {
        let desk = desk(router)
        desk.get("drafts") { _, context in try await draftList(context) }
        desk.get("drafts/new") { _, context in try await uploadPage(DraftForm(), context) }
        desk.post("drafts/new") { _, context in try await readNewDraft(context) }
        desk.post("drafts/import") { _, context in try await importNewDraft(context) }
        desk.get("drafts/:id") { _, context in try await draftPage(context) }
        desk.get("drafts/:id/editions/new") { _, context in
            let draft = try await draft(context)
            return try uploadPage(EditionForm(), of: draft, context)
        }
        desk.post("drafts/:id/editions/new") { _, context in try await readNextEdition(context) }
        desk.post("drafts/:id/editions/import") { _, context in try await importNextEdition(context) }
        desk.get("drafts/:id/editions/:ordinal") { request, context in try await editionPage(request, context) }
    }

    // MARK: What there is

    private func draftList(_ context: MinyiContext) async throws -> Response {
        let staff = try context.staff
        let drafts = try await pools.staff.read(as: staff.databaseActor) { try $0.all(Draft.all, as: Draft.self) }
        return try pages.render(
            DraftListPage(drafts, mayImport: staff.has(.organiser), context.texts), in: context)
    }

    private func draftPage(_ context: MinyiContext) async throws -> Response {
        let staff = try context.staff
        let id = try context.number("id")
        let (draft, editions, procedures) = try await pools.staff.read(as: staff.databaseActor) { tx in
            (
                try tx.one(Draft.with(id: id), as: Draft.self), try tx.all(Edition.of(draft: id), as: Edition.self),
                try tx.all(Procedure.of(draft: id), as: Procedure.self)
            )
        }
        let page = DraftPage(
            draft, editions: editions, procedures: procedures, mayImport: staff.has(.organiser), context.texts)
        return try pages.render(page, in: context)
    }

    private func editionPage(_ request: Request, _ context: MinyiContext) async throws -> Response {
        let staff = try context.staff
        let (id, ordinal) = (try context.number("id"), try context.number("ordinal"))
        let query = try request.query()
        let filter = DraftTable.Filter(
            text: String(query.string("q").unicodeScalars.prefix(100)), level1: query.string("level1"))
        let (draft, edition, passages) = try await pools.staff.read(as: staff.databaseActor) { tx in
            let edition = try tx.one(Edition.with(draft: id, ordinal: ordinal), as: Edition.self)
            return (
                try tx.one(Draft.with(id: id), as: Draft.self), edition,
                try tx.all(Passage.of(edition: edition.id), as: Passage.self)
            )
        }
        let page = EditionPage(
            edition, of: draft, passages: passages, filter: filter, page: min(max(0, query.int("page") ?? 0), 1000),
            mayAsk: staff.has(.organiser), context.texts)
        return try pages.render(page, in: context)
    }

    private func draft(_ context: MinyiContext) async throws -> Draft {
        let id = try context.number("id")
        return try await pools.staff.read(as: context.actor) { try $0.one(Draft.with(id: id), as: Draft.self) }
    }

    // MARK: A new draft

    private func readNewDraft(_ context: MinyiContext) async throws -> Response {
        let (form, texts, actor) = (DraftForm(context.form), context.texts, try context.staff)
        let units = try await unitsToOrganise(for: actor)
        let (sheet, file, faults, fileErrors) = try await readFile(context)
        var errors = form.errors(units: units, texts)
        errors.add(contentsOf: fileErrors)
        guard errors.isEmpty, let sheet, let file, let unit = units.first(where: { $0.id == form.unitID }) else {
            return try await uploadPage(form, errors: errors, faults: faults, context)
        }
        let upload = try await SheetUpload.store(
            try file.bytes, name: file.filename, unitID: unit.id, in: pools.staff, as: actor.databaseActor)
        let page = DraftConfirmPage(form, unit: unit, sheet: sheet, file: file.filename, upload: upload, texts)
        return try pages.render(page, in: context)
    }

    private func importNewDraft(_ context: MinyiContext) async throws -> Response {
        let (form, texts, actor) = (DraftForm(context.form), context.texts, try context.staff)
        var errors = form.errors(units: try await unitsToOrganise(for: actor), texts)
        let upload = try await waiting(context)
        errors.require(upload != nil, "file", texts["drafts.errors.upload_gone"])
        guard errors.isEmpty, let upload, let unitID = form.unitID else {
            return try await uploadPage(form, errors: errors, context)
        }
        let imported = try await ImportDirectory(
            try await DirectorySheet.read(upload.bytes),
            as: .draft(title: form.fullTitle, field: form.field, unitID: unitID), sourceName: upload.name,
            upload: upload.id)(in: pools.staff, as: actor.databaseActor)
        context.visit.flash(.done, texts["drafts.imported", ["count": imported.rows]])
        return .seeOther("/desk/drafts/\(imported.draftID)")
    }

    private func uploadPage(
        _ form: DraftForm, errors: FormErrors = FormErrors(), faults: DirectoryFaults? = nil, _ context: MinyiContext
    ) async throws -> Response {
        let staff = try context.staff
        var form = form
        if form.unitID == nil { form.unitID = staff.unitID }
        let page = DraftUploadPage(
            form, units: try await unitsToOrganise(for: staff), mayImport: staff.has(.organiser), errors: errors,
            faults: faults, context.texts)
        return try pages.render(page, in: context, status: errors.isEmpty ? .ok : .unprocessableContent)
    }

    // MARK: The next edition

    private func readNextEdition(_ context: MinyiContext) async throws -> Response {
        let (form, texts, actor) = (EditionForm(context.form), context.texts, context.actor)
        let draft = try await draft(context)
        let (sheet, file, faults, fileErrors) = try await readFile(context)
        var errors = form.errors(texts)
        errors.add(contentsOf: fileErrors)
        guard errors.isEmpty, let sheet, let file else {
            return try uploadPage(form, of: draft, errors: errors, faults: faults, context)
        }
        let upload = try await SheetUpload.store(
            try file.bytes, name: file.filename, unitID: draft.unitID, in: pools.staff, as: actor)
        return try await comparisonPage(
            form, of: draft, sheet, file: file.filename, upload: upload, notice: nil, context)
    }

    private func importNextEdition(_ context: MinyiContext) async throws -> Response {
        let (form, texts, actor) = (EditionForm(context.form), context.texts, context.actor)
        let draft = try await draft(context)
        var errors = form.errors(texts)
        let upload = try await waiting(context)
        errors.require(upload != nil, "file", texts["drafts.errors.upload_gone"])
        guard errors.isEmpty, let upload, let stage = form.stage else {
            return try uploadPage(form, of: draft, errors: errors, context)
        }
        let sheet = try await DirectorySheet.read(upload.bytes)
        do {
            let imported = try await ImportDirectory(
                sheet, as: .edition(ofDraft: draft.id, stage: stage, note: form.note), sourceName: upload.name,
                upload: upload.id, compared: form.compared)(in: pools.staff, as: actor)
            context.visit.flash(.done, texts["drafts.imported", ["count": imported.rows]])
            return .seeOther("/desk/drafts/\(draft.id)/editions/\(imported.ordinal)")
        } catch is ImportDirectory.EditionInBetween {
            return try await comparisonPage(
                form, of: draft, sheet, file: upload.name, upload: upload.id,
                notice: texts["drafts.confirm.in_between"], context)
        }
    }

    private func comparisonPage(
        _ form: EditionForm, of draft: Draft, _ sheet: DirectorySheet, file: String, upload: UUID, notice: String?,
        _ context: MinyiContext
    ) async throws -> Response {
        let comparison = try await EditionComparison.of(
            sheet, withDraft: draft.id, in: pools.staff, as: context.actor)
        let page = DraftConfirmPage(
            form, of: draft, sheet: sheet, comparison: comparison, file: file, upload: upload, notice: notice,
            context.texts)
        return try pages.render(page, in: context, status: notice == nil ? .ok : .conflict)
    }

    private func uploadPage(
        _ form: EditionForm, of draft: Draft, errors: FormErrors = FormErrors(), faults: DirectoryFaults? = nil,
        _ context: MinyiContext
    ) throws -> Response {
        let page = DraftUploadPage(
            form, of: draft, mayImport: try context.staff.has(.organiser), errors: errors, faults: faults,
            context.texts)
        return try pages.render(page, in: context, status: errors.isEmpty ? .ok : .unprocessableContent)
    }

    // MARK: Files

    /// The uploaded file as it was read, or what is wrong with it.
    private func readFile(
        _ context: MinyiContext
    ) async throws -> (sheet: DirectorySheet?, file: FormData.File?, faults: DirectoryFaults?, errors: FormErrors) {
        let texts = context.texts
        guard let file = context.form.file("file") else {
            return (nil, nil, nil, FormErrors("file", texts["drafts.errors.file"]))
        }
        do {
            return (try await DirectorySheet.read(try file.bytes), file, nil, FormErrors())
        } catch let faults as DirectoryFaults {
            return (nil, file, faults, FormErrors("file", texts["drafts.errors.faults", ["count": faults.total]]))
        }
    }

    /// The upload that a confirmation is about; nil when it is gone.
    private func waiting(_ context: MinyiContext) async throws -> SheetUpload? {
        guard let id = UUID(uuidString: context.form.string("upload")) else { return nil }
        return try await SheetUpload.find(id, in: pools.staff, as: context.actor)
    }

    /// The units that exist and that a colleague works for.
    func unitsToOrganise(for staff: StaffActor) async throws -> [Participation.Unit] {
        try await pools.staff.read(as: staff.databaseActor) {
            try $0.all(Participation.Unit.all, as: Participation.Unit.self)
        }
        .filter { $0.validUntil == nil && staff.unitsToOrganise.contains($0.id) }
    }
}
