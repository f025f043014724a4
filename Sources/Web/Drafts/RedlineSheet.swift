import Participation

/// The page of changes as everyone gets it, without a server or a database; `ops/bench/redline` weighs it.
package enum RedlineSheet {
    /// - Parameters:
    ///   - onlyChanged: or every passage.
    ///   - root: the folder `web`.
    package static func html(_ redline: EditionRedline, onlyChanged: Bool, root: String) throws -> String {
        let pages = try PageRenderer(root: root, site: { Site() }, version: "")
        let texts = pages.texts(.chinese)
        let permanent = "/consultations/C-2026-000001-3/notices"
        let setting = RedlinePage.Setting(
            title: texts["editions.redline.title"], crumbs: [], lead: "", address: "/", onlyChanged: onlyChanged,
            back: "/", backText: texts["editions.redline.to_consultation"],
            href: { "\(permanent)/revision/1#row-\($0)" }, oldHref: { "\(permanent)/draft/1#row-\($0)" })
        return try pages.html(RedlinePage(redline, setting, texts), texts: texts, values: [:]) { "" }
    }
}
