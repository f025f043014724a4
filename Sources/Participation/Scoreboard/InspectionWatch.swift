import Postgres
import Text

/// What an inspection of government websites looks at, and how far each is from its red line. For the county's office.
package struct InspectionWatch: Sendable, Equatable {
    package enum Matter: String, Sendable, CaseIterable {
        /// The oldest valid message that has no answer.
        case unanswered
        /// The last answer that was published.
        case published
        /// Consultations and surveys in the last 365 days.
        case activities
        /// The oldest round that is closed and has no published result.
        case results
    }

    package struct Line: Sendable, Equatable {
        package let matter: Matter
        /// Days, or activities; nil where there is none.
        package let value: Int?
        package let limit: Int
        /// Since when; nil for activities, and where there is none.
        package let since: CalendarDate?
        /// How many rounds wait for their result.
        package let count: Int

        /// Days until the limit is passed, or activities above it; negative once it is passed. Nil where nothing can be late.
        package var left: Int? {
            guard let value else { return nil }
            return matter == .activities ? value - limit : limit - value
        }
    }

    package let lines: [Line]

    private struct Reading: Row {
        let today: CalendarDate
        let oldestUnansweredOn: CalendarDate?
        let lastPublishedOn: CalendarDate?
        let activities: Int
        let unpublishedRounds: Int
        let oldestClosedOn: CalendarDate?

        init(_ row: RowReader) throws {
            today = try row["today"]
            oldestUnansweredOn = try row["oldest_unanswered_on"]
            lastPublishedOn = try row["last_published_on"]
            activities = try row["activities"]
            unpublishedRounds = try row["unpublished_rounds"]
            oldestClosedOn = try row["oldest_closed_on"]
        }
    }

    /// - Returns: nil for who does not work in an office of the county.
    package static func load(_ tx: borrowing Session) throws -> InspectionWatch? {
        let found = try tx.first(
            """
            select today, oldest_unanswered_on, last_published_on, activities, unpublished_rounds, oldest_closed_on
            from inspection_watch()
            """, as: Reading.self)
        guard let found else { return nil }
        let settings = try SiteSettings.load(tx)
        func limit(_ key: SiteSettings.Key, _ usual: Int) -> Int { Int(settings[key]) ?? usual }
        func days(_ matter: Matter, since: CalendarDate?, limit: Int, count: Int = 0) -> Line {
            Line(
                matter: matter, value: since.map { found.today.days(since: $0) }, limit: limit, since: since,
                count: count)
        }
        return InspectionWatch(lines: [
            days(.unanswered, since: found.oldestUnansweredOn, limit: limit(.watchUnansweredDays, 30)),
            days(.published, since: found.lastPublishedOn, limit: limit(.watchPublishedDays, 60)),
            Line(
                matter: .activities, value: found.activities, limit: limit(.watchActivities, 6), since: nil,
                count: found.activities),
            days(
                .results, since: found.oldestClosedOn, limit: limit(.watchResultDays, 30),
                count: found.unpublishedRounds),
        ])
    }
}
