import Foundation
import HTTPTypes
import HummingbirdTesting
import NIOCore
import Participation
import Postgres
import TestSupport
import Testing

@testable import Web

/// The citizen's pages of messages over a real database; how they look and feel is tested in Tests/Browser.
@Suite("Messages from the web") struct MessagesTests {
    private func run(
        _ test: @escaping @Sendable (TestBrowser, MessageScene) async throws -> Void
    ) async throws {
        let scene = try await MessageScene.make()
        var configuration = TestSite.configuration
        // The receipts of the scene are opened with its own keys.
        configuration.intake = scene.intake
        let web = try TestSite.make(
            configuration, pools: Pools(public: scene.database.public, staff: scene.database.staff))
        try await web.makeServer().test(.router) { try await test(TestBrowser($0), scene) }
    }

    private func form(_ kind: String, key: UUID = UUID(), changing changes: [String: String] = [:]) -> [(
        String, String
    )] {
        let usual = [
            ("idempotency", key.uuidString), ("form_key", key.uuidString), ("kind", kind), ("title", "中山路路灯不亮"),
            ("message", "晚上看不见路。"), ("phone", "13800138000"),
        ]
        return usual.map { ($0.0, changes[$0.0] ?? $0.1) }
            + changes.filter { change in
                !usual.contains { $0.0 == change.key }
            }.map { ($0.key, $0.value) }
    }

    /// Opens the receipt of a message that came another way.
    private func open(_ sent: MessageScene.Sent, key: UUID, _ browser: TestBrowser, _ scene: MessageScene) async throws
    {
        try await browser.get("/receipts")
        let response = try await browser.post(
            "/receipts", [("number", sent.number.description), ("code", scene.intake.codes.code(for: key).digits)])
        try await browser.follow(response)
    }

    /// A picture of one point.
    private static let picture = Array(
        Data(
            base64Encoded:
                "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==")
            ?? Data())

    @Test func whoWantsSomethingElseIsToldWhereToTurn() async throws {
        try await run { browser, scene in
            let settings: [String] = try await scene.database.owner.read {
                try $0.values("select value from site_settings where key = 'discipline_contact'")
            }
            let site = Site(SiteSettings(["discipline_contact": settings.first ?? ""]))
            #expect(site.disciplineContact?.contains("12388") == true && site.petitionContact == nil)
            try await browser.get("/messages/new")
            #expect(browser.page.contains("请直接向纪检监察机关举报。"))
        }
    }

    @Test func theSameFormTwiceIsOneReceipt() async throws {
        try await run { browser, scene in
            try await browser.get("/messages/new")
            let fields = form("complaint")
            let first = try await browser.post("/messages/new", fields)
            #expect(first.status == .seeOther)
            try await browser.get("/messages/new")
            let second = try await browser.post("/messages/new", fields)
            #expect(second.headers[.location] == first.headers[.location])
            try await browser.follow(second)
            #expect(browser.page.contains("中山路路灯不亮") && browser.page.contains("data-receipt"))
            #expect(browser.page.contains("以前决定是否受理") && browser.page.contains("留言受理和转办"))
            for path in ["receipt.png", "record.txt"] {
                let number = try #require(first.headers[.location])
                #expect(try await browser.get("\(number)/\(path)").status == .ok)
            }
            #expect(try await scene.value("select count(*) from cases", as: Int.self) == 1)
        }
    }

