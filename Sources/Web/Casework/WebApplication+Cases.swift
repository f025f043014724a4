import Foundation
import HTTPTypes
import Hummingbird
import Participation
import Postgres
import Text

extension WebApplication {
    /// What units owe: the list, and one case with everything that can be done with it.
    func addCases(to router: Router<MinyiContext>) {
        let desk = desk(router)
        desk.get("cases") { request, context -> Response in
            let (query, staff) = (try request.query(), try context.staff)
            let (filter, after) = (CaseFilter(query), CaseList.Place(query.string("after")))
            let list = try await CaseList.read(filter, after: after, for: staff, in: pools.staff)
            return try pages.render(
                CaseListPage(list, filter: filter, after: after, for: staff, context.texts), in: context)
        }
        desk.get("cases/:id") { _, context in try await casePage(try await caseRecord(context), context) }
        desk.get("cases/:id/sheets/:kind") { _, context -> Response in
            let record = try await caseRecord(context)
            guard let kind = CaseSheetPage.Kind(rawValue: try context.text("kind")),
                let sheet = CaseSheetPage(
                    kind, record, matter: try await matter(of: record.file, context), context.texts)
            else { throw Problem.notFound }
            return try pages.render(sheet, in: context)
        }
        desk.post("cases/:id/reply") { _, context in try await writeReply(context) }
        desk.post("cases/:id/reply/draft") { _, context in try await saveDraft(context) }
        desk.post("cases/:id/publication") { _, context -> Response in
            try await CaseAct.publish(
                on: try context.number("id"), in: pools.staff, as: try context.staff.databaseActor)
            return try done("published", context)
        }
        desk.post("cases/:id/contact") { _, context in try await readCaseContact(context) }
        desk.post("cases/:id/paper") { _, context in try await recordPaperApproval(context) }
        desk.post("cases/:id/:form") { _, context in try await act(context) }
    }

    /// The case in the path, where the member of staff may see it.
    private func caseRecord(_ context: MinyiContext) async throws -> CaseRecord {
        guard
            let record = try await CaseRecord.find(
                try context.number("id"), for: try context.staff, in: pools.staff)
        else { throw Problem.notFound }
        return record
    }

    private func casePage(
        _ record: CaseRecord, typed: CaseFilePage.Typed = .init(), status: HTTPResponse.Status = .ok,
        _ context: MinyiContext
    ) async throws -> Response {
        let page = CaseFilePage(
            record, matter: try await matter(of: record.file, context), for: try context.staff, typed: typed,
            context.texts)
        return try pages.render(page, in: context, status: status)
    }

    private func done(_ key: String, of file: CaseFile? = nil, _ context: MinyiContext) throws -> Response {
        let texts = context.texts
        let key = file.map { texts.casework("done.\(key)", of: $0) } ?? "casework.done.\(key)"
        context.visit.flash(.done, texts[key])
        return .seeOther("/desk/cases/\(try context.number("id"))")
    }

    /// One of the forms of the page.
    private func act(_ context: MinyiContext) async throws -> Response {
        guard let form = CaseForm(rawValue: try context.text("form")) else { throw Problem.notFound }
        let record = try await caseRecord(context)
        let act: CaseAct
        do throws(FormErrors) {
            act = try form.act(context.form, on: record, context.texts)
        } catch {
            // Nothing is wrong with what was typed: what it was about is no longer there.
            guard !error.isEmpty else { throw Problem.conflict(context.texts["casework.errors.moved_on"]) }
            let typed = CaseFilePage.Typed(form: form, data: context.form, errors: error)
            return try await casePage(record, typed: typed, status: .unprocessableContent, context)
        }
        do {
            try await act(on: record.file.id, in: pools.staff, as: try context.staff.databaseActor)
        } catch {
            return try await refused(error, form, context)
        }
        // It may be hidden now from whoever said whom it concerns.
        guard form != .concerned else {
            context.visit.flash(.done, context.texts["casework.done.concerned"])
            return .seeOther("/desk/cases")
        }
        return try done(form.key, of: record.file, context)
    }

