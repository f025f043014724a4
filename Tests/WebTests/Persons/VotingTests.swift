import Crypto
import Foundation
import HTTPTypes
import HummingbirdTesting
import Logging
import Postgres
import Questionnaires
import TestSupport
import Testing

@testable import Participation
@testable import Web

/// Signing in is tried at a real provider in Tests/Browser/test_verified_persons.py; here somebody has signed in.
@Suite("Answering as a verified person without a script")
struct VotingTests {
    private func run(
        log: KeptLog = KeptLog(),
        _ test: @escaping @Sendable (QuestionnaireScene, WebApplication, TestBrowser) async throws -> Void
    ) async throws {
        var terms = QuestionnaireScene.Terms()
        terms.voice = "person"
        let scene = try await QuestionnaireScene.make(QuestionnaireScene.voted, terms)
        var configuration = TestSite.configuration
        configuration.intake = scene.intake
        configuration.voteGathering = .milliseconds(5)
        // Nobody listens there.
        configuration.persons = try OpenIDProvider(
            .init(issuer: "http://127.0.0.1:1", clientID: "minyi", name: "粤省事"))
        let web = try TestSite.make(
            configuration, pools: Pools(public: scene.database.public, staff: scene.database.staff),
            logger: Logger(label: "test") { _ in log })
        try await web.makeServer().test(.router) { try await test(scene, web, TestBrowser($0)) }
    }

