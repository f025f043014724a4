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

@Suite("The results of questionnaires") struct QuestionnaireResultsTests {
    struct Site: Sendable {
        let scene: QuestionnaireScene
        let client: any TestClientProtocol

        var desk: String { "/desk/questionnaires/\(scene.number)" }
        var visitor: TestBrowser { TestBrowser(client) }

        func browser(_ name: String = "organiser") async throws -> TestBrowser {
            let (token, hash) = StaffSession.makeToken()
            let id: Int = try await scene.value("select id from staff where sign_in_name = \(name)")
            try await StaffSession.open(staffID: id, tokenHash: hash, in: scene.database.staff)
            let browser = TestBrowser(client)
            browser.set(cookie: SessionReading.cookie, Base64URL.encode(token))
            try await browser.get("/styleguide")
            return browser
        }

        /// 24 who are satisfied, 8 who are not and say why, and 2 who sent a letter.
        func fill() async throws {
            for index in 0..<24 {
                _ = try await scene.send(
                    try scene.sheet(["content": .truth(true), "age": .number(Double(30 + index))], quotas: []))
            }
            for index in 0..<8 {
                _ = try await scene.send(
                    try scene.sheet(
                        [
                            "content": .truth(false),
                            "why": .text(index < 3 ? "排队太久" : index < 5 ? "排队太久。" : "<b>材料多 13800138000"),
                            "slow": .choice(index < 6 ? .option("queue") : .other("停车")), "age": .number(50),
                        ], quotas: []))
            }
            _ = try await scene.database.work.write { try $0.value("select tally_sheets(5000)", as: Int.self) }
        }
    }

    private func run(_ test: @escaping @Sendable (Site) async throws -> Void) async throws {
        try await Self.run(try await QuestionnaireScene.make()) { site in
            try await site.fill()
            try await test(site)
        }
    }

    static func run(
        _ scene: QuestionnaireScene, _ test: @escaping @Sendable (Site) async throws -> Void
    ) async throws {
        var configuration = TestSite.configuration
        configuration.intake = scene.intake
        let web = try TestSite.make(
            configuration, pools: Pools(public: scene.database.public, staff: scene.database.staff))
        try await web.makeServer().test(.router) { try await test(Site(scene: scene, client: $0)) }
    }

    @Test("The unit sees counts with their base, charts with their tables, and where people stop")
    func desk() async throws {
        try await run { site in
            let organiser = try await site.browser()
            try await organiser.get("\(site.desk)/results")
            let page = organiser.page
            #expect(page.contains("百分比以回答这道题的 32 人为基数") && page.contains("24 · 75.0%"))
            #expect(page.contains("role=\"img\"") && page.contains("<title>您满意吗？</title>") && page.contains("看表格"))
            #expect(page.contains("只有 8 人回答，百分比仅供参考"), "eight are few")
            #expect(page.contains("完成率") && page.contains("<dd>100.0%</dd>") && page.contains("在哪里停下"))
            #expect(page.contains("平均 43.6") || page.contains("平均 43.63"), "of the ages")
            #expect(!page.contains("排队太久"), "nobody has screened it")
            #expect(try await site.browser("stranger").get("\(site.desk)/results").status == .notFound)
            #expect(try await site.visitor.get("\(site.desk)/results").status == .seeOther)
        }
    }

    @Test("Two questions cross, small numbers are hidden, and what cannot be crossed says why")
    func cross() async throws {
        try await run { site in
            let organiser = try await site.browser()
            try await organiser.get("\(site.desk)/cross?rows=content&columns=slow")
            #expect(organiser.page.contains("您满意吗？ × 哪里太慢？") && organiser.page.contains("id=\"cross\""))
            #expect(organiser.page.contains("不显示"), "6 and 2 of 8")
            for wrong in [
                "rows=content&columns=content", "rows=content&columns=nothing", "rows=content", "rows=&columns=",
            ] {
                #expect(try await organiser.get("\(site.desk)/cross?\(wrong)").status == .unprocessableContent)
                #expect(organiser.page.contains("请选两道不同的题"))
            }
            let crossed = "\(site.desk)/cross?rows=content&columns=slow"
            #expect(try await organiser.get("\(crossed)&only=content:no").status == .ok)
            #expect(organiser.page.contains("只算“您满意吗？”为否的答卷。"))
            #expect(organiser.page.contains("<details class=\"more-info\">\n<summary>只看一部分答卷（已勾选 1 项）"))
            #expect(try await organiser.get("\(crossed)&only=content:no&only=x:y").status == .unprocessableContent)
            #expect(organiser.page.contains("所选的条件里有的已经不在了"), "a wider table would say that it is narrow")
        }
    }

