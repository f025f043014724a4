import Documents
import Foundation
import HTTPTypes
import Hummingbird
import Participation
import Postgres
import Text

extension WebApplication {
    /// Messages by other doors: a clerk of any unit enters what somebody wrote, said or brought.
    func addMessageEntries(to router: Router<MinyiContext>) {
        let desk = desk(router)
        desk.get("messages/new") { _, context -> Response in
            let terms = try await MessageEntryTerms.load(in: pools.staff, as: try context.staff.databaseActor)
            return try entryPage(MessageEntryForm(today: terms.today), terms, context)
        }
        desk.post("messages/new") { _, context -> Response in try await enterMessage(context) }
        addMessageImport(to: desk)
    }

    private func enterMessage(_ context: MinyiContext) async throws -> Response {
        let (texts, actor) = (context.texts, try context.staff.databaseActor)
        let form = MessageEntryForm(context.form)
        let terms = try await MessageEntryTerms.load(in: pools.staff, as: actor)
        var errors = form.errors(terms, texts)
        guard errors.isEmpty, let kind = form.typed.wish?.kind, let channel = form.channel,
            let arrivedOn = CalendarDate(form.arrivedOn)
        else { return try entryPage(form, terms, errors: errors, context) }
        let scans = try await storeEntered(
            form.scan.map { [$0] } ?? [], FileKind.scans, field: "scan", &errors, context)
        let files = try await storeEntered(form.files, FileKind.documents, field: "files", &errors, context)
        guard errors.isEmpty else { return try entryPage(form, terms, errors: errors, context) }
        let message = form.message(kind, channel: channel, arrivedOn: arrivedOn, scan: scans.first, files: files)
        let outcome = try await intake.accept(message, in: pools.staff, as: actor)
        return try await answer(outcome, to: form, terms, context)
    }

    /// Stores files for nobody yet but who enters them: their units, if any, are those of what they belong to, once it is there.
    /// - Parameter most: so many are taken.
    func storeEntered(
        _ files: [FormData.File], _ kinds: Set<FileKind>, most: Int = .max, field: String, _ errors: inout FormErrors,
        _ context: MinyiContext
    ) async throws -> [UUID] {
        var stored: [UUID] = []
        for file in files {
            do {
                if stored.count >= most { throw Attachment.Refused.tooMany }
                stored.append(
                    try await Attachment.store(
                        try file.bytes, name: file.filename, kinds: kinds, for: [], in: pools.staff,
                        as: try context.staff.databaseActor))
            } catch let refused as Attachment.Refused {
                let reason = context.texts["attachments.\(refused.rawValue)"]
                errors.add(field, context.texts["messages.errors.file", ["name": file.filename, "reason": reason]])
            }
        }
        return stored
    }

    private func answer(
        _ outcome: IntakeOutcome, to form: MessageEntryForm, _ terms: MessageEntryTerms, _ context: MinyiContext
    ) async throws -> Response {
        let texts = context.texts
        func again(_ field: String, _ text: String) throws -> Response {
            try entryPage(form, terms, errors: FormErrors(field, text), context)
        }
        switch outcome.verdict {
        case .accepted, .already:
            guard let number = outcome.number else { throw NoRow() }
            return try await counterReceipt(number, intake.codes.code(for: form.typed.key), context)
        case .keyReused:
            // Entered, gone back, changed, and sent again: the first stands.
            var fresh = form
            fresh.typed.key = UUID()
            let notice = texts["entries.sent_before", ["number": outcome.number ?? ""]]
            return try entryPage(fresh, terms, notice: notice, status: .conflict, context)
        case .externalKnown:
            return try again(
                "external_number", texts["entries.errors.known", ["source": form.source, "number": form.number]])
        case .arrivedLate:
            return try again(
                "arrived_on",
                texts["entries.errors.arrived_on", ["day": ChinaTime.day(terms.earliest, in: texts.clock)]])
        case .unknownUnit: return try again("unit", texts["messages.errors.unit_unknown"])
        case .unknownFile: return try again("files", texts["messages.errors.files_gone"])
        case .titleEmpty: return try again("title", texts["messages.errors.title_empty"])
        case .empty: return try again("message", texts["entries.errors.words"])
        case .notAllowed: throw Problem.forbidden
        // Malformed, or what is said of other kinds of submissions only.
        default: throw Problem.badRequest
        }
    }

    private func entryPage(
        _ form: MessageEntryForm, _ terms: MessageEntryTerms, errors: FormErrors = FormErrors(), notice: String? = nil,
        status: HTTPResponse.Status? = nil, _ context: MinyiContext
    ) throws -> Response {
        let staff = try context.staff
        let page = MessageEntryPage(
            form, terms, mayEnter: staff.has(.organiser) || staff.has(.clerk), notice: notice, errors: errors,
            context.texts)
        return try pages.render(page, in: context, status: status ?? (errors.isEmpty ? .ok : .unprocessableContent))
    }

    /// The slip for the author, opened with the code that is known just now.
    private func counterReceipt(_ number: String, _ code: QueryCode, _ context: MinyiContext) async throws -> Response {
        let texts = context.texts
        guard let number = try? SubmissionNumber(number),
            let receipt = try await MessageReceipt.find(number, mac: intake.codes.mac(code), in: pools.public)
        else { throw Problem.conflict(texts["submissions.errors.code_again"]) }
        let page = MessageCounterReceiptPage(
            title: texts["entries.done_title"], crumbs: [Crumb(href: "/desk", text: texts["nav.desk"])],
            receipt: MessageReceiptPage(receipt, code: code, strip: nil, publicURL: configuration.publicURL, texts))
        return privately(try pages.render(page, in: context))
    }
}
