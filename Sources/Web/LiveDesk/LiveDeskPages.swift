import Foundation
import Participation
import Text

enum LiveDeskPages {
    static let all: [any Page.Type] = [
        ScreenPage.self, LiveDeskPage.self, RollPage.self, AgendaPage.self, TranscriptDeskPage.self,
        TranscriptLookupPage.self,
        TranscriptPage.self,
    ]

    static func desk(_ it: Gathering) -> String { "/desk/hearings/\(it.number)" }

    /// The words of what was done: a visit is no meeting.
    static func done(_ step: String, _ it: Gathering) -> String {
        it.kind == .visit ? "live_desk.done_visit.\(step)" : "live_desk.done.\(step)"
    }

    static func crumbs(_ it: Gathering, _ texts: Texts) -> [Crumb] {
        [
            Crumb(href: "/desk", text: texts["nav.desk"]),
            Crumb(href: desk(it), text: it.title),
        ]
    }

    /// As the screen names them: a name only of who has agreed to it.
    static func label(_ it: GatheringPerson, _ texts: Texts) -> String {
        label(SpeakerLabel(role: it.role, seat: it.seat, name: it.publicName, of: it.shownUnit), texts)
    }

    static func label(_ it: SpeakerLabel, _ texts: Texts) -> String {
        let role = texts["gatherings.roles.\(it.role.rawValue)"]
        return it.named(it.role.isCounted ? texts["gatherings.numbered", ["role": role, "seat": it.seat]] : role)
    }

    /// Who said it; empty where nobody did.
    static func label(_ it: SpeakerLabel?, _ texts: Texts) -> String { it.map { label($0, texts) } ?? "" }

    /// A row or clause in a line.
    static func name(_ it: Passage) -> String {
        let levels = [it.level1, it.level2, it.level3].filter { !$0.isEmpty }
        return levels.isEmpty ? String(it.contentElements.prefix(30)) : levels.joined(separator: " ")
    }

    /// What it is, and what a correction made of it.
    static func kind(
        _ kind: TranscriptEntry.Kind, became: TranscriptEntry.Kind? = nil, _ texts: Texts
    ) -> String {
        let was = texts["live_desk.kinds.\(kind.rawValue)"]
        guard let became else { return was }
        return texts["live_desk.correction.became", ["was": was, "kind": texts["live_desk.kinds.\(became.rawValue)"]]]
    }

    static func words(_ it: TranscriptEntry, _ texts: Texts) -> String {
        if let presence = it.presence { return texts["live_desk.presence.states.\(presence.rawValue)"] }
        if it.kind == .agenda { return it.agendaTitle ?? "" }
        if let seconds = it.seconds { return "\(seconds / 60) \(texts["live_desk.minutes"])" }
        return it.body
    }
}
