import Foundation
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import Logging
import NIOCore
import Participation
import Postgres
import Synchronization
import TestSupport
import Testing

@testable import Web

@Suite("Application")
struct ApplicationTests {
    /// Runs the test against the real middleware with a few routes that do what a test needs.
    static func run(
        _ configuration: WebConfiguration = TestSite.configuration, live: Bool = false, pools: Pools? = nil,
        logger: Logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() },
        _ test: @escaping @Sendable (any TestClientProtocol) async throws -> Void
    ) async throws {
        let web = try TestSite.make(configuration, pools: pools, logger: logger)
        let router = web.makeRouter()
        router.get("/test/form") { _, context in
            try web.pages.render(SignInPage.samples[0], in: context)
        }
        router.post("/test/echo") { _, context in
            context.form.fields.filter { $0.name != "csrf" }.map { "\($0.name)=\($0.value)" }.joined(separator: "|")
        }
        router.post("/test/fail/:how") { _, context -> String in
            switch try context.text("how") {
            case "busy": throw Problem.overloaded
            case "gone": throw Problem.gone
            case "flash":
                context.visit.flash(.done, "已保存：\"x\"")
                throw Problem.conflict("别人改过了。")
            default: throw CocoaError(.fileNoSuchFile)
            }
        }
        router.get("/test/number/:id") { _, context in "\(try context.number("id"))" }
        router.get("/test/text/:text") { _, context in try context.text("text") }
        let server = web.makeServer(router: router)
        try await server.test(live ? .live : .router, test)
    }

    @Test func addressesThatDoNotExist() async throws {
        try await Self.run { client in
            let browser = TestBrowser(client)
            let missing = try await browser.get("/nowhere?name=secret")
            #expect(missing.status == .notFound)
            #expect(browser.page.contains("没有这个页面") && browser.page.contains("lang=\"zh-CN\""))
            // A form to a wrong address is told so, and not that its page has expired.
            #expect(try await browser.post("/nowhere", [("content", "字")]).status == .notFound)
            let wrong = try await browser.send("/display", .put, nil, [:])
            #expect(wrong.status == .methodNotAllowed && wrong.headers[.allow] == "GET, HEAD, POST")
            let post = try await browser.get("/desk/sign-out")
            #expect(post.status == .methodNotAllowed && post.headers[.allow] == "POST")
            for path in [
                "/test/number/x", "/test/number/-1", "/test/number/99999999999999999999", "/test/text/%FF",
                "/test/text/%",
            ] {
                #expect(try await browser.get(path).status == .notFound, "\(path)")
            }
            #expect(try await browser.get("/test/number/7").status == .ok)
            try await browser.get("/test/text/a+b%2B%E4%B8%AD%2F")
            #expect(browser.page == "a+b+中/")
            #expect(try await browser.get("/test/form?a=%zz").status == .ok)
            #expect(try await browser.get("/display?a=%zz").status == .badRequest)
        }
    }

    @Test func everyAnswerCarriesItsHeaders() async throws {
        try await Self.run { client in
            let browser = TestBrowser(client)
            for path in ["/test/form", "/nowhere", "/styles/minyi.css", "/display?size=elder"] {
                let headers = try await browser.get(path).headers
                let policy = try #require(headers[.contentSecurityPolicy])
                #expect(policy.contains("default-src 'none'") && policy.contains("frame-ancestors 'none'"))
                #expect(!policy.contains("unsafe"))
                #expect(headers[.xContentTypeOptions] == "nosniff")
                let referrer = try #require(HTTPField.Name("Referrer-Policy"))
                #expect(headers[referrer] == "same-origin")
            }
        }
    }

    @Test func headHasHeadersAndNoBody() async throws {
        try await Self.run { client in
            let browser = TestBrowser(client)
            for path in ["/test/form", "/nowhere", "/styles/minyi.css"] {
                let get = try await browser.get(path)
                let head = try await browser.send(path, .head, nil, [:])
                #expect(head.status == get.status && head.body.readableBytes == 0, "\(path)")
                #expect(head.headers[.contentLength] == get.headers[.contentLength], "\(path)")
            }
        }
    }

    @Test func staticFilesAreCachedByTheirVersion() async throws {
        try await Self.run { client in
            let browser = TestBrowser(client)
            try await browser.get("/test/form")
            let link = try #require(browser.page.range(of: "/styles/minyi.css?v="))
            let version = browser.page[link.upperBound...].prefix { $0 != "\"" }
            let fresh = try await browser.get("/styles/minyi.css?v=\(version)")
            #expect(fresh.status == .ok && fresh.headers[.cacheControl]?.contains("immutable") == true)
            #expect(fresh.headers[.contentType] == "text/css; charset=utf-8")
            #expect(
                try await browser.get("/styles/minyi.css?v=0").headers[.cacheControl]?.contains("immutable") == false)
            let etag = try #require(fresh.headers[.eTag])
            let again = try await browser.send("/styles/minyi.css", .get, nil, [.ifNoneMatch: etag])
            #expect(again.status == .notModified && again.body.readableBytes == 0)
            for path in [
                "/styles/../locales/en.yaml", "/styles/%2e%2e/templates/layout.mustache", "/templates/layout.mustache",
                "/styles", "/styles/",
            ] {
                #expect(try await browser.get(path).status == .notFound, "\(path)")
            }
            #expect(try await browser.send("/styles/minyi.css", .get, nil, [.range: "bytes=5-2"]).status == .ok)
        }
    }

    /// `/things/{id}`, as handlers write it.
    private static func written(_ route: String) -> String {
        route.replacing("{", with: ":").replacing("}", with: "")
    }

    /// A limit under a name that no route has would be no limit.
    @Test func limitsOfBodiesNameRoutes() throws {
        let routes = Set(try TestSite.make().makeRouter().routes.map { $0.path.description })
        for name in BodyLimits.exceptions.keys {
            #expect(
                routes.contains {
                    BodyLimits.limit(for: $0, withFiles: true) > BodyLimits.standard && Self.written($0) == name
                })
        }
    }

    @Test func languageAndDisplayAreRemembered() async throws {
        try await Self.run { client in
            let browser = TestBrowser(client)
            browser.headers = [.acceptLanguage: "en-GB"]
            let english = try await browser.get("/nowhere")
            #expect(browser.page.contains("There is no such page") && browser.page.contains("<html lang=\"en\""))
            #expect(english.headers[.contentLanguage] == "en" && english.headers[.vary] == "Accept-Language")
            let back = try await browser.get("/display?lang=zh-Hans&size=elder&theme=dark&to=%2Ftest%2Fform%3Fa%3D1")
            #expect(back.status == .seeOther && back.headers[.location] == "/test/form?a=1")
            #expect(
                back.headers[values: .setCookie].allSatisfy {
                    $0.contains("Max-Age=31536000") && $0.contains("HttpOnly")
                })
            try await browser.get("/nowhere")
            #expect(browser.page.contains("没有这个页面") && browser.page.contains("size-elder theme-dark"))
            try await browser.get("/display?size=normal&to=//evil.example/")
            #expect(browser.cookies["display"] == "normal.dark")
            #expect(try await browser.get("/display?to=https://evil.example/").headers[.location] == "/")
            #expect(try await browser.get("/display?lang=xx&size=%3Cb%3E").headers[values: .setCookie].isEmpty)
        }
    }

    @Test func changingTheLanguageComesBackToThePageOfTheForm() async throws {
        try await Self.run { client in
            let browser = TestBrowser(client)
            try await browser.get("/nowhere?a=1&b=%E4%B8%AD")
            #expect(browser.page.contains("to=%2Fnowhere%3Fa%3D1%26b%3D%25E4%25B8%25AD\""))
            for (referer, expected) in [
                ("http://localhost/test/form?x=1", "%2Ftest%2Fform%3Fx%3D1"), ("https://evil.example/x", "%2F"),
                ("", "%2F"),
            ] {
                try await browser.post("/test/fail/gone", [("content", "字")], headers: [.referer: referer])
                #expect(browser.page.contains("to=\(expected)\""), "\(referer)")
            }
        }
    }

    @Test func programsGetTheProblemAsJSON() async throws {
        try await Self.run { client in
            let browser = TestBrowser(client)
            let response = try await browser.send("/nowhere", .get, nil, [.accept: "application/json"])
            #expect(response.status == .notFound)
            #expect(response.headers[.contentType]?.hasPrefix("application/problem+json") == true)
            let json = try JSONSerialization.jsonObject(with: Data(browser.page.utf8)) as? [String: Any]
            #expect(json?["status"] as? Int == 404 && json?["title"] as? String == "没有这个页面")
        }
    }

    @Test func aFormWithItsTokenPasses() async throws {
        try await Self.run { client in
            let browser = TestBrowser(client)
            try await browser.get("/test/form")
            #expect(browser.cookies["visit"]?.isEmpty == false)
            let answer = try await browser.post("/test/echo", [("content", "您好 & <再见>\r\n二")])
            #expect(answer.status == .ok && browser.page == "content=您好 & <再见>\n二")
        }
    }

    @Test func aPageWithoutAFormSetsNoCookie() async throws {
        try await Self.run { client in
            let response = try await TestBrowser(client).get("/nowhere")
            #expect(response.headers[.setCookie] == nil)
        }
    }

    /// The typed text comes back in a form that can be sent at once.
    @Test func anExpiredPageKeepsWhatWasTyped() async throws {
        try await Self.run { client in
            let browser = TestBrowser(client)
            let typed = "  首行\n\"引号\" <b> & 末行"
            let refused = try await browser.post(
                "/test/echo?a=1",
                [("csrf", "old"), ("content", typed), ("id", "7"), ("password", "geheim"), ("note", "短 文")])
            #expect(refused.status == .forbidden)
            #expect(browser.page.contains("页面打开太久了") && browser.page.contains("action=\"/test/echo?a=1\""))
            #expect(browser.page.contains("首行\n&quot;引号&quot; &lt;b&gt; &amp; 末行</textarea>"))
            #expect(browser.page.contains(">意见内容</label>") && browser.page.contains("短 文</textarea>"))
            #expect(browser.hidden("id") == "7" && !browser.page.contains("geheim"))
            let sent = try await browser.post("/test/echo?a=1", [("content", typed), ("id", "7")])
            #expect(sent.status == .ok && browser.page == "content=\(typed)|id=7")
        }
    }

    /// The router does not mind empty parts of a path; a browser reads `//host` as another site.
    @Test func keptFormsAreNeverSentElsewhere() async throws {
        try await Self.run { client in
            let browser = TestBrowser(client)
            let refused = try await browser.post("//test/echo", [("csrf", "old"), ("content", "字")])
            #expect(refused.status == .forbidden && browser.page.contains("action=\"/\""))
            let page = try await browser.get("//test/form")
            #expect(page.status == .ok && browser.page.contains("to=%2F\""))
        }
    }

    @Test func aFormFromAnotherSiteIsRefusedForGood() async throws {
        try await Self.run { client in
            let browser = TestBrowser(client)
            try await browser.get("/test/form")
            let site = try #require(HTTPField.Name("Sec-Fetch-Site"))
            let form = browser.page
            for headers: HTTPFields in [[site: "cross-site"], [.origin: "https://evil.example"], [.origin: "nonsense"]]
            {
                _ = form
                try await browser.get("/test/form")
                let answer = try await browser.post("/test/echo", [("content", "字")], headers: headers)
                #expect(answer.status == .forbidden && !browser.page.contains("<textarea"))
            }
            try await browser.get("/test/form")
            let own = try await browser.post(
                "/test/echo", [("a", "1")], headers: [.origin: "http://localhost", site: "same-origin"])
            #expect(own.status == .ok)
            try await browser.get("/test/form")
            #expect(try await browser.post("/test/echo", [("a", "1")], headers: [.origin: "null"]).status == .ok)
        }
    }

    /// As many jobs wait for the database as may: the visitor is told at once, and when to come again.
    @Test func aFullQueueOfTheDatabaseAnswers503() async throws {
        var configuration = TestCluster.patient("host=127.0.0.1 port=1 connect_timeout=1")
        configuration.waiting = 1
        let full = Database(configuration, logger: TestCluster.silent)
        let waiting = Task { try await full.read { try $0.value("select 1", as: Int.self) } }
        try await wait(until: "one waits") { full.waiting == 1 }
        try await Self.run(pools: Pools(public: full, staff: full)) { client in
            let browser = TestBrowser(client)
            let answer = try await browser.get("/consultations")
            #expect(answer.status == .serviceUnavailable && answer.headers[.retryAfter] == "5")
            #expect(browser.page.contains("<h1"))
        }
        waiting.cancel()
        await full.shutdown()
    }

    @Test func aFailureKeepsWhatWasTyped() async throws {
        try await Self.run { client in
            let browser = TestBrowser(client)
            for (how, status, again) in [
                ("busy", HTTPResponse.Status.serviceUnavailable, true), ("gone", .gone, false),
                ("else", .internalServerError, true),
            ] {
                try await browser.get("/test/form")
                let answer = try await browser.post("/test/fail/\(how)", [("content", "我的意见")])
                #expect(answer.status == status && browser.page.contains("我的意见</textarea>"))
                #expect(browser.page.contains("再提交一次</button>") == again)
                if how == "busy" { #expect(answer.headers[.retryAfter] == "5") }
                if how == "else" { #expect(browser.page.contains("请联系我们时报这个编号")) }
            }
        }
    }

    @Test func aWordForTheNextPageIsShownOnce() async throws {
        try await Self.run { client in
            let browser = TestBrowser(client)
            try await browser.get("/test/form")
            try await browser.post("/test/fail/flash", [("content", "字")])
            #expect(browser.page.contains("别人改过了。"))
            try await browser.get("/test/form")
            #expect(browser.page.contains("已保存：&quot;x&quot;"))
            try await browser.get("/test/form")
            #expect(!browser.page.contains("已保存"))
        }
    }

    @Test func bodiesThatCannotBeRead() async throws {
        try await Self.run { client in
            let browser = TestBrowser(client)
            func post(_ type: String?, _ body: ByteBuffer) async throws -> HTTPResponse.Status {
                try await browser.send("/test/echo", .post, body, type.map { [.contentType: $0] } ?? [:]).status
            }
            let form = "application/x-www-form-urlencoded"
            let broken = try await post(form, ByteBuffer(string: "a=%zz"))
            #expect(broken == .badRequest)
            #expect(browser.page.contains("文字编码有误"))
            #expect(try await post(form, ByteBuffer(bytes: [0x61, 0x3d, 0xc4, 0xe3])) == .badRequest)
            #expect(
                try await post("multipart/form-data; boundary=X", ByteBuffer(string: "--X\r\nbroken")) == .badRequest)
            #expect(try await post("multipart/form-data", ByteBuffer(string: "--X--")) == .badRequest)
            #expect(try await post("text/plain", ByteBuffer(string: "a=1")) == .unsupportedMediaType)
            #expect(try await post(nil, ByteBuffer(string: "a=1")) == .unsupportedMediaType)
            #expect(
                try await post(form, ByteBuffer(repeating: 0x61, count: BodyLimits.standard + 1)) == .contentTooLarge)
            #expect(browser.page.contains("768 KB"))
            #expect(try await browser.send("/test/echo", .post, nil, [:]).status == .forbidden)
        }
    }

    @Test func tooManyFormsFromOneNetwork() async throws {
        var configuration = TestSite.configuration
        // So slow that a busy machine does not earn another form meanwhile.
        configuration.postLimit = .init(burst: 2, perSecond: 0.001)
        try await Self.run(configuration) { client in
            let browser = TestBrowser(client)
            for expected in [HTTPResponse.Status.ok, .ok, .tooManyRequests] {
                try await browser.get("/test/form")
                let answer = try await browser.post("/test/echo", [("content", "字 字")])
                #expect(answer.status == expected)
                if expected == .tooManyRequests {
                    let wait = Int(answer.headers[.retryAfter] ?? "") ?? 0
                    #expect((800...1000).contains(wait) && browser.page.contains("字 字</textarea>"))
                }
            }
        }
    }

    @Test func limitsKeepABoundedMemory() {
        let buckets = RateLimit.Buckets(.init(burst: 1, perSecond: 1), capacity: 100)
        let start = Date(timeIntervalSince1970: 1000)
        for index in 0..<1000 {
            #expect(buckets.take("\(index)", now: start.addingTimeInterval(Double(index) / 10_000)) == nil)
        }
        #expect(buckets.size <= 100)
        #expect(buckets.take("999", now: start.addingTimeInterval(0.2)) == 1)
        #expect(buckets.take("999", now: start.addingTimeInterval(1.2)) == nil)
    }

    @Test func oneNetworkSendsNoMoreThanItsShareOfFiles() {
        let megabytes = RateLimit.Buckets(.uploads)
        let start = Date(timeIntervalSince1970: 1000)
        for _ in 0..<10 { #expect(megabytes.take("one", cost: 50, now: start) == nil) }
        #expect(megabytes.take("one", cost: 50, now: start) != nil)
        #expect(megabytes.take("another", cost: 50, now: start) == nil)
        #expect(megabytes.take("one", cost: 50, now: start.addingTimeInterval(86_400)) == nil)
    }

    /// The log names routes and references, never what anybody typed, asked for or is.
    @Test func theLogNamesNobody() async throws {
        let lines = CapturedLog()
        var logger = Logger(label: "test") { _ in lines }
        logger.logLevel = .info
        try await Self.run(logger: logger) { client in
            let browser = TestBrowser(client)
            browser.headers[.userAgent] = "Zhangsan-Phone"
            let forwarded = try #require(HTTPField.Name("X-Forwarded-For"))
            browser.headers[forwarded] = "203.0.113.77"
            try await browser.get("/test/text/Zhangsan?name=Zhangsan&phone=13800138000")
            try await browser.get("/Zhangsan")
            try await browser.get("/test/form")
            try await browser.post("/test/fail/Zhangsan", [("name", "Zhangsan"), ("phone", "13800138000")])
            let start = try #require(browser.page.range(of: "<code>"))
            let reference = String(browser.page[start.upperBound...].prefix { $0 != "<" })
            try await browser.post("/test/echo", [("csrf", "Zhangsan"), ("name", "Zhangsan")])
            let all = lines.text
            #expect(!all.contains("Zhangsan") && !all.contains("13800138000") && !all.contains("203.0.113"))
            #expect(!all.contains(browser.cookies["visit"] ?? "-"))
            #expect(all.contains("route=/test/text/{text}") && all.contains("status=200") && all.contains("status=404"))
            #expect(reference.count > 4 && all.contains(reference) && all.contains("unexpected"))
        }
    }

    /// Over a real connection: each drop of a dripped body counts as activity for the idle timeout.
    @Test func aDrippingBodyEnds() async throws {
        var configuration = TestSite.configuration
        configuration.bodyPace = .init(grace: .milliseconds(300), bytesPerSecond: 1000)
        try await Self.run(configuration, live: true) { client in
            let port = try #require(client.port)
            let answer = try await onThread {
                let connection = try #require(RawConnection(port: port))
                connection.write(
                    "POST /test/echo HTTP/1.1\r\nHost: x\r\nContent-Type: application/x-www-form-urlencoded\r\n"
                        + "Content-Length: 500000\r\n\r\n")
                let start = Date()
                for _ in 0..<20 where Date().timeIntervalSince(start) < 2 {
                    connection.write("a")
                    usleep(100_000)
                }
                return connection.read()
            }
            #expect(answer.hasPrefix("HTTP/1.1 408"), "\(answer.prefix(200))")
        }
    }

    @Test func aDrippingHeadEnds() async throws {
        var configuration = TestSite.configuration
        configuration.idleTimeout = .milliseconds(500)
        try await Self.run(configuration, live: true) { client in
            let port = try #require(client.port)
            let ended = try await onThread {
                let connection = try #require(RawConnection(port: port))
                connection.write("GET /test/form HTTP/1.1\r\nHost: x\r\nX-Long: ")
                // The first write after the other side has closed still succeeds.
                for _ in 0..<100 where connection.write("a") { usleep(100_000) }
                return !connection.write("a")
            }
            #expect(ended)
        }
    }

    @Test func bodiesTogetherStayWithinTheirBudget() async throws {
        var configuration = TestSite.configuration
        let budget = BodyBudget(bytes: 100_000)
        configuration.bodyBudget = budget
        try await Self.run(configuration, live: true) { client in
            let port = try #require(client.port)
            let head = "POST /test/echo HTTP/1.1\r\nHost: x\r\nContent-Type: application/x-www-form-urlencoded\r\n"
            let body = String(repeating: "a", count: 120_000)
            let held = try #require(RawConnection(port: port))
            held.write(head + "Content-Length: 120001\r\n\r\n" + body)
            try await wait(until: "it has all come") { budget.used == 120_000 - BodyBudget.free }
            let refused = try await RawConnection.answer(
                to: head + "Content-Length: 120000\r\n\r\n" + body, port: port)
            #expect(refused.hasPrefix("HTTP/1.1 503") && refused.contains("Retry-After"), "\(refused.prefix(300))")
            let browser = TestBrowser(client)
            try await browser.get("/test/form")
            let small = try await browser.post("/test/echo", [("content", String(repeating: "字", count: 2000))])
            #expect(small.status == .ok)
            held.end()
            try await wait(until: "nothing is kept") { budget.used == 0 }
        }
    }

    /// The same for files on disk, which take next to nothing in memory.
    @Test func uploadsTogetherStayWithinTheirBudget() async throws {
        let database = try await TestDatabase.make()
        var configuration = TestSite.configuration
        configuration.uploadBudget = BodyBudget(bytes: 3_000_000)
        let (memory, disk) = (configuration.bodyBudget, configuration.uploadBudget)
        let pools = Pools(public: database.public, staff: database.staff)
        try await Self.run(configuration, live: true, pools: pools) { client in
            let port = try #require(client.port)
            let part = "--X\r\nContent-Disposition: form-data; name=\"scan\"; filename=\"a.pdf\"\r\n\r\n"
            let head = "POST /receipts/1/scan HTTP/1.1\r\nHost: x\r\nContent-Type: multipart/form-data; boundary=X\r\n"
            let sent = head + "Content-Length: 9000000\r\n\r\n" + part + String(repeating: "a", count: 2_500_000)
            let held = try #require(RawConnection(port: port))
            held.write(sent)
            try await wait(until: "most of it has come") { disk.used > 2_000_000 }
            #expect(memory.used < 600_000)
            let refused = try await RawConnection.answer(to: sent, port: port)
            #expect(refused.hasPrefix("HTTP/1.1 503"), "\(refused.prefix(300))")
            held.end()
            try await wait(until: "nothing is kept") { disk.used == 0 && memory.used == 0 }
        }
    }

    @Test func largeBodiesOfTheDeskNeedASession() async throws {
        let database = try await TestDatabase.make()
        try await Self.run(pools: Pools(public: database.public, staff: database.staff)) { client in
            let browser = TestBrowser(client)
            let upload = ByteBuffer(repeating: UInt8(ascii: "a"), count: BodyLimits.standard + 1)
            browser.set(cookie: "session", Base64URL.encode([UInt8](repeating: 7, count: 32)))
            let answer = try await browser.send(
                "/desk/drafts/new", .post, upload, [.contentType: "multipart/form-data; boundary=X"])
            #expect(answer.status == .unauthorized && browser.page.contains("请先登录"))
        }
    }

    @Test func oddRequestsDoNotEndTheServer() async throws {
        // Some of these reach the home page, which reads what is open.
        let database = try await TestDatabase.make()
        try await Self.run(live: true, pools: Pools(public: database.public, staff: database.staff)) { client in
            let port = try #require(client.port)
            let targets = [
                "*", "http://host", "http://host:", "http://host:99999/x", "//", "/?", "/??", "/#", "/%", "/%ff%fe",
                "/?%",
                "/;\u{301}", "/\u{301}", "/?a=\u{301}", "/" + String(repeating: "a/", count: 4000), "x", ":", "http://",
                "http://[", "/..", "/../../etc/passwd", "/styles/..%2f..%2fetc", "/\u{7f}", "/\"", "http:///", "?",
            ]
            for target in targets {
                let answer = try await RawConnection.answer(
                    to: "GET \(target) HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n", port: port)
                #expect(
                    answer.hasPrefix("HTTP/1.1 4") || answer.hasPrefix("HTTP/1.1 2"), "\(target): \(answer.prefix(60))")
            }
            for head in [
                "POST /test/echo HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\nContent-Type: "
                    + "application/x-www-form-urlencoded\r\nConnection: close\r\n\r\n3\r\na=1\r\n0\r\n\r\n",
                "POST /test/echo HTTP/1.1\r\nHost: x\r\nContent-Length: 999999999999\r\nConnection: close\r\n\r\n",
                "GET /test/form HTTP/1.1\r\nHost: x\r\nCookie: session=;;==; visit=\u{301}; flash=...; lang=\"\r\n"
                    + "Accept-Language: ;;,\u{301}\r\nRange: bytes=9-1\r\nConnection: close\r\n\r\n",
            ] {
                let answer = try await RawConnection.answer(to: head, port: port)
                #expect(answer.hasPrefix("HTTP/1.1 "), "\(head.prefix(60)): \(answer.prefix(60))")
            }
            // Not through the client: its one connection has been idle all the while, and such the server closes.
            let next = try await RawConnection.answer(
                to: "GET /test/number/1 HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n", port: port)
            #expect(next.hasPrefix("HTTP/1.1 200"), "\(next.prefix(60))")
        }
    }
}

/// Keeps log lines as text.
private struct CapturedLog: LogHandler {
    private final class Lines: Sendable {
        let all = Mutex<[String]>([])
    }
    private let lines = Lines()
    var metadata: Logger.Metadata = [:]
    var logLevel = Logger.Level.info

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
