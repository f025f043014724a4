import Participation

/// The questionnaire for pen and paper, to be printed by the browser.
struct PaperFormPage: Page {
    static let template = "builder/paper"

    let title: String
    let crumbs: [Crumb]
    let head: QuestionnaireHead
    let sheet: PaperForm
    let formHref: String?
    let posterHref: String?

    init(_ it: DeskQuestionnaire, _ sheet: PaperForm, hasPDF: Bool, for staff: StaffActor, _ texts: Texts) {
        title = it.title
        crumbs = texts.crumbs(to: it)
        head = QuestionnaireHead(it, here: .paper, for: staff, texts)
        self.sheet = sheet
        formHref = hasPDF ? it.address + "/form.pdf" : nil
        posterHref = hasPDF && it.state != .preparing ? it.address + "/poster.pdf" : nil
    }

    private init(href: String?) {
        (title, crumbs, head) = ("满意度调查", [Crumb(href: "/desk", text: "工作台")], .sample)
        (sheet, formHref, posterHref) = (.sample, href, href)
    }

    static let samples = [PaperFormPage(href: "/f"), PaperFormPage(href: nil)]
}

extension PaperForm {
    private init(sample parts: [Part]) {
        (title, facts, introduction) = ("满意度调查", ["县民政局"], ["谢谢您。"])
        (self.parts, closing, foot) = (parts, ["谢谢"], "Q-2026-000001-3")
    }

    static let sample = PaperForm(sample: [
        Part(
            heading: "您", condition: "只在…时回答",
            questions: [
                Asked(
                    number: "1", text: "您满意吗？", notes: ["必答"], boxes: ["□ 是"],
                    table: Table(heading: ["", "满意"], rows: [["窗口", "□"]]), lines: [0])
            ])
    ])
}
