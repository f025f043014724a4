import Foundation
import Participation
import Text

/// The form of a hearing, forum or visit as typed.
struct GatheringForm: Sendable {
    /// Rows for categories: a blank one is left out.
    static let rows = 10

    var input = GatheringPlan.Input()
    /// Of the form: sent twice it makes one.
    var key = UUID()
    var seen = 0

    init(_ procedure: Procedure, _ kind: Gathering.Kind, _ texts: Texts) {
        input.title = texts["gatherings.proposed_title.\(kind.rawValue)", ["title": procedure.title]]
        input.legalBasis = procedure.legalBasis
        (input.contactPhone, input.contactAddress) = (procedure.contactPhone, procedure.contactAddress)
        (input.contactPostcode, input.contactEmail) = (procedure.contactPostcode, procedure.contactEmail)
    }

    init(_ it: Gathering, _ categories: [GatheringCategory]) {
        (input, seen) = (GatheringPlan.Input(it, categories: categories), it.version)
    }

    init(_ form: FormData) {
        key = form.idempotencyKey ?? UUID()
        seen = form.int("seen") ?? 0
        input.townID = form.int("town_id")
        input.title = form.string("title")
        input.subject = form.has("subject") ? form.string("subject") : Gathering.Subject.decision.rawValue
        input.matter = form.exactly("matter")
        input.legalBasis = form.exactly("legal_basis")
        input.place = form.string("place")
        input.liveURL = form.string("live_url")
        func moment(_ name: String) -> String { ProcedureForm.moment(form.string(name), form.string(name + "_time")) }
        (input.startsAt, input.endsAt) = (moment("starts_at"), moment("ends_at"))
        (input.registrationFrom, input.registrationUntil) = (moment("registration_from"), moment("registration_until"))
        (input.listOn, input.materialsOn) = (form.string("list_on"), form.string("materials_on"))
        input.reportOn = form.string("report_on")
        func number(_ name: String, _ usual: String) -> String { form.has(name) ? form.string(name) : usual }
        input.observers = number("observers", "0")
        input.mediaSeats = number("media_seats", "0")
        input.conditions = form.exactly("conditions")
        input.papers = form.exactly("papers")
        input.leastAge = number("least_age", "18")
        input.mostAge = form.string("most_age")
        input.asks = form.has("asks") ? Set(form.strings("asks").filter { !$0.isEmpty }) : input.asks
        input.identityBasis = form.string("identity_basis")
        input.practiceReason = form.exactly("practice_reason")
        input.contactPhone = form.string("contact_phone")
        input.contactAddress = form.string("contact_address")
        input.contactPostcode = form.string("contact_postcode")
        input.contactEmail = form.string("contact_email")
        input.statementMinutes = number("statement_minutes", "5")
        input.isStreamed = form.has("is_streamed") ? form.string("is_streamed") == "yes" : true
        input.categories = (0..<GatheringPlan.mostCategories).filter { form.has("category_\($0)_name") }.map { row in
            func column(_ name: String) -> String { form.string("category_\(row)_\(name)") }
            return .init(
                name: column("name"), seats: column("seats"), way: column("way"), nominator: column("nominator"),
                described: column("described"))
        }
        // Blank rows are put behind what is typed anew each time; counted with it they would grow.
        input.categories.removeAll(where: \.isEmpty)
    }

    /// One that is announced, with what may still be planned otherwise as typed.
    init(_ it: Gathering, _ categories: [GatheringCategory], planned form: FormData) {
        self.init(it, categories)
        seen = form.int("seen") ?? 0
        func put(_ name: String, _ field: WritableKeyPath<GatheringPlan.Input, String>) {
            if form.has(name) { input[keyPath: field] = form.exactly(name) }
        }
        put("list_on", \.listOn)
        put("materials_on", \.materialsOn)
        put("report_on", \.reportOn)
        put("practice_reason", \.practiceReason)
        put("live_url", \.liveURL)
        put("statement_minutes", \.statementMinutes)
        if form.has("is_streamed") { input.isStreamed = form.string("is_streamed") == "yes" }
    }

    /// `categories.2.name` stands in the field `category_2_name`.
    static func field(_ fault: String) -> String {
        fault.hasPrefix("categories.")
            ? "category_" + fault.dropFirst(11).replacing(".", with: "_")
            : fault == "categories" ? "category_0_name" : fault
    }

    static func column(_ fault: String) -> String {
        fault.hasPrefix("categories.")
            ? "category_" + (fault.split(separator: ".").last.map(String.init) ?? "") : fault
    }

    /// What the planner can say of what is typed, before all of it is right; nil without a day.
    func dates(today: CalendarDate) -> GatheringDates? {
        guard let start = ChinaTime.parse(input.startsAt) else { return nil }
        return GatheringDates(
            noticeOn: today, registrationFrom: ChinaTime.parse(input.registrationFrom),
            registrationUntil: ProcedurePlan.closing(input.registrationUntil),
            listOn: CalendarDate(input.listOn), materialsOn: CalendarDate(input.materialsOn),
            reportOn: CalendarDate(input.reportOn), heldOn: ChinaTime.date(start))
    }

    /// Fills in the days that are empty.
    mutating func propose(_ dates: GatheringDates) {
        func put(_ day: CalendarDate?, _ field: WritableKeyPath<GatheringPlan.Input, String>) {
            if input[keyPath: field].isEmpty, let day { input[keyPath: field] = day.description }
        }
        put(dates.listOn, \.listOn)
        put(dates.materialsOn, \.materialsOn)
        put(dates.reportOn, \.reportOn)
        if input.registrationFrom.isEmpty, let from = dates.registrationFrom {
            input.registrationFrom = ChinaTime.input(from)
        }
        if input.registrationUntil.isEmpty, let until = dates.registrationUntil {
            input.registrationUntil = "\(ChinaTime.lastDay(before: until))T24:00"
        }
    }
}
