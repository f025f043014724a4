import Foundation
import HTTPTypes
import Hummingbird
import Participation
import Postgres
import Questionnaires
import Text

extension WebApplication {
    /// A clerk enters what came on paper or was said, through the same door as a sheet from the web.
    func addSheetEntries(to desk: RouterGroup<MinyiContext>) {
        desk.get("questionnaires/:number/entry") { request, context in
            let it = try await deskQuestionnaire(context)
            var form = SheetEntryPage.Form(today: it.lastArrival)
            form.version = try request.query().int("version")
            return try await entryPage(form, FieldValues([:]), of: it, context)
        }
        desk.post("questionnaires/:number/entry") { _, context in try await enterSheet(context) }
        desk.get("questionnaires/:number/entry/mine") { _, context in
            try await enteredPage(try await deskQuestionnaire(context), context)
        }
        desk.post("questionnaires/:number/entry/mine") { _, context in try await voidSheet(context) }
    }

    private func enteredPage(
        _ it: DeskQuestionnaire, notice: String? = nil, _ context: MinyiContext
    ) async throws -> Response {
        let sheets = try await pools.staff.read(as: context.actor) {
            try $0.all(EnteredSheet.mine(of: it.id), as: EnteredSheet.self)
        }
        let page = EnteredSheetsPage(it, sheets, notice: notice, for: try context.staff, context.texts)
        return try pages.render(page, in: context, status: notice == nil ? .ok : .conflict)
    }

    private func voidSheet(_ context: MinyiContext) async throws -> Response {
        let (it, texts, number) = (try await deskQuestionnaire(context), context.texts, context.form.string("number"))
        do {
            try await EnteredSheet.void(number, in: pools.staff, as: context.actor)
        } catch {
            guard let refusal = Refusal(error), refusal.constraint.hasPrefix("entered_sheets") else { throw error }
            return try await enteredPage(it, notice: texts[refusal.key], context)
        }
        context.visit.flash(.done, texts["builder.entered.done", ["number": number]])
        return .seeOther(it.address + "/entry/mine")
    }

    func versions(of it: DeskQuestionnaire, _ context: MinyiContext) async throws -> [DeskQuestionnaire.Version] {
        try await pools.staff.read(as: context.actor) { try DeskQuestionnaire.versions(of: it.id, $0) }
    }

    func unitsToChoose(_ context: MinyiContext) async throws -> [Participation.Unit] {
        try await pools.staff.read(as: context.actor) {
            try $0.all(Participation.Unit.all, as: Participation.Unit.self)
        }
    }

    private func entryPage(
        _ form: SheetEntryPage.Form, _ values: FieldValues, of it: DeskQuestionnaire,
        errors: FormErrors = FormErrors(), notice: String? = nil, status: HTTPResponse.Status? = nil,
        _ context: MinyiContext
    ) async throws -> Response {
        let versions = try await versions(of: it, context)
        let units = try await unitsToChoose(context)
        let content = (versions.first { $0.version == form.version } ?? versions.last)?.content ?? it.content
        let page = SheetEntryPage(
            form, of: it, content, versions: versions.map(\.version),
            setting: QuestionSetting(values: values, errors: errors, units: units, files: [:], texts: context.texts),
            notice: notice, for: try context.staff)
        return try pages.render(
            page, in: context, status: status ?? (errors.isEmpty ? .ok : .unprocessableContent))
    }

    private func enterSheet(_ context: MinyiContext) async throws -> Response {
        let (it, texts, staff) = (try await deskQuestionnaire(context), context.texts, try context.staff)
        var (form, errors) = (SheetEntryPage.Form(context.form), FormErrors())
        let values = FieldValues(context.form)
        form.scan = try await keptScan(of: it, &errors, context)
        if context.form.has("reload") { return try await entryPage(form, values, of: it, errors: errors, context) }
        // What stood in the fields of one version is not read as answers to another.
        guard form.version == form.shown ?? form.version else {
            return try await entryPage(
                form, values, of: it, errors: errors, notice: texts["builder.entry.other_version"], status: .conflict,
                context)
        }
        let versions = try await versions(of: it, context)
        guard let version = versions.first(where: { $0.version == form.version }) ?? versions.last else {
            throw Problem.conflict(texts["builder.entry.not_now"])
        }
        let filled = try FilledSheet(form.key, values, to: version, units: try await unitsToChoose(context))
        errors.require(form.channel != nil, "channel", texts["builder.entry.errors.channel"])
        let day = CalendarDate(form.arrivedOn)
        errors.require(
            day.map { $0 >= it.firstArrival && $0 <= it.lastArrival } ?? false, "arrived_on", texts.arrival(at: it))
        errors.add(contentsOf: FormErrors(filled.faults, texts))
        guard errors.isEmpty, let channel = form.channel, let day else {
            return try await entryPage(form, values, of: it, errors: errors, context)
        }
        // What is missing on paper is missing, once the clerk has looked again.
        let doubtful = (filled.dropped + filled.missing).joined(separator: ", ")
        if !doubtful.isEmpty, form.told != doubtful {
            form.told = doubtful
            return try await entryPage(
                form, values, of: it, notice: texts.doubts(about: filled), status: .conflict, context)
        }
        let sheet = try await answered(
            filled, of: it, fileIDs: form.scan.map { [$0.id] } ?? [], channel: channel, arrivedOn: day, context)
        let outcome = try await intake.accept(sheet, in: pools.staff, as: staff.databaseActor)
        return try await answer(outcome, to: form, values, of: it, context)
    }

