import Foundation
import HTTPTypes
import HummingbirdTesting
import NIOCore
import Postgres
import Questionnaires
import TestSupport
import Testing

@testable import Participation
@testable import Web

@Suite("Answering a questionnaire without a script")
struct FillingTests {
    private func run(
        _ content: Questionnaire = QuestionnaireScene.content,
        _ change: (inout QuestionnaireScene.Terms) -> Void = { _ in },
        _ test: @escaping @Sendable (QuestionnaireScene, TestBrowser) async throws -> Void
    ) async throws {
        var terms = QuestionnaireScene.Terms()
        change(&terms)
        let scene = try await QuestionnaireScene.make(content, terms)
        var configuration = TestSite.configuration
        configuration.intake = scene.intake
        let web = try TestSite.make(
            configuration, pools: Pools(public: scene.database.public, staff: scene.database.staff))
        try await web.makeServer().test(.router) { try await test(scene, TestBrowser($0)) }
    }

    /// Sends the page that is before the visitor, with these answers.
    private func answer(
        _ browser: TestBrowser, _ page: String, _ answers: [(String, String)], do wish: String = "next"
    ) async throws -> TestResponse {
        try await browser.post(page, browser.hiddenFields + answers + [("do", wish)])
    }

    @Test func leadsFromPageToPageToAReceipt() async throws {
        try await run { scene, browser in
            let start = "/questionnaires/\(scene.number)"
            #expect(try await browser.get("/questionnaires").status == .ok && browser.page.contains("政务服务满意度调查"))
            #expect(try await browser.get("/").status == .ok && browser.page.contains("政务服务满意度调查"))
            #expect(try await browser.get(start).status == .ok && browser.page.contains("在本县办过事的人"))
            #expect(try await browser.get(start + "/fill").status == .ok)
            // Nothing answered: said beside the field and in the summary.
            let empty = try await answer(browser, start + "/fill/service", [])
            #expect(empty.status == .unprocessableContent && browser.page.contains("href=\"#a.content\""))
            // With this answer the page asks more.
            let more = try await answer(browser, start + "/fill/service", [("a.content", "false")])
            #expect(more.status == .ok && browser.page.contains("这一页多了几道题"))
            #expect(browser.page.contains("value=\"content why\""))
            let next = try await answer(
                browser, start + "/fill/service", [("a.content", "false"), ("a.why", "  排队\n太久 ")])
            #expect(next.headers[.location] == start + "/fill/detail")
            try await browser.follow(next)
            let other = try await answer(
                browser, start + "/fill/detail", [("a.slow", "_other"), ("a.slow.other", "停车")])
            try await browser.follow(other)
            #expect(browser.page.contains("第 3 页，共 3 页"))
            // Back and forth without loss.
            let back = try await answer(browser, start + "/fill/about", [("a.age", "40")], do: "back")
            try await browser.follow(back)
            #expect(browser.page.contains("value=\"停车\""))
            try await browser.get(start + "/fill/about")
            let review = try await answer(browser, start + "/fill/about", [("a.age", "40")])
            #expect(review.headers[.location] == start + "/review")
            try await browser.follow(review)
            #expect(browser.page.contains("停车") && browser.page.contains("排队\n太久"))
            let sent = try await browser.post(start + "/review", browser.hiddenFields)
            try await browser.follow(sent)
            #expect(browser.page.contains("您的答卷已收到") && browser.page.contains("谢谢您。"))
            let stored: String = try await scene.value("select answers::text from answer_sheets")
            #expect(stored == #"{"age": 40, "why": "排队\n太久", "slow": {"other": "停车"}, "content": false}"#)
            // It is over: the questionnaire begins anew.
            try await browser.get(start + "/fill")
            #expect(!browser.page.contains("checked"))
        }
    }

    @Test func tellsBeforeAnswersVanish() async throws {
        try await run { scene, browser in
            let start = "/questionnaires/\(scene.number)"
            try await browser.get(start + "/fill")
            _ = try await answer(browser, start + "/fill/service", [("a.content", "false")])
            try await browser.follow(
                try await answer(browser, start + "/fill/service", [("a.content", "false"), ("a.why", "排队")]))
            try await browser.follow(try await answer(browser, start + "/fill/detail", [("a.slow", "queue")]))
            try await browser.get(start + "/fill/service")
            let asks = try await answer(browser, start + "/fill/service", [("a.content", "true"), ("a.why", "排队")])
            #expect(asks.status == .ok && browser.page.contains("有些回答将被删除"))
            #expect(browser.page.contains("为什么不满意？") && browser.page.contains("哪里太慢？"))
            #expect(try await scene.value("select answers ->> 'slow' from saved_sheets", as: String.self) == "queue")
            let kept = browser.hiddenFields
            // Back to the page as it was typed, and on again.
            let again = try await browser.post(start + "/fill/service", kept + [("again", "on")])
            #expect(again.status == .ok && browser.page.contains("您满意吗？"))
            let gone = try await browser.post(start + "/fill/service", kept + [("confirm", "on")])
            #expect(gone.headers[.location] == start + "/fill/about")
            #expect(
                try await scene.value("select answers::text from saved_sheets", as: String.self)
                    == #"{"content": true}"#)
        }
    }

