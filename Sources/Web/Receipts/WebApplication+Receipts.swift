import Foundation
import HTTPTypes
import Hummingbird
import NIOCore
import Participation
import Questionnaires
import Slips
import Text

extension WebApplication {
    func addReceipts(to router: Router<MinyiContext>) {
        router.get("/receipts") { request, context -> Response in
            try pages.render(lookupPage(context, number: try request.query().string("number")), in: context)
        }
        router.post("/receipts") { _, context -> Response in try await lookUp(context) }
        router.get("/how-to-check") { request, context -> Response in
            try await publicPages.page("/how-to-check", about: .site, request, context) { context in
                try pages.render(HowToCheckPage(title: context.texts["receipts.check.title"]), in: context)
            }
        }
        router.get("/receipts/:number") { _, context -> Response in
            guard let (receipt, code) = try await opened(context) else { return try askForCode(context) }
            switch receipt {
            case .comment(let receipt): return try await show(receipt, code, context)
            case .message(let receipt): return try await show(receipt, code, context)
            case .sheet(let receipt): return try await show(receipt, code, context)
            case .registration(let receipt):
                let page = RegistrationReceiptPage(
                    receipt, code: code, codes: intake.codes, publicURL: configuration.publicURL, context.texts)
                return privately(try pages.render(page, in: context))
            }
        }
        router.get("/receipts/:number/receipt.png") { _, context -> Response in
            guard let (receipt, code) = try await opened(context) else { return try askForCode(context) }
            let texts = context.texts
            let slip = receipt.slip(
                code, masthead: site.name ?? texts["site.name"], publicURL: configuration.publicURL, texts
            )
            let picture = try await Self.drawing.run { try ReceiptPicture.png(slip) }
            return privately(
                .download(
                    picture, filename: "\(receipt.number).png", contentType: "image/png"))
        }
        router.get("/receipts/:number/record.txt") { _, context -> Response in
            guard let (receipt, _) = try await opened(context) else { return try askForCode(context) }
            guard receipt.holdsWords else { throw Problem.gone }
            return privately(
                .download(
                    receipt.canonicalForm.bytes, filename: "\(receipt.number).txt",
                    contentType: "text/plain; charset=utf-8"))
        }
        router.get("/receipts/:number/withdraw") { _, context -> Response in
            guard let (receipt, _) = try await opened(context) else { return try askForCode(context) }
            guard let page = WithdrawPage(receipt, context.texts) else {
                return .seeOther("/receipts/\(receipt.number)")
            }
            return privately(try pages.render(page, in: context))
        }
        router.post("/receipts/:number/withdraw") { _, context -> Response in try await withdraw(context) }
        router.post("/receipts/:number/scan") { _, context -> Response in try await addScan(context) }
        router.post("/receipts/:number/forget") { _, context -> Response in
            var cookie = receiptCookie(context)
            cookie.forget(try context.text("number"))
            context.visit.set(cookie.cookie(signer: signer))
            context.visit.flash(.done, context.texts["receipts.forgotten"])
            return .seeOther("/receipts")
        }
    }

    /// Pictures are drawn one at a time in any case; a handful may wait, at 0.1 s each.
    private static let drawing = OwnThreads("receipt-picture", threads: 1, longestQueue: 30)

    /// From now on this browser shows the receipt without asking.
    func remember(_ number: String, _ code: QueryCode, in context: MinyiContext) {
        var cookie = receiptCookie(context)
        cookie.remember(number, code)
        context.visit.set(cookie.cookie(signer: signer))
    }

    func receiptCookie(_ context: MinyiContext) -> ReceiptCookie {
        ReceiptCookie(context.visit.cookies[name: ReceiptCookie.name], signer: signer)
    }

    /// The receipt in the path, when this browser knows its code and the code still opens it.
    func opened(_ context: MinyiContext) async throws -> (OpenedReceipt, QueryCode)? {
        guard let number = try? SubmissionNumber(try context.text("number")),
            let code = receiptCookie(context).code(of: number.description),
            let receipt = try await receipt(number, code)
        else { return nil }
        return (receipt, code)
    }

    private func receipt(_ number: SubmissionNumber, _ code: QueryCode) async throws -> OpenedReceipt? {
        try await OpenedReceipt.find(number, mac: intake.codes.mac(code), in: pools.public)
    }

    /// The code is never part of an address; whoever follows a link to a receipt types it.
    func askForCode(_ context: MinyiContext) throws -> Response {
        guard let number = try? SubmissionNumber(try context.text("number")) else { throw Problem.notFound }
        return .seeOther("/receipts?number=\(number.description)")
    }