    /// The scan that was chosen now, or with an earlier press: a page cannot hand a file back, so it is stored before anything
    /// is asked.
    private func keptScan(
        of it: DeskQuestionnaire, _ errors: inout FormErrors, _ context: MinyiContext
    ) async throws -> Attachment? {
        let staff = try context.staff
        var id = UUID(uuidString: context.form.string("scan_kept"))
        if let scan = context.form.file("scan") {
            do {
                id = try await Attachment.store(
                    try scan.bytes, name: scan.filename, for: [it.unitID].filter(staff.unitIDs.contains),
                    in: pools.staff, as: staff.databaseActor)
            } catch let refused as Attachment.Refused {
                errors.add("scan", context.texts["attachments.\(refused.rawValue)"])
            }
        }
        guard let id else { return nil }
        return try await Attachment.find(id, in: pools.staff, as: staff.databaseActor)
    }

    private func answer(
        _ outcome: IntakeOutcome, to form: SheetEntryPage.Form, _ values: FieldValues, of it: DeskQuestionnaire,
        _ context: MinyiContext
    ) async throws -> Response {
        let texts = context.texts
        func again(_ key: String, _ form: SheetEntryPage.Form) async throws -> Response {
            let notice = texts["builder.entry.errors.\(key)", ["number": outcome.number ?? ""]]
            return try await entryPage(form, values, of: it, notice: notice, status: .conflict, context)
        }
        switch outcome.verdict {
        case .accepted, .already:
            guard let number = outcome.number else { throw NoRow() }
            return try await sheetCounterReceipt(
                number, of: form.key, title: texts["builder.entry.done_title"],
                next: (it.address + "/entry", texts["builder.entry.another"]), it, context)
        case .keyReused:
            var fresh = form
            fresh.key = UUID()
            return try await again("twice", fresh)
        case .empty: return try await again("empty", form)
        case .full, .quota: return try await again("full", form)
        case .changed: return try await again("changed", form)
        case .arrivedLate, .arrivedEarly:
            let errors = FormErrors("arrived_on", texts.arrival(at: it))
            return try await entryPage(form, values, of: it, errors: errors, context)
        case .notAllowed: throw Problem.forbidden
        default: return try await again("refused", form)
        }
    }

    /// The receipt of a sheet that was just stored, this once.
    /// - Parameter key: of the sheet.
    func sheetCounterReceipt(
        _ number: String, of key: UUID, title: String, lines: [String] = [], next: (href: String, text: String),
        _ it: DeskQuestionnaire, _ context: MinyiContext
    ) async throws -> Response {
        let (texts, code) = (context.texts, intake.codes.code(for: key))
        guard let number = try? SubmissionNumber(number),
            let receipt = try await SheetReceipt.find(number, mac: intake.codes.mac(code), in: pools.public)
        else { throw Problem.conflict(texts["submissions.errors.code_again"]) }
        let page = SheetCounterReceiptPage(
            title: title, crumbs: texts.crumbs(to: it), lines: lines,
            receipt: try await receiptPage(receipt, code, texts), nextHref: next.href, nextText: next.text)
        return privately(try pages.render(page, in: context))
    }
}

extension DeskQuestionnaire {
    /// The first day on which paper may have come: nobody can have answered before it was opened.
    fileprivate var firstArrival: CalendarDate { ChinaTime.date(opensAt) }

    /// The last day on which paper may have come: the day of closing, or today while it is open.
    fileprivate var lastArrival: CalendarDate { min(ChinaTime.date(now), ChinaTime.lastDay(before: endsAt)) }
}

extension Texts {
    /// Between which days a sheet can have come.
    fileprivate func arrival(at it: DeskQuestionnaire) -> String {
        self[
            "builder.entry.errors.arrived_on",
            [
                "first": ChinaTime.day(it.firstArrival, in: clock),
                "last": ChinaTime.day(it.lastArrival, in: clock),
            ]]
    }
}
