import Foundation
import Hummingbird
import Participation
import Postgres
import Text

extension WebApplication {
    /// The official calendar: everyone may look at it, an administrator changes it.
    func addCalendar(to router: Router<MinyiContext>) {
        router.get("/working-days") { _, _ in Response.seeOther("/calendar/\(ChinaTime.date(Date()).year)") }
        router.get("/calendar/:year") { request, context in
            let year = try year(context)
            return try await publicPages.page("/calendar/\(year)", about: .site, request, context) { context in
                let entries = try await pools.public.read {
                    try $0.all(CalendarYear.entries(of: year), as: CalendarYear.Entry.self)
                }
                // Names of units change without this page being told; and who asks is the county's public.
                let page = CalendarPage(
                    year, of: entries.filter { $0.unitID == nil }, changes: nil, form: nil, context.texts)
                return try pages.render(page, in: context)
            }
        }
        let desk = desk(router)
        desk.get("calendar") { _, _ in Response.seeOther("/desk/calendar/\(ChinaTime.date(Date()).year)") }
        desk.get("calendar/:year") { request, context in
            try await calendarPage(try year(context), typed: try request.query(), context)
        }
        desk.post("calendar") { _, context in try await changeDay(context) }
        desk.post("calendar/import") { _, context in try await importCalendar(context) }
    }

    private func year(_ context: MinyiContext) throws -> Int {
        let year = try context.number("year")
        guard (CalendarYear.first...CalendarYear.last).contains(year) else { throw Problem.notFound }
        return year
    }

    private func calendarPage(
        _ year: Int, typed: FormData, errors: FormErrors = FormErrors(), faults: [String] = [], _ context: MinyiContext
    ) async throws -> Response {
        let staff = try context.staff
        let (entries, changes, units) = try await pools.staff.read(as: staff.databaseActor) { tx in
            (
                try tx.all(CalendarYear.entries(of: year), as: CalendarYear.Entry.self),
                try tx.all(CalendarYear.changes(of: year), as: CalendarYear.Change.self),
                try tx.all(Unit.all, as: Unit.self)
            )
        }
        let chosen = CalendarDate(typed.string("day")).flatMap { day in entries.first { $0.day == day } }
        let form = CalendarForm(typed, chosen: chosen, units: units)
        let page = CalendarPage(
            year, of: entries, changes: changes, form: staff.has(.administrator) ? form : nil, errors: errors,
            faults: faults, context.texts)
        return try pages.render(page, in: context, status: errors.isEmpty ? .ok : .unprocessableContent)
    }

    private func changeDay(_ context: MinyiContext) async throws -> Response {
        let (texts, actor) = (context.texts, try context.staff.databaseActor)
        let units = try await pools.staff.read(as: actor) { try $0.all(Unit.all, as: Unit.self) }
        let form = CalendarForm(context.form, chosen: nil, units: units)
        let errors = form.errors(texts)
        guard errors.isEmpty, let day = CalendarDate(form.day) else {
            let year = CalendarDate(form.day)?.year ?? ChinaTime.date(Date()).year
            return try await calendarPage(year, typed: context.form, errors: errors, context)
        }
        let unitID = Int(form.unit)
        let effect =
            if let kind = WorkCalendar.Kind(rawValue: form.kind) {
                try await ChangeCalendar.set(
                    day, kind, name: form.name, source: form.source, unitID: unitID, in: pools.staff, as: actor)
            } else {
                try await ChangeCalendar.clear(day, unitID: unitID, in: pools.staff, as: actor)
            }
        context.visit.flash(.done, Self.said(effect, texts))
        return .seeOther("/desk/calendar/\(day.year)")
    }

    private func importCalendar(_ context: MinyiContext) async throws -> Response {
        let (form, texts, actor) = (context.form, context.texts, try context.staff.databaseActor)
        // The page that the form was on is the one that comes back.
        let shown = form.int("year").flatMap { (CalendarYear.first...CalendarYear.last).contains($0) ? $0 : nil }
        let year = shown ?? ChinaTime.date(Date()).year
        guard let file = form.file("file") else {
            let errors = FormErrors("file", texts["calendar.errors.file"])
            return try await calendarPage(year, typed: form, errors: errors, context)
        }
        let calendar: ImportCalendar
        do {
            calendar = try ImportCalendar(csv: file.bytes, source: form.string("source"))
        } catch {
            let faults = (error as? ImportFaults)?.faults.prefix(100).map(\.description) ?? ["\(error)"]
            let errors = FormErrors("file", texts["calendar.errors.faults", ["count": faults.count]])
            return try await calendarPage(year, typed: form, errors: errors, faults: faults, context)
        }
        let before = try await pools.staff.read(as: actor) { try ChangeCalendar.version($0) }
        let changed = try await calendar(in: pools.staff, as: actor)
        let effect = try await pools.staff.read(as: actor) {
            try $0.one(ChangeCalendar.effect(since: before), as: ChangeCalendar.Effect.self)
        }
        let last = calendar.days.map(\.day.year).max() ?? year
        let whole = calendar.wholeYears.contains(last)
        context.visit.flash(
            .done,
            texts["calendar.imported", ["count": changed]] + (changed > 0 ? Self.said(effect, texts) : "")
                + texts[whole ? "calendar.year_settled" : "calendar.year_open", ["year": last]])
        return .seeOther("/desk/calendar/\(last)")
    }

    /// What a change has moved already, and what is still being counted again.
    private static func said(_ effect: ChangeCalendar.Effect, _ texts: Texts) -> String {
        let moved = texts["calendar.moved", ["count": effect.moved]]
        return effect.waiting == 0 ? moved : texts["calendar.waiting", ["count": effect.waiting]]
    }
}
