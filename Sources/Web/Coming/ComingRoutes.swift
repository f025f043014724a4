import Foundation
import HTTPTypes
import Hummingbird
import NIOCore
import Participation
import Postgres
import Text

enum ComingPages {
    static let all: [any Page.Type] = [
        PublicCalendarPage.self, ReminderFormPage.self, ReminderPage.self, TimelinePage.self,
    ]
}

extension WebApplication {
    /// What is coming, for everybody, and who wants to be told of it.
    func addComing(to router: Router<MinyiContext>) {
        router.get("/calendar") { request, context -> Response in
            let asked = try CalendarQuery(try request.query(), today: ChinaTime.date(Date()))
            return try await publicPages.page(
                asked.address, about: .site, isOneOfMany: asked.isFiltered || asked.month != nil, request, context
            ) { context in
                let found = try await calendar(asked, isFeed: false)
                return try pages.render(
                    PublicCalendarPage(
                        asked, events: found.events, units: found.units, today: found.today, isCut: found.isCut,
                        context.texts), in: context)
            }
        }
        router.get("/calendar.ics") { request, context -> Response in
            try await feed("ics", type: "text/calendar; charset=utf-8", request, context) { $0.ics(now: $1) }
        }
        router.get("/calendar.atom") { request, context -> Response in
            try await feed("atom", type: "application/atom+xml; charset=utf-8", request, context) { $0.atom(now: $1) }
        }
        desk(router).get("procedures/:number/timeline") { _, context -> Response in
            let (number, actor) = (try context.text("number"), try context.staff.databaseActor)
            guard let timeline = try await ProcedureTimeline.read(number: number, in: pools.staff, as: actor) else {
                throw Problem.notFound
            }
            return try pages.render(
                TimelinePage(timeline, number: number, context.texts), in: context)
        }
        router.get("/reminders/new") { request, context -> Response in
            try pages.render(
                ReminderFormPage(try request.query(), units: try await units(), context.texts), in: context)
        }
        router.post("/reminders/new") { _, context in try await askReminders(context) }
        router.get("/reminders/:secret") { _, context -> Response in
            guard let secret = UUID(uuidString: try context.text("secret")),
                let found = try await pools.public.read({
                    try $0.first(
                        ReminderSubscription.behind(secret, codes: intake.codes), as: ReminderSubscription.self)
                })
            else { return try ended("gone", status: .notFound, context) }
            let address = "/reminders/\(secret.uuidString.lowercased())"
            let state = found.isStop ? "stop" : "confirm"
            let page = ReminderPage(
                title: context.texts["coming.reminder.\(state).title"],
                text: context.texts[
                    "coming.reminder.\(state).text",
                    [
                        "about": found.name.isEmpty
                            ? context.texts["coming.remind.abouts.all"] : found.name
                    ]],
                confirmHref: found.isStop ? nil : "\(address)/confirm", stopHref: found.isStop ? "\(address)/stop" : nil
            )
            return privately(try pages.render(page, in: context))
        }
        router.post("/reminders/:secret/confirm") { _, context -> Response in
            guard let secret = UUID(uuidString: try context.text("secret")),
                try await ReminderSubscription.confirm(secret, codes: intake.codes, in: pools.public)
            else { return try ended("gone", status: .notFound, context) }
            return try ended("confirmed", context)
        }
        // A mail program that presses nothing by itself opens the address of its button in a browser.
        router.get("/reminders/:secret/stop") { _, context -> Response in
            guard let secret = UUID(uuidString: try context.text("secret")) else { throw Problem.notFound }
            return .seeOther("/reminders/\(secret.uuidString.lowercased())")
        }
        router.post("/reminders/:secret/stop") { _, context -> Response in
            // Pressed twice, or by the server of a mail program after the person: it is over either way.
            if let secret = UUID(uuidString: try context.text("secret")) {
                try await ReminderSubscription.stop(secret, codes: intake.codes, in: pools.public)
            }
            return try ended("stopped", context)
        }
    }

    private func ended(_ what: String, status: HTTPResponse.Status = .ok, _ context: MinyiContext) throws -> Response {
        let page = ReminderPage(
            title: context.texts["coming.reminder.\(what).title"], text: context.texts["coming.reminder.\(what).text"],
            confirmHref: nil, stopHref: nil)
        return privately(try pages.render(page, in: context, status: status))
    }

