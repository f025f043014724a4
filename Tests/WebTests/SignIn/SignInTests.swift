import Foundation
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import Participation
import Postgres
import TestSupport
import Testing

@testable import Web

@Suite("Signing in")
struct SignInTests {
    /// A site with one member of staff, `chen`, whose password is `correct horse`; `work` is a page below `/desk`.
    private func run(
        _ test: @escaping @Sendable (any TestClientProtocol, TestDatabase, SignInGate) async throws -> Void
    ) async throws {
        let database = try await TestDatabase.make()
        let hash = try await PasswordHash.make("correct horse", logRounds: 10)
        _ = try await database.owner.write { tx in
            let unit = try tx.value(
                "insert into units (code, name, kind) values ('u1', '县府办', 'office') returning id", as: Int.self)
            let staff = try tx.value(
                """
                insert into staff (sign_in_name, display_name, unit_id, password_hash)
                values ('chen', '陈某', \(unit), \(hash)) returning id
                """, as: Int.self)
            try tx.execute(
                "insert into staff_roles (staff_id, unit_id, role) values (\(staff), \(unit), 'secrecy_reviewer')")
        }
        let web = try TestSite.make(pools: Pools(public: database.public, staff: database.staff))
        let router = web.makeRouter()
        web.desk(router).get("/probe") { _, context in
            let staff = try context.staff
            return "\(staff.name) \(staff.unitName) \(staff.roles.map(\.rawValue))"
        }
        web.desk(router).post("/probe") { _, context in context.form.exactly("content") }
        try await web.makeServer(router: router).test(.router) { try await test($0, database, web.signInGate) }
    }

    @Test func theWholeWay() async throws {
        try await run { client, database, _ in
            let browser = TestBrowser(client)
            let first = try await browser.get("/desk/probe?a=1")
            #expect(first.status == .seeOther)
            #expect(first.headers[.location] == "/desk/sign-in?to=%2Fdesk%2Fprobe%3Fa%3D1")
            try await browser.get("/desk/sign-in?to=%2Fdesk%2Fprobe%3Fa%3D1")
            #expect(browser.hidden("to") == "/desk/probe?a=1")
            let wrong = try await browser.post("/desk/sign-in", [("name", "chen"), ("password", "nonsense")])
            #expect(wrong.status == .unprocessableContent && browser.page.contains("登录名或密码不对"))
            #expect(browser.page.contains("value=\"chen\"") && !browser.page.contains("nonsense"))
            let unknown = try await browser.post("/desk/sign-in", [("name", "nobody"), ("password", "nonsense")])
            #expect(unknown.status == .unprocessableContent && browser.page.contains("登录名或密码不对"))
            let right = try await browser.post(
                "/desk/sign-in", [("name", " Chen"), ("password", "correct horse"), ("to", "/desk/probe?a=1")])
            #expect(right.status == .seeOther && right.headers[.location] == "/desk/probe?a=1")
            let cookie = try #require(right.headers[values: .setCookie].first { $0.hasPrefix("session=") })
            #expect(cookie.contains("HttpOnly") && cookie.contains("SameSite=Lax"))
            try await browser.get("/desk/probe")
            #expect(browser.page == "陈某 县府办 [\"secrecy_reviewer\"]")

            // The database holds the hash of the token, not the token.
            let token = try #require(browser.cookies["session"].flatMap(Base64URL.decode))
            let stored = try await database.owner.read {
                try $0.values("select token_hash from staff_sessions", as: [UInt8].self)
            }
            #expect(stored == [StaffSession.hash(of: token)])

            try await browser.get("/styleguide")
            #expect(browser.page.contains("<a href=\"/desk\">"))
            let session = browser.cookies["session"]
            #expect(try await browser.post("/desk/sign-out", []).status == .seeOther)
            #expect(browser.cookies["session"] == nil)
            browser.set(cookie: "session", session)
            #expect(try await browser.get("/desk/probe").status == .seeOther)
        }
    }

    @Test func whatWasTypedSurvivesAnExpiredSignIn() async throws {
        try await run { client, database, _ in
            let browser = TestBrowser(client)
            try await browser.get("/desk/sign-in")
            try await browser.post("/desk/sign-in", [("name", "chen"), ("password", "correct horse")])
            try await browser.get("/styleguide")
            let token = try #require(browser.hidden("csrf"))
            _ = try await database.owner.write { tx in try tx.execute("delete from staff_sessions") }

            let typed = "答复：采纳。\n“第3行”改为 <b>30</b> 日"
            let expired = try await browser.post("/desk/probe?x=1", [("content", typed), ("csrf", token)])
            #expect(expired.status == .unauthorized && browser.page.contains("登录已经过期"))
            let kept = try #require(browser.hidden("kept"))
            // A mistyped password does not lose it either.
            try await browser.post("/desk/sign-in", [("name", "chen"), ("password", "x"), ("kept", kept)])
            #expect(browser.hidden("kept") == kept)
            let resumed = try await browser.post(
                "/desk/sign-in", [("name", "chen"), ("password", "correct horse"), ("kept", kept)])
            #expect(resumed.status == .ok && browser.page.contains("action=\"/desk/probe?x=1\""))
            #expect(browser.page.contains("&lt;b&gt;30&lt;/b&gt; 日</textarea>"))
            let sent = try await browser.post("/desk/probe?x=1", [("content", typed)])
            #expect(sent.status == .ok && browser.page == typed)
        }
    }

    @Test func guessingIsSlowedDownButNotForTheColleague() async throws {
        try await run { client, _, gate in
            let colleague = TestBrowser(client)
            try await colleague.get("/desk/sign-in")
            try await colleague.post("/desk/sign-in", [("name", "chen"), ("password", "correct horse")])
            // Many guesses at the same moment, of which the last comes through the form.
            for _ in 0..<5 { _ = gate.admit(account: "chen", network: "unknown", device: nil, at: Date() + 60) }
            let stranger = TestBrowser(client)
            try await stranger.get("/desk/sign-in")
            let answer = try await stranger.post("/desk/sign-in", [("name", "chen"), ("password", "guess")])
            #expect(answer.status == .tooManyRequests && stranger.page.contains("秒"))
            #expect(answer.headers[.retryAfter] != nil && stranger.page.contains("value=\"chen\""))
            colleague.set(cookie: "session", nil)
            try await colleague.get("/desk/sign-in")
            let again = try await colleague.post("/desk/sign-in", [("name", "chen"), ("password", "correct horse")])
            #expect(again.status == .seeOther)
        }
    }

    @Test func pagesShowTheSettingsOfTheDatabase() async throws {
        let database = try await TestDatabase.make()
        _ = try await database.owner.write { tx in
            try tx.execute("update site_settings set value = '某县政务公开办' where key = 'organ'")
        }
        let web = try TestSite.make(pools: Pools(public: database.public, staff: database.staff))
        try await web.makeServer().test(.router) { client in
            let browser = TestBrowser(client)
            // Read when the server starts, beside it.
            try await wait(until: "the page names the office") {
                try await browser.get("/styleguide")
                return browser.page.contains("某县政务公开办")
            }
        }
    }

    @Test func healthAsksTheDatabase() async throws {
        try await run { client, _, _ in
            let browser = TestBrowser(client)
            let answer = try await browser.get("/healthz")
            #expect(answer.status == .ok && browser.page == "ok\n")
        }
        var impatient = TestSite.configuration
        impatient.healthPatience = .milliseconds(100)
        try await TestSite.make(impatient).makeServer().test(.router) { client in
            let answer = try await TestBrowser(client).get("/healthz")
            #expect(answer.status == .serviceUnavailable)
        }
    }
}
