import Text

/// A label and what it says: a line of a list of facts.
struct Fact: Sendable {
    let label: String
    let text: String
}

extension Markup {
    /// Lines for a `<dl>`, labels in Chinese: for lists of a page that is kept with a gap in their place.
    init(_ facts: [Fact]) {
        self.init(
            trusted: facts.reduce(into: "") { lines, fact in
                lines += "<dt lang=\"zh-Hans\">" + HTMLEscaping.escape(fact.label) + "</dt><dd>"
                lines += HTMLEscaping.escape(fact.text) + "</dd>\n"
            })
    }
}
