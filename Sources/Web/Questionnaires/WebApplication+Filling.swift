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
    /// The sheet that the form belongs to (the browser may have begun another since), or that of this browser; a new one when there is none.
    func sheet(_ record: QuestionnaireRecord, _ context: MinyiContext) async throws -> SheetInHand {
        if record.questionnaire.voice == .person { return carriedSheet(record, context) }
        let number = record.questionnaire.number
        let cookie = SheetCookies.sheet(of: number, in: context.visit.cookies)
        let sent = UUID(uuidString: context.form.string("sheet"))
        guard let id = sent ?? cookie else { return SheetInHand(record, id: UUID()) }
        // What has one page only is never saved but by the script, which then has set the cookie.
        guard record.content.pages.count > 1 || cookie != nil else { return SheetInHand(record, id: id) }
        let saved = try await SavedSheet.find(id, in: pools.public)
        return SheetInHand(record, id: id, saved: saved.flatMap { $0.questionnaire == number ? $0 : nil })
    }

    /// - Parameters:
    ///   - page: its code; nil for where they were.
    ///   - other: what was chosen on another page that shows a poll.
    func fill(
        _ record: QuestionnaireRecord, page: String?, _ other: FormData, _ context: MinyiContext
    ) async throws -> Response {
        let sheet = try await sheet(record, context)
        let address = "/questionnaires/\(record.questionnaire.number)"
        let cookie = SheetCookies.sheet(of: record.questionnaire.number, in: context.visit.cookies)
        // It may have been sent from another device, or from another tab.
        if cookie != nil, sheet.saved == nil, let receipt = try await receipt(ofSent: sheet, context) {
            context.visit.flash(.note, context.texts["questionnaires.fill.sent_before"])
            return receipt
        }
        guard record.questionnaire.takesSheets else {
            // Whoever has only followed a link reads on the first page why.
            return sheet.saved == nil ? .seeOther(address) : try await refused(sheet, context)
        }
        let pages = sheet.shown.pages
        // What a correction has changed is looked at before anything else.
        guard
            let here = [sheet.changedPage, page, sheet.saved?.page].compactMap({ $0 }).first(where: { code in
                pages.contains { $0.code == code }
            })
                ?? pages.first?.code
        else { throw Problem.notFound }
        if record.questionnaire.voice == .code, invitation(to: record, context) == nil { return .seeOther(address) }
        let isPerson = record.questionnaire.voice == .person
        if isPerson, personCookies.voice(in: record.questionnaire.number, of: context.visit.cookies) == nil {
            return .seeOther(address)
        }
        if let voice = voice(of: record, context),
            try await SavedSheet.browserHasAnswered(record.questionnaire.number, voice: voice, in: pools.public)
        {
            return try await answeredBefore(record, context)
        }
        if cookie == nil, sheet.isRemembered, !isPerson {
            context.visit.set(SheetCookies.begun(sheet.id, of: record.questionnaire.number))
        }
        let chosen = FieldValues(other)
        // Each page has an address of its own, so that the browser's way back leads to the one before.
        if page ?? (sheet.isOnePage || !chosen.values.isEmpty ? here : nil) != here {
            return .seeOther("\(address)/fill/\(here)")
        }
        if sheet.saved == nil, !sheet.isDrawn, !isPerson, chosen.values.isEmpty {
            return try await blank(page, of: record.questionnaire.number, sheet.id, context)
        }
        let values = sheet.saved == nil && !chosen.values.isEmpty ? chosen : sheet.values(on: here)
        let notice = sheet.isOfEarlierVersion ? context.texts.corrected(record.questionnaire) : nil
        return try await show(sheet, here, values: values, notice: notice, context)
    }

    /// A page that nobody has begun and where nothing is drawn: alike for everyone.
    private func blank(
        _ page: String?, of number: String, _ id: UUID, _ context: MinyiContext
    ) async throws -> Response {
        try await blankForms.form(id, about: .questionnaire(number), context) { id, context in
            // Read once more: what is kept must be as new as its mark.
            guard let record = try await questionnaires.record(number), case let sheet = SheetInHand(record, id: id),
                let here = page ?? sheet.shown.pages.first?.code
            else { throw Problem.notFound }
            return try await show(sheet, here, values: sheet.values(on: here), context)
        }
    }

    /// Instead of a form that would be filled in in vain.
    private func answeredBefore(_ record: QuestionnaireRecord, _ context: MinyiContext) async throws -> Response {
        let questionnaire = record.questionnaire
        let result =
            questionnaire.kind == .poll && questionnaire.showsResults
            ? try await pollResult(questionnaire.number, context.texts) : nil
        let page = QuestionnairePage(record, result: result, standing: .answered, context.texts)
        return privately(try pages.render(page, in: context))
    }

    /// - Parameters:
    ///   - notice: why it is here again although nothing is wrong with it.
    ///   - isOvertaken: something else was kept of this page since it was opened, which then stands beside.
    func show(
        _ sheet: SheetInHand, _ page: String, values: FieldValues, errors: FormErrors = FormErrors(),
        notice: String? = nil, isOvertaken: Bool = false, _ context: MinyiContext
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
        let isFileGone = questions.contains {
            let id = values.first(FieldValues.prefix + $0.code)
            return $0.kind == .file && !id.isEmpty && files[id] == nil
        }
        let word = notice ?? (isFileGone ? context.texts["questionnaires.errors.file_gone"] : nil)
        let elsewhere = isOvertaken ? context.texts.facts(of: sheet.stored, in: questions, units: units) : []
        return privately(
            try pages.render(
                FillPage(
                    sheet, page, shown, setting, carried: carry(sheet), notice: word, isOvertaken: isOvertaken,
                    elsewhere: elsewhere),
                in: context,
                status: isOvertaken ? .conflict : errors.isEmpty ? .ok : .unprocessableContent))
    }

    func units() async throws -> [Participation.Unit] {
        try await pools.public.all(Participation.Unit.all, as: Participation.Unit.self)
    }

    /// What was filled in on a page: read, kept, and on to the next, back, or to the code with which one goes on later.
    func take(page: String, _ context: MinyiContext) async throws -> Response {
        let (form, texts) = (context.form, context.texts)
        let record = try await questionnaire(context)
        var sheet = try await sheet(record, context)
        let isOld = form.int("version") != record.questionnaire.version
        guard let asked = record.content.pages.first(where: { $0.code == page }) else {
            // A correction may have removed it.
            guard isOld else { throw Problem.notFound }
            return try await answer(to: .changed, sheet, context)
        }
        var typed = FieldValues(form)
        if form.has("again") { return try await show(sheet, page, values: typed, context) }
        if form.has("open") { return try await show(sheet, page, values: sheet.values(on: page), context) }
        let (before, wish) = (sheet.stored, SheetWish(rawValue: form.string("do")) ?? .next)

        var errors = try await takeFiles(on: asked, of: sheet, &typed, context)
        let (answers, unread) = read(typed, asked, sheet, texts)
        errors.add(contentsOf: unread)
        sheet.answers = sheet.answering.cleaned(answers).kept
        guard record.questionnaire.takesSheets else {
            if let receipt = try await receipt(ofSent: sheet, context) { return receipt }
            guard record.questionnaire.state == .suspended, errors.isEmpty, !isOld else {
                return try await refused(sheet, context)
            }
            // For the time when it goes on.
            var isKept = false
            if case .notTaking? = try await keep(sheet, from: page, to: page, context) { isKept = true }
            return try await refused(sheet, isKept: isKept, context)
        }
        let corrected = texts.corrected(record.questionnaire)
        guard errors.isEmpty else {
            // What hangs on an answer that cannot be read is not decided: nothing is dropped, and nothing kept yet.
            return try await show(
                sheet, page, values: typed, errors: errors, notice: isOld ? corrected : nil, context)
        }

        if !isOld, isOvertaken(sheet, page, answers, form) {
            return try await show(sheet, page, values: typed, isOvertaken: true, context)
        }
        if wish == .keep, sheet.saved == nil, answers.isEmpty {
            let nothing = FormErrors("main", texts["questionnaires.errors.nothing"])
            return try await show(sheet, page, values: typed, errors: nothing, context)
        }

        let all = answers.merging(before) { now, _ in now }
        let lost = lost(from: all, in: sheet, context)
        if !lost.isEmpty, !form.has("confirm") {
            return try await vanishing(lost, all, typed, of: sheet, context)
        }

        // What was corrected is looked at once in its new words, and only then kept as an answer to them.
        let changed = sheet.changedPage
        let isCorrected = isOld || changed != nil && changed != page
        let expected = Set(form.string("asked").split(separator: " ").map(String.init))
        let more = sheet.asked(on: page).contains { !expected.contains($0) }
        if wish.goesOn {
            // What was not on the page yet is asked now, and not complained of.
            errors = FormErrors(try await faults(of: sheet, page: page), texts).first { field in
                !more || expected.contains { field.hasPrefix(FieldValues.prefix + $0) }
            }
        }
        let next = sheet.page(after: page)
        let isSentAtOnce = wish.goesOn && next == nil && sheet.isOnePage
        let stays = more && wish.goesOn || isCorrected || !errors.isEmpty
        if isSentAtOnce, !stays, sheet.saved == nil {
            return try await send(sheet, from: page, typed: typed, context)
        }
        let going = wish == .back ? sheet.page(before: page) ?? page : wish.goesOn ? next ?? page : page
        let target = isCorrected ? changed ?? page : stays ? page : going
        if let setback = try await keep(sheet, from: page, to: target, context) {
            return try await answer(to: setback, sheet, from: page, typed: typed, context)
        }
        sheet = SheetInHand(record, id: sheet.id, saved: sheet.saved, answers: sheet.answers)
        let address = "/questionnaires/\(record.questionnaire.number)"
        if stays, target != page {
            context.visit.flash(.note, corrected)
            return .seeOther("\(address)/fill/\(target)")
        }
        if stays {
            let notice = isCorrected ? corrected : more && errors.isEmpty ? texts["questionnaires.fill.more"] : nil
            return try await show(sheet, page, values: typed, errors: errors, notice: notice, context)
        }
        if isSentAtOnce { return try await send(sheet, from: page, typed: typed, context) }
        if record.questionnaire.voice == .person {
            return try await carryOn(sheet, to: wish == .back ? target : next, context)
        }
        return switch wish {
        case .keep: .seeOther(address + "/kept")
        case .back: .seeOther(target == page ? address : "\(address)/fill/\(target)")
        case .next, .send: .seeOther(next.map { "\(address)/fill/\($0)" } ?? address + "/review")
        }
    }

    /// The same while somebody types: nothing is complained of.
    func saveMeanwhile(page: String, _ context: MinyiContext) async throws -> Response {
        let (record, texts) = (try await questionnaire(context), context.texts)
        var sheet = try await sheet(record, context)
        guard context.form.int("version") == record.questionnaire.version, [nil, page].contains(sheet.changedPage)
        else { return try .json(Meanwhile(.changed, texts)) }
        guard let asked = record.content.pages.first(where: { $0.code == page }) else { throw Problem.notFound }
        guard record.questionnaire.takesSheets, record.questionnaire.voice != .person else {
            return try .json(Meanwhile(.notTaking, texts))
        }
        var typed = FieldValues(context.form)
        _ = try await takeFiles(on: asked, of: sheet, &typed, context)
        let answers = read(typed, asked, sheet, texts).answers
        guard !isOvertaken(sheet, page, answers, context.form) else { return try .json(Meanwhile(.overtaken, texts)) }
        sheet.answers = answers
        let setback = try await keep(sheet, from: page, to: page, context)
        return try .json(Meanwhile(setback, base: sheet.sign(of: page, in: answers), texts))
    }

    /// Whether something else is kept of a page than its form was made from, and than what comes now.
    private func isOvertaken(
        _ sheet: SheetInHand, _ page: String, _ answers: Answers, _ form: FormData
    ) -> Bool {
        guard let saved = sheet.saved, form.has("base"), form.string("base") != sheet.sign(of: page) else {
            return false
        }
        let isOwn = !saved.tab.isEmpty && saved.tab == form.string("tab")
        return !isOwn && sheet.sign(of: page, in: answers) != sheet.sign(of: page)
    }

    /// The answers that nothing asks for any more, of which nobody was told.
    private func lost(from answers: Answers, in sheet: SheetInHand, _ context: MinyiContext) -> [Question] {
        let visible = Set(sheet.shown.questions.map(\.code))
        let told = Set(context.form.string("told").split(separator: " ").map(String.init))
        return sheet.content.questions.filter {
            !visible.contains($0.code) && !told.contains($0.code) && answers[$0.code] != nil
        }
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
            let file = context.form.file(name)
            if !there.contains(typed.first(name)) {
                if file == nil, !typed.first(name).isEmpty {
                    errors.add(name, context.texts["questionnaires.errors.file_gone"])
                }
                typed.set(name, nil)
            }
            guard let file else { continue }
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

    /// - Parameter typed: what stands in the fields of the page, also which files came with it.
    private func vanishing(
        _ lost: [Question], _ answers: Answers, _ typed: FieldValues, of sheet: SheetInHand, _ context: MinyiContext
    ) async throws -> Response {
        let others = context.form.fields.filter {
            $0.name != ForgeryGuard.field && !$0.name.hasPrefix(FieldValues.prefix)
        }
        let page = VanishingPage(
            title: context.texts["questionnaires.vanishing.title"],
            crumbs: context.texts.crumbs(to: sheet.questionnaire), action: context.visit.path,
            fields: others.map { VanishingPage.Field(name: $0.name, value: $0.value) }
                + typed.values.sorted { $0.key < $1.key }.flatMap { name, values in
                    values.map { VanishingPage.Field(name: name, value: $0) }
                },
            lost: context.texts.facts(
                of: answers, in: sheet.answering.worded(lost, answers),
                units: sheet.asksForUnits ? try await units() : []))
        return privately(try pages.render(page, in: context))
    }

    /// Keeps the sheet.
    /// - Returns: what keeps it from going on; nil when nothing does.
    func keep(
        _ sheet: SheetInHand, from page: String, to target: String, _ context: MinyiContext
    ) async throws -> SheetSetback? {
        // It goes along in the form.
        if sheet.questionnaire.voice == .person { return nil }
        let answered = sheet.answered()
        guard admits(answered.answers, after: sheet.saved, context) else { return .said("too_much") }
        let kept = try await SavedSheet.keep(
            answered, pages: [page, target], codeMac: intake.codes.mac(for: sheet.id),
            over: sheet.saved?.revision ?? 0, tab: context.form.string("tab"), in: pools.public)
        switch kept.outcome {
        case .saved, .quota, .full, .suspended:
            context.visit.set(SheetCookies.sheet(sheet.id, of: sheet.questionnaire.number))
        default: break
        }
        return SheetSetback(kept)
    }

    /// Whether one network may have so much more kept that is not sent. What is new counts as 4 KiB at least.
    private func admits(_ answers: Data, after saved: SavedSheet?, _ context: MinyiContext) -> Bool {
        let bytes = saved.map { max(0, answers.count - $0.answers.count) } ?? max(4096, answers.count)
        return uploadGate.take(context.visit.network.text, cost: Double(bytes) / 1_048_576, now: Date()) == nil
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
    /// One for each field that is meant.
    fileprivate func first(where isMeant: (String) -> Bool) -> FormErrors {
        var errors = FormErrors()
        for item in items where errors[field: item.field] == nil && isMeant(item.field) {
            errors.add(item.field, item.text)
        }
        return errors
    }

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
