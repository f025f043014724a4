import Foundation
import Hummingbird
import Participation
import Postgres
import Questionnaires
import Text

/// Page after page of a sheet at a kiosk. Nothing is kept of a page before it is right, and whatever ends it clears the screen.
extension WebApplication {
    func show(
        _ sheet: SheetInHand, _ page: String, values: FieldValues, at device: KioskDevice, told: String = "",
        errors: FormErrors = FormErrors(), notice: String? = nil, isSlow: Bool = false, _ context: MinyiContext
    ) async throws -> Response {
        let setting = QuestionSetting(
            values: values, errors: errors, units: try await units(for: sheet.content.questions), files: [:],
            texts: context.texts)
        let page = KioskFillPage(
            sheet, page, sheet.answering.shown(sheet.answers, keeping: .page(page)), setting, told: told,
            notice: notice,
            idleSeconds: device.idleSeconds, isSlow: isSlow)
        return privately(
            try pages.render(page, in: context, status: errors.isEmpty ? .ok : .unprocessableContent))
    }

    /// What was filled in on a page there: read, kept for the next one, or sent from the last.
    func takeAtKiosk(_ context: MinyiContext) async throws -> Response {
        let (form, texts, code) = (context.form, context.texts, try context.text("page"))
        // A page of somebody before.
        guard let id = KioskCookies.sheet(in: context.visit.cookies),
            form.string("sheet") == id.uuidString.lowercased()
        else { return .seeOther("/kiosk") }
        // Closed or revoked while they stood there.
        guard let (mac, device, sheet) = try await kioskSheet(context) else { return try await notTaken(context) }
        let known = sheet.content.page(code)
        // A correction that came while they stood there is looked at once in its new words; until then nothing is kept as an answer to it.
        if sheet.isCorrected(since: form, on: code) {
            guard let here = sheet.changedPage ?? known?.code ?? sheet.shown.pages.first?.code else {
                return .seeOther("/kiosk")
            }
            return try await show(
                sheet, here, values: here == code ? FieldValues(form) : sheet.values(on: here), at: device,
                notice: texts.corrected(sheet.questionnaire), context)
        }
        guard let page = known else { return .seeOther("/kiosk") }
        // Who goes back need not have written what can be read, but is asked about words that would be lost. Nobody has a file with them there.
        let typed = FieldValues(form).withoutFiles(of: page.questions)
        let filled = FilledPage(page, of: sheet, typed, form, leavesOutUnread: true, texts)
        let (isBack, now) = (filled.wish == .back, filled.sheet)
        func again(
            _ sheet: SheetInHand, _ errors: FormErrors = FormErrors(), told: String = form.string("told"),
            notice: String? = nil
        ) async throws -> Response {
            try await show(
                sheet, code, values: filled.typed, at: device, told: told, errors: errors, notice: notice, context)
        }
        guard !isBack || filled.doubts.isEmpty else { return try await again(sheet, filled.doubts) }
        guard filled.errors.isEmpty || isBack else {
            let faults = try await faultsAtKiosk(of: now, page: code)
            return try await again(sheet, filled.errors(beside: faults, texts))
        }
        // Who changes an answer that others hang on is told before those go.
        let lost = filled.lost(from: sheet.stored).map(\.code)
        guard filled.told.isSuperset(of: lost) else {
            return try await again(now, told: lost.joined(separator: " "), notice: texts["kiosks.vanishing"])
        }
        if !isBack {
            if filled.asksMore { return try await again(now, notice: texts["questionnaires.fill.more"]) }
            let wrong = FormErrors(try await faultsAtKiosk(of: now, page: code), texts)
            guard wrong.isEmpty else { return try await again(now, wrong) }
        }
        guard let target = isBack ? now.page(before: code) ?? code : now.page(after: code) else {
            return try await sendFromKiosk(now, mac, from: code, context)
        }
        if let setback = try await keep(now, from: code, to: target, context) {
            return try await answerAtKiosk(to: setback, now, from: code, context)
        }
        return .seeOther("/kiosk/page/\(target)")
    }

    /// Nobody has a file with them there.
    private func faultsAtKiosk(of sheet: SheetInHand, page: String? = nil) async throws -> [AnswerFault] {
        let files = Set(sheet.content.questions.filter { $0.kind.form == .file }.map(\.code))
        return try await faults(of: sheet, page: page).filter { !files.contains($0.question) }
    }

    private func sendFromKiosk(
        _ sheet: SheetInHand, _ mac: [UInt8], from page: String, _ context: MinyiContext
    ) async throws -> Response {
        // A page that was never seen.
        if let first = try await faultsAtKiosk(of: sheet).first, let faulty = sheet.page(of: first.question),
            faulty != page
        {
            return .seeOther("/kiosk/page/\(faulty)")
        }
        var answered = sheet.answered(units: try await units(for: sheet.content.questions))
        (answered.channel, answered.voice, answered.fileIDs) = (.kiosk, mac, [])
        let outcome = try await intake.accept(answered, in: pools.public)
        switch SheetSetback(outcome) {
        case nil, .keyReused?:
            guard let number = outcome.number else { throw NoRow() }
            forgetAtKiosk(context)
            context.visit.set(KioskCookies.done(number, key: sheet.id, signer))
            return .seeOther("/kiosk/thanks")
        case let setback?: return try await answerAtKiosk(to: setback, sheet, from: page, context)
        }
    }

    private func answerAtKiosk(
        to setback: SheetSetback, _ sheet: SheetInHand, from page: String, _ context: MinyiContext
    ) async throws -> Response {
        switch setback {
        case .changed: return .seeOther("/kiosk/page/\(page)")
        case .refused(.quota(let code)): return try await refusedAtKiosk(sheet, quota: code, context)
        case .refused(.full): return try await refusedAtKiosk(sheet, quota: nil, context)
        default: return try await notTaken(context)
        }
    }

    /// Whoever walks away here must not think that it was sent.
    private func notTaken(_ context: MinyiContext) async throws -> Response {
        try await leaveKiosk(context)
        let page = KioskEndPage(
            title: context.texts["kiosks.not_taken.title"], lines: [context.texts["kiosks.not_taken.text"]],
            offersReceipt: false, receipt: nil)
        return privately(try pages.render(page, in: context, status: .conflict))
    }

    private func refusedAtKiosk(
        _ sheet: SheetInHand, quota: String?, _ context: MinyiContext
    ) async throws -> Response {
        try await leaveKiosk(context)
        let closing = sheet.content.quotas.first { $0.code == quota }?.closing.paragraphs ?? []
        let page = KioskEndPage(
            title: context.texts["kiosks.full"],
            lines: closing.isEmpty ? [context.texts["questionnaires.refused.full"]] : closing, offersReceipt: false,
            receipt: nil)
        return privately(try pages.render(page, in: context, status: .conflict))
    }
}
