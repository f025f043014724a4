import Documents
import Foundation
import HTTPTypes
import Hummingbird
import Participation
import Postgres
import Questionnaires
import Text

/// Page after page of a sheet: shown, read, kept.
extension WebApplication {
    /// The sheet of this browser, or the one that its form belongs to; a new one when there is none.
    func sheet(_ record: QuestionnaireRecord, _ context: MinyiContext) async throws -> SheetInHand {
        let number = record.questionnaire.number
        let cookie = SheetCookies.sheet(of: number, in: context.visit.cookies)
        let sent = UUID(uuidString: context.form.string("sheet"))
        // What has one page only is never saved but by the script, which then has set the cookie.
        let known = [cookie, record.content.pages.count > 1 ? sent : nil].compactMap { $0 }
        for id in known {
            guard let saved = try await SavedSheet.find(id, in: pools.public), saved.questionnaire == number else {
                continue
            }
            return SheetInHand(record, id: id, saved: saved)
        }
        return SheetInHand(record, id: sent ?? UUID())
    }

    /// - Parameters:
    ///   - page: its code; nil for where they were.
    ///   - query: what was chosen on another page that shows a poll.
    func fill(
        _ record: QuestionnaireRecord, page: String?, _ query: FormData, _ context: MinyiContext
    ) async throws -> Response {
        let sheet = try await sheet(record, context)
        guard record.questionnaire.takesSheets else { return try await refused(sheet, context) }
        let pages = sheet.shown.pages
        guard
            let here = [page, sheet.saved?.page].compactMap({ $0 }).first(where: { code in
                pages.contains { $0.code == code }
            })
                ?? pages.first?.code
        else { throw Problem.notFound }
        if let page, page != here { return .seeOther("/questionnaires/\(record.questionnaire.number)/fill") }
        if record.questionnaire.voice == .code, invitation(to: record, context) == nil {
            return .seeOther("/questionnaires/\(record.questionnaire.number)")
        }
        _ = voice(of: record, context)
        let chosen = FieldValues(query)
        let values = sheet.saved == nil && !chosen.values.isEmpty ? chosen : sheet.values(on: here)
        return try await show(sheet, here, values: values, context)
    }

    /// - Parameter notice: why it is here again although nothing is wrong with it.
    func show(
        _ sheet: SheetInHand, _ page: String, values: FieldValues, errors: FormErrors = FormErrors(),
        notice: String? = nil, _ context: MinyiContext
    ) async throws -> Response {
        let shown = sheet.answering.shown(sheet.answers, keeping: page)
        guard let questions = shown.page(page)?.groups.flatMap(\.questions) else { throw Problem.notFound }
        let units: [Participation.Unit] =
            questions.contains { if case .unit = $0.kind { true } else { false } } ? try await units() : []
        var files: [String: String] = [:]
        if questions.contains(where: { $0.kind == .file }) {
            for file in try await Attachment.uploads(formKey: sheet.id, in: pools.public) {
                files[file.id.uuidString.lowercased()] = file.name
            }
        }
        let setting = QuestionSetting(
            values: values, errors: errors, units: units, files: files, texts: context.texts)
        return privately(
            try pages.render(
                FillPage(sheet, page, shown, setting, notice: notice), in: context,
                status: errors.isEmpty ? .ok : .unprocessableContent))
    }

    func units() async throws -> [Participation.Unit] {
        try await pools.public.all(Participation.Unit.all, as: Participation.Unit.self)
    }

