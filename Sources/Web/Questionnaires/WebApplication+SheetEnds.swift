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
        router.get("/questionnaires/:number/review") { _, context -> Response in
            let record = try await questionnaire(context)
            let sheet = try await sheet(record, context)
            guard record.questionnaire.takesSheets else { return try await refused(sheet, context) }
            guard sheet.saved != nil, !sheet.isOfEarlierVersion else {
                return .seeOther("/questionnaires/\(record.questionnaire.number)/fill")
            }
            return try await review(sheet, context)
        }
        router.post("/questionnaires/:number/review") { _, context -> Response in
            let record = try await questionnaire(context)
            let sheet = try await sheet(record, context)
            // Pressed twice, or once more as no answer came: what was sent is kept no longer.
            if sheet.saved == nil, let receipt = try await receipt(ofSent: sheet, context) { return receipt }
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
        router.get("/questionnaires/:number/kept") { _, context -> Response in
            let record = try await questionnaire(context)
            let (sheet, texts) = (try await sheet(record, context), context.texts)
            let address = "/questionnaires/\(record.questionnaire.number)"
            guard let saved = sheet.saved else { return .seeOther(address + "/continue") }
            let page = KeptSheetPage(
                title: texts["questionnaires.kept_page.title"], crumbs: texts.crumbs(to: record.questionnaire),
                number: record.questionnaire.number, code: intake.codes.code(for: sheet.id).spoken,
                until: texts.end(of: saved, record.questionnaire), fillHref: address + "/fill",
                elsewhere: texts[
                    "questionnaires.kept_page.elsewhere", ["address": configuration.publicURL + address + "/continue"]],
                forgetAction: address + "/kept", draftKey: address)
            return privately(try pages.render(page, in: context))
        }
        router.post("/questionnaires/:number/kept") { _, context -> Response in
            let number = try context.text("number")
            let isDiscarded = context.form.string("do") == "discard"
            if isDiscarded, let id = SheetCookies.sheet(of: number, in: context.visit.cookies) {
                try await SavedSheet.discard(id, in: pools.public)
            }
            context.visit.set(SheetCookies.forgetSheet(of: number))
            context.visit.flash(
                .done, context.texts["questionnaires.kept_page.\(isDiscarded ? "discarded" : "forgotten")"])
            return .seeOther("/questionnaires/\(try await questionnaire(context).questionnaire.number)")
        }
        router.get("/questionnaires/:number/continue") { _, context -> Response in
            try continuing(try await questionnaire(context), context)
        }
        router.post("/questionnaires/:number/continue") { _, context -> Response in
            let (record, texts) = (try await questionnaire(context), context.texts)
            let number = record.questionnaire.number
            if receiptGate.take(context.visit.network.text, now: Date()) != nil {
                return try continuing(record, error: texts["questionnaires.invitation.wait"], context)
            }
            guard let code = QueryCode(context.form.string("code")) else {
                return try continuing(record, error: texts["receipts.errors.code_shape"], context)
            }
            guard let id = try await SavedSheet.find(number, mac: intake.codes.mac(code), in: pools.public) else {
                return try continuing(record, error: texts["questionnaires.continue.wrong"], context)
            }
            context.visit.set(SheetCookies.sheet(id, of: number))
            return .seeOther("/questionnaires/\(number)/fill")
        }
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
        let units = sheet.asksForUnits ? try await units() : []
        let shown = sheet.shown.pages
        let page = ReviewPage(
            title: texts["questionnaires.review.title"], crumbs: texts.crumbs(to: record.questionnaire),
            pages: shown.map { page in
                ReviewPage.Part(
                    title: page.title,
                    lines: Filled(texts.facts(of: sheet.answers, in: page.groups.flatMap(\.questions), units: units)),
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
    /// - Parameters:
    ///   - page: the one it is sent from, with what was typed there; nil when all of it was looked through.
    func send(
        _ sheet: SheetInHand, from page: String?, typed: FieldValues? = nil, _ context: MinyiContext
    ) async throws -> Response {
        let (record, texts) = (sheet.record, context.texts)
        let number = record.questionnaire.number
        func again(_ errors: FormErrors) async throws -> Response {
            guard let page, let typed else { return try await review(sheet, errors: errors, context) }
            return try await show(sheet, page, values: typed, errors: errors, context)
        }
        // A page that was never seen, or that changed with a correction.
        let faults = try await faults(of: sheet)
        if let first = faults.first, let faulty = sheet.page(of: first.question) {
            return try await show(
                sheet, faulty, values: sheet.values(on: faulty), errors: FormErrors(faults, texts).on(faulty, sheet),
                context)
        }
        if sheet.keeping == .carried { return try await cast(sheet, from: page, typed: typed, context) }
        var answered = sheet.answered(units: sheet.asksForUnits ? try await units() : [])
        answered.voice = voice(of: record, context)
        if record.questionnaire.voice == .code {
            var code = invitation(to: record, context)
            if code == nil, context.form.has("invitation") {
                let typed = context.form.string("invitation")
                guard let found = try await readInvitation(typed, to: number, context) else {
                    return try await again(FormErrors("invitation", texts["questionnaires.invitation.wait"]))
                }
                guard found == .open else {
                    return try await again(
                        FormErrors("invitation", texts["questionnaires.invitation.\(found.rawValue)"]))
                }
                code = QueryCode(typed)
            }
            answered.invitation = code.map { intake.codes.invitation($0, to: number) }
        }
        let outcome = try await intake.accept(answered, in: pools.public)
        guard let setback = SheetSetback(outcome) else {
            return taken(sheet, as: try NewReceipt(outcome, code: intake.codes.code(for: sheet.id)).number, context)
        }
        return try await answer(to: setback, sheet, from: page, typed: typed, context)
    }

    /// What is shown where a sheet could not be kept or sent. Nothing that was typed is lost.
    /// - Parameters:
    ///   - page: the one it comes from, with what was typed there; nil when all of it was looked through.
    func answer(
        to setback: SheetSetback, _ sheet: SheetInHand, from page: String? = nil, typed: FieldValues? = nil,
        _ context: MinyiContext
    ) async throws -> Response {
        let (number, texts) = (sheet.questionnaire.number, context.texts)
        switch setback {
        case .refused(let reason):
            if case .code = reason { context.visit.set(SheetCookies.forgetInvitation(to: number)) }
            // Another answer may lead out of a quota.
            let decided = if case .quota = reason { page } else { String?.none }
            return try await refused(sheet, reason: reason, page: decided, context)
        case .notTaking: return try await refused(sheet, context)
        case .sent:
            context.visit.flash(.note, texts["questionnaires.fill.sent_before"])
            if let receipt = try await receipt(ofSent: sheet, context) { return receipt }
            context.visit.set(SheetCookies.forgetSheet(of: number))
            return .seeOther("/receipts")
        case .keyReused:
            // Sent, gone back, changed, and sent again: the first stands, and this one is a sheet of its own.
            context.visit.set(SheetCookies.forgetSheet(of: number))
            let fresh = SheetInHand(sheet.record, id: UUID(), answers: sheet.answers)
            let notice = texts["questionnaires.fill.sent_before"]
            guard let page = page ?? fresh.shown.pages.first?.code else { throw Problem.notFound }
            return try await show(fresh, page, values: fresh.values(on: page), notice: notice, context)
        case .changed:
            let now = try await QuestionnaireRecord.load(number, in: pools.public) ?? sheet.record
            // Where the server keeps nothing, all of it goes along.
            let carried = sheet.keeping == .carried ? sheet.answers : nil
            var corrected = SheetInHand(now, id: sheet.id, saved: sheet.saved, answers: carried)
            corrected.answers = now.answering.cleaned(sheet.answers).kept
            let pages = corrected.shown.pages.map(\.code)
            let notice = texts.corrected(now.questionnaire)
            if let page, let typed, pages.contains(page) {
                return try await show(corrected, page, values: typed, notice: notice, context)
            }
            guard let first = corrected.changedPage ?? pages.first else { throw Problem.notFound }
            return try await show(corrected, first, values: corrected.values(on: first), notice: notice, context)
        case .overtaken:
            // In this very moment: what is there now is read once more.
            let saved = try await SavedSheet.find(sheet.id, in: pools.public)
            var now = SheetInHand(sheet.record, id: sheet.id, saved: saved)
            guard let page, let typed else { return .seeOther("/questionnaires/\(number)/review") }
            now.answers = sheet.answers
            return try await show(now, page, values: typed, isOvertaken: true, context)
        case .said(let key):
            let errors = FormErrors("main", texts["questionnaires.errors.\(key)"])
            guard let page, let typed else { return try await review(sheet, errors: errors, context) }
            return try await show(sheet, page, values: typed, errors: errors, context)
        case .unknown: throw Problem.notFound
        case .forbidden: throw Problem.forbidden
        case .malformed: throw Problem.badRequest
        }
    }

    /// The receipt of what was sent as this sheet before; nil when nothing was.
    func receipt(ofSent sheet: SheetInHand, _ context: MinyiContext) async throws -> Response? {
        let number = sheet.questionnaire.number
        return try await SavedSheet.sent(sheet.id, to: number, in: pools.public).map { taken(sheet, as: $0, context) }
    }

    /// Leads to the receipt; this browser knows it from now on, and forgets what led there.
    private func taken(_ sheet: SheetInHand, as receipt: String, _ context: MinyiContext) -> Response {
        let number = sheet.questionnaire.number
        remember(receipt, intake.codes.code(for: sheet.id), in: context)
        if SheetCookies.sheet(of: number, in: context.visit.cookies) != nil {
            context.visit.set(SheetCookies.forgetSheet(of: number))
        }
        if sheet.questionnaire.voice == .code { context.visit.set(SheetCookies.forgetInvitation(to: number)) }
        return .seeOther("/receipts/\(receipt)")
    }

    /// Says why nothing is taken, with what was answered. What was kept stays for a week.
    /// - Parameters:
    ///   - page: whose answers it is about.
    ///   - isKept: just now; what was kept before is known.
    func refused(
        _ sheet: SheetInHand, reason: SheetRefusal? = nil, page: String? = nil, isKept: Bool = false,
        _ context: MinyiContext
    ) async throws -> Response {
        var record = sheet.record
        // What a door has just seen is later than the record, which may be a second old.
        if reason == nil, record.questionnaire.takesSheets {
            record = try await QuestionnaireRecord.load(record.questionnaire.number, in: pools.public) ?? record
        }
        let texts = context.texts
        let quota = reason.flatMap { if case .quota(let code) = $0 { code } else { nil } }
            .flatMap { code in record.content.quotas.first { $0.code == code } }
        let closing = quota?.closing.paragraphs ?? []
        let hasAnswered = if case .voiceUsed? = reason { true } else { false }
        let units = sheet.asksForUnits && !sheet.answers.isEmpty ? try await units() : []
        let goesOn = reason == nil && record.questionnaire.state == .suspended && (isKept || sheet.saved != nil)
        let keptText =
            goesOn
            ? texts["questionnaires.refused.kept", ["code": intake.codes.code(for: sheet.id).spoken]] : nil
        let refusal = SheetRefusedPage(
            title: texts["questionnaires.refused.\(reason?.isFull ?? false ? "title_full" : "title")"],
            crumbs: texts.crumbs(to: record.questionnaire),
            // The words of the questionnaire say the same better.
            text: closing.isEmpty
                ? reason.map { texts["questionnaires.refused.\($0.key)"] } ?? texts.whyNoSheet(record.questionnaire)
                : nil,
            closing: closing, keptText: keptText, receiptsHref: hasAnswered ? "/receipts" : nil,
            answers: Filled(
                texts.facts(
                    of: sheet.answers, in: sheet.answering.worded(sheet.content.questions, sheet.answers), units: units)
            ),
            questionnaire: record.questionnaire.title, href: "/questionnaires/\(record.questionnaire.number)",
            changeHref: page.map { "/questionnaires/\(record.questionnaire.number)/fill/\($0)" })
        return privately(try pages.render(refusal, in: context, status: .conflict))
    }
}

extension FormErrors {
    /// Those that stand on one page.
    fileprivate func on(_ page: String, _ sheet: SheetInHand) -> FormErrors {
        let codes = sheet.content.pages.first { $0.code == page }?.groups.flatMap { $0.questions.map(\.code) } ?? []
        return FormErrors(
            items.filter { item in
                codes.contains {
                    item.field == FieldValues.prefix + $0 || item.field.hasPrefix(FieldValues.prefix + $0 + ".")
                }
            }.map { ($0.field, $0.text) })
    }
}
