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
    /// With a question for a file on its first page, and a file for it.
    static let photographed: Questionnaire = {
        var content = QuestionnaireScene.content
        content.pages[0].groups[0].questions.append(Question(code: "photo", text: "照片", kind: .file(.init())))
        return content
    }()
    static let photo = ("a.photo", "a.pdf", Array("%PDF-1.4\n".utf8) + [UInt8](repeating: 48, count: 1000))

    func run(
        _ content: Questionnaire = QuestionnaireScene.content,
        _ change: (inout QuestionnaireScene.Terms) -> Void = { _ in }, trust: Duration = .zero,
        before: (WebApplication) -> Void = { _ in },
        _ test: @escaping @Sendable (QuestionnaireScene, TestBrowser) async throws -> Void
    ) async throws {
        var terms = QuestionnaireScene.Terms()
        change(&terms)
        let scene = try await QuestionnaireScene.make(content, terms)
        var configuration = TestSite.configuration
        configuration.intake = scene.intake
        configuration.trust = trust
        let web = try TestSite.make(
            configuration, pools: Pools(public: scene.database.public, staff: scene.database.staff))
        before(web)
        try await web.makeServer().test(.router) { try await test(scene, TestBrowser($0)) }
    }

    /// Opens the page on which the visitor is.
    @discardableResult
    func open(_ browser: TestBrowser, _ start: String) async throws -> TestResponse {
        let response = try await browser.get(start + "/fill")
        return response.status == .seeOther ? try await browser.follow(response) : response
    }

    /// Sends the page that is before the visitor, with these answers.
    func answer(
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
            #expect(try await open(browser, start).status == .ok)
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
            try await open(browser, start)
            #expect(!browser.page.contains("checked"))
        }
    }

    @Test func tellsBeforeAnswersVanish() async throws {
        try await run { scene, browser in
            let start = "/questionnaires/\(scene.number)"
            try await open(browser, start)
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
            try await open(browser, start)
            let kept = try await answer(browser, start + "/fill/service", [("a.content", "true")], do: "keep")
            try await browser.follow(kept)
            let code = try #require(browser.page.firstMatch(of: /[0-9]{4} [0-9]{4} [0-9]{4}/)).output
            let other = browser.another()
            try await other.get(start + "/continue")
            let wrong = try await other.post(start + "/continue", [("code", "0000 0000 0000")])
            #expect(wrong.status == .unprocessableContent)
            try await other.follow(try await other.post(start + "/continue", [("code", String(code))]))
            try await open(other, start)
            #expect(other.page.contains("value=\"true\" checked"))
            // The same code opens the receipt once it is sent.
            try await browser.post(start + "/kept", [("do", "forget")])
            try await open(browser, start)
            #expect(!browser.page.contains("checked"))
        }
    }

    @Test func refusesWhatNoPageOfOursSends() async throws {
        try await run { scene, browser in
            let start = "/questionnaires/\(scene.number)"
            try await open(browser, start)
            // Options that are none, questions of other pages, questions that are hidden.
            let forged = try await answer(
                browser, start + "/fill/service",
                [("a.content", "maybe"), ("a.age", "40"), ("a.slow", "queue"), ("a.why", "x"), ("a.nothing", "x")])
            #expect(forged.status == .unprocessableContent && browser.page.contains("href=\"#a.content\""))
            #expect(try await browser.get(start + "/fill/nowhere").status == .seeOther)
            try await browser.get(start + "/fill/service")
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
            try await open(browser, start)
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
            try await open(browser, start)
            let fields = browser.hiddenFields
            var content = QuestionnaireScene.content
            content.closing = "非常感谢。"
            try await scene.correct(content, note: "改了结束语")
            let told = try await browser.post(
                start + "/fill/service", fields + [("a.content", "true"), ("do", "next")])
            #expect(
                told.status == .ok && browser.page.contains("改了结束语") && browser.page.contains("value=\"true\" checked"))
            let next = try await answer(browser, start + "/fill/service", [("a.content", "true")])
            #expect(next.headers[.location] == start + "/fill/about")
        }
    }

    /// The next version, in which the first page asks something else.
    private func correct(_ scene: QuestionnaireScene) async throws {
        var content = QuestionnaireScene.content
        content.pages[0].groups[0].questions[0].text = "您对今年的服务满意吗？"
        try await scene.correct(content, note: "写明了是今年")
    }

    /// Answers two pages of the three, as the third is not asked.
    private func answerAll(_ browser: TestBrowser, _ start: String) async throws {
        try await open(browser, start)
        try await browser.follow(try await answer(browser, start + "/fill/service", [("a.content", "true")]))
        try await browser.follow(try await answer(browser, start + "/fill/about", [("a.age", "40")]))
    }

    @Test func whatWasLookedThroughBeforeACorrectionIsNotSentAsItsAnswer() async throws {
        try await run { scene, browser in
            let start = "/questionnaires/\(scene.number)"
            try await answerAll(browser, start)
            let reviewed = browser.hiddenFields
            try await correct(scene)
            let sent = try await browser.post(start + "/review", reviewed)
            #expect(sent.status == .ok && browser.page.contains("写明了是今年") && browser.page.contains("您对今年的服务满意吗？"))
            #expect(try await scene.value("select count(*) from answer_sheets", as: Int.self) == 0)
            #expect(try await scene.value("select version from saved_sheets", as: Int.self) == 1)
            // Wherever they turn, the page that was changed comes first.
            #expect(try await browser.get(start + "/review").headers[.location] == start + "/fill")
            #expect(try await browser.get(start + "/fill/about").headers[.location] == start + "/fill/service")
            try await open(browser, start)
            #expect(browser.page.contains("写明了是今年") && browser.page.contains("value=\"true\" checked"))
            try await browser.follow(try await answer(browser, start + "/fill/service", [("a.content", "true")]))
            #expect(try await scene.value("select version from saved_sheets", as: Int.self) == 2)
            try await browser.follow(try await answer(browser, start + "/fill/about", [("a.age", "40")]))
            #expect(try await browser.post(start + "/review", browser.hiddenFields).status == .seeOther)
            #expect(try await scene.value("select version from answer_sheets", as: Int.self) == 2)
        }
    }

    @Test func aPageAfterTheCorrectedOneIsKeptAndLeadsBackToIt() async throws {
        try await run { scene, browser in
            let start = "/questionnaires/\(scene.number)"
            try await open(browser, start)
            try await browser.follow(try await answer(browser, start + "/fill/service", [("a.content", "true")]))
            try await correct(scene)
            let fields = browser.hiddenFields + [("a.age", "40"), ("do", "next")]
            let meanwhile = try await browser.post(start + "/save/about", fields)
            #expect(String(buffer: meanwhile.body).contains("刚刚更正过"))
            let told = try await browser.post(start + "/fill/about", fields)
            #expect(told.headers[.location] == start + "/fill/service")
            try await browser.follow(told)
            #expect(browser.page.contains("写明了是今年") && browser.page.contains("您对今年的服务满意吗？"))
            #expect(try await scene.value("select answers ->> 'age' from saved_sheets", as: String.self) == "40")
        }
    }

    @Test func aPageThatACorrectionRemovedLeadsToWhatIsAskedNow() async throws {
        try await run { scene, browser in
            let start = "/questionnaires/\(scene.number)"
            try await open(browser, start)
            try await browser.follow(try await answer(browser, start + "/fill/service", [("a.content", "true")]))
            var content = QuestionnaireScene.content
            content.pages.removeLast()
            content.quotas = []
            try await scene.correct(content, note: "不再问年龄")
            let told = try await answer(browser, start + "/fill/about", [("a.age", "40")])
            #expect(told.status == .ok && browser.page.contains("不再问年龄") && browser.page.contains("您满意吗？"))
        }
    }

    @Test func sendingTwiceShowsTheSameReceipt() async throws {
        try await run(QuestionnaireScene.content, { $0.mostSheets = 1 }) { scene, browser in
            let start = "/questionnaires/\(scene.number)"
            try await open(browser, start)
            try await browser.follow(try await answer(browser, start + "/fill/service", [("a.content", "true")]))
            let last = browser.hiddenFields
            try await browser.follow(try await answer(browser, start + "/fill/about", [("a.age", "40")]))
            let reviewed = browser.hiddenFields
            let sent = try await browser.post(start + "/review", reviewed)
            #expect(sent.status == .seeOther)
            // As if no answer had come.
            let again = try await browser.post(start + "/review", reviewed)
            #expect(again.headers[.location] == sent.headers[.location])
            // From a page that was still open, too.
            let back = try await browser.post(start + "/fill/about", last + [("a.age", "40"), ("do", "next")])
            #expect(back.headers[.location] == sent.headers[.location])
            try await browser.follow(again)
            #expect(browser.page.contains("您的答卷已收到"))
            #expect(try await scene.value("select count(*) from answer_sheets", as: Int.self) == 1)
            // Who knows no key is told what there is to be told.
            #expect(try await browser.another().get(start + "/fill").headers[.location] == start)
        }
    }

    @Test func aFileStaysWhereOtherAnswersVanish() async throws {
        try await run(Self.photographed) { scene, browser in
            let start = "/questionnaires/\(scene.number)"
            try await open(browser, start)
            _ = try await answer(browser, start + "/fill/service", [("a.content", "false")])
            try await browser.follow(
                try await answer(browser, start + "/fill/service", [("a.content", "false"), ("a.why", "排队")]))
            try await browser.get(start + "/fill/service")
            try await browser.upload(
                start + "/fill/service", browser.hiddenFields + [("a.content", "true"), ("do", "next")],
                file: Self.photo)
            #expect(browser.page.contains("有些回答将被删除"))
            let gone = try await browser.post(start + "/fill/service", browser.hiddenFields + [("confirm", "on")])
            #expect(gone.headers[.location] == start + "/fill/about")
            #expect(try await scene.value("select answers -> 'photo' is not null from saved_sheets", as: Bool.self))
            // Before it is sent, the file has the name by which its owner knows it.
            try await browser.get(start + "/fill/about")
            try await browser.follow(try await answer(browser, start + "/fill/about", [("a.age", "40")]))
            #expect(browser.page.contains("已上传 1 个文件：a.pdf"))
        }
    }

    @Test func severalFilesAddUp() async throws {
        var content = QuestionnaireScene.content
        content.pages[0].groups[0].questions.append(
            Question(code: "photo", text: "照片", kind: .file(.init(most: 2))))
        try await run(content) { scene, browser in
            let page = "/questionnaires/\(scene.number)/fill/service"
            try await open(browser, "/questionnaires/\(scene.number)")
            #expect(browser.page.contains("<input type=\"file\" multiple") && browser.page.contains("最多 2 个文件"))
            func ids() async throws -> [(String, String)] {
                let all: String = try await scene.value(
                    "select coalesce(string_agg(id::text, ' ' order by uploaded_at, id), '') from attachments")
                return all.split(separator: " ").map { ("a.photo", String($0)) }
            }
            for sign: UInt8 in [48, 49] {
                try await browser.get(page)
                try await browser.upload(
                    page, browser.hiddenFields + (try await ids()) + [("a.content", "true"), ("do", "next")],
                    file: ("a.photo", "\(sign).pdf", Array("%PDF-1.4\n".utf8) + [UInt8](repeating: sign, count: 1000)))
            }
            #expect(
                try await scene.value("select jsonb_array_length(answers -> 'photo') from saved_sheets", as: Int.self)
                    == 2)
            try await browser.get(page)
            #expect(browser.page.contains("48.pdf") && browser.page.contains("49.pdf"))
            try await browser.upload(
                page, browser.hiddenFields + (try await ids()) + [("a.content", "true"), ("do", "next")],
                file: ("a.photo", "c.pdf", Array("%PDF-1.4\n".utf8) + [UInt8](repeating: 50, count: 1000)))
            #expect(browser.page.contains("刚才选的没有上传") && browser.page.contains("49.pdf"))
            #expect(try await scene.value("select count(*) from attachments", as: Int.self) == 2)
            // Of two that are there one is taken out, and the other chosen once more: it is still one.
            let kept = try await ids().suffix(1)
            try await browser.upload(
                page, browser.hiddenFields + kept + [("a.content", "true"), ("do", "next")],
                file: ("a.photo", "again.pdf", Array("%PDF-1.4\n".utf8) + [UInt8](repeating: 49, count: 1000)))
            #expect(
                try await scene.value("select jsonb_typeof(answers -> 'photo') from saved_sheets", as: String.self)
                    == "object")
            // Which of several was refused is said.
            try await browser.get(page)
            try await browser.upload(
                page, browser.hiddenFields + [("a.content", "true"), ("do", "next")],
                file: ("a.photo", "game.pdf", Array("MZ".utf8) + [UInt8](repeating: 48, count: 1000)))
            #expect(browser.page.contains("“game.pdf”没有收下。只收 PDF"))
        }
    }

    /// What is not ticked any more takes no room from what comes.
    @Test func anotherFileTakesThePlaceOfOneThatIsNotWanted() async throws {
        var content = QuestionnaireScene.content
        content.pages[0].groups[0].questions.append(
            Question(code: "photo", text: "照片", kind: .file(.init(most: 5))))
        try await run(content) { scene, browser in
            let page = "/questionnaires/\(scene.number)/fill/service"
            try await open(browser, "/questionnaires/\(scene.number)")
            func kept() async throws -> [(String, String)] {
                let all: String = try await scene.value(
                    """
                    select coalesce(string_agg(id::text, ' ' order by name desc), '') from (
                      select id, name from attachments where expires_at > minyi_clock() order by name desc limit 4) x
                    """)
                return all.split(separator: " ").map { ("a.photo", String($0)) }
            }
            for sign: UInt8 in 49...54 {
                try await browser.get(page)
                try await browser.upload(
                    page, browser.hiddenFields + (try await kept()) + [("a.content", "true"), ("do", "next")],
                    file: ("a.photo", "\(sign).pdf", Array("%PDF-1.4\n".utf8) + [UInt8](repeating: sign, count: 1000)))
            }
            try await browser.get(page)
            #expect(
                !browser.page.contains("49.pdf") && browser.page.contains("50.pdf") && browser.page.contains("54.pdf"))
            #expect(
                try await scene.value("select jsonb_array_length(answers -> 'photo') from saved_sheets", as: Int.self)
                    == 5)
        }
    }

    /// A file that is sent once more is the one that is there, in answer to one question or to two.
    @Test func theSameFileIsSentOnce() async throws {
        var content = QuestionnaireScene.poll
        content.pages[0].groups[0].questions = [
            Question(code: "photo", text: "照片", kind: .file(.init(most: 2))),
            Question(code: "plan", text: "图纸", kind: .file(.init())),
        ]
        try await run(content) { scene, browser in
            let page = "/questionnaires/\(scene.number)/fill/p"
            try await open(browser, "/questionnaires/\(scene.number)")
            let (fields, bytes) = (browser.hiddenFields, Array("%PDF-1.4\n".utf8) + [UInt8](repeating: 48, count: 1000))
            // Looked at again instead of sent, with what is there.
            try await browser.upload(
                page, fields + [("a.plan", "gone"), ("do", "send")], file: ("a.photo", "a.pdf", bytes))
            let id: String = try await scene.value("select id::text from attachments")
            try await browser.upload(
                page, fields + [("a.photo", id), ("a.plan", "gone"), ("do", "send")], file: ("a.photo", "b.pdf", bytes))
            #expect(browser.page.contains("id=\"a.photo--\(id)\"") && !browser.page.contains("href=\"#a.photo\""))
            let sent = try await browser.upload(
                page, fields + [("a.photo", id), ("do", "send")], file: ("a.plan", "a.pdf", bytes))
            #expect(sent.status == .seeOther)
            #expect(
                try await scene.value(
                    "select answers -> 'photo' = answers -> 'plan' and answers #>> '{plan,file}' = \(id) from answer_sheets",
                    as: Bool.self))
            #expect(try await scene.value("select count(*) from submission_attachments", as: Int.self) == 1)
        }
    }

    @Test func anExpiredFileIsTold() async throws {
        try await run(Self.photographed) { scene, browser in
            let start = "/questionnaires/\(scene.number)"
            try await open(browser, start)
            let fields = browser.hiddenFields + [("a.content", "true"), ("do", "next")]
            try await browser.upload(
                start + "/fill/service", fields, file: Self.photo)
            _ = try await scene.database.owner.write {
                try $0.execute("update attachments set expires_at = minyi_clock()")
            }
            try await browser.get(start + "/fill/service")
            #expect(browser.page.contains("上传的文件已经过期"))
            let id: String = try await scene.value("select id::text from attachments")
            let told = try await browser.post(start + "/fill/service", fields + [("a.photo", id)])
            #expect(told.status == .unprocessableContent && browser.page.contains("href=\"#a.photo\""))
        }
    }

    @Test func noFileIsStoredWhereNothingIsTaken() async throws {
        try await run(Self.photographed) { scene, browser in
            let start = "/questionnaires/\(scene.number)"
            try await open(browser, start)
            let fields = browser.hiddenFields + [("a.content", "true"), ("do", "next")]
            // What is suspended goes on, and what comes meanwhile is kept.
            try await scene.act("select suspend_questionnaire(\(scene.id), true, '停一下')")
            let early = try await browser.upload(start + "/fill/service", fields, file: Self.photo)
            #expect(early.status == .conflict)
            #expect(try await scene.value("select count(*) from attachments", as: Int.self) == 1)
            try await scene.act("select close_questionnaire(\(scene.id))")
            _ = try await scene.database.owner.write { try $0.execute("delete from attachments") }
            let late = try await browser.upload(start + "/fill/service", fields, file: Self.photo)
            #expect(late.status == .conflict)
            #expect(try await scene.value("select count(*) from attachments", as: Int.self) == 0)
        }
    }

    @Test func noFileIsStoredForWhoHasAnswered() async throws {
        let photo = Question(code: "photo", text: "照片", kind: .file(.init()))
        let content = Questionnaire(
            title: "T", pages: [.init(code: "p", groups: [.init(code: "g", questions: [photo])])], closing: "谢谢")
        try await run(content, { $0.voice = "browser" }) { scene, browser in
            let start = "/questionnaires/\(scene.number)"
            try await open(browser, start)
            let fields = browser.hiddenFields + [("do", "send")]
            #expect(try await browser.upload(start + "/fill/p", fields, file: Self.photo).status == .seeOther)
            // Another sheet of the same browser.
            let other = fields.map { $0.0 == "sheet" ? ($0.0, UUID().uuidString.lowercased()) : $0 }
            let told = try await browser.upload(start + "/fill/p", other, file: Self.photo)
            #expect(told.status == .unprocessableContent && browser.page.contains("这个浏览器已经提交过一份"))
            #expect(try await scene.value("select count(*) from attachments", as: Int.self) == 1)
        }
    }

    @Test func whatIsTooLongIsToldAndStays() async throws {
        var content = QuestionnaireScene.content
        content.pages[0].groups[0].questions[0] = Question(
            code: "content", text: "请写下来。", kind: .text(.init(isLong: true, most: 100_000)))
        content.pages[0].groups[0].questions[1].condition = nil
        content.pages[1].condition = nil
        try await run(content) { scene, browser in
            let start = "/questionnaires/\(scene.number)"
            try await open(browser, start)
            let long = String(repeating: "长", count: 22_000)
            let told = try await answer(browser, start + "/fill/service", [("a.content", long), ("a.why", "短")])
            #expect(told.status == .unprocessableContent && browser.page.contains("全部回答加起来太长了"))
            #expect(browser.page.contains(long))
            #expect(try await scene.value("select count(*) from saved_sheets", as: Int.self) == 0)
        }
    }

    @Test func oneNetworkCannotFillTheDiskWithDrafts() async throws {
        // What one network may keep is used up, and nothing is given back until then.
        let soon = Date(timeIntervalSinceNow: 3600)
        try await run(before: { web in
            for network in ["unknown", "127.0.0.1"] { _ = web.uploadGate.take(network, cost: 511.999, now: soon) }
        }) { scene, browser in
            let start = "/questionnaires/\(scene.number)"
            try await open(browser, start)
            let told = try await answer(browser, start + "/fill/service", [("a.content", "true")])
            #expect(told.status == .unprocessableContent && browser.page.contains("您所在的网络保存的内容太多"))
            #expect(browser.page.contains("value=\"true\" checked"))
            #expect(try await scene.value("select count(*) from saved_sheets", as: Int.self) == 0)
        }
    }

    @Test func saysWhyNothingIsTakenAlsoWithinTheSecond() async throws {
        // The record in memory does not know of it.
        try await run(trust: patience) { scene, browser in
            let start = "/questionnaires/\(scene.number)"
            try await open(browser, start)
            try await scene.act("select suspend_questionnaire(\(scene.id), true)")
            let fields = browser.hiddenFields + [("a.content", "true"), ("do", "next")]
            let told = try await browser.post(start + "/fill/service", fields)
            #expect(told.status == .conflict && browser.page.contains("暂时停止接收") && !browser.page.contains("份数已满"))
            #expect(
                try await scene.value("select answers::text from saved_sheets", as: String.self)
                    == #"{"content": true}"#)
            let meanwhile = String(buffer: try await browser.post(start + "/save/service", fields).body)
            #expect(meanwhile.contains("\"saved\":false") && meanwhile.contains("现在不接收答卷"))
        }
    }

    @Test func savingMeanwhileTellsThatAQuotaIsFull() async throws {
        try await run { scene, browser in
            let start = "/questionnaires/\(scene.number)"
            for _ in 1...2 { _ = try await scene.send(try scene.sheet(["content": .truth(true), "age": .number(20)])) }
            try await open(browser, start)
            try await browser.follow(try await answer(browser, start + "/fill/service", [("a.content", "true")]))
            let saved = try await browser.post(start + "/save/about", browser.hiddenFields + [("a.age", "20")])
            let told = String(buffer: saved.body)
            #expect(told.contains("\"saved\":true") && told.contains("份数已满"))
            #expect(try await scene.value("select answers ->> 'age' from saved_sheets", as: String.self) == "20")
        }
    }

    @Test func aFullQuotaIsToldWithItsOwnWords() async throws {
        try await run { scene, browser in
            let start = "/questionnaires/\(scene.number)"
            for _ in 1...2 { _ = try await scene.send(try scene.sheet(["content": .truth(true), "age": .number(20)])) }
            try await open(browser, start)
            try await browser.follow(try await answer(browser, start + "/fill/service", [("a.content", "true")]))
            let full = try await answer(browser, start + "/fill/about", [("a.age", "２０")])
            #expect(full.status == .conflict && browser.page.contains("年轻人已经够了。") && browser.page.contains("您多大？"))
            #expect(browser.page.contains("份数已满，没有提交"))
        }
    }

    @Test func aPollIsSentFromItsPageAndWithdrawn() async throws {
        try await run(QuestionnaireScene.poll, { ($0.kind, $0.voice) = ("poll", "browser") }) { scene, browser in
            let start = "/questionnaires/\(scene.number)"
            // As the page of a consultation sends its choice along.
            try await browser.post(start + "/choice", [("a.road", "west")])
            #expect(browser.page.contains("value=\"west\" checked"))
            let sent = try await answer(browser, start + "/fill/p", [("a.road", "west")], do: "send")
            try await browser.follow(sent)
            #expect(browser.page.contains("西段"))
            let number = try #require(sent.headers[.location]?.split(separator: "/").last.map(String.init))
            // Once more from the same browser.
            try await browser.get(start)
            #expect(browser.page.contains("这个浏览器已经提交过一份") && !browser.page.contains("name=\"a.road\""))
            let twice = try await browser.post(
                start + "/fill/p", [("version", "1"), ("asked", "road"), ("a.road", "east"), ("do", "send")])
            #expect(twice.status == .conflict && browser.page.contains("每个浏览器只能提交一份"))
            try await browser.get("/receipts/\(number)/withdraw")
            #expect(browser.page.contains("回答会立即删除"))
            try await browser.follow(try await browser.post("/receipts/\(number)/withdraw", []))
            #expect(browser.page.contains("您的答卷已撤回") && !browser.page.contains("西段"))
            #expect(!browser.page.contains("截止前可以撤回"))
            try await browser.get(start)
            let anew = try await answer(browser, start + "/fill/p", [("a.road", "east")], do: "send")
            #expect(anew.status == .seeOther)
        }
    }

    @Test func theReceiptIsTheAnswerWhereAScriptAsksForIt() async throws {
        try await run(QuestionnaireScene.poll) { scene, browser in
            let start = "/questionnaires/\(scene.number)"
            try await open(browser, start)
            let fields = browser.hiddenFields.filter { $0.0 != "receipt_here" }
            #expect(fields.count < browser.hiddenFields.count)
            let form = fields + [("receipt_here", "on"), ("a.road", "west"), ("do", "send")]
            let sent = try await browser.post(start + "/fill/p", form)
            let page = browser.page
            #expect(sent.status == .ok && page.contains("您的答卷已收到") && page.contains("西段"))
            #expect(sent.headers[.cacheControl] == "private, no-store")
            let number = try await scene.value("select number from submissions", as: String.self)
            #expect(page.contains("data-address=\"/receipts/\(number)\""))
            // Its links come back to it, and it is the page that stands there.
            #expect(page.contains("%2Freceipts%2F\(number)"))
            let again = try await browser.get("/receipts/\(number)")
            #expect(again.status == .ok && browser.page == page)
            // Sent once more it leads there: what was read is no news.
            let twice = try await browser.post(start + "/fill/p", form)
            #expect(twice.headers[.location] == "/receipts/\(number)")
        }
    }

    @Test func whatWasLookedThroughIsAnsweredByItsReceiptToo() async throws {
        try await run { scene, browser in
            let start = "/questionnaires/\(scene.number)"
            try await open(browser, start)
            try await browser.follow(try await answer(browser, start + "/fill/service", [("a.content", "true")]))
            try await browser.follow(try await answer(browser, start + "/fill/about", [("a.age", "40")]))
            let form = browser.hiddenFields.filter { $0.0 != "receipt_here" } + [("receipt_here", "on")]
            let sent = try await browser.post(start + "/review", form)
            #expect(sent.status == .ok && browser.page.contains("您的答卷已收到") && browser.page.contains("谢谢您。"))
            let page = browser.page
            let number = try await scene.value("select number from submissions", as: String.self)
            try await browser.get("/receipts/\(number)")
            #expect(browser.page == page)
            let twice = try await browser.post(start + "/review", form)
            #expect(twice.headers[.location] == "/receipts/\(number)")
            // The sheet is over, in this browser too.
            try await open(browser, start)
            #expect(!browser.page.contains("checked"))
        }
    }

    @Test func thePageThatIsShownFirstIsCountedAsBegun() async throws {
        var content = QuestionnaireScene.content
        content.pages[0].condition = "1 > 2"
        content.pages[1].condition = "1 > 2"
        try await run(content) { scene, browser in
            let start = "/questionnaires/\(scene.number)"
            try await open(browser, start)
            let sent = try await answer(browser, start + "/fill/about", [("a.age", "40")], do: "send")
            #expect(sent.status == .seeOther)
            #expect(try await scene.value("select string_agg(page, ' ') from page_visits", as: String.self) == "about")
        }
    }

    @Test func aLivePollLeadsToItsResults() async throws {
        try await run(QuestionnaireScene.poll, { $0.kind = "poll" }) { scene, browser in
            let start = "/questionnaires/\(scene.number)"
            try await browser.get(start)
            #expect(!browser.page.contains("href=\"\(start)/results\""))
            _ = try await scene.database.owner.write {
                try $0.execute("update questionnaires set results_shown = 'live', smallest_shown = 1")
            }
            try await browser.get(start)
            #expect(browser.page.contains("href=\"\(start)/results\""))
            try await browser.follow(try await answer(browser, start + "/fill/p", [("a.road", "west")], do: "send"))
            #expect(browser.page.contains("您的答卷已收到") && browser.page.contains("href=\"\(start)/results\""))
        }
    }

    /// Without a script its choice is sent on the poll's own page, and the receipt leads back.
    @Test func theReceiptOfAPollLeadsBackToItsConsultation() async throws {
        try await run(QuestionnaireScene.poll, { $0.kind = "poll" }) { scene, browser in
            let host = try await scene.county.announce()
            try await scene.database.owner.write {
                try $0.execute("update questionnaires set procedure_id = \(host.id)")
            }
            let start = "/questionnaires/\(scene.number)"
            try await browser.get(start)
            try await browser.post(start + "/choice", [("a.road", "west")])
            try await browser.follow(try await answer(browser, start + "/fill/p", [("a.road", "west")], do: "send"))
            #expect(browser.page.contains("您的答卷已收到"))
            #expect(browser.page.contains("href=\"/consultations/\(host.number)#poll-\(scene.number)\""))
        }
    }

    @Test func listsSayWhatIsNeededBeforeTheFirstQuestion() async throws {
        let needs = [("open", ""), ("browser", ""), ("code", "需要邀请码"), ("person", "需要核实身份")]
        for (voice, words) in needs {
            try await run(QuestionnaireScene.voted, { $0.voice = voice }) { _, browser in
                for address in ["/", "/questionnaires"] {
                    try await browser.get(address)
                    for told in ["需要邀请码", "需要核实身份"] {
                        #expect(browser.page.contains("<span class=\"tag\">\(told)</span>") == (told == words))
                    }
                }
            }
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

    @Test func whoHasBegunIsToldThatTheInvitationWasVoided() async throws {
        try await run(QuestionnaireScene.poll, { ($0.kind, $0.voice) = ("poll", "code") }) { scene, browser in
            let start = "/questionnaires/\(scene.number)"
            let code = try #require(QueryCode("407295183364"))
            try await scene.act(
                "select make_invitations(\(scene.id), \([scene.intake.codes.invitation(code, to: scene.number)]))")
            try await browser.get(start)
            try await browser.follow(try await browser.post(start + "/start", [("invitation", code.spoken)]))
            _ = try await VoidInvitations(scene.id, batch: 1)(
                because: "信寄丢了。", in: scene.database.staff, as: scene.county.organiser)
            let sent = try await answer(browser, start + "/fill/p", [("a.road", "west")], do: "send")
            #expect(sent.status == .conflict && browser.page.contains("这个邀请码作废了"))
            #expect(!browser.page.contains("没有有效的邀请码"))
        }
    }

    @Test func twoTabsOnOneSheetAreToldOfEachOther() async throws {
        try await run { scene, browser in
            let start = "/questionnaires/\(scene.number)"
            try await open(browser, start)
            let older = browser.hiddenFields
            try await browser.follow(try await answer(browser, start + "/fill/service", [("a.content", "true")]))
            // The other tab still shows the page as it was empty.
            let told = try await browser.post(
                start + "/fill/service",
                older + [("a.content", "false"), ("a.why", "排队"), ("asked", "content why"), ("do", "next")])
            #expect(told.status == .conflict && browser.page.contains("这一页刚刚在别处改过"))
            #expect(browser.page.contains("别处填的是") && browser.page.contains("value=\"false\" checked"))
            #expect(
                try await scene.value("select answers::text from saved_sheets", as: String.self)
                    == #"{"content": true}"#)
            let meanwhile = try await browser.post(start + "/save/service", older + [("a.content", "false")])
            #expect(String(buffer: meanwhile.body).contains(#""saved":false"#))
            // The same answer is no other one, and whoever has seen both decides.
            let same = try await browser.post(start + "/save/service", older + [("a.content", "true")])
            #expect(String(buffer: same.body).contains(#""saved":true"#))
            try await browser.get(start + "/fill/service")
            let decided = try await answer(browser, start + "/fill/service", [("a.content", "false"), ("a.why", "排队")])
            #expect(decided.status == .ok && browser.page.contains("这一页多了几道题"))
        }
    }

    @Test func nothingIsSentBeforeItWasLookedThrough() async throws {
        var content = QuestionnaireScene.content
        content.pages.removeLast()
        content.quotas = []
        try await run(content) { scene, browser in
            let start = "/questionnaires/\(scene.number)"
            #expect(try await browser.get(start + "/fill").headers[.location] == start + "/fill/service")
            // The second page may still follow.
            try await open(browser, start)
            #expect(browser.page.contains("下一页") && browser.page.contains("第 1 页，共 2 页"))
            let nothing = try await answer(browser, start + "/fill/service", [], do: "keep")
            #expect(nothing.status == .unprocessableContent && browser.page.contains("还没有回答任何问题"))
            let next = try await answer(browser, start + "/fill/service", [("a.content", "true")])
            #expect(next.headers[.location] == start + "/review")
            #expect(try await browser.get(start).status == .ok && browser.page.contains("接着填"))
        }
    }

    @Test func whatIsDrawnStaysInItsOrder() async throws {
        var content = QuestionnaireScene.poll
        content.pages[0].groups[0].questions[0].kind = .single(
            .init(options: (1...12).map { Question.Option(code: "o\($0)", text: "第\($0)段") }, isShuffled: true))
        try await run(content, { $0.kind = "poll" }) { scene, browser in
            let start = "/questionnaires/\(scene.number)"
            func order() -> [String] {
                browser.page.matches(of: /data-option="(o[0-9]+)"/).map { String($0.output.1) }
            }
            try await browser.get(start)
            let first = order()
            try await browser.get(start)
            #expect(first.count == 12 && order() == first)
        }
    }

    @Test func wordsBesideOtherCountWithoutItsTick() async throws {
        try await run { scene, browser in
            let start = "/questionnaires/\(scene.number)"
            try await open(browser, start)
            _ = try await answer(browser, start + "/fill/service", [("a.content", "false")])
            try await browser.follow(
                try await answer(browser, start + "/fill/service", [("a.content", "false"), ("a.why", "排队")]))
            let both = try await answer(
                browser, start + "/fill/detail", [("a.slow", "queue"), ("a.slow.other", "停车")])
            #expect(both.status == .unprocessableContent && browser.page.contains("哪里太慢？"))
            try await browser.follow(try await answer(browser, start + "/fill/detail", [("a.slow.other", "停车")]))
            #expect(
                try await scene.value("select answers #>> '{slow,other}' from saved_sheets", as: String.self) == "停车")
        }
    }

    @Test func savesMeanwhileAndStandsInAConsultation() async throws {
        try await run { scene, browser in
            let start = "/questionnaires/\(scene.number)"
            try await open(browser, start)
            let saved = try await browser.post(start + "/save/service", browser.hiddenFields + [("a.content", "false")])
            #expect(String(buffer: saved.body).contains(#""saved":true"#))
            try await open(browser, start)
            #expect(browser.page.contains("value=\"false\" checked"))
        }
    }

    @Test func theFirstPageIsSmall() async throws {
        try await run { scene, browser in
            var bytes = 0
            browser.headers[.acceptEncoding] = "gzip"
            for path in [
                "/questionnaires/\(scene.number)/fill/service", "/styles/minyi.css", "/styles/print.css",
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