    /// What was filled in on a page: read, kept, and on to the next, back, or to the code with which one goes on later.
    func take(page: String, _ context: MinyiContext) async throws -> Response {
        let (form, texts) = (context.form, context.texts)
        let record = try await questionnaire(context)
        var sheet = try await sheet(record, context)
        guard let asked = record.content.pages.first(where: { $0.code == page }) else { throw Problem.notFound }
        var typed = FieldValues(form)
        if form.has("again") { return try await show(sheet, page, values: typed, context) }
        let (before, wish) = (sheet.stored, SheetWish(rawValue: form.string("do")) ?? .next)

        var errors = try await takeFiles(on: asked, of: sheet, &typed, context)
        let (answers, unread) = read(typed, asked, sheet, texts)
        sheet.answers = sheet.answering.cleaned(answers).kept
        guard record.questionnaire.takesSheets else { return try await refused(sheet, context) }
        guard unread.isEmpty else {
            // What hangs on an answer that cannot be read is not decided: nothing is dropped, and nothing kept yet.
            errors.add(contentsOf: unread)
            return try await show(sheet, page, values: typed, errors: errors, context)
        }

        let shown = sheet.shown
        let visible = Set(shown.questions.map(\.code))
        let told = Set(form.string("told").split(separator: " ").map(String.init))
        let lost = record.content.questions.filter {
            !visible.contains($0.code) && !told.contains($0.code) && (answers[$0.code] ?? before[$0.code]) != nil
        }
        if !lost.isEmpty, !form.has("confirm") {
            return try await vanishing(lost, answers.merging(before) { now, _ in now }, of: sheet, context)
        }

        let isCorrected = form.int("version") != record.questionnaire.version
        let expected = Set(form.string("asked").split(separator: " ").map(String.init))
        let more = sheet.asked(on: page).contains { !expected.contains($0) }
        if wish.goesOn {
            let faults = FormErrors(try await faults(of: sheet, page: page), texts)
            for item in faults.items where errors[field: item.field] == nil {
                // What was not on the page yet is asked now, and not complained of.
                guard !more || expected.contains(where: { item.field.hasPrefix(FieldValues.prefix + $0) }) else {
                    continue
                }
                errors.add(item.field, item.text)
            }
        }
        let next = sheet.page(after: page)
        let isSentAtOnce = wish.goesOn && next == nil && shown.pages.count <= 1
        let stays = more && wish.goesOn || isCorrected || !errors.isEmpty
        if isSentAtOnce, !stays, sheet.saved == nil {
            return try await send(sheet, from: page, context)
        }
        let target = stays ? page : wish == .back ? sheet.page(before: page) ?? page : wish.goesOn ? next ?? page : page
        if let refusal = try await keep(sheet, from: page, to: target, context) { return refusal }
        if stays {
            let notice =
                isCorrected
                ? texts["questionnaires.fill.corrected", ["note": record.questionnaire.versionNote]]
                : more && errors.isEmpty ? texts["questionnaires.fill.more"] : nil
            return try await show(sheet, page, values: typed, errors: errors, notice: notice, context)
        }
        if isSentAtOnce { return try await send(sheet, from: page, context) }
        let address = "/questionnaires/\(record.questionnaire.number)"
        return switch wish {
        case .keep: .seeOther(address + "/kept")
        case .back: .seeOther(target == page ? address : "\(address)/fill/\(target)")
        case .next, .send: .seeOther(next.map { "\(address)/fill/\($0)" } ?? address + "/review")
        }
    }

    /// The same while somebody types: nothing is complained of.
    func saveMeanwhile(page: String, _ context: MinyiContext) async throws -> Response {
        let record = try await questionnaire(context)
        var sheet = try await sheet(record, context)
        guard let asked = record.content.pages.first(where: { $0.code == page }) else { throw Problem.notFound }
        var typed = FieldValues(context.form)
        _ = try await takeFiles(on: asked, of: sheet, &typed, context)
        sheet.answers = read(typed, asked, sheet, context.texts).answers
        guard record.questionnaire.takesSheets, context.form.int("version") == record.questionnaire.version else {
            return try .json(["saved": false])
        }
        let isSaved = try await keep(sheet, from: page, to: page, context) == nil
        return try .json(["saved": isSaved])
    }

    /// The answers with those of one page as they were just typed; where that cannot be read, as they were before.
    private func read(
        _ typed: FieldValues, _ page: Questionnaire.Page, _ sheet: SheetInHand, _ texts: Texts
    ) -> (answers: Answers, errors: FormErrors) {
        let (read, faults) = sheet.answering.read(form: { typed[$0] }, page: page.code)
        var answers = sheet.stored
        for question in page.groups.flatMap(\.questions) where !faults.contains(where: { $0.question == question.code })
        {
            answers[question.code] = read[question.code]
            if question.kind == .file {
                answers[question.code] = UUID(uuidString: typed.first(FieldValues.prefix + question.code))
                    .map(Answer.file)
            }
        }
        return (answers, FormErrors(faults, texts))
    }

