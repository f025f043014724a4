import Documents
import Foundation
import HTTPTypes
import Hummingbird
import Participation
import Postgres

extension WebApplication {
    /// The way in for a text of clauses: pasted, or taken from a document. What was recognised is shown first; a second press
    /// imports it.
    func addTextImport(to desk: RouterGroup<MinyiContext>) {
        desk.get("drafts/text") { _, context -> Response in
            var form = TextDraftForm(key: UUID())
            form.draft.unitID = try context.staff.unitID
            return try await textPage(form, of: nil, context)
        }
        desk.post("drafts/text") { _, context -> Response in try await readText(of: nil, context) }
        desk.post("drafts/text/import") { _, context -> Response in try await importText(of: nil, context) }
        desk.get("drafts/:id/editions/text") { _, context -> Response in
            let draft = try await textDraft(context)
            return try await textPage(TextDraftForm(key: UUID()), of: draft, context)
        }
        desk.post("drafts/:id/editions/text") { _, context -> Response in
            try await readText(of: try await textDraft(context), context)
        }
        desk.post("drafts/:id/editions/text/import") { _, context -> Response in
            try await importText(of: try await textDraft(context), context)
        }
    }

    private func textDraft(_ context: MinyiContext) async throws -> Draft {
        let draft = try await draft(context)
        guard draft.kind == .text else { throw Problem.notFound }
        return draft
    }

    private func readText(of draft: Draft?, _ context: MinyiContext) async throws -> Response {
        var form = TextDraftForm(context.form)
        var errors = FormErrors()
        var leftOut: String?
        if let file = context.form.file("file") {
            let document = try await document(file, unit: draft?.unitID ?? context.staff.unitID, &errors, context)
            if let document {
                (form.text, form.source) = (document.text, file.filename)
                let words = document.leftOut(context.texts)
                leftOut = words.isEmpty ? nil : words
            }
        }
        guard errors.isEmpty else { return try await textPage(form, of: draft, errors: errors, context) }
        let sheet = try await recognise(&form, of: draft, &errors, context)
        return try await textPage(form, of: draft, sheet: sheet, notice: leftOut, errors: errors, context)
    }

    private func importText(of draft: Draft?, _ context: MinyiContext) async throws -> Response {
        let texts = context.texts
        // Whoever chose a document meanwhile sees what is in it first.
        if context.form.file("file") != nil { return try await readText(of: draft, context) }
        var form = TextDraftForm(context.form)
        var errors = FormErrors()
        let sheet = try await recognise(&form, of: draft, &errors, context)
        guard errors.isEmpty, let sheet else {
            return try await textPage(form, of: draft, sheet: sheet, errors: errors, context)
        }
        guard form.shown == form.mark else {
            return try await textPage(form, of: draft, sheet: sheet, notice: texts["drafts.text.changed"], context)
        }
        let target: ImportDirectory.Target
        if let draft, let stage = form.edition.stage {
            target = .edition(ofDraft: draft.id, stage: stage, note: form.edition.note)
        } else {
            guard let unit = form.draft.unitID else { throw Problem.badRequest }
            target = .draft(title: form.draft.title, field: form.draft.field, unitID: unit)
        }
        do {
            let imported = try await ImportText(
                sheet, as: target, sourceName: form.source, key: form.key, compared: form.edition.compared)(
                    in: pools.staff, as: context.actor)
            context.visit.flash(.done, texts["drafts.text.imported", ["count": imported.rows]])
            let address = "/desk/drafts/\(imported.draftID)"
            return .seeOther(draft == nil ? address : "\(address)/editions/\(imported.ordinal)/lineage")
        } catch is ImportDirectory.EditionInBetween {
            form.edition.compared = nil
            let notice = texts["drafts.text.in_between"]
            return try await textPage(form, of: draft, sheet: sheet, notice: notice, status: .conflict, context)
        }
    }

    /// What the text is made of; a title that was not typed is taken from it.
    private func recognise(
        _ form: inout TextDraftForm, of draft: Draft?, _ errors: inout FormErrors, _ context: MinyiContext
    ) async throws -> TextSheet? {
        let texts = context.texts
        var sheet: TextSheet?
        do throws(TextSheet.Refused) {
            sheet = try TextSheet(reading: form.text)
        } catch {
            errors.require(false, "text", Self.sentence(error, texts))
        }
        if draft != nil {
            errors.add(contentsOf: form.edition.errors(texts))
        } else {
            if form.draft.title.isEmpty, let title = sheet?.title {
                form.draft.title = String(String.UnicodeScalarView(title.unicodeScalars.prefix(200)))
            }
            errors.add(contentsOf: form.draft.errors(units: try await unitsToOrganise(for: context.staff), texts))
            errors.require(!form.draft.title.isEmpty, "title", texts["drafts.text.errors.title"])
        }
        return sheet
    }

    private static func sentence(_ refused: TextSheet.Refused, _ texts: Texts) -> String {
        switch refused {
        case .empty: texts["drafts.text.errors.empty"]
        case .tooLong(let limit): texts["drafts.text.errors.too_long", ["limit": limit]]
        case .tooManyClauses(let limit): texts["drafts.text.errors.too_many", ["limit": limit]]
        case .clauseTooLong(let line, let limit):
            texts["drafts.text.errors.clause_too_long", ["line": line, "limit": limit]]
        }
    }

    /// The document that was sent, read by the worker; nil with a sentence beside the field.
    private func document(
        _ file: FormData.File, unit: Int, _ errors: inout FormErrors, _ context: MinyiContext
    ) async throws -> DocumentContent? {
        let texts = context.texts
        let bytes = try file.bytes
        guard try await takesDocuments(context) else {
            errors.require(false, "file", texts["drafts.document.not_taken"])
            return nil
        }
        guard bytes.count <= DirectorySheet.mostBytes, OfficeFile.isDocument(bytes) else {
            errors.require(false, "file", texts["drafts.document.refused.broken"])
            return nil
        }
        let upload = try await SheetUpload.store(
            bytes, name: file.filename, unitID: unit, in: pools.staff, as: context.actor)
        let reading = try await DocumentReading.of(
            upload.id, in: pools.staff, as: context.actor, patience: .seconds(20))
        if case .read(let content) = reading { return content }
        errors.require(
            false, "file", reading == .waiting ? texts["drafts.document.later"] : Self.sentence(reading, texts))
        return nil
    }

    private func textPage(
        _ form: TextDraftForm, of draft: Draft?, sheet: TextSheet? = nil, notice: String? = nil,
        errors: FormErrors = FormErrors(), status: HTTPResponse.Status = .ok, _ context: MinyiContext
    ) async throws -> Response {
        let staff = try context.staff
        var form = form
        // As it was when the form was opened, however often it comes back.
        if let draft, form.edition.compared == nil {
            form.edition.compared = try await SeenEdition.of(draft: draft.id, in: pools.staff, as: context.actor)
        }
        let shown = errors.isEmpty ? sheet : nil
        var proposed: ProposedEdition?
        if let draft, let shown {
            proposed = try await ProposedEdition.of(shown, forDraft: draft.id, in: pools.staff, as: context.actor)
        }
        let page = TextDraftPage(
            form, of: draft, units: draft == nil ? try await unitsToOrganise(for: staff) : [],
            sheet: shown, proposed: proposed, takesDocuments: try await takesDocuments(context), notice: notice,
            mayImport: staff.has(.organiser), errors: errors, context.texts)
        return try pages.render(page, in: context, status: errors.isEmpty ? status : .unprocessableContent)
    }
}
