import Crypto
import Foundation
import HTTPTypes
import HummingbirdTesting
import NIOCore
import Participation
import Postgres
import Questionnaires
import TestSupport
import Testing
import Text

@testable import Web

@Suite("Publishing the result of a questionnaire") struct PublicationTests {
    struct Site: Sendable {
        let scene: QuestionnaireScene
        let client: any TestClientProtocol

        var publication: String { "/desk/questionnaires/\(scene.number)/publication" }
        var results: String { "/questionnaires/\(scene.number)/results" }
        var visitor: TestBrowser { TestBrowser(client) }

        func browser(_ name: String) async throws -> TestBrowser {
            let (token, hash) = StaffSession.makeToken()
            let id: Int = try await scene.value("select id from staff where sign_in_name = \(name)")
            try await StaffSession.open(staffID: id, tokenHash: hash, in: scene.database.staff)
            let browser = TestBrowser(client)
            browser.set(cookie: SessionReading.cookie, Base64URL.encode(token))
            try await browser.get("/styleguide")
            return browser
        }

        static let words = [
            ("result_title", "满意度调查结果"), ("analysis", "多数人满意。\n\n少数人嫌排队久。"), ("next_step", "下月增开窗口。"),
            ("unit_at_foot", "县民政局"), ("date_at_foot", "2026-12-15"), ("all_entered", "1"),
        ]
    }

    private func run(_ test: @escaping @Sendable (Site) async throws -> Void) async throws {
        let scene = try await QuestionnaireScene.make()
        var configuration = TestSite.configuration
        configuration.intake = scene.intake
        let web = try TestSite.make(
            configuration, pools: Pools(public: scene.database.public, staff: scene.database.staff))
        try await web.makeServer().test(.router) { try await test(Site(scene: scene, client: $0)) }
    }

    @Test("Before it closes the page says what will stand there; the desk says what comes first")
    func before() async throws {
        try await run { site in
            let visitor = site.visitor
            #expect(try await visitor.get(site.results).status == .ok)
            #expect(visitor.page.contains("问卷原文") && visitor.page.contains("截止"))
            let organiser = try await site.browser("organiser")
            try await organiser.get(site.publication)
            #expect(organiser.page.contains("还没有结束") && !organiser.page.contains("name=\"analysis\""))
            try await site.scene.answerAndClose()
            try await organiser.get(site.publication)
            #expect(organiser.page.contains("还有 2 种写法没有看过") && !organiser.page.contains("name=\"analysis\""))
            try await site.scene.readTexts()
            try await organiser.get(site.publication)
            #expect(organiser.page.contains("name=\"analysis\"") && organiser.page.contains("纸质答卷都已录入"))
            let clerk = try await site.browser("clerk")
            try await clerk.get(site.publication)
            #expect(!clerk.page.contains("name=\"analysis\"") && clerk.page.contains("由本单位的组织人整理结果"))
            #expect(try await site.browser("stranger").get(site.publication).status == .notFound)
        }
    }

    @Test("From the form to a page that a stranger reads, through review and approval")
    func whole() async throws {
        try await run { site in
            try await site.scene.answerAndClose()
            try await site.scene.readTexts()
            let organiser = try await site.browser("organiser")
            #expect(
                try await organiser.post(site.publication, [("result_title", "")] + Site.words.dropFirst().dropLast())
                    .status
                    == .unprocessableContent)
            #expect(organiser.page.contains("请填写标题") && organiser.page.contains("纸质答卷还可以录入"))
            #expect(organiser.page.contains("少数人嫌排队久"), "nothing typed is lost")
            let unticked = Array(Site.words.dropLast())
            #expect(try await organiser.post(site.publication + "/preview", unticked).status == .ok)
            #expect(organiser.page.contains("公布出来是这样") && !organiser.page.contains("纸质答卷还可以录入"))
            #expect(try await organiser.post(site.publication + "/preview", Site.words).status == .ok)
            #expect(organiser.page.contains("各渠道收到的答卷加起来，是全部 32 份"))
            #expect(organiser.page.contains("调查时间：") && !organiser.page.contains("征求意见时间"))
            #expect(try await organiser.post(site.publication, Site.words).status == .seeOther)
            let id: Int = try await site.scene.value("select max(id) from clearances")

            for name in ["reviewer", "approver"] {
                let browser = try await site.browser(name)
                try await browser.get("/desk")
                // Whoever signs has it there once it was reviewed.
                #expect(browser.page.contains("/desk/clearances/\(id)") == (name == "reviewer"), "\(name)")
                try await browser.get("/desk/clearances")
                #expect(browser.page.contains("满意度调查结果") && browser.page.contains("问卷结果"))
                try await browser.get("/desk/clearances/\(id)")
                #expect(browser.page.contains("下面就是将要公布的内容"))
                #expect(
                    browser.page.contains("嫌排队久") && browser.page.contains("您满意吗？") && browser.page.contains("问卷原文"))
                #expect(try await browser.get("/desk/clearances/\(id)/form").status == .ok)
            }
            try await site.scene.clear(id)
            #expect(try await site.visitor.get(site.results + "/versions/1").status == .notFound)
            #expect(try await organiser.post("/desk/clearances/\(id)/publication", []).status == .seeOther)
            try await organiser.get("/desk/clearances/\(id)")
            #expect(organiser.page.contains("href=\"\(site.results)/versions/1\""))
            #expect(organiser.page.contains("下面就是已经公布的内容") && !organiser.page.contains("将要公布"))

