import Foundation
import HTTPTypes
import HummingbirdTesting
import NIOCore
import Participation
import Postgres
import TestSupport
import Testing
import Text

@testable import Web

@Suite("The pages of the scoreboard") struct ScoreboardTests {
    private func run(_ test: @escaping @Sendable (DeskScene, ScoredScene) async throws -> Void) async throws {
        try await DeskScene.run { site in
            let scored = ScoredScene(scene: site.scene)
            try await scored.answered(by: 2, on: "2026-03-02", workingDays: 2)
            try await scored.answered(by: 2, on: "2026-03-03", workingDays: 4, late: true)
            try await scored.answered(by: 3, on: "2026-04-03", workingDays: 4)
            try await scored.count()
            try await test(site, scored)
        }
    }

    @Test("Everyone sees how each unit answers, for the time they ask for, with what each figure means")
    func everyone() async throws {
        try await run { site, _ in
            let visitor = site.visitor
            try await visitor.get("/scoreboard?period=2026-Q1")
            #expect(visitor.page.contains("2026年第1季度收到的留言") && visitor.page.contains("县民政局"))
            #expect(visitor.page.contains("50.0%") && visitor.page.contains("每个数字怎样算"))
            #expect(visitor.page.contains("<svg class=\"trend\"") && !visitor.page.contains("/desk/scoreboard/list"))
            try await visitor.get("/scoreboard?from=2026-03-03&until=2026-03-03")
            #expect(visitor.page.contains("2026年3月3日至2026年3月3日"))
            for nonsense in [
                "period=2026-13", "from=2026-03-03&until=2026-03-01", "from=x", "from=1999-01-01&until=2026-01-01",
            ] {
                #expect(try await visitor.get("/scoreboard?\(nonsense)").status == .unprocessableContent)
                #expect(visitor.page.contains("请填写起止日期"))
            }
            let csv = try await visitor.get("/scoreboard/sheet.csv?period=2026")
            #expect(csv.headers[.contentType] == "text/csv; charset=utf-8")
            #expect(visitor.page.contains("县民政局,2,2,2,100,100,50,3,3"))
            let xlsx = try await visitor.get("/scoreboard/sheet.xlsx?period=2026")
            #expect(xlsx.body.readableBytes > 3000 && Array(xlsx.body.readableBytesView.prefix(2)) == Array("PK".utf8))
        }
    }

    @Test("At the desk every figure opens its list, of what one may see, and goes along as a sheet")
    func desk() async throws {
        try await run { site, _ in
            let organiser = try await site.browser()
            try await organiser.get("/desk/scoreboard?period=2026")
            let address = "/desk/scoreboard/list?figure=late&amp;from=2026-01-01&amp;until=2026-12-31&amp;unit=2"
            #expect(organiser.page.contains(address))
            #expect(!organiser.page.contains("检查预警"), "that is for the office")
            try await organiser.get(address.replacing("&amp;", with: "&"))
            #expect(organiser.page.contains("公交站牌看不清") && organiser.page.contains("超期答复：县民政局"))
            try await organiser.get("/desk/scoreboard/list.csv?figure=received&period=2026")
            #expect(organiser.page.components(separatedBy: "公交站牌看不清").count == 3, "only those of the own unit")
            #expect(try await organiser.get("/desk/scoreboard/list?figure=contacts").status == .notFound)
            let office = try await site.browser("reviewer")
            try await office.get("/desk/scoreboard")
            #expect(office.page.contains("检查预警") && office.page.contains("内部目标"))
            #expect(try await site.visitor.get("/desk/scoreboard/list?figure=received").status == .seeOther)
        }
    }

    @Test("An administrator is alarmed when the recount found something else")
    func alarm() async throws {
        try await run { site, scored in
            try await scored.database.owner.write { tx in
                try tx.execute("insert into staff_roles (staff_id, unit_id, role) values (3, 1, 'administrator')")
                try tx.execute("update unit_scores set received = 9 where unit_id = 2 and grain = 'month'")
            }
            _ = try await scored.database.work.write { try $0.value("select prove_scores()", as: Int.self) }
            let administrator = try await site.browser("reviewer")
            try await administrator.get("/desk/scoreboard?period=2026")
            #expect(administrator.page.contains("role=\"alert\"") && administrator.page.contains("有 1 处和逐件重算的不一致"))
            let clerk = try await site.browser("clerk")
            try await clerk.get("/desk/scoreboard?period=2026")
            #expect(!clerk.page.contains("逐件重算的不一致"))
        }
    }

    @Test("A feed of due dates is made, renewed and ended; its address is shown once")
    func feed() async throws {
        try await run { site, scored in
            let id = try await scored.receive(on: "2026-11-20")
            try await scored.database.owner.write { tx in
                try tx.execute("update cases set unit_id = 2, state = 'assigned' where id = \(id)")
            }
            let organiser = try await site.browser()
            try await organiser.get("/desk/scoreboard")
            try await organiser.post("/desk/scoreboard/feed", [])
            func address() throws -> String {
                let start = try #require(organiser.page.range(of: "http://localhost/feeds/"))
                return "/feeds/" + organiser.page[start.upperBound...].prefix { $0 != "<" }
            }
            let first = try address()
            let calendar = try await site.visitor.get(first)
            #expect(calendar.headers[.contentType] == "text/calendar; charset=utf-8")
            let text = String(buffer: calendar.body)
            #expect(text.hasPrefix("BEGIN:VCALENDAR\r\n") && text.hasSuffix("END:VCALENDAR\r\n"))
            #expect(text.contains("UID:case-\(id)@localhost\r\n") && text.contains("DTSTART;VALUE=DATE:202611"))
            #expect(!text.contains("公交站牌"), "nothing of what was written")
            #expect(text.components(separatedBy: "\r\n").allSatisfy { $0.utf8.count <= 75 })
            try await organiser.get("/desk/scoreboard")
            #expect(!organiser.page.contains("/feeds/calendar.ics?key="))
            try await organiser.post("/desk/scoreboard/feed", [])
            #expect(try await site.visitor.get(first).status == .notFound)
            let second = try address()
            #expect(try await site.visitor.get(second).status == .ok)
            #expect(try await organiser.post("/desk/scoreboard/feed/end", []).status == .seeOther)
            #expect(try await site.visitor.get(second).status == .notFound)
            #expect(try await site.visitor.get("/feeds/calendar.ics?key=short").status == .notFound)
        }
    }

    @Test("Long lines fold between characters, and what parts values is escaped")
    func iCalendar() {
        let folded = ICalendar.folded("SUMMARY:" + String(repeating: "留言", count: 40))
        #expect(folded.components(separatedBy: "\r\n").allSatisfy { $0.utf8.count <= 75 })
        #expect(folded.replacing("\r\n ", with: "") == "SUMMARY:" + String(repeating: "留言", count: 40))
        #expect(ICalendar.escaped("a;b,c\\d\ne") == "a\\;b\\,c\\\\d\\ne")
    }
}
