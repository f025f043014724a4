import Foundation
import Postgres
import TestSupport
import Testing
import Text

@testable import Participation

/// A confirmed table on its way through the queue.
@Suite struct RunImportTests {
    let county: ExampleCounty
    let intake: Intake

    init() async throws {
        county = try await ExampleCounty.make()
        intake = Intake(secrets: try ExampleCounty.secrets())
    }

    private func request(_ numbers: [String]) async throws -> Int {
        let day = ChinaTime.date(Date()).adding(days: -3)
        let lines = numbers.map {
            "12345,\($0),\(day),12345热线,投诉,路灯不亮,新城路的路灯坏了三天,老隆镇,,,,张三,0762-6750000,,是,"
        }
        let text = ([MessageSheetTests.heading] + lines).joined(separator: "\n")
        let staff = county.database.staff
        let unit = try #require(
            Int(try await value("select unit_id::text from minyi.staff where sign_in_name = 'clerk'")))
        let upload = try await SheetUpload.store(
            Array(text.utf8), name: "工单.csv", unitID: unit, in: staff, as: county.clerk)
        let id = try await SheetImport.request(upload: upload.id, rows: lines.count, in: staff, as: county.clerk)
        // Confirmed twice, it is one import.
        #expect(
            try await SheetImport.request(upload: upload.id, rows: lines.count, in: staff, as: county.clerk) == id)
        return id
    }

    private func work() async throws {
        while let job = try await Job.take(.importSheet, in: county.database.work) {
            try await RunImport(intake: intake, desk: county.database.staff)(job, in: county.database.work)
        }
    }

    private func find(_ id: Int) async throws -> SheetImport? {
        try await SheetImport.find(id, in: county.database.staff, as: county.clerk)
    }

    private func value(_ sql: SQL) async throws -> String {
        try await county.database.superuser.read { try $0.value(sql, as: String.self) }
    }

    private func messages() async throws -> String { try await value("select count(*)::text from minyi.messages") }

    @Test func theWorkerTakesItWhole() async throws {
        let id = try await request(["1", "2", "3"])
        let waiting = try #require(try await find(id))
        #expect(waiting.state == .waiting && waiting.rows == 3)
        #expect(try await messages() == "0")
        try await work()
        let done = try #require(try await find(id))
        #expect(done.state == .done && done.done == 3 && done.endedAt != nil)
        #expect(try await messages() == "3")
        #expect(try await value("select count(*)::text from minyi.jobs where kind = 'import_sheet'") == "0")
        let taken = try await county.database.staff.read(as: county.clerk) { tx in
            try tx.all(SheetImport.taken(id, limit: 2), as: SheetImport.Taken.self)
        }
        #expect(taken.map(\.externalNumber) == ["12345 1", "12345 2"])
        // Everybody sees their own.
        #expect(try await SheetImport.find(id, in: county.database.staff, as: county.organiser) == nil)
        #expect(try await SheetImport.mine(in: county.database.staff, as: county.clerk).map(\.id) == [id])
    }

    @Test func whoIsKilledAfterTheCommitImportsNothingTwice() async throws {
        let id = try await request(["1", "2"])
        let job = try #require(try await Job.take(.importSheet, in: county.database.work))
        let run = RunImport(intake: intake, desk: county.database.staff)
        // Ended by a lease that is no longer held: all is stored, and nobody has written that down.
        _ = try await county.database.superuser.write { tx in
            try tx.execute("update minyi.jobs set attempts = attempts + 1 where id = \(job.id)")
        }
        try await run(job, in: county.database.work)
        #expect(try await messages() == "2")
        #expect(try await find(id)?.state.isOver == false)
        _ = try await county.database.superuser.write { tx in
            try tx.execute("update minyi.jobs set run_at = minyi.minyi_clock() where id = \(job.id)")
        }
        try await work()
        #expect(try await find(id)?.state == .done)
        #expect(try await messages() == "2")
    }

    @Test func whatIsWrongIsReportedCellByCell() async throws {
        let first = try await request(["1"])
        try await work()
        let second = try await request(["2", "1"])
        try await work()
        #expect(try await find(first)?.state == .done)
        let refused = try #require(try await find(second))
        #expect(refused.state == .refused && refused.reason == .faults && refused.done == 0)
        #expect(refused.faults?.faults.map(\.value) == ["12345 1"])
        #expect(refused.faults?.faults.first?.expected == .newNumber)
        #expect(try await messages() == "1")
    }

    @Test func rightsAreThoseOfTheMoment() async throws {
        let id = try await request(["1"])
        _ = try await county.database.superuser.write { tx in
            try tx.execute(
                "delete from minyi.staff_roles r using minyi.staff s where s.id = r.staff_id and s.sign_in_name = 'clerk'"
            )
        }
        try await work()
        #expect(try await find(id)?.reason == .notAllowed)
        #expect(try await messages() == "0")
        await #expect(throws: PostgresError.self) {
            try await SheetImport.request(
                upload: UUID(), rows: 1, in: county.database.staff, as: county.organiser)
        }
    }
}
