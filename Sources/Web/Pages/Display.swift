/// How a visitor wants to see the site, remembered for a year in one cookie: `elder.dark`, `normal.auto`.
package struct Display: Sendable, Hashable {
    package enum Size: String, Sendable, CaseIterable { case normal, elder }
    package enum Theme: String, Sendable, CaseIterable { case auto, light, dark }

    package static let cookie = "display"
    package var size: Size
    package var theme: Theme

    package init(size: Size = .normal, theme: Theme = .auto) {
        self.size = size
        self.theme = theme
    }

    package init(cookie value: String?) {
        let parts = (value ?? "").utf8.split(separator: UInt8(ascii: ".")).map { String(decoding: $0, as: UTF8.self) }
        size = parts.first.flatMap(Size.init) ?? .normal
        theme = parts.dropFirst().first.flatMap(Theme.init) ?? .auto
    }

    package var cookieValue: String { "\(size.rawValue).\(theme.rawValue)" }
}

extension Display: TemplateValue {
    /// `{{display.size}}`, `{{display.theme}}`, `{{#display.elder}}`, `{{#display.dark}}`, and `{{display.classes}}` for
    /// the root element.
    package var templateFields: [String: Any?] {
        [
            "size": size.rawValue, "theme": theme.rawValue, "elder": size == .elder, "dark": theme == .dark,
            "light": theme == .light, "auto": theme == .auto,
            "classes": "size-\(size.rawValue) theme-\(theme.rawValue)",
        ]
    }
}
