import Participation
import Text

enum LiveDeskPages {
    static let all: [any Page.Type] = [
        ScreenPage.self, LiveDeskPage.self, AgendaPage.self, TranscriptDeskPage.self, TranscriptLookupPage.self,
        TranscriptPage.self,
    ]

    static func desk(_ it: Gathering) -> String { "/desk/hearings/\(it.number)" }

    static func crumbs(_ it: Gathering, _ texts: Texts) -> [Crumb] {
        [
            Crumb(href: "/desk", text: texts["nav.desk"]),
            Crumb(href: desk(it), text: it.title),
        ]
    }

    /// As the screen names them: a name only of who has agreed to it.
    static func label(_ it: GatheringPerson, _ texts: Texts) -> String {
        let seat = texts["live_desk.roles.\(it.role.rawValue)"] + "\(it.seat)"
        return [seat, it.publicName, it.publicUnit].filter { !$0.isEmpty }.joined(separator: " ")
    }

    /// Who said it; what it is where nobody did.
    static func label(_ it: TranscriptEntry, _ texts: Texts) -> String {
        it.label.isEmpty ? texts["live_desk.kinds.\(it.kind.rawValue)"] : it.label
    }

    static func words(_ it: TranscriptEntry, _ texts: Texts) -> String {
        if let presence = it.presence { return texts["live_desk.presence.states.\(presence.rawValue)"] }
        if it.kind == .agenda { return it.agendaTitle ?? "" }
        if let seconds = it.seconds { return "\(seconds / 60) \(texts["live_desk.minutes"])" }
        return it.body
    }
}