    private func lookUp(_ context: MinyiContext) async throws -> Response {
        let form = context.form
        func again(_ errors: FormErrors, _ status: HTTPResponse.Status) throws -> Response {
            let page = lookupPage(
                context, number: form.string("number"), code: form.string("code"), errors: errors)
            return try pages.render(page, in: context, status: status)
        }
        let (number, code): (SubmissionNumber, QueryCode)
        switch try typedCode(shape: "receipts.errors.number_shape", context, again: again) {
        case .refused(let response): return response
        case .read(let typed, let its): (number, code) = (typed, its)
        }
        guard try await receipt(number, code) != nil else {
            return try again(FormErrors("code", context.texts["receipts.errors.wrong"]), .unprocessableContent)
        }
        remember(number.description, code, in: context)
        return .seeOther("/receipts/\(number.description)")
    }

    private func lookupPage(
        _ context: MinyiContext, number: String = "", code: String = "", errors: FormErrors = FormErrors()
    ) -> ReceiptLookupPage {
        ReceiptLookupPage(
            title: context.texts["receipts.lookup.title"], number: number, code: code, errors: errors,
            recent: Filled(
                receiptCookie(context).entries.map {
                    ReceiptLookupPage.Recent(href: "/receipts/\($0.number)", number: $0.number)
                }))
    }

    private func withdraw(_ context: MinyiContext) async throws -> Response {
        guard let number = try? SubmissionNumber(try context.text("number")),
            let code = receiptCookie(context).code(of: number.description)
        else { return try askForCode(context) }
        let texts = context.texts
        guard let opened = try await receipt(number, code) else { return try askForCode(context) }
        let outcome: Withdrawal
        switch opened {
        case .comment:
            outcome = try await Withdrawal.request(number, mac: intake.codes.mac(code), in: pools.public)
        case .message:
            outcome = try await Withdrawal.requestMessage(number, mac: intake.codes.mac(code), in: pools.public)
        case .sheet:
            outcome = try await Withdrawal.requestSheet(number, mac: intake.codes.mac(code), in: pools.public)
        case .registration:
            outcome = try await Withdrawal.requestRegistration(number, mac: intake.codes.mac(code), in: pools.public)
        }
        switch outcome {
        case .withdrawn, .already: context.visit.flash(.done, texts["receipts.withdraw.done"])
        case .closed:
            let key =
                switch opened {
                case .comment: "receipts.withdraw.closed"
                case .message: "messages.receipt.withdraw_closed"
                case .sheet: "questionnaires.receipt.withdraw_closed"
                case .registration: "registrations.receipt.withdraw_closed"
                }
            context.visit.flash(.warning, texts[key])
        case .unknown: return try askForCode(context)
        }
        return .seeOther("/receipts/\(number.description)")
    }

    private func show(
        _ receipt: Receipt, _ code: QueryCode, errors: FormErrors = FormErrors(), _ context: MinyiContext
    ) async throws -> Response {
        let record =
            receipt.answers.isEmpty && !receipt.mayPropose
            ? nil : try await consultations.record(receipt.procedureNumber)
        let page = ReceiptPage(
            receipt, code: code, publicURL: configuration.publicURL, record: record, errors: errors, context.texts)
        return privately(
            try pages.render(page, in: context, status: errors.isEmpty ? .ok : .unprocessableContent))
    }

    private func show(_ receipt: SheetReceipt, _ code: QueryCode, _ context: MinyiContext) async throws -> Response {
        privately(try pages.render(try await receiptPage(receipt, code, context.texts), in: context))
    }

    func receiptPage(_ receipt: SheetReceipt, _ code: QueryCode, _ texts: Texts) async throws -> SheetReceiptPage {
        let asked = try await questionnaires.asked(by: receipt, mac: intake.codes.mac(code))
        return try await receiptPage(receipt, to: asked, code, texts)
    }

    func receiptPage(
        _ receipt: SheetReceipt, to asked: AskedVersion, _ code: QueryCode, _ texts: Texts
    ) async throws -> SheetReceiptPage {
        try SheetReceiptPage(
            receipt, asked, code: code, units: try await units(for: asked.questions),
            publicURL: configuration.publicURL, texts)
    }

    private func addScan(_ context: MinyiContext) async throws -> Response {
        guard case (.comment(let receipt), let code)? = try await opened(context) else {
            return try askForCode(context)
        }
        let texts = context.texts
        let file = context.form.file("scan")
        do {
            let outcome = try await AddScan.send(
                try file?.bytes ?? [], name: file?.filename ?? "", to: try SubmissionNumber(receipt.number),
                mac: intake.codes.mac(code), in: pools.public)
            switch outcome {
            case .added: context.visit.flash(.done, texts["receipts.scan.done"])
            case .closed, .unknown: context.visit.flash(.warning, texts["receipts.scan.closed"])
            }
        } catch let refused as Attachment.Refused {
            return try await show(
                receipt, code, errors: FormErrors("scan", texts["attachments.\(refused.rawValue)"]), context)
        }
        return .seeOther("/receipts/\(receipt.number)")
    }

    /// A receipt stays in no cache, not even the browser's own: others may use this computer.
    func privately(_ response: Response) -> Response {
        var response = response
        response.headers[.cacheControl] = "private, no-store"
        return response
    }
}
