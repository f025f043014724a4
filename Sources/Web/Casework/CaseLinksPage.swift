import Participation

/// The same matter through several doors: what is linked with a case, and what may be.
struct CaseLinksPage: Page {
    static let template = "casework/links"

    struct Line: Sendable {
        let href: String
        let number: String
        let title: String
        let state: String
        /// Why it is proposed; nil where it is linked.
        let reason: String?
    }

    let title: String
    let crumbs: [Crumb]
    let action: String
    let mayLink: Bool
    let linked: Filled<Line>?
    let similar: Filled<Line>?

    init(_ links: CaseLinks, for staff: StaffActor, _ texts: Texts) {
        let file = links.file
        title = texts["links.title"]
        crumbs = [
            Crumb(href: "/desk", text: texts["nav.desk"]), Crumb(href: "/desk/cases", text: texts["casework.title"]),
            Crumb(href: "/desk/cases/\(file.id)", text: file.number),
        ]
        action = "/desk/cases/\(file.id)/links"
        let units = [file.officeID] + (file.unitID.map { [$0] } ?? [])
        mayLink = staff.has(.organiser, in: units) || staff.has(.clerk, in: units)
        linked = Filled(
            links.linked.map {
                Line(
                    href: "/desk/cases/\($0.id)", number: $0.number, title: $0.title, state: texts.state($0.state),
                    reason: nil)
            })
        similar = Filled(
            links.similar.map {
                Line(
                    href: "/desk/cases/\($0.id)", number: $0.number, title: $0.title, state: texts.state($0.state),
                    reason: texts[$0.hasSamePhone ? "links.same_phone" : "links.same_words"])
            })
    }

    private init(mayLink: Bool, lines: [Line]) {
        (title, crumbs, action) = ("同一件事", [Crumb(href: "/desk", text: "工作台")], "/desk/cases/1/links")
        (self.mayLink, linked, similar) = (mayLink, Filled(lines), Filled(lines))
    }

    static let samples = [
        CaseLinksPage(
            mayLink: true,
            lines: [
                Line(href: "/desk/cases/2", number: "MY-2026-000002-5", title: "路灯不亮", state: "办理中", reason: "电话相同")
            ]),
        CaseLinksPage(mayLink: false, lines: []),
    ]
}
