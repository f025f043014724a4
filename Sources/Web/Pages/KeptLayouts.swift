import Foundation
import Synchronization
import Text

/// What stands around the content of a page: the layout, with gaps for what is the page's own.
struct KeptLayout: Sendable {
    /// The template of the layout; the content of a page is rendered without it, in between these two.
    static let template = "layout"
    /// The layout as it is rendered here, under a name that no file has.
    static let shell = "layout shell"

    private static let title = GappedText.mark()
    /// The value `here` while the layout is made.
    static let here = GappedText.mark()
    private static let meta = GappedText.mark()
    private static let content = GappedText.mark()
    /// Stands between what a page adds to its head, and its content.
    private static let seam = GappedText.mark()

    /// What the renderer reads instead of the layout.
    /// - Parameter layout: the template, with its two blocks.
    /// - Throws: `PageRenderer.TemplateMalformed` when it lacks one of them: every page would be empty.
    static func parts(of layout: String) throws -> [String: String] {
        let blocks = [("{{$meta}}{{/meta}}", meta), ("{{$content}}{{/content}}", content)]
        var shell = layout
        for (block, mark) in blocks {
            guard layout.places(of: block).count == 1 else {
                throw PageRenderer.TemplateMalformed(description: "\(template).mustache must hold \(block), and once")
            }
            shell = shell.replacing(block, with: mark)
        }
        return [template: "{{$meta}}{{/meta}}\(seam){{$content}}{{/content}}", Self.shell: shell]
    }

    /// What a page without content and title shows: its layout and nothing else.
    struct Empty: Page {
        static let template = KeptLayout.shell
        static let samples: [Empty] = []
        let title = KeptLayout.title
    }

    private let text: GappedText

    /// - Parameter html: the shell, rendered for `Empty` and `here`.
    init(_ html: String) { text = GappedText(html, marks: [Self.title, Self.here, Self.meta, Self.content]) }

    /// The whole page.
    /// - Parameters:
    ///   - page: rendered without its layout; one that has another layout is whole already.
    ///   - layout: makes the layout, or finds it.
    static func around(
        _ page: String, title: String, here: String, _ layout: () throws -> KeptLayout
    ) rethrows -> String {
        guard let seam = page.utf8.firstRange(of: seam.utf8) else { return page }
        return try layout().text.filled([
            HTMLEscaping.escape(title), HTMLEscaping.escape(here), String(page[..<seam.lowerBound]),
            String(page[seam.upperBound...]),
        ])
    }
}

/// The layouts of public pages: alike for everybody who sees the same section in the same language and display.
final class KeptLayouts: Sendable {
    struct Key: Hashable {
        let language: Language
        let display: Display
        /// Which entry of the navigation the page belongs to.
        let section: Int?
        let site: Site
    }

    /// Far more than there are of one site.
    private static let limit = 200
    private let kept = Mutex<[Key: KeptLayout]>([:])

    func layout(_ key: Key, make: () throws -> KeptLayout) rethrows -> KeptLayout {
        if let known = kept.withLock({ $0[key] }) { return known }
        let made = try make()
        kept.withLock { kept in
            // The site has changed what it says of itself many times.
            if kept.count >= Self.limit { kept = [:] }
            kept[key] = made
        }
        return made
    }
}
