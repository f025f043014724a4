import Foundation
import HTTPTypes
import HummingbirdTesting
import Participation
import Postgres
import TestSupport
import Testing

@testable import Web

/// Every form of a matter at the desk: its dates with their rules, and a line of its own in what was received.
@Suite struct TimelineDeskTests {
    /// A forum that is over, at which one thing was said, and one that is still to come.
    private func hold(_ desk: DeskScene) async throws -> [String] {
        let scene = desk.scene
        let sent = try await scene.submit("在会上说的", channel: .meeting)
        return try await scene.database.owner.write { tx in
            for (title, state) in [("村里的会", "closed"), ("镇里的会", "announced")] {
                try tx.execute(
                    """
                    insert into gatherings (key, kind, procedure_id, unit_id, unit_ids, title, place, starts_at, ends_at, state, began_at,
                      closed_at, created_by, created_at)
                    values (gen_random_uuid(), 'forum', \(scene.procedureID), 2, '{1,2}', \(title), '会议室', \(AnsweringScene.whileOpen),
                      \(AnsweringScene.whileOpen.addingTimeInterval(7200)), \(state),
                      case when \(state) = 'closed' then \(AnsweringScene.whileOpen)::timestamptz end,
                      case when \(state) = 'closed' then \(AnsweringScene.whileOpen)::timestamptz end, 1, \(AnsweringScene.opensAt))
                    """)
            }
            try tx.execute(
                """
                insert into gathering_people (gathering_id, role, seat, key, code_mac, presence, named_at)
                select id, 'invited', 1, gen_random_uuid(), sha256('x'::bytea), 'present', \(AnsweringScene.opensAt)
                from gatherings where state = 'closed'
                """)
            try tx.execute(
                """
                insert into gathering_entries (gathering_id, position, key, kind, person_id, body, said_at, at, staff_id, submission_id)
                select p.gathering_id, 1, gen_random_uuid(), 'statement', p.id, '说', \(AnsweringScene.whileOpen),
                  \(AnsweringScene.whileOpen), 1, \(sent.id) from gathering_people p
                """)
            return try tx.values("select number from gatherings order by state desc")
        }
    }

    @Test func theWorkbenchHasALineForEachGathering() async throws {
        try await DeskScene.run { desk in
            let numbers = try await hold(desk)
            _ = try await desk.scene.submit("网上说的")
            _ = try await desk.scene.submit("另一次会上记下的", channel: .meeting)
            let browser = try await desk.browser()
            try await browser.get(desk.desk + "/workbench")
            let rows = browser.page.components(separatedBy: "<tr").filter { $0.contains("class=\"digits\"") }
            // 网上, 会议 beside the forums, both forums, 合计.
            let counts = rows.compactMap { row in
                row.firstMatch(of: #/class="digits"[^>]*>(\d+) /#).flatMap { Int($0.1) }
            }
            #expect(counts.count == 5 && counts.dropLast().reduce(0, +) == counts.last && counts.last == 3)
            for number in numbers { #expect(rows.contains { $0.contains("/desk/hearings/\(number)\"") }) }
        }
    }

    @Test func whatIsNotWorkedUpYetIsNotSaidToBeNothing() async throws {
        try await DeskScene.run { desk in
            let visit = try await VisitScene.make(in: desk.scene)
            let faults = try await visit.take([VisitScene.note("李阿婆", "路不好走。\n水不够。")])
            #expect(faults == [nil])
            try await Gathering.end(visit.id, in: visit.staff, as: AnsweringScene.clerk)
            let browser = try await desk.browser()
            for page in ["/timeline", "/workbench"] {
                try await browser.get(desk.desk + page)
                #expect(browser.page.contains("记了 2 条，整理以后计入"), "\(page)")
            }
            _ = try await Gathering.close(visit.id, in: visit.staff, as: AnsweringScene.organiser)
            for (page, counted) in [("/timeline", "收到 1 件"), ("/workbench", "1 / 1 / 1")] {
                try await browser.get(desk.desk + page)
                #expect(browser.page.contains(counted) && !browser.page.contains("整理以后计入"), "\(page)")
            }
        }
    }

    @Test func theTimelineSaysWhatItsDatesRestOn() async throws {
        try await DeskScene.run { desk in
            _ = try await hold(desk)
            let browser = try await desk.browser()
            try await browser.get(desk.desk)
            #expect(browser.page.contains("href=\"\(desk.desk)/timeline\""))
            let page = try await browser.get(desk.desk + "/timeline")
            #expect(page.status == .ok)
            #expect(browser.page.contains("村里的会") && browser.page.contains("镇里的会"))
            #expect(browser.page.components(separatedBy: "各个日期的依据").count == 4)
            #expect(browser.page.contains("座谈会材料送达"))
        }
    }
}