    @Test func goesOnWithACodeInAnotherBrowser() async throws {
        try await run { scene, browser in
            let start = "/questionnaires/\(scene.number)"
            try await browser.get(start + "/fill")
            let kept = try await answer(browser, start + "/fill/service", [("a.content", "true")], do: "keep")
            try await browser.follow(kept)
            let code = try #require(browser.page.firstMatch(of: /[0-9]{4} [0-9]{4} [0-9]{4}/)).output
            let other = browser.another()
            try await other.get(start + "/continue")
            let wrong = try await other.post(start + "/continue", [("code", "0000 0000 0000")])
            #expect(wrong.status == .unprocessableContent)
            try await other.follow(try await other.post(start + "/continue", [("code", String(code))]))
            #expect(other.page.contains("value=\"true\" checked"))
            // The same code opens the receipt once it is sent.
            try await browser.post(start + "/kept", [("do", "forget")])
            try await browser.get(start + "/fill")
            #expect(!browser.page.contains("checked"))
        }
    }

    @Test func refusesWhatNoPageOfOursSends() async throws {
        try await run { scene, browser in
            let start = "/questionnaires/\(scene.number)"
            try await browser.get(start + "/fill")
            // Options that are none, questions of other pages, questions that are hidden.
            let forged = try await answer(
                browser, start + "/fill/service",
                [("a.content", "maybe"), ("a.age", "40"), ("a.slow", "queue"), ("a.why", "x"), ("a.nothing", "x")])
            #expect(forged.status == .unprocessableContent && browser.page.contains("href=\"#a.content\""))
            #expect(try await browser.get(start + "/fill/nowhere").status == .seeOther)
            #expect(try await browser.post(start + "/fill/nowhere", browser.hiddenFields).status == .notFound)
            #expect(try await browser.get("/questionnaires/Q-2026-999999-9").status == .notFound)
            // Nothing to send yet.
            #expect(try await browser.get(start + "/review").headers[.location] == start + "/fill")
            let early = try await browser.post(start + "/review", browser.hiddenFields)
            #expect(early.status == .unprocessableContent && browser.page.contains("href=\"#a.content\""))
            #expect(try await scene.value("select count(*) from answer_sheets", as: Int.self) == 0)
        }
    }

    @Test func aTownIsOneThatThePageOffers() async throws {
        var content = QuestionnaireScene.poll
        content.pages[0].groups[0].questions = [Question(code: "home", text: "您住在哪里？", kind: .unit(.towns))]
        try await run(content) { scene, browser in
            let start = "/questionnaires/\(scene.number)"
            _ = try await scene.database.owner.write { tx in
                try tx.execute(
                    """
                    insert into units (code, name, kind, valid_from, valid_until) values
                      ('t01', '清溪镇', 'town', '2010-01-01', null), ('t02', '旧镇', 'town', '2010-01-01', '2020-01-01')
                    """)
            }
            try await browser.get(start + "/fill")
            #expect(browser.page.contains("清溪镇") && !browser.page.contains("县民政局") && !browser.page.contains("旧镇"))
            for forged in ["d01", "t02"] {
                let refused = try await answer(browser, start + "/fill/p", [("a.home", forged)], do: "send")
                #expect(refused.status == .unprocessableContent && browser.page.contains("href=\"#a.home\""))
            }
            #expect(try await answer(browser, start + "/fill/p", [("a.home", "t01")], do: "send").status == .seeOther)
            #expect(try await scene.value("select town from answer_sheets", as: String.self) == "清溪镇")
        }
    }