    @Test func filesOfTheAnswerAreOnTheReceipt() async throws {
        try await run { browser, scene in
            let key = UUID()
            let sent = try await scene.send(scene.message(key: key))
            try await scene.accept(sent)
            try await scene.assign(sent)
            let id = try await Attachment.store(
                Array("%PDF-1.4 answer".utf8), name: "现场照片.pdf", for: [MessageScene.unit], in: scene.database.staff,
                as: MessageScene.clerk)
            try await scene.act(MessageScene.clerk, "select attach_to_reply(\(sent.caseID), \(id))")
            try await scene.act(
                MessageScene.clerk, "select submit_reply(\(sent.caseID), 1, '见附件。', '路灯', '路灯不亮', '见附件。')")
            try await scene.approve(sent)
            let address = "/receipts/\(sent.number)/files/\(id.uuidString.lowercased())"
            #expect(try await browser.another().get(address).status == .seeOther, "asked for the code")
            try await open(sent, key: key, browser, scene)
            #expect(browser.page.contains("href=\"\(address)\"") && browser.page.contains("现场照片.pdf"))
            let file = try await browser.get(address)
            #expect(file.headers[.contentDisposition]?.hasPrefix("attachment") == true)
            #expect(file.headers[.cacheControl]?.contains("no-store") == true && browser.page == "%PDF-1.4 answer")
            #expect(try await browser.get("/receipts/\(sent.number)/files/\(UUID().uuidString)").status == .notFound)
        }
    }

    @Test func similarAnswersAreOfferedWhileTyping() async throws {
        try await run { browser, scene in
            let sent = try await scene.send(scene.message())
            try await scene.answer(sent)
            try await scene.publish(sent)
            let title = URLEncodedFields.encode("中山路的路灯不亮了")
            try await browser.get("/messages/similar?title=\(title)")
            #expect(browser.page.contains("\"href\":\"/messages/\(sent.number)\""))
            for nothing in ["", "a", URLEncodedFields.encode("社保卡怎样补办")] {
                try await browser.get("/messages/similar?title=\(nothing)")
                #expect(browser.page == "[]")
            }
        }
    }

    @Test func everythingTypedComesBackWithWhatIsWrong() async throws {
        try await run { browser, _ in
            try await browser.get("/messages/new")
            let long = String(repeating: "长", count: 10_000)
            let answer = try await browser.post(
                "/messages/new",
                form(
                    "help",
                    changing: [
                        "title": long, "phone": "没有", "email": "不是邮箱", "place": "老隆镇<b>", "concerned_names": "王审签",
                        "unit": "2", "concerned": "2", "publish": "on",
                    ]))
            #expect(answer.status == .unprocessableContent)
            for words in ["写了 10000 个字", "这不像一个电话号码", "这不像一个邮箱地址", "也是您写明涉及的单位"] {
                #expect(browser.page.contains(words), "\(words)")
            }
            #expect(browser.page.contains(long) && browser.page.contains("老隆镇&lt;b&gt;"))
            #expect(browser.page.contains("id=\"publish\" name=\"publish\" value=\"on\" checked"))
            #expect(browser.page.contains("value=\"王审签\""))
        }
    }

    @Test func whatIsNotTakenHereIsShownTheWay() async throws {
        try await run { browser, scene in
            for (kind, words) in [("officials", "纪检监察机关"), ("information", "政府信息公开机构"), ("", "请选择您要做什么")] {
                try await browser.get("/messages/new")
                let answer = try await browser.post("/messages/new", form(kind))
                #expect(answer.status == .unprocessableContent)
                #expect(browser.page.contains("id=\"kind-error\"") && browser.page.contains(words))
                #expect(browser.page.contains("晚上看不见路。"))
            }
            #expect(try await scene.value("select count(*) from submissions", as: Int.self) == 0)
        }
    }

    @Test func filesStayThroughAMistake() async throws {
        try await run { browser, scene in
            try await browser.get("/messages/new")
            let key = UUID()
            let faulty = form("complaint", key: key, changing: ["phone": ""])
            let first = try await browser.upload(
                "/messages/new", faulty, file: ("files", "路灯.png", Self.picture))
            #expect(first.status == .unprocessableContent && browser.page.contains("路灯.png"))
            let id: UUID = try await scene.value("select id from attachments")
            // A file that is not what its name says is told, and the other one stays.
            let waiting = [("waiting", id.uuidString), ("keep", id.uuidString)]
            let second = try await browser.upload(
                "/messages/new", form("complaint", key: key) + waiting, file: ("files", "账单.pdf", Array("MZ".utf8)))
            #expect(second.status == .unprocessableContent && browser.page.contains("“账单.pdf”没有传上来"))
            #expect(browser.page.contains("路灯.png"))
            let sent = try await browser.post("/messages/new", form("complaint", key: key) + waiting)
            try await browser.follow(sent)
            #expect(browser.page.contains("路灯.png"))
            #expect(try await scene.value("select count(*) from submission_attachments", as: Int.self) == 1)
        }
    }

