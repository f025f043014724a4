import Foundation
import Postgres
import Text

/// A registration in the list of the desk. Who it is stands nowhere in it.
package struct RegistrationLine: Row, Identifiable {
    package struct Filter: Sendable, Equatable {
        package var verdict: RegistrationVerdict?
        /// The code of a category.
        package var category: String?

        package init(verdict: RegistrationVerdict? = nil, category: String? = nil) {
            (self.verdict, self.category) = (verdict, category)
        }
    }

    package let id: Int
    package let submissionID: Int
    package let gatheringID: Int
    package let number: String
    package let categoryCode: String
    package let category: String
    package let organisation: String
    package let reason: String
    package let consents: Bool
    package let channel: Channel
    package let receivedAt: Date
    package let arrivedOn: CalendarDate?
    package let verdict: RegistrationVerdict
    package let refusedCode: RegistrationVerdict.Code?
    package let refusedNote: String
    package let checkedBy: String?
    package let checkedAt: Date?
    package let confirmedAt: Date?
    package let withdrawnAt: Date?
    package let sealedAt: Date?
    package let codeVersion: Int

    package init(_ row: RowReader) throws {
        id = try row["id"]
        submissionID = try row["submission_id"]
        gatheringID = try row["gathering_id"]
        number = try row["number"]
        categoryCode = try row["category_code"]
        category = try row["category"]
        organisation = try row["organisation"]
        reason = try row["reason"]
        consents = try row["consents"]
        channel = try row["channel"]
        receivedAt = try row["received_at"]
        arrivedOn = try row["arrived_on"]
        verdict = try row["verdict"]
        refusedCode = try row["refused_code"]
        refusedNote = try row["refused_note"]
        checkedBy = try row["checked_by"]
        checkedAt = try row["checked_at"]
        confirmedAt = try row["confirmed_at"]
        withdrawnAt = try row["withdrawn_at"]
        sealedAt = try row["sealed_at"]
        codeVersion = try row["code_version"]
    }

    private static let columns: SQL = """
        select r.id, r.submission_id, r.gathering_id, s.number, c.code as category_code, c.name as category, r.organisation, r.reason,
          r.consents, s.channel, r.received_at, s.arrived_on, r.verdict, r.refused_code, r.refused_note,
          (select t.display_name from staff t where t.id = r.checked_by) as checked_by, r.checked_at, r.confirmed_at,
          r.withdrawn_at, s.sealed_at, s.code_version
        from registrations r join submissions s on s.id = r.submission_id join gathering_categories c on c.id = r.category_id
        """

    /// At most 1,000, the oldest first.
    package static func of(gathering: Int, _ filter: Filter = Filter()) -> SQL {
        """
        \(columns) where r.gathering_id = \(gathering) and (\(filter.verdict)::text is null or r.verdict = \(filter.verdict)::text
            and r.withdrawn_at is null) and (\(filter.category)::text is null or c.code = \(filter.category)::text)
        order by r.id limit 1000
        """
    }

    package static func with(id: Int, gathering: Int) -> SQL {
        "\(columns) where r.id = \(id) and r.gathering_id = \(gathering)"
    }
}

/// When what applicants gave of themselves is deleted.
package struct RegistrationsEnd: Row {
    package enum Reason: String, PostgresValue, Sendable {
        /// So many days after the report, or after the cancellation.
        case reported, cancelled
        /// After the day of the hearing, as it has neither.
        case unreported
    }

    package let reason: Reason
    package let at: Date

    package init(_ row: RowReader) throws {
        reason = try row["code"]
        at = try row["ends_at"]
    }

    /// No row where nobody can have registered.
    package static func of(gathering: Int) -> SQL { "select code, ends_at from registrations_end(\(gathering))" }
}

/// How many have registered for the seats of a category.
package struct RegistrationCount: Row {
    package let categoryID: Int
    package let registered: Int
    package let pending: Int
    package let eligible: Int

    package init(_ row: RowReader) throws {
        categoryID = try row["category_id"]
        registered = try row["registered"]
        pending = try row["pending"]
        eligible = try row["eligible"]
    }

    package static func of(gathering: Int) -> SQL {
        "select category_id, registered, pending, eligible from eligible_counts(\(gathering))"
    }
}
