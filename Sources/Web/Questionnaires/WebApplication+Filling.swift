import Foundation
import HTTPTypes
import Hummingbird
import Participation
import Postgres
import Questionnaires
import Text

/// Page after page of a sheet: shown, read, and what comes of it.
extension WebApplication {
    /// - Parameters:
    ///   - page: its code; nil for where they were.
    ///   - choice: what was chosen on another page that shows a poll; nil where they do not come from one.
    func fill(
        _ record: QuestionnaireRecord, page: String?, choice: FormData? = nil, _ context: MinyiContext
    ) async throws -> Response {
        let sheet = try await sheet(record, ofForm: choice == nil, context)
        let address = "/questionnaires/\(record.questionnaire.number)"
        let cookie = SheetCookies.sheet(of: record.questionnaire.number, in: context.visit.cookies)
        // It may have been sent from another device, or from another tab.
        if cookie != nil, sheet.saved == nil, let receipt = try await receipt(ofSent: sheet, context) {
            context.visit.flash(.note, context.texts["questionnaires.fill.sent_before"])
            return receipt
        }
        guard record.questionnaire.takesSheets else {
            // Whoever has only followed a link reads on the first page why.
            let isTheirs = sheet.saved != nil && !mayBeAnothers(sheet, context)
            return isTheirs ? try await refused(sheet, context) : .seeOther(address)
        }
        let pages = sheet.shown.pages
        // What a correction has changed is looked at before anything else.
        guard
            let here = [sheet.changedPage, page, sheet.saved?.page].compactMap({ $0 }).first(where: { code in
                pages.contains { $0.code == code }
            })
                ?? pages.first?.code
        else { throw Problem.notFound }
        if let elsewhere = try await mayNotAnswer(record, context) { return elsewhere }
        if cookie == nil, sheet.isRemembered {
            context.visit.set(
                SheetCookies.begun(sheet.id, of: record.questionnaire.number, by: holder(of: sheet, context)))
        }
        // Each page has an address of its own, so that the browser's way back leads to the one before.
        if page ?? (sheet.isOnePage || choice != nil ? here : nil) != here {
            return .seeOther("\(address)/fill/\(here)")
        }
        if let choice { return try await show(sheet, here, chosen: FieldValues(choice), context) }
        if sheet.isBlank {
            return try await blank(page, of: record.questionnaire, sheet.id, context)
        }
        let notice = sheet.isOfEarlierVersion ? context.texts.corrected(record.questionnaire) : nil
        return try await show(sheet, here, values: sheet.values(on: here), notice: notice, context)
    }

    /// What was chosen on another page: it looks as if it were sent, which it is not.
    private func show(
        _ sheet: SheetInHand, _ page: String, chosen: FieldValues, _ context: MinyiContext
    ) async throws -> Response {
        let texts = context.texts
        if chosen.values.isEmpty {
            let field = sheet.asked(on: page).first.map { FieldValues.prefix + $0 } ?? "main"
            return try await show(
                sheet, page, values: sheet.values(on: page),
                errors: FormErrors(field, texts["questionnaires.errors.nothing_chosen"]), context)
        }
        return try await show(
            sheet, page, values: sheet.saved == nil ? chosen : sheet.values(on: page),
            notice: texts["questionnaires.poll.not_sent"], context)
    }

    /// A page that nobody has begun and where nothing is drawn: alike for everyone.
    private func blank(
        _ page: String?, of questionnaire: PublicQuestionnaire, _ id: UUID, _ context: MinyiContext
    ) async throws -> Response {
        let number = questionnaire.number
        // A poll has no first page but this one.
        let place = page.map { "/fill/\($0)" } ?? (questionnaire.kind == .poll ? "" : "/fill")
        let address = "/questionnaires/\(number)" + place
        return try await blankForms.form(id, at: address, about: .questionnaire(number), context) { id, context in
            // Read once more: what is kept must be as new as its mark.
            guard let record = try await questionnaires.record(number), case let sheet = SheetInHand(record, id: id),
                let here = page ?? sheet.shown.pages.first?.code
            else { throw Problem.notFound }
            return try await show(sheet, here, values: sheet.values(on: here), context)
        }
    }

