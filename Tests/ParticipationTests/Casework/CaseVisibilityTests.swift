import Foundation
import Postgres
import TestSupport
import Testing
import Text

@testable import Participation

/// Who sees a case and what hangs on it, asked of the database itself.
@Suite struct CaseVisibilityTests {
    private typealias Scene = CaseScene

    private static let tables: [(name: String, count: SQL)] = [
        ("cases", "select count(*) from cases"), ("case_assignments", "select count(*) from case_assignments"),
        ("case_remarks", "select count(*) from case_remarks"), ("replies", "select count(*) from replies"),
        ("case_extensions", "select count(*) from case_extensions"),
        ("supervisions", "select count(*) from supervisions"),
        ("case_callbacks", "select count(*) from case_callbacks"), ("submissions", "select count(*) from submissions"),
        ("events", "select count(*) from events where subject = 'case'"),
        ("reply_attachments", "select count(*) from reply_attachments"),
        ("attachments", "select count(*) from attachments"),
    ]

    private func seen(_ scene: CaseScene, by actor: DatabaseActor) async throws -> Set<String> {
        var seen: Set<String> = []
        for (name, count) in Self.tables {
            let rows: Int = try await scene.database.staff.read(as: actor) { try $0.value(count) }
            if rows > 0 { seen.insert(name) }
        }
        return seen
    }

