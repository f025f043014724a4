import Foundation
import Postgres

/// A sheet that somebody of the unit has entered, as it stands in the list of who entered it.
package struct EnteredSheet: Row {
    package let number: String
    package let receivedAt: Date
    package let version: Int
    package let channel: Channel
    /// Taken back by its author, or voided.
    package let isWithdrawn: Bool

    package init(_ row: RowReader) throws {
        (number, receivedAt) = (try row["number"], try row["received_at"])
        (version, channel) = (try row["version"], try row["channel"])
        isWithdrawn = try row["is_withdrawn"]
    }

    /// Those that the actor has entered, the newest first; no more than 200.
    package static func mine(of id: Int) -> SQL {
        """
        select t.number, a.received_at, a.version, a.channel, a.withdrawn_at is not null as is_withdrawn
        from answer_sheets a join submissions t on t.id = a.submission_id
        where a.questionnaire_id = \(id) and a.entered_by = actor_staff()
        order by a.received_at desc, t.id desc limit 200
        """
    }

    /// Takes back a sheet that was entered wrongly: its answers are deleted, and it counts no longer.
    /// - Throws: `entered_sheets_taken_back`, `entered_sheets_over`, `role_required`.
    package static func void(_ number: String, in database: Database, as actor: DatabaseActor) async throws {
        _ = try await database.write(as: actor) { try $0.execute("select void_entered_sheet(\(number))") }
    }
}
