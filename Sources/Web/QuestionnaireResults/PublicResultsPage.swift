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
    /// Of which moment figures are, and why not of this one.
    let shownAt: String?
    /// How many answered each version, where there were several.
    let versions: [String]
    /// That nobody speaks for those who did not answer.
    let meaning: String
    let smallest: String?
    let questions: Filled<ResultPart>?
    /// What stands in their place.
    let empty: String

    static let samples = [
        PublicResultsPage(
            title: "满意度调查的结果", crumbs: [Crumb(href: "/", text: "首页")], lead: "12月1日至31日", purpose: ["了解办事是否方便"],
            whoMayAnswer: "办过事的人", sheets: "收到 400 份答卷", running: "还在进行", shownAt: "12月2日的数字", versions: ["第 1 版：2 份"],
            meaning: "只代表回答的人。",
            smallest: "少于 5 的不显示。", questions: Filled(ResultPart.samples), empty: ""),
        PublicResultsPage(
            title: "满意度调查的结果", crumbs: [], lead: "", purpose: [], whoMayAnswer: nil, sheets: "没有答卷", running: nil,
            shownAt: nil, versions: [], meaning: "", smallest: nil, questions: nil, empty: "还没有答卷。"),
    ]
}

extension PublicResultsPage {
    init(_ source: ResultSource, _ tally: Tally, written: [TextWording.Shown], _ words: ResultWords) {
        let texts = words.texts
        title = texts["questionnaire_results.public_title", ["title": source.title]]
        crumbs = [
            Crumb(href: "/", text: texts["nav.home"]),
            Crumb(href: "/questionnaires", text: texts["nav.questionnaires"]),
            Crumb(href: "/questionnaires/\(source.number)", text: source.title),
        ]
        lead = texts.period(of: source)
        purpose = source.purpose.paragraphs
        whoMayAnswer = source.whoMayAnswer.isEmpty ? nil : source.whoMayAnswer
        let (smallestShown, runs) = (source.smallestShown, [.open, .suspended].contains(source.state))
        // Nobody learns of the first sheets before there are enough of them.
        let isSmall = tally.sheets < smallestShown && (tally.sheets > 0 || runs && smallestShown > 1)
        sheets =
            isSmall
            ? texts["questionnaire_results.fewer", ["number": smallestShown]]
            : texts["questionnaire_results.received", ["count": tally.sheets]]
        empty =
            isSmall
            ? texts[
                runs ? "questionnaire_results.empty_until" : "questionnaire_results.empty_few",
                ["number": smallestShown]] : texts["questionnaire_results.empty"]
        running = runs ? texts["questionnaire_results.running"] : nil
        shownAt = source.shownAt.map {
            texts[
                runs ? "questionnaire_results.shown_at" : "questionnaire_results.shown_at_closed",
                ["at": ChinaTime.minute($0, in: texts.clock), "number": smallestShown]]
        }
        versions = isSmall ? [] : words.versions(of: source, in: tally)
        meaning = texts["questionnaire_results.meaning"]
        smallest =
            source.smallestShown > 1 ? texts["questionnaire_results.smallest", ["number": source.smallestShown]] : nil
        let said = Dictionary(grouping: written, by: \.question)
        questions = Filled(
            tally.sheets == 0 || isSmall
                ? []
                : QuestionFigures.all(
                    source.asked, in: tally, base: source.base, smallest: source.smallestShown
                ).filter { !$0.isUnwritten }.map { figures in
                    ResultPart(
                        figures, base: source.base, smallest: source.smallestShown, versions: source.versions.count,
                        written: said[figures.asked.question.code] ?? [], read: nil, words)
                })
    }
}