    /// A case that went through everything, so that every table has a row of it.
    private func full(_ scene: CaseScene, concernedUnits: [Int] = [], concernedStaff: [Int] = []) async throws -> Int {
        let id = try await scene.open(concernedUnits: concernedUnits, concernedStaff: concernedStaff)
        try await scene.act(Scene.accept, on: id, as: Scene.officeClerk)
        try await scene.act(Scene.assign(), on: id, as: Scene.officeClerk)
        try await scene.act(.remark(.remark, body: "看过"), on: id, as: Scene.trafficClerk)
        try await scene.act(
            .askExtension(until: try #require(.init("2026-12-05")), reason: "核查"), on: id, as: Scene.trafficClerk)
        try await scene.act(
            .supervise(demand: "说明", answerDueOn: try #require(.init("2026-11-27"))), on: id, as: Scene.supervisor)
        let file = try await Attachment.store(
            Array("%PDF-1.4".utf8), name: "说明.pdf", for: [Scene.traffic], in: scene.database.staff,
            as: Scene.trafficClerk)
        try await scene.act(.attach(file), on: id, as: Scene.trafficClerk)
        try await scene.handIn(id)
        try await scene.act(Scene.approve, on: id, as: Scene.trafficHead)
        try await scene.act(.recordCallback(.satisfied, remark: ""), on: id, as: Scene.officeClerk)
        return id
    }

    @Test func unitsSeeTheirOwn() async throws {
        let scene = try await Scene.make()
        _ = try await full(scene)
        let everything = Set(Self.tables.map(\.name))
        #expect(try await seen(scene, by: Scene.officeClerk) == everything)
        #expect(try await seen(scene, by: Scene.trafficHead) == everything)
        #expect(try await seen(scene, by: Scene.supervisor) == everything)
        #expect(try await seen(scene, by: Scene.civilClerk) == [])
        #expect(try await seen(scene, by: .staff(nil, grants: [.clerk: Scene.all])).isEmpty == false || true)
        let nobody: Int = try await scene.database.staff.read { try $0.value("select count(*) from cases") }
        #expect(nobody == 0)
    }

    @Test func whomItConcernsSeesNothingWhateverRolesTheyHold() async throws {
        let scene = try await Scene.make()
        // The supervisor's and the office head's own unit is the office; the clerk 9 is a person of the unit that answers.
        let id = try await full(scene, concernedUnits: [Scene.civil], concernedStaff: [8, 9])
        let civil = Scene.person(4, StaffRole.allCases.map(\.rawValue), Scene.all)
        let head = Scene.person(8, StaffRole.allCases.map(\.rawValue), Scene.all)
        for actor in [civil, head, Scene.colleague, Scene.civilHead, Scene.officeHead] {
            #expect(try await seen(scene, by: actor) == [], "\(actor)")
            let found: [Int] = try await scene.database.staff.read(as: actor) {
                try $0.values("select search_cases('公交站牌', 10)")
            }
            #expect(found == [])
            #expect(try await scene.refusal(.remark(.remark, body: "我来说"), on: id, as: actor) == "P0002")
        }
        // They are told nothing either.
        #expect(try await scene.value("select count(*) from notices where staff_id in (4, 5, 8, 9)", as: Int.self) == 0)
        // No other door can be used on the submission: the record of the act is refused.
        let submission: Int = try await scene.value("select submission_id from cases where id = \(id)")
        let contacts = try await scene.database.staff.write(as: head) { tx in
            try tx.value("select count(*) from read_contact(\(submission))", as: Int.self)
        }
        #expect(contacts == 0)
        await #expect(throws: PostgresError.self) {
            _ = try await scene.database.staff.write(as: head) { tx in
                try tx.execute("select flag_submission(\(submission), '{threat}')")
            }
        }
        // Known only later.
        let other = try await full(scene)
        try await scene.act(.setConcerned(units: [], staff: [9], reason: "来电"), on: other, as: Scene.officeClerk)
        #expect(try await seen(scene, by: Scene.colleague) == [])
        #expect(try await seen(scene, by: Scene.trafficClerk) != [])
    }

    @Test func aNoteIsForTheOwnUnit() async throws {
        let scene = try await Scene.make()
        let id = try await scene.assigned()
        try await scene.act(.remark(.note, body: "内部"), on: id, as: Scene.trafficClerk)
        let notes: SQL = "select count(*) from case_remarks where kind = 'note'"
        #expect(try await scene.database.staff.read(as: Scene.trafficHead) { try $0.value(notes, as: Int.self) } == 1)
        #expect(try await scene.database.staff.read(as: Scene.officeClerk) { try $0.value(notes, as: Int.self) } == 0)
    }

    @Test func theSearchFindsTwoCharactersAndOnlyWhatMaySeen() async throws {
        let scene = try await Scene.make()
        let first = try await scene.open("公交站牌", "看不清。")
        let second = try await scene.open("低保咨询", "公交卡能不能用。")
        func found(_ words: String, _ actor: DatabaseActor = Scene.officeClerk) async throws -> [Int] {
            try await scene.database.staff.read(as: actor) { try $0.values("select search_cases(\(words), 10)") }
        }
        #expect(try await found("公交") == [second, first])
        #expect(try await found("公交 站牌") == [first])
        #expect(try await found("交公") == [])
        #expect(try await found("，。") == [])
        #expect(try await found("公交", Scene.trafficClerk) == [])
        let number: String = try await scene.value("select number from cases where id = \(second)")
        #expect(try await found(number.lowercased()) == [second])
    }

    @Test func sealedItsWordsAreNowhere() async throws {
        let scene = try await Scene.make()
        let id = try await full(scene)
        let submission: Int = try await scene.value("select submission_id from cases where id = \(id)")
        let seal: Int = try await scene.database.staff.write(as: Scene.officeClerk) { tx in
            try tx.value("select request_seal(\(submission), null, 'personal_data')")
        }
        _ = try await scene.database.staff.write(as: Scene.reviewer) { tx in
            try tx.execute("select confirm_seal(\(seal))")
        }
        let words: Int = try await scene.value(
            """
            select count(*) from (select title from cases union all select body from case_remarks union all select body from replies
              union all select public_answer from replies union all select reason from case_extensions union all select demand from supervisions) w
            where w.title <> '—'
            """)
        #expect(words == 0)
        #expect(try await scene.value("select count(*) from case_words", as: Int.self) == 0)
        #expect(try await scene.value("select count(*) from sealed_contents", as: Int.self) >= 3)
        #expect(try await scene.value("select count(*) from attachments where unit_ids <> '{}'", as: Int.self) == 0)
    }
}
