import Mustache

/// The bottom of the template's stack: the page's own fields, then what every page has.
///
/// `t` the words, `site` settings of the installation, `path` the path asked for, `here` where to come
/// back to, ready for `?to=`, `language` {tag, code, chinese, english}, `display`, `csrf`, `signedIn` {name, unit} or absent,
/// `title`, `flash` {kind, text} or absent, `nav` [{href, text, current}], `desk` whether this is a staff page,
/// `version` for `?v=` behind the addresses of styles, scripts and images.
final class PageFrame: MustacheParent {
    static let names: Set<String> = [
        "t", "site", "path", "here", "language", "display", "csrf", "signedIn", "flash", "nav", "desk", "version",
    ]

    private let page: Shown
    private let title: String
    private let texts: Texts
    private let values: [String: Any?]
    private let csrf: () -> String
    private var shown: [String: Any] = [:]

    init(page: some Page, texts: Texts, values: [String: Any?], csrf: @escaping () -> String) {
        self.page = Shown(mirroring: page)
        title = page.title
        self.texts = texts
        self.values = values
        self.csrf = csrf
    }

    func child(named name: String) -> Any? {
        switch name {
        case "title": return title
        case "t": return texts.tree
        // Made only when a form asks for it, because it sets a cookie.
        case "csrf": return csrf()
        default: break
        }
        if let own = page.child(named: name) { return own }
        if let known = shown[name] { return known }
        guard let value = values[name] else { return nil }
        let wrapped = value.map(Shown.wrap) ?? Absent()
        shown[name] = wrapped
        return wrapped
    }
}

/// A word to be shown once on the next page, after a redirect.
package struct Flash: Sendable, Equatable {
    package enum Kind: String, Sendable { case done, note, warning }
    package let kind: Kind
    package let text: String

    package init(_ kind: Kind, _ text: String) {
        self.kind = kind
        self.text = text
    }
}

extension Language: TemplateValue {
    package var templateFields: [String: Any?] {
        ["tag": tag, "code": rawValue, "chinese": self == .chinese, "english": self == .english]
    }
}
