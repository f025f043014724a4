import Foundation
import Hummingbird
import Participation
import Postgres
import Questionnaires
import Text

/// A kiosk: one browser, many people. What one of them types is known by a cookie that goes with them, so that every earlier page leads
/// back to the first screen.
extension WebApplication {
    private static let device = "kiosk"
    private static let sheet = "kiosk-sheet"
    private static let done = "kiosk-done"
    /// Seconds that thanks and receipt stay on the screen.
    private static let farewell = 20

    func addKiosk(to router: Router<MinyiContext>) {
        router.get("/kiosk/open/:token") { _, context -> Response in
            guard let token = UUID(uuidString: try context.text("token")) else { throw Problem.notFound }
            let texts = context.texts
            let page = KioskStartPage(
                title: texts["kiosks.open.title"], lines: [texts["kiosks.open.lead"]], action: "/kiosk/open",
                button: texts["kiosks.open.button"], token: token.uuidString.lowercased())
            return privately(try pages.render(page, in: context))
        }
        router.post("/kiosk/open") { _, context -> Response in
            guard let token = UUID(uuidString: context.form.string("token")),
                let secret = try await KioskDevice.open(token, codes: intake.codes, in: pools.public)
            else { throw Problem.conflict(context.texts["kiosks.open.used"]) }
            context.visit.set(SetCookie(Self.device, secret.uuidString.lowercased(), maxAge: Visit.year))
            return .seeOther("/kiosk")
        }
        router.get("/kiosk") { _, context -> Response in
            let (_, _, record) = try await kiosk(context)
            forget(context)
            let (it, texts) = (record.questionnaire, context.texts)
            let lines = it.takesSheets ? record.content.introduction.paragraphs : [texts.whyNoSheet(it)]
            let page = KioskStartPage(
                title: it.title, lines: lines, action: it.takesSheets ? "/kiosk/begin" : nil,
                button: texts["kiosks.begin"], token: nil)
            return privately(try pages.render(page, in: context))
        }
        router.post("/kiosk/begin") { _, context -> Response in
            let (mac, _, record) = try await kiosk(context)
            try await KioskDevice.note(mac, in: pools.public)
            let sheet = SheetInHand(record, id: UUID())
            guard let first = sheet.shown.pages.first?.code else { throw Problem.notFound }
            context.visit.set(SetCookie(Self.sheet, sheet.id.uuidString.lowercased(), maxAge: nil))
            return .seeOther("/kiosk/page/\(first)")
        }
        router.get("/kiosk/page/:page") { request, context -> Response in
            let page = try context.text("page")
            guard let (_, device, sheet) = try await kioskSheet(context),
                // What a correction has changed is looked at before anything else.
                let here = sheet.changedPage ?? sheet.shown.page(page).map({ _ in page })
            else { return .seeOther("/kiosk") }
            return try await show(
                sheet, here, values: sheet.values(on: here), at: device,
                notice: sheet.isOfEarlierVersion ? context.texts.corrected(sheet.questionnaire) : nil,
                isSlow: try request.query().bool("slow"), context)
        }
        router.post("/kiosk/page/:page") { _, context in try await takeAtKiosk(context) }
        router.post("/kiosk/reset") { _, context -> Response in
            try await leave(context)
            return .seeOther("/kiosk")
        }
        router.get("/kiosk/thanks") { _, context -> Response in
            let (_, _, record) = try await kiosk(context)
            guard finished(context) != nil else { return .seeOther("/kiosk") }
            let closing = record.content.closing.paragraphs
            let page = KioskEndPage(
                title: context.texts["kiosks.thanks"],
                lines: closing.isEmpty ? [context.texts["kiosks.received"]] : closing, offersReceipt: true,
                receipt: nil,
                returnsAfter: Self.farewell)
            return privately(try pages.render(page, in: context))
        }
        router.post("/kiosk/receipt") { _, context -> Response in
            _ = try await kiosk(context)
            guard let (number, key) = finished(context) else { return .seeOther("/kiosk") }
            forget(context)
            let texts = context.texts
            let receipt = KioskEndPage.Receipt(
                number: number, code: intake.codes.code(for: key).spoken, address: configuration.publicURL + "/receipts"
            )
            let page = KioskEndPage(
                title: texts["kiosks.receipt.title"], lines: [texts["kiosks.receipt.lead"]], offersReceipt: false,
                receipt: receipt, returnsAfter: Self.farewell)
            return privately(try pages.render(page, in: context))
        }
    }

    /// The kiosk that this browser is; any other browser finds no page here.
    private func kiosk(
        _ context: MinyiContext
    ) async throws -> (mac: [UInt8], device: KioskDevice, record: QuestionnaireRecord) {
        guard let secret = UUID(uuidString: context.visit.cookies[name: Self.device] ?? "") else {
            throw Problem.notFound
        }
        let mac = intake.codes.kiosk(secret)
        guard let device = try await KioskDevice.find(mac, in: pools.public),
            let record = try await questionnaires.record(device.questionnaire)
        else { throw Problem(.notFound, .notFound, text: context.texts["kiosks.no_longer"]) }
        return (mac, device, record)
    }

