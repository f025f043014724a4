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
        let pool = test.pool()
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
        let pool = test.pool()
        let before: Int = try await pool.read { try $0.value("select pg_backend_pid()") }
        let task = Task { try await pool.read { try $0.value("select 'nap' from pg_sleep(600)", as: String.self) } }
        _ = try await test.backend(running: "select 'nap'%")
        task.cancel()
        await #expect(throws: CancellationError.self) { try await task.value }
        for number in 0..<50 {
            #expect(try await pool.read { try $0.value("select \(number)", as: Int.self) } == number)
        }
        #expect(try await pool.read { try $0.value("select pg_backend_pid()", as: Int.self) } == before)
        await pool.shutdown()
    }

    @Test func aDeadlineEndsTheRunningAndTheWaiting() async throws {
        let pool = test.pool()
        let long = Task { try await pool.read { try $0.value("select 'long' from pg_sleep(600)", as: String.self) } }
        _ = try await test.backend(running: "select 'long'%")
        await #expect(throws: DeadlinePassed.self) {
            try await pool.read(deadline: .milliseconds(100)) { try $0.value("select 1", as: Int.self) }
        }
        long.cancel()
        await #expect(throws: CancellationError.self) { try await long.value }
        await #expect(throws: DeadlinePassed.self) {
            try await pool.write(deadline: .seconds(2)) { tx -> Void in
                try tx.execute("insert into notes values (1, 'late')")
                try tx.execute("select from pg_sleep(600)")
            }
        }
        #expect(try await words() == [])
        await pool.shutdown()
    }

    @Test func aFullQueueSaysSoAtOnce() async throws {
        let pool = test.pool(waiting: 2)
        let busy = Task { try await pool.read { try $0.value("select 'busy' from pg_sleep(600)", as: String.self) } }
        _ = try await test.backend(running: "select 'busy'%")
        let waiting = (0..<2).map { number in
            Task { try await pool.read { try $0.value("select \(number)", as: Int.self) } }
        }
        try await wait(until: "two wait") { pool.waiting == 2 }
        await #expect(throws: Overloaded.self) { try await pool.read { try $0.value("select 3", as: Int.self) } }
        busy.cancel()
        for (number, task) in waiting.enumerated() { #expect(try await task.value == number) }
        await pool.shutdown()
    }

    @Test func tenThousandJobsOnThreeConnections() async throws {
        let pool = test.pool(connections: 3, waiting: 10_000)
        let sum = try await withThrowingTaskGroup(of: Int.self) { group in
            for number in 0..<10_000 {
                group.addTask { try await pool.read { try $0.value("select \(number)", as: Int.self) } }
            }
            return try await group.reduce(0, +)
        }
        #expect(sum == 49_995_000)
        await pool.shutdown()
    }

    @Test func shuttingDownDoesWhatWaitsAndTakesNoMore() async throws {
        try await test.makeUntilTold()
        let pool = test.pool()
        let busy = Task { try await pool.read { try $0.value("select until_told('last')", as: String.self) } }
        _ = try await test.backend(running: "select until_told%")
        let waiting = (0..<20).map { number in
            Task { try await pool.read { try $0.value("select \(number)", as: Int.self) } }
        }
        try await wait(until: "twenty wait") { pool.waiting == 20 }
        async let end: Void = pool.shutdown()
        var refused: (any Error)?
        repeat {
            refused = await #expect(throws: (any Error).self) {
                try await pool.read(deadline: .milliseconds(10)) { try $0.value("select 3", as: Int.self) }
            }
        } while refused is DeadlinePassed
        #expect(refused is DatabaseClosed)
        try await test.tell()
        await end
        #expect(try await busy.value == "last")
        for (number, task) in waiting.enumerated() { #expect(try await task.value == number) }
    }

    /// Under load answers are handed out several at once; none may wait for a job that takes long.
    @Test func aQuickAnswerDoesNotWaitForASlowJob() async throws {
        try await test.makeUntilTold()
        let pool = test.pool()
        let busy = Task { try await pool.read { try $0.value("select until_told('first')", as: String.self) } }
        _ = try await test.backend(running: "select until_told%")
        let quick = Task { try await pool.read { try $0.value("select 1", as: Int.self) } }
        try await wait(until: "one waits") { pool.waiting == 1 }
        let slow = Task { try await pool.read { try $0.value("select 'slow' from pg_sleep(600)", as: String.self) } }
        let behind = Task { try await pool.read { try $0.value("select 2", as: Int.self) } }
        try await test.tell()
        #expect(try await quick.value == 1)
        slow.cancel()
        #expect(try await (busy.value, behind.value) == ("first", 2))
        await pool.shutdown()
    }

    // MARK: Lost connections

    @Test func aBackendKilledInMidQueryIsReplaced() async throws {
        let pool = test.pool()
        let task = Task {
            try await pool.write { tx in
                try tx.execute("insert into notes values (1, 'gone')")
                try tx.execute("select 'killed' from pg_sleep(600)")
            }
        }
        try await test.terminate(try await test.backend(running: "select 'killed'%"))
        await #expect(throws: ConnectionLost.self) { try await task.value }
        #expect(try await pool.read { try $0.values("select word from notes", as: String.self) } == [])
        await pool.shutdown()
    }

    /// A constraint that is checked at the end lets the commit itself take its time.
    @Test func aBackendKilledInMidCommitLeavesTheOutcomeUnknown() async throws {
        let pool = test.pool()
        try await database.write { tx in
            try tx.executeTrusted(
                """
                create function linger() returns trigger language plpgsql as $$ begin perform pg_sleep(600); return null; end $$;
                create constraint trigger lingers after insert on notes deferrable initially deferred
                  for each row execute function linger();
                """)
        }
        let task = Task { try await pool.write { try $0.execute("insert into notes values (1, 'perhaps')") } }
        try await test.terminate(try await test.backend(running: "commit%"))
        await #expect(throws: OutcomeUnknown.self) { try await task.value }
        #expect(try await pool.read { try $0.value("select 1", as: Int.self) } == 1)
        await pool.shutdown()
    }

    @Test func anIdleConnectionThatWasClosedIsNoticed() async throws {
        let pool = test.pool()
        let pid: Int = try await pool.read { try $0.value("select pg_backend_pid()") }
        try await test.terminate(pid)
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

    @Test func aConnectionIsRenewedWhenItHasLivedLong() async throws {
        let pool = test.pool(lifetime: .milliseconds(1))
        var pids: Set<Int> = []
        for _ in 0..<5 {
            pids.insert(
                try await pool.read { try $0.value("select pg_backend_pid() from pg_sleep(0.005)", as: Int.self) })
        }
        #expect(pids.count == 5)
        await pool.shutdown()
    }

    // MARK: Statements

    @Test func preparedStatementsSurviveAMigration() async throws {
        let pool = test.pool()
        let read: @Sendable (borrowing Session) throws -> [String] = { try $0.values("select word from notes") }
        try await pool.write { try $0.execute("insert into notes values (1, 'before')") }
        #expect(try await pool.read(read) == ["before"])
        try await database.write { tx in
            try tx.execute("alter table notes alter column word type varchar(40)")
        }
        #expect(try await pool.read(read) == ["before"])
        await pool.shutdown()
    }

    private struct Words: Row {
        let words: String
        init(_ row: RowReader) throws { words = try row["words"] }
    }

    /// If both sides only wrote, neither would ever go on.
    @Test func pipelinesMayBeLargerThanTheSocketsBothWays() async throws {
        let large = String(repeating: "民意", count: 2_000_000)
        let pool = test.pool()
        let (first, second, third) = try await pool.read { tx in
            try tx.all(
                Query("select \(large) as words", as: Words.self),
                Query("select 'x' || \(large) as words", as: Words.self),
                Query("select \(large) as words from generate_series(1, 2)", as: Words.self))
        }
        #expect(first.map(\.words.utf8.count) == [12_000_000])
        #expect(second.map(\.words.utf8.count) == [12_000_001])
        #expect(third.map { $0.words == large } == [true, true])
        await pool.shutdown()
    }

    @Test func theFirstFailureOfAPipelineEndsIt() async throws {
        let pool = test.pool()
        let refused = await #expect(throws: PostgresError.self) {
            try await pool.read { tx in
                try tx.all(
                    Query("select 'a' as words", as: Words.self), Query("select (1/0)::text as words", as: Words.self),
                    Query("select 'c' as words", as: Words.self))
            }
        }
        #expect(refused?.state == "22012")
        #expect(try await pool.read { try $0.value("select 1", as: Int.self) } == 1)
        await pool.shutdown()
    }

    /// The second statement of a transaction can be told only by starting over; the next transaction is told by itself.
    @Test func aStatementGoneStaleInMidTransactionIsPreparedAnewForTheNext() async throws {
        let pool = test.pool()
        let write: @Sendable (borrowing Session) throws -> Int = { tx in
            _ = try tx.value("select 1", as: Int.self)
            return try tx.all("select * from notes", as: Words.self).count
        }
        #expect(try await pool.write(write) == 0)
        try await database.write { try $0.execute("alter table notes rename column word to words") }
        await #expect(throws: PostgresError.self) { try await pool.write(write) }
        #expect(try await pool.write(write) == 0)
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
