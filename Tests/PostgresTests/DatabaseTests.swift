import Foundation
import Postgres
import TestSupport
import Testing

/// What happens to jobs when things go wrong: the outcome is known, or said to be unknown; never guessed.
@Suite struct DatabaseTests {
    let test: TestDatabase
    var database: Database { test.owner }

    init() async throws {
        test = try await TestDatabase.makeEmpty()
        try await test.owner.write { try $0.execute("create table notes (id int primary key, word text not null)") }
    }

    private func words() async throws -> [String] {
        try await database.read { try $0.values("select word from notes order by id") }
    }

    /// A pool of its own, with few connections and a short queue.
    private func pool(connections: Int = 1, waiting: Int = 512, deadline: Duration = .seconds(60)) -> Database {
        Database(
            DatabaseConfiguration(
                conninfo: test.ownerConninfo, connections: connections, waiting: waiting,
                applicationName: "a small pool", deadline: deadline), logger: TestCluster.silent)
    }

    /// Waits until a backend runs a statement like this, and returns its process id.
    private func backend(running pattern: String) async throws -> Int {
        for _ in 0..<600 {
            let pid = try await test.superuser.read { tx in
                try tx.firstValue(
                    """
                    select pid from pg_stat_activity
                    where query like \(pattern) and state = 'active' and pid <> pg_backend_pid() and datname = current_database()
                    """, as: Int.self)
            }
            if let pid { return pid }
            try await Task.sleep(for: .milliseconds(50))
        }
        throw NoRow()
    }

    /// Returns once the backend is gone.
    private func terminate(_ pid: Int) async throws {
        _ = try await test.superuser.read {
            try $0.value("select pg_terminate_backend(\(pid)::int, 60000)", as: Bool.self)
        }
    }

    // MARK: Transactions