    /// A rule has said no: the form comes back as it was sent, with the rule's sentence.
    private func refused(_ error: any Error, _ form: CaseForm, _ context: MinyiContext) async throws -> Response {
        guard let sentence = context.texts.refusal(error) else { throw error }
        let record = try await caseRecord(context)
        // It is no longer on the page; what was typed is kept by the page of the refusal.
        guard CaseTurn(record, for: try context.staff).forms.contains(form) else { throw error }
        let typed = CaseFilePage.Typed(form: form, data: context.form, errors: FormErrors(form.rawValue, sentence))
        return try await casePage(record, typed: typed, status: .conflict, context)
    }

    /// 签发 on paper: the scan is stored first, then claimed by the record of the signature.
    private func recordPaperApproval(_ context: MinyiContext) async throws -> Response {
        let (record, texts, staff) = (try await caseRecord(context), context.texts, try context.staff)
        let paper = PaperApproval(context.form, texts)
        var errors = paper.errors(for: record, texts)
        guard errors.isEmpty, let granted = paper.granted, let day = paper.signedOn, let scan = paper.scan else {
            let typed = CaseFilePage.Typed(form: .paper, data: context.form, errors: errors)
            return try await casePage(record, typed: typed, status: .unprocessableContent, context)
        }
        do {
            let id = try await Attachment.store(
                try scan.bytes, name: scan.filename, for: record.file.unitIDs.filter(staff.unitIDs.contains),
                in: pools.staff, as: staff.databaseActor)
            try await CaseAct.approve(
                version: paper.version, granted: granted, note: paper.note,
                paper: .init(signer: paper.signer, signedOn: day, scanID: id))(
                    on: record.file.id, in: pools.staff, as: staff.databaseActor)
        } catch let refused as Attachment.Refused {
            errors.add(CaseForm.paper.field("scan"), texts["attachments.\(refused.rawValue)"])
            let typed = CaseFilePage.Typed(form: .paper, data: context.form, errors: errors)
            return try await casePage(record, typed: typed, status: .unprocessableContent, context)
        } catch {
            return try await refused(error, .paper, context)
        }
        return try done("paper", context)
    }

    /// The author's name, phone and address. Shown in the answer to the form, never at an address of its own.
    private func readCaseContact(_ context: MinyiContext) async throws -> Response {
        let record = try await caseRecord(context)
        guard let submission = record.file.submissionID else { throw Problem.notFound }
        let contact = try await ReadContact(submissionID: submission)(
            vault: intake.vault, in: pools.staff, as: try context.staff.databaseActor)
        func given(_ text: String?) -> String? { text.flatMap { $0.isEmpty ? nil : $0 } }
        let shown = CaseFilePage.ContactShown(
            name: given(contact?.name), phone: given(contact?.phone), email: given(contact?.email))
        return privately(try await casePage(record, typed: .init(contact: shown), context))
    }
}

// MARK: The reply

extension WebApplication {
    private static let mostVersions = 1_000_000

