import Mustache
import Text

/// Escapes by bytes. The library's own HTML type escapes by grapheme: a quote followed by a combining mark is one
/// `Character`, passes unescaped, and ends its attribute.
struct BytewiseHTML: MustacheContentType {
    static let name = "MINYI_HTML"

    /// Stands at the head of every template, partials too: the library goes back to its own type in each partial.
    static let pragma = "{{% CONTENT_TYPE: \(name)}}\n"

    func escapeText(_ text: String) -> String { HTMLEscaping.escape(text) }

    /// Must have happened before the first template is parsed.
    static let registered: Void = MustacheContentTypes.register(BytewiseHTML(), named: name)
}