    /// What was filled in on a page: read, kept, and on to the next, back, or to the code with which one goes on later.
    func take(page code: String, _ context: MinyiContext) async throws -> Response {
        let form = context.form
        let record = try await questionnaire(context)
        let sheet = try await sheet(record, context)
        // There the invitation is asked for once more.
        let fill = Response.seeOther("/questionnaires/\(record.questionnaire.number)/fill")
        guard let page = record.content.page(code) else {
            // A correction may have removed it.
            guard form.int("version") != record.questionnaire.version else { throw Problem.notFound }
            guard !mayBeAnothers(sheet, context) else { return fill }
            return try await answer(to: .changed, sheet, context)
        }
        // From the question whether answers may go, and from all of it.
        if form.has("again") {
            let typed = FieldValues(form)
            if let alone = typedAlone(sheet, on: code, typed, context) {
                return try await refused(alone, reason: .code(.missing), context)
            }
            return try await show(sheet, code, values: typed, context)
        }
        if form.has("open") {
            guard !mayBeAnothers(sheet, context) else { return fill }
            return try await show(sheet, code, values: sheet.values(on: code), context)
        }

        let filled = try await read(page, of: sheet, context)
        guard record.questionnaire.takesSheets else { return try await takeLate(filled, context) }

        let alone = typedAlone(filled.sheet, on: code, filled.typed, context)
        switch (try await decide(filled, context), alone) {
        case (.leaves, _): return try await leave(filled, context)
        // All else that is said about a page goes by what was kept.
        case (_, let alone?): return try await refused(alone, reason: .code(.missing), context)
        case (.again(let errors, let notice), nil):
            return try await show(filled.sheet, code, values: filled.typed, errors: errors, notice: notice, context)
        case (.overtaken, nil):
            return try await show(filled.sheet, code, values: filled.typed, isOvertaken: true, context)
        case (.vanishing(let lost), nil): return try await vanishing(lost, filled, context)
        case (.stays(let errors), nil): return try await stay(filled, errors, context)
        }
    }

    /// What becomes of a page that was sent.
    private enum Decision {
        /// It comes again, and nothing is kept.
        case again(FormErrors, notice: String?)
        /// The same, beside what another tab or device has kept.
        case overtaken
        /// The same, once it was said that these answers go.
        case vanishing([Question])
        /// It is kept and comes again: something is wrong with it, or more is asked, or a correction has to be looked at.
        case stays(FormErrors)
        /// It is kept, and they go where they wish.
        case leaves
    }

    private func read(
        _ page: Questionnaire.Page, of sheet: SheetInHand, _ context: MinyiContext
    ) async throws -> FilledPage {
        var typed = FieldValues(context.form)
        let errors = try await takeFiles(on: page, of: sheet, &typed, context)
        return FilledPage(page, of: sheet, typed, context.form, errors: errors, context.texts)
    }

    private func decide(_ filled: FilledPage, _ context: MinyiContext) async throws -> Decision {
        let (sheet, texts) = (filled.sheet, context.texts)
        // What hangs on an answer that cannot be read is not decided: nothing is dropped, and nothing kept yet.
        guard filled.errors.isEmpty else {
            let faults = filled.wish.goesOn ? try await self.faults(of: sheet, page: filled.code) : []
            return .again(
                filled.errors(beside: faults, texts),
                notice: filled.isOld ? texts.corrected(sheet.questionnaire) : nil)
        }
        if !filled.isOld, filled.isOvertaken { return .overtaken }
        if filled.wish == .keep, sheet.saved == nil, filled.answers.isEmpty {
            return .again(FormErrors("main", texts["questionnaires.errors.nothing"]), notice: nil)
        }
        let lost = filled.lost(from: filled.everAnswered).filter { !filled.told.contains($0.code) }
        if !lost.isEmpty, !context.form.has("confirm") { return .vanishing(lost) }
        var errors = FormErrors()
        if filled.wish.goesOn {
            errors = filled.complaints(try await faults(of: sheet, page: filled.code), texts)
        }
        let stays = filled.isCorrected || !errors.isEmpty || filled.wish.goesOn && filled.asksMore
        return stays ? .stays(errors) : .leaves
    }

