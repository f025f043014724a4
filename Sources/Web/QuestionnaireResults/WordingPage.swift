import Participation
import Questionnaires

/// On which sheets something was written, so that one with a secret in it can be sealed.
struct WordingPage: Page {
    static let template = "questionnaire-results/wording"

    let title: String
    let crumbs: [Crumb]
    let question: String
    let words: String
    let sheets: Filled<Choice>?
    let reasons: [Choice]

    static let samples = [
        WordingPage(
            title: "写了这句话的答卷", crumbs: [Crumb(href: "/desk", text: "工作台")], question: "还有什么建议", words: "排队太久",
            sheets: Filled([Choice(value: "MY-2026-000001-3", text: "MY-2026-000001-3", chosen: true)]),
            reasons: [Choice(value: "secret", text: "疑似涉密", chosen: false)]),
        WordingPage(title: "写了这句话的答卷", crumbs: [], question: "", words: "", sheets: nil, reasons: []),
    ]
}

extension WordingPage {
    init(
        _ source: ResultSource, _ question: Question, _ wording: TextWording, sheets numbers: [String],
        _ words: ResultWords
    ) {
        let texts = words.texts
        let address = "/desk/questionnaires/\(source.number)"
        title = texts["questionnaire_results.wording.title"]
        crumbs = [
            Crumb(href: address, text: source.title),
            Crumb(
                href: "\(address)/texts?question=\(question.code)&screening=\(wording.screening.rawValue)",
                text: texts["questionnaire_results.texts.title"]),
        ]
        self.question = words.text(of: question)
        self.words = wording.words
        sheets = Filled(numbers.map { Choice(value: $0, text: $0, chosen: numbers.count == 1) })
        reasons = texts.sealChoices.map { Choice(value: $0.value, text: $0.text, chosen: false) }
    }
}
