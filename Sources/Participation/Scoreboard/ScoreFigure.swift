import Foundation
import Postgres
import Text

/// A figure of the scoreboard that has a list of cases behind it.
package enum ScoreFigure: String, Sendable, CaseIterable {
    case received, pointed, answered, published
    case onTime = "on_time"
    case late, overdue
    case givenBack = "given_back"
    case extended, reopened, rated

    /// Which cases it counts, by the same definitions as `count_scores`.
    var counted: SQL {
        switch self {
        case .received: "c.state not in ('invalid', 'duplicate', 'withdrawn')"
        case .pointed: "c.state in ('declined', 'redirected', 'information_request')"
        case .answered: "c.state = 'completed'"
        case .published: "c.state = 'completed' and c.published_at is not null"
        case .onTime: "c.state = 'completed' and c.is_late is not true"
        case .late: "c.state = 'completed' and c.is_late"
        case .overdue: "c.is_open and c.warning = 'overdue'"
        case .givenBack: "c.state <> 'withdrawn'"
        case .extended:
            """
            c.state not in ('invalid', 'duplicate', 'withdrawn')
              and exists (select from case_extensions x where x.case_id = c.id and x.granted)
            """
        case .reopened: "c.state not in ('invalid', 'duplicate', 'withdrawn') and c.reopened > 0"
        case .rated:
            """
            c.state not in ('invalid', 'duplicate', 'withdrawn')
              and exists (select from message_ratings r where r.submission_id = c.submission_id)
            """
        }
    }
}

/// A case in a list behind a figure: what the ledger sheet (台账) says of it.
package struct ScoredCase: Row, Equatable {
    package let id: Int
    package let number: String
    /// Whose case it is, and the tenant's own kind.
    package let kind: String
    package let topic: String
    package let title: String
    package let unitName: String
    package let state: String
    package let receivedOn: CalendarDate
    package let dueOn: CalendarDate?
    package let isProvisional: Bool
    package let answeredAt: Date?
    package let publishedAt: Date?
    package let workingDaysUsed: Int?
    package let isLate: Bool

    package init(_ row: RowReader) throws {
        id = try row["id"]
        number = try row["number"]
        kind = try row["kind"]
        topic = try row["topic"]
        title = try row["title"]
        unitName = try row["unit_name"]
        state = try row["state"]
        receivedOn = try row["received_on"]
        dueOn = try row["due_on"]
        isProvisional = try row["provisional"]
        answeredAt = try row["answered_at"]
        publishedAt = try row["published_at"]
        workingDaysUsed = try row["working_days_used"]
        isLate = try row["is_late"]
    }

    /// Where a list goes on: after the last case of the page before.
    package struct Place: Sendable, Equatable {
        package let receivedOn: CalendarDate
        package let id: Int

        package init(receivedOn: CalendarDate, id: Int) { (self.receivedOn, self.id) = (receivedOn, id) }
    }

    /// Cases behind a figure that the actor may see, the newest first.
    package static func list(
        _ figure: ScoreFigure, unitID: Int?, in period: ScorePeriod, after place: Place?, limit: Int
    ) -> SQL {
        let day = place?.receivedOn ?? .latest
        let id = place?.id ?? 0
        let holder = Holder(figure: figure, unitID: unitID)
        return """
            select c.id, c.number, c.kind, c.topic, c.title, u.name as unit_name, c.state, c.received_on, c.due_on, c.provisional, c.answered_at,
              c.published_at, c.working_days_used, coalesce(c.is_late, c.warning = 'overdue') as is_late
            from cases c join units u on u.id = coalesce(c.unit_id, c.office_id)
            where c.kind = 'message' and \(holder.holding) and c.received_on between \(period.first) and \(period.last) and \(figure.counted)
              and (c.received_on, c.id) < (\(day)::date, \(id)::bigint)
            order by c.received_on desc, c.id desc limit \(limit)
            """
    }
}

extension ScoredCase {
    /// Every case behind a figure that the actor may see, the newest first, so many from the database at a time.
    package static func each(
        _ figure: ScoreFigure, unitID: Int?, in period: ScorePeriod, _ atATime: Int, _ tx: borrowing Session,
        _ body: (ScoredCase) throws -> Void
    ) throws {
        var place: Place?
        while true {
            let page = try tx.all(
                list(figure, unitID: unitID, in: period, after: place, limit: atATime), as: ScoredCase.self)
            for it in page { try body(it) }
            guard page.count == atATime, let last = page.last else { return }
            place = Place(receivedOn: last.receivedOn, id: last.id)
        }
    }
}

/// Whose cases a list holds: those a unit has, or those it gave back.
private struct Holder {
    let figure: ScoreFigure
    /// Nil for all units.
    let unitID: Int?

    var holding: SQL {
        guard let unitID else { return figure == .givenBack ? Self.givenBack : "true" }
        guard figure == .givenBack else { return "coalesce(c.unit_id, c.office_id) = \(unitID)" }
        return
            "\(Self.givenBack) and \(unitID) in (select a.unit_id from case_assignments a where a.case_id = c.id and a.ended_how = 'given_back')"
    }

    private static let givenBack: SQL =
        "exists (select from case_assignments a where a.case_id = c.id and a.ended_how = 'given_back')"
}
