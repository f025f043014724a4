import Foundation
import Logging
import Postgres
import Sending
import TestSupport
import Testing

@testable import Participation

@Suite("The queue and the clock")
struct JobTests {
    private static let silent = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }

    private func enqueue(_ kind: String = "deliver_notice", in database: TestDatabase) async throws {
        _ = try await database.owner.write { try $0.execute("select enqueue_job(\(kind), '{}')") }
    }

    @Test("A job belongs to one at a time, and to another when the lease has ended")
    func lease() async throws {
        let database = try await TestDatabase.make()
        let start = Date(timeIntervalSince1970: 1_795_658_400)
        try await database.setClock(start)
        for _ in 1...3 { try await enqueue(in: database) }
        let taken = try await withThrowingTaskGroup(of: Int?.self) { group in
            for _ in 1...8 { group.addTask { try await Job.take(.deliverNotice, in: database.work)?.id } }
            return try await group.reduce(into: [Int?]()) { $0.append($1) }.compactMap(\.self)
        }
        #expect(taken.count == 3 && Set(taken).count == 3)

        try await database.setClock(start.addingTimeInterval(61))
        let second = try #require(try await Job.take(.deliverNotice, in: database.work))
        #expect(second.attempt == 2)
        // Whoever had it first comes back and ends nothing.
        let first = try await database.work.read { tx in
            try #require(try tx.first("select id, 1 as attempts from jobs where id = \(second.id)", as: Job.self))
        }
        #expect(try await database.work.write { try first.end($0) } == false)
        try await first.fail("late", isFinal: true, in: database.work)
        #expect(try await database.work.write { try second.end($0) })
    }

    @Test("A job that fails is tried again ever later, and then dies")
    func backoff() async throws {
        let database = try await TestDatabase.make()
        let start = Date(timeIntervalSince1970: 1_795_658_400)
        try await database.setClock(start)
        try await enqueue(in: database)
        var now = start
        var pauses: [Double] = []
        while let job = try await Job.take(.deliverNotice, in: database.work) {
            try await job.fail("answered 451", isFinal: false, in: database.work)
            let due: Date = try await database.owner.read { try $0.value("select run_at from jobs") }
            pauses.append(due.timeIntervalSince(now))
            now = due
            try await database.setClock(now)
        }
        #expect(pauses.count == Job.mostAttempts)
        #expect((24...30).contains(pauses[0]) && (48...60).contains(pauses[1]) && pauses.allSatisfy { $0 <= 7200 })
        #expect((86_400 * 0.8...86_400 * 1.4).contains(now.timeIntervalSince(start)))
        let died: Bool = try await database.owner.read { try $0.value("select died_at is not null from jobs") }
        #expect(died)
    }

    @Test("What the program does not know, and what kills it every time, is set aside")
    func burial() async throws {
        let database = try await TestDatabase.make()
        try await enqueue("brew_tea", in: database)
        try await enqueue(in: database)
        try await enqueue(in: database)
        try await database.owner.write {
            try $0.execute("update jobs set attempts = 20, taken_at = run_at where id = 2")
        }
        try await TimedJob.round(in: database.work, logger: Self.silent)
        let errors: [String] = try await database.owner.read {
            try $0.values("select error from jobs where died_at is not null order by id")
        }
        #expect(errors == ["unknown_kind", "killed"])
    }

    @Test("Of many who would run a timed job one does, and the others not before it is due again")
    func oneRunner() async throws {
        let database = try await TestDatabase.make()
        let job = TimedJob(
            name: "test", pace: .seconds(3600), call: "select count(*) from site_settings, pg_sleep(0.05)")
        let ran = try await withThrowingTaskGroup(of: Int?.self) { group in
            for _ in 1...12 { group.addTask { try await job.run(in: database.work, evenIfNotDue: false) } }
            return try await group.reduce(into: [Int?]()) { $0.append($1) }.compactMap(\.self)
        }
        #expect(ran.count == 1)
        let noted: Bool = try await database.owner.read {
            try $0.value(
                """
                select outcome = 'done' and count > 5 and failures = 0
                  and next_run_at - ended_at between interval '3599 s' and interval '3600 s' from timed_jobs
                """)
        }
        #expect(noted)
    }

    @Test("One read tells which timed jobs are due: those that never ran, and those whose pause is over")
    func due() async throws {
        let database = try await TestDatabase.make()
        let start = Date(timeIntervalSince1970: 1_795_658_400)
        try await database.setClock(start)
        func names() async throws -> Set<String> { Set(try await TimedJob.due(in: database.work).map(\.name)) }
        let all = Set(TimedJob.all.map(\.name))
        #expect(try await names() == all)
        try await TimedJob.round(in: database.work, logger: Self.silent)
        #expect(try await names() == [])
        try await database.setClock(start.addingTimeInterval(2))
        #expect(
            try await names()
                == Set(TimedJob.all.filter { if case .seconds(2) = $0.pace { true } else { false } }.map(\.name)))
        try await database.setClock(start.addingTimeInterval(86_400))
        #expect(try await names() == all)
    }

    @Test("A daily job comes at its hour of China; one in parts goes on at once; a failure is noted by its code")
    func paces() async throws {
        let database = try await TestDatabase.make()
        // 02:30 in China.
        try await database.setClock(Date(timeIntervalSince1970: 1_795_631_400))
        func next(_ name: String) async throws -> String {
            try await database.owner.read {
                try $0.value("select next_run_at::text from timed_jobs where name = \(name)")
            }
        }
        for (hour, moment) in [(2, "2026-11-26 18:00:00+00"), (3, "2026-11-25 19:00:00+00")] {
            let job = TimedJob(name: "daily", pace: .daily(hour: hour), call: "select 0")
            try await job.runIfDue(in: database.work, logger: Self.silent, evenIfNotDue: true)
            #expect(try await next("daily") == moment)
        }
        for (count, moment) in [(3, "2026-11-25 18:30:00+00"), (0, "2026-11-25 19:30:00+00")] {
            let job = TimedJob(name: "parts", pace: .seconds(3600), call: "select \(count)", comesInParts: true)
            try await job.runIfDue(in: database.work, logger: Self.silent)
            #expect(try await next("parts") == moment)
        }
        let broken = TimedJob(name: "broken", pace: .seconds(3600), call: "select '张三'::int")
        for _ in 1...2 {
            await #expect(throws: PostgresError.self) {
                try await broken.runIfDue(in: database.work, logger: Self.silent, evenIfNotDue: true)
            }
        }
        let noted: String = try await database.owner.read {
            try $0.value("select concat_ws(' ', outcome, error, failures) from timed_jobs where name = 'broken'")
        }
        #expect(noted == "failed database 22P02 2")
        #expect(try await next("broken") == "2026-11-25 18:30:20+00")
    }

    @Test("The worker hears of a job, does it, and ends when it is told to")
    func worker() async throws {
        let receiver = try await Receiver.start("mail")
        let scene = try await NoticeScene.make(try NoticeScene.ways(mail: receiver))
        let hints = try Listener(
            DatabaseConfiguration(conninfo: scene.database.conninfo(.work)), channels: ["minyi_work"],
            logger: Self.silent)
        let worker = Worker(
            database: scene.database.work, notices: scene.deliver,
            imports: RunImport(intake: scene.scene.intake, desk: scene.database.staff), hints: hints,
            logger: Self.silent)
        let running = Task { await worker.run() }
        for number in 1...20 {
            let sent = try await scene.scene.submit("第\(number)条", contact: Contact(email: "zhang\(number)@example.cn"))
            try await scene.tellAuthor("received", of: sent.id, key: "\(number)")
        }
        let came = try await receiver.lines(atLeast: 20)
        #expect(Set(came.compactMap { ($0["to"] as? [String])?.first }).count == 20)
        running.cancel()
        await running.value
        await hints.shutdown()
        #expect(try await scene.outcomes() == Array(repeating: "sent mail", count: 20))
        #expect(try await receiver.lines(atLeast: 20).count == 20)
    }

    @Test("Who waits for a document or a table hears that its job was given up, and waits again with it")
    func followers() async throws {
        let county = try await ExampleCounty.make()
        let (staff, database) = (county.database.staff, county.database)
        let unit = county.unitID
        let table = try await SheetUpload.store(
            Array("a".utf8), name: "a.csv", unitID: unit, in: staff, as: county.clerk)
        let document = try await SheetUpload.store(
            try OfficeFixture.document(), name: "a.docx", unitID: unit, in: staff, as: county.clerk)
        let id = try await SheetImport.request(upload: table.id, rows: 1, in: staff, as: county.clerk)
        func reading() async throws -> DocumentReading {
            try await DocumentReading.of(document.id, in: staff, as: county.clerk, patience: .zero)
        }
        func state() async throws -> SheetImport? { try await SheetImport.find(id, in: staff, as: county.clerk) }
        #expect(try await reading() == .waiting)
        _ = try await database.work.write { try $0.execute("update jobs set attempts = \(Job.mostAttempts)::int") }
        try await TimedJob.round(in: database.work, logger: Self.silent)
        #expect(try await reading() == .refused("given_up"))
        #expect(try await state()?.reason == .givenUp)
        _ = try await database.owner.write {
            try $0.execute("update jobs set died_at = null, error = null, attempts = 0")
        }
        #expect(try await reading() == .waiting)
        let again = try await state()
        #expect(again?.state == .waiting && again?.reason == nil)
    }
}
