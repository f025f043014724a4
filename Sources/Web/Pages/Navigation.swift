/// The entries of the navigation bar. A feature adds its own line here; words are under `nav` in the locales.
enum Navigation {
    struct Item {
        let href: String
        let text: String
        let current: Bool
    }

    private static let citizen = [
        ("/", "nav.home"), ("/consultations", "nav.consultations"), ("/receipts", "nav.receipts"),
    ]
    private static let desk = [("/desk", "nav.desk")]

    static func items(for visit: Visit, texts: Texts) -> [Item] {
        let path = visit.path
        let entries = visit.staff != nil && path.utf8.starts(with: "/desk".utf8) ? desk : citizen
        return entries.map { href, key in
            Item(href: href, text: texts[key], current: path == href)
        }
    }
}
