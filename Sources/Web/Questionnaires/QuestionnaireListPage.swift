import Participation
import Text

/// Questionnaires and polls: what can be answered now, and what is over.
struct QuestionnaireListPage: Page {
    static let template = "questionnaires/list"

    let title: String
    /// The name of the shelf shown.
    let shelf: String
    let tabs: [ConsultationListPage.Tab]
    let cards: Filled<ConsultationCard>?
    let empty: String?
    /// The next page of the list.
    let moreHref: String?

    static let samples = [
        QuestionnaireListPage(
            title: "问卷和民意调查", shelf: "正在进行",
            tabs: [
                .init(href: "/questionnaires", text: "正在进行", current: true),
                .init(href: "/questionnaires?shelf=over", text: "已结束", current: false),
            ],
            cards: Filled(ConsultationCard.samples), empty: nil, moreHref: "/questionnaires?after=3"),
        QuestionnaireListPage(
            title: "问卷和民意调查", shelf: "正在进行", tabs: [], cards: nil, empty: "现在没有可以填写的问卷。", moreHref: nil),
    ]
}

extension QuestionnaireListPage {
    init(
        _ shelf: PublicQuestionnaire.Shelf, _ found: [PublicQuestionnaire], hasMore: Bool, _ texts: Texts
    ) {
        title = texts["questionnaires.title"]
        self.shelf = texts["questionnaires.shelves.\(shelf.rawValue)"]
        tabs = PublicQuestionnaire.Shelf.allCases.map {
            .init(href: $0.address, text: texts["questionnaires.shelves.\($0.rawValue)"], current: $0 == shelf)
        }
        cards = Filled(found.map { ConsultationCard($0, texts) })
        empty = found.isEmpty ? texts["questionnaires.empty.\(shelf.rawValue)"] : nil
        moreHref = hasMore ? found.last.map { "/questionnaires?shelf=\(shelf.rawValue)&after=\($0.id)" } : nil
    }
}

extension PublicQuestionnaire.Shelf {
    var address: String { self == .current ? "/questionnaires" : "/questionnaires?shelf=\(rawValue)" }
}

extension ConsultationCard {
    init(_ questionnaire: PublicQuestionnaire, _ texts: Texts) {
        href = "/questionnaires/\(questionnaire.number)"
        title = questionnaire.title
        unit = questionnaire.unitName
        state = questionnaire.state.rawValue
        stateText = texts.state(of: questionnaire)
        needs =
            [.announced, .open, .suspended].contains(questionnaire.state) && !questionnaire.isAnsweredAtOnce
            ? texts["questionnaires.needs.\(questionnaire.voice.rawValue)"] : nil
        let days = questionnaire.daysLeft
        figure = days.flatMap { $0 > 1 ? String($0) : nil }
        switch questionnaire.state {
        case .open:
            now = days.map { days in
                switch days {
                case 0: texts["consultations.closes_today"]
                case 1: texts["consultations.closes_tomorrow"]
                default: texts["consultations.days_to_closing", ["count": days]]
                }
            }
        case .announced:
            let day = ChinaTime.shortDay(ChinaTime.date(questionnaire.opensAt), in: texts.clock)
            now = texts["consultations.opens_on", ["day": day]]
        default: now = nil
        }
        period = texts.period(from: questionnaire.opensAt, to: questionnaire.endsAt)
        resultHref = questionnaire.showsResults ? "/questionnaires/\(questionnaire.number)/results" : nil
        resultText = texts["questionnaire_results.see"]
    }
}

extension Texts {
    /// The state as it stands on a label: one that is full says so.
    func state(of questionnaire: PublicQuestionnaire) -> String {
        let isFull = questionnaire.state == .open && questionnaire.isFull
        return self["questionnaires.states.\(isFull ? "full" : questionnaire.state.rawValue)"]
    }
}
