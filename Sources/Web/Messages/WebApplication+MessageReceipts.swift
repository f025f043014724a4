import Foundation
import HTTPTypes
import Hummingbird
import Participation
import Postgres
import Text

extension WebApplication {
    /// What the author of a message does on its receipt.
    func addMessageReceipts(to router: Router<MinyiContext>) {
        router.post("/receipts/:number/additions") { _, context -> Response in try await add(context) }
        router.post("/receipts/:number/rating") { _, context -> Response in try await rate(context) }
        router.get("/receipts/:number/files/:id") { _, context -> Response in try await answerFile(context) }
    }

    func show(
        _ receipt: MessageReceipt, _ code: QueryCode, typed: MessageReceiptPage.Typed = .init(),
        errors: FormErrors = FormErrors(), _ context: MinyiContext
    ) async throws -> Response {
        var strip: (rule: LegalRule, days: [CountedDay])?
        if let clock = receipt.clock { strip = try await clock.strip(in: pools.public) }
        let (number, mac) = (try SubmissionNumber(receipt.number), intake.codes.mac(code))
        let (files, reasons) = try await pools.public.read { tx in
            (
                try tx.all(AnswerFile.all(number, mac: mac), as: AnswerFile.self),
                try tx.all(ReceiptReason.all(number, mac: mac), as: ReceiptReason.self)
            )
        }
        let page = MessageReceiptPage(
            receipt, code: code, strip: strip, files: files, reasons: reasons, publicURL: configuration.publicURL,
            typed: typed, errors: errors, context.texts)
        return privately(
            try pages.render(page, in: context, status: errors.isEmpty ? .ok : .unprocessableContent))
    }

    /// A file of an answer, for whom number and code have let in.
    private func answerFile(_ context: MinyiContext) async throws -> Response {
        guard case (.message(let receipt), let code)? = try await opened(context) else {
            return try askForCode(context)
        }
        let (number, mac, database) = (try SubmissionNumber(receipt.number), intake.codes.mac(code), pools.public)
        let files = try await database.all(AnswerFile.all(number, mac: mac), as: AnswerFile.self)
        guard let id = UUID(uuidString: try context.text("id")),
            let file = files.first(where: { $0.file.id == id })?.file
        else { throw Problem.notFound }
        return .download(file, as: file.givenName) {
            try await AnswerFile.chunk($0, of: id, number, mac: mac, in: database)
        }
    }

    private func add(_ context: MinyiContext) async throws -> Response {
        guard case (.message(let receipt), let code)? = try await opened(context) else {
            return try askForCode(context)
        }
        let (texts, form) = (context.texts, context.form)
        let key = form.idempotencyKey ?? UUID()
        let words = form.exactly("addition")
        let outcome = try await AddToMessage.send(
            words, key: key, to: try SubmissionNumber(receipt.number), mac: intake.codes.mac(code), in: pools.public)
        switch outcome {
        case .added, .already: context.visit.flash(.done, texts["messages.adding.done"])
        case .closed, .tooMany, .unknown:
            context.visit.flash(.warning, texts["messages.adding.\(outcome.rawValue)"])
        case .empty, .tooLong:
            let sentence = texts[
                "messages.adding.\(outcome.rawValue)",
                ["count": TextLength.count(words), "limit": AddToMessage.longestBody]]
            return try await show(
                receipt, code, typed: .init(addition: words, additionKey: key),
                errors: FormErrors("addition", sentence),
                context)
        }
        return .seeOther("/receipts/\(receipt.number)")
    }

    private func rate(_ context: MinyiContext) async throws -> Response {
        guard case (.message(let receipt), let code)? = try await opened(context) else {
            return try askForCode(context)
        }
        let (texts, form) = (context.texts, context.form)
        let typed = MessageReceiptPage.Typed(
            resolved: form.string("resolved"), attitude: form.string("attitude"), speed: form.string("speed"),
            reason: form.exactly("reason"), reopen: form.bool("reopen"))
        var errors = FormErrors()
        let resolved = RateMessage.Resolved(rawValue: typed.resolved)
        errors.require(
            resolved != nil, "resolved", texts["messages.rating.choose", ["field": texts["messages.rating.resolved"]]])
        let marks = [form.int("attitude") ?? 0, form.int("speed") ?? 0]
        errors.require(
            (1...5).contains(marks[0]), "attitude",
            texts["messages.rating.choose", ["field": texts["messages.rating.attitude"]]])
        errors.require(
            (1...5).contains(marks[1]), "speed",
            texts["messages.rating.choose", ["field": texts["messages.rating.speed"]]])
        let length = TextLength.count(typed.reason)
        errors.require(
            length <= RateMessage.longestReason, "reason",
            texts["messages.rating.reason_too_long", ["count": length, "limit": RateMessage.longestReason]])
        errors.require(!typed.reopen || resolved != .yes, "reopen", texts["messages.rating.reopen_solved"])
        errors.require(
            !typed.reopen || !form.string("reason").isEmpty, "reason", texts["messages.rating.reason_missing"])
        guard errors.isEmpty, let resolved else {
            return try await show(receipt, code, typed: typed, errors: errors, context)
        }
        let opinion = RateMessage.Opinion(
            resolved: resolved, attitude: marks[0], speed: marks[1], reason: typed.reason, reopen: typed.reopen)
        let outcome = try await RateMessage.send(
            opinion, to: try SubmissionNumber(receipt.number), mac: intake.codes.mac(code), in: pools.public)
        switch outcome {
        case .rated, .reopened, .already: context.visit.flash(.done, texts["messages.rating.\(outcome.rawValue)"])
        case .notAnswered, .reopenedBefore:
            context.visit.flash(.warning, texts["messages.rating.\(outcome.rawValue)"])
        case .malformed, .reasonMissing: throw Problem.badRequest
        case .unknown: return try askForCode(context)
        }
        return .seeOther("/receipts/\(receipt.number)")
    }
}
