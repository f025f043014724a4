import Participation
import Text

/// A lot for everybody: how far it is, who was drawn, what of it is proven and what is not, and how to check it.
struct LotPage: Page {
    static let template = "lots/public"

    /// One that does not count any more.
    struct Annulled: Sendable {
        let facts: [Fact]
        let fileHref: String
    }

    let title: String
    let crumbs: [Crumb]
    let number: String
    let state: String
    let stateText: String
    let lead: String
    let isDrawn: Bool
    /// Whether it can be computed.
    let isVerifiable: Bool
    let isAnnulled: Bool
    let categories: [LotCategoryPart]
    let facts: [Fact]
    let sources: Filled<String>?
    let fileHref: String
    let annulled: Filled<Annulled>?

    /// - Parameter lots: of one hearing, the newest first; at least one.
    init?(_ lots: [PublicLot], _ texts: Texts) {
        guard let newest = lots.first else { return nil }
        let lot = newest.lot
        title = texts["lots.public.title", ["title": lot.title]]
        crumbs = [Crumb(href: "/hearings/\(lot.hearing)", text: lot.title)]
        number = lot.hearing
        state = lot.state.rawValue
        stateText = texts["lots.states.\(lot.state.rawValue)"]
        (isDrawn, isAnnulled) = (lot.state == .drawn, lot.state == .annulled)
        isVerifiable = lot.format == .verifiable
        let moment =
            lot.state == .committed ? lot.registrationUntil : lot.state == .frozen ? lot.valueDueAt : lot.drawnAt
        lead =
            texts[
                "lots.public.leads.\(lot.state == .frozen && lot.value != nil ? "valued" : lot.state.rawValue)",
                [
                    "moment": texts.lotTime(moment, isEnd: lot.state == .committed) ?? "",
                    "source": lot.valueSource ?? "", "why": lot.annulledWhy ?? "",
                ]]
        categories = texts.categories(of: lot)
        facts = texts.facts(of: lot)
        sources = Filled(texts.sources(of: lot))
        fileHref = Self.file(lot.hearing, newest.id)
        annulled = Filled(
            lots.dropFirst().map { Annulled(facts: texts.facts(of: $0.lot), fileHref: Self.file(lot.hearing, $0.id)) })
    }

    private static func file(_ hearing: String, _ id: Int) -> String { "/hearings/\(hearing)/lot.json?lot=\(id)" }

    private init(drawn: Bool, verifiable: Bool, annulled: Bool) {
        (title, number, lead) = ("听证会：抽签", "H-2026-000001-7", "已经抽签。")
        crumbs = [Crumb(href: "/hearings/H-2026-000001-7", text: "听证会")]
        (state, stateText) = (drawn ? "drawn" : "frozen", drawn ? "已抽签" : "名单已固定")
        (isDrawn, isVerifiable, isAnnulled) = (drawn, verifiable, annulled)
        categories = LotCategoryPart.samples
        facts = [Fact(label: "公开的数", text: "03 09 14")]
        sources = drawn ? Filled(["体彩"]) : nil
        fileHref = "/hearings/H-2026-000001-7/lot.json?lot=1"
        self.annulled = drawn ? Filled([Annulled(facts: facts, fileHref: fileHref)]) : nil
    }

    static let samples = [
        LotPage(drawn: true, verifiable: true, annulled: false),
        LotPage(drawn: true, verifiable: false, annulled: false),
        LotPage(drawn: false, verifiable: true, annulled: true),
    ]
}

/// How a lot is computed, so that anybody can do it without this program.
struct HowLotsWorkPage: Page {
    static let template = "lots/how"

    let title: String
    /// The program that recomputes a lot; absent where the installation has not kept it.
    let script: String?

    static let samples = [HowLotsWorkPage(title: "抽签怎样算", script: "import hmac")]
}