    /// As the way back from the provider does.
    private func recognise(
        _ person: String, _ browser: TestBrowser, _ web: WebApplication, _ scene: QuestionnaireScene
    ) async throws {
        let key = try #require(
            try await VoiceKey.load(scene.number, vault: scene.intake.vault, in: scene.database.public))
        let cookie = try web.personCookies.voice(key.voice(of: person), in: scene.number)
        browser.set(cookie: cookie.name, cookie.value)
    }

    /// Signed in at the desk.
    private func organiser(at scene: QuestionnaireScene, from browser: TestBrowser) async throws -> TestBrowser {
        let desk = browser.another()
        let (token, hash) = StaffSession.makeToken()
        let id: Int = try await scene.value("select id from staff where sign_in_name = 'organiser'")
        try await StaffSession.open(staffID: id, tokenHash: hash, in: scene.database.staff)
        desk.set(cookie: SessionReading.cookie, Base64URL.encode(token))
        return desk
    }

    private func answer(
        _ browser: TestBrowser, _ page: String, _ answers: [(String, String)], do wish: String = "next"
    ) async throws -> TestResponse {
        try await browser.post(page, browser.hiddenFields + answers + [("do", wish)])
    }

    @Test func carriesTheAnswersFromPageToPageAndKeepsNothing() async throws {
        try await run { scene, web, browser in
            let start = "/questionnaires/\(scene.number)"
            try await browser.get(start)
            #expect(browser.page.contains("去“粤省事”登录") && browser.page.contains("我们不能保证"))
            // The button stands above what is said about it, and in no box that scrolls by itself.
            let button = try #require(browser.page.range(of: "去“粤省事”登录"))
            let explained = try #require(browser.page.range(of: "请先在“粤省事”登录"))
            #expect(button.lowerBound < explained.lowerBound && browser.page.contains("class=\"side long\""))
            // Not signed in.
            #expect(try await browser.get(start + "/fill").headers[.location] == start)
            try await recognise("li", browser, web, scene)
            #expect(try await browser.get(start + "/fill").headers[.location] == start + "/fill/service")
            #expect(try await browser.get(start + "/fill/service").status == .ok)
            // Nothing is kept, so that a link of the head would lose it all.
            #expect(!browser.page.contains("以后再填") && browser.page.contains("请只用问题下面的按钮"))
            let empty = try await answer(browser, start + "/fill/service", [])
            #expect(empty.status == .unprocessableContent)
            _ = try await answer(browser, start + "/fill/service", [("a.content", "false")])
            _ = try await answer(browser, start + "/fill/service", [("a.content", "false"), ("a.why", "排队\n太久")])
            #expect(browser.page.contains("第 2 页，共 3 页"))
            _ = try await answer(browser, start + "/fill/detail", [("a.slow", "_other"), ("a.slow.other", "停车")])
            #expect(browser.page.contains("第 3 页，共 3 页"))
            _ = try await answer(browser, start + "/fill/about", [("a.age", "40")], do: "back")
            #expect(browser.page.contains("value=\"停车\""))
            _ = try await answer(browser, start + "/fill/detail", [("a.slow", "queue")])
            #expect(browser.page.contains("value=\"40\""))
            let review = try await answer(browser, start + "/fill/about", [("a.age", "41")])
            #expect(review.status == .ok && browser.page.contains("排队\n太久") && browser.page.contains("也不能撤回"))
            #expect(browser.page.contains("请只用问题下面的按钮"))
            let fields = browser.hiddenFields
            _ = try await browser.post(start + "/fill/service", fields + [("open", "on")])
            #expect(browser.page.contains("value=\"false\" checked"))
            let sent = try await browser.post(start + "/review", fields)
            #expect(sent.status == .ok && browser.page.contains("您的回答已计入") && browser.page.contains("谢谢您。"))
            let sentence = #/问卷到\d+年\d+月\d+日\d+时(\d+分)?结束；结束以后公布/#
            #expect(browser.page.contains(sentence))
            let stored: String = try await scene.value("select answers::text from unlinked_sheets")
            #expect(stored == #"{"age": 41, "why": "排队\n太久", "slow": "queue", "content": false}"#)
            for table: SQL in [
                "select count(*) from saved_sheets", "select count(*) from submissions",
                "select count(*) from page_visits",
            ] {
                #expect(try await scene.value(table, as: Int.self) == 0)
            }
            // At the desk it is counted, and not seen.
            let desk = try await organiser(at: scene, from: browser)
            try await desk.get("/desk/questionnaires/\(scene.number)/results")
            #expect(desk.page.contains("其中核实身份的 1 份，结束以后才看得到") && desk.page.contains("<dd>1</dd>"))
            #expect(!desk.page.contains("还没有答卷"))
            // Pressed again; and again by the same person, signed in anew.
            let again = try await browser.post(start + "/review", fields)
            #expect(again.status == .unprocessableContent && browser.page.contains("登录已经过期"))
            try await recognise("li", browser, web, scene)
            let second = try await browser.post(start + "/review", fields)
            #expect(second.status == .conflict && browser.page.contains("您已经投过了"))
            #expect(try await scene.value("select count(*) from unlinked_sheets", as: Int.self) == 1)
        }
    }

    @Test func whatWasCarriedIsJudgedLikeWhatIsTyped() async throws {
        try await run { scene, web, browser in
            let start = "/questionnaires/\(scene.number)"
            try await recognise("li", browser, web, scene)
            try await browser.get(start + "/fill/service")
            func send(signed carried: String) async throws -> TestResponse {
                try await browser.post(
                    start + "/review", [("csrf", browser.token), ("sheet", UUID().uuidString), ("carried", carried)])
            }
            func sign(_ json: String, for number: String? = nil) -> String {
                let purpose = WebApplication.carrying(number ?? scene.number)
                return web.signer.sign(json, for: purpose, expires: Date(timeIntervalSinceNow: 60))
            }
            func send(_ json: String) async throws -> TestResponse { try await send(signed: sign(json)) }
            // What is not ours counts as nothing.
            for foreign in [
                #"{"content": true}"#, sign(#"{"content": true}"#, for: "Q-2026-000009-9"),
                String(sign(#"{"content": true}"#).dropLast(3)),
            ] {
                #expect(try await send(signed: foreign).status == .unprocessableContent)
            }
            // What the database could not store, and would refuse with all votes that came at the same time.
            #expect(try await send(#"{"content": false, "why": "a\u0000b"}"#).status == .badRequest)
            // An option that does not exist, an age beyond all, a question that is hidden, one that is nobody's, no JSON at all.
            #expect(
                try await send(#"{"content": false, "why": "x", "slow": "nothing"}"#).status == .unprocessableContent)
            #expect(try await send(#"{"content": true, "age": 9000}"#).status == .unprocessableContent)
            #expect(try await send("[").status == .unprocessableContent)
            #expect(try await send(String(repeating: "[", count: 100_000)).status == .unprocessableContent)
            #expect(try await scene.value("select count(*) from voices", as: Int.self) == 0)
            #expect(try await send(#"{"content": true, "why": "hidden", "foreign": 1}"#).status == .ok)
            #expect(try await scene.value("select answers::text from unlinked_sheets") == #"{"content": true}"#)
        }
    }

    @Test func aCorrectionBeforeTheEndLosesNothing() async throws {
        try await run { scene, web, browser in
            let start = "/questionnaires/\(scene.number)"
            try await recognise("li", browser, web, scene)
            try await browser.get(start + "/fill/service")
            _ = try await answer(browser, start + "/fill/service", [("a.content", "false")])
            _ = try await answer(browser, start + "/fill/service", [("a.content", "false"), ("a.why", "太久")])
            _ = try await answer(browser, start + "/fill/detail", [("a.slow", "queue")])
            _ = try await answer(browser, start + "/fill/about", [("a.age", "41")])
            let reviewed = browser.hiddenFields
            var content = QuestionnaireScene.voted
            content.pages[0].groups[0].questions[0].text = "您对今年的服务满意吗？"
            try await scene.correct(content, note: "写明了是今年")
            let told = try await browser.post(start + "/review", reviewed)
            #expect(told.status == .ok && browser.page.contains("写明了是今年") && browser.page.contains("太久"))
            _ = try await answer(browser, start + "/fill/service", [("a.content", "false"), ("a.why", "太久")])
            _ = try await answer(browser, start + "/fill/detail", [("a.slow", "queue")])
            #expect(browser.page.contains("value=\"41\""))
        }
    }

    @Test func whoComesNextIsNotTakenForThePersonBefore() async throws {
        try await run { scene, web, browser in
            let start = "/questionnaires/\(scene.number)"
            try await recognise("li", browser, web, scene)
            // To the provider, which does not answer here, and not on as the person before.
            #expect(try await browser.get(start + "/sign-in").status == .serviceUnavailable)
            try await browser.get(start + "/fill/service")
            #expect(browser.page.contains("不是我，退出"))
            #expect(try await browser.post(start + "/leave", []).headers[.location] == start)
            #expect(try await browser.get(start + "/fill").headers[.location] == start)
        }
    }

    @Test func nobodyIsCalledButPaperCountsAndThatIsSaid() async throws {
        try await run { scene, _, browser in
            try await browser.get("/questionnaires/\(scene.number)")
            #expect(browser.page.contains("纸质答卷由工作人员录入，不核实身份，也计入结果"))
            var terms = SampleTerms()
            terms.name = "电话样本"
            await #expect {
                _ = try await terms.save(of: scene.id, in: scene.database.staff, as: scene.county.organiser)
            } throws: { error in
                (error as? PostgresError)?.constraint == "samples_voice"
            }
            let desk = try await organiser(at: scene, from: browser)
            try await desk.get("/desk/questionnaires/\(scene.number)/samples")
            #expect(!desk.page.contains("name=\"script\"") && !desk.page.contains("电话访问</a>"))
        }
    }

    @Test func whatWasPromisedIsTrueAndStaysAfterTheEnd() async throws {
        try await run { scene, _, browser in
            let start = "/questionnaires/\(scene.number)"
            try await browser.get(start)
            #expect(browser.page.contains("回答和您的身份分开存放") && browser.page.contains("先确认您是谁"))
            try await scene.act("select close_questionnaire(\(scene.id))")
            try await browser.get(start)
            #expect(browser.page.contains("我们保证") && browser.page.contains("我们不能保证"))
            #expect(!browser.page.contains("先确认您是谁") && !browser.page.contains("去“粤省事”登录"))
        }
    }

    @Test func nobodyElsesCookieIsOneselves() async throws {
        try await run { scene, web, browser in
            let start = "/questionnaires/\(scene.number)"
            let cookies = web.personCookies
            // For another questionnaire, from another installation, too old, cut off.
            let foreign = try cookies.voice([1], in: "Q-2026-000009-9").value
            let other = try PersonCookies(secret: .init(size: .bits256)).voice([1], in: scene.number).value
            let old = try cookies.voice([1], in: scene.number, now: Date(timeIntervalSinceNow: -4 * 3600)).value
            for value in [foreign, other, old, String(old.dropLast(3)), "", "x"] {
                browser.set(cookie: "person-\(scene.number)", value)
                #expect(try await browser.get(start + "/fill").headers[.location] == start)
            }
        }
    }

    @Test func theLogSaysWhyTheProviderRefused() async throws {
        let log = KeptLog()
        try await run(log: log) { scene, web, browser in
            for (error, status) in [
                ("access_denied", HTTPResponse.Status.ok), ("invalid_scope", .forbidden), ("Li%20Lei", .forbidden),
            ] {
                let going = try web.personCookies.go(.init(questionnaire: scene.number, attempt: .init()))
                browser.set(cookie: going.name, going.value)
                #expect(try await browser.get("/persons/return?error=\(error)&state=x").status == status)
            }
        }
        let lines = log.text.split(separator: "\n").filter { $0.contains("nobody could be recognised") }
        #expect(lines.count == 2 && lines.first?.contains("invalid_scope") == true)
        #expect(!log.text.contains("access_denied") && !log.text.contains("Lei"))
    }

    @Test func saysThatTheProviderDoesNotAnswer() async throws {
        try await run { scene, _, browser in
            let gone = try await browser.get("/questionnaires/\(scene.number)/sign-in")
            #expect(gone.status == .serviceUnavailable && browser.page.contains("登录系统没有应答"))
            let lost = try await browser.get("/persons/return?code=x&state=y")
            #expect(lost.headers[.location] == "/questionnaires")
        }
    }
}
