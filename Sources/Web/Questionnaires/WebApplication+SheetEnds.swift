import Foundation
import HTTPTypes
import Hummingbird
import Participation
import Postgres
import Questionnaires
import Text

/// How a sheet is looked through and sent, or kept for later.
extension WebApplication {
    func addSheetEnds(to router: Router<MinyiContext>) {
        router.get("/questionnaires/:number/review") { _, context -> Response in try await reviewPage(context) }
        router.post("/questionnaires/:number/review") { _, context -> Response in try await sendReviewed(context) }
        router.get("/questionnaires/:number/kept") { _, context -> Response in try await keptPage(context) }
        router.post("/questionnaires/:number/kept") { _, context -> Response in try await forgetKept(context) }
        router.get("/questionnaires/:number/continue") { _, context -> Response in
            try continuing(try await questionnaire(context), context)
        }
        router.post("/questionnaires/:number/continue") { _, context -> Response in try await continueKept(context) }
    }

    /// All of it before it is sent; who has nothing kept is led to the questions.
    private func reviewPage(_ context: MinyiContext) async throws -> Response {
        let record = try await questionnaire(context)
        let sheet = try await sheet(record, context)
        let fill = Response.seeOther("/questionnaires/\(record.questionnaire.number)/fill")
        // There the invitation is asked for once more.
        guard !mayBeAnothers(sheet, context) else { return fill }
        guard record.questionnaire.takesSheets else { return try await refused(sheet, context) }
        guard sheet.saved != nil, !sheet.isOfEarlierVersion else { return fill }
        return try await review(sheet, context)
    }

    private func sendReviewed(_ context: MinyiContext) async throws -> Response {
        let record = try await questionnaire(context)
        let sheet = try await sheet(record, context)
        // Pressed twice, or once more as no answer came: what was sent is kept no longer.
        if sheet.saved == nil, let receipt = try await receipt(ofSent: sheet, context) { return receipt }
        // All that is refused here comes with what was answered.
        guard !mayBeAnothers(sheet, context) else {
            return .seeOther("/questionnaires/\(record.questionnaire.number)/fill")
        }
        guard record.questionnaire.takesSheets else { return try await refused(sheet, context) }
        let version = context.form.int("version") ?? record.questionnaire.version
        guard version == record.questionnaire.version, !sheet.isOfEarlierVersion else {
            return try await answer(to: .changed, sheet, context)
        }
        guard !context.form.has("base") || context.form.string("base") == sheet.sign() else {
            return try await review(sheet, notice: context.texts["questionnaires.review.elsewhere"], context)
        }
        return try await send(sheet, from: nil, context)
    }

    /// How one comes back to what is kept.
    private func keptPage(_ context: MinyiContext) async throws -> Response {
        let record = try await questionnaire(context)
        let (sheet, texts) = (try await sheet(record, context), context.texts)
        let address = "/questionnaires/\(record.questionnaire.number)"
        guard let saved = sheet.saved else { return .seeOther(address + "/continue") }
        guard !mayBeAnothers(sheet, context) else { return .seeOther(address + "/fill") }
        let page = KeptSheetPage(
            title: texts["questionnaires.kept_page.title"], crumbs: texts.crumbs(to: record.questionnaire),
            number: record.questionnaire.number, code: intake.codes.code(for: sheet.id).spoken,
            until: texts.end(of: saved, record.questionnaire), fillHref: address + "/fill",
            elsewhere: texts[
                "questionnaires.kept_page.\(record.questionnaire.voice == .code ? "both_codes" : "elsewhere")",
                ["address": configuration.publicURL + address + "/continue"]],
            forgetAction: address + "/kept", draftKey: address)
        return privately(try pages.render(page, in: context))
    }

    /// Somebody leaves what is kept to its code, or begins anew.
    private func forgetKept(_ context: MinyiContext) async throws -> Response {
        let number = try context.text("number")
        let isDiscarded = context.form.string("do") == "discard"
        if isDiscarded, let id = SheetCookies.sheet(of: number, in: context.visit.cookies) {
            try await SavedSheet.discard(id, in: pools.public)
        }
        context.visit.set(SheetCookies.forgetSheet(of: number))
        // The next person does not answer by the invitation of this one.
        if !isDiscarded { context.visit.set(SheetCookies.forgetInvitation(to: number)) }
        context.visit.flash(
            .done, context.texts["questionnaires.kept_page.\(isDiscarded ? "discarded" : "forgotten")"])
        return .seeOther("/questionnaires/\(try await questionnaire(context).questionnaire.number)")
    }

