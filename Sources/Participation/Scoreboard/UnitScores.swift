import Foundation
import Postgres
import Text

/// 办理情况: what has become of the messages that a unit received in a period (`count_scores` in sql/0020 is what each word means).
package struct UnitScores: Row, Equatable {
    /// Nil for all units together.
    package let unitID: Int?
    package let code: String
    package let name: String
    /// Valid messages: neither invalid nor duplicates nor taken back.
    package let received: Int
    /// Ended without an answer of its own: declined, or told where to turn.
    package let pointed: Int
    package let answered: Int
    /// Answered, and the answer is public.
    package let published: Int
    package let onTime: Int
    package let late: Int
    /// Open, and the time is up.
    package let overdue: Int
    /// The same whenever they were received.
    package let overdueNow: Int
    package let givenBack: Int
    package let extended: Int
    package let reopened: Int
    /// The middle of the working days that answers took; nil without an answer.
    package let median: Double?
    package let rated: Int
    private let workingDays: Int
    private let calendarDays: Int
    private let resolved: Int
    private let attitude: Int
    private let speed: Int

    package init(_ row: RowReader) throws {
        unitID = try row["unit_id"]
        code = try row["code"]
        name = try row["name"]
        received = try row["received"]
        pointed = try row["pointed"]
        answered = try row["answered"]
        published = try row["published"]
        onTime = try row["on_time"]
        late = try row["late"]
        overdue = try row["overdue"]
        overdueNow = try row["overdue_now"]
        givenBack = try row["given_back"]
        extended = try row["extended"]
        reopened = try row["reopened"]
        median = try row["median"]
        rated = try row["rated"]
        workingDays = try row["working_days"]
        calendarDays = try row["calendar_days"]
        resolved = try row["resolved"]
        attitude = try row["attitude"]
        speed = try row["speed"]
    }

    /// All units together first, then the units, busiest first.
    package static func all(in period: ScorePeriod) -> SQL {
        """
        select unit_id, code, name, received, pointed, answered, published, on_time, late, overdue, overdue_now, given_back, extended,
          reopened, median::float8 as median, rated, working_days, calendar_days, resolved, attitude, speed
        from scoreboard(\(period.first), \(period.last))
        """
    }

    /// How many messages of the period the office has screened after its own limit, or has not screened though it is over.
    package static func screenedLate(in period: ScorePeriod) -> SQL {
        "select screened_late(\(period.first), \(period.last))"
    }

    // MARK: Parts of a whole; nil where there is no whole

    /// 办结率
    package var completionRate: Double? { Self.share(answered + pointed, of: received) }
    /// 答复率: answered *and* published.
    package var replyRate: Double? { Self.share(published, of: received) }
    /// 按期办结率, of those whose time is up or that were answered.
    package var onTimeRate: Double? { Self.share(onTime, of: answered + overdue) }
    package var averageWorkingDays: Double? { Self.share(workingDays, of: answered) }
    package var averageCalendarDays: Double? { Self.share(calendarDays, of: answered) }
    package var resolvedRate: Double? { Self.share(resolved, of: rated) }
    /// 1 to 5
    package var averageAttitude: Double? { Self.share(attitude, of: rated) }
    /// 1 to 5
    package var averageSpeed: Double? { Self.share(speed, of: rated) }

    private static func share(_ part: Int, of whole: Int) -> Double? {
        whole > 0 ? Double(part) / Double(whole) : nil
    }
}

/// A month of a unit, or of all.
package struct ScoreMonth: Row, Equatable {
    package let month: CalendarDate
    package let received: Int
    package let answered: Int
    package let published: Int
    package let onTime: Int
    package let late: Int

    package init(_ row: RowReader) throws {
        month = try row["month"]
        received = try row["received"]
        answered = try row["answered"]
        published = try row["published"]
        onTime = try row["on_time"]
        late = try row["late"]
    }

    /// The twelve months that end with the period.
    package static func trend(ofUnit unitID: Int?, through period: ScorePeriod) -> SQL {
        """
        select month, received, answered, published, on_time, late
        from score_months(\(unitID), (\(period.last)::date - interval '11 months')::date, \(period.last))
        """
    }
}

/// A night's full recount of the figures.
package struct ScoreProof: Row, Equatable {
    package let at: Date
    package let cases: Int
    /// Cases that counted for something else than they should, and sums that were not the sum; right since then.
    package let differing: Int

    package init(_ row: RowReader) throws {
        at = try row["at"]
        cases = try row["cases"]
        differing = try row["differing"]
    }

    /// For administrators; nobody else sees any.
    package static let latest: SQL =
        "select at, cases, differing_cases + differing_sums as differing from score_proofs order by id desc limit 1"
}
