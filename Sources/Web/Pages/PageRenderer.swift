import Foundation
import HTTPTypes
import Hummingbird
import Mustache
import Participation

/// Turns page structs into HTML with the templates and words below the `web/` folder.
package struct PageRenderer: Sendable {
    package struct TemplateMissing: Error { package let name: String }
    package struct TemplateMalformed: Error, CustomStringConvertible { package let description: String }

    private let root: String
    private let reloads: Bool
    let site: @Sendable () -> Site
    private let version: String
    private let loaded: Loaded
    private let layouts = KeptLayouts()
    private let patterns = KeptPatterns()

    /// Templates and words as they were read.
    package struct Loaded: Sendable {
        let libraries: [Language: MustacheLibrary]
        let texts: [Language: Texts]
    }

    /// - Parameters:
    ///   - root: the `web/` folder.
    ///   - site: what the site says of itself at the moment of rendering.
    ///   - version: stands behind the addresses of styles and scripts; changes when they do.
    ///   - reloads: read templates and words anew for every page, for people who change them.
    ///   - loaded: what was read from this folder before.
    package init(
        root: String, site: @escaping @Sendable () -> Site, version: String, reloads: Bool = false,
        loaded: Loaded? = nil
    ) throws {
        self.root = root
        self.site = site
        self.version = version
        self.reloads = reloads
        self.loaded = try loaded ?? Self.load(root, version: version)
    }

    package func texts(_ language: Language) -> Texts {
        let texts = reloads ? (try? Self.load(root, version: version).texts) ?? loaded.texts : loaded.texts
        return texts[language] ?? Texts(language: language, all: [:])
    }

    /// The page as a response, in the visitor's language and display.
    package func render(_ page: some Page, in context: MinyiContext, status: HTTPResponse.Status = .ok) throws
        -> Response
    {
        let visit = context.visit
        let (values, key) = surroundings(of: visit)
        let html = try html(page, texts: visit.texts, values: values, layout: key) { visit.csrfToken() }
        return response(html, visit.language, status)
    }

    /// The same of a page of which only the gaps are filled, once it was made for somebody.
    func render(
        _ page: some GappedPage, in context: MinyiContext, status: HTTPResponse.Status = .ok
    ) throws -> Response {
        let visit = context.visit
        let (values, key) = surroundings(of: visit)
        guard let key else {
            return response(
                try html(page, texts: visit.texts, values: values) { visit.csrfToken() }, visit.language, status)
        }
        var (pattern, gaps) = (page, Gaps())
        pattern.leaveGaps(&gaps)
        let kept = try patterns.text(of: pattern, key) {
            var values = values
            values["here"] = KeptLayout.here
            // As for the layout: nothing of this visitor but what is in the keys.
            values["path"] = nil
            return try html(pattern, texts: visit.texts, values: values, layout: key) { Gaps.token }
        }
        let filled = gaps.filled(into: kept, token: visit.csrfToken, here: values["here"] as? String ?? "")
        return response(filled, visit.language, status)
    }

    /// What a page reads beside its own fields; and under what the layout is kept, nil for one of this visitor alone.
    private func surroundings(of visit: Visit) -> (values: [String: Any?], layout: KeptLayouts.Key?) {
        let (language, site, flash) = (visit.language, site(), visit.takeFlash())
        let isDesk = visit.path.utf8.starts(with: "/desk".utf8)
        let navigation = Navigation.items(for: visit, texts: visit.texts)
        let values: [String: Any?] = [
            "site": site, "path": visit.path, "here": URLEncodedFields.encode(visit.back), "language": language,
            "display": visit.display, "version": version, "signedIn": visit.staff.map(SignedIn.init),
            "desk": isDesk, "flash": flash, "nav": navigation,
        ]
        let isAnyones = visit.staff == nil && flash == nil && !isDesk && !reloads
        let key = KeptLayouts.Key(
            language: language, display: visit.display, section: navigation.firstIndex(where: \.current), site: site)
        return (values, isAnyones ? key : nil)
    }

    private func response(_ html: String, _ language: Language, _ status: HTTPResponse.Status) -> Response {
        var response = Response.html(html, status: status)
        response.headers[.contentLanguage] = language.tag
        // Not `Cookie`: pages are private, and a cookie set meanwhile would make the back button fetch a form anew, with the
        // old words in it under a new key, and the same comment would count twice.
        response.headers[.vary] = "Accept-Language"
        return response
    }

    /// - Parameter key: of a layout that everybody gets alike; nil for one of this page alone.
    func html(
        _ page: some Page, texts: Texts, values: [String: Any?], layout key: KeptLayouts.Key? = nil,
        csrf: @escaping () -> String
    ) throws -> String {
        let libraries = reloads ? try Self.load(root, version: version).libraries : loaded.libraries
        func rendered(
            _ page: some Page, _ values: [String: Any?], _ csrf: @escaping () -> String
        ) throws -> String {
            let frame = PageFrame(page: page, texts: texts, values: values, csrf: csrf)
            let template = type(of: page).template
            guard let html = libraries[texts.language]?.render(frame, withTemplate: template) else {
                throw TemplateMissing(name: template)
            }
            return html
        }
        func layout() throws -> KeptLayout {
            var values = values
            values["here"] = KeptLayout.here
            guard key != nil else { return KeptLayout(try rendered(KeptLayout.Empty(), values, csrf)) }
            // What others get holds nothing of this visitor: only what is in the key.
            values["path"] = nil
            return KeptLayout(try rendered(KeptLayout.Empty(), values) { "" })
        }
        return try KeptLayout.around(
            try rendered(page, values, csrf), title: page.title, here: values["here"] as? String ?? ""
        ) {
            try key.map { try layouts.layout($0, make: layout) } ?? layout()
        }
    }

    static func load(_ root: String, version: String) throws -> Loaded {
        _ = BytewiseHTML.registered
        var templates = try TemplateFiles.read(root + "/templates")
        if let layout = templates[KeptLayout.template] { templates.merge(try KeptLayout.parts(of: layout)) { $1 } }
        var (libraries, texts): ([Language: MustacheLibrary], [Language: Texts]) = ([:], [:])
        for language in Language.allCases {
            let words = try Texts(language: language, folder: root + "/locales")
            texts[language] = words
            libraries[language] = try library(templates, words, version: version)
        }
        return Loaded(libraries: libraries, texts: texts)
    }

    private static func library(
        _ templates: [String: String], _ words: Texts, version: String
    ) throws -> MustacheLibrary {
        var library = MustacheLibrary()
        for (name, text) in templates {
            do {
                let worded = TemplateFiles.worded(text, words, version: version)
                library.register(try MustacheTemplate(string: BytewiseHTML.pragma + worded), named: name)
            } catch let error as MustacheTemplate.ParserError {
                throw TemplateMalformed(
                    description: "\(name).mustache line \(error.context.lineNumber - 1): \(error.error)")
            }
        }
        return library
    }

    private struct SignedIn {
        let name: String
        let unit: String
        init(_ staff: StaffActor) {
            name = staff.name
            unit = staff.unitName
        }
    }
}
