import Foundation
import Testing

@testable import Web

@Suite("Templates")
struct TemplateTests {
    static func texts(_ language: Language) throws -> Texts {
        try TestSite.texts(language)
    }

    /// The frame of a page with everything in it, so that every part of the layout is seen.
    static func frame(_ page: some Page, _ texts: Texts, full: Bool) -> PageFrame {
        let site = Site(
            name: "民意", organ: "县政府", contact: "0762-123", identityCode: "1", icp: "粤", police: "粤", errorReport: "/x")
        var values: [String: Any?] = [
            "site": full ? site : Site(), "path": "/", "here": "%2F", "language": texts.language,
            "display": Display(size: full ? .elder : .normal), "version": "1", "desk": full,
            "nav": [Navigation.Item(href: "/", text: "首页", current: true)],
        ]
        values.updateValue(full ? ["name": "陈", "unit": "办公室"] : nil, forKey: "signedIn")
        values.updateValue(full ? Flash(.done, "好") : nil, forKey: "flash")
        return PageFrame(page: page, texts: texts, values: values) { "token" }
    }

    @Test func everyNameOfEveryTemplateExistsOnItsPage() throws {
        let check = TemplateCheck(try TemplateFiles.read(TestSite.root + "/templates"))
        for type in WebApplication.pageTypes {
            for language in Language.allCases {
                let texts = try Self.texts(language)
                func samples<P: Page>(_ type: P.Type) {
                    #expect(!P.samples.isEmpty, "\(P.self) has no sample")
                    for sample in P.samples {
                        for full in [true, false] {
                            check.check(P.template, frame: Self.frame(sample, texts, full: full))
                        }
                        for child in Mirror(reflecting: sample).children {
                            let label = child.label ?? ""
                            #expect(!PageFrame.names.contains(label), "\(P.self).\(label) hides a name of every page")
                        }
                    }
                }
                samples(type)
            }
        }
        #expect(check.problems.sorted() == [])
        #expect(check.uncovered == [], "no sample shows these parts")
        #expect(check.unvisited == [], "no page uses these templates")
    }

    @Test func theCheckFindsWhatItIsFor() throws {
        struct Inner { let name: String }
        struct Sample: Page {
            static let template = "x"
            static let samples = [Sample(title: "t", rows: [Inner(name: "a")], none: nil)]
            let title: String
            let rows: [Inner]
            let none: String?
        }
        func problems(_ template: String) throws -> Set<String> {
            let check = TemplateCheck(["x": template])
            let texts = Texts(language: .chinese, all: ["a.b": "c"])
            for sample in Sample.samples { check.check("x", frame: Self.frame(sample, texts, full: true)) }
            return check.problems.union(check.uncovered)
        }
        #expect(try problems("{{title}}{{t.a.b}}{{#rows}}{{.name}}{{/rows}}{{none}}{{^none}}x{{/none}}") == [])
        #expect(try problems("{{titel}}") == ["x: no name titel"])
        #expect(try problems("{{t.a.c}}") == ["x: no name t.a.c"])
        #expect(try problems("{{#rows}}{{.nome}}{{/rows}}") == ["x: no name .nome"])
        #expect(try problems("{{rows}}") == ["x: {{rows}} prints a Array<Any>"])
        #expect(try problems("{{#none}}a{{/none}}") == ["x: {{#none}}"])
        #expect(try problems("{{>y}}") == ["no template y"])
    }

    @Test func bothLanguagesHaveTheSameWords() throws {
        let chinese = try Self.texts(.chinese).all
        let english = try Self.texts(.english).all
        func base(_ key: String) -> String {
            for ending in ["_one", "_other"] where key.hasSuffix(ending) { return String(key.dropLast(ending.count)) }
            return key
        }
        func placeholders(_ text: String) -> Set<String> {
            Set(text.components(separatedBy: "{").dropFirst().map { String($0.prefix { $0 != "}" }) })
        }
        let bases = (chinese: Set(chinese.keys.map(base)), english: Set(english.keys.map(base)))
        #expect(bases.chinese.subtracting(bases.english).sorted() == [], "missing in English")
        #expect(bases.english.subtracting(bases.chinese).sorted() == [], "missing in Chinese")
        // The singular of English may leave out the number.
        let others = Dictionary(grouping: english.filter { !$0.key.hasSuffix("_one") }) { base($0.key) }
        for (key, text) in chinese {
            for other in others[base(key)] ?? [] {
                #expect(placeholders(text) == placeholders(other.value), "\(key)")
            }
        }
        for (key, text) in chinese.merging(english, uniquingKeysWith: { $1 }) {
            #expect(!text.trimmingCharacters(in: .whitespaces).isEmpty, "\(key) is empty")
        }
    }

    /// `texts["a.b"]` in the sources of Web names a text that exists.
    @Test func everyKeyInTheSourcesExists() throws {
        let texts = try Self.texts(.english)
        let sources = URL(fileURLWithPath: TestSite.root).deletingLastPathComponent().appendingPathComponent(
            "Sources/Web")
        let expression = try NSRegularExpression(pattern: #"texts\[\s*"([a-z0-9_.]+)""#)
        for case let file as URL in FileManager.default.enumerator(at: sources, includingPropertiesForKeys: nil)
            ?? .init()
        where file.pathExtension == "swift" {
            let source = try String(contentsOf: file, encoding: .utf8).components(separatedBy: "\n")
                .filter { !$0.trimmingCharacters(in: .whitespaces).hasPrefix("//") }.joined(separator: "\n")
            for match in expression.matches(in: source, range: NSRange(source.startIndex..., in: source)) {
                guard let range = Range(match.range(at: 1), in: source) else { continue }
                let key = String(source[range])
                #expect(texts.has(key), "\(file.lastPathComponent): \(key)")
            }
        }
    }

    @Test func everyProblemHasWords() throws {
        for language in Language.allCases {
            let texts = try Self.texts(language)
            for reason in Problem.Reason.allCases {
                for part in ["title", "text", "next"] {
                    #expect(texts.has("problems.\(reason.rawValue).\(part)"), "\(reason) \(part)")
                }
            }
        }
    }
}