    @Test func anUntickedFileIsLeftOut() async throws {
        try await run { browser, scene in
            let key = UUID()
            try await browser.get("/messages/new")
            let added = try await browser.upload(
                "/messages/new", form("complaint", key: key) + [("add_files", "on")],
                file: ("files", "路灯.png", Self.picture))
            #expect(added.status == .ok && browser.page.contains("留言还没有提交"))
            let id: UUID = try await scene.value("select id from attachments")
            let sent = try await browser.post(
                "/messages/new", form("complaint", key: key) + [("waiting", id.uuidString)])
            #expect(sent.status == .seeOther)
            #expect(try await scene.value("select count(*) from submission_attachments", as: Int.self) == 0)
        }
    }

    @Test func similarAnswersAreOfferedOnceBeforeItIsSent() async throws {
        try await run { browser, scene in
            let before = try await scene.send(scene.message(title: "中山路路灯不亮了"))
            try await scene.answer(before)
            try await scene.publish(before)
            try await browser.get("/messages/new")
            let fields = form("complaint")
            let offered = try await browser.post("/messages/new", fields)
            #expect(offered.status == .ok && browser.page.contains("/messages/\(before.number)"))
            #expect(browser.page.contains("仍然提交") && browser.page.contains("晚上看不见路。"))
            let sent = try await browser.post("/messages/new", fields + [("offered", "on")])
            #expect(sent.status == .seeOther)
        }
    }

    @Test func theBoardShowsDaysFirstAndWordsLater() async throws {
        try await run { browser, scene in
            let sent = try await scene.send(scene.message(showName: true))
            let page = "/messages/\(sent.number)"
            #expect(try await browser.get(page).status == .notFound)
            try await scene.accept(sent)
            try await browser.get("/messages")
            #expect(browser.page.contains(sent.number.description) && !browser.page.contains("路灯"))
            try await browser.get(page)
            #expect(browser.page.contains("应当答复") && !browser.page.contains("路灯"))
            try await scene.assign(sent, to: 2)
            try await scene.reply(sent, "已经修好。")
            try await scene.publish(sent)
            for address in [
                "/messages", "/messages?q=%E8%B7%AF%E7%81%AF", "/messages?state=answered&unit=2&kind=complaint",
            ] {
                try await browser.get(address)
                #expect(browser.page.contains("中山路路灯不亮"), "\(address)")
            }
            try await browser.get(page)
            for words in ["晚上看不见路", "已经修好。", "李**", "当天答复", "县城管局"] {
                #expect(browser.page.contains(words), "\(words)")
            }
            #expect(!browser.page.contains("李小明") && !browser.page.contains("13800138000"))
            try await browser.get("/messages?q=%E7%81%AF")
            #expect(browser.page.contains("请写两个字以上的词语"))
            #expect(try await browser.get("/messages/MY-2026-000001-1").status == .notFound)
            #expect(try await browser.get("/messages/x").status == .notFound)
        }
    }

    @Test func theReceiptTakesAdditionsARatingAndOneReopening() async throws {
        try await run { browser, scene in
            let key = UUID()
            let sent = try await scene.send(scene.message(key: key))
            try await open(sent, key: key, browser, scene)
            let receipt = "/receipts/\(sent.number)"
            let empty = try await browser.post("\(receipt)/additions", [("addition", " ")])
            #expect(empty.status == .unprocessableContent && browser.page.contains("请写下要补充的内容"))
            let added = try await browser.post(
                "\(receipt)/additions", [("addition", "今天还是不亮"), ("idempotency", UUID().uuidString)])
            try await browser.follow(added)
            #expect(browser.page.contains("今天还是不亮") && browser.page.contains("补充已收到"))
            try await scene.answer(sent, "已经修好。")
            try await browser.get(receipt)
            #expect(browser.page.contains("已经修好。") && browser.page.contains("请评价这次答复"))
            #expect(!browser.page.contains("提交补充"))
            let unsure = try await browser.post("\(receipt)/rating", [("resolved", "no"), ("reopen", "on")])
            #expect(unsure.status == .unprocessableContent && browser.page.contains("请写明理由"))
            let rated = try await browser.post(
                "\(receipt)/rating",
                [("resolved", "no"), ("attitude", "4"), ("speed", "1"), ("reason", "还是不亮"), ("reopen", "on")])
            try await browser.follow(rated)
            #expect(browser.page.contains("已经重新办理") && browser.page.contains("重新办理"))
            #expect(try await scene.value("select reopened from cases", as: Int.self) == 1)
        }
    }

