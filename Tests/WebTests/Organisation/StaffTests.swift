import Foundation
import HTTPTypes
import HummingbirdTesting
import Participation
import Postgres
import TestSupport
import Testing

@testable import Web

@Suite("People, settings and passwords")
struct StaffTests {
    /// The scene with an administrator of the county office, account 6.
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
            try await test(site)
        }
    }

    /// What is on record of an account, oldest first.
    private func events(_ id: Int, _ site: DeskScene) async throws -> [String] {
        try await site.scene.database.owner.read {
            try $0.values(
                """
                select concat_ws(' ', kind, code, 'by ' || staff_id) from events
                where subject = 'staff' and subject_id = \(id) and staff_id is not null and kind <> 'signed_in' order by id
                """)
        }
    }

    @Test("An administrator gives an account another unit and other roles, which hold at once")
    func changeAccount() async throws {
        try await run { site in
            let (administrator, clerk) = (try await site.browser("administrator"), try await site.browser("clerk"))
            try await administrator.get("/desk/staff")
            #expect(administrator.page.contains("action=\"/desk/staff/5\""))
            let changed = try await administrator.post(
                "/desk/staff/5", [("unit", "jtj"), ("roles", "clerk"), ("roles", "approver")])
            #expect(changed.status == .seeOther)
            #expect(
                try await events(5, site) == [
                    "moved by 6", "role_taken clerk by 6", "role_given clerk by 6", "role_given approver by 6",
                ])
            try await clerk.get("/desk")
            #expect(clerk.page.contains("孙经办 · 县交通局") && clerk.page.contains("您的角色：经办、审签"))

            let own = try await administrator.post("/desk/staff/6", [("unit", "office"), ("roles", "clerk")])
            #expect(own.status == .conflict && administrator.page.contains("不能去掉自己的管理角色"))
            let nowhere = try await administrator.post("/desk/staff/5", [("unit", "nowhere"), ("roles", "clerk")])
            #expect(nowhere.status == .conflict)
            try await clerk.get("/desk/staff")
            #expect(!clerk.page.contains("action=\"/desk/staff/5\""))
            #expect(
                try await clerk.post("/desk/staff/5", [("unit", "mzj"), ("roles", "administrator")]).status
                    == .forbidden)
            #expect(try await events(5, site).count == 4)
        }
    }

    @Test("Who is switched off is out at once; nobody else switches anybody off")
    func switchOff() async throws {
        try await run { site in
            let (administrator, clerk) = (try await site.browser("administrator"), try await site.browser("clerk"))
            #expect(try await clerk.post("/desk/staff/2/active", [("active", "0")]).status == .forbidden)
            #expect(try await administrator.post("/desk/staff/5/active", [("active", "0")]).status == .seeOther)
            #expect(try await clerk.get("/desk").status == .seeOther)
            let sessions: Int = try await site.value("select count(*) from staff_sessions where staff_id = 5")
            #expect(sessions == 0)
            try await administrator.get("/desk/staff")
            #expect(try await administrator.post("/desk/staff/5/active", [("active", "1")]).status == .seeOther)
            #expect(try await clerk.get("/desk").status == .seeOther)
            #expect(try await events(5, site) == ["switched_off by 6", "switched_on by 6"])
        }
    }

    @Test("One arranges and ends one's own absence, an administrator everybody's, and both are on record")
    func substitutions() async throws {
        try await run { site in
            let (administrator, clerk) = (try await site.browser("administrator"), try await site.browser("clerk"))
            try await clerk.get("/desk/staff")
            let choices = clerk.page.components(separatedBy: "name=\"absent\"").last?.components(
                separatedBy: "</select>")
            #expect(choices?.first?.contains("孙经办") == true && choices?.first?.contains("李审签") == false)
            let days = [("from", "2026-11-25"), ("until", "2999-01-01")]
            let others = try await clerk.post("/desk/substitutions", [("absent", "2"), ("substitute", "5")] + days)
            #expect(others.status == .forbidden)
            for _ in 1...2 {
                let own = try await clerk.post("/desk/substitutions", [("absent", "5"), ("substitute", "1")] + days)
                #expect(own.status == .seeOther)
            }
            let ids: [Int] = try await site.scene.database.owner.read { try $0.values("select id from substitutions") }
            let id = try #require(ids.first)
            #expect(ids.count == 1)

            let stranger = try await site.browser("stranger")
            try await stranger.get("/desk/staff")
            #expect(stranger.page.contains("陈组织代孙经办") && !stranger.page.contains("/substitutions/\(id)/end"))
            #expect(try await stranger.post("/desk/substitutions/\(id)/end", []).status == .forbidden)
            try await administrator.get("/desk/staff")
            for _ in 1...2 {
                #expect(try await administrator.post("/desk/substitutions/\(id)/end", []).status == .seeOther)
            }
            #expect(
                try await events(5, site) == [
                    "substitution_arranged 1 2026-11-25 2999-01-01 by 5",
                    "substitution_ended 1 2026-11-25 2999-01-01 by 6",
                ])
        }
    }

    @Test("Settings that nobody may save are not said to be saved")
    func settings() async throws {
        try await run { site in
            let now = try await site.scene.database.staff.read { try SiteSettings.load($0) }
            let fields = SiteSettings.Key.allCases.map { ($0.rawValue, $0 == .siteName ? "改掉的名称" : now[$0]) }
            let clerk = try await site.browser("clerk")
            #expect(try await clerk.post("/desk/settings", fields).status == .forbidden)
            let administrator = try await site.browser("administrator")
            #expect(try await administrator.post("/desk/settings", fields).status == .seeOther)
            let name: String = try await site.value("select value from site_settings where key = 'site_name'")
            #expect(name == "改掉的名称")
        }
    }

    @Test("A person changes their own password for the old one, and goes on in this browser only")
    func password() async throws {
        try await run { site in
            let hash = try await PasswordHash.make("correct horse", logRounds: 10)
            try await site.scene.database.owner.write {
                try $0.execute("update staff set password_hash = \(hash) where id = 5")
            }
            let (clerk, elsewhere) = (try await site.browser("clerk"), try await site.browser("clerk"))
            try await clerk.get("/desk/password")
            let wrong = try await clerk.post("/desk/password", [("old", "guess"), ("new", "battery staple")])
            #expect(wrong.status == .unprocessableContent && clerk.page.contains("原来的密码不对"))
            let short = try await clerk.post("/desk/password", [("old", "correct horse"), ("new", "short")])
            #expect(short.status == .unprocessableContent && clerk.page.contains("密码要有10至200个字"))
            #expect(!clerk.page.contains("correct horse"))
            // Nor is there a way around the old one.
            let around = try await clerk.post("/desk/staff/5/password", [("password", "battery staple")])
            #expect(around.headers[.location] == "/desk/password")

            let changed = try await clerk.post("/desk/password", [("old", "correct horse"), ("new", "battery staple")])
            #expect(changed.status == .seeOther)
            #expect(try await clerk.get("/desk").status == .ok)
            #expect(try await elsewhere.get("/desk").status == .seeOther)
            #expect(try await events(5, site) == ["password_set by 5"])
            let visitor = site.visitor
            try await visitor.get("/desk/sign-in")
            let signedIn = try await visitor.post("/desk/sign-in", [("name", "clerk"), ("password", "battery staple")])
            #expect(signedIn.status == .seeOther)
        }
    }
}
