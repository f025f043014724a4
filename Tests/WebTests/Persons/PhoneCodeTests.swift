import Foundation
import HTTPTypes
import HummingbirdTesting
import Postgres
import Sending
import TestSupport
import Testing

@testable import Participation
@testable import Web

@Suite("Codes to a phone, through a real receiver")
struct PhoneCodeTests {
    private static let secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"

    private func run(
        way: PersonWay = .phone, path: String = "/ok",
        _ test: @escaping @Sendable (QuestionnaireScene, Receiver, TestBrowser) async throws -> Void
    ) async throws {
        var terms = QuestionnaireScene.Terms()
        (terms.voice, terms.personWay) = ("person", way)
        let scene = try await QuestionnaireScene.make(QuestionnaireScene.voted, terms)
        let receiver = try await Receiver.start("hook", ["--secret", Self.secret])
        var configuration = TestSite.configuration
        configuration.intake = scene.intake
        let webhook = try Webhook(
            url: "http://127.0.0.1:\(receiver.port)\(path)", secret: Self.secret, isInternal: true)
        configuration.phoneCodes = PhoneCodeSender(NoticeWays(webhook: webhook))
        let web = try TestSite.make(
            configuration, pools: Pools(public: scene.database.public, staff: scene.database.staff))
        try await web.makeServer().test(.router) { try await test(scene, receiver, TestBrowser($0)) }
    }

    private func code(_ receiver: Receiver, number count: Int) async throws -> String {
        struct Body: Decodable { let facts: [String: String] }
        let line = try #require(try await receiver.lines(atLeast: count).last)
        #expect(line["signed"] as? Bool == true)
        let body = try #require(line["body"] as? String)
        return try #require(try JSONDecoder().decode(Body.self, from: Data(body.utf8)).facts["code"])
    }

    @Test func aCodeOpensTheQuestionsOnce() async throws {
        try await run { scene, receiver, browser in
            let start = "/questionnaires/\(scene.number)"
            try await browser.get(start)
            #expect(browser.page.contains("用手机验证码") && !browser.page.contains("sign-in"))
            #expect(try await browser.get(start + "/phone/code").headers[.location] == start + "/phone")
            try await browser.get(start + "/phone")
            #expect(
                try await browser.post(start + "/phone", [("phone", "0762-6750000")]).status == .unprocessableContent)
            let sent = try await browser.post(start + "/phone", [("phone", "＋86 138-0013-8000")])
            #expect(sent.headers[.location] == start + "/phone/code")
            let digits = try await code(receiver, number: 1)
            try await browser.get(start + "/phone/code")
            #expect(browser.page.contains("尾号 8000") && !browser.page.contains("13800138000"))
            // Another one at once is not sent, and nobody learns from it that there was one; the first stays good.
            let other = browser.another()
            for asking in [other, browser] {
                try await asking.get(start + "/phone")
                let asked = try await asking.post(start + "/phone", [("phone", "13800138000")])
                #expect(asked.headers[.location] == start + "/phone/code")
            }
            #expect(try await scene.value("select count(*) from phone_codes", as: Int.self) == 1)
            try await other.get(start + "/phone/code")
            try await other.post(start + "/phone/code", [("code", digits)])
            #expect(other.page.contains("已经失效"))
            try await browser.get(start + "/phone/code")
            #expect(try await browser.post(start + "/phone/code", [("code", "12")]).status == .unprocessableContent)
            let right = try await browser.post(start + "/phone/code", [("code", digits)])
            #expect(right.headers[.location] == start + "/fill")
            #expect(try await browser.get(start + "/fill/service").status == .ok)
            #expect(try await scene.value("select count(*) from phone_codes", as: Int.self) == 0)
        }
    }

    @Test func fiveTriesAreAll() async throws {
        try await run { scene, receiver, browser in
            let start = "/questionnaires/\(scene.number)"
            try await browser.get(start + "/phone")
            try await browser.post(start + "/phone", [("phone", "13800138000")])
            let digits = try await code(receiver, number: 1)
            try await browser.get(start + "/phone/code")
            let wrong = digits == "000000" ? "000001" : "000000"
            for _ in 0..<5 { try await browser.post(start + "/phone/code", [("code", wrong)]) }
            #expect(browser.page.contains("验证码不对"))
            let late = try await browser.post(start + "/phone/code", [("code", digits)])
            #expect(late.status == .unprocessableContent && browser.page.contains("已经失效"))
            // What stands in the table is neither the phone nor the code.
            let row: String = try await scene.value("select phone_codes::text from phone_codes")
            #expect(!row.contains("13800138000") && !row.contains(digits))
        }
    }

    /// Somebody with many addresses and many numbers runs up no bill: what is sent in an hour has an end, for all phones together.
    @Test func allPhonesTogetherGetNoMoreInAnHour() async throws {
        try await run { scene, receiver, browser in
            let now = Date()
            try await scene.database.setClock(now)
            try await scene.database.owner.write {
                try $0.execute("update site_settings set value = '2' where key = 'phone_codes_an_hour'")
            }
            let start = "/questionnaires/\(scene.number)"
            func ask(_ browser: TestBrowser, _ phone: String) async throws -> HTTPResponse.Status {
                try await browser.get(start + "/phone")
                return try await browser.post(start + "/phone", [("phone", phone)]).status
            }
            #expect(try await ask(browser, "13800138000") == .seeOther)
            let digits = try await code(receiver, number: 1)
            #expect(try await ask(browser.another(), "13800138001") == .seeOther)
            // Who was just sent one is told the same as who was not.
            for phone in ["13800138002", "13800138001"] {
                let other = browser.another()
                #expect(try await ask(other, phone) == .serviceUnavailable && other.page.contains("整点以后再试"))
            }
            // What was sent stays good, and one that was used makes no room.
            try await browser.get(start + "/phone/code")
            let right = try await browser.post(start + "/phone/code", [("code", digits)])
            #expect(right.headers[.location] == start + "/fill")
            #expect(try await ask(browser.another(), "13800138003") == .serviceUnavailable)
            #expect(try await receiver.lines(atLeast: 2).count == 2)
            try await scene.database.setClock(now.addingTimeInterval(3600))
            #expect(try await ask(browser.another(), "13800138003") == .seeOther)
            // How many were sent in an hour that is over is nobody's business.
            _ = try await scene.database.work.write { try $0.value("select erase_phone_codes()", as: Int.self) }
            #expect(try await scene.value("select count(*) from phone_codes_sent", as: Int.self) == 1)
        }
    }

    @Test func saysWhenTheGatewayDoesNotTakeIt() async throws {
        try await run(path: "/status/500") { scene, _, browser in
            let start = "/questionnaires/\(scene.number)"
            try await browser.get(start + "/phone")
            let failed = try await browser.post(start + "/phone", [("phone", "13800138000")])
            #expect(failed.status == .serviceUnavailable && browser.page.contains("短信没有发出去"))
        }
    }

    @Test func isNotOfferedWhereOneSignsIn() async throws {
        try await run(way: .openid) { scene, _, browser in
            let start = "/questionnaires/\(scene.number)"
            #expect(try await browser.get(start + "/phone").headers[.location] == start)
            try await browser.get(start)
            #expect(browser.page.contains("目前不能登录"))
        }
    }
}
