import Participation
import Questionnaires

/// What was read from a file, before anything is made of it.
struct QuestionnaireImportPage: Page {
    static let template = "builder/import"

    struct Lost: Sendable {
        let place: String
        let text: String
    }

    struct Asked: Sendable {
        let kind: String
        let text: String
    }

    let title: String
    let crumbs: [Crumb]
    let name: String
    let taken: String
    /// What keeps it from being opened as it stands.
    let toMend: String?
    let lost: Filled<Lost>?
    let lostText: String
    let questions: [Asked]
    let typedName: String
    let kind: String
    let unit: Int
    let upload: String

    init(
        _ file: QuestionnaireFile, form: NewQuestionnairePage.Form, unit: Int, upload: String, _ texts: Texts
    ) {
        title = texts["builder.import.title"]
        crumbs = [
            Crumb(href: "/desk", text: texts["nav.desk"]),
            Crumb(href: "/desk/questionnaires", text: texts["builder.list.title"]),
        ]
        let (content, lost) = (file.questionnaire, file.unsupported)
        name = form.name.isEmpty ? content.title : form.name
        taken = texts.taken(content)
        // A title can be given where it is made.
        let faults = QuestionnaireCheck(content).faults.count { $0.severity == .error && $0.kind != .emptyTitle }
        toMend = faults > 0 ? texts["builder.import.to_mend", ["count": faults]] : nil
        self.lost = Filled(lost.map { Lost(place: texts.place($0), text: texts.sentence($0)) })
        lostText = lost.isEmpty ? "" : texts["builder.import.unsupported", ["count": lost.count]]
        questions = content.questions.map {
            Asked(kind: texts["builder.kinds.\($0.kind.form.rawValue)"], text: $0.text)
        }
        (typedName, kind, self.unit, self.upload) = (form.name, form.kind.rawValue, unit, upload)
    }

    private init(lost: Filled<Lost>?) {
        (title, crumbs) = ("从文件读出的问卷", [Crumb(href: "/desk", text: "工作台")])
        (name, taken, self.lost, lostText) = ("满意度调查", "读出 13 道题", lost, "有 1 处带不过来")
        toMend = lost.map { _ in "有 1 处要改。" }
        questions = [Asked(kind: "单选", text: "您满意吗？")]
        (typedName, kind, unit, upload) = ("满意度调查", "questionnaire", 1, "u")
    }

    static let samples = [
        QuestionnaireImportPage(lost: nil),
        QuestionnaireImportPage(lost: Filled([Lost(place: "G1 · Q3", text: "题型 X")])),
    ]
}
