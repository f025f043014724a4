import Foundation
import HTTPTypes
import HummingbirdTesting
import Participation
import Postgres
import Questionnaires
import TestSupport
import Testing

@testable import Web

/// A text that is shown without some of its words: how a clerk takes them out, and every place where they must not be read.
@Suite("Words taken out of texts") struct BlankedTextsTests {
    private typealias Site = QuestionnaireResultsTests.Site

    private static let secrets = ["王小明", "13800138000"]
    private static let (written, shown) = ("窗口的王小明态度差，请打13800138000", "窗口的***态度差，请打***")

    private func run(_ test: @escaping @Sendable (Site) async throws -> Void) async throws {
        try await QuestionnaireResultsTests.run(try await QuestionnaireScene.make()) { site in
            for index in 0..<24 {
                _ = try await site.scene.send(
                    try site.scene.sheet(["content": .truth(true), "age": .number(Double(30 + index))], quotas: []))
            }
            for index in 0..<8 {
                _ = try await site.scene.send(
                    try site.scene.sheet(
                        [
                            "content": .truth(false), "why": .text(index < 5 ? Self.written : "王小明不在"),
                            "slow": .choice(.option("queue")), "age": .number(50),
                        ], quotas: []))
            }
            try await site.scene.tally()
            try await test(site)
        }
    }

    private func waiting(_ scene: QuestionnaireScene, _ question: String) async throws -> [TextWording] {
        try await scene.database.staff.read(as: scene.county.clerk) {
            try $0.all(TextWording.desk(scene.id, question: question, screening: .pending), as: TextWording.self)
        }
    }

    /// Takes the name out wherever it stands, and shows all.
    private func blank(_ scene: QuestionnaireScene, _ question: String) async throws {
        let waiting = try await waiting(scene, question)
        _ = try await TextWording.screen(
            waiting.map(\.id), of: question, in: scene.id, as: .shown,
            blanks: try waiting.map { try Blank(["王小明"], of: $0) }, because: .personalData, before: .pending,
            scene.database.staff, as: scene.county.clerk)
    }

