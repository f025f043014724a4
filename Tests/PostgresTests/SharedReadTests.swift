import Foundation
import Postgres
import TestSupport
import Testing

/// Reads of several tasks in one round trip: each has its own outcome.
@Suite struct SharedReadTests {
    private struct Number: Row, Equatable {
        let value: Int
        init(_ row: RowReader) throws { value = try row["value"] }
    }

    let test: TestDatabase
    /// One connection, so that what waits goes together.
    let pool: Database

    init() async throws {
        test = try await TestDatabase.makeEmpty()
        try await test.owner.write { try $0.execute("create table notes (value bigint)") }
        pool = test.pool(waiting: 2000)
    }

    /// What became of each of many that are sent at the same time.
    private func outcomes(_ count: Int, _ sql: @escaping @Sendable (Int) -> SQL) async -> [Result<Int?, any Error>] {
        await withTaskGroup(of: (Int, Result<Int?, any Error>).self) { group in
            for index in 0..<count {
                group.addTask { [pool] in
                    do {
                        return (index, .success(try await pool.first(sql(index), as: Number.self)?.value))
                    } catch {
                        return (index, .failure(error))
                    }
                }
            }
            var outcomes: [Result<Int?, any Error>] = Array(repeating: .success(nil), count: count)
            for await (index, outcome) in group { outcomes[index] = outcome }
            return outcomes
        }
    }

    @Test func eachGetsItsOwnRow() async throws {
        let outcomes = await outcomes(500) { "select \($0) as value" }
        for (index, outcome) in outcomes.enumerated() { #expect(try outcome.get() == index) }
        #expect(try await pool.first("select 1 as value where false", as: Number.self) == nil)
        let several = try await pool.all(
            ["select 1 as value", "select generate_series(2, 3)::bigint as value"], as: Number.self)
        #expect(several.map { $0.map(\.value) } == [[1], [2, 3]])
        await pool.shutdown()
    }

    @Test func whatFailsIsNobodyElses() async throws {
        let outcomes = await outcomes(400) { index in
            switch index % 8 {
            case 1: "select 1 / (\(index) - \(index)) as value"
            case 2: "insert into notes values (\(index)) returning value"
            case 3: "select value from no_such_table where value = \(index)"
            case 4: "select length(\("a\u{0}b"))::bigint as value"
            case 5: "select \(index) as another_name"
            default: "select \(index) as value"
            }
        }
        for (index, outcome) in outcomes.enumerated() {
            switch index % 8 {
            case 1: #expect(throws: PostgresError.self) { try outcome.get() }
            case 2: #expect(throws: PostgresError.self) { try outcome.get() }
            case 3: #expect(throws: PostgresError.self) { try outcome.get() }
            case 4: #expect(throws: UnsendableValue.self) { try outcome.get() }
            case 5: #expect(throws: DecodingFailure.self) { try outcome.get() }
            default: #expect(try outcome.get() == index)
            }
        }
        #expect(try await pool.first("select count(*) as value from notes", as: Number.self)?.value == 0)
        await pool.shutdown()
    }

    /// Prepared before the table changed, as after a migration.
    @Test func staleStatementsArePreparedAnew() async throws {
        _ = await outcomes(20) { _ in "select count(*) as value, n.* from notes n group by n.value" }
        try await test.owner.write {
            try $0.execute("alter table notes add column word text")
            try $0.execute("insert into notes values (7, 'new')")
        }
        let outcomes = await outcomes(20) { _ in "select n.* from notes n" }
        for outcome in outcomes { #expect(try outcome.get() == 7) }
        let again = await self.outcomes(20) { _ in "select count(*) as value from notes n group by n.value" }
        for outcome in again { #expect(try outcome.get() == 1) }
        await pool.shutdown()
    }

    /// A connection that breaks takes down what it was asked, and nothing that comes after.
    @Test func aKilledBackendIsSaid() async throws {
        let slow = Task { await outcomes(1) { _ in "select 1 as value from pg_sleep(600)" } }
        try await test.terminate(try await test.backend(running: "select 1 as value from pg_sleep%"))
        for outcome in await slow.value { #expect(throws: ConnectionLost.self) { try outcome.get() } }
        #expect(try await pool.first("select 5 as value", as: Number.self)?.value == 5)
        await pool.shutdown()
    }

    @Test func whoGivesUpTakesNobodyAlong() async throws {
        try await test.makeUntilTold()
        let impatient = Task { [pool] in
            try await pool.first("select length(until_told('one')) as value", as: Number.self)
        }
        _ = try await test.backend(running: "select length(until_told%")
        async let patient = outcomes(10) { "select \($0) as value" }
        impatient.cancel()
        try await test.tell()
        await #expect(throws: CancellationError.self) { try await impatient.value }
        for (index, outcome) in await patient.enumerated() { #expect(try outcome.get() == index) }
        await pool.shutdown()
    }
}
