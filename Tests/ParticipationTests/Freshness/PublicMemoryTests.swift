import Foundation
import Participation
import Postgres
import Synchronization
import TestSupport
import Testing

@Suite struct PublicMemoryTests {
    let database: TestDatabase
    /// Asks the database each time.
    let freshness: Freshness

    init() async throws {
        database = try await TestDatabase.make()
        freshness = Freshness(database.public, trust: .zero, logger: TestCluster.silent)
    }

    private final class Counter: Sendable {
        private let count = Mutex(0)
        @discardableResult func next() -> Int {
            count.withLock {
                $0 += 1
                return $0
            }
        }
        var value: Int { count.withLock { $0 } }
    }

    private func memory(limit: Int = 1000) -> PublicMemory<String, [UInt8]> {
        PublicMemory(freshness, limit: limit) { $0.count }
    }

    private func changeTheSite() async throws {
        _ = try await database.owner.write {
            try $0.execute("update site_settings set value = value || '.' where key = 'organ'")
        }
    }

    @Test func aThousandWhoComeAtOnceCauseOneMaking() async throws {
        let trusting = Freshness(database.public, trust: .seconds(3600), logger: TestCluster.silent)
        let memory = PublicMemory<String, [UInt8]>(trusting, limit: 1000) { $0.count }
        let (made, came) = (Counter(), Counter())
        try await trusting.ask()
        let found = try await withThrowingTaskGroup(of: [UInt8].self) { group in
            for _ in 1...1000 {
                group.addTask {
                    came.next()
                    return try await memory.value("page", about: .site) {
                        try await wait(until: "all have come") { came.value == 1000 }
                        return [UInt8(made.next())]
                    }
                }
            }
            return try await group.reduce(into: Set<[UInt8]>()) { $0.insert($1) }
        }
        #expect(found == [[1]] && made.value == 1)
    }

    @Test func whatChangedIsMadeAnew() async throws {
        let (memory, made) = (memory(), Counter())
        func value() async throws -> [UInt8] {
            try await memory.value("page", about: .site) { [UInt8(made.next())] }
        }
        #expect(try await value() == [1])
        #expect(try await value() == [1])
        try await changeTheSite()
        #expect(try await value() == [2])
    }

    @Test func nobodyWaitsForWhatIsAlreadyOutOfDate() async throws {
        let memory = memory()
        let (began, begin) = AsyncStream.makeStream(of: Void.self)
        let (going, goOn) = AsyncStream.makeStream(of: Void.self)
        async let old = memory.value("page", about: .site) {
            begin.yield()
            for await _ in going { break }
            return [1]
        }
        for await _ in began { break }
        try await changeTheSite()
        #expect(try await memory.value("page", about: .site) { [2] } == [2])
        goOn.yield()
        #expect(try await old == [1])
        #expect(try await memory.value("page", about: .site) { [3] } != [1])
    }

    @Test func theLeastRecentlyUsedGoesFirstAndTheHugeIsNotKept() async throws {
        let (memory, made) = (memory(limit: 1000), Counter())
        func ask(_ key: String, _ size: Int) async throws {
            _ = try await memory.value(key, about: .site) {
                made.next()
                return [UInt8](repeating: 0, count: size)
            }
        }
        for key in ["a", "b", "c", "d"] { try await ask(key, 250) }
        try await ask("a", 250)
        try await ask("e", 250)
        #expect(made.value == 5 && memory.weight == 1000)
        try await ask("a", 250)
        #expect(made.value == 5, "a was used, b had to go")
        try await ask("b", 250)
        #expect(made.value == 6)
        for _ in 1...2 { try await ask("huge", 501) }
        #expect(made.value == 8 && memory.weight == 1000)
    }

    @Test func aFailureIsNotKept() async throws {
        struct Failure: Error {}
        let memory = memory()
        await #expect(throws: Failure.self) {
            try await memory.value("page", about: .site) { throw Failure() }
        }
        #expect(try await memory.value("page", about: .site) { [1] } == [1])
    }

    @Test func withoutTheDatabaseWhatIsKnownHoldsForAWhileOnly() async throws {
        let pool = Database(TestCluster.patient(database.conninfo(.public)), logger: TestCluster.silent)
        let patient = Freshness(pool, trust: .seconds(3600), logger: TestCluster.silent)
        let strict = Freshness(pool, trust: .zero, logger: TestCluster.silent)
        try await patient.ask()
        try await strict.ask()
        await pool.shutdown()
        _ = try await patient.state()
        #expect(patient.trusted != nil && strict.trusted == nil)
        await #expect(throws: DatabaseClosed.self) { try await strict.state() }
        // Twenty seconds, and one until the next question: far below the minute that is promised for what is sealed.
        #expect(Freshness.usualTrust <= .seconds(20))
    }

    @Test func recordsAreDecodedOnceForEachChange() async throws {
        let scene = try await AnsweringScene.make()
        let records = ConsultationRecords(
            scene.database.public,
            freshness: Freshness(scene.database.public, trust: .zero, logger: TestCluster.silent))
        #expect(try await records.record("C-2026-999999-9") == nil)
        let open = try #require(try await records.record(scene.number))
        #expect(open.consultation.state == .open && open.figures["received"] == nil)
        try await scene.submit("一条意见", row: 1)
        _ = try await scene.database.work.write { tx in try tx.execute("select refresh_figures()") }
        #expect(try await records.record(scene.number)?.figures["received"] == 1)
        try await scene.close()
        #expect(try await records.record(scene.number)?.consultation.state == .closed)
    }
}
