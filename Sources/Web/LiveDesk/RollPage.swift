import Foundation
import Participation
import Text

/// 点名册: who sits where, for whoever keeps the live desk.
///
/// The live desk stands in a room that is open and may be seen by those around it, so it goes by the rule of the screen: without their consent
/// (PIPL art. 25) nobody is named there or called by name; they are called by role and seat, which stand on their card, too. Who that is the
/// clerk must know to let the right person speak, which is the duty of art. 13(3): the organiser's and the clerk's sheet says it, after a
/// press that is recorded like every reading of names, in an answer that has no address of its own.
struct RollPage: Page {
    static let template = "live_desk/roll"

    struct Line: Sendable {
        /// How they are called in the room.
        let seat: String
        let name: String
        let unit: String
        let consentsText: String
    }

    let title: String
    let crumbs: [Crumb]
    let gathering: String
    let lines: Filled<Line>?
    let back: String

    /// - Parameter contacts: by the person's id.
    init(_ it: Gathering, _ people: [GatheringPerson], contacts: [Int: Contact], _ texts: Texts) {
        title = texts["live_desk.roll.title"]
        crumbs = LiveDeskPages.crumbs(it, texts)
        (gathering, back) = (it.title, LiveDeskPages.desk(it) + "/live")
        lines = Filled(
            people.filter(\.isExpected).map { person in
                // Who is there in office is named.
                let isNamed = person.consents || person.role.isOfTheHouse
                return Line(
                    seat: LiveDeskPages.label(SpeakerLabel(role: person.role, seat: person.seat), texts),
                    name: person.name(contacts[person.id]), unit: person.knownUnit,
                    consentsText: texts["live_desk.roll.\(isNamed ? "named" : "unnamed")"])
            })
    }

    private init(lines: Filled<Line>?) {
        (title, crumbs, gathering) = ("点名册", [Crumb(href: "/desk", text: "工作台")], "户籍办事座谈会")
        (self.lines, back) = (lines, "/a/live")
    }

    static let samples = [
        RollPage(lines: Filled([Line(seat: "受邀人1", name: "张某", unit: "黎咀村", consentsText: "不念姓名")])),
        RollPage(lines: nil),
    ]
}
