import Foundation
import Postgres
import Text

/// A hearing, forum or visit in preparation: checked input, ready to be stored.
package struct GatheringPlan: Sendable, Equatable {
    /// What a form holds of a category, as typed.
    package struct CategoryInput: Sendable, Equatable {
        package var name = ""
        package var seats = ""
        package var way = GatheringCategory.Way.application.rawValue
        package var nominator = ""
        package var described = ""

        package init() {}

        package init(name: String, seats: String, way: String, nominator: String = "", described: String = "") {
            (self.name, self.seats, self.way) = (name, seats, way)
            (self.nominator, self.described) = (nominator, described)
        }

        /// Nothing was typed: a row is sent with its way chosen.
        package var isEmpty: Bool { (name + seats + nominator + described).allSatisfy(\.isWhitespace) }
    }

    /// What a form holds, as typed.
    package struct Input: Sendable, Equatable {
        package var townID: Int?
        package var title = ""
        package var subject = Gathering.Subject.decision.rawValue
        package var matter = ""
        package var legalBasis = ""
        package var place = ""
        package var liveURL = ""
        /// `YYYY-MM-DDTHH:MM`, China time; empty: not planned yet.
        package var startsAt = ""
        package var endsAt = ""
        package var registrationFrom = ""
        /// A day alone means to its end.
        package var registrationUntil = ""
        /// `YYYY-MM-DD`
        package var listOn = ""
        package var materialsOn = ""
        package var reportOn = ""
        package var observers = "0"
        package var mediaSeats = "0"
        package var conditions = ""
        package var papers = ""
        package var leastAge = "18"
        /// Empty: no limit.
        package var mostAge = ""
        package var asks: Set<String> = ["unit", "reason"]
        package var identityBasis = ""
        package var practiceReason = ""
        package var contactPhone = ""
        package var contactAddress = ""
        package var contactPostcode = ""
        package var contactEmail = ""
        package var statementMinutes = "5"
        package var isStreamed = true
        /// Those in which nothing is typed are left out.
        package var categories: [CategoryInput] = []

        package init() {}

        /// The form of one that exists.
        package init(_ it: Gathering, categories: [GatheringCategory]) {
            (townID, title, subject, matter) = (it.townID, it.title, it.subject.rawValue, it.matter)
            (legalBasis, place, liveURL) = (it.legalBasis, it.place, it.liveURL)
            startsAt = it.startsAt.map(ChinaTime.input) ?? ""
            endsAt = it.endsAt.map(ChinaTime.input) ?? ""
            registrationFrom = it.registrationFrom.map(ChinaTime.input) ?? ""
            registrationUntil = it.registrationUntil.map(ProcedurePlan.Input.closing) ?? ""
            (listOn, materialsOn) = (it.listOn?.description ?? "", it.materialsOn?.description ?? "")
            reportOn = it.reportOn?.description ?? ""
            (observers, mediaSeats) = (String(it.observers), String(it.mediaSeats))
            (conditions, papers) = (it.conditions, it.papers)
            (leastAge, mostAge) = (String(it.leastAge), it.mostAge.map(String.init) ?? "")
            asks = Set(it.asks.map(\.rawValue))
            (identityBasis, practiceReason) = (it.identityBasis, it.practiceReason)
            (contactPhone, contactAddress) = (it.contactPhone, it.contactAddress)
            (contactPostcode, contactEmail) = (it.contactPostcode, it.contactEmail)
            (statementMinutes, isStreamed) = (String(it.statementMinutes), it.isStreamed)
            self.categories = categories.map {
                CategoryInput(
                    name: $0.name, seats: String($0.seats), way: $0.way.rawValue, nominator: $0.nominator,
                    described: $0.described)
            }
        }
    }

    package struct Category: Codable, Sendable, Equatable {
        package let name: String
        package let seats: Int
        package let way: GatheringCategory.Way
        /// Empty where nobody nominates.
        package let nominator: String
        package let described: String
    }

    package static let mostCategories = 40

    package let startsAt: Date?
    package let endsAt: Date?
    package let registrationFrom: Date?
    /// Exclusive.
    package let registrationUntil: Date?
    package let listOn: CalendarDate?
    package let materialsOn: CalendarDate?
    package let reportOn: CalendarDate?
    package let categories: [Category]
    /// By column, as the database reads them.
    let facts: [String: String?]

    /// Times and places may be missing while it is prepared; the notice asks for them.
    /// - Throws: `Faults` with everything that is wrong; fields are called as the columns, those of categories `categories.<n>.<column>`
    ///   from 0. Their sentences are those of a procedure's form.
    package init(_ input: Input, kind: Gathering.Kind) throws(ProcedurePlan.Faults) {
        var check = GatheringCheck()
        startsAt = check.moment("starts_at", input.startsAt)
        endsAt = check.moment("ends_at", input.endsAt)
        if let startsAt, let endsAt, endsAt <= startsAt { check.add("ends_at", "before_start") }
        registrationFrom = check.moment("registration_from", input.registrationFrom)
        registrationUntil = check.moment("registration_until", input.registrationUntil, ProcedurePlan.closing)
        if let registrationFrom, let registrationUntil, registrationUntil <= registrationFrom {
            check.add("registration_until", "before_opening")
        } else if let startsAt, let registrationUntil, registrationUntil > startsAt {
            check.add("registration_until", "after_start")
        }
        listOn = check.day("list_on", input.listOn)
        materialsOn = check.day("materials_on", input.materialsOn)
        reportOn = check.day("report_on", input.reportOn)
        let least = check.number("least_age", input.leastAge, 0...150)
        let most = input.mostAge.allSatisfy(\.isWhitespace) ? nil : check.number("most_age", input.mostAge, 0...150)
        if let least, let most, most < least { check.add("most_age", "ages") }
        let asks = Gathering.Asked.allCases.filter { input.asks.contains($0.rawValue) }.map(\.rawValue)
        let identityBasis = check.text("identity_basis", input.identityBasis, 0...200)
        if asks.contains(Gathering.Asked.identity.rawValue), identityBasis.isEmpty {
            check.add("identity_basis", "empty")
        }
        if Gathering.Subject(rawValue: input.subject) == nil { check.add("subject", "choice") }
        let liveURL = check.url("live_url", input.liveURL)
        facts = [
            "town_id": input.townID.map(String.init), "title": check.text("title", input.title, 1...200),
            "subject": input.subject, "matter": check.text("matter", input.matter, 0...5000),
            "legal_basis": check.text("legal_basis", input.legalBasis, 0...1000),
            "place": check.text("place", input.place, 0...200), "live_url": liveURL,
            "starts_at": startsAt.map(ChinaTime.utcMicroseconds), "ends_at": endsAt.map(ChinaTime.utcMicroseconds),
            "registration_from": registrationFrom.map(ChinaTime.utcMicroseconds),
            "registration_until": registrationUntil.map(ChinaTime.utcMicroseconds),
            "list_on": listOn?.description, "materials_on": materialsOn?.description,
            "report_on": reportOn?.description,
            "observers": check.number("observers", input.observers, 0...1000).map(String.init),
            "media_seats": check.number("media_seats", input.mediaSeats, 0...100).map(String.init),
            "conditions": check.text("conditions", input.conditions, 0...2000),
            "papers": check.text("papers", input.papers, 0...1000), "least_age": least.map(String.init),
            "most_age": most.map(String.init), "asks": "{\(asks.joined(separator: ","))}",
            "identity_basis": identityBasis,
            "practice_reason": check.text("practice_reason", input.practiceReason, 0...1000),
            "contact_phone": check.phone(input.contactPhone),
            "contact_address": check.text("contact_address", input.contactAddress, 0...200),
            "contact_postcode": check.postcode(input.contactPostcode),
            "contact_email": check.email(input.contactEmail),
            "statement_minutes": check.number("statement_minutes", input.statementMinutes, 1...120).map(String.init),
            "is_streamed": String(input.isStreamed),
        ]
        categories = check.categories(input.categories.filter { !$0.isEmpty }, kind)
        guard check.faults.isEmpty else { throw ProcedurePlan.Faults(faults: check.faults) }
    }
}