    private func expect(_ page: String, lacks comment: String) {
        for secret in Self.secrets { #expect(!page.contains(secret), "\(comment)") }
    }

    @Test("Typed beside the texts and for all of them at once; what is wrong is said there, and nothing typed is lost")
    func form() async throws {
        try await run { site in
            let clerk = try await site.browser("clerk")
            let address = "\(site.desk)/texts?question=why&screening=pending"
            try await clerk.get(address)
            let texts = try await waiting(site.scene, "why")
            #expect(texts.map(\.words) == [Self.written, "王小明不在"])
            let (first, second) = (try #require(texts.first), try #require(texts.last))
            let (box, other) = (TextsForm.box(of: first), TextsForm.box(of: second))
            #expect(clerk.page.contains("name=\"\(box)\"") && clerk.page.contains("name=\"\(other)\""))
            #expect(clerk.page.contains("公开的样子：") && clerk.page.contains("请打138****8000"), "as it would be read")
            func press(_ action: String, _ fields: [(String, String)]) async throws -> HTTPResponse.Status {
                try await clerk.post(address, [("action", action), ("before", "pending")] + fields).status
            }
            let why = ("code", "personal_data")
            #expect(try await press("show", [(box, "没有的词"), (other, ""), why]) == .unprocessableContent)
            #expect(clerk.page.contains("这段文字里没有“没有的词”") && clerk.page.contains("href=\"#\(box)\""))
            #expect(clerk.page.contains("没有的词</textarea>") && clerk.page.contains("value=\"personal_data\" selected"))
            #expect(try await press("show", [(box, ""), why]) == .unprocessableContent)
            #expect(clerk.page.contains("请先勾选要处理的文字"))
            #expect(try await press("show", [(box, "王小明")]) == .unprocessableContent)
            #expect(clerk.page.contains("请选择遮盖的理由"))
            #expect(try await press("show", [(box, Self.written), why]) == .unprocessableContent)
            #expect(clerk.page.contains("什么也不剩了"))
            for action in ["hide", "reopen"] {
                #expect(
                    try await press(action, [(box, "王小明"), ("wordings", second.id.uuidString), why])
                        == .unprocessableContent)
                #expect(clerk.page.contains("写了要遮盖的词句"), "it would be lost")
            }
            #expect(
                try await press("show", [("common", "李四"), ("wordings", second.id.uuidString), why])
                    == .unprocessableContent)
            #expect(clerk.page.contains("勾选的文字里都没有“李四”") && clerk.page.contains("李四</textarea>"))
            let both = [("wordings", first.id.uuidString), ("wordings", second.id.uuidString)]
            #expect(try await press("show", [(box, "王小明"), (other, ""), why] + both) == .unprocessableContent)
            #expect(clerk.page.contains("“王小明”在勾选的另一段里遮盖了，这里也有") && clerk.page.contains("href=\"#\(other)\""))
            #expect(!clerk.page.contains("href=\"#\(box)\""), "there it is named")
            #expect(try await waiting(site.scene, "why").count == 2, "nothing has happened yet")

            // The number goes by itself. What is typed in the box of one need not be ticked; the name goes out of both.
            #expect(
                try await press(
                    "show", [(box, "态度差"), (other, ""), ("common", "王小明"), ("wordings", second.id.uuidString), why])
                    == .seeOther)
            let batch: String = try await site.scene.value("select max(screened_in::text) from text_wordings")
            try await clerk.get("\(address)&done=\(batch)")
            #expect(clerk.page.contains("已处理 2 种写法") && clerk.page.contains("撤销这 2 种"))
            let undo = "\(site.desk)/texts/undo?question=why&screening=pending"
            #expect(try await clerk.post(undo, [("batch", batch)]).status == .seeOther)
            try await clerk.get("\(address)&done=\(batch)")
            #expect(clerk.page.contains("已撤销，2 种写法恢复原样") && !clerk.page.contains("撤销这"))
            #expect(clerk.page.contains("态度差\n王小明</textarea>"), "it is still named what was taken out")
            #expect(try await press("show", texts.map { ("wordings", $0.id.uuidString) } + [why]) == .seeOther)
            try await clerk.get("\(site.desk)/texts?question=why&screening=shown")
            #expect(clerk.page.contains(Self.written) && clerk.page.contains("窗口的***，请打***"), "both, at the desk")
            #expect(clerk.page.contains("***不在") && clerk.page.contains("遮盖：他人信息") && clerk.page.contains("处理"))
            #expect(!clerk.page.contains("value=\"show\"") && !clerk.page.contains("<textarea"))

            // Looked at again, the boxes hold what was taken out; a form without them takes out the same.
            let shownTab = "\(site.desk)/texts?question=why&screening=shown"
            let picks = texts.map { ("wordings", $0.id.uuidString) }
            #expect(
                try await clerk.post(shownTab, [("action", "reopen"), ("before", "shown")] + picks).status == .seeOther)
            try await clerk.get(address)
            #expect(clerk.page.contains("态度差\n王小明</textarea>"))
            #expect(try await press("show", picks + [why]) == .seeOther)
            let words: [String] = try await site.scene.database.owner.read {
                try $0.values("select blanked_words from text_wordings where question = 'why' order by sheets desc")
            }
            #expect(words == ["窗口的***，请打***", "***不在"])
            let organiser = try await site.browser()
            try await organiser.get("\(site.desk)/check")
            #expect(organiser.page.contains("遮盖了 2 种写法里的词句") && !organiser.page.contains("王小明"))
        }
    }

    @Test(
        "Nothing that was taken out is read in figures, in the published result, its files, its papers or its preview")
    func everywhere() async throws {
        try await run { site in
            let (scene, visitor) = (site.scene, site.visitor)
            let results = "/questionnaires/\(scene.number)/results"
            try await blank(scene, "why")
            try await scene.act("select close_questionnaire(\(scene.id))")
            try await visitor.get(results)
            #expect(visitor.page.contains(Self.shown) && visitor.page.contains("有遮盖"))
            #expect(visitor.page.contains("其中 2 种写法遮盖了部分词句，遮盖的地方写作 ***"))
            expect(visitor.page, lacks: "figures")

            let organiser = try await site.browser()
            try await organiser.post("\(site.desk)/publication/preview", PublicationTests.Site.words)
            #expect(organiser.page.contains(Self.shown))
            expect(organiser.page, lacks: "preview")
            let clearance = try await scene.prepareResult()
            for name in ["reviewer", "approver"] {
                let browser = try await site.browser(name)
                for page in ["/desk/clearances/\(clearance)", "/desk/clearances/\(clearance)/form"] {
                    try await browser.get(page)
                    expect(browser.page, lacks: page)
                }
            }
            try await scene.clear(clearance)
            try await Clearance.publish(clearance, in: scene.database.staff, as: scene.county.organiser)
            for page in ["", "/versions/1", ".json"] {
                try await visitor.get(results + page)
                #expect(visitor.page.contains(Self.shown), "\(page)")
                expect(visitor.page, lacks: page)
            }
            for page in ["\(results).csv", "/questionnaires/\(scene.number)", "/questionnaires?shelf=results", "/"] {
                #expect(try await visitor.get(page).status == .ok)
                expect(visitor.page, lacks: page)
            }
            try await organiser.get("\(site.desk)/texts?question=why&screening=shown")
            #expect(organiser.page.contains(Self.written) && organiser.page.contains("不会改变已经公布的版本"))
            try await organiser.get("\(site.desk)/sheets.csv")
            #expect(organiser.page.contains(Self.written), "what was written is kept")
        }
    }

    @Test("Nor in a poll, on its page and on that of the consultation it stands in, before and after it is published")
    func poll() async throws {
        var content = QuestionnaireScene.poll
        content.pages[0].groups[0].questions[0].kind = .single(
            .init(options: [.init(code: "east", text: "东段"), .init(code: "west", text: "西段")], other: "别的路"))
        var terms = QuestionnaireScene.Terms()
        terms.kind = "poll"
        let scene = try await QuestionnaireScene.make(content, terms)
        let host = try await scene.county.announce()
        _ = try await scene.database.owner.write {
            try $0.execute("update questionnaires set procedure_id = \(host.id) where id = \(scene.id)")
        }
        for index in 0..<12 {
            let answer: Questionnaires.Answer = .choice(index < 6 ? .option("east") : .other("王小明家门口，电话13800138000"))
            _ = try await scene.send(try scene.sheet(["road": answer], quotas: []))
        }
        try await scene.tally()
        try await blank(scene, "road")
        try await scene.act("select close_questionnaire(\(scene.id))")
        try await QuestionnaireResultsTests.run(scene) { site in
            let visitor = site.visitor
            func look(_ places: [String]) async throws {
                for place in places {
                    try await visitor.get(place)
                    #expect(visitor.page.contains("***家门口，电话***"), "\(place)")
                    expect(visitor.page, lacks: place)
                }
            }
            let (own, hosted) = ("/questionnaires/\(scene.number)", "/consultations/\(host.number)")
            try await look([own + "/results", hosted + "?before=999999"])
            let clearance = try await scene.prepareResult()
            try await scene.clear(clearance)
            try await Clearance.publish(clearance, in: scene.database.staff, as: scene.county.organiser)
            try await look([own + "/results", own + "/results.json", hosted + "?before=999998"])
        }
    }
}