    private struct Found: Sendable {
        let events: [PublicEvent]
        let units: [Participation.Unit]
        let today: CalendarDate
        let isCut: Bool
    }

    private func calendar(_ asked: CalendarQuery, isFeed: Bool) async throws -> Found {
        try await pools.public.read { tx in
            let today = ChinaTime.date(try tx.value("select minyi_clock()", as: Date.self))
            let units = try tx.all(Participation.Unit.all, as: Participation.Unit.self)
            var filter = PublicEvent.Filter(form: asked.form, townID: asked.townID)
            if let id = asked.townID, !units.contains(where: { $0.id == id && $0.kind == .town }) {
                throw Problem.notFound
            }
            if let id = asked.unitID {
                guard let unit = units.first(where: { $0.id == id }) else { throw Problem.notFound }
                filter.unitName = unit.name
            }
            let (from, until) = (asked.from(today), asked.until(today))
            let events = try tx.all(
                isFeed ? PublicEvent.feed(of: today, filter) : PublicEvent.between(from, until, filter),
                as: PublicEvent.self)
            return Found(
                events: isFeed ? events : events.filter { $0.day >= from && $0.day < until }, units: units,
                today: today, isCut: events.count >= PublicEvent.most)
        }
    }

    private func feed(
        _ ending: String, type: String, _ request: Request, _ context: MinyiContext,
        text: @escaping @Sendable (CalendarFeeds, Date) -> String
    ) async throws -> Response {
        try feedGate.admit(context.visit.network)
        let asked = try CalendarQuery(try request.query(), today: ChinaTime.date(Date()))
        return try await publicPages.page(
            asked.feed(ending), about: .site, isOneOfMany: asked.isFiltered, request, context
        ) { context in
            let found = try await calendar(asked, isFeed: true)
            let feeds = CalendarFeeds(
                events: found.events, asked: asked, choice: asked.words(found.units, context.texts),
                siteName: site.name ?? context.texts["site.name"], site: configuration.publicURL, texts: context.texts)
            return Response(
                status: .ok, headers: [.contentType: type],
                body: .init(byteBuffer: ByteBuffer(string: text(feeds, Date()))))
        }
    }

    private func askReminders(_ context: MinyiContext) async throws -> Response {
        let (form, texts) = (context.form, context.texts)
        var errors = FormErrors()
        let email = Contact.normalisedEmail(form.string("email"))
        errors.require(email != nil, "email", texts["coming.remind.errors.email"])
        let matter = form.string("matter")
        let about = matter.isEmpty ? ReminderSubscription.About(rawValue: form.string("about")) : .matter
        errors.require(about != nil, "about", texts["coming.remind.errors.about"])
        let unitID = about == .unit ? form.int("unit") : about == .town ? form.int("town") : nil
        if about == .unit { errors.require(unitID != nil, "unit", texts["coming.remind.errors.unit"]) }
        if about == .town { errors.require(unitID != nil, "town", texts["coming.remind.errors.town"]) }
        let forms = PublicEvent.Form.allCases.filter { form.strings("form").contains($0.rawValue) }
        errors.require(!forms.isEmpty, "forms", texts["coming.remind.errors.forms"])
        func again(_ errors: FormErrors, _ status: HTTPResponse.Status) async throws -> Response {
            let page = ReminderFormPage(form, units: try await units(), errors: errors, texts)
            return privately(try pages.render(page, in: context, status: status))
        }
        guard errors.isEmpty, let email, let about else { return try await again(errors, .unprocessableContent) }
        if let seconds = receiptGate.take(context.visit.network.text, now: Date()) {
            return try await again(
                FormErrors("email", texts["receipts.errors.wait", ["count": seconds]]), .tooManyRequests)
        }
        let ask = AskReminders(
            key: form.idempotencyKey ?? UUID(), email: email, about: about, unitID: unitID, procedure: matter,
            forms: forms, language: texts.language.rawValue)
        switch try await ask(vault: intake.vault, codes: intake.codes, in: pools.public) {
        // Whether an address is known is said to nobody but it.
        case .asked, .already: return try ended("asked", context)
        case .tooMany:
            return try await again(FormErrors("email", texts["coming.remind.errors.too_many"]), .tooManyRequests)
        case .unknown: throw Problem.notFound
        }
    }
}
