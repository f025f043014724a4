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
        router.get("/messages/similar") { request, context -> Response in
            // Asked while somebody types: what costs a search counts as one.
            try publicPages.admitSearch(context)
            let title = TextNormalisation.normalised(try request.query().string("title"))
            let similar = try await PublishedMessage.similar(to: title, in: pools.public)
            return try .json(similar.map { MessageFormPage.Similar($0, context.texts) })
        }
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
        switch try await send(message, texts) {
        case .received(let receipt, _):
            remember(receipt.number, receipt.code, in: context)
            return .seeOther("/receipts/\(receipt.number)")
        case .keyReused(let number):
            // Sent, gone back, changed, and sent again: the first stands, and this one is the author's to send or not.
            var fresh = form
            fresh.key = UUID()
            let notice = texts["messages.form.sent_before", ["number": number]]
            return try await messageForm(fresh, uploads: uploads, notice: notice, status: .conflict, context)
        case .faulty(let errors): return try await messageForm(form, uploads: uploads, errors: errors, context)
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
                // A recording is small, and somebody who cannot write has nothing else.
                if !isRecording, !admits(file, context) { throw Attachment.Refused.fullForNetwork }
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

    /// Whether one network may send so much more.
    func admits(_ file: FormData.File, _ context: MinyiContext) -> Bool {
        let megabytes = max(0.0625, Double(file.size) / 1_048_576)
        return uploadGate.take(context.visit.network.text, cost: megabytes, now: Date()) == nil
    }

    private func messageForm(
        _ form: MessageForm, uploads: [Attachment], similar: [PublicMessage] = [], errors: FormErrors = FormErrors(),
        notice: String? = nil, status: HTTPResponse.Status? = nil, _ context: MinyiContext
    ) async throws -> Response {
        let units = try await pools.public.all(Participation.Unit.all, as: Participation.Unit.self)
        let page = MessageFormPage(
            form, units: units, uploads: uploads, similar: similar, site: site, errors: errors,
            notice: notice, context.texts)
        return try pages.render(
            page, in: context, status: status ?? (errors.isEmpty ? .ok : .unprocessableContent))
    }
}
