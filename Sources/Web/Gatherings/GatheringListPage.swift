import Participation
import Text

/// The hearings, forums and visits a colleague may see.
struct GatheringListPage: Page {
    static let template = "gatherings/list"

    struct Line: Sendable {
        let href: String
        let title: String
        let number: String
        let kind: String
        let unit: String
        let time: String
        let state: String
        let stateText: String
        let matter: String
        let matterHref: String
    }

    let title: String
    let crumbs: [Crumb]
    let lines: Filled<Line>?

    init(_ found: [Gathering], _ texts: Texts) {
        title = texts["nav.hearings"]
        crumbs = [Crumb(href: "/desk", text: texts["nav.desk"])]
        lines = Filled(
            found.map {
                Line(
                    href: $0.address, title: $0.title, number: $0.number,
                    kind: texts["gatherings.kinds.\($0.kind.rawValue)"], unit: $0.unitName,
                    time: texts.time(from: $0.startsAt, to: $0.endsAt), state: $0.state.rawValue,
                    stateText: texts.state(of: $0), matter: $0.procedureTitle,
                    matterHref: "/desk/procedures/\($0.procedureNumber)")
            })
    }

    private init(lines: Filled<Line>?) {
        (title, crumbs, self.lines) = ("听证、座谈、走访", [Crumb(href: "/desk", text: "工作台")], lines)
    }

    static let samples = [
        GatheringListPage(
            lines: Filled([
                Line(
                    href: "/h", title: "水价听证会", number: "H-1", kind: "听证会", unit: "发改局", time: "1月5日9:00",
                    state: "preparing", stateText: "准备中", matter: "水价", matterHref: "/p")
            ])), GatheringListPage(lines: nil),
    ]
}
