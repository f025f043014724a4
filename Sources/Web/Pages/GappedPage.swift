import Synchronization
import Text

/// A page of which many are shown that differ in a few texts: every receipt is the same but for its number, time and answers.
///
/// With those texts taken out it is the key under which its HTML is kept. So a text that nobody thought of taking out costs memory, and never
/// leads to somebody else's page.
protocol GappedPage: Page, Hashable {
    /// Takes out what is one visitor's alone.
    mutating func leaveGaps(_ gaps: inout Gaps)
}

/// What was taken out of a page, as HTML, in its order.
struct Gaps {
    /// Enough for any page; a text beyond them stays in it.
    private static let marks = (0..<32).map { _ in GappedText.mark() }
    /// Stands where the token of the visitor's forms will.
    static let token = GappedText.mark()
    /// What may stand in a page that is kept.
    static var all: [String] { marks + [token, KeptLayout.here] }

    private var values: [String] = []

    mutating func text(_ text: inout String) {
        // An empty text is none, and changes what stands around it.
        guard !text.isEmpty, let mark else { return }
        values.append(HTMLEscaping.escape(text))
        text = mark
    }

    mutating func text(_ text: inout String?) {
        guard var given = text else { return }
        self.text(&given)
        text = given
    }

    mutating func markup(_ markup: inout Markup) {
        guard !markup.isNull, let mark else { return }
        values.append(markup.renderText)
        markup = Markup(trusted: mark)
    }

    private var mark: String? { values.count < Self.marks.count ? Self.marks[values.count] : nil }

    /// The page again.
    /// - Parameters:
    ///   - kept: cut at `all`.
    ///   - token: asked for when a form stands in it, as it may set a cookie.
    ///   - here: escaped for an address.
    func filled(into kept: GappedText, token: () -> String, here: String) -> String {
        kept.filled(
            values + Array(repeating: "", count: Self.marks.count - values.count)
                + [kept.has(Self.marks.count) ? HTMLEscaping.escape(token()) : "", HTMLEscaping.escape(here)])
    }
}

/// The HTML of such pages, layout and all, for everybody who sees them in the same language and display.
final class KeptPatterns: Sendable {
    private struct Key: Hashable {
        let page: any GappedPage
        let layout: KeptLayouts.Key

        static func == (one: Key, other: Key) -> Bool { one.layout == other.layout && same(one.page, other.page) }

        func hash(into hasher: inout Hasher) {
            page.hash(into: &hasher)
            layout.hash(into: &hasher)
        }

        private static func same<One: GappedPage>(_ one: One, _ other: any GappedPage) -> Bool { one == other as? One }
    }

    private struct Contents {
        var kept: [Key: GappedText] = [:]
        var size = 0
    }

    /// 8 MB: some hundred.
    private static let limit = 8 * 1024 * 1024
    private let contents = Mutex(Contents())

    /// - Parameter make: the whole page, with marks in its gaps.
    func text(
        of page: some GappedPage, _ layout: KeptLayouts.Key, make: () throws -> String
    ) rethrows -> GappedText {
        let key = Key(page: page, layout: layout)
        if let known = contents.withLock({ $0.kept[key] }) { return known }
        let made = GappedText(try make(), marks: Gaps.all)
        contents.withLock { contents in
            if contents.size + made.size > Self.limit { contents = Contents() }
            if contents.kept.updateValue(made, forKey: key) == nil { contents.size += made.size }
        }
        return made
    }
}