    /// Saves the reply; then, as the pressed button says, attaches or removes a file, or hands it in. Whoever comes second keeps
    /// their text and sees the other.
    fileprivate func writeReply(_ context: MinyiContext) async throws -> Response {
        let (form, texts, staff) = (context.form, context.texts, try context.staff)
        let record = try await caseRecord(context)
        let (text, handsIn) = (form.exactly("reply"), form.string("do") == "submit")
        guard let version = form.int("version"), (0...Self.mostVersions).contains(version) else {
            throw Problem.badRequest
        }
        var typed = CaseFilePage.Typed(data: form, reply: text)
        let over = TextLength.count(text) - Reply.longest
        if over > 0 { typed.errors.add("reply", texts["casework.errors.too_long", ["count": over]]) }
        if handsIn, form.string("reply").isEmpty { typed.errors.add("reply", texts["casework.errors.reply"]) }
        guard typed.errors.isEmpty else {
            return try await casePage(record, typed: typed, status: .unprocessableContent, context)
        }
        let matter = try await matter(of: record.file, context)
        let isPublic = CaseTenant.of(record.file)?.hasAuthors == true
        let words =
            handsIn
            ? SaveReply.PublicWords(
                title: isPublic ? matter.title : "", question: matter.question, answer: isPublic ? text : "") : nil
        let outcome = try await SaveReply(caseID: record.file.id, version: version, body: text, handedIn: words)(
            in: pools.staff, as: staff.databaseActor)
        guard outcome.saved else {
            typed.conflict = outcome
            return try await casePage(record, typed: typed, status: .conflict, context)
        }
        if handsIn { return try done("submitted", context) }
        if let removed = UUID(uuidString: form.string("remove")) {
            try await CaseAct.detach(removed)(on: record.file.id, in: pools.staff, as: staff.databaseActor)
        } else if let file = form.file("file") {
            do {
                let id = try await Attachment.store(
                    try file.bytes, name: file.filename, for: record.file.unitIDs.filter(staff.unitIDs.contains),
                    in: pools.staff, as: staff.databaseActor)
                try await CaseAct.attach(id)(on: record.file.id, in: pools.staff, as: staff.databaseActor)
            } catch let refused as Attachment.Refused {
                let saved = CaseFilePage.Typed(errors: FormErrors("file", texts["attachments.\(refused.rawValue)"]))
                return try await casePage(
                    try await caseRecord(context), typed: saved, status: .unprocessableContent, context)
            }
        }
        return try done("saved", context)
    }

    private struct SavedDraft: Encodable {
        let saved: Bool
        let version: Int
        let note: String
    }

    /// The same for the script that saves while somebody writes.
    fileprivate func saveDraft(_ context: MinyiContext) async throws -> Response {
        let (form, texts) = (context.form, context.texts)
        let text = form.exactly("reply")
        guard let version = form.int("version"), (0...Self.mostVersions).contains(version),
            TextLength.count(text) <= Reply.longest
        else { throw Problem.badRequest }
        let outcome = try await SaveReply(caseID: try context.number("id"), version: version, body: text)(
            in: pools.staff, as: try context.staff.databaseActor)
        let note = texts[
            outcome.saved ? "casework.editor.autosaved" : "casework.editor.conflict",
            ["name": outcome.writtenBy, "moment": ChinaTime.minute(outcome.writtenAt, in: texts.clock)]]
        return try .json(
            SavedDraft(saved: outcome.saved, version: outcome.version, note: note),
            status: outcome.saved ? .ok : .conflict)
    }
}

/// The record of a signed form, as a person has filled it in.
private struct PaperApproval {
    /// Of the reply that was on the page.
    let version: Int
    let granted: Bool?
    let signer: String
    let signedOn: CalendarDate?
    let note: String
    let scan: FormData.File?

    init(_ form: FormData, _ texts: Texts) {
        func text(_ name: String) -> String {
            TextNormalisation.normalised(form.string(CaseForm.paper.field(name)))
        }
        version = form.seenVersion
        granted = ["yes": true, "no": false][text("granted")]
        signer = text("signer")
        signedOn = CalendarDate(text("signed_on"))
        note = text("note")
        scan = form.file(CaseForm.paper.field("scan"))
    }

    func errors(for record: CaseRecord, _ texts: Texts) -> FormErrors {
        var errors = FormErrors()
        func require(_ condition: Bool, _ name: String, _ key: String) {
            errors.require(condition, CaseForm.paper.field(name), texts.fault(key, of: name, in: .paper))
        }
        require(granted != nil, "granted", "choose")
        require((1...40).contains(TextLength.count(signer)), "signer", "signer")
        require(signedOn.map { $0 <= ChinaTime.date(record.file.now) } ?? false, "signed_on", "signed_on")
        require(granted != false || !note.isEmpty, "note", "needed")
        require(scan != nil, "scan", "scan")
        return errors
    }
}
