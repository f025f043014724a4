import Foundation
import HTTPTypes
import HummingbirdTesting
import Logging
import NIOCore
import Participation
import Postgres
import Questionnaires
import Synchronization
import TestSupport
import Testing

@testable import Web

@Suite("Telephone interviews at the desk")
struct SamplePagesTests {
    struct Scene: Sendable {
        let questionnaire: QuestionnaireScene
        let client: any TestClientProtocol
        let log: KeptLog

        var visitor: TestBrowser { TestBrowser(client) }
        var address: String { "/desk/questionnaires/\(questionnaire.number)/samples" }

        func browser(_ name: String) async throws -> TestBrowser {
            let (token, hash) = StaffSession.makeToken()
            let id: Int = try await questionnaire.value("select id from staff where sign_in_name = \(name)")
            try await StaffSession.open(staffID: id, tokenHash: hash, in: questionnaire.database.staff)
            let browser = TestBrowser(client)
            browser.set(cookie: SessionReading.cookie, Base64URL.encode(token))
            try await browser.get("/styleguide")
            return browser
        }

        /// A sample, filled with these lines. Returns its address.
        func sample(_ lines: String) async throws -> String {
            let browser = try await browser("organiser")
            try await browser.get(address)
            let made = try await browser.post(
                address,
                [
                    ("name", "电话样本"), ("script", "您好。"), ("most_attempts", "5"), ("retry_minutes", "240"),
                    ("hold_minutes", "30"),
                ])
            try await browser.follow(made)
            let place = try #require(made.headers[.location]).replacing("/import", with: "")
            let taken = try await browser.post(place + "/people", [("people", lines), ("act", "take")])
            #expect(taken.status == .seeOther)
            return place
        }
    }

    func run(
        _ content: Questionnaire = QuestionnaireScene.content,
        _ test: @escaping @Sendable (Scene) async throws -> Void
    ) async throws {
        let questionnaire = try await QuestionnaireScene.make(content)
        let kept = KeptLog()
        var logger = Logger(label: "test") { _ in kept }
        logger.logLevel = .trace
        var configuration = TestSite.configuration
        configuration.intake = questionnaire.intake
        let web = try TestSite.make(
            configuration, pools: Pools(public: questionnaire.database.public, staff: questionnaire.database.staff),
            logger: logger)
        try await web.makeServer().test(.router) {
            try await test(Scene(questionnaire: questionnaire, client: $0, log: kept))
        }
    }