            let visitor = site.visitor
            try await visitor.get(site.results)
            let page = visitor.page
            #expect(page.contains("满意度调查结果") && page.contains("下月增开窗口") && page.contains("索引号"))
            #expect(page.contains("调查时间：") && !page.contains("征求意见时间"))
            #expect(page.contains("24 · 75.0%") && page.contains("百分比以回答这道题的 32 人为基数"))
            #expect(page.contains("只有 8 人回答，百分比仅供参考") && page.contains("5 人这样写"))
            #expect(page.contains("第 1 版") && page.contains("32 份答卷") && page.contains("百分比以收到的 32 份答卷为基数"))
            #expect(page.contains("<meta name=\"ArticleTitle\""))
            let json = try await visitor.get(site.results + ".json")
            let hex = Hexadecimal.encode(Array(SHA256.hash(data: Data(json.body.readableBytesView))))
            #expect(page.contains("<code>\(hex)</code>"), "the file is what was published")
            try await visitor.get(site.results + ".csv")
            #expect(visitor.page.contains("您满意吗？") && visitor.page.contains(",24,75.0%,32,"))
            for address in ["/", "/questionnaires?shelf=results", "/questionnaires/\(site.scene.number)"] {
                try await visitor.get(address)
                #expect(visitor.page.contains(site.results), "\(address)")
            }
            #expect(visitor.page.contains("结果已公布"))
        }
    }

    @Test("A correction says what it changes; what is sealed is gone, and says so")
    func corrected() async throws {
        try await run { site in
            try await site.scene.answerAndClose()
            try await site.scene.readTexts()
            try await site.scene.publishResult()
            let organiser = try await site.browser("organiser")
            try await organiser.get(site.publication)
            #expect(organiser.page.contains("name=\"correction\"") && organiser.page.contains("多数人满意，少数人嫌排队久"))
            #expect(try await organiser.post(site.publication, Site.words).status == .unprocessableContent)
            #expect(organiser.page.contains("请写明这一版改了什么"))
            #expect(
                try await organiser.post(site.publication, Site.words + [("correction", "分析写得太长。")]).status == .seeOther
            )
            let id: Int = try await site.scene.value("select max(id) from clearances")
            try await site.scene.clear(id)
            #expect(try await organiser.post("/desk/clearances/\(id)/publication", []).status == .seeOther)
            let visitor = site.visitor
            try await visitor.get(site.results)
            #expect(
                visitor.page.contains("与第 1 版相比") && visitor.page.contains("分析写得太长。") && visitor.page.contains("结果分析改了")
            )
            #expect(!visitor.page.contains("的数字或文字回答变了"))
            try await visitor.get(site.results + "/versions/1")
            #expect(visitor.page.contains("少数人嫌排队久") && visitor.page.contains("href=\"\(site.results)\""))

            let fields = [("procedure", site.scene.number), ("kind", "questionnaire_result"), ("version", "2")]
            #expect(try await organiser.post("/desk/seals", fields).status == .unprocessableContent)
            #expect(organiser.page.contains("问卷结果"))
            #expect(
                try await organiser.post("/desk/seals", fields + [("reason", "personal_data"), ("asked", "1")]).status
                    == .seeOther)
            let reviewer = try await site.browser("reviewer")
            try await reviewer.get("/desk/seals")
            #expect(reviewer.page.contains(site.publication) && reviewer.page.contains("问卷结果"))
            let seal: Int = try await site.scene.value("select max(id) from seals")
            #expect(try await reviewer.post("/desk/seals/\(seal)/confirmation", []).status == .seeOther)
            #expect(try await visitor.get(site.results).status == .gone)
            #expect(visitor.page.contains("封存") && !visitor.page.contains("下月增开窗口"))
            #expect(try await visitor.get(site.results + ".json").status == .gone)
            #expect(try await visitor.get(site.results + "/versions/1").status == .ok)
            #expect(try await organiser.get("/desk/clearances/\(id)").status == .ok)
        }
    }
}
