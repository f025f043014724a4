import Foundation
import Hummingbird
import Participation
import Postgres
import Text

extension WebApplication {
    /// Kiosks at the desk: their links are made and shown once, and revoked.
    func addKioskDesk(to desk: RouterGroup<MinyiContext>) {
        desk.get("questionnaires/:number/kiosks") { _, context in
            try await kiosksPage(try await deskQuestionnaire(context), place: "", idle: "60", context)
        }
        desk.post("questionnaires/:number/kiosks") { _, context -> Response in
            let (it, texts) = (try await deskQuestionnaire(context), context.texts)
            let key = context.form.idempotencyKey ?? UUID()
            let place = TextNormalisation.normalised(context.form.string("place"))
            let typed = context.form.string("idle")
            let idle = Int(FormData.plainDigits(typed)).flatMap { Kiosk.idle.contains($0) ? $0 : nil }
            var errors = FormErrors()
            errors.require(1...100 ~= TextLength.count(place), "place", texts["kiosks.errors.place"])
            errors.require(idle != nil, "idle", texts["kiosks.errors.idle"])
            guard errors.isEmpty, let idle else {
                return try await kiosksPage(it, key: key, place: place, idle: typed, errors: errors, context)
            }
            let made = try await Kiosk.make(
                of: it.id, place: place, idleSeconds: idle, form: key, codes: intake.codes, in: pools.staff,
                as: context.actor)
            return privately(try await kiosksPage(it, made: made, place: "", idle: "60", context))
        }
        desk.post("questionnaires/:number/kiosks/:id/revoke") { _, context -> Response in
            let it = try await deskQuestionnaire(context)
            try await Kiosk.revoke(try context.number("id"), of: it.id, in: pools.staff, as: context.actor)
            context.visit.flash(.done, context.texts["kiosks.revoked"])
            return .seeOther(it.address + "/kiosks")
        }
    }

    private func kiosksPage(
        _ it: DeskQuestionnaire, made: (id: Int, link: UUID)? = nil, key: UUID = UUID(), place: String, idle: String,
        errors: FormErrors = FormErrors(), _ context: MinyiContext
    ) async throws -> Response {
        let kiosks = try await pools.staff.read(as: context.actor) {
            try $0.all(Kiosk.all(of: it.id), as: Kiosk.self)
        }
        // The page of a link may be loaded again once the link has opened its device: then it opens no other.
        let isWaiting = kiosks.contains { $0.id == made?.id && $0.openedAt == nil && $0.revokedAt == nil }
        let secret = isWaiting ? made?.link.uuidString.lowercased() : nil
        let link = secret.map { "\(configuration.publicURL)/kiosk/open/\($0)" }
        let page = KiosksPage(
            it, kiosks, link: link, key: key, place: place, idle: idle, errors: errors, for: try context.staff,
            context.texts)
        return try pages.render(page, in: context, status: errors.isEmpty ? .ok : .unprocessableContent)
    }
}