    @Test func whatIsWithdrawnIsGoneFromTheReceipt() async throws {
        try await run { browser, scene in
            let key = UUID()
            let sent = try await scene.send(scene.message(key: key))
            try await open(sent, key: key, browser, scene)
            try await browser.get("/receipts/\(sent.number)/withdraw")
            #expect(browser.page.contains("晚上看不见路") && browser.page.contains("答复以前可以撤回"))
            try await browser.follow(try await browser.post("/receipts/\(sent.number)/withdraw", []))
            #expect(browser.page.contains("已撤回") && !browser.page.contains("晚上看不见路"))
            #expect(try await browser.get("/receipts/\(sent.number)/record.txt").status == .gone)
        }
    }

    /// Its unit's desk: the case with the message in it, a recording written down, and what must be seen by nobody sealed by two.
    @Test func theDeskReadsWritesDownAndSeals() async throws {
        try await run { browser, scene in
            let key = UUID()
            let voice = try await scene.upload(form: key, type: "audio/webm")
            let sent = try await scene.send(scene.message(title: "", body: "", key: key, recording: voice))
            let screener = try await desk("screener", browser, scene)
            try await screener.get("/desk/cases/\(sent.caseID)")
            #expect(screener.page.contains("只有一段录音") && screener.page.contains("听写录音"))
            let page = "/desk/cases/\(sent.caseID)/transcription"
            try await screener.get(page)
            #expect(try await screener.post(page, [("words", " ")]).status == .unprocessableContent)
            try await screener.follow(try await screener.post(page, [("words", "路灯坏了")]))
            #expect(screener.page.contains("路灯坏了"))
            let asked = try await screener.post(
                "/desk/seals", [("submission", sent.number.description), ("reason", "personal_data")])
            try await screener.follow(asked)
            #expect(screener.page.contains(sent.number.description))
            let second = try await desk("reviewer", browser, scene)
            try await second.get("/desk/seals")
            #expect(second.page.contains(sent.number.description))
            let seal: Int = try await scene.value("select id from seals")
            try await second.follow(try await second.post("/desk/seals/\(seal)/confirmation", []))
            try await screener.get("/desk/cases/\(sent.caseID)")
            #expect(!screener.page.contains("路灯坏了"))
        }
    }

    private func desk(_ name: String, _ browser: TestBrowser, _ scene: MessageScene) async throws -> TestBrowser {
        let (token, hash) = StaffSession.makeToken()
        let id: Int = try await scene.value("select id from staff where sign_in_name = \(name)")
        try await StaffSession.open(staffID: id, tokenHash: hash, in: scene.database.staff)
        let signedIn = browser.another()
        signedIn.set(cookie: SessionReading.cookie, Base64URL.encode(token))
        try await signedIn.get("/styleguide")
        return signedIn
    }

    @Test func aWrongCodeOpensNothing() async throws {
        try await run { browser, scene in
            let sent = try await scene.send(scene.message())
            try await browser.get("/receipts")
            let wrong = try await browser.post(
                "/receipts", [("number", sent.number.description), ("code", "000000000000")])
            #expect(wrong.status == .unprocessableContent && browser.page.contains("编号和查询码对不上"))
            #expect(
                try await browser.post("/receipts/\(sent.number)/additions", [("addition", "x")]).status == .seeOther)
            #expect(try await scene.value("select count(*) from message_additions", as: Int.self) == 0)
        }
    }
}
