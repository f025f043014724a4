import Postgres

/// Something from the queue that this process has taken. It is done at least once: who is killed with it leaves it to be due
/// again when its lease ends.
package struct Job: Row, Sendable {
    package let id: Int
    /// This attempt, counted from 1. It names the lease, too: whose lease has ended, and who was replaced, ends nothing.
    package let attempt: Int

    package init(_ row: RowReader) throws {
        id = try row["id"]
        attempt = try row["attempts"]
    }

    /// Seconds that a job is left alone: work on it must have ended by then, or say that it goes on (`hold`).
    static let lease = 60.0
    /// After so many attempts it is dead. With the pauses below that is a little more than a day.
    static let mostAttempts = 20
    private static let longestPause = 7200.0

    /// Takes the job of this kind that is due longest; nil when there is none.
    static func take(_ kind: JobKind, in database: Database) async throws -> Job? {
        try await database.write { tx in
            try tx.first("select id, attempts from take_job(\(kind), \(lease))", as: Job.self)
        }
    }

    /// Another lease, for work that takes longer than one.
    /// - Returns: false when somebody else has it by now.
    @discardableResult
    func hold(_ tx: borrowing Session) throws -> Bool {
        try tx.execute(
            """
            update jobs set run_at = minyi_clock() + make_interval(secs => \(Self.lease))
            where id = \(id) and attempts = \(attempt) and taken_at is not null
            """) == 1
    }

    /// Takes one lease after the other until it is cancelled, or somebody else has it.
    func keepHolding(in database: Database) -> Task<Void, Never> {
        Task {
            while !Task.isCancelled {
                try? await Task.sleep(for: .seconds(10))
                let isHeld = try? await database.write { try hold($0) }
                if isHeld == false { return }
            }
        }
    }

    /// It is done, and gone. Belongs into the transaction of what it has done, where there is one.
    /// - Returns: false when somebody else has it by now.
    func end(_ tx: borrowing Session) throws -> Bool {
        try tx.execute("delete from jobs where id = \(id) and attempts = \(attempt)") == 1
    }

    /// This attempt failed. There will be another, after a pause that grows from half a minute to two hours; or none when the
    /// failure is final or there were enough.
    /// - Parameter reason: a code, without anybody's data.
    func fail(_ reason: String, isFinal: Bool, in database: Database) async throws {
        let pause = min(Self.longestPause, 30 * Double(1 << min(attempt - 1, 16))) * .random(in: 0.8...1)
        let dies = isFinal || attempt >= Self.mostAttempts
        try await database.write { tx in
            try tx.execute(
                """
                update jobs set taken_at = null, error = \(String(reason.prefix(200))),
                  run_at = minyi_clock() + make_interval(secs => \(pause)),
                  died_at = case when \(dies) then minyi_clock() end
                where id = \(id) and attempts = \(attempt)
                """)
        }
    }

    /// Jobs of kinds that this program does not know, and those whose every attempt was killed, die. Returns how many.
    static var burial: SQL {
        let kinds = JobKind.allCases.map(\.rawValue)
        return """
            with buried as (
              update jobs set died_at = minyi_clock(), taken_at = null,
                error = case when kind = any (\(kinds)::text[]) then 'killed' else 'unknown_kind' end
              where died_at is null and run_at <= minyi_clock()
                and (attempts >= \(mostAttempts) or kind <> all (\(kinds)::text[]))
              returning id
            )
            select count(*) from buried
            """
    }
}

/// What a failure is called in the records of work: never by its message, which may quote what somebody wrote.
enum FailureCode {
    static func of(_ error: any Error) -> String {
        guard let error = error as? PostgresError else { return "error \(type(of: error))" }
        return "database \(error.state)\(error.constraint.map { " \($0)" } ?? "")"
    }
}
