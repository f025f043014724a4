import Foundation
import Postgres
import TestSupport
import Testing

@Suite struct CopyTests {
    let test: TestDatabase

    init() async throws { test = try await TestDatabase.makeEmpty() }

    /// After whatever has happened, the one connection of the pool answers as if it had not.
    private func expectClean(_ pool: Database) async throws {
        for number in 0..<20 {
            #expect(try await pool.read { try $0.value("select \(number)", as: Int.self) } == number)
        }
        await pool.shutdown()
    }

    @Test func outIsHandedOverPieceByPiece() async throws {
        let pool = test.pool()
        let (pieces, bytes) = try await pool.read { tx in
            var (pieces, bytes) = (0, [UInt8]())
            try tx.copyOut("copy (select n, '意😀' from generate_series(1, 3000) n) to stdout (format csv)") { piece in
                pieces += 1
                bytes += piece
            }
            return (pieces, bytes)
        }
        #expect(pieces == 3000)
        #expect(String(decoding: bytes, as: UTF8.self).hasSuffix("3000,意😀\n"))
        try await expectClean(pool)
    }

    /// Two thousand million rows would never end; what throws ends them.
    @Test func outStopsWhenTheReaderHasEnough() async throws {
        struct Enough: Error {}
        let pool = test.pool()
        let pid: Int = try await pool.read { try $0.value("select pg_backend_pid()") }
        await #expect(throws: Enough.self) {
            try await pool.read { tx in
                var pieces = 0
                try tx.copyOut("copy (select generate_series(1, 2000000000)) to stdout") { _ in
                    pieces += 1
                    if pieces > 1000 { throw Enough() }
                }
            }
        }
        #expect(try await pool.read { try $0.value("select pg_backend_pid()") } == pid)
        try await expectClean(pool)
    }

    @Test func outCanBeCancelledAndFail() async throws {
        let pool = test.pool()
        let task = Task {
            try await pool.read { tx in
                try tx.copyOut("copy (select generate_series(1, 2000000000)) to stdout") { _ in }
            }
        }
        _ = try await test.backend(running: "copy (select generate_series%")
        task.cancel()
        await #expect(throws: CancellationError.self) { try await task.value }
        let midway = await #expect(throws: PostgresError.self) {
            try await pool.read { tx in
                try tx.copyOut("copy (select 1 / (2000 - n) from generate_series(1, 3000) n) to stdout") { _ in }
            }
        }
        #expect(midway?.state == "22012")
        let wrong = await #expect(throws: PostgresError.self) {
            try await pool.read { tx in try tx.copyOut("copy nowhere to stdout") { _ in } }
        }
        #expect(wrong?.state == "42P01")
        await #expect(throws: PostgresError.self) {
            try await pool.read { tx in try tx.copyOut("select 1") { _ in } }
        }
        try await expectClean(pool)
    }

    /// Larger than any buffer between here and there.
    @Test func inTakesPiecesOfAnySize() async throws {
        let pool = test.pool()
        let (copied, stored, longest) = try await pool.write { tx in
            try tx.execute("create temporary table incoming (number int, words text) on commit drop")
            let copied = try tx.copyIn("copy incoming from stdin (format csv)") { write in
                for number in 0..<50_000 {
                    try write(Array("\(number),".utf8))
                    try write(Array("\"意见, \(number)\"\n".utf8))
                }
                try write([])
                try write(Array("-1,".utf8) + [UInt8](repeating: UInt8(ascii: "x"), count: 20_000_000) + [10])
            }
            return (
                copied, try tx.value("select count(*) from incoming", as: Int.self),
                try tx.value("select max(octet_length(words)) from incoming", as: Int.self)
            )
        }
        #expect((copied, stored, longest) == (50_001, 50_001, 20_000_000))
        try await expectClean(pool)
    }

    @Test func inIsAllOrNothing() async throws {
        struct GivenUp: Error {}
        let pool = test.pool()
        try await pool.write { try $0.execute("create table kept (number int)") }
        await #expect(throws: GivenUp.self) {
            try await pool.write { tx -> Void in
                try tx.copyIn("copy kept from stdin") { write in
                    try write(Array("1\n".utf8))
                    throw GivenUp()
                }
            }
        }
        let refused = await #expect(throws: PostgresError.self) {
            try await pool.write { tx -> Void in
                try tx.copyIn("copy kept from stdin") { write in
                    for _ in 0..<100_000 { try write(Array("not a number\n".utf8)) }
                }
            }
        }
        #expect(refused?.state == "22P02")
        let readOnly = await #expect(throws: PostgresError.self) {
            try await pool.read { tx -> Void in
                try tx.copyIn("copy kept from stdin") { write in try write(Array("1\n".utf8)) }
            }
        }
        #expect(readOnly?.state == "25006")
        #expect(try await pool.read { try $0.value("select count(*) from kept", as: Int.self) } == 0)
        try await expectClean(pool)
    }

    @Test func inEndsWhenTheTaskIsCancelled() async throws {
        let pool = test.pool()
        let task = Task {
            try await pool.write { tx -> Void in
                try tx.execute("create temporary table incoming (words text) on commit drop")
                try tx.copyIn("copy incoming from stdin") { write in
                    while true { try write(Array("on and on\n".utf8)) }
                }
            }
        }
        _ = try await test.backend(running: "copy incoming%")
        task.cancel()
        await #expect(throws: CancellationError.self) { try await task.value }
        try await expectClean(pool)
    }

    @Test func aBackendKilledInMidCopyIsReplaced() async throws {
        let pool = test.pool()
        let task = Task {
            try await pool.read { tx in
                try tx.copyOut("copy (select generate_series(1, 2000000000)) to stdout") { _ in }
            }
        }
        try await test.terminate(try await test.backend(running: "copy (select generate_series%"))
        await #expect(throws: ConnectionLost.self) { try await task.value }
        try await expectClean(pool)
    }
}