    /// With the code of what was kept, on this device or another.
    private func continueKept(_ context: MinyiContext) async throws -> Response {
        let (record, texts) = (try await questionnaire(context), context.texts)
        let number = record.questionnaire.number
        if receiptGate.take(context.visit.network.text, now: Date()) != nil {
            return try continuing(record, error: texts["questionnaires.invitation.wait"], context)
        }
        guard let code = QueryCode(context.form.string("code")) else {
            return try continuing(record, error: texts["questionnaires.continue.shape"], context)
        }
        guard let id = try await SavedSheet.find(number, mac: intake.codes.mac(code), in: pools.public) else {
            return try continuing(record, error: texts["questionnaires.continue.wrong"], context)
        }
        var holder: String?
        if record.questionnaire.voice == .code {
            let cookies = context.visit.cookies
            if SheetCookies.sheet(of: number, in: cookies) == id {
                holder = SheetCookies.holder(of: number, in: cookies)
            }
            // Not to be sent by an invitation that somebody else has shown here.
            if holder == nil { context.visit.set(SheetCookies.forgetInvitation(to: number)) }
            holder = holder ?? SheetCookies.found
        }
        context.visit.set(SheetCookies.sheet(id, of: number, by: holder))
        return .seeOther("/questionnaires/\(number)/fill")
    }

    private func continuing(
        _ record: QuestionnaireRecord, error: String? = nil, _ context: MinyiContext
    ) throws -> Response {
        let page = ContinuePage(
            title: context.texts["questionnaires.continue.title"],
            crumbs: context.texts.crumbs(to: record.questionnaire),
            action: "/questionnaires/\(record.questionnaire.number)/continue", code: context.form.string("code"),
            errors: error.map { FormErrors("code", $0) } ?? FormErrors())
        return try pages.render(page, in: context, status: error == nil ? .ok : .unprocessableContent)
    }

    func review(
        _ sheet: SheetInHand, errors: FormErrors = FormErrors(), notice: String? = nil, _ context: MinyiContext
    ) async throws -> Response {
        let (record, texts) = (sheet.record, context.texts)
        let address = "/questionnaires/\(record.questionnaire.number)"
        let units = try await units(for: sheet.content.questions)
        let shown = sheet.shown.pages
        let files = try await fileNames(of: sheet, for: sheet.shown.questions)
        let page = ReviewPage(
            title: texts["questionnaires.review.title"], crumbs: texts.crumbs(to: record.questionnaire),
            pages: shown.map { page in
                ReviewPage.Part(
                    title: page.title,
                    lines: Filled(
                        texts.facts(
                            of: sheet.answers, in: page.questions, units: units, files: files)),
                    href: "\(address)/fill/\(page.code)")
            }, action: address + "/review", sheet: sheet.id.uuidString.lowercased(),
            contentVersion: record.questionnaire.version, base: sheet.sign(),
            carried: carry(sheet),
            backHref: shown.last.map { "\(address)/fill/\($0.code)" } ?? address,
            warning: sheet.keeping == .carried ? texts["persons.no_withdrawal"] : nil,
            askInvitation: record.questionnaire.voice == .code && invitation(to: record, context) == nil,
            leaveAction: sheet.keeping == .carried ? address + "/leave" : nil, errors: errors,
            notice: notice)
        return privately(
            try pages.render(page, in: context, status: errors.isEmpty ? .ok : .unprocessableContent))
    }