    @Test("Numbers cross by classes, and the table is taken along as it is shown")
    func crossOfNumbers() async throws {
        try await run { site in
            let organiser = try await site.browser()
            // Alone at the upper end: their class is not to be seen.
            for age in [75, 88] {
                _ = try await site.scene.send(
                    try site.scene.sheet(["content": .truth(true), "age": .number(Double(age))], quotas: []))
            }
            let asked = "rows=age&columns=content"
            try await organiser.get("\(site.desk)/cross?\(asked)")
            #expect(organiser.page.contains("您多大？ × 您满意吗？") && organiser.page.contains("50 及以上"))
            #expect(organiser.page.contains("value=\"age:30..40\"> 30–39") && !organiser.page.contains("age:70..80"))
            #expect(organiser.page.contains("cross.xlsx?rows=age&amp;columns=content\""))
            #expect(
                try await organiser.get("\(site.desk)/cross?\(asked)&only=age:70..80").status == .unprocessableContent
            )
            let file = try await organiser.get("\(site.desk)/cross.csv?\(asked)&only=age:30..40&only=age:40..50")
            #expect(file.status == .ok && file.headers[.contentType]?.contains("text/csv") == true)
            let lines = organiser.page.components(separatedBy: "\r\n")
            #expect(lines.first?.hasSuffix("您多大？,是,是（%）,否,否（%）,合计") == true)
            #expect(lines.contains("30–39,10,100,0,0,10") && lines.contains("50 及以上,0,,0,,0"))
            #expect(lines.contains("只算“您多大？”为30–39、40–49的答卷。") && lines.contains("共有 20 份答卷回答了这几道题。"))
            // Eight answered it, two of them with something else.
            try await organiser.get("\(site.desk)/cross.csv?rows=slow&columns=age")
            #expect(organiser.page.contains("不显示") && organiser.page.contains("有的数太小"))
            // Of these two nothing is shown, here or there: in a table of zeros each would have a place.
            try await organiser.get("\(site.desk)/cross?\(asked)&only=slow:_other")
            #expect(organiser.page.contains("符合条件的答卷太少，或者不符合的太少") && !organiser.page.contains("cross.csv"))
            try await organiser.get("\(site.desk)/cross.csv?\(asked)&only=slow:_other")
            let hasRows = organiser.page.contains("\n30–39,") || organiser.page.contains("\n合计,")
            #expect(organiser.page.contains("您多大？ × 您满意吗？") && !hasRows)
            let xlsx = try await organiser.get("\(site.desk)/cross.xlsx?\(asked)")
            #expect(Array(xlsx.body.readableBytesView.prefix(2)) == Array("PK".utf8))
            #expect(try await organiser.get("\(site.desk)/cross.csv?rows=age").status == .unprocessableContent)
            #expect(try await site.browser("stranger").get("\(site.desk)/cross.csv?\(asked)").status == .notFound)
        }
    }

    @Test("A sheet that is to be sealed is named by its questionnaire: it has no page of its own")
    func sheetsHaveNoPage() async throws {
        try await run { site in
            let number: String = try await site.scene.database.owner.read { tx in
                try tx.value(
                    "select min(s.number) from submissions s join answer_sheets h on h.submission_id = s.id",
                    as: String.self)
            }
            let organiser = try await site.browser()
            #expect(try await organiser.get("/desk/submissions/\(number)").status == .notFound)
            try await organiser.get("/desk/seals")
            let asked = try await organiser.post("/desk/seals", [("submission", number), ("reason", "personal_data")])
            #expect(asked.status == .seeOther)
            try await organiser.get("/desk/seals")
            #expect(organiser.page.contains("href=\"\(site.desk)/results\">\(number)</a>"))
        }
    }

    @Test("Texts are read first, the same words once, and shown when the results are")
    func texts() async throws {
        try await run { site in
            let organiser = try await site.browser()
            try await organiser.get("\(site.desk)/texts?question=why")
            #expect(organiser.page.contains("5 人这样写") && organiser.page.contains("&lt;b&gt;材料多"))
            let ids: [String] = try await site.scene.database.owner.read { tx in
                try tx.values("select wording::text from text_wordings where words like '排队%'")
            }
            #expect(ids.count == 1)
            for id in ids {
                try await organiser.get("\(site.desk)/texts/\(id)?question=why")
                #expect(organiser.page.components(separatedBy: "name=\"submission\"").count == 6, "five wrote it")
                #expect(organiser.page.contains("/desk/seals"))
                #expect(try await organiser.get("\(site.desk)/texts/\(id)?question=slow").status == .notFound)
            }
            let address = "\(site.desk)/texts?question=why&screening=pending"
            func press(_ action: String, _ wordings: [String]) async throws -> HTTPResponse.Status {
                let fields = [("action", action), ("before", "pending")] + wordings.map { ("wordings", $0) }
                return try await organiser.post(address, fields).status
            }
            #expect(try await press("show", []) == .unprocessableContent)
            #expect(try await press("hide", ids) == .unprocessableContent, "hiding needs a reason")
            #expect(try await press("show", ids) == .seeOther)
            let results = "/questionnaires/\(site.scene.number)/results"
            try await site.visitor.get(results)
            #expect(!site.visitor.page.contains("人回答"), "it still runs")
            try await site.scene.act("select close_questionnaire(\(site.scene.id))")
            let visitor = site.visitor
            try await visitor.get(results)
            #expect(visitor.page.contains("共收到 32 份答卷") && visitor.page.contains("排队太久"))
            #expect(!visitor.page.contains("材料多") && !visitor.page.contains("按渠道"))
            try await visitor.get("\(results)?rows=content&columns=slow")
            #expect(!visitor.page.contains("×"), "tables are for the desk")
        }
    }

    @Test("Ended early, it has its real end on every page, and paper is not asked for any more")
    func realEnd() async throws {
        try await run { site in
            let organiser = try await site.browser()
            try await organiser.get("\(site.desk)/paper")
            #expect(organiser.page.contains("前交到") && !organiser.page.contains("不再收表"))
            try await site.scene.act("select close_questionnaire(\(site.scene.id))")
            let closesAt: Date = try await site.scene.value("select closes_at from questionnaires")
            let planned = ChinaTime.shortDay(ChinaTime.lastDay(before: closesAt), in: .zh)
            try await organiser.get("\(site.desk)/paper")
            #expect(!organiser.page.contains("前交到") && organiser.page.contains("不再收表"))
            #expect(!organiser.page.contains(planned))
            try await organiser.get("/desk/questionnaires")
            #expect(!organiser.page.contains(planned))
            let visitor = site.visitor
            try await visitor.get("/questionnaires/\(site.scene.number)/results")
            #expect(visitor.page.contains("共收到 32 份答卷") && !visitor.page.contains(planned))
        }
    }

    @Test("Sheets are taken along as CSV, XLSX and JSON, with what their codes mean")
    func sheets() async throws {
        try await run { site in
            let organiser = try await site.browser()
            try await organiser.get("\(site.desk)/sheets.csv")
            #expect(
                organiser.page.contains(
                    "_sheet,_version,_channel,_town,_received_at,content,why,slow,slow_other,age"))
            #expect(organiser.page.components(separatedBy: "\r\n").count > 32)
            let xlsx = try await organiser.get("\(site.desk)/sheets.xlsx")
            #expect(Array(xlsx.body.readableBytesView.prefix(2)) == Array("PK".utf8))
            let json = try await organiser.get("\(site.desk)/sheets.json")
            let read = try JSONSerialization.jsonObject(with: Data(json.body.readableBytesView)) as? [String: Any]
            #expect((read?["sheets"] as? [Any])?.count == 32 && (read?["codes"] as? [Any])?.isEmpty == false)
            let sav = try await organiser.get("\(site.desk)/sheets.sav")
            let words = Data(sav.body.readableBytesView)
            #expect(sav.status == .ok && words.starts(with: Array("$FL2".utf8)))
            for word in ["哪里太慢？", "排队", "排队太久", "slow_other"] {
                #expect(words.range(of: Data(word.utf8)) != nil, "\(word)")
            }
            try await organiser.get("\(site.desk)/sheets.codes.csv")
            #expect(organiser.page.contains("slow,slow,哪里太慢？,单选,queue,排队"))
            #expect(try await site.browser("stranger").get("\(site.desk)/sheets.csv").status == .notFound)
        }
    }
}
