import Foundation
import Postgres
import TestSupport
import Testing
import Text

@testable import Participation

/// What happens to a message tells everything that the letters about it speak of: no line stays out.
@Suite struct LetterFactsTests {
    private typealias Scene = MessageScene

    /// The facts that each kind of notice came with, together.
    private func facts(_ scene: Scene) async throws -> [String: Set<String>] {
        let lines: [String] = try await scene.database.owner.read { tx in
            try tx.values(
                """
                select distinct case when submission_id is null then 'staff.' else 'author.' end || kind || ' ' || k
                from notices, jsonb_object_keys(facts) k order by 1
                """)
        }
        var facts: [String: Set<String>] = [:]
        for line in lines {
            let parts = line.split(separator: " ").map(String.init)
            facts[parts[0], default: []].insert(parts[1])
        }
        return facts
    }

    private func expectWhole(_ told: [String: Set<String>], _ kinds: [String]) {
        for kind in kinds {
            let wanted = NoticeKind.all.first { "\($0.audience.rawValue).\($0.name)" == kind }?.facts ?? ["?"]
            #expect(wanted.subtracting(told[kind] ?? []).isEmpty, "\(kind): \(told[kind] ?? [])")
        }
    }

    private func fact(_ name: String, of kind: String, _ scene: Scene) async throws -> [String] {
        try await scene.database.owner.read { tx in
            try tx.values(
                "select distinct facts ->> \(name) from notices where kind = \(kind) and facts ? \(name) order by 1")
        }
    }

    @Test func everyLineOfALetterHasItsFact() async throws {
        let scene = try await Scene.make()
        let sent = try await scene.send(scene.message())
        let id = sent.caseID
        func assign(_ unit: Int) async throws {
            try await scene.act(Scene.screener, "select assign_case(\(id), \(unit), null, '{}', 'ordinary', '')")
        }
        try await scene.accept(sent)
        try await assign(Scene.other)
        try await scene.act(Scene.stranger, "select give_back_case(\(id), 'not_ours', '不归我们')")
        try await scene.act(
            Scene.screener,
            "select assign_case(\(id), \(Scene.unit), null, array[\(Scene.other)]::bigint[], 'ordinary', '')")
        #expect(try await fact("code", of: "assigned", scene) == ["assisting", "primary"])
        #expect(try await fact("unit_id", of: "given_back", scene) == ["\(Scene.other)"])
        let due: CalendarDate = try await scene.value("select due_on from cases where id = \(id)")
        let later = due.adding(days: 3)
        try await scene.act(Scene.clerk, "select ask_extension(\(id), \(later), '要现场核查')")
        try await scene.act(Scene.screener, "select decide_extension((select max(id) from case_extensions), true, '')")
        #expect(try await fact("asked_for_on", of: "extension_requested", scene) == [later.description])
        #expect(try await fact("old_due_on", of: "extended", scene) == [due.description])
        #expect(try await fact("code", of: "extension_decided", scene) == ["granted"])
        try await scene.act(Scene.screener, "select pause_case(\(id), 'citizen', '请补充照片')")
        try await scene.act(Scene.screener, "select resume_case(\(id))")
        _ = try await AddToMessage.send("照片", key: UUID(), to: sent.number, mac: sent.mac, in: scene.database.public)
        try await scene.reply(sent, "修好了。")
        try await scene.publish(sent)
        _ = try await RateMessage.send(
            .init(resolved: .no, attitude: 1, speed: 1, reason: "还是不亮", reopen: true), to: sent.number, mac: sent.mac,
            in: scene.database.public)
        expectWhole(
            try await facts(scene),
            [
                "author.received", "author.accepted", "author.assigned", "author.extended", "author.paused",
                "author.resumed", "author.addition_received", "author.answered", "author.published", "staff.assigned",
                "staff.given_back", "staff.extension_requested", "staff.extension_decided", "staff.addition",
                "staff.to_approve", "staff.rated_low", "staff.reopened",
            ])
    }

    @Test func theLadderSaysWhoseItIsAndHowLongIsLeft() async throws {
        let scene = try await CaseScene.make()
        _ = try await scene.assigned()  // due on Tuesday, 1 December
        for day in ["2026-11-27", "2026-11-30", "2026-12-01", "2026-12-02"] {
            try await scene.database.setClock(CaseScene.moment(day))
            try await scene.advance()
        }
        let told: [String] = try await scene.database.owner.read { tx in
            try tx.values(
                """
                select distinct concat_ws(' ', kind, facts ->> 'unit_id', facts ->> 'days') from notices
                where kind in ('early', 'yellow', 'red', 'overdue') order by 1
                """)
        }
        // On the last day no number is said.
        #expect(told == ["early 2 2", "overdue 2 1", "red 2", "yellow 2 1"])
    }

    @Test func aPauseIsExplainedOnTheReceipt() async throws {
        let scene = try await Scene.make()
        let sent = try await scene.send(scene.message())
        try await scene.accept(sent)
        try await scene.act(Scene.screener, "select pause_case(\(sent.caseID), 'third_party', '等供电局检修')")
        func reasons(_ sent: Scene.Sent) async throws -> [String] {
            try await scene.database.public.all(ReceiptReason.all(sent.number, mac: sent.mac), as: ReceiptReason.self)
                .map { "\($0.kind.rawValue) \($0.body)" }
        }
        #expect(try await reasons(sent) == ["pause 等供电局检修"])
        #expect(try await reasons(sent.byStranger).isEmpty)
        #expect(try await fact("code", of: "paused", scene) == ["third_party"])
        try await scene.act(Scene.screener, "select pause_case(\(sent.caseID), 'third_party', '又按了一次')")
        #expect(try await scene.value("select count(*) from notices where kind = 'paused'", as: Int.self) == 1)
    }

    // MARK: Once a working day

    private func send(_ scene: CaseScene, on day: String) async throws -> Int {
        try await scene.database.setClock(CaseScene.moment(day, hour: 8))
        return try await scene.database.work.write { try $0.value("select send_digests()", as: Int.self) }
    }

    @Test func unitsHearOnceAWorkingDayWhatTheyHave() async throws {
        let scene = try await CaseScene.make()
        _ = try await scene.assigned()
        _ = try await scene.open()
        // About one of its own people: it stands in no letter that goes to all of them.
        _ = try await scene.open(concernedStaff: [1])
        #expect(try await send(scene, on: "2026-11-30") == 2)
        #expect(try await send(scene, on: "2026-11-30") == 2)
        func told() async throws -> [String] {
            try await scene.database.owner.read { tx in
                try tx.values(
                    """
                    select concat_ws(' ', staff_id, facts ->> 'open', facts ->> 'soon', facts ->> 'overdue') from notices
                    where kind = 'digest' order by created_at, staff_id
                    """)
            }
        }
        // The office has one to screen that is overdue, the bureau one that is due in a day.
        let first = try await told()
        #expect(Set(first) == ["1 1 1", "2 1 1", "9 1 1"] && first.count == 3)
        #expect(try await send(scene, on: "2026-12-05") == 0, "a Saturday")
        try await scene.database.owner.write { tx in
            try tx.execute("update site_settings set value = '0' where key = 'case_digest'")
        }
        #expect(try await send(scene, on: "2026-12-07") == 0)
        #expect(try await told().count == 3)
    }
}
