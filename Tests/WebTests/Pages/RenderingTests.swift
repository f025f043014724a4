import Foundation
import Mustache
import Testing

@testable import Web

/// Known traps of swift-mustache 2.1.1.
@Suite("Rendering")
struct RenderingTests {
    struct Person { let name: String? }
    struct Sample: Page {
        static let template = "page"
        static let samples: [Sample] = []
        let title: String
        var name: String? = nil
        var people: [Person] = []
        var picture = Markup(trusted: "<svg/>")
    }

    /// Renders a template beside others from a folder of its own, as the application does.
    private func render(_ templates: [String: String], _ page: Sample) throws -> String {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent(UUID().uuidString)
        defer { try? FileManager.default.removeItem(at: folder) }
        let files = folder.appendingPathComponent("templates")
        try FileManager.default.createDirectory(at: files, withIntermediateDirectories: true)
        for (name, text) in templates {
            try Data(text.utf8).write(to: files.appendingPathComponent(name + ".mustache"))
        }
        let renderer = try PageRenderer(root: folder.path, site: { Site() }, version: "1")
        return try renderer.html(page, texts: Texts(language: .chinese, all: ["a.b": "字"]), values: [:]) { "token" }
    }

    /// Its own HTML escaping works on graphemes: `"` and U+0301 are one `Character` that it lets through.
    @Test func aQuoteWithACombiningMarkDoesNotEndItsAttribute() throws {
        let attack = "\"\u{301} onmouseover=alert(1) <\u{301}script>&\u{301}'\u{20DD}"
        for template in [
            ["page": "<p title=\"{{name}}\">"],
            ["page": "{{>part}}", "part": "<p title=\"{{name}}\">"],
            [
                "page": "{{<frame}}{{$content}}<p title=\"{{name}}\">{{/content}}{{/frame}}",
                "frame": "{{$content}}{{/content}}",
            ],
            [
                "page": "{{<frame}}{{/frame}}", "frame": "{{>part}}",
                "part": "{{#people}}<p title=\"{{.name}}\">{{/people}}",
            ],
        ] {
            let html = try render(template, Sample(title: "t", name: attack, people: [Person(name: attack)]))
            let bytes = Array(html.utf8)
            #expect(bytes.filter { $0 == UInt8(ascii: "\"") }.count == 2, "\(html)")
            #expect(!bytes.contains(UInt8(ascii: "'")))
            #expect(bytes.filter { $0 == UInt8(ascii: "<") }.count == 1, "\(html)")
        }
    }

    @Test func aNilFieldDoesNotClimbToItsParent() throws {
        let template = ["page": "{{#people}}[{{.name}}|{{name}}|{{#name}}x{{/name}}{{^name}}none{{/name}}]{{/people}}"]
        let html = try render(template, Sample(title: "t", name: "parent", people: [Person(name: nil)]))
        #expect(html == "[||none]")
    }

    @Test func emptyTextShowsNothing() throws {
        #expect(
            try render(["page": "{{#name}}x{{/name}}{{^name}}none{{/name}}"], Sample(title: "t", name: "")) == "none")
    }

    /// The library inserts the white space before a partial after every line break that the partial's values print.
    @Test func partialsDoNotIndentTypedText() throws {
        let html = try render(
            ["page": "<form>\n    {{>field}}\n</form>", "field": "<textarea>\n{{name}}</textarea>\n"],
            Sample(title: "t", name: "一\n二\n"))
        #expect(html.contains("<textarea>\n一\n二\n</textarea>"), "\(html)")
    }

    @Test func onlyMarkupPrintsUnescaped() throws {
        #expect(throws: PageRenderer.TemplateMalformed.self) { try render(["page": "{{{name}}}"], Sample(title: "t")) }
        #expect(throws: PageRenderer.TemplateMalformed.self) {
            try render(["page": "a {{& name}}"], Sample(title: "t"))
        }
        struct Picture: Page {
            static let template = "page"
            static let samples: [Picture] = []
            let title = "t"
            let qrMarkup = Markup(trusted: "<svg/>")
        }
        _ = Picture()
        #expect(try render(["page": "{{picture}}"], Sample(title: "t")) == "&lt;svg/&gt;")
    }

    @Test func aBrokenTemplateIsNamedWithItsLine() throws {
        do {
            _ = try render(["page": "a\nb {{#name}}\nc"], Sample(title: "t"))
            Issue.record("accepted")
        } catch let error as PageRenderer.TemplateMalformed {
            #expect(error.description.hasPrefix("page.mustache line "))
        }
    }

    @Test func aTextThatLooksLikeATemplateStaysText() throws {
        #expect(try render(["page": "{{name}}"], Sample(title: "t", name: "{{title}}")) == "{{title}}")
    }

    @Test func textsFillPlaceholdersAndPlurals() {
        let english = Texts(
            language: .english,
            all: ["days_one": "1 day left", "days_other": "{count} days left", "plain": "a {x} {y}", "a": "b"])
        #expect(english["days", ["count": 1]] == "1 day left")
        #expect(english["days", ["count": 3]] == "3 days left")
        #expect(english["plain", ["x": "{y}", "z": 1]] == "a {y} {y}")
        #expect(english["nothing.here"] == "nothing.here")
        let chinese = Texts(language: .chinese, all: ["days": "还有 {count} 天"])
        #expect(chinese["days", ["count": 1]] == "还有 1 天")
    }

    @Test func yamlWordsThatLookLikeBooleansStayWords() throws {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent(UUID().uuidString)
        defer { try? FileManager.default.removeItem(at: folder) }
        try FileManager.default.createDirectory(
            at: folder.appendingPathComponent("en"), withIntermediateDirectories: true)
        try Data("form:\n  yes: yes\n  no: no\n  on: 1.0\n".utf8).write(to: folder.appendingPathComponent("en.yaml"))
        try Data("more:\n  a: b\n".utf8).write(to: folder.appendingPathComponent("en/more.yaml"))
        let texts = try Texts(language: .english, folder: folder.path)
        #expect(texts.all == ["form.yes": "yes", "form.no": "no", "form.on": "1.0", "more.a": "b"])
        try Data("form:\n  yes: again\n".utf8).write(to: folder.appendingPathComponent("en/other.yaml"))
        #expect(throws: Texts.Malformed.self) { try Texts(language: .english, folder: folder.path) }
    }
}
