import Foundation
import HTTPTypes
import HummingbirdTesting
import Participation
import Postgres
import TestSupport
import Testing

@testable import Web

@Suite("The page of work that happens by itself")
struct WorkTests {
    private func run(_ test: @escaping @Sendable (DeskScene) async throws -> Void) async throws {
        try await DeskScene.run { site in
            try await site.scene.database.owner.write { tx in
                try tx.execute("insert into staff_roles (staff_id, unit_id, role) values (3, 1, 'administrator')")
            }
            try await test(site)
        }
    }

    private func die(_ error: String, _ site: DeskScene) async throws {
        _ = try await site.scene.database.owner.write { tx in
            try tx.execute("select enqueue_job('deliver_notice', '{}')")
            try tx.execute(
                "update jobs set died_at = minyi_clock(), attempts = 20, error = \(error) where died_at is null")
        }
    }

    @Test("An administrator sees what died and why, runs it again or gives it up; nobody else does")
    func deadJobs() async throws {
        try await run { site in
            let administrator = try await site.browser("reviewer")
            try await administrator.get("/desk/work")
            #expect(administrator.page.contains("后台程序还没有运行过") && administrator.page.contains("没有办不成的工作"))
            for error in ["answered 550", "timeout", "something new"] { try await die(error, site) }
            try await administrator.get("/desk/work")
            for words in ["对方没有收（550）", "对方太久没有回应", "something new", "全部重新办"] {
                #expect(administrator.page.contains(words), "\(words)")
            }
            let clerk = try await site.browser("clerk")
            try await clerk.get("/desk")
            #expect(!clerk.page.contains("/desk/work"))
            #expect(try await clerk.get("/desk/work").status == .forbidden)
            for path in ["again", "give-up", "test"] {
                #expect(try await clerk.post("/desk/work/\(path)", [("channel", "mail")]).status == .forbidden)
            }
            try await administrator.get("/desk/work")
            #expect(try await administrator.post("/desk/work/again", [("id", "1")]).status == .seeOther)
            #expect(try await administrator.post("/desk/work/give-up", [("id", "2")]).status == .seeOther)
            #expect(try await site.value("select string_agg(id::text, ' ' order by id) from jobs") as String == "1 3")
            #expect(try await administrator.post("/desk/work/again", []).status == .seeOther)
            #expect(try await site.value("select count(*) from jobs where died_at is not null") as Int == 0)
            try await administrator.get("/desk/work")
            #expect(administrator.page.contains("等着 2 件"))
        }
    }

    @Test("A test notice is queued for the one who asked for it")
    func testNotice() async throws {
        try await run { site in
            let administrator = try await site.browser("reviewer")
            try await administrator.get("/desk/work")
            #expect(try await administrator.post("/desk/work/test", [("channel", "webhook")]).status == .seeOther)
            #expect(try await administrator.post("/desk/work/test", [("channel", "pigeon")]).status == .badRequest)
            let queued: String = try await site.value(
                "select string_agg(concat_ws(' ', kind, staff_id, facts ->> 'by'), ',') from notices")
            #expect(queued == "test 3 webhook")
        }
    }

    @Test("An administrator enters a colleague's address; the colleague stops the notices")
    func addresses() async throws {
        try await run { site in
            let administrator = try await site.browser("reviewer")
            try await administrator.get("/desk/staff")
            let fields = [("unit", "mzj"), ("roles", "clerk")]
            let wrong = try await administrator.post("/desk/staff/5", fields + [("email", "sun@")])
            #expect(wrong.status == .conflict && administrator.page.contains("请填写完整的邮箱"))
            let right = try await administrator.post("/desk/staff/5", fields + [("email", " Sun@County.example ")])
            #expect(right.status == .seeOther)
            #expect(try await site.value("select email from staff where id = 5") as String == "Sun@county.example")
            #expect(
                try await site.value("select count(*) from events where subject_id = 5 and kind = 'email_changed'")
                    as Int == 1)

            let clerk = try await site.browser("clerk")
            try await clerk.get("/desk/staff")
            #expect(clerk.page.contains("要您办的事会发邮件到 Sun@county.example。"))
            #expect(try await clerk.post("/desk/staff/notices", [("wants", "0")]).status == .seeOther)
            try await clerk.get("/desk/staff")
            #expect(clerk.page.contains("您关掉了通知"))
            #expect(
                try await site.value("select string_agg(id::text, ' ') from staff where not wants_notices") as String
                    == "5")
        }
    }
}