    @Test func aCorrectionIsToldAndNothingIsLost() async throws {
        try await run { scene, browser in
            let start = "/questionnaires/\(scene.number)"
            try await browser.get(start + "/fill")
            let fields = browser.hiddenFields
            var content = QuestionnaireScene.content
            content.closing = "非常感谢。"
            let json = String(decoding: try JSONEncoder().encode(content), as: UTF8.self)
            try await scene.act("select correct_questionnaire(\(scene.id), 1, '改了结束语', \(json)::jsonb)")
            let told = try await browser.post(
                start + "/fill/service", fields + [("a.content", "true"), ("do", "next")])
            #expect(
                told.status == .ok && browser.page.contains("改了结束语") && browser.page.contains("value=\"true\" checked"))
            let next = try await answer(browser, start + "/fill/service", [("a.content", "true")])
            #expect(next.headers[.location] == start + "/fill/about")
        }
    }

    @Test func aFullQuotaIsToldWithItsOwnWords() async throws {
        try await run { scene, browser in
            let start = "/questionnaires/\(scene.number)"
            for _ in 1...2 { _ = try await scene.send(try scene.sheet(["content": .truth(true), "age": .number(20)])) }
            try await browser.get(start + "/fill")
            try await browser.follow(try await answer(browser, start + "/fill/service", [("a.content", "true")]))
            let full = try await answer(browser, start + "/fill/about", [("a.age", "２０")])
            #expect(full.status == .conflict && browser.page.contains("年轻人已经够了。") && browser.page.contains("您多大？"))
        }
    }

    @Test func aPollIsSentFromItsPageAndWithdrawn() async throws {
        try await run(QuestionnaireScene.poll, { ($0.kind, $0.voice) = ("poll", "browser") }) { scene, browser in
            let start = "/questionnaires/\(scene.number)"
            // As the page of a consultation sends its choice along.
            try await browser.get(start + "/fill?a.road=west")
            #expect(browser.page.contains("value=\"west\" checked"))
            let sent = try await answer(browser, start + "/fill/p", [("a.road", "west")], do: "send")
            try await browser.follow(sent)
            #expect(browser.page.contains("西段"))
            let number = try #require(sent.headers[.location]?.split(separator: "/").last.map(String.init))
            // Once more from the same browser.
            try await browser.get(start)
            let twice = try await answer(browser, start + "/fill/p", [("a.road", "east")], do: "send")
            #expect(twice.status == .conflict && browser.page.contains("每个浏览器只能提交一份"))
            try await browser.get("/receipts/\(number)/withdraw")
            #expect(browser.page.contains("回答会立即删除"))
            try await browser.follow(try await browser.post("/receipts/\(number)/withdraw", []))
            #expect(browser.page.contains("您的答卷已撤回") && !browser.page.contains("西段"))
            try await browser.get(start)
            let anew = try await answer(browser, start + "/fill/p", [("a.road", "east")], do: "send")
            #expect(anew.status == .seeOther)
        }
    }

    @Test func anInvitationOpensTheQuestionnaire() async throws {
        try await run(QuestionnaireScene.poll, { ($0.kind, $0.voice) = ("poll", "code") }) { scene, browser in
            let start = "/questionnaires/\(scene.number)"
            let code = try #require(QueryCode("407295183364"))
            try await scene.act(
                "select make_invitations(\(scene.id), \([scene.intake.codes.invitation(code, to: scene.number)]))")
            #expect(try await browser.get(start + "/fill").headers[.location] == start)
            try await browser.get(start)
            #expect(try await browser.post(start + "/start", [("invitation", "123")]).status == .unprocessableContent)
            try await browser.follow(try await browser.post(start + "/start", [("invitation", code.spoken)]))
            let sent = try await answer(browser, start + "/fill/p", [("a.road", "west")], do: "send")
            #expect(sent.status == .seeOther)
            try await browser.get(start)
            let used = try await browser.post(start + "/start", [("invitation", code.spoken)])
            #expect(used.status == .unprocessableContent && browser.page.contains("这个邀请码已经用过"))
        }
    }

    @Test func savesMeanwhileAndStandsInAConsultation() async throws {
        try await run { scene, browser in
            let start = "/questionnaires/\(scene.number)"
            try await browser.get(start + "/fill")
            let saved = try await browser.post(start + "/save/service", browser.hiddenFields + [("a.content", "false")])
            #expect(String(buffer: saved.body) == #"{"saved":true}"#)
            try await browser.get(start + "/fill")
            #expect(browser.page.contains("value=\"false\" checked"))
        }
    }

    @Test func theFirstPageIsSmall() async throws {
        try await run { scene, browser in
            var bytes = 0
            browser.headers[.acceptEncoding] = "gzip"
            for path in [
                "/questionnaires/\(scene.number)/fill", "/styles/minyi.css", "/styles/print.css",
                "/styles/questionnaire.css", "/scripts/minyi.js", "/scripts/questionnaire-formulas.js",
                "/scripts/questionnaire.js", "/images/seal.svg",
            ] {
                let answer = try await browser.get(path)
                #expect(answer.status == .ok, "\(path)")
                bytes += answer.body.readableBytes
            }
            #expect(bytes < 60_000)
        }
    }
}
