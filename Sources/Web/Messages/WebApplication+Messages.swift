import Documents
import Foundation
import HTTPTypes
import Hummingbird
import Participation
import Postgres
import Text

extension WebApplication {
    func addMessages(to router: Router<MinyiContext>) {
        router.get("/messages/new") { _, context -> Response in
            try await messageForm(MessageForm(), uploads: [], context)
        }
        router.post("/messages/new") { _, context -> Response in try await takeMessage(context) }
        addMessageBoard(to: router)
        addMessageReceipts(to: router)
        addTranscriptions(to: router)
    }

    /// One form for everything: its files first, which are kept whatever is wrong with the rest; then, before it is sent, answers
    /// that may help already.
    private func takeMessage(_ context: MinyiContext) async throws -> Response {
        let texts = context.texts
        var form = MessageForm(context.form)
        var errors = try await takeFiles(form, context)
        let uploads = try await Attachment.uploads(formKey: form.formKey, in: pools.public)
        if context.form.has("add_files") {
            let notice = errors.isEmpty ? texts["messages.form.files_added"] : nil
            return try await messageForm(form, uploads: uploads, errors: errors, notice: notice, status: .ok, context)
        }
        let kind = form.wish?.kind
        if kind == nil {
            errors.add("kind", texts["messages.errors.\(form.wish.map { "kind_\($0.rawValue)" } ?? "kind_missing")"])
        }
        // Without a kind everything else that is wrong is told all the same.
        let message = form.message(
            kind ?? .inquiry, recording: uploads.first { $0.seconds != nil }?.id,
            files: uploads.filter { $0.seconds == nil }.map(\.id))
        errors.add(contentsOf: FormErrors(of: message.faults, texts))
        guard errors.isEmpty else { return try await messageForm(form, uploads: uploads, errors: errors, context) }
        if !form.offered {
            let similar = try await PublishedMessage.similar(to: message.title, in: pools.public)
            form.offered = true
            if !similar.isEmpty {
                return try await messageForm(form, uploads: uploads, similar: similar, status: .ok, context)
            }
        }
        let outcome = try await intake.accept(message, in: pools.public)
        return try await answer(outcome, to: form, uploads: uploads, context)
    }

    private func answer(
        _ outcome: IntakeOutcome, to form: MessageForm, uploads: [Attachment], _ context: MinyiContext
    ) async throws -> Response {
        let texts = context.texts
        func again(_ field: String, _ key: String) async throws -> Response {
            let errors = FormErrors(field, texts["messages.errors.\(key)", ["limit": Message.longestTitle]])
            return try await messageForm(form, uploads: uploads, errors: errors, context)
        }
        switch outcome.verdict {
        case .accepted, .already:
            guard let number = outcome.number else { throw Problem(.internalServerError, .internalError) }
            remember(number, intake.codes.code(for: form.key), in: context)
            return .seeOther("/receipts/\(number)")
        case .keyReused:
            // Sent, gone back, changed, and sent again: the first stands, and this one is the author's to send or not.
            var fresh = form
            fresh.key = UUID()
            let notice = texts["messages.form.sent_before", ["number": outcome.number ?? ""]]
            return try await messageForm(fresh, uploads: uploads, notice: notice, status: .conflict, context)
        case .unknownUnit: return try await again("unit", "unit_unknown")
        case .unknownFile: return try await again("files", "files_gone")
        case .phoneRequired: return try await again("phone", "phone_required")
        case .titleEmpty: return try await again("title", "title_empty")
        case .empty: return try await again("message", "body_empty")
        case .notAllowed: throw Problem.forbidden
        case .malformed, .tooLong, .titleTooLong, .externalKnown, .unknownProcedure, .unknownPassage, .notOpen,
            .suspended,
            .closed, .entryOver, .arrivedEarly, .arrivedLate, .nameRequired:
            throw Problem.badRequest
        }
    }

    /// Removes the files that were unticked and stores those that came with the form; what is wrong with one stops no other.
    private func takeFiles(_ form: MessageForm, _ context: MinyiContext) async throws -> FormErrors {
        let (texts, sent) = (context.texts, context.form)
        let kept = Set(sent.strings("keep"))
        for id in sent.strings("waiting") where !kept.contains(id) {
            guard let id = UUID(uuidString: id) else { continue }
            _ = try await Attachment.removeUpload(id, formKey: form.formKey, in: pools.public)
        }
        var errors = FormErrors()
        for file in sent.files where !(file.filename.isEmpty && file.size == 0) {
            let isRecording = file.field == "recording"
            do {
                _ = try await Attachment.storeUpload(
                    try file.bytes, name: file.filename, formKey: form.formKey,
                    kinds: isRecording ? FileKind.recordings : FileKind.documents, in: pools.public)
            } catch let refused as Attachment.Refused {
                let reason = texts["attachments.\(refused.rawValue)"]
                errors.add(
                    isRecording ? "recording" : "files",
                    isRecording ? reason : texts["messages.errors.file", ["name": file.filename, "reason": reason]])
            }
        }
        return errors
    }

    private func messageForm(
        _ form: MessageForm, uploads: [Attachment], similar: [PublicMessage] = [], errors: FormErrors = FormErrors(),
        notice: String? = nil, status: HTTPResponse.Status? = nil, _ context: MinyiContext
    ) async throws -> Response {
        let units = try await pools.public.all(Participation.Unit.all, as: Participation.Unit.self)
        let page = MessageFormPage(
            form, units: units, uploads: uploads, similar: similar, keepDays: site.contactRetentionDays, errors: errors,
            notice: notice, context.texts)
        return try pages.render(
            page, in: context, status: status ?? (errors.isEmpty ? .ok : .unprocessableContent))
    }
}
