import Foundation
import Participation
import Postgres
import TestSupport
import Testing
import Text

/// A table of messages on its way through the door.
@Suite struct ImportMessagesTests {
    let county: ExampleCounty
    let intake: Intake
    let today = ChinaTime.date(Date())

    init() async throws {
        county = try await ExampleCounty.make()
        intake = Intake(secrets: try ExampleCounty.secrets())
    }

    private func sheet(_ lines: [String]) async throws -> MessageSheet {
        let text = ([MessageSheetTests.heading] + lines).joined(separator: "\n")
        let units = try await county.database.staff.read(as: county.clerk) { tx in
            try tx.all(Participation.Unit.all, as: Participation.Unit.self)
        }
        return try MessageSheet(reading: Array(text.utf8), units: units, today: today)
    }

    private func line(_ number: String, _ title: String = "路灯不亮") -> String {
        "12345,\(number),\(today.adding(days: -3)),12345热线,投诉,\(title),新城路的路灯坏了三天,老隆镇,县民政局,县教育局,,张三,0762-6750000,,是,"
    }

    @discardableResult
    private func run(_ sheet: MessageSheet, upload: UUID = UUID(), as actor: DatabaseActor? = nil) async throws -> Int {
        let all = ImportMessages(sheet, upload: upload)
        try await all.check(in: county.database.staff, as: actor ?? county.clerk)
        return try await all(intake: intake, in: county.database.staff, as: actor ?? county.clerk).submissionIDs.count
    }

    private func count(_ table: SQL) async throws -> Int {
        try await county.database.superuser.read { try $0.value("select count(*) from \(table)", as: Int.self) }
    }

    @Test func importsOnceHoweverOftenItIsConfirmed() async throws {
        let (sheet, upload) = (try await sheet([line("1"), line("2", "=1+1")]), UUID())
        #expect(try await run(sheet, upload: upload) == 2)
        // Pressed again before the page had changed.
        let again = try await ImportMessages(sheet, upload: upload)(
            intake: intake, in: county.database.staff, as: county.clerk)
        #expect(again.submissionIDs.count == 2 && again.added == 0)
        #expect(try await count("minyi.messages") == 2)
        #expect(
            try await count("minyi.cases where received_on = \(today.adding(days: -3)) and topic = 'complaint'") == 2)
        #expect(try await count("minyi.contacts where phone_index is not null") == 2)
        // It is hidden from the unit it is about, and what it came as is its own affair.
        #expect(
            try await count(
                "minyi.submissions where concerned_unit_ids <> '{}' and channel = 'hotline' and for_someone") == 2)
    }

    @Test func aKnownNumberIsRefusedByName() async throws {
        _ = try await run(try await sheet([line("7")]))
        let second = try await sheet([line("8"), line("7"), line("9")])
        let faults = await #expect(throws: EntrySheetFaults.self) { try await run(second) }
        #expect(faults?.faults.map(\.line) == [3] && faults?.faults.map(\.expected) == [.newNumber])
        #expect(faults?.faults.first?.value == "12345 7" && faults?.faults.first?.heading == "原编号")
        // Also where it came in between the reading and the press; and then nothing is imported.
        await #expect(throws: EntrySheetFaults.self) {
            try await ImportMessages(second, upload: UUID())(
                intake: intake, in: county.database.staff, as: county.clerk)
        }
        #expect(try await count("minyi.messages") == 1)
    }

    @Test func whoMayNotEnterImportsNothing() async throws {
        let sheet = try await sheet([line("1")])
        for actor in [county.approver, county.reviewer] {
            await #expect(throws: (any Error).self) { try await run(sheet, as: actor) }
            await #expect(throws: NotAllowed.self) {
                try await ImportMessages(sheet, upload: UUID())(intake: intake, in: county.database.staff, as: actor)
            }
        }
        #expect(try await count("minyi.messages") == 0)
        // Nor does a unit enter what it is about itself; anything else that reaches it, it does.
        await #expect(throws: PostgresError.self) { try await run(sheet, as: county.stranger) }
        let others = try await self.sheet([line("1").replacing("县教育局", with: "")])
        #expect(try await run(others, as: county.stranger) == 1)
    }

    @Test func manyRowsAreOneTransaction() async throws {
        let lines = (1...1200).map { line("\($0)") }
        #expect(try await run(try await sheet(lines)) == 1200)
        let transactions = try await county.database.owner.read {
            try $0.value("select count(distinct xmin::text) from messages", as: Int.self)
        }
        #expect(transactions == 1)
        #expect(try await count("minyi.cases") == 1200)
    }

    @Test func theSameMatterIsProposed() async throws {
        _ = try await county.database.superuser.write {
            try $0.execute(
                "insert into minyi.staff_roles (staff_id, unit_id, role) values (4, \(county.officeID), 'clerk')")
        }
        let (asked, called, worded) = ("新城路三号楼下路灯不亮", "医院停车难", "新城路三号楼路灯不亮好几天")
        _ = try await run(
            try await sheet([
                line("1", asked), line("2", called), line("3", worded).replacing("0762-6750000", with: "13800138000"),
                line("4", "社保卡怎样补办").replacing("0762-6750000", with: "13900139000"),
            ]))
        let office = DatabaseActor.staff(4, grants: [.clerk: [county.officeID]])
        let ids = try await county.database.superuser.read { tx in
            try [asked, called, worded].map { title in
                try tx.value("select id from minyi.cases where title = \(title)", as: Int.self)
            }
        }
        func similar(as actor: DatabaseActor) async throws -> [Int] {
            try await county.database.staff.read(as: actor) { tx in
                try tx.values("select case_id from similar_cases(\(ids[0]))", as: Int.self)
            }
        }
        // By telephone, then by words; what is alike in neither is not proposed.
        let found = try await similar(as: office)
        #expect(found == [ids[1], ids[2]])
        await #expect(throws: PostgresError.self) { try await similar(as: county.stranger) }
    }
}
