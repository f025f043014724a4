import Foundation
import Postgres
import Text

/// 报名: a hearing as it stands before who may register for it: when, for which seats, and what is asked of them.
package struct RegistrationOffer: Row {
    /// 名额 that are filled by registration.
    package struct Category: Codable, Sendable, Equatable {
        package let code: String
        package let name: String
        package let seats: Int
        let way: String
        package let described: String
    }

    package let number: String
    package let title: String
    package let unitName: String
    package let state: String
    /// Nil while it is postponed.
    package let startsAt: Date?
    package let place: String
    package let registrationFrom: Date?
    /// Exclusive.
    package let registrationUntil: Date?
    /// Those one can register for.
    package let categories: [Category]
    package let asks: Set<Gathering.Asked>
    /// The rule by which identity numbers are asked for.
    package let identityBasis: String
    package let leastAge: Int
    package let mostAge: Int?
    /// What is to be handed in with a registration.
    package let papers: String
    package let contactPhone: String
    package let contactAddress: String
    /// The database's clock when this was read.
    package let now: Date

    package init(_ row: RowReader) throws {
        number = try row["number"]
        title = try row["title"]
        unitName = try row["unit_name"]
        state = try row["state"]
        startsAt = try row["starts_at"]
        place = try row["place"]
        registrationFrom = try row["registration_from"]
        registrationUntil = try row["registration_until"]
        let json: JSONText = try row["categories"]
        categories = try JSONDecoder().decode([Category].self, from: Data(json.text.utf8)).filter {
            $0.way == "application"
        }
        let asked: [String] = try row["asks"]
        asks = Set(asked.compactMap(Gathering.Asked.init(rawValue:)))
        identityBasis = try row["identity_basis"]
        leastAge = try row["least_age"]
        mostAge = try row["most_age"]
        papers = try row["papers"]
        contactPhone = try row["contact_phone"]
        contactAddress = try row["contact_address"]
        now = try row["now"]
    }

    /// What is public about a hearing; none of a forum or visit, for which nobody registers.
    package static func find(_ number: String, in database: Database) async throws -> RegistrationOffer? {
        try await database.first(
            """
            select number, title, unit_name, state, starts_at, place, registration_from, registration_until, categories, asks,
              identity_basis, least_age, most_age, papers, contact_phone, contact_address, minyi_clock() as now
            from public_gatherings where number = \(number) and kind = 'hearing'
            """, as: RegistrationOffer.self)
    }

    /// Why nobody can register from the web just now, as the door would put it; nil while they can.
    package var refusal: IntakeOutcome.Verdict? {
        if state == "postponed" { return .suspended }
        guard state == "announced", let registrationFrom, let registrationUntil, now < registrationUntil else {
            return .closed
        }
        return now < registrationFrom ? .notOpen : nil
    }

    /// The last day on which a registration on paper may have arrived.
    package var lastArrival: CalendarDate {
        let today = ChinaTime.date(now)
        return registrationUntil.map { min(today, ChinaTime.lastDay(before: $0)) } ?? today
    }
}