    @Test func aListIsReadShownAndAdded() async throws {
        try await run { scene in
            let browser = try await scene.browser("organiser")
            let place = try await scene.sample("0762-0000001,甲,老隆镇")
            try await browser.get(place + "/import")
            let none = try await browser.upload(place + "/import", [], file: nil)
            #expect(none.status == .unprocessableContent)
            // One button reads the file or what was typed, and drops neither.
            let typed = try await browser.upload(
                place + "/import", [("people", "0762-0000003"), ("act", "read")], file: nil)
            #expect(typed.status == .ok && browser.page.contains("加入这 1 人") && browser.page.contains("076****03"))
            let both = try await browser.upload(
                place + "/import", [("people", "0762-0000003"), ("act", "read")],
                file: (field: "file", name: "名单.csv", bytes: Array("0762-0000004".utf8)))
            #expect(both.status == .unprocessableContent && browser.page.contains("只能读一样"))
            #expect(browser.page.contains("0762-0000003"))
            let table = "姓名,乡镇,手机号码,备用电话\n王演示,佗城镇,0762-0000002,0762-0000009\n李演示,佗城镇,没有,\n赵演示,老隆镇,0762-0000001,\n"
            let read = try await browser.upload(
                place + "/import", [], file: (field: "file", name: "王演示.csv", bytes: Array(table.utf8)))
            #expect(read.status == .ok && browser.page.contains("加入这 1 人") && browser.page.contains("2 行"))
            #expect(browser.page.contains("不是电话号码") && browser.page.contains("已经在本问卷的样本里"))
            #expect(browser.page.contains("076****02") && !browser.page.contains("07620000002"))
            // Read again, it takes the place of the one before; and nothing of it can be read in the database.
            _ = try await browser.upload(
                place + "/import", [], file: (field: "file", name: "王演示.csv", bytes: Array(table.utf8)))
            let waiting: Int = try await scene.questionnaire.value("select count(*) from attachments")
            let plain: Int = try await scene.questionnaire.value(
                "select count(*) from attachment_chunks where position(convert_to('0762-0000002', 'UTF8') in data) > 0")
            #expect(waiting == 1 && plain == 0)
            let upload = try #require(browser.hidden("upload"))
            // The other column: what is in it is another list.
            let columns = [("upload", upload), ("phone", "4"), ("name", "1"), ("stratum", "2"), ("heading", "on")]
            _ = try await browser.post(place + "/people", columns + [("act", "read")])
            #expect(browser.page.contains("076****09") && browser.page.contains("没有电话"))
            let taken = try await browser.post(place + "/people", columns + [("act", "take")])
            try await browser.follow(taken)
            #expect(browser.page.contains("加入了 1 人。"))
            let parts: [String] = try await scene.questionnaire.database.owner.read {
                try $0.values("select stratum from sample_people order by ordinal")
            }
            #expect(parts == ["老隆镇", "佗城镇"])
            // Of parts with one person each, the page would say who has answered.
            #expect(!browser.page.contains("佗城镇") && browser.page.contains("少于 5 人的分组合成一行"))
            // The file went with it.
            let files: Int = try await scene.questionnaire.value("select count(*) from attachments")
            #expect(files == 0)
            let gone = try await browser.post(place + "/people", columns + [("act", "take")])
            #expect(gone.status == .unprocessableContent)
            // Nobody sees a number there, and clerks add nobody.
            #expect(!browser.page.contains("0000009"))
            let clerk = try await scene.browser("clerk")
            #expect(try await clerk.get(place + "/import").status == .conflict)
            #expect(
                try await clerk.post(place + "/people", [("people", "0762-0000005"), ("act", "take")]).status
                    == .forbidden)
        }
    }

    @Test func anInterviewFromTheFirstWordToTheSheet() async throws {
        try await run { scene in
            let place = try await scene.sample("0762-0000001,王演示,老隆镇")
            let clerk = try await scene.browser("clerk")
            #expect(try await clerk.get(place).status == .ok && clerk.page.contains("给我下一位"))
            #expect(!clerk.page.contains("0000001") && !clerk.page.contains("王演示"))
            try await clerk.follow(try await clerk.post(place + "/next", []))
            #expect(clerk.page.contains("0762 000 0001") && clerk.page.contains("王演示") && clerk.page.contains("您好。"))
            // What stays of whoever answers is said to whoever asks, and beside the list.
            #expect(clerk.page.contains("从电话用密钥算出的代号"))
            let call = try #require(clerk.hidden("call"))
            // Kept while it is typed, and by hand.
            let saved = try await clerk.post(
                place + "/call/save", [("call", call), ("version", "1"), ("a.content", "false")])
            #expect(String(buffer: saved.body).contains("已存下"))
            try await clerk.get(place + "/call")
            #expect(clerk.page.contains("value=\"false\" checked"))
            // Somebody else is shown nobody, and cannot save over it.
            let organiser = try await scene.browser("organiser")
            try await organiser.get(place + "/call")
            #expect(!organiser.page.contains("0000001") && organiser.page.contains("您手里现在没有人"))
            let stolen = try await organiser.post(
                place + "/call", [("call", call), ("version", "1"), ("act", "refused")])
            #expect(stolen.status == .seeOther)
            try await organiser.get(place)
            #expect(organiser.page.contains("正在打的") && organiser.page.contains("李登记"))
            // A call-back needs its time.
            let when = try await clerk.post(
                place + "/call",
                [("call", call), ("version", "1"), ("act", "call_back"), ("day", ""), ("a.content", "true")])
            #expect(when.status == .unprocessableContent && clerk.page.contains("请填约好的日期和时间"))
            // What is impossible is said beside the field, and nothing that was typed is lost.
            let wrong = try await clerk.post(
                place + "/call",
                [("call", call), ("version", "1"), ("act", "done"), ("a.age", "200"), ("a.content", "true")])
            #expect(wrong.status == .unprocessableContent && clerk.page.contains("value=\"200\""))
            let fields = [("call", call), ("version", "1"), ("act", "done"), ("a.content", "true"), ("a.age", "40")]
            let done = try await clerk.post(place + "/call", fields)
            try await clerk.follow(done)
            #expect(clerk.page.contains("答卷已存下") && clerk.page.contains("您手里现在没有人"))
            // Pressed once more: it is not stored twice.
            #expect(try await clerk.post(place + "/call", fields).status == .seeOther)
            let sheets: Int = try await scene.questionnaire.value("select count(*) from answer_sheets")
            #expect(sheets == 1)
            try await clerk.get(place)
            #expect(clerk.page.contains("应答率 100.0%") && !clerk.page.contains("<h2>没有完成的通话"))
            #expect(clerk.page.contains("一个用密钥算出的代号"))
            _ = try await clerk.post(place + "/next", [])
            #expect(clerk.page.contains("现在没有要打的人"))
            // Neither the log nor an address nor an export says who it was.
            let log = scene.log.text
            #expect(!log.contains("0000001") && !log.contains("王演示") && !log.contains(call))
            #expect(log.contains("/call"))
            for format in ["csv", "json"] {
                let sheets = try await organiser.get(
                    "/desk/questionnaires/\(scene.questionnaire.number)/sheets.\(format)")
                let text = String(buffer: sheets.body)
                #expect(
                    sheets.status == .ok && !text.contains("0000001") && !text.contains("王演示") && !text.contains(call))
            }
        }
    }

    @Test func whoWishesIsReadOutTheReceipt() async throws {
        try await run { scene in
            let place = try await scene.sample("0762-0000001,王演示,老隆镇")
            let clerk = try await scene.browser("clerk")
            try await clerk.get(place)
            try await clerk.follow(try await clerk.post(place + "/next", []))
            let call = try #require(clerk.hidden("call"))
            let fields = [("call", call), ("version", "1"), ("act", "done"), ("receipt", "on"), ("a.content", "true")]
            // A mistake does not forget the wish.
            let wrong = try await clerk.post(place + "/call", fields + [("a.age", "200")])
            #expect(wrong.status == .unprocessableContent)
            #expect(clerk.page.contains("name=\"receipt\" value=\"on\" checked"))
            let done = try await clerk.post(place + "/call", fields + [("a.age", "40")])
            #expect(done.status == .ok && done.headers[.cacheControl]?.contains("no-store") == true)
            let key = try #require(UUID(uuidString: call))
            let code = scene.questionnaire.intake.codes.code(for: key).spoken
            let number: String = try await scene.questionnaire.value("select number from submissions")
            #expect(clerk.page.contains(code) && clerk.page.contains(number))
            #expect(clerk.page.contains("href=\"\(place)/call\""))
            // And nobody is in hand any longer, as after every interview.
            #expect(try await scene.questionnaire.value("select count(*) from sample_interviews", as: Int.self) == 0)
            // They can open it.
            let author = scene.visitor
            try await author.get("/receipts")
            try await author.follow(try await author.post("/receipts", [("number", number), ("code", code)]))
            #expect(author.page.contains("您的答卷已收到"))
        }
    }

    @Test func whatIsNotKeptIsNamedByItsQuestion() async throws {
        try await run { scene in
            let place = try await scene.sample("0762-0000001")
            let clerk = try await scene.browser("clerk")
            try await clerk.get(place)
            try await clerk.follow(try await clerk.post(place + "/next", []))
            let call = try #require(clerk.hidden("call"))
            let fields = [("call", call), ("version", "1"), ("act", "done"), ("a.content", "true"), ("a.why", "太远")]
            #expect(try await clerk.post(place + "/call", fields).status == .unprocessableContent)
            #expect(clerk.page.contains("为什么不满意？ 按前面的回答，这一题不问"))
            // It stays in sight, and can be sent again, until that was said.
            #expect(clerk.page.contains("太远</textarea>") && !clerk.page.contains(Self.off("why", "text")))
            let doubts = try #require(clerk.hidden("doubts"))
            #expect(try await clerk.post(place + "/call", fields + [("doubts", doubts)]).status == .seeOther)
            let answers: String = try await scene.questionnaire.value("select answers::text from answer_sheets")
            #expect(answers == #"{"content": true}"#)
        }
    }

    @Test func whatWasNotAskedIsNamedOnce() async throws {
        try await run { scene in
            let place = try await scene.sample("0762-0000001")
            let clerk = try await scene.browser("clerk")
            try await clerk.get(place)
            try await clerk.follow(try await clerk.post(place + "/next", []))
            let call = try #require(clerk.hidden("call"))
            let fields = [("call", call), ("version", "1"), ("act", "done"), ("a.age", "40")]
            #expect(try await clerk.post(place + "/call", fields).status == .unprocessableContent)
            #expect(clerk.page.contains("您满意吗？ 还没有问到。") && clerk.page.contains("id=\"a.content-error\""))
            // Who does not wish to answer need not.
            let doubts = try #require(clerk.hidden("doubts"))
            #expect(doubts == "content")
            #expect(try await clerk.post(place + "/call", fields + [("doubts", doubts)]).status == .seeOther)
        }
    }

    @Test func whoIsFullIsThankedAndNotStored() async throws {
        try await run { scene in
            let place = try await scene.sample("0762-0000001\n0762-0000002\n0762-0000003")
            let clerk = try await scene.browser("clerk")
            for _ in 0..<2 {
                try await clerk.get(place)
                try await clerk.follow(try await clerk.post(place + "/next", []))
                let call = try #require(clerk.hidden("call"))
                _ = try await clerk.post(
                    place + "/call",
                    [("call", call), ("version", "1"), ("act", "done"), ("a.content", "true"), ("a.age", "20")])
            }
            try await clerk.follow(try await clerk.post(place + "/next", []))
            let call = try #require(clerk.hidden("call"))
            let fields = [("call", call), ("version", "1"), ("a.content", "true"), ("a.age", "20")]
            // It is said when the answer that decides is kept.
            #expect(!clerk.page.contains("已经满额"))
            try await clerk.follow(try await clerk.post(place + "/call", fields + [("act", "save")]))
            #expect(clerk.page.contains("对方属于已经满额的一类") && clerk.page.contains("年轻人已经够了。"))
            #expect(clerk.page.contains("value=\"no_place\"") && clerk.page.contains("value=\"20\""))
            let full = try await clerk.post(place + "/call", fields + [("act", "done")])
            #expect(full.status == .conflict && clerk.page.contains("已满额，结束"))
            #expect(clerk.page.contains("年轻人已经够了。"), "it is read aloud")
            #expect(!clerk.page.contains("data-closing"), "nothing was stored for which one could thank")
            try await clerk.follow(try await clerk.post(place + "/call", fields + [("act", "no_place")]))
            try await clerk.get(place)
            #expect(clerk.page.contains("这一类已满额") && clerk.page.contains("应答率 100.0%：完成 2 人，除以 2 人"))
        }
    }

    @Test func strangersAreToldNothing() async throws {
        try await run { scene in
            let place = try await scene.sample("0762-0000001")
            let stranger = try await scene.browser("stranger")
            #expect(try await stranger.get(place).status == .notFound)
            #expect(try await stranger.post(place + "/next", []).status == .notFound)
        }
    }
}

/// Keeps log lines as text.
struct KeptLog: LogHandler {
    private final class Lines: Sendable {
        let all = Mutex<[String]>([])
    }
    private let lines = Lines()
    var metadata: Logger.Metadata = [:]
    var logLevel = Logger.Level.trace

    subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    var text: String { lines.all.withLock { $0.joined(separator: "\n") } }

    func log(event: LogEvent) {
        let metadata = metadata.merging(event.metadata ?? [:]) { $1 }
        let fields = metadata.map { "\($0.key)=\($0.value)" }.sorted().joined(separator: " ")
        lines.all.withLock { $0.append("\(event.level) \(event.message) \(fields)") }
    }
}
