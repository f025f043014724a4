import Foundation
import HTTPTypes
import Hummingbird
import Participation
import Postgres
import Questionnaires
import Text

/// What is said where a sheet is not kept or not taken.
extension WebApplication {
    /// What is shown where a sheet could not be kept or sent. Nothing that was typed is lost.
    /// - Parameter filled: the page it comes from; nil when all of it was looked through.
    func answer(
        to setback: SheetSetback, _ sheet: SheetInHand, from filled: FilledPage? = nil, _ context: MinyiContext
    ) async throws -> Response {
        let (number, texts) = (sheet.questionnaire.number, context.texts)
        // Even which quota is full goes by what was kept.
        if let filled, let alone = typedAlone(sheet, on: filled.code, filled.typed, context) {
            return try await refused(alone, reason: .code(.missing), context)
        }
        switch setback {
        case .refused(let reason):
            if case .code = reason { context.visit.set(SheetCookies.forgetInvitation(to: number)) }
            // Another answer may lead out of a quota.
            let decided = if case .quota = reason { filled?.code } else { String?.none }
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
            guard let page = filled?.code ?? fresh.shown.pages.first?.code else { throw Problem.notFound }
            return try await show(fresh, page, values: fresh.values(on: page), notice: notice, context)
        case .changed:
            let now = try await QuestionnaireRecord.load(number, in: pools.public) ?? sheet.record
            // Where the server keeps nothing, all of it goes along.
            let carried = sheet.keeping == .carried ? sheet.answers : nil
            var corrected = SheetInHand(now, id: sheet.id, saved: sheet.saved, answers: carried)
            corrected.answers = now.answering.cleaned(sheet.answers).kept
            let pages = corrected.shown.pages.map(\.code)
            let notice = texts.corrected(now.questionnaire)
            if let filled, pages.contains(filled.code) {
                return try await show(corrected, filled.code, values: filled.typed, notice: notice, context)
            }
            guard let first = corrected.changedPage ?? pages.first else { throw Problem.notFound }
            return try await show(corrected, first, values: corrected.values(on: first), notice: notice, context)
        case .overtaken:
            // In this very moment: what is there now is read once more.
            let saved = try await SavedSheet.find(sheet.id, in: pools.public)
            var now = SheetInHand(sheet.record, id: sheet.id, saved: saved)
            guard let filled else { return .seeOther("/questionnaires/\(number)/review") }
            now.answers = sheet.answers
            return try await show(now, filled.code, values: filled.typed, isOvertaken: true, context)
        case .said(let key):
            let errors = FormErrors("main", texts["questionnaires.errors.\(key)"])
            return try await again(sheet, from: filled, errors, context)
        case .unknown: throw Problem.notFound
        case .forbidden: throw Problem.forbidden
        case .malformed: throw Problem.badRequest
        }
    }

    /// What was to be sent comes again, with what is wrong with it.
    func again(
        _ sheet: SheetInHand, from filled: FilledPage?, _ errors: FormErrors, _ context: MinyiContext
    ) async throws -> Response {
        guard let filled else { return try await review(sheet, errors: errors, context) }
        return try await show(sheet, filled.code, values: filled.typed, errors: errors, context)
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
        let units = sheet.answers.isEmpty ? [] : try await units(for: sheet.content.questions)
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
