import Foundation
import Participation
import Text

/// The recorder's desk: each form makes one entry; with its script it goes on without a network.
struct LiveDeskPage: Page {
    static let template = "live_desk/desk"
    /// How many of the last entries stand on the page.
    static let shown = 100

    struct Line: Sendable {
        let place: Int
        let kind, key, time, label, what, text: String
        let isReplaced, isCorrectable: Bool
    }

    struct AgendaPart: Sendable {
        let key: String
        let items: [Choice]
    }

    /// Of the forms: pressed twice, it is one entry.
    struct Keys: Sendable {
        let call, words, time, presence, correction: String

        init() {
            func key() -> String { IdempotencyKey.make() }
            (call, words, time, presence, correction) = (key(), key(), key(), key(), key())
        }
    }

    /// While entries are taken.
    struct Recording: Sendable {
        let keys = Keys()
        let people, kinds, presences, replaceable, becomes: [Choice]
        /// Of whom it was not recorded whether they are there.
        let unmarked: Filled<Choice>?
        /// Of the draft, if there is one.
        let passages: Filled<Choice>?
        let minutes: Int
        let typed: String
        /// Of the form of corrections.
        let corrected: String
        let agenda: AgendaPart?
        let lines: [Line]
    }

    let title: String
    let crumbs: [Crumb]
    let number, stateText, address, agendaHref: String
    /// Shows what was said in the room; absent while nobody has been called there.
    let screenHref: String?
    /// Whose entries this page keeps.
    let person: Int
    /// What comes first, while it cannot begin.
    let waits: String?
    let canBegin, canEnd: Bool
    let recording: Recording?
    let transcriptHref: String?
    let errors: FormErrors

    /// - Parameters:
    ///   - screenKey: opens the screen in the room, where not everybody may follow it.
    ///   - typed: an entry that was not taken, as it was typed.
    init(
        _ it: Gathering, people: [GatheringPerson], agenda: [Agenda.Item], entries: [TranscriptEntry],
        passages: [Passage], person: Int, screenKey: UUID, typed: FormData? = nil, errors: FormErrors = FormErrors(),
        _ texts: Texts
    ) {
        title = texts["live_desk.title"]
        crumbs = LiveDeskPages.crumbs(it, texts)
        (number, self.person) = (it.number, person)
        stateText = texts["live_desk.states.\(it.state.rawValue)"]
        address = LiveDeskPages.desk(it) + "/live"
        // What is said at a forum is read in its record alone, and a hearing need not be followed by everybody: their room has a key.
        let key = it.isStreamed && it.kind == .hearing ? "" : "?key=\(screenKey.uuidString.lowercased())"
        screenHref = it.state == .preparing ? nil : "/\(it.kind.path)/\(it.number)/screen\(key)"
        agendaHref = LiveDeskPages.desk(it) + "/agenda"
        waits = it.state == .preparing ? texts["live_desk.waits.\(it.kind.rawValue)"] : nil
        (canBegin, canEnd) = (it.state == .announced, it.state == .underWay)
        // An outbox may still hold what was said before it ended, and corrections are taken until it is closed.
        let takes = it.state == .underWay || it.state == .held
        recording =
            takes
            ? Recording(
                people, agenda, entries, passages, minutes: it.statementMinutes, typed: typed ?? FormData(), texts)
            : nil
        transcriptHref = it.state == .held || it.state == .closed ? LiveDeskPages.desk(it) + "/transcript" : nil
        self.errors = errors
    }

    private init(_ recording: Recording?) {
        (title, crumbs) = ("现场记录", [Crumb(href: "/desk", text: "工作台")])
        (number, stateText, address) = ("H-2026-000001-7", "正在进行", "/a/live")
        (screenHref, agendaHref, person) = (recording == nil ? nil : "/s", "/a/agenda", 1)
        waits = recording == nil ? "先召集。" : nil
        (canBegin, canEnd) = (recording == nil, recording != nil)
        self.recording = recording
        transcriptHref = "/a/transcript"
        errors = FormErrors("words-body", "没有记。")
    }

