import Foundation
import Participation
import Questionnaires
import Text

/// What was answered, for everyone: while it runs or once it is over, as its organisers have chosen.
struct PublicResultsPage: Page {
    static let template = "questionnaire-results/public"

    let title: String
    let crumbs: [Crumb]
    let lead: String
    let purpose: [String]
    let whoMayAnswer: String?
    let sheets: String
    /// That it still runs and figures change.
    let running: String?
    /// That nobody speaks for those who did not answer.
    let meaning: String
    let smallest: String?
    let questions: Filled<ResultPart>?

    static let samples = [
        PublicResultsPage(
            title: "满意度调查的结果", crumbs: [Crumb(href: "/", text: "首页")], lead: "12月1日至31日", purpose: ["了解办事是否方便"],
            whoMayAnswer: "办过事的人", sheets: "收到 400 份答卷", running: "还在进行", meaning: "只代表回答的人。", smallest: "少于 5 的不显示。",
            questions: Filled(ResultPart.samples)),
        PublicResultsPage(
            title: "满意度调查的结果", crumbs: [], lead: "", purpose: [], whoMayAnswer: nil, sheets: "没有答卷", running: nil,
            meaning: "", smallest: nil, questions: nil),
    ]
}

extension PublicResultsPage {
    init(_ source: ResultSource, _ tally: Tally, written: [TextWording.Shown], _ words: ResultWords) {
        let texts = words.texts
        title = texts["questionnaire_results.public_title", ["title": source.title]]
        crumbs = [
            Crumb(href: "/", text: texts["nav.home"]),
            Crumb(href: "/questionnaires/\(source.number)", text: source.title),
        ]
        lead = texts.period(of: source)
        purpose = source.purpose.paragraphs
        whoMayAnswer = source.whoMayAnswer.isEmpty ? nil : source.whoMayAnswer
        let isSmall = tally.sheets > 0 && tally.sheets < source.smallestShown
        sheets =
            isSmall
            ? texts["questionnaire_results.too_few"]
            : texts["questionnaire_results.received", ["count": tally.sheets]]
        running =
            [.open, .suspended].contains(source.state) ? texts["questionnaire_results.running"] : nil
        meaning = texts["questionnaire_results.meaning"]
        smallest =
            source.smallestShown > 1 ? texts["questionnaire_results.smallest", ["number": source.smallestShown]] : nil
        let said = Dictionary(grouping: written, by: \.question)
        questions = Filled(
            tally.sheets == 0 || isSmall
                ? []
                : QuestionFigures.all(
                    source.asked, in: tally, base: source.base, smallest: source.smallestShown
                ).map { figures in
                    ResultPart(
                        figures, base: source.base, smallest: source.smallestShown, versions: source.versions.count,
                        written: said[figures.asked.question.code] ?? [], screening: nil, words)
                })
    }
}
