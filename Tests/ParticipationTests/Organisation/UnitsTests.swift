import Foundation
import Participation
import Postgres
import TestSupport
import Testing
import Text

/// Work belongs to units, not to people: units are loaded, succeed each other, and people stand in for each other.
@Suite struct UnitsTests {
    /// May keep units and people, and nothing else.
    private func administrator(_ county: ExampleCounty) async throws -> DatabaseActor {
        let id: Int = try await county.database.owner.write { tx in
            let id: Int = try tx.value(
                """
                insert into staff (sign_in_name, display_name, unit_id, password_hash)
                values ('administrator', '钱管理', \(county.officeID), 'x') returning id
                """)
            try tx.execute(
                "insert into staff_roles (staff_id, unit_id, role) values (\(id), \(county.officeID), 'administrator')")
            return id
        }
        return .staff(id, grants: [.administrator: [county.officeID, county.unitID]])
    }

    @Test func theCountysUnitsAreLoadedOnce() async throws {
        let database = try await TestDatabase.make()
        let file = try Data(contentsOf: Repository.root().appendingPathComponent("ops/facts/units.csv"))
        let units = try ImportUnits(csv: Array(file))
        #expect(try await units(in: database.staff, as: .installation()) == 54)
        #expect(try await units(in: database.staff, as: .installation()) == 0)
        let found = try await database.staff.read { try $0.all(Unit.all, as: Unit.self) }
        #expect(found.count == 54 && found.count { $0.kind == .town } == 24)
        #expect(found.contains { $0.name == "廻龙镇人民政府" })
    }

    @Test func everyFaultOfAFileIsNamed() throws {
        let file = "code,name,kind,parent\nA,县府办,office,\nA,,town,Z\nB,县民政局,bureau,A\n"
        let faults = #expect(throws: ImportFaults.self) { try ImportUnits(csv: Array(file.utf8)) }
        #expect(faults?.faults.map(\.line) == [3, 3, 3, 4])
        #expect(faults?.faults.map(\.column) == ["code", "name", "parent", "kind"])
    }