    /// Sent while nothing is taken, or no longer.
    private func takeLate(_ filled: FilledPage, _ context: MinyiContext) async throws -> Response {
        let sheet = filled.sheet
        if let receipt = try await receipt(ofSent: sheet, context) { return receipt }
        if let alone = typedAlone(sheet, on: filled.code, filled.typed, context) {
            return try await refused(alone, context)
        }
        guard sheet.questionnaire.state == .suspended, filled.errors.isEmpty, !filled.isOld else {
            return try await refused(sheet, context)
        }
        // For the time when it goes on.
        var isKept = false
        if case .notTaking? = try await keep(sheet, from: filled.code, to: filled.code, context) { isKept = true }
        return try await refused(sheet, isKept: isKept, context)
    }

    /// - Parameter errors: what is wrong with the page.
    private func stay(_ filled: FilledPage, _ errors: FormErrors, _ context: MinyiContext) async throws -> Response {
        let (sheet, page, texts) = (filled.sheet, filled.code, context.texts)
        let corrected = filled.isCorrected ? texts.corrected(sheet.questionnaire) : nil
        // What was corrected is looked at once in its new words, and only then kept as an answer to them.
        let target = sheet.changedPage ?? page
        if let setback = try await keep(sheet, from: page, to: target, context) {
            return try await answer(to: setback, sheet, from: filled, context)
        }
        if let corrected, target != page {
            context.visit.flash(.note, corrected)
            return .seeOther("/questionnaires/\(sheet.questionnaire.number)/fill/\(target)")
        }
        let more = errors.isEmpty ? texts["questionnaires.fill.more"] : nil
        return try await show(
            sheet.onceKept, page, values: filled.typed, errors: errors, notice: corrected ?? more, context)
    }

    private func leave(_ filled: FilledPage, _ context: MinyiContext) async throws -> Response {
        let (sheet, page, wish) = (filled.sheet, filled.code, filled.wish)
        let next = sheet.page(after: page)
        let isSentAtOnce = wish.goesOn && next == nil && sheet.isOnePage
        if isSentAtOnce, sheet.saved == nil { return try await send(sheet, from: filled, context) }
        let target =
            switch wish {
            case .back: sheet.page(before: page) ?? page
            case .keep: page
            case .next, .send: next ?? page
            }
        if let setback = try await keep(sheet, from: page, to: target, context) {
            return try await answer(to: setback, sheet, from: filled, context)
        }
        if isSentAtOnce { return try await send(sheet.onceKept, from: filled, context) }
        if sheet.keeping == .carried {
            return try await carryOn(sheet.onceKept, to: wish == .back ? target : next, context)
        }
        let address = "/questionnaires/\(sheet.questionnaire.number)"
        return switch wish {
        case .keep: .seeOther(address + "/kept")
        case .back: .seeOther(target == page ? address : "\(address)/fill/\(target)")
        case .next, .send: .seeOther(next.map { "\(address)/fill/\($0)" } ?? address + "/review")
        }
    }

    /// The same while somebody types: nothing is complained of, and what is hidden for now stays.
    func saveMeanwhile(page code: String, _ context: MinyiContext) async throws -> Response {
        let (record, texts) = (try await questionnaire(context), context.texts)
        var sheet = try await sheet(record, context)
        guard !sheet.isCorrected(since: context.form, on: code) else { return try .json(Meanwhile(.changed, texts)) }
        guard let page = record.content.page(code) else { throw Problem.notFound }
        guard record.questionnaire.takesSheets, sheet.keeping != .carried else {
            return try .json(Meanwhile(.notTaking, texts))
        }
        let filled = try await read(page, of: sheet, context)
        guard !filled.isOvertaken else { return try .json(Meanwhile(.overtaken, texts)) }
        sheet.answers = filled.answers
        let setback = try await keep(sheet, from: code, to: code, context)
        return try .json(Meanwhile(setback, base: sheet.sign(of: code, in: filled.answers), texts))
    }

    /// What is wrong with what is asked now.
    /// - Parameter page: only what stands on it; nil for the whole.
    func faults(of sheet: SheetInHand, page: String? = nil) async throws -> [AnswerFault] {
        let faults = sheet.answering.faults(sheet.answers, page: page)
        let asked = page.map { sheet.shown.page($0)?.questions ?? [] } ?? sheet.shown.questions
        let chosen = asked.filter { question in
            if case .unit = question.kind { sheet.answers[question.code] != nil } else { false }
        }
        guard !chosen.isEmpty else { return faults }
        return try await faults + chosen.unitFaults(sheet.answers, units())
    }
}