    /// What is wrong with what is asked now.
    /// - Parameter page: only what stands on it; nil for the whole.
    func faults(of sheet: SheetInHand, page: String? = nil) async throws -> [AnswerFault] {
        let faults = sheet.answering.faults(sheet.answers, page: page)
        let shown = sheet.shown
        let asked = (page.map { shown.page($0).map { [$0] } ?? [] } ?? shown.pages).flatMap {
            $0.groups.flatMap(\.questions)
        }
        let chosen = asked.filter { question in
            if case .unit = question.kind { sheet.answers[question.code] != nil } else { false }
        }
        guard !chosen.isEmpty else { return faults }
        return try await faults + chosen.unitFaults(sheet.answers, units())
    }

    /// Stores the files that came with a page. In the fields stands from then on which one is there.
    private func takeFiles(
        on page: Questionnaire.Page, of sheet: SheetInHand, _ typed: inout FieldValues, _ context: MinyiContext
    ) async throws -> FormErrors {
        var errors = FormErrors()
        let questions = page.groups.flatMap(\.questions).filter { $0.kind == .file }
        guard !questions.isEmpty else { return errors }
        let there = try await Attachment.uploads(formKey: sheet.id, in: pools.public).map {
            $0.id.uuidString.lowercased()
        }
        for question in questions {
            let name = FieldValues.prefix + question.code
            if !there.contains(typed.first(name)) { typed.set(name, nil) }
            guard let file = context.form.file(name) else { continue }
            do {
                guard admits(file, context) else { throw Attachment.Refused.fullForNetwork }
                let id = try await Attachment.storeUpload(
                    try file.bytes, name: file.filename, formKey: sheet.id, kinds: FileKind.documents, in: pools.public)
                typed.set(name, id.uuidString.lowercased())
            } catch let refused as Attachment.Refused {
                errors.add(name, context.texts["attachments.\(refused.rawValue)"])
            }
        }
        return errors
    }

    private func vanishing(
        _ lost: [Question], _ answers: Answers, of sheet: SheetInHand, _ context: MinyiContext
    ) async throws -> Response {
        let page = VanishingPage(
            title: context.texts["questionnaires.vanishing.title"],
            crumbs: context.texts.crumbs(to: sheet.questionnaire), action: context.visit.path,
            fields: context.form.fields.filter { $0.name != ForgeryGuard.field }.map {
                VanishingPage.Field(name: $0.name, value: $0.value)
            },
            lost: context.texts.facts(of: answers, in: lost, units: sheet.asksForUnits ? try await units() : []))
        return privately(try pages.render(page, in: context))
    }

    /// Keeps the sheet.
    /// - Returns: nil when it is kept and may go on; otherwise what is to be answered.
    func keep(
        _ sheet: SheetInHand, from page: String, to target: String, _ context: MinyiContext
    ) async throws -> Response? {
        let kept = try await SavedSheet.keep(
            sheet.answered(), pages: [page, target], codeMac: intake.codes.mac(for: sheet.id), in: pools.public)
        switch kept.outcome {
        case .saved, .quota, .full: context.visit.set(SheetCookies.sheet(sheet.id, of: sheet.questionnaire.number))
        default: break
        }
        switch kept.outcome {
        case .saved: return nil
        case .quota: return try await refused(sheet, reason: .quota(kept.quota ?? ""), context)
        case .full: return try await refused(sheet, reason: .full, context)
        case .closed, .notOpen, .suspended: return try await refused(sheet, context)
        case .sent:
            context.visit.set(SheetCookies.forgetSheet(of: sheet.questionnaire.number))
            context.visit.flash(.note, context.texts["questionnaires.fill.sent_before"])
            return .seeOther("/receipts")
        case .changed:
            // Corrected in this very second: what was typed comes back with the next look at the page.
            return .seeOther("/questionnaires/\(sheet.questionnaire.number)/fill")
        case .unknownQuestionnaire: throw Problem.notFound
        case .malformed, .tooLong: throw Problem.badRequest
        }
    }