    @Test func aWriteIsCommittedOrNothingIs() async throws {
        struct Stop: Error {}
        try await database.write { try $0.execute("insert into notes values (1, 'kept')") }
        await #expect(throws: Stop.self) {
            try await database.write { tx -> Void in
                try tx.execute("insert into notes values (2, 'lost')")
                throw Stop()
            }
        }
        let refused = await #expect(throws: PostgresError.self) {
            try await database.write { try $0.execute("insert into notes values (1, 'twice')") }
        }
        #expect(refused?.isUniqueViolation(constraint: "notes_pkey") == true)
        #expect(try await words() == ["kept"])
    }

    @Test func aReadCannotWrite() async throws {
        let refused = await #expect(throws: PostgresError.self) {
            try await database.read { try $0.execute("insert into notes values (1, 'no')") }
        }
        #expect(refused?.state == "25006")
        #expect(try await words() == [])
    }

    /// An error that the closure swallows does not make the server commit half of it.
    @Test func aSwallowedErrorStillRollsBack() async throws {
        await #expect(throws: PostgresError.self) {
            try await database.write { tx in
                try tx.execute("insert into notes values (1, 'half')")
                _ = try? tx.execute("select 1/0")
            }
        }
        #expect(try await words() == [])
    }

    @Test func theActorHoldsForOneTransactionOnly() async throws {
        let pool = pool()
        let actor = DatabaseActor(settings: [("minyi.staff_id", "7")])
        let ask: @Sendable (borrowing Session) throws -> String? = { tx in
            try tx.value("select current_setting('minyi.staff_id', true)", as: String?.self)
        }
        #expect(try await pool.read(as: actor, ask) == "7")
        #expect(try await (pool.read(ask) ?? "") == "")
        await pool.shutdown()
    }

    @Test func conflictsAreTriedAgainWhereAsked() async throws {
        try await database.write { try $0.execute("insert into notes values (1, '0')") }
        try await withThrowingTaskGroup(of: Void.self) { group in
            for _ in 0..<8 {
                group.addTask {
                    try await database.write(isolation: .serializable, retrying: 100) { tx in
                        let word: String = try tx.value("select word from notes where id = 1")
                        try tx.execute("update notes set word = \(String((Int(word) ?? 0) + 1)) where id = 1")
                    }
                }
            }
            try await group.waitForAll()
        }
        #expect(try await words() == ["8"])
    }

    // MARK: Interruptions

    @Test func aCancelledTaskCancelsItsStatementAndTheConnectionStaysClean() async throws {
        let pool = pool()
        let before: Int = try await pool.read { try $0.value("select pg_backend_pid()") }
        let task = Task { try await pool.read { try $0.value("select 'nap' from pg_sleep(60)", as: String.self) } }
        _ = try await backend(running: "select 'nap'%")
        task.cancel()
        await #expect(throws: CancellationError.self) { try await task.value }
        for number in 0..<50 {
            #expect(try await pool.read { try $0.value("select \(number)", as: Int.self) } == number)
        }
        #expect(try await pool.read { try $0.value("select pg_backend_pid()", as: Int.self) } == before)
        await pool.shutdown()
    }

    @Test func aDeadlineEndsTheRunningAndTheWaiting() async throws {
        let pool = pool()
        let running = Task {
            try await pool.write(deadline: .seconds(2)) { tx -> Void in
                try tx.execute("insert into notes values (1, 'late')")
                try tx.execute("select 'long' from pg_sleep(60)")
            }
        }
        _ = try await backend(running: "select 'long'%")
        await #expect(throws: DeadlinePassed.self) {
            try await pool.read(deadline: .milliseconds(100)) { try $0.value("select 1", as: Int.self) }
        }
        await #expect(throws: DeadlinePassed.self) { try await running.value }
        #expect(try await words() == [])
        await pool.shutdown()
    }

    @Test func aFullQueueSaysSoAtOnce() async throws {
        let pool = pool(waiting: 2)
        let busy = Task { try await pool.read { try $0.value("select 'busy' from pg_sleep(60)", as: String.self) } }
        _ = try await backend(running: "select 'busy'%")
        let waiting = (0..<2).map { number in
            Task { try await pool.read { try $0.value("select \(number)", as: Int.self) } }
        }
        while pool.waiting < 2 { await Task.yield() }
        await #expect(throws: Overloaded.self) { try await pool.read { try $0.value("select 3", as: Int.self) } }
        busy.cancel()
        for (number, task) in waiting.enumerated() { #expect(try await task.value == number) }
        await pool.shutdown()
    }

    @Test func tenThousandJobsOnThreeConnections() async throws {
        let pool = pool(connections: 3, waiting: 10_000)
        let sum = try await withThrowingTaskGroup(of: Int.self) { group in
            for number in 0..<10_000 {
                group.addTask { try await pool.read { try $0.value("select \(number)", as: Int.self) } }
            }
            return try await group.reduce(0, +)
        }
        #expect(sum == 49_995_000)
        await pool.shutdown()
    }

    // MARK: Lost connections

    @Test func aBackendKilledInMidQueryIsReplaced() async throws {
        let pool = pool()
        let task = Task {
            try await pool.write { tx in
                try tx.execute("insert into notes values (1, 'gone')")
                try tx.execute("select 'killed' from pg_sleep(60)")
            }
        }
        try await terminate(try await backend(running: "select 'killed'%"))
        await #expect(throws: ConnectionLost.self) { try await task.value }
        #expect(try await pool.read { try $0.values("select word from notes", as: String.self) } == [])
        await pool.shutdown()
    }

    /// A constraint that is checked at the end lets the commit itself take its time.
    @Test func aBackendKilledInMidCommitLeavesTheOutcomeUnknown() async throws {
        let pool = pool()
        try await database.write { tx in
            try tx.executeTrusted(
                """
                create function linger() returns trigger language plpgsql as $$ begin perform pg_sleep(60); return null; end $$;
                create constraint trigger lingers after insert on notes deferrable initially deferred
                  for each row execute function linger();
                """)
        }
        let task = Task { try await pool.write { try $0.execute("insert into notes values (1, 'perhaps')") } }
        try await terminate(try await backend(running: "commit%"))
        await #expect(throws: OutcomeUnknown.self) { try await task.value }
        #expect(try await pool.read { try $0.value("select 1", as: Int.self) } == 1)
        await pool.shutdown()
    }

    @Test func anIdleConnectionThatWasClosedIsNoticed() async throws {
        let pool = pool()
        let pid: Int = try await pool.read { try $0.value("select pg_backend_pid()") }
        try await terminate(pid)
        let next: Int = try await pool.read { try $0.value("select pg_backend_pid()") }
        #expect(next != pid)
        await pool.shutdown()
    }

    @Test func nobodyThereIsSaidWithTheReason() async throws {
        let nowhere = Database(
            DatabaseConfiguration(conninfo: "host=127.0.0.1 port=1 user=x dbname=x connect_timeout=1", connections: 1),
            logger: TestCluster.silent)
        await #expect(throws: ConnectionLost.self) {
            try await nowhere.read(deadline: .seconds(1)) { try $0.value("select 1", as: Int.self) }
        }
        await nowhere.shutdown()
        await #expect(throws: DatabaseClosed.self) { try await nowhere.read { try $0.value("select 1", as: Int.self) } }
    }

    // MARK: Statements

    @Test func preparedStatementsSurviveAMigration() async throws {
        let pool = pool()
        let read: @Sendable (borrowing Session) throws -> [String] = { try $0.values("select word from notes") }
        try await pool.write { try $0.execute("insert into notes values (1, 'before')") }
        #expect(try await pool.read(read) == ["before"])
        try await database.write { tx in
            try tx.execute("alter table notes alter column word type varchar(40)")
        }
        #expect(try await pool.read(read) == ["before"])
        await pool.shutdown()
    }

    @Test func cursorsHandOverEveryRowInBatches() async throws {
        struct Number: Row {
            let value: Int
            init(_ row: RowReader) throws { value = try row["n"] }
        }
        let (count, sum) = try await database.read { tx in
            var (count, sum) = (0, 0)
            try tx.each("select n from generate_series(1, 2501) n", as: Number.self, batch: 500) { row in
                count += 1
                sum += row.value
            }
            return (count, sum)
        }
        #expect(count == 2501 && sum == 2501 * 2502 / 2)
    }
}
