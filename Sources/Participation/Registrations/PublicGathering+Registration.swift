import Postgres
import Text

/// 报名: a hearing as it stands before who may register for it.
extension PublicGathering {
    /// - Returns: the hearing by this number; nil for a forum or visit, for which nobody registers.
    package static func hearing(_ number: String, in database: Database) async throws -> PublicGathering? {
        let found = try await database.first(find(number), as: PublicGathering.self)
        return found?.kind == .hearing ? found : nil
    }

    /// Those one can register for.
    package var openCategories: [Category] { categories.filter { $0.way == .application } }

    /// Why nobody can register from the web just now, as the door would put it; nil while they can.
    package var refusal: IntakeOutcome.Verdict? {
        if state == .postponed { return .suspended }
        guard state == .announced, let registrationFrom, let registrationUntil, now < registrationUntil else {
            return .closed
        }
        return now < registrationFrom ? .notOpen : nil
    }

    /// Whether somebody may register now.
    package var isRegistering: Bool { refusal == nil && !openCategories.isEmpty }

    /// The field of the form by which somebody is known again; see `Registration.person`.
    package var knownBy: String { asks.contains(.identity) ? "identity" : "phone" }

    /// The last day on which a registration on paper may have arrived.
    package var lastArrival: CalendarDate {
        let today = ChinaTime.date(now)
        return registrationUntil.map { min(today, ChinaTime.lastDay(before: $0)) } ?? today
    }
}