    /// What the door takes for this browser; its cookie is set when it has none yet. Nil where browsers are not told apart.
    func voice(of record: QuestionnaireRecord, _ context: MinyiContext) -> [UInt8]? {
        guard record.questionnaire.voice == .browser else { return nil }
        let (name, fresh) = SheetCookies.browser(in: context.visit.cookies, signer)
        if let fresh { context.visit.set(fresh) }
        return intake.codes.voice(of: name, in: record.questionnaire.number)
    }

    /// The invitation that this browser has shown.
    func invitation(to record: QuestionnaireRecord, _ context: MinyiContext) -> QueryCode? {
        SheetCookies.invitation(to: record.questionnaire.number, in: context.visit.cookies, signer)
    }
}

extension FormErrors {
    /// Each beside its field.
    init(_ faults: [AnswerFault], _ texts: Texts) {
        self.init(
            faults.map { fault in
                let field = FieldValues.prefix + fault.question + (fault.row.map { ".\($0)" } ?? "")
                return (field, texts["questionnaire-words.\(fault.key)", fault.parameters])
            })
    }
}

/// What somebody wants who leaves a page.
enum SheetWish: String {
    case next, send, back, keep

    /// The page must be right.
    var goesOn: Bool { self == .next || self == .send }
}

extension SheetInHand {
    func page(after code: String) -> String? {
        let codes = shown.pages.map(\.code)
        return codes.firstIndex(of: code).flatMap { $0 + 1 < codes.count ? codes[$0 + 1] : nil }
    }

    func page(before code: String) -> String? {
        let codes = shown.pages.map(\.code)
        return codes.firstIndex(of: code).flatMap { $0 > 0 ? codes[$0 - 1] : nil }
    }
}

extension FillPage {
    init(
        _ sheet: SheetInHand, _ page: String, _ shown: ShownQuestionnaire, _ setting: QuestionSetting, notice: String?
    ) {
        let (questionnaire, texts) = (sheet.questionnaire, setting.texts)
        let codes = shown.pages.map(\.code)
        let place = (codes.firstIndex(of: page) ?? 0) + 1
        let address = "/questionnaires/\(questionnaire.number)"
        let isPoll = questionnaire.kind == .poll
        title = questionnaire.title
        crumbs = texts.crumbs(to: isPoll ? nil : questionnaire)
        progress =
            codes.count > 1
            ? Progress(
                text: texts["questionnaires.fill.progress", ["page": place, "pages": codes.count]], done: place,
                all: codes.count) : nil
        lead = isPoll ? questionnaire.purpose.paragraphs : []
        facts =
            isPoll
            ? [
                questionnaire.whoMayAnswer, texts["questionnaires.voices.\(questionnaire.voice.rawValue)"],
                texts[
                    "consultations.closes_at", ["moment": ChinaTime.deadline(questionnaire.closesAt, in: texts.clock)]],
                texts["questionnaires.results.\(questionnaire.resultsShown.rawValue)"], texts["questionnaires.keeps"],
            ].filter { !$0.isEmpty } : []
        heading = shown.page(page)?.title ?? ""
        action = "\(address)/fill/\(page)"
        saveHref = "\(address)/save/\(page)"
        self.sheet = sheet.id.uuidString.lowercased()
        contentVersion = questionnaire.version
        asked = sheet.asked(on: page).joined(separator: " ")
        logic = sheet.answering.following(page: page, sheet.answers).json
        let groups = shown.page(page)?.groups ?? []
        self.groups = groups.map { group in
            let isOff = shown.hidden.contains("g.\(group.code)")
            return Group(
                code: group.code, title: group.title, isOff: isOff,
                questions: group.questions.map {
                    QuestionPart(
                        $0, isShown: !isOff && !shown.hidden.contains("q.\($0.code)"), hidden: shown.hidden, in: setting
                    )
                })
        }
        takesFiles = groups.contains { $0.questions.contains { $0.kind == .file } }
        let isOnly = codes.count <= 1
        mainAction = isOnly ? SheetWish.send.rawValue : SheetWish.next.rawValue
        mainText = texts["questionnaires.fill.\(isOnly ? "send" : place == codes.count ? "review" : "next")"]
        hasBack = place > 1
        canSave = !isOnly
        keptHref = sheet.saved == nil ? nil : address + "/kept"
        errors = setting.errors
        self.notice = notice
    }
}
