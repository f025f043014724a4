import Foundation
import HTTPTypes
import HummingbirdTesting
import Participation
import Postgres
import TestSupport
import Testing
import Text

@testable import Web

@Suite("The calendar and the rules") struct CalendarTests {
    /// The scene with an administrator of the county office, account 6, and the calendar that ships.
    private func run(_ test: @escaping @Sendable (DeskScene) async throws -> Void) async throws {
        try await DeskScene.run { site in
            try await site.scene.database.owner.write { tx in
                try tx.execute(
                    """
                    insert into staff (sign_in_name, display_name, unit_id, password_hash)
                    values ('administrator', '周管理', 1, 'x')
                    """)
                try tx.execute("insert into staff_roles (staff_id, unit_id, role) values (6, 1, 'administrator')")
            }
            let file = try Repository.root().appendingPathComponent("ops/facts/calendar.csv")
            let shipped = try ImportCalendar(csv: Array(try Data(contentsOf: file)), source: "国务院办公厅通知")
            try await shipped(in: site.scene.database.staff, as: .installation())
            try await test(site)
        }
    }

    /// A running clock of the rule for inquiries.
    private func startClock(_ site: DeskScene) async throws {
        let moment = try #require(ChinaTime.parse("2026-03-02T10:00"))
        _ = try await site.scene.database.superuser.write { tx in
            try tx.execute("set local role minyi_guard")
            try tx.execute("select start_clock('message.inquiry', \(moment), null)")
        }
    }

    private func day(_ day: String, _ kind: String, _ name: String = "试", unit: String = "") -> [(String, String)] {
        [("day", day), ("kind", kind), ("name", name), ("source", "县政府通知"), ("unit", unit)]
    }

