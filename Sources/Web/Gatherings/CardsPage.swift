import Foundation
import Participation
import Text

/// 通知单: with what each of those who have a part confirms the transcript, a sheet for each, to be handed over.
struct CardsPage: Page {
    static let template = "gatherings/cards"

    struct Card: Sendable {
        let label: String
        let code: String
    }

    let title: String
    let crumbs: [Crumb]
    let gathering: String
    let number: String
    let facts: [Fact]
    let whereText: String
    let back: String
    let cards: Filled<Card>?

    /// - Parameter site: the address of this installation.
    init(
        _ it: Gathering, _ people: [GatheringPerson], contacts: [Int: Contact], codes: [Int: QueryCode], site: String,
        _ texts: Texts
    ) {
        title = texts["gatherings.cards.title"]
        crumbs = texts.crumbs(to: it)
        (gathering, number, back) = (it.title, it.number, it.address)
        facts = [("time", texts.time(from: it.startsAt, to: it.endsAt)), ("place", it.place)].filter { !$0.1.isEmpty }
            .map { Fact(label: texts["gatherings.labels.\($0.0)"], text: $0.1) }
        whereText = texts["gatherings.cards.where", ["address": site + "/transcripts"]]
        cards = Filled(
            people.compactMap { person -> Card? in
                // Who only listens has nothing to confirm.
                guard person.role != .observer, person.role != .media, let code = codes[person.id] else { return nil }
                return Card(label: texts.label(of: person, contacts[person.id]), code: code.spoken)
            })
    }

    private init(cards: Filled<Card>?) {
        (title, crumbs) = ("通知单", [Crumb(href: "/desk", text: "工作台")])
        (gathering, number, back) = ("水价听证会", "H-2026-000001-7", "/b")
        facts = [Fact(label: "地点", text: "三楼")]
        (whereText, self.cards) = ("会后核对笔录。", cards)
    }

    static let samples = [
        CardsPage(cards: Filled([Card(label: "参加人3　张某", code: "1234 5678 9012")])), CardsPage(cards: nil),
    ]
}
