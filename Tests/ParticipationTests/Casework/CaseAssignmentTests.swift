import Foundation
import Postgres
import TestSupport
import Testing

@testable import Participation

@Suite struct CaseAssignmentTests {
    private typealias Scene = CaseScene

    private func proposals(_ scene: CaseScene, _ id: Int) async throws -> [UnitProposal] {
        UnitProposal.grouped(
            try await scene.database.staff.read(as: Scene.officeClerk) {
                try $0.all(UnitProposal.Reason.of(case: id), as: UnitProposal.Reason.self)
            })
    }

    @Test func unitsAreProposedForReasons() async throws {
        let scene = try await Scene.make()
        let id = try await scene.open("公交站牌", "老隆镇的公交车不到站，找过民政局。")
        let found = try await proposals(scene, id)
        #expect(
            found.map(\.unitID) == [Scene.civil, Scene.town, Scene.traffic] || Set(found.map(\.unitID)) == [2, 3, 4])
        let kinds = Dictionary(uniqueKeysWithValues: found.map { ($0.unitID, Set($0.reasons.map(\.kind))) })
        #expect(
            kinds[Scene.traffic] == [.matter] && kinds[Scene.civil] == [.name] && kinds[Scene.town] == [.place, .name])
        #expect(found.first { $0.unitID == Scene.traffic }?.reasons.first?.words == ["公交"])
    }

    @Test func whatWentToAUnitBeforeIsAReason() async throws {
        let scene = try await Scene.make()
        for _ in 1...3 {
            let id = try await scene.open("路灯不亮", "晚上很黑。")
            try await scene.act(Scene.accept, on: id, as: Scene.officeClerk)
            try await scene.act(Scene.assign(Scene.town), on: id, as: Scene.officeClerk)
        }
        let id = try await scene.open("村口的路灯坏了", "请修一修。")
        let found = try await proposals(scene, id)
        #expect(found.map(\.unitID) == [Scene.town] && found.first?.reasons.map(\.kind) == [.past])
        // It is no reason for itself.
        try await scene.act(Scene.accept, on: id, as: Scene.officeClerk)
        try await scene.act(Scene.assign(Scene.civil), on: id, as: Scene.officeClerk)
        #expect(try await proposals(scene, id).map(\.unitID) == [Scene.town])
        // What was given back teaches nothing.
        let back = try await scene.open("河道有垃圾", "请清理。")
        try await scene.act(Scene.accept, on: back, as: Scene.officeClerk)
        try await scene.act(Scene.assign(), on: back, as: Scene.officeClerk)
        try await scene.act(.giveBack(.notOurs, remark: "归水务局"), on: back, as: Scene.trafficClerk)
        #expect(
            try await scene.value("select coalesce(sum(cases), 0) from assigned_words where gram = '河道'", as: Int.self)
                == 0)
        #expect(try await proposals(scene, back).contains { $0.unitID == Scene.traffic } == false)
    }

    @Test func aTownIsKnownByItsShortNameAndAReportGoesToWhoEnforces() async throws {
        let scene = try await Scene.make()
        _ = try await scene.database.owner.write { tx in
            try tx.execute("update units set name = '佗城镇人民政府' where id = 4")
            try tx.execute(
                "insert into responsibilities (unit_id, kind, word, topic) values (3, 'matter', '占道', 'report')")
        }
        let there = try await scene.open("村口路灯坏了", "在佗城镇。")
        #expect(try await proposals(scene, there).map(\.unitID) == [Scene.town])
        let report = try await scene.open("公交站旁占道经营", "天天有人占道。", topic: "report")
        #expect(try await proposals(scene, report).first?.unitID == Scene.civil)
        let inquiry = try await scene.open("公交站旁占道经营", "天天有人占道。")
        #expect(try await proposals(scene, inquiry).map(\.unitID) == [Scene.traffic])
    }

    /// Whatever the words suggest.
    @Test func whomItConcernsIsNeverProposedAssignedOrAsked() async throws {
        let scene = try await Scene.make()
        let id = try await scene.open(
            "投诉县交通局公交", "县交通局、交通局、公交、公交站，老隆镇。", concernedUnits: [Scene.traffic, Scene.town])
        #expect(try await proposals(scene, id).isEmpty)
        try await scene.act(Scene.accept, on: id, as: Scene.officeClerk)
        #expect(
            try await scene.refusal(Scene.assign(Scene.traffic), on: id, as: Scene.officeClerk)
                == "cases_unit_not_concerned")
        #expect(
            try await scene.refusal(Scene.assign(Scene.civil, assisting: [Scene.town]), on: id, as: Scene.officeClerk)
                == "cases_assisting_not_concerned")
        try await scene.act(Scene.assign(Scene.civil), on: id, as: Scene.officeClerk)
        // Known only later: what it is assigned to has to change first.
        let concerned = CaseAct.setConcerned(units: [Scene.civil], staff: [], reason: "来电说明")
        #expect(try await scene.refusal(concerned, on: id, as: Scene.officeClerk) == "cases_unit_not_concerned")
    }

    @Test func whereTheOfficeIsConcernedAnotherOneScreens() async throws {
        let scene = try await Scene.make()
        _ = try await scene.database.owner.write { tx in
            try tx.execute(
                """
                with u as (insert into units (code, name, kind) values ('second', '县督查室', 'office') returning id),
                  s as (insert into staff (sign_in_name, display_name, unit_id, password_hash) select 'second', '卫经办', id, 'x' from u returning id)
                insert into staff_roles (staff_id, unit_id, role) select s.id, u.id, 'clerk' from s, u
                """)
        }
        let id = try await scene.open(concernedUnits: [Scene.office])
        #expect(try await scene.value("select office_id from cases where id = \(id)", as: Int.self) == 5)
        #expect(try await scene.value("select unit_ids from submissions", as: [Int].self) == [5])
        #expect(try await scene.refusal(Scene.accept, on: id, as: Scene.officeClerk) == "P0002")
        _ = try await scene.database.owner.write { tx in
            try tx.execute("update site_settings set value = 'second' where key = 'message_office'")
        }
        let next = try await scene.open()
        #expect(try await scene.value("select office_id from cases where id = \(next)", as: Int.self) == 5)
        let last = try await scene.open(concernedUnits: [5])
        #expect(try await scene.value("select office_id from cases where id = \(last)", as: Int.self) == Scene.office)
    }

    @Test func aUnitGivesBackInTimeAndTheNextHasItsOwn() async throws {
        let scene = try await Scene.make()
        let id = try await scene.assigned(urgency: .ordinary)
        let due: String = try await scene.value("select due_on::text from cases where id = \(id)")
        #expect(
            try await scene.refusal(.giveBack(.notOurs, remark: ""), on: id, as: Scene.trafficClerk)
                == "cases_give_back_reason")
        try await scene.act(.giveBack(.notOurs, remark: "归民政局"), on: id, as: Scene.trafficClerk)
        #expect(try await scene.state(id) == "accepted")
        #expect(try await scene.notices("given_back", of: id) == 1)
        // Thursday 10:00: 24 hours end on Friday 10:00.
        try await scene.database.setClock(Scene.moment("2026-11-26"))
        try await scene.act(Scene.assign(Scene.civil), on: id, as: Scene.officeClerk)
        // The citizen's clock goes on.
        #expect(try await scene.value("select due_on::text from cases where id = \(id)", as: String.self) == due)
        // The unit that had it can still see it, and can no longer act.
        #expect(
            try await scene.refusal(.giveBack(.notOurs, remark: "不是"), on: id, as: Scene.trafficClerk)
                == "role_required")
        try await scene.database.setClock(Scene.moment("2026-11-27").addingTimeInterval(-1))
        try await scene.act(.giveBack(.wrongArea, remark: "归老隆镇"), on: id, as: Scene.civilClerk)
    }

    @Test func theHoursStandStillOverTheWeekendAndThenAreOver() async throws {
        let scene = try await Scene.make()
        try await scene.database.setClock(Scene.moment("2026-11-27", hour: 15))  // Friday
        let id = try await scene.assigned()
        try await scene.database.setClock(Scene.moment("2026-11-30", hour: 15).addingTimeInterval(-1))  // Monday
        let file = try #require(try await scene.record(id, as: Scene.trafficClerk, unit: Scene.traffic))
        #expect(file.giveBackUntil == Scene.moment("2026-11-30", hour: 15))
        try await scene.database.setClock(Scene.moment("2026-11-30", hour: 15))
        #expect(
            try await scene.refusal(.giveBack(.notOurs, remark: "不是"), on: id, as: Scene.trafficClerk)
                == "cases_give_back_in_time")
        #expect(try await scene.state(id) == "assigned")
    }

    @Test func theOfficeReassignsAndChangesTheUrgency() async throws {
        let scene = try await Scene.make()
        let id = try await scene.assigned()
        #expect(
            try await scene.value("select due_on::text from cases where id = \(id)", as: String.self) == "2026-12-01")
        try await scene.act(
            Scene.assign(Scene.civil, assisting: [Scene.traffic], urgency: .difficult), on: id, as: Scene.officeClerk)
        #expect(
            try await scene.value("select due_on::text from cases where id = \(id)", as: String.self) == "2026-12-15")
        #expect(try await scene.value("select unit_ids from cases where id = \(id)", as: [Int].self) == [1, 2, 3])
        #expect(
            try await scene.refusal(Scene.assign(Scene.civil, assisting: [Scene.civil]), on: id, as: Scene.officeClerk)
                == "cases_assisting_others")
        #expect(try await scene.refusal(Scene.assign(77), on: id, as: Scene.officeClerk) == "cases_units_there")
        try await scene.act(.remark(.opinion, body: "站牌归我们"), on: id, as: Scene.trafficClerk)
        #expect(
            try await scene.refusal(.remark(.opinion, body: "我也"), on: id, as: Scene.civilClerk) == "case_remarks_kind")
        try await scene.act(.pause(.citizen, remark: "等照片"), on: id, as: Scene.officeClerk)
        #expect(
            try await scene.refusal(Scene.assign(Scene.civil, urgency: .ordinary), on: id, as: Scene.officeClerk)
                == "cases_urgency_fixed")
    }

    @Test func theSameMatterIsLinkedAndEachIsCounted() async throws {
        let scene = try await Scene.make()
        let (one, other) = (try await scene.assigned(), try await scene.open())
        let number: String = try await scene.value("select number from cases where id = \(other)")
        try await scene.act(.link(other: number, linked: true), on: one, as: Scene.officeClerk)
        try await scene.act(.link(other: number, linked: true), on: one, as: Scene.officeClerk)
        // The unit sees only what is its own: not even that there is another.
        #expect(
            try await scene.refusal(.link(other: number, linked: true), on: one, as: Scene.trafficClerk)
                == "case_links_known")
        let record = try #require(try await scene.record(one, as: Scene.officeClerk, unit: Scene.office))
        #expect(record.linked.map(\.id) == [other])
        let seen = try #require(try await scene.record(one, as: Scene.trafficClerk, unit: Scene.traffic))
        #expect(seen.linked.isEmpty)
        try await scene.act(.link(other: number, linked: false), on: one, as: Scene.officeClerk)
        #expect(try await scene.value("select count(*) from case_links", as: Int.self) == 0)
    }

    @Test func aUnitThatEndsHandsItsCasesOver() async throws {
        let scene = try await Scene.make()
        let plain = try await scene.assigned()
        let hidden = try await scene.open(concernedUnits: [Scene.civil])
        try await scene.act(Scene.accept, on: hidden, as: Scene.officeClerk)
        try await scene.act(Scene.assign(), on: hidden, as: Scene.officeClerk)
        let administrator = Scene.person(1, ["administrator"], Scene.all)
        _ = try await scene.database.staff.write(as: administrator) { tx in
            try tx.execute("select succeed_unit(\(Scene.traffic), \(Scene.civil), date '2026-11-24')")
        }
        #expect(try await scene.value("select unit_id from cases where id = \(plain)", as: Int.self) == Scene.civil)
        // It concerns whoever took over: back to the office.
        #expect(try await scene.state(hidden) == "accepted")
        #expect(try await scene.value("select unit_ids from cases where id = \(hidden)", as: [Int].self) == [1, 2])
        #expect(try await scene.value("select count(*) from responsibilities where unit_id = 3", as: Int.self) == 2)
    }
}

extension CaseScene {
    func record(_ id: Int, as actor: DatabaseActor, unit: Int) async throws -> CaseRecord? {
        let grants = Dictionary(
            uniqueKeysWithValues: StaffRole.allCases.map { ($0, unit == Self.office ? Self.all : [unit]) })
        let staff = StaffActor(
            staffID: actor.staffID ?? 0, name: "", unitID: unit, unitName: "", grants: grants)
        return try await CaseRecord.find(id, for: staff, in: database.staff)
    }
}
