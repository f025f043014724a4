import Participation
import Text

/// Results that nobody can see yet: what will stand here, and when.
struct ComingResultsPage: Page {
    static let template = "questionnaire-results/coming"

    let title: String
    let crumbs: [Crumb]
    let when: String
    /// What will stand here.
    let points: [String]
    let questionnaireHref: String

    init(_ it: PublicQuestionnaire, _ texts: Texts) {
        title = texts["questionnaire_results.public_title", ["title": it.title]]
        crumbs = texts.crumbs(to: it)
        let isOver = [.closed, .terminated, .published].contains(it.state)
        let key =
            it.state == .terminated
            ? "terminated"
            : it.resultsShown == .published
                ? isOver ? "worked_on" : "after_work" : it.isCounting ? "counting" : "after_closing"
        when =
            texts[
                "published_results.coming.\(key)", ["moment": ChinaTime.deadline(it.closesAt, in: texts.clock)]]
        points =
            it.state == .terminated
            ? [] : (1...4).map { texts["published_results.coming.point_\($0)"] }
        questionnaireHref = "/questionnaires/\(it.number)"
    }

    private init(points: [String]) {
        (title, crumbs, when) = ("满意度调查：结果", [Crumb(href: "/", text: "首页")], "整理以后公布。")
        (self.points, questionnaireHref) = (points, "/q")
    }

    static let samples = [ComingResultsPage(points: ["各题的数字"]), ComingResultsPage(points: [])]
}
