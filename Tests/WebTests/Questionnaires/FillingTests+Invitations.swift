import Foundation
import HTTPTypes
import HummingbirdTesting
import Postgres
import Questionnaires
import TestSupport
import Testing

@testable import Participation
@testable import Web

/// Questionnaires for which an invitation is needed, page by page.
extension FillingTests {
    private static let first = "407295183364"
    private static let second = "118203947755"

    /// Two people are invited.
    private func runInvited(
        _ content: Questionnaire = QuestionnaireScene.content,
        _ test: @escaping @Sendable (QuestionnaireScene, TestBrowser, _ start: String) async throws -> Void
    ) async throws {
        try await run(content, { $0.voice = "code" }) { scene, browser in
            let macs = try [Self.first, Self.second].map {
                scene.intake.codes.invitation(try #require(QueryCode($0)), to: scene.number)
            }
            try await scene.act("select make_invitations(\(scene.id), \(macs))")
            try await browser.get("/questionnaires/\(scene.number)")
            try await test(scene, browser, "/questionnaires/\(scene.number)")
        }
    }

    /// Types an invitation, and opens the page that it leads to.
    private func enter(_ browser: TestBrowser, _ start: String, _ code: String) async throws {
        let told = try await browser.post(start + "/start", [("invitation", code)])
        #expect(told.headers[.location] == start + "/fill")
        try await open(browser, start)
    }

    /// Types the first invitation and answers two pages, each with words of its own.
    private func begin(_ browser: TestBrowser, _ start: String, why: String) async throws {
        try await enter(browser, start, Self.first)
        _ = try await answer(browser, start + "/fill/service", [("a.content", "false")])
        try await browser.follow(
            try await answer(browser, start + "/fill/service", [("a.content", "false"), ("a.why", why)]))
        try await browser.follow(
            try await answer(browser, start + "/fill/detail", [("a.slow", "_other"), ("a.slow.other", "停车")]))
    }

    @Test func anotherInvitationDoesNotOpenWhatWasBegun() async throws {
        try await runInvited { scene, browser, start in
            try await enter(browser, start, Self.first)
            _ = try await answer(browser, start + "/fill/service", [("a.content", "false")])
            try await browser.follow(
                try await answer(browser, start + "/fill/service", [("a.content", "false"), ("a.why", "排队")]))
            // The same goes on, also once the browser was closed, which forgets the invitation.
            browser.set(cookie: "invitation-\(scene.number)", nil)
            try await enter(browser, start, Self.first)
            #expect(browser.page.contains("哪里太慢？"))
            // Somebody else sits there now.
            try await enter(browser, start, Self.second)
            #expect(browser.page.contains("您满意吗？") && !browser.page.contains("checked"))
            #expect(!browser.page.contains("排队"))
            #expect(try await browser.get(start + "/review").headers[.location] == start + "/fill")
            // It stays for its saving code, and the first finds nothing of the second's.
            #expect(try await scene.value("select answers ->> 'why' from saved_sheets", as: String.self) == "排队")
            _ = try await answer(browser, start + "/fill/service", [("a.content", "true")])
            try await enter(browser, start, Self.first)
            #expect(!browser.page.contains("checked"))
        }
    }

    /// What was begun stays in the browser until its author comes back. Who only knows the addresses reads nothing of it.
    @Test func withoutTheInvitationNothingOfItIsRead() async throws {
        try await runInvited { scene, browser, start in
            try await enter(browser, start, Self.first)
            _ = try await answer(browser, start + "/fill/service", [("a.content", "false")])
            try await browser.follow(
                try await answer(browser, start + "/fill/service", [("a.content", "false"), ("a.why", "排队")]))
            let sheet = browser.hiddenFields.filter { ["sheet", "version"].contains($0.0) }
            // The browser was closed, which forgets the invitation.
            browser.set(cookie: "invitation-\(scene.number)", nil)
            for page in ["/review", "/kept"] {
                let led = try await browser.get(start + page)
                #expect(led.headers[.location] == start + "/fill" && !browser.page.contains("排队"))
            }
            for (page, fields) in [("/review", [("base", "another")]), ("/fill/service", [("open", "on")])] {
                let led = try await browser.post(start + page, sheet + fields)
                #expect(led.headers[.location] == start + "/fill" && !browser.page.contains("排队"))
            }
            try await scene.act("select suspend_questionnaire(\(scene.id), true, '停一下')")
            let led = try await browser.get(start + "/fill")
            #expect(led.headers[.location] == start && !browser.page.contains("排队"))
            try await scene.act("select suspend_questionnaire(\(scene.id), false)")
            try await enter(browser, start, Self.first)
            #expect(browser.page.contains("哪里太慢？"))
            try await browser.get(start + "/review")
            #expect(browser.page.contains("排队"))
        }
    }

    /// While it is suspended, what comes is kept for later, with the code that leads to it.
    @Test func withoutTheInvitationNobodyGetsTheCodeOfWhatWasBegun() async throws {
        try await runInvited { scene, browser, start in
            try await begin(browser, start, why: "排队")
            try await browser.get(start + "/fill/service")
            let fields = browser.hiddenFields + [("a.content", "false"), ("do", "next")]
            func holdsCode() -> Bool { browser.page.firstMatch(of: /[0-9]{4} [0-9]{4} [0-9]{4}/) != nil }
            try await scene.act("select suspend_questionnaire(\(scene.id), true, '停一下')")
            let own = try await browser.post(start + "/fill/service", fields + [("a.why", "人多")])
            #expect(own.status == .conflict && browser.page.contains("停车"))
            #expect(holdsCode())
            // The browser was closed, which forgets the invitation.
            browser.set(cookie: "invitation-\(scene.number)", nil)
            let other = try await browser.post(start + "/fill/service", fields + [("a.why", "偷看")])
            #expect(other.status == .conflict && browser.page.contains("偷看") && !browser.page.contains("停车"))
            #expect(!holdsCode())
            // Nor when another sheet was opened here by its saving code.
            let cookie = SheetCookies.sheet(UUID(), of: scene.number, by: SheetCookies.found)
            browser.set(cookie: cookie.name, cookie.value)
            _ = try await browser.post(start + "/fill/service", fields + [("a.why", "偷看")])
            #expect(!browser.page.contains("停车") && !holdsCode())
            #expect(try await scene.value("select answers ->> 'why' from saved_sheets", as: String.self) == "人多")
        }
    }

    /// Whatever is said about a page goes by all that was kept: which answers would go, what another tab has kept.
    @Test func withoutTheInvitationNothingIsSaidOfWhatWasBegun() async throws {
        try await runInvited { scene, browser, start in
            try await begin(browser, start, why: "人多")
            try await browser.get(start + "/fill/service")
            let fields = browser.hiddenFields + [("do", "next")]
            let own = try await browser.post(start + "/fill/service", fields + [("a.content", "true")])
            #expect(own.status == .ok && browser.page.contains("有些回答将被删除"))
            #expect(browser.page.contains("人多") && browser.page.contains("停车"))
            // The browser was closed, which forgets the invitation.
            browser.set(cookie: "invitation-\(scene.number)", nil)
            let vanishing = fields + [("a.content", "true")]
            let changed = fields.filter { $0.0 != "base" } + [("a.content", "false"), ("a.why", "偷看")]
            let (overtaken, again) = (changed + [("base", "another")], changed + [("again", "on")])
            for (sent, seen) in [(vanishing, "您满意吗？"), (overtaken, "偷看"), (again, "偷看")] {
                let other = try await browser.post(start + "/fill/service", sent)
                #expect(other.status == .conflict && browser.page.contains("没有有效的邀请码"))
                #expect(browser.page.contains(seen))
                #expect(!browser.page.contains("人多") && !browser.page.contains("停车"))
            }
            #expect(try await scene.value("select answers ->> 'why' from saved_sheets", as: String.self) == "人多")
            // Whoever shows it goes on.
            try await enter(browser, start, Self.first)
            try await browser.get(start + "/fill/service")
            #expect(browser.page.contains("人多"))
        }
    }

    @Test func withoutTheInvitationAFullQuotaTellsNothingOfWhatWasBegun() async throws {
        try await runInvited { scene, browser, start in
            try await begin(browser, start, why: "人多")
            let fields = browser.hiddenFields + [("a.age", "20"), ("do", "next")]
            _ = try await scene.database.owner.write {
                try $0.execute("update quota_counts set taken = most where code = 'young'")
            }
            let own = try await browser.post(start + "/fill/about", fields)
            #expect(own.status == .conflict && browser.page.contains("年轻人已经够了。"))
            #expect(browser.page.contains("停车"))
            // The browser was closed, which forgets the invitation.
            browser.set(cookie: "invitation-\(scene.number)", nil)
            let other = try await browser.post(start + "/fill/about", fields)
            #expect(other.status == .conflict && browser.page.contains("没有有效的邀请码"))
            #expect(browser.page.contains("您多大？") && !browser.page.contains("年轻人已经够了。"))
            #expect(!browser.page.contains("人多") && !browser.page.contains("停车"))
        }
    }

    @Test func withoutTheInvitationNoFileIsStored() async throws {
        try await runInvited(Self.photographed) { scene, browser, start in
            try await enter(browser, start, Self.first)
            let fields = browser.hiddenFields + [("a.content", "true"), ("do", "next")]
            // It has run out meanwhile.
            browser.set(cookie: "invitation-\(scene.number)", nil)
            let told = try await browser.upload(start + "/fill/service", fields, file: Self.photo)
            #expect(told.status == .unprocessableContent && browser.page.contains("没有有效的邀请码"))
            #expect(browser.page.contains("value=\"true\" checked"))
            #expect(try await scene.value("select count(*) from attachments", as: Int.self) == 0)
            try await enter(browser, start, Self.first)
            try await browser.upload(start + "/fill/service", fields, file: Self.photo)
            #expect(try await scene.value("select count(*) from attachments", as: Int.self) == 1)
        }
    }

    @Test func aCodeThatIsNoneIsToldByItsName() async throws {
        try await runInvited { _, browser, start in
            let empty = try await browser.post(start + "/start", [("invitation", " ")])
            #expect(empty.status == .unprocessableContent && browser.page.contains("请填写邀请码。"))
            #expect(!browser.page.contains("没有这个邀请码"))
            try await browser.get(start + "/continue")
            let short = try await browser.post(start + "/continue", [("code", "4072")])
            #expect(short.status == .unprocessableContent && browser.page.contains("保存码是 12 位数字。"))
        }
    }

    @Test func whoeverLeavesTakesTheirInvitationAlong() async throws {
        try await runInvited { _, browser, start in
            try await enter(browser, start, Self.first)
            try await browser.follow(
                try await answer(browser, start + "/fill/service", [("a.content", "true")], do: "keep"))
            try await browser.post(start + "/kept", [("do", "forget")])
            #expect(try await browser.get(start + "/fill").headers[.location] == start)
        }
    }

    @Test func whatNeedsAnInvitationGoesOnLater() async throws {
        try await runInvited { scene, browser, start in
            try await enter(browser, start, Self.first)
            try await browser.follow(
                try await answer(browser, start + "/fill/service", [("a.content", "true")], do: "keep"))
            #expect(browser.page.contains("保存码和邀请码都请留好"))
            let code = try #require(browser.page.firstMatch(of: /[0-9]{4} [0-9]{4} [0-9]{4}/)).output
            try await browser.get(start)
            #expect(browser.page.contains("接着填") && browser.page.contains("href=\"\(start)/fill\""))
            // Where the invitation was not shown, nothing is offered.
            let other = browser.another()
            try await other.get(start)
            #expect(!other.page.contains("接着填"))
            try await other.get(start + "/continue")
            try await other.follow(try await other.post(start + "/continue", [("code", String(code))]))
            try await other.get(start)
            #expect(other.page.contains("找到了您填过的内容；请再输入邀请码") && !other.page.contains("href=\"\(start)/fill\""))
            try await enter(other, start, Self.first)
            #expect(other.page.contains("value=\"true\" checked"))
            // From then on it is theirs alone.
            try await enter(other, start, Self.second)
            #expect(!other.page.contains("checked"))
            // An invitation that somebody else has shown is not used for it.
            try await other.post(start + "/continue", [("code", String(code))])
            #expect(try await other.get(start + "/fill").headers[.location] == start)
        }
    }
}
