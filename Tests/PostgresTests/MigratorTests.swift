import Foundation
import Postgres
import TestSupport
import Testing

@Suite struct MigratorTests {
    private let database: TestDatabase
    private let directory: String

    init() async throws {
        database = try await TestDatabase.makeEmpty()
        directory = FileManager.default.temporaryDirectory.path + "/minyi-sql-\(UUID().uuidString)"
        try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: true)
    }

    private func write(_ name: String, _ text: String) throws {
        try Data(text.utf8).write(to: URL(fileURLWithPath: directory + "/" + name))
    }

    private func cleaned(_ body: (Migrator) async throws -> Void) async throws {
        defer { try? FileManager.default.removeItem(atPath: directory) }
        try await body(Migrator(directory: directory, database: database.owner, logger: TestCluster.silent))
    }

    @Test func appliesInOrderAndOnce() async throws {
        try await cleaned { migrator in
            try write("0002_second.sql", "insert into minyi.words values ('second'); -- 第二")
            try write(
                "0001_first.sql", "create table minyi.words (word text); insert into minyi.words values ('first');")
            try write("schema.sql", "this is not a migration")
            #expect(try await migrator.pending() == ["0001_first", "0002_second"])
            #expect(try await migrator.migrate() == ["0001_first", "0002_second"])
            #expect(try await migrator.pending() == [])
            #expect(try await migrator.migrate() == [])
            try write("0003_third.sql", "insert into minyi.words values ('third')")
            #expect(try await migrator.migrate() == ["0003_third"])
            let words = try await database.owner.read { try $0.values("select word from words", as: String.self) }
            #expect(words == ["first", "second", "third"])
        }
    }

    @Test func refusesWhatDoesNotFit() async throws {
        try await cleaned { migrator in
            try write("0001_first.sql", "select 1")
            try write("0003_third.sql", "select 3")
            _ = try await migrator.migrate()
            try write("0002_second.sql", "select 2")
            await #expect(throws: Migrator.Mismatch.outOfOrder("0002_second", appliedAfter: "0003_third")) {
                try await migrator.migrate()
            }
            try write("0001_first.sql", "select 1 ")
            await #expect(throws: Migrator.Mismatch.changed("0001_first")) { try await migrator.pending() }
            try FileManager.default.removeItem(atPath: directory + "/0001_first.sql")
            await #expect(throws: Migrator.Mismatch.missing("0001_first")) { try await migrator.pending() }
            try write("0001_first.sql", "select 1")
            try write("0001_other.sql", "select 1")
            await #expect(throws: Migrator.Mismatch.sameNumber("0001_first", "0001_other")) {
                try await migrator.pending()
            }
        }
    }

    @Test func aFailingFileLeavesNothing() async throws {
        try await cleaned { migrator in
            try write("0001_first.sql", "create table minyi.half (a int); select 1 / 0;")
            let error = await #expect(throws: PostgresError.self) { try await migrator.migrate() }
            #expect(error?.state == "22012")
            #expect(try await migrator.pending() == ["0001_first"])
            try write("0001_first.sql", "create table minyi.half (a int); commit; begin; select 1;")
            await #expect(throws: Migrator.Mismatch.endedItsTransaction("0001_first")) { try await migrator.migrate() }
        }
    }

    @Test func severalAtOnceApplyEachFileOnce() async throws {
        try await cleaned { migrator in
            for number in 1...5 { try write("000\(number)_step.sql", "create table minyi.step_\(number) (a int)") }
            let applied = try await withThrowingTaskGroup(of: [String].self) { group in
                for _ in 0..<3 { group.addTask { try await migrator.migrate() } }
                return try await group.reduce(into: []) { $0 += $1 }
            }
            #expect(applied.sorted() == (1...5).map { "000\($0)_step" })
        }
    }

    @Test func theSchemaOfTheProductAppliesAndItsClockMoves() async throws {
        let database = try await TestDatabase.make()
        let moment = Date(timeIntervalSince1970: 1_606_569_666)
        try await database.setClock(moment)
        let stopped = try await database.public.read { try $0.value("select minyi_clock()", as: Date.self) }
        #expect(stopped == moment)
        try await database.setClock(nil)
        let running = try await database.work.read { try $0.value("select minyi_clock()", as: Date.self) }
        #expect(abs(running.timeIntervalSinceNow) < 60)
    }
}
