import Hummingbird

/// Every component in every state, for those who write pages.
struct StyleguidePage: Page {
    static let template = "styleguide"
    let title: String

    static let samples = [StyleguidePage(title: "样式")]
}

extension WebApplication {
    func addStyleguide(to router: Router<MinyiContext>) {
        router.get("/styleguide") { _, context in
            try pages.render(StyleguidePage(title: context.texts["styleguide.title"]), in: context)
        }
    }
}
