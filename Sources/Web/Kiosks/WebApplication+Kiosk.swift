import Foundation
import Hummingbird
import Participation
import Postgres
import Questionnaires
import Text

/// A kiosk: one browser, many people. What one of them types is known by a cookie that goes with them, so that every earlier page leads
/// back to the first screen.
extension WebApplication {
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
            context.visit.set(KioskCookies.device(secret))
            return .seeOther("/kiosk")
        }
        router.get("/kiosk") { _, context -> Response in
            let (_, _, record) = try await kiosk(context)
            forgetAtKiosk(context)
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
            let sheet = SheetInHand(record, id: UUID(), keeping: .kiosk)
            guard let first = sheet.shown.pages.first?.code else { throw Problem.notFound }
            context.visit.set(KioskCookies.sheet(sheet.id))
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
            try await leaveKiosk(context)
            return .seeOther("/kiosk")
        }
        router.get("/kiosk/thanks") { _, context -> Response in
            _ = try await kiosk(context)
            guard let (number, key) = KioskCookies.done(in: context.visit.cookies, signer) else {
                return .seeOther("/kiosk")
            }
            // The sheet is stored: whatever keeps its words from being read, who stands here is thanked.
            let closing = (try? await kioskClosing(number, key)) ?? []
            let page = KioskEndPage(
                title: context.texts["kiosks.thanks"],
                lines: closing.isEmpty ? [context.texts["kiosks.received"]] : closing, offersReceipt: true,
                receipt: nil)
            return privately(try pages.render(page, in: context))
        }
        router.post("/kiosk/receipt") { _, context -> Response in
            _ = try await kiosk(context)
            guard let (number, key) = KioskCookies.done(in: context.visit.cookies, signer) else {
                return .seeOther("/kiosk")
            }
            forgetAtKiosk(context)
            let texts = context.texts
            let receipt = KioskEndPage.Receipt(
                number: number, code: intake.codes.code(for: key).spoken, address: configuration.publicURL + "/receipts"
            )
            let page = KioskEndPage(
                title: texts["kiosks.receipt.title"], lines: [texts["kiosks.receipt.lead"]], offersReceipt: false,
                receipt: receipt)
            return privately(try pages.render(page, in: context))
        }
    }

    /// What the questionnaire says to who has just answered it, with the answers that it repeats.
    private func kioskClosing(_ number: String, _ key: UUID) async throws -> [String] {
        let mac = intake.codes.mac(for: key)
        guard let receipt = try await SheetReceipt.find(try SubmissionNumber(number), mac: mac, in: pools.public)
        else { return [] }
        let asked = try await questionnaires.asked(by: receipt, mac: mac)
        return asked.closing(to: try receipt.answers(to: asked))
    }

    /// The kiosk that this browser is; any other browser finds no page here.
    private func kiosk(
        _ context: MinyiContext
    ) async throws -> (mac: [UInt8], device: KioskDevice, record: QuestionnaireRecord) {
        guard let found = try await standingKiosk(context) else {
            throw Problem(.notFound, .notFound, text: context.texts["kiosks.no_longer"])
        }
        return found
    }

    /// The same; nil once it is revoked.
    private func standingKiosk(
        _ context: MinyiContext
    ) async throws -> (mac: [UInt8], device: KioskDevice, record: QuestionnaireRecord)? {
        guard let secret = KioskCookies.device(in: context.visit.cookies) else { throw Problem.notFound }
        let mac = intake.codes.kiosk(secret)
        guard let device = try await KioskDevice.find(mac, in: pools.public),
            let record = try await questionnaires.record(device.questionnaire)
        else { return nil }
        return (mac, device, record)
    }

    /// What went wrong as a kiosk shows it; nil anywhere else.
    static func kioskPage(_ problem: ProblemPage, at visit: Visit) -> KioskProblemPage? {
        guard visit.path.utf8.starts(with: "/kiosk".utf8), KioskCookies.isKiosk(visit.cookies) else { return nil }
        // What cannot be cleared now is gone in an hour.
        return KioskProblemPage(
            problem, isBegun: KioskCookies.isBegun(visit.cookies) && visit.path != "/kiosk/reset")
    }

    /// What is being filled in there; nil when nobody has begun, and once nothing is taken there any longer.
    func kioskSheet(
        _ context: MinyiContext
    ) async throws -> (mac: [UInt8], device: KioskDevice, sheet: SheetInHand)? {
        guard let (mac, device, record) = try await standingKiosk(context), record.questionnaire.takesSheets,
            let id = KioskCookies.sheet(in: context.visit.cookies)
        else { return nil }
        let found = try await SavedSheet.find(id, in: pools.public)
        let saved = found?.questionnaire == device.questionnaire ? found : nil
        return (mac, device, SheetInHand(record, id: id, saved: saved, keeping: .kiosk))
    }

    func forgetAtKiosk(_ context: MinyiContext) {
        for cookie in KioskCookies.forgetSheet(in: context.visit.cookies) { context.visit.set(cookie) }
    }

    /// Nothing of what was typed stays, neither in this browser nor in the database.
    func leaveKiosk(_ context: MinyiContext) async throws {
        if let id = KioskCookies.sheet(in: context.visit.cookies) {
            try await SavedSheet.discard(id, in: pools.public)
        }
        forgetAtKiosk(context)
    }
}
