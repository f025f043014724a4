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

@Suite("A kiosk")
struct KioskTests {
    private func run(
        asking content: Questionnaire = QuestionnaireScene.content,
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

    private func make(_ scene: QuestionnaireScene) async throws -> UUID {
        try await Kiosk.make(
            of: scene.id, place: "一楼大厅", idleSeconds: 60, form: UUID(), codes: scene.intake.codes,
            in: scene.database.staff, as: scene.county.organiser
        ).link
    }

    private func open(_ link: UUID, _ browser: TestBrowser) async throws {
        try await browser.get("/kiosk/open/\(link.uuidString.lowercased())")
        try await browser.follow(try await browser.post("/kiosk/open", [("token", link.uuidString)]))
    }

    private func organiser(_ scene: QuestionnaireScene, _ desk: TestBrowser) async throws -> TestBrowser {
        let (token, hash) = StaffSession.makeToken()
        let staff: Int = try await scene.value("select id from staff where sign_in_name = 'organiser'")
        try await StaffSession.open(staffID: staff, tokenHash: hash, in: scene.database.staff)
        desk.set(cookie: SessionReading.cookie, Base64URL.encode(token))
        return desk
    }

    /// Answers everything. Returns the last answer of the server.
    private func answer(_ browser: TestBrowser, age: String) async throws -> TestResponse {
        try await browser.get("/kiosk")
        try await browser.follow(try await browser.post("/kiosk/begin", []))
        let fields = [("a.content", "true"), ("do", "next")]
        try await browser.follow(try await browser.post("/kiosk/page/service", browser.hiddenFields + fields))
        return try await browser.post("/kiosk/page/about", browser.hiddenFields + [("a.age", age), ("do", "next")])
    }

    @Test func oneAfterTheOtherAnswersThoughABrowserHasOneVoice() async throws {
        try await run({ $0.voice = "browser" }) { scene, browser in
            try await open(try await make(scene), browser)
            #expect(browser.page.contains("政务服务满意度调查") && browser.page.contains("开始填写"))
            #expect(!browser.page.contains("href=\"/questionnaires"))
            for age in ["40", "50"] {
                try await browser.follow(try await answer(browser, age: age))
                #expect(browser.page.contains("谢谢您"))
                _ = try await browser.post("/kiosk/receipt", [])
                #expect(browser.page.contains("查询码"))
                // Asked for once, it is gone.
                #expect(try await browser.post("/kiosk/receipt", []).headers[.location] == "/kiosk")
            }
            let channels: [String] = try await scene.database.owner.read {
                try $0.values(
                    "select a.channel || s.channel from answer_sheets a join submissions s on s.id = a.submission_id")
            }
            #expect(channels == ["kioskkiosk", "kioskkiosk"])
            #expect(try await scene.value("select sheets from kiosks", as: Int.self) == 2)
            #expect(try await scene.value("select count(*) from browser_voices", as: Int.self) == 0)
            #expect(try await scene.value("select count(*) from saved_sheets", as: Int.self) == 0)
        }
    }

    @Test func itsThanksRepeatWhatWasAnswered() async throws {
        var content = QuestionnaireScene.content
        content.closing = "您今年 {age} 岁，谢谢您。"
        try await run(asking: content) { scene, browser in
            try await open(try await make(scene), browser)
            try await browser.follow(try await answer(browser, age: "40"))
            #expect(browser.page.contains("您今年 40 岁，谢谢您。"))
        }
    }

    /// Nobody has one with them there: what a form names all the same, nobody has looked for.
    @Test func noFileIsTakenAtItsWord() async throws {
        var content = QuestionnaireScene.content
        content.pages[2].groups[0].questions.append(Question(code: "photo", text: "照片", kind: .file(.init())))
        try await run(asking: content) { scene, browser in
            try await open(try await make(scene), browser)
            try await browser.follow(try await browser.post("/kiosk/begin", []))
            let first = browser.hiddenFields + [("a.content", "true"), ("do", "next")]
            try await browser.follow(try await browser.post("/kiosk/page/service", first))
            let last = [("a.age", "40"), ("a.photo", UUID().uuidString), ("do", "next")]
            try await browser.follow(try await browser.post("/kiosk/page/about", browser.hiddenFields + last))
            #expect(browser.page.contains("谢谢您"))
            let codes = try await scene.value(
                "select array_to_string(array(select jsonb_object_keys(answers) order by 1), ' ') from answer_sheets",
                as: String.self)
            #expect(codes == "age content")
        }
    }

    @Test func itIsClearedForWhoComesNext() async throws {
        try await run { scene, browser in
            try await open(try await make(scene), browser)
            try await browser.follow(try await browser.post("/kiosk/begin", []))
            let sheet = try #require(browser.hidden("sheet"))
            let fields = browser.hiddenFields
            try await browser.follow(
                try await browser.post("/kiosk/page/service", fields + [("a.content", "true"), ("do", "next")]))
            try await browser.get("/kiosk/page/service")
            #expect(browser.page.contains("value=\"true\" checked"))
            #expect(try await browser.post("/kiosk/reset", []).headers[.location] == "/kiosk")
            #expect(try await scene.value("select count(*) from saved_sheets", as: Int.self) == 0)
            #expect(try await browser.get("/kiosk/page/service").headers[.location] == "/kiosk")
            // A page of the one before is not sent in the name of the next.
            try await browser.get("/kiosk")
            try await browser.follow(try await browser.post("/kiosk/begin", []))
            #expect(browser.hidden("sheet") != sheet && !browser.page.contains("checked"))
            let late = try await browser.post("/kiosk/page/service", fields + [("a.content", "true"), ("do", "next")])
            #expect(late.headers[.location] == "/kiosk")
        }
    }

    @Test func oneFormMakesOneKiosk() async throws {
        try await run { scene, browser in
            let desk = try await organiser(scene, browser.another())
            let address = "/desk/questionnaires/\(scene.number)/kiosks"
            try await desk.get(address)
            let key = try #require(desk.hidden("idempotency"))
            func make(_ place: String) async throws -> UUID? {
                let sent = [("idempotency", key), ("place", place), ("idle", "60")]
                #expect(try await desk.post(address, sent).status == .ok)
                let link = desk.page.firstMatch(of: #/kiosk/open/([^<]+)</#)
                return link.flatMap { UUID(uuidString: String($0.output.1)) }
            }
            let link = try #require(try await make("一楼大厅"))
            // The next kiosk has a form of its own.
            #expect(desk.hidden("idempotency") != key)
            #expect(try await make("一楼大厅") == link)
            #expect(try await scene.value("select count(*) from kiosks", as: Int.self) == 1)
            // Gone back and changed, it is another one.
            let other = try await make("二楼")
            #expect(other != nil && other != link)
            #expect(try await scene.value("select count(*) from kiosks", as: Int.self) == 2)
            // A link that was used is shown no more.
            try await open(link, browser)
            #expect(try await make("一楼大厅") == nil)
            #expect(try await scene.value("select count(*) from kiosks", as: Int.self) == 2)
        }
    }

    /// Nobody is told to make one just above that none can be made.
    @Test(arguments: [true, false])
    func onlyWhereOneCanBeMadeTheDeskAsksForIt(isOpen: Bool) async throws {
        try await run { scene, browser in
            if !isOpen { try await scene.act("select close_questionnaire(\(scene.id))") }
            let desk = try await organiser(scene, browser)
            try await desk.get("/desk/questionnaires/\(scene.number)/kiosks")
            #expect(desk.page.contains("还没有自助填写机。"))
            #expect(desk.page.contains("建一台") == isOpen && desk.page.contains("现在不能新建") != isOpen)
        }
    }

    @Test func aLinkOpensOneDeviceUntilItIsRevoked() async throws {
        try await run { scene, browser in
            let link = try await make(scene)
            try await open(link, browser)
            let other = browser.another()
            try await other.get("/kiosk/open/\(link.uuidString.lowercased())")
            #expect(try await other.post("/kiosk/open", [("token", link.uuidString)]).status == .conflict)
            #expect(try await other.get("/kiosk").status == .notFound)
            // Its sheets cannot be made elsewhere.
            var forged = try scene.sheet(voice: scene.intake.codes.kiosk(UUID()))
            forged.channel = .kiosk
            #expect(try await scene.send(forged).verdict == .notAllowed)
            try await Kiosk.revoke(1, of: scene.id, in: scene.database.staff, as: scene.county.organiser)
            #expect(try await browser.get("/kiosk").status == .notFound)
            let kiosks = try await scene.database.staff.read(as: scene.county.organiser) {
                try $0.all(Kiosk.all(of: scene.id), as: Kiosk.self)
            }
            #expect(kiosks.count == 1 && kiosks.first?.revokedAt != nil && kiosks.first?.place == "一楼大厅")
        }
    }

    /// Whoever stands before it has no way to the rest of the site, and none is left standing at an error.
    @Test func whatGoesWrongLeadsBackToItsBeginning() async throws {
        try await run { scene, browser in
            try await open(try await make(scene), browser)
            func staysInside() -> Bool {
                browser.page.contains("data-returns") && !browser.page.contains("<nav")
                    && !browser.page.contains("href=\"/\"")
            }
            try await browser.follow(try await browser.post("/kiosk/begin", []))
            let fields = browser.hiddenFields + [("a.content", "true"), ("do", "next")]
            let late = try await browser.post("/kiosk/page/service", fields + [("csrf", "old")])
            #expect(late.status == .forbidden && staysInside())
            // What was typed can be sent once more, or is cleared.
            #expect(browser.hidden("a.content") == "true" && browser.page.contains("action=\"/kiosk/reset\""))
            let again = try await browser.post("/kiosk/page/service", browser.hiddenFields)
            #expect(again.headers[.location] == "/kiosk/page/about")
            #expect(try await browser.post("/kiosk/reset", []).headers[.location] == "/kiosk")
            try await Kiosk.revoke(1, of: scene.id, in: scene.database.staff, as: scene.county.organiser)
            #expect(try await browser.get("/kiosk").status == .notFound)
            #expect(staysInside() && browser.page.contains("不再用来填问卷") && browser.page.contains("href=\"/kiosk\""))
            // Anybody else's browser is no kiosk.
            let other = browser.another()
            #expect(try await other.get("/kiosk").status == .notFound)
            #expect(other.page.contains("<nav"))
        }
    }

    @Test func whoGoesBackIsAskedAboutWordsBesideWhatIsNotChosen() async throws {
        var content = QuestionnaireScene.content
        let options = [Question.Option(code: "bus", text: "公交"), .init(code: "car", text: "开车")]
        content.pages[2].groups[0].questions.append(
            Question(code: "ways", text: "怎么来的？", kind: .multiple(.init(options: options, other: "其他"))))
        try await run(asking: content) { scene, browser in
            try await open(try await make(scene), browser)
            try await browser.follow(try await browser.post("/kiosk/begin", []))
            try await browser.follow(
                try await browser.post(
                    "/kiosk/page/service", browser.hiddenFields + [("a.content", "true"), ("do", "next")]))
            let fields = browser.hiddenFields + [("a.age", "四十"), ("a.ways", "bus"), ("do", "back")]
            let told = try await browser.post("/kiosk/page/about", fields + [("a.ways.other", "骑车")])
            #expect(told.status == .unprocessableContent && browser.page.contains("没有选这一项"))
            #expect(browser.page.contains("value=\"骑车\""))
            // What cannot be read otherwise keeps nobody there.
            let back = try await browser.post("/kiosk/page/about", fields)
            #expect(back.headers[.location] == "/kiosk/page/service")
            let kept: String = try await scene.value("select answers ->> 'ways' from saved_sheets")
            #expect(kept == #"["bus"]"#)
        }
    }

    /// Nobody walks away who thinks that it was sent.
    @Test(arguments: [true, false])
    func whoStillAnswersWhenItEndsIsTold(isRevoked: Bool) async throws {
        try await run { scene, browser in
            try await open(try await make(scene), browser)
            try await browser.follow(try await browser.post("/kiosk/begin", []))
            let first = browser.hiddenFields + [("a.content", "true"), ("do", "next")]
            try await browser.follow(try await browser.post("/kiosk/page/service", first))
            let last = browser.hiddenFields + [("a.age", "40"), ("do", "next")]
            if isRevoked {
                try await Kiosk.revoke(1, of: scene.id, in: scene.database.staff, as: scene.county.organiser)
            } else {
                try await scene.act("select close_questionnaire(\(scene.id))")
            }
            #expect(try await browser.post("/kiosk/page/about", last).status == .conflict)
            #expect(browser.page.contains("答卷没有收到") && browser.page.contains("已经清空"))
            #expect(try await scene.value("select count(*) from saved_sheets", as: Int.self) == 0)
            // Once it was cleared, nothing is in the hands of whoever presses there.
            #expect(try await browser.post("/kiosk/page/about", last).headers[.location] == "/kiosk")
        }
    }

    @Test func invitationsAreNotSpentAtAKiosk() async throws {
        try await run({ $0.voice = "code" }) { scene, _ in
            await #expect(throws: PostgresError.self) { try await make(scene) }
        }
    }

    /// Announced for everybody, taken back, and opened by invitation: what stands in the hall asks nobody for a code.
    @Test func itEndsWhereAnswersNeedACode() async throws {
        try await run({ $0.opensAt = Date(timeIntervalSinceNow: 3600) }) { scene, browser in
            try await open(try await make(scene), browser)
            #expect(browser.page.contains("政务服务满意度调查"))
            try await MoveQuestionnaire(scene.id).takeBack(in: scene.database.staff, as: scene.county.organiser)
            var terms = QuestionnaireScene.Terms()
            terms.voice = "code"
            let (id, version) = try await QuestionnaireScene.save(
                QuestionnaireScene.content, terms, id: scene.id, version: 1, in: scene.county)
            try await QuestionnaireScene.open(id, version, in: scene.county)
            let begun = try await browser.get("/kiosk")
            #expect(begun.status == .notFound && !browser.page.contains("开始填写"))
            #expect(try await scene.value("select count(*) from kiosks where revoked_at is null", as: Int.self) == 0)
            let told = try await scene.value("select count(*) from events where kind = 'kiosk_revoked'", as: Int.self)
            #expect(told == 1)
        }
    }

    @Test func aCorrectionIsReadBeforeItIsAnswered() async throws {
        try await run { scene, browser in
            try await open(try await make(scene), browser)
            try await browser.follow(try await browser.post("/kiosk/begin", []))
            let fields = browser.hiddenFields + [("a.content", "true"), ("do", "next")]
            var content = QuestionnaireScene.content
            content.pages[0].groups[0].questions[0].text += "（今年）"
            try await scene.correct(content, note: "写明了是今年")
            // The page was sent in its old words: it comes again in the new ones, and nothing is kept yet.
            #expect(try await browser.post("/kiosk/page/service", fields).status == .ok)
            #expect(browser.page.contains("写明了是今年") && browser.page.contains("value=\"true\" checked"))
            #expect(try await scene.value("select count(*) from saved_sheets", as: Int.self) == 0)
            let read = browser.hiddenFields + [("a.content", "true"), ("do", "next")]
            #expect(try await browser.post("/kiosk/page/service", read).headers[.location] == "/kiosk/page/about")
        }
    }

    @Test func whatIsFullOrOverIsSaid() async throws {
        try await run { scene, browser in
            try await open(try await make(scene), browser)
            for _ in 0..<2 { _ = try await answer(browser, age: "20") }
            let full = try await answer(browser, age: "20")
            #expect(full.status == .conflict && browser.page.contains("年轻人已经够了。"))
            try await scene.act("select close_questionnaire(\(scene.id))")
            try await browser.get("/kiosk")
            #expect(!browser.page.contains("开始填写"))
            #expect(try await browser.post("/kiosk/begin", []).status == .seeOther)
            #expect(try await browser.get("/kiosk/page/service").headers[.location] == "/kiosk")
        }
    }
}