    /// Sends a sheet through the door.
    /// - Parameter filled: the page it is sent from; nil when all of it was looked through.
    func send(_ sheet: SheetInHand, from filled: FilledPage?, _ context: MinyiContext) async throws -> Response {
        let (record, texts) = (sheet.record, context.texts)
        // A page that was never seen, or that changed with a correction; the only one has just been looked at.
        let isLookedAt = filled != nil && sheet.content.pages.count == 1
        let faults = isLookedAt ? [] : try await faults(of: sheet)
        if let first = faults.first, let faulty = sheet.page(of: first.question) {
            return try await show(
                sheet, faulty, values: sheet.values(on: faulty), errors: FormErrors(faults, texts).on(faulty, sheet),
                context)
        }
        if sheet.keeping == .carried { return try await cast(sheet, from: filled, context) }
        var answered = sheet.answered(units: try await units(for: sheet.answering.questions))
        answered.voice = voice(of: record, context)
        if record.questionnaire.voice == .code {
            let (code, wrong) = try await invitationToSend(record, context)
            if let wrong {
                let errors = FormErrors("invitation", texts["questionnaires.invitation.\(wrong)"])
                return try await again(sheet, from: filled, errors, context)
            }
            answered.invitation = code.map { intake.codes.invitation($0, to: record.questionnaire.number) }
        }
        let code = intake.codes.code(for: sheet.id)
        let item = answered.item(codeMac: intake.codes.mac(code))
        let outcome = try await intake.accept(item, in: pools.public)
        if let setback = SheetSetback(outcome) {
            return try await answer(to: setback, sheet, from: filled, context)
        }
        let number = try NewReceipt(outcome, code: code).number
        let leading = taken(sheet, as: number, code, context)
        // Whose script gives the page its own address needs no second way to the server, which takes seconds on a slow line. The sheet is
        // stored by now: whatever keeps the page from being made, the receipt is found by its number.
        guard context.form.string("receipt_here") == "on",
            let receipt = SheetReceipt(of: item, sheet.answers, as: outcome, to: record.questionnaire),
            let page = try? await receiptPage(receipt, to: AskedVersion(record), code, texts)
        else { return leading }
        context.visit.moveTo("/receipts/\(number)")
        return privately(try pages.render(page, in: context))
    }

    /// The invitation to send by: the one that this browser has shown, else the one that was typed; none where nothing was, which the door
    /// refuses.
    /// - Returns: also what is wrong with the one that was typed, by its key.
    private func invitationToSend(
        _ record: QuestionnaireRecord, _ context: MinyiContext
    ) async throws -> (code: QueryCode?, wrong: String?) {
        if let shown = invitation(to: record, context) { return (shown, nil) }
        guard context.form.has("invitation") else { return (nil, nil) }
        let typed = context.form.string("invitation")
        guard !typed.allSatisfy(\.isWhitespace) else { return (nil, "missing") }
        guard let found = try await readInvitation(typed, to: record.questionnaire.number, context) else {
            return (nil, "wait")
        }
        return found == .open ? (QueryCode(typed), nil) : (nil, found.rawValue)
    }

    /// The receipt of what was sent as this sheet before; nil when nothing was.
    func receipt(ofSent sheet: SheetInHand, _ context: MinyiContext) async throws -> Response? {
        let number = sheet.questionnaire.number
        return try await SavedSheet.sent(sheet.id, to: number, in: pools.public).map {
            taken(sheet, as: $0, intake.codes.code(for: sheet.id), context)
        }
    }

    /// Leads to the receipt; this browser knows it from now on, and forgets what led there.
    private func taken(
        _ sheet: SheetInHand, as receipt: String, _ code: QueryCode, _ context: MinyiContext
    ) -> Response {
        let number = sheet.questionnaire.number
        remember(receipt, code, in: context)
        if SheetCookies.sheet(of: number, in: context.visit.cookies) != nil {
            context.visit.set(SheetCookies.forgetSheet(of: number))
        }
        if sheet.questionnaire.voice == .code { context.visit.set(SheetCookies.forgetInvitation(to: number)) }
        return .seeOther("/receipts/\(receipt)")
    }
}

extension FormErrors {
    /// Those that stand on one page.
    fileprivate func on(_ page: String, _ sheet: SheetInHand) -> FormErrors {
        let codes = sheet.content.page(page)?.questions.map(\.code) ?? []
        return FormErrors(
            items.filter { item in codes.contains { FieldValues.isField(item.field, of: $0) } }
                .map { ($0.field, $0.text) })
    }
}