    @Test func aSuccessorTakesOverWhatRuns() async throws {
        let county = try await ExampleCounty.make()
        let procedure = try await county.announce()
        let closing: Date = try await county.database.superuser.read {
            try $0.value("select closes_at from minyi.procedures where id = \(procedure.id)")
        }
        let administrator = try await administrator(county)
        let staff = county.database.staff
        try await AddUnit(code: "d09", name: "县民政和退役军人局", kind: .department)(in: staff, as: administrator)
        let successor = try #require(
            try await staff.read { try $0.first(Unit.named(code: "d09"), as: Unit.self) })
        await #expect(throws: PostgresError.self) {
            try await SucceedUnit(unit: county.unitID, successor: successor.id, on: ChinaTime.date(Date()))(
                in: staff, as: county.organiser)
        }
        try await SucceedUnit(unit: county.unitID, successor: successor.id, on: ChinaTime.date(Date()))(
            in: staff, as: administrator)

        // The same people, now in the new unit, go on with it; its dates are as they were.
        let roles: [String] = try await county.database.superuser.read {
            try $0.values("select distinct role from minyi.staff_roles where unit_id = \(successor.id) order by role")
        }
        #expect(roles == ["approver", "clerk", "organiser"])
        let organiser = DatabaseActor.staff(1, grants: [.organiser: [successor.id]])
        let moved = try #require(
            try await staff.read(as: organiser) {
                try $0.first(Procedure.with(number: procedure.number), as: Procedure.self)
            })
        #expect(moved.unitName == "县民政和退役军人局" && moved.closesAt == closing)
        // What was published keeps the name it was published under.
        let shown = try #require(try await Consultation.find(procedure.number, in: county.database.public))
        #expect(shown.unitName == "县民政局")
        let record = try #require(try await ConsultationRecord.load(procedure.number, in: county.database.public))
        #expect(record.versions.allSatisfy { $0.unitName == "县民政局" })
    }

    @Test func aUnitIsHandedOverOnceToOneThatIsThere() async throws {
        let county = try await ExampleCounty.make()
        let (administrator, staff) = (try await administrator(county), county.database.staff)
        let today = ChinaTime.date(Date())
        func refusal(_ unit: Int, _ successor: Int, _ day: CalendarDate) async -> String? {
            do {
                try await SucceedUnit(unit: unit, successor: successor, on: day)(in: staff, as: administrator)
                return nil
            } catch { return Refusal(error)?.constraint ?? "\(error)" }
        }
        #expect(await refusal(county.unitID, county.officeID, today.adding(days: 1)) == "units_succession_day")
        #expect(await refusal(county.unitID, county.unitID, today) == "units_successor_there")
        #expect(await refusal(county.unitID, 99, today) == "units_successor_there")
        #expect(await refusal(county.unitID, county.officeID, today) == nil)
        #expect(await refusal(county.unitID, county.officeID, today) == "units_succession_day")
        #expect(await refusal(county.officeID, county.unitID, today) == "units_successor_there")
    }

    /// A clerk of one unit who stands in for an organiser of another is no clerk of the other, and no organiser of their own.
    @Test func aRoleInOneUnitCountsInNoOther() async throws {
        let county = try await ExampleCounty.make()
        let database = county.database
        let (units, ids): ([Int], [Int]) = try await database.superuser.read { tx in
            (
                try tx.values("select id from minyi.units where code in ('d01', 'd02') order by code"),
                try tx.values(
                    "select id from minyi.staff where sign_in_name in ('clerk', 'stranger') order by sign_in_name")
            )
        }
        try await database.owner.write { tx in
            try tx.execute(
                """
                insert into substitutions (absent_id, substitute_id, from_on, until_on)
                values (\(ids[1]), \(ids[0]), date '2000-01-01', date '2999-01-01')
                """)
        }
        let (_, hash) = StaffSession.makeToken()
        try await StaffSession.open(staffID: ids[0], tokenHash: hash, in: database.staff)
        let actor = try #require(try await StaffSession.find(tokenHash: hash, in: database.staff))
        #expect(actor.grants == [.clerk: [units[0]], .organiser: [units[1]]])

        let procedure = try await county.announce()
        let intake = Intake(secrets: try ExampleCounty.secrets())
        let sent = try await intake.accept(
            Participation.Comment(
                key: UUID(), procedure: procedure.number, editionID: procedure.editionID, position: 1, body: "建议。"),
            in: database.public)
        let opinion: Int = try await database.staff.read(as: county.organiser) {
            try $0.value("select id from opinions where submission_id = \(try #require(sent.submissionID))")
        }
        // A clerk of the unit screens; answering takes its organiser.
        let screened = try await ScreenSubmissions(ids: [try #require(sent.submissionID)], hiddenFor: nil)(
            in: database.staff, as: actor.databaseActor)
        #expect(screened == 1)
        let refused = await #expect(throws: PostgresError.self) {
            try await AnswerOpinions(Answer(outcome: .adopted, reason: "好。"), to: [opinion])(
                in: database.staff, as: actor.databaseActor)
        }
        #expect(refused?.constraint == "role_required")
        // Who has left passes nothing on.
        try await database.owner.write { try $0.execute("update staff set active = false where id = \(ids[1])") }
        #expect(try await StaffSession.find(tokenHash: hash, in: database.staff)?.roles == [.clerk])
    }

    @Test func aSubstituteHoldsTheRolesForTheseDaysOnly() async throws {
        let county = try await ExampleCounty.make()
        let database = county.database
        // The clerk (5) stands in for the approver (6) tomorrow.
        let ids: [Int] = try await database.superuser.read {
            try $0.values(
                "select id from minyi.staff where sign_in_name in ('clerk', 'approver') order by sign_in_name desc")
        }
        let tomorrow = ChinaTime.date(Date()).adding(days: 1)
        try await Substitution.arrange(
            absent: ids[1], substitute: ids[0], from: tomorrow, until: tomorrow, in: database.staff,
            as: county.approver)
        await #expect(throws: PostgresError.self) {
            try await Substitution.arrange(
                absent: ids[0], substitute: ids[1], from: tomorrow, until: tomorrow, in: database.staff,
                as: county.stranger)
        }
        let (_, hash) = StaffSession.makeToken()
        try await StaffSession.open(staffID: ids[0], tokenHash: hash, in: database.staff)
        func roles() async throws -> Set<StaffRole> {
            try #require(try await StaffSession.find(tokenHash: hash, in: database.staff)).roles
        }
        #expect(try await roles() == [.clerk])
        try await database.owner.write { try $0.execute("update staff_sessions set expires_at = 'infinity'") }
        try await database.setClock(ChinaTime.startOf(tomorrow).addingTimeInterval(3600))
        #expect(try await roles() == [.clerk, .approver])
        try await database.setClock(ChinaTime.startOf(tomorrow.adding(days: 1)))
        #expect(try await roles() == [.clerk])
    }
}
