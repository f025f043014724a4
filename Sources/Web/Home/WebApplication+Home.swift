import Hummingbird
import Participation

extension WebApplication {
    func addHome(to router: Router<MinyiContext>) {
        router.get("/") { request, context -> Response in
            try await publicPages.page("/", about: .site, request, context) { context in
                let open = try await Consultation.list(.current, limit: 12, in: pools.public)
                let decided = try await Consultation.list(.decided, limit: 5, in: pools.public)
                let asking = try await PublicQuestionnaire.list(.current, limit: 6, in: pools.public)
                let told = try await PublicQuestionnaire.list(.results, limit: 3, in: pools.public)
                return try pages.render(
                    HomePage(
                        title: context.texts["home.title"],
                        open: Filled(open.map { ConsultationCard($0, context.texts) }),
                        decided: Filled(decided.map { ConsultationCard($0, context.texts) }),
                        asking: Filled(asking.filter { $0.state == .open }.map { ConsultationCard($0, context.texts) }),
                        told: Filled(told.map { ConsultationCard($0, context.texts) })),
                    in: context)
            }
        }
        router.get("/how-to") { request, context -> Response in
            try await publicPages.page("/how-to", about: .site, request, context) { context in
                try pages.render(HowToPage(title: context.texts["home.how.title"]), in: context)
            }
        }
        router.get("/privacy") { request, context -> Response in
            try await publicPages.page("/privacy", about: .site, request, context) { context in
                let keep = context.texts["privacy.keep", ["count": site.contactRetentionDays]]
                let texts = context.texts
                let cookies =
                    [texts["privacy.cookie_sheet", ["count": SheetCookies.daysOfSheet]]]
                    + ["voice", "invitation", "person", "receipts", "visit", "display"].map {
                        texts["privacy.cookie_\($0)"]
                    }
                return try pages.render(
                    PrivacyPage(
                        title: texts["privacy.title"], keep: keep,
                        keepRegistrations: texts[
                            "registrations.privacy.keep_all",
                            [
                                "count": site.registrationRetentionDays,
                                "unreported": site.unreportedRetentionDays,
                            ]],
                        cookies: cookies), in: context)
            }
        }
        router.get("/accessibility") { request, context -> Response in
            try await publicPages.page("/accessibility", about: .site, request, context) { context in
                try pages.render(AccessibilityPage(title: context.texts["home.accessibility.title"]), in: context)
            }
        }
    }
}
