import Foundation
import Postgres

/// What an administrator sees of the work that happens by itself: what waits, what ran, what died, what became of notices.
package struct WorkOverview: Sendable {
    /// Jobs of one kind that are not dead.
    package struct Queue: Row {
        package let kind: String
        package let waiting: Int
        /// Being done, or left behind by who was killed.
        package let taken: Int
        /// Since when the longest waits; nil when none is due.
        package let dueSince: Date?

        package init(_ row: RowReader) throws {
            kind = try row["kind"]
            waiting = try row["waiting"]
            taken = try row["taken"]
            dueSince = try row["due_since"]
        }
    }

    package struct TimedRun: Row {
        package let name: String
        package let nextRunAt: Date
        package let endedAt: Date?
        package let milliseconds: Int?
        package let count: Int?
        package let didSomethingAt: Date?
        /// Why the last run failed; nil when it did not.
        package let error: String?

        package init(_ row: RowReader) throws {
            name = try row["name"]
            nextRunAt = try row["next_run_at"]
            endedAt = try row["ended_at"]
            milliseconds = try row["milliseconds"]
            count = try row["count"]
            didSomethingAt = try row["did_something_at"]
            error = try row["error"]
        }
    }

    package struct DeadJob: Row, Identifiable {
        package let id: Int
        package let kind: String
        /// What it was to tell, `author.answered`, where it is about a notice.
        package let notice: String?
        package let error: String
        package let attempts: Int
        package let diedAt: Date

        package init(_ row: RowReader) throws {
            id = try row["id"]
            kind = try row["kind"]
            notice = try row["notice"]
            error = try row["error"]
            attempts = try row["attempts"]
            diedAt = try row["died_at"]
        }
    }

    /// How many notices ended alike.
    package struct NoticeCount: Row {
        package let state: String
        package let channel: String?
        package let reason: String?
        package let count: Int

        package init(_ row: RowReader) throws {
            state = try row["state"]
            channel = try row["channel"]
            reason = try row["reason"]
            count = try row["count"]
        }
    }

    /// What became of a test that the actor has sent.
    package struct Test: Row {
        package let at: Date
        package let state: String
        package let channel: String?
        package let reason: String?

        package init(_ row: RowReader) throws {
            at = try row["created_at"]
            state = try row["state"]
            channel = try row["channel"]
            reason = try row["reason"]
        }
    }

    /// Dead jobs that one page shows.
    package static let mostShown = 50

    package let now: Date
    package let queues: [Queue]
    package let runs: [TimedRun]
    /// The newest ones.
    package let dead: [DeadJob]
    package let deadCount: Int
    package let notices: [NoticeCount]
    /// The actor's own, the newest first.
    package let tests: [Test]

    /// When some worker was last heard of.
    package var heardAt: Date? { runs.compactMap(\.endedAt).max() }

    package static func load(in database: Database, as actor: DatabaseActor) async throws -> WorkOverview {
        try await database.read(as: actor) { tx in
            WorkOverview(
                now: try tx.value("select minyi_clock()"),
                queues: try tx.all(
                    """
                    select kind, count(*) filter (where taken_at is null) as waiting,
                      count(*) filter (where taken_at is not null) as taken,
                      min(run_at) filter (where run_at <= minyi_clock()) as due_since
                    from jobs where died_at is null group by kind order by kind
                    """, as: Queue.self),
                runs: try tx.all(
                    """
                    select name, next_run_at, ended_at, milliseconds, count, did_something_at,
                      case when outcome = 'failed' then error end as error
                    from timed_jobs order by name
                    """, as: TimedRun.self),
                dead: try tx.all(
                    """
                    select j.id, j.kind, case when n.staff_id is null then 'author.' else 'staff.' end || n.kind as notice,
                      j.error, j.attempts, j.died_at
                    from jobs j left join notices n on j.kind = 'deliver_notice' and n.id = (j.payload ->> 'notice')::uuid
                    where j.died_at is not null order by j.id desc limit \(mostShown)
                    """, as: DeadJob.self),
                deadCount: try tx.value("select count(*) from jobs where died_at is not null"),
                notices: try tx.all(
                    """
                    select state, channel, reason, count(*) from notices group by state, channel, reason
                    order by array_position(array['waiting', 'failed', 'sent', 'skipped'], state), count(*) desc, reason
                    limit 100
                    """, as: NoticeCount.self),
                tests: try tx.all(
                    """
                    select created_at, state, channel, reason from notices where kind = 'test' and staff_id = actor_staff()
                    order by created_at desc limit 3
                    """, as: Test.self))
        }
    }
}

/// What an administrator does about dead jobs; both are on record.
package enum DeadJobs {
    /// Lets them run once more, all of them when `id` is nil. Returns how many.
    package static func runAgain(_ id: Int?, in database: Database, as actor: DatabaseActor) async throws -> Int {
        let ids = id.map { [$0] }
        return try await database.write(as: actor) { try $0.value("select run_jobs_again(\(ids))") }
    }

    /// Lets go of them, all of them when `id` is nil. Returns how many.
    package static func giveUp(_ id: Int?, in database: Database, as actor: DatabaseActor) async throws -> Int {
        let ids = id.map { [$0] }
        return try await database.write(as: actor) { try $0.value("select give_up_jobs(\(ids))") }
    }
}
