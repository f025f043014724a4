import Foundation
import Postgres
import Text

/// A beginning or an end that everybody may know of: of a consultation, a gathering, a questionnaire.
package struct PublicEvent: Row, Sendable, Equatable {
    /// Through what the public has its say.
    package enum Form: String, PostgresValue, CaseIterable, Sendable {
        case solicitation, hearing, forum, visit, questionnaire, poll

        /// Below which part of the site it is read.
        package var path: String {
            switch self {
            case .solicitation: "consultations"
            case .hearing: Gathering.Kind.hearing.path
            case .forum: Gathering.Kind.forum.path
            case .visit: Gathering.Kind.visit.path
            case .questionnaire, .poll: "questionnaires"
            }
        }
    }

    package enum What: String, PostgresValue, CaseIterable, Sendable {
        case opens, closes
        case registrationUntil = "registration_until"
        case starts
    }

    package let form: Form
    package let number: String
    package let title: String
    package let unitName: String
    package let what: What
    package let at: Date
    /// Until when a gathering is planned; nil for everything else.
    package let endsAt: Date?
    package let place: String
    package let state: String
    /// Of the consultation it belongs to; nil for a questionnaire of its own.
    package let procedureNumber: String?

    package init(_ row: RowReader) throws {
        form = try row["form"]
        number = try row["number"]
        title = try row["title"]
        unitName = try row["unit_name"]
        what = try row["what"]
        at = try row["at"]
        endsAt = try row["ends_at"]
        place = try row["place"]
        state = try row["state"]
        procedureNumber = try row["procedure_number"]
    }

    /// It does not take place as it was told; a new day, where there is one, is told by another state.
    package var isOff: Bool { ["postponed", "cancelled", "terminated"].contains(state) }

    /// The day it stands under: what ends at midnight ends on the day before.
    package var day: CalendarDate {
        switch what {
        case .closes, .registrationUntil: ChinaTime.lastDay(before: at)
        case .opens, .starts: ChinaTime.date(at)
        }
    }

    /// As many as one answer of the database has at most (`public_calendar`, `public_feed`).
    package static let most = 2000

    /// What is looked for; everything at first.
    package struct Filter: Sendable, Equatable {
        package var form: Form?
        package var unitName: String
        package var townID: Int?

        package init(form: Form? = nil, unitName: String = "", townID: Int? = nil) {
            (self.form, self.unitName, self.townID) = (form, unitName, townID)
        }

        fileprivate var forms: [String] { (form.map { [$0] } ?? Form.allCases).map(\.rawValue) }
    }

    /// - Parameters:
    ///   - from: the first day.
    ///   - until: the day after the last.
    package static func between(_ from: CalendarDate, _ until: CalendarDate, _ filter: Filter) -> SQL {
        // An end at midnight belongs to the day before it, so a day more is read and what is not of these days left out by `day`.
        let (first, last) = (ChinaTime.startOf(from), ChinaTime.startOf(until.adding(days: 1)))
        return """
            select form, number, title, unit_name, what, at, ends_at, place, state, procedure_number
            from public_calendar(\(first), \(last), \(filter.forms)::text[], \(filter.unitName), \(filter.townID))
            """
    }

    /// What others keep in calendars and readers of their own: what is coming within 180 days, soonest first; the beginnings of what goes on;
    /// and, even after their day, gatherings that were moved, postponed or cancelled within 30 days. A program that holds the old day asks
    /// again after hours or days, and after weeks when its owner was away: if the change were gone with the day it concerned, that owner
    /// would go there. After a month nobody does any longer, and a calendar that only grows is one that nobody reads.
    package static func feed(of today: CalendarDate, _ filter: Filter) -> SQL {
        let (from, until) = (ChinaTime.startOf(today), ChinaTime.startOf(today.adding(days: 180)))
        let changedFrom = ChinaTime.startOf(today.adding(days: -30))
        return """
            select form, number, title, unit_name, what, at, ends_at, place, state, procedure_number
            from public_feed(\(from), \(until), \(changedFrom), \(filter.forms)::text[], \(filter.unitName), \(filter.townID))
            """
    }
}