    /// What went wrong as a kiosk shows it; nil anywhere else.
    static func kioskPage(_ problem: ProblemPage, at visit: Visit) -> KioskProblemPage? {
        guard visit.path.utf8.starts(with: "/kiosk".utf8), visit.cookies[name: device] != nil else { return nil }
        // What cannot be cleared now is gone in an hour.
        return KioskProblemPage(
            problem, isBegun: visit.cookies[name: sheet] != nil && visit.path != "/kiosk/reset")
    }

    /// What is being filled in there; nil when nobody has begun.
    private func kioskSheet(
        _ context: MinyiContext
    ) async throws -> (mac: [UInt8], device: KioskDevice, sheet: SheetInHand)? {
        let (mac, device, record) = try await kiosk(context)
        guard record.questionnaire.takesSheets,
            let id = UUID(uuidString: context.visit.cookies[name: Self.sheet] ?? "")
        else { return nil }
        let found = try await SavedSheet.find(id, in: pools.public)
        let saved = found?.questionnaire == device.questionnaire ? found : nil
        return (mac, device, SheetInHand(record, id: id, saved: saved, keeping: .kiosk))
    }

    private func forget(_ context: MinyiContext) {
        for name in [Self.sheet, Self.done] where context.visit.cookies[name: name] != nil {
            context.visit.set(.removing(name))
        }
    }

    /// Nothing of what was typed stays, neither in this browser nor in the database.
    private func leave(_ context: MinyiContext) async throws {
        if let id = UUID(uuidString: context.visit.cookies[name: Self.sheet] ?? "") {
            try await SavedSheet.discard(id, in: pools.public)
        }
        forget(context)
    }

    /// Number and key of the sheet that was sent within this minute.
    private func finished(_ context: MinyiContext) -> (number: String, key: UUID)? {
        let parts =
            context.visit.cookies[name: Self.done].flatMap { signer.verify($0, for: Self.done) }?
            .split(separator: " ").map(String.init) ?? []
        guard parts.count == 2, let key = UUID(uuidString: parts[1]) else { return nil }
        return (parts[0], key)
    }

    private func show(
        _ sheet: SheetInHand, _ page: String, values: FieldValues, at device: KioskDevice, told: String = "",
        errors: FormErrors = FormErrors(), notice: String? = nil, isSlow: Bool = false, _ context: MinyiContext
    ) async throws -> Response {
        let setting = QuestionSetting(
            values: values, errors: errors, units: try await units(for: sheet), files: [:],
            texts: context.texts)
        let page = KioskFillPage(
            sheet, page, sheet.answering.shown(sheet.answers, keeping: page), setting, told: told, notice: notice,
            idleSeconds: device.idleSeconds, isSlow: isSlow)
        return privately(
            try pages.render(page, in: context, status: errors.isEmpty ? .ok : .unprocessableContent))
    }

    private func takeAtKiosk(_ context: MinyiContext) async throws -> Response {
        let (form, texts, code) = (context.form, context.texts, try context.text("page"))
        guard let (mac, device, sheet) = try await kioskSheet(context),
            // A page of somebody before.
            form.string("sheet") == sheet.id.uuidString.lowercased()
        else { return .seeOther("/kiosk") }
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
        // Who goes back need not have written what can be read.
        let filled = FilledPage(page, of: sheet, FieldValues(form), form, leavesOutUnread: true, texts)
        let (isBack, now) = (filled.wish == .back, filled.sheet)
        func again(
            _ sheet: SheetInHand, _ errors: FormErrors = FormErrors(), told: String = form.string("told"),
            notice: String? = nil
        ) async throws -> Response {
            try await show(
                sheet, code, values: filled.typed, at: device, told: told, errors: errors, notice: notice, context)
        }
        guard filled.errors.isEmpty || isBack else { return try await again(sheet, filled.errors) }
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
        let files = Set(sheet.content.questions.filter { $0.kind == .file }.map(\.code))
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
        var answered = sheet.answered(units: try await units(for: sheet))
        (answered.channel, answered.voice, answered.fileIDs) = (.kiosk, mac, [])
        let outcome = try await intake.accept(answered, in: pools.public)
        switch SheetSetback(outcome) {
        case nil, .keyReused?:
            guard let number = outcome.number else { throw NoRow() }
            forget(context)
            context.visit.set(
                SetCookie(
                    Self.done,
                    signer.sign(
                        "\(number) \(sheet.id.uuidString)", for: Self.done, expires: Date().addingTimeInterval(60)),
                    maxAge: 60))
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
        try await leave(context)
        let page = KioskEndPage(
            title: context.texts["kiosks.not_taken.title"], lines: [context.texts["kiosks.not_taken.text"]],
            offersReceipt: false, receipt: nil, returnsAfter: Self.farewell)
        return privately(try pages.render(page, in: context, status: .conflict))
    }

    private func refusedAtKiosk(
        _ sheet: SheetInHand, quota: String?, _ context: MinyiContext
    ) async throws -> Response {
        try await leave(context)
        let closing = sheet.content.quotas.first { $0.code == quota }?.closing.paragraphs ?? []
        let page = KioskEndPage(
            title: context.texts["kiosks.full"],
            lines: closing.isEmpty ? [context.texts["questionnaires.refused.full"]] : closing, offersReceipt: false,
            receipt: nil, returnsAfter: Self.farewell)
        return privately(try pages.render(page, in: context, status: .conflict))
    }
}