    static let samples = [LiveDeskPage(nil), LiveDeskPage(.sample)]
}

extension LiveDeskPage.Recording {
    init(
        _ all: [GatheringPerson], _ agenda: [Agenda.Item], _ entries: [TranscriptEntry],
        _ rows: [Passage], minutes: Int, typed: FormData, _ texts: Texts
    ) {
        let chosen = typed.int("person") ?? entries.last { $0.kind == .call }?.personID
        people = all.filter(\.isExpected).map {
            Choice(value: String($0.id), text: LiveDeskPages.label($0, texts), chosen: $0.id == chosen)
        }
        let unseen = Set(all.filter { $0.presence == nil }.map { String($0.id) })
        unmarked = Filled(people.filter { unseen.contains($0.value) })
        let kind = typed.optional("kind") ?? "statement"
        let isCorrection = ["correction", "hidden"].contains(kind)
        let which = UUID(uuidString: typed.string("replaces"))
        kinds = [TranscriptEntry.Kind.statement, .question, .reply, .procedural].map {
            Choice(
                value: $0.rawValue, text: texts["live_desk.kinds.\($0.rawValue)"], chosen: $0.rawValue == kind)
        }
        let became = typed.string("becomes")
        becomes = kinds.map { Choice(value: $0.value, text: $0.text, chosen: $0.value == became) }
        let row = typed.int("passage")
        passages = Filled(
            rows.map {
                let name = "\($0.number) \(LiveDeskPages.name($0))"
                return Choice(value: String($0.id), text: name, chosen: $0.id == row)
            })
        presences = GatheringPerson.Presence.allCases.map {
            Choice(value: $0.rawValue, text: texts["live_desk.presence.states.\($0.rawValue)"], chosen: false)
        }
        let items = agenda.compactMap { item in
            item.id.map { Choice(value: String($0), text: item.title, chosen: false) }
        }
        self.agenda = items.isEmpty ? nil : .init(key: IdempotencyKey.make(), items: items)
        let replaced = Set(entries.compactMap(\.replaces))
        let last = entries.suffix(LiveDeskPage.shown).reversed()
        replaceable = last.filter { $0.kind.hasWords }.map {
            Choice(
                value: $0.key.uuidString.lowercased(),
                text: "\($0.position) \(LiveDeskPages.label($0.speaker, texts)) \($0.body.prefix(40))",
                chosen: $0.key == which)
        }
        lines = last.map { entry in
            LiveDeskPage.Line(
                place: entry.position, kind: entry.kind.rawValue, key: entry.key.uuidString.lowercased(),
                time: ChinaTime.minute(entry.saidAt, in: texts.clock), label: LiveDeskPages.label(entry.speaker, texts),
                what: LiveDeskPages.kind(entry.kind, texts),
                text: LiveDeskPages.words(entry, texts), isReplaced: replaced.contains(entry.position),
                isCorrectable: entry.kind.hasWords)
        }
        self.minutes = minutes
        self.typed = isCorrection ? "" : typed.exactly("body")
        corrected = isCorrection ? typed.exactly("body") : ""
    }

    fileprivate static var sample: Self {
        let choice = [Choice(value: "1", text: "参加人1", chosen: true)]
        return Self(
            people: choice, kinds: choice, presences: choice, replaceable: choice, becomes: choice,
            unmarked: Filled(choice),
            passages: Filled(choice), minutes: 5, typed: "建议",
            corrected: "建议增加助餐点。",
            agenda: .init(key: "k", items: choice),
            lines: [
                .init(
                    place: 1, kind: "statement", key: "k", time: "9:00", label: "参加人1", what: "陈述意见", text: "建议",
                    isReplaced: true,
                    isCorrectable: true)
            ])
    }
}