    @Test("The year at a glance, for everyone; days are changed by an administrator, who hears what moved")
    func changeADay() async throws {
        try await run { site in
            try await startClock(site)
            let visitor = site.visitor
            try await visitor.get("/calendar/2026")
            #expect(visitor.page.contains("春节调休上班") && visitor.page.contains("2月15日至2月23日放假；2月14日、2月28日上班"))
            #expect(!visitor.page.contains("<form method=\"post\" action=\"/desk"))
            #expect(try await visitor.get("/calendar/2014").status == .notFound)
            #expect(try await visitor.get("/working-days").status == .seeOther)
            try await visitor.get("/calendar/2027")
            #expect(visitor.page.contains("还没有载入"))

            let administrator = try await site.browser("administrator")
            try await administrator.get("/desk/calendar/2026?day=2026-02-14")
            #expect(
                administrator.page.contains("value=\"春节\"") && administrator.page.contains("value=\"workday\" checked"))
            try await administrator.follow(try await administrator.post("/desk/calendar", day("2026-03-05", "holiday")))
            #expect(administrator.page.contains("1 个正在走的期限变了日期"))
            #expect(administrator.page.contains("周管理改了2026年3月5日"))
            let due: CalendarDate = try await site.value("select due_on from clocks")
            #expect(due.description == "2026-03-10")
            try await visitor.get("/calendar/2026")
            #expect(visitor.page.contains("试放假"))
            try await administrator.follow(
                try await administrator.post("/desk/calendar", day("2026-03-05", "week", "")))
            #expect(administrator.page.contains("1 个正在走的期限变了日期"))

            let closed = try await administrator.post("/desk/calendar", day("2026-03-06", "holiday", unit: "2"))
            try await administrator.follow(closed)
            #expect(administrator.page.contains("县民政局停止办公：试"))
            try await visitor.get("/calendar/2026")
            #expect(!visitor.page.contains("停止办公"))
        }
    }

    @Test("What cannot be is said beside its field, and nobody else changes anything")
    func refusals() async throws {
        try await run { site in
            let administrator = try await site.browser("administrator")
            for (fields, words) in [
                (day("2026-02-30", "holiday"), "请填写2015年以后的一天"), (day("2026-03-05", "workday"), "只能是星期六或星期日"),
                (day("2026-03-07", "workday", unit: "2"), "不能单独调休上班"), (day("2026-03-05", "holiday", ""), "1至40个字"),
                (day("2026-03-05", "perhaps"), "请选择这一天"), (day("2026-03-05", "holiday", unit: "99"), "从列出的单位里选"),
            ] {
                #expect(try await administrator.post("/desk/calendar", fields).status == .unprocessableContent)
                #expect(administrator.page.contains(words))
            }
            let clerk = try await site.browser("clerk")
            try await clerk.get("/desk/calendar/2026")
            #expect(clerk.page.contains("只有管理员可以改日历"))
            for kind in ["holiday", "week"] {
                #expect(try await clerk.post("/desk/calendar", day("2026-03-05", kind)).status == .forbidden)
            }
            let count: Int = try await site.value("select count(*) from calendar_changes")
            #expect(count == 1)
        }
    }

    @Test("A year is loaded from a file, or not at all")
    func upload() async throws {
        try await run { site in
            let administrator = try await site.browser("administrator")
            try await administrator.get("/desk/calendar/2027")
            let wrong = Array("date,kind,name\n2027-01-01,off,元旦\n2027-02-30,holiday,春节\n".utf8)
            let refused = try await administrator.upload(
                "/desk/calendar/import", [("source", ""), ("year", "2027")], file: ("file", "2027.csv", wrong))
            #expect(refused.status == .unprocessableContent)
            #expect(administrator.page.contains("第2行「kind」") && administrator.page.contains("第3行「date」"))
            #expect(
                try await administrator.upload("/desk/calendar/import", [("year", "2027")], file: nil).status
                    == .unprocessableContent)
            // The page of the year comes back, and a file that is no whole year says so.
            #expect(administrator.page.contains("2027年日历"))
            let part = Array("date,kind,name\n2027-01-01,holiday,元旦\n".utf8)
            try await administrator.follow(
                try await administrator.upload(
                    "/desk/calendar/import", [("source", "")], file: ("file", "2027.csv", part)))
            #expect(administrator.page.contains("2027年还算没有载入完整") && administrator.page.contains("还没有载入"))
            let whole = [
                "01-01,holiday,元旦", "02-06,holiday,春节", "04-05,holiday,清明节", "05-01,holiday,劳动节", "06-09,holiday,端午节",
                "10-01,holiday,国庆节",
            ]
            let notice = Array(("date,kind,name\n" + whole.map { "2027-\($0)\n" }.joined()).utf8)
            let loaded = try await administrator.upload(
                "/desk/calendar/import", [("source", "国办发明电")], file: ("file", "2027.csv", notice))
            #expect(loaded.headers[.location] == "/desk/calendar/2027")
            try await administrator.follow(loaded)
            #expect(administrator.page.contains("已载入，5 天有变化") && administrator.page.contains("国办发明电"))
            #expect(!administrator.page.contains("还没有载入"))
        }
    }

    @Test("A rule gets a new version from a day on; the one before it ends there")
    func rules() async throws {
        try await run { site in
            let administrator = try await site.browser("administrator")
            try await administrator.get("/desk/rules")
            #expect(administrator.page.contains("5 个工作日") && administrator.page.contains("24 小时，非工作日不计"))
            let id: Int = try await site.value("select id from legal_rules where code = 'message.inquiry'")
            try await administrator.get("/desk/rules/\(id)/new")
            func version(_ amount: String, _ from: String, counting: String = "days_working") -> [(String, String)] {
                [
                    ("amount", amount), ("counting", counting), ("due_hour", "24"), ("roll_over", "none"),
                    ("basis", "龙府办〔2026〕1号"), ("scope", ""), ("binding", "on"), ("unit", ""), ("valid_from", from),
                ]
            }
            let saved = try await administrator.post("/desk/rules/\(id)/new", version("3", "2026-01-01"))
            try await administrator.follow(saved)
            #expect(administrator.page.contains("3 个工作日") && administrator.page.contains("龙府办〔2026〕1号"))
            let ended: CalendarDate = try await site.value("select valid_until from legal_rules where id = \(id)")
            #expect(ended.description == "2026-01-01")
            let recorded: Int = try await site.value(
                "select count(*) from events where subject = 'settings' and kind = 'rule_version_added' and staff_id = 6"
            )
            #expect(recorded == 1)
            for fields in [
                version("3", "2026-01-01"), version("-1", "2026-05-01"), version("3", "soon"),
                version("3", "2026-05-01", counting: "weeks"),
            ] {
                let refused = try await administrator.post("/desk/rules/\(id)/new", fields)
                #expect(refused.status == .unprocessableContent)
                #expect(administrator.page.contains("龙府办〔2026〕1号"), "what was typed is still there")
            }
            let clerk = try await site.browser("clerk")
            #expect(try await clerk.get("/desk/rules").status == .ok)
            #expect(try await clerk.get("/desk/rules/\(id)/new").status == .forbidden)
            #expect(try await clerk.post("/desk/rules/\(id)/new", version("9", "2026-06-01")).status == .forbidden)
        }
    }
}
