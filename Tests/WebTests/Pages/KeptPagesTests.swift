import Foundation
import HTTPTypes
import HummingbirdTesting
import NIOCore
import Participation
import Postgres
import Questionnaires
import TestSupport
import Testing

@testable import Web

/// What is made once for all: nothing of one visitor may be in what another gets.
@Suite("Kept layouts and blank forms")
struct KeptPagesTests {
    @Test func aTextWithGapsIsFilledInItsOrder() {
        let (one, two) = (GappedText.mark(), GappedText.mark())
        #expect(GappedText("plain", marks: [one, two]).filled(["a", "b"]) == "plain")
        #expect(GappedText("\(two)x\(one)\(two)", marks: [one, two]).filled(["a", "b"]) == "bxab")
        // A combining sign behind a gap, and a value that looks like a gap.
        #expect(GappedText("\(one)\u{301}.", marks: [one]).filled(["a"]).utf8.elementsEqual("a\u{301}.".utf8))
        #expect(GappedText("<\(one)>", marks: [one, two]).filled([two, "b"]) == "<\(two)>")
    }

    @Test func wordsStandInATemplateWhenItIsRead() {
        let words = Texts(
            language: .chinese, all: ["a.b": "一<二>\"", "a.tag": "{{title}}", "a.open": "三{", "a.c": "四"])
        func worded(_ text: String) -> String { TemplateFiles.worded(text, words, version: "7") }
        #expect(worded("<p title=\"{{t.a.b}}\">{{t.a.c}}") == "<p title=\"一&lt;二&gt;&quot;\">四")
        #expect(
            worded("{{t.a.tag}}{{t.a.open}}{{t.no.such}}{{name}}") == "{{t.a.tag}}{{t.a.open}}{{t.no.such}}{{name}}")
        #expect(worded("/x.css?v={{version}}") == "/x.css?v=7")
    }

    @Test func aLayoutWithoutItsBlocksIsRefused() throws {
        #expect(throws: PageRenderer.TemplateMalformed.self) {
            try KeptLayout.parts(of: "<main>{{$content}}{{/content}}")
        }
        let parts = try KeptLayout.parts(of: "{{$meta}}{{/meta}}<main>{{$content}}{{/content}}</main>")
        #expect(parts[KeptLayout.template]?.contains("<main>") == false)
        #expect(parts[KeptLayout.shell]?.contains("{{$") == false)
    }

    /// What goes into the layout that others get is in its key: whoever adds a form or an address to it must look here.
    @Test func theSharedLayoutReadsNothingOfAVisitor() throws {
        let templates = try TemplateFiles.read(TestSite.root + "/templates")
        for name in ["layout", "navigation"] {
            let text = try #require(templates[name])
            #expect(!text.contains("{{path}}"))
            let signedIn = text.components(separatedBy: "{{#signedIn}}").dropFirst()
                .compactMap { $0.components(separatedBy: "{{/signedIn}}").first }.joined()
            let tokens = text.components(separatedBy: "{{csrf}}").count
            #expect(tokens == signedIn.components(separatedBy: "{{csrf}}").count)
        }
    }

    private func run(
        _ content: Questionnaire = QuestionnaireScene.content,
        _ test: @escaping @Sendable (QuestionnaireScene, TestBrowser) async throws -> Void
    ) async throws {
        let scene = try await QuestionnaireScene.make(content)
        var configuration = TestSite.configuration
        configuration.intake = scene.intake
        let web = try TestSite.make(
            configuration, pools: Pools(public: scene.database.public, staff: scene.database.staff))
        try await web.makeServer().test(.router) { try await test(scene, TestBrowser($0)) }
    }

    @Test func twoWhoOpenTheSameBlankFormGetTheirOwn() async throws {
        try await run { scene, one in
            let path = "/questionnaires/\(scene.number)/fill/service"
            let (two, three) = (one.another(), one.another())
            for browser in [one, two, three] {
                let response = try await browser.get(path)
                #expect(response.status == .ok)
                #expect(response.headers[.contentLength] == String(response.body.readableBytes))
                #expect(response.headers[.cacheControl] == "private, no-store")
            }
            #expect(Set([one, two, three].compactMap { $0.hidden("sheet") }).count == 3)
            #expect(Set([one, two, three].compactMap { $0.hidden("csrf") }).count == 3)
            #expect(Set([one, two, three].compactMap { $0.cookies["visit"] }).count == 3)
            // Each can send its own, and nobody another's.
            let sheet = try #require(two.hidden("sheet"))
            let fields = [("sheet", sheet), ("version", "1"), ("asked", "content why"), ("told", ""), ("do", "next")]
            #expect(try await two.post(path, fields + [("a.content", "true")]).status == .seeOther)
            let token = try #require(three.hidden("csrf"))
            #expect(try await one.post(path, [("csrf", token)] + fields).status == .forbidden)
        }
    }

    @Test func languageSizeAndAddressAreTheVisitorsOwn() async throws {
        try await run { scene, one in
            let path = "/questionnaires/\(scene.number)/fill/service"
            try await one.get(path)
            let english = one.another()
            english.headers = [.acceptLanguage: "en"]
            try await english.get(path)
            #expect(one.page.contains("lang=\"zh-CN\"") && english.page.contains("<html lang=\"en\""))
            let elder = one.another()
            elder.set(cookie: Display.cookie, "elder.dark")
            try await elder.get(path)
            #expect(elder.page.contains("size-elder theme-dark") && one.page.contains("size-normal theme-auto"))
            // However the address was written, the links of the page lead to it as it is.
            try await elder.get("/questionnaires//\(scene.number)/fill/service")
            let here = URLEncodedFields.encode(path)
            #expect(elder.page.contains("to=\(here)") && !elder.page.contains("%2F%2F"))
            // What the address says is in nobody else's page, and harmless in one's own.
            try await one.get("/receipts?x=%22%3E%3Cscript%3E1")
            #expect(!one.page.contains("<script>1"))
            try await elder.get("/receipts")
            #expect(!elder.page.contains("script%3E1") && !elder.page.contains("script%253E1"))
        }
    }

    /// One that asks all on one page stands at `/fill`, and its own address is the page before it.
    @Test func aFormOfOnePageLeadsBackToItself() async throws {
        var content = QuestionnaireScene.content
        content.pages.removeLast(content.pages.count - 1)
        content.quotas = []
        try await run(content) { scene, one in
            let path = "/questionnaires/\(scene.number)/fill"
            let response = try await one.get(path)
            #expect(response.status == .ok)
            #expect(one.page.contains("to=\(URLEncodedFields.encode(path))\""))
        }
    }

    @Test func theWordForOneVisitorIsNotShownToTheNext() async throws {
        try await run { scene, one in
            try await one.get("/receipts")
            try await one.post("/receipts/MY-2026-000001-7/forget", [])
            let told = try await one.get("/receipts")
            #expect(String(buffer: told.body).contains("class=\"flash"))
            let two = one.another()
            #expect(!String(buffer: try await two.get("/receipts").body).contains("class=\"flash"))
            #expect(!String(buffer: try await one.get("/receipts").body).contains("class=\"flash"))
        }
    }

    @Test func aPageIsTheSameWithItsGapsFilled() throws {
        let renderer = try PageRenderer(root: TestSite.root, site: { Site(name: "民意") }, version: "1")
        for language in Language.allCases {
            let texts = renderer.texts(language)
            for page in SheetReceiptPage.samples {
                let anew = try renderer.html(page, texts: texts, values: ["here": "/h"]) { "<t>" }
                var (pattern, gaps) = (page, Gaps())
                pattern.leaveGaps(&gaps)
                #expect(pattern.number != page.number && pattern.canonicalForm != page.canonicalForm)
                let kept = GappedText(
                    try renderer.html(pattern, texts: texts, values: ["here": KeptLayout.here]) { Gaps.token },
                    marks: Gaps.all)
                #expect(gaps.filled(into: kept, token: { "<t>" }, here: "/h") == anew)
            }
        }
    }

    @Test func aGapIsEscapedAndAnEmptyTextIsNone() {
        var (gaps, sign, empty, absent) = (Gaps(), "\"\u{301}<", "", String?.none)
        var (markup, nothing) = (Markup(trusted: "<b>"), Markup(trusted: ""))
        gaps.text(&sign)
        gaps.text(&empty)
        gaps.text(&absent)
        gaps.markup(&nothing)
        gaps.markup(&markup)
        #expect(empty.isEmpty && absent == nil && nothing.isNull)
        let kept = GappedText("\(markup.renderText) \(sign)", marks: Gaps.all)
        var asked = false
        let filled = gaps.filled(
            into: kept,
            token: {
                asked = true
                return "t"
            }, here: "/")
        #expect(filled.utf8.elementsEqual("<b> &quot;\u{301}&lt;".utf8))
        // A token sets a cookie: only where a form is.
        #expect(!asked)
        // More texts than there are marks for stay where they are.
        var many = (0..<40).map { "text \($0)" }
        for place in many.indices { gaps.text(&many[place]) }
        #expect(many.last == "text 39" && many.first != "text 0")
    }

    @Test func eachGetsTheReceiptOfTheirOwnSheet() async throws {
        var content = QuestionnaireScene.poll
        content.pages[0].groups[0].questions.append(Question(code: "why", text: "为<何>？", kind: .text(.init())))
        try await run(content) { scene, one in
            let two = one.another()
            var numbers: [String] = []
            for (browser, road, why) in [(one, "west", "<b>路窄\"\u{301}"), (two, "east", "桥&旧")] {
                try await browser.get("/questionnaires/\(scene.number)/fill")
                let sent = try await browser.post(
                    "/questionnaires/\(scene.number)/fill/p",
                    browser.hiddenFields + [("a.road", road), ("a.why", why), ("do", "send")])
                try await browser.follow(sent)
                numbers.append(try #require(sent.headers[.location]?.split(separator: "/").last.map(String.init)))
            }
            #expect(one.page.contains(numbers[0]) && !one.page.contains(numbers[1]))
            #expect(two.page.contains(numbers[1]) && !two.page.contains(numbers[0]))
            #expect(one.page.contains("西段") && two.page.contains("东段") && !two.page.contains("西段"))
            #expect(!one.page.utf8.ranges(of: "&lt;b&gt;路窄&quot;\u{301}".utf8).isEmpty)
            #expect(one.page.contains("为&lt;何&gt;？") && two.page.contains("桥&amp;旧") && !one.page.contains("<b>路"))
            #expect(one.hidden("csrf") != two.hidden("csrf"))
            // What is taken back is shown so at once, and to its author alone.
            try await two.post("/receipts/\(numbers[1])/withdraw", [])
            try await two.get("/receipts/\(numbers[1])")
            #expect(two.page.contains("您的答卷已撤回") && !two.page.contains("桥&amp;旧") && !two.page.contains("东段"))
            try await one.get("/receipts/\(numbers[0])")
            #expect(!one.page.contains("您的答卷已撤回") && one.page.contains("西段"))
        }
    }

    @Test func aTownThatIsRenamedIsRenamedInABlankForm() async throws {
        var content = QuestionnaireScene.content
        content.pages[0].groups[0].questions.append(Question(code: "town", text: "哪个镇？", kind: .unit(.towns)))
        try await run(content) { scene, one in
            let path = "/questionnaires/\(scene.number)/fill/service"
            try await one.get(path)
            try await scene.database.owner.write {
                _ = try $0.execute(
                    "insert into units (code, name, kind, valid_from) values ('xz', '旧名字镇', 'town', '2020-01-01')")
            }
            let two = one.another()
            try await two.get(path)
            #expect(two.page.contains("旧名字镇"))
            try await scene.database.owner.write {
                _ = try $0.execute("update units set name = '新名字镇' where code = 'xz'")
            }
            let three = one.another()
            try await three.get(path)
            #expect(three.page.contains("新名字镇") && !three.page.contains("旧名字镇"))
        }
    }
}
