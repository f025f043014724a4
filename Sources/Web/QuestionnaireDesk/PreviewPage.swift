import Participation
import Questionnaires

/// A questionnaire as respondents will see it, page by page; what is filled in goes on from page to page in the form alone, and nowhere else.
struct PreviewPage: Page {
    static let template = "builder/preview"

    struct Carried: Sendable {
        let name: String
        let value: String
    }

    /// A page of it, to be filled in.
    struct Asked: Sendable {
        let introduction: [String]
        let progress: String
        let heading: String
        let code: String
        /// The questions that are on it.
        let codes: String
        /// That an answer has brought more of them.
        let notice: String?
        /// What was filled in on the others.
        let carried: [Carried]
        let groups: [FillPage.Group]
        let hasBack: Bool
        /// Something on it comes in another order for everyone.
        let isDrawn: Bool
    }

    /// What would have been sent.
    struct Ending: Sendable {
        let answers: Filled<Fact>?
        let notes: [String]
        let closing: [String]
    }

    let title: String
    let crumbs: [Crumb]
    let head: QuestionnaireHead
    let action: String
    /// As on a phone.
    let isNarrow: Bool
    /// Which of the orders that may be drawn.
    let order: Int
    /// From the first page again: as now, as on a computer, as on a phone.
    let again: String
    let wide: String
    let phone: String
    /// Why there is nothing to see.
    let refusal: String?
    let name: String
    let asked: Asked?
    let ending: Ending?
    let errors: FormErrors

    init(
        _ it: DeskQuestionnaire, refusal: String? = nil, asked: Asked? = nil, ending: Ending? = nil,
        errors: FormErrors = FormErrors(), _ look: PreviewLook, for staff: StaffActor, _ texts: Texts
    ) {
        title = it.title
        crumbs = texts.crumbs(to: it)
        head = QuestionnaireHead(it, here: .preview, for: staff, texts)
        (action, isNarrow, order, name) = (it.address + "/preview", look.isNarrow, look.order, it.content.title)
        again = look.address(of: action, isNarrow: isNarrow)
        (wide, phone) = (look.address(of: action, isNarrow: false), look.address(of: action, isNarrow: true))
        (self.refusal, self.asked, self.ending, self.errors) = (refusal, asked, ending, errors)
    }

    private init(isNarrow: Bool, refusal: String? = nil, asked: Asked? = nil, ending: Ending? = nil) {
        (title, crumbs, head) = ("满意度调查", [Crumb(href: "/desk", text: "工作台")], .sample)
        (action, self.isNarrow, order, name) = ("/p", isNarrow, 1, "满意度调查")
        (again, wide, phone) = ("/p?order=1", "/p?order=1", "/p?width=phone&order=1")
        (self.refusal, self.asked, self.ending) = (refusal, asked, ending)
        errors = FormErrors("a.single", "请选择。")
    }

    static let samples = [
        PreviewPage(
            isNarrow: true,
            asked: Asked(
                introduction: ["谢谢您。"], progress: "第 1 页，共 3 页", heading: "您", code: "p1", codes: "q1 q2",
                notice: "多了几道题。",
                carried: [Carried(name: "a.q1", value: "yes")],
                groups: [FillPage.Group(code: "g", title: "窗口", isOff: false, questions: QuestionPart.samples)],
                hasBack: true, isDrawn: true)),
        PreviewPage(isNarrow: false, refusal: "先改好。"),
        PreviewPage(
            isNarrow: true,
            ending: Ending(answers: Filled([Fact(label: "满意吗", text: "满意")]), notes: ["算在配额里。"], closing: ["谢谢"])),
        PreviewPage(isNarrow: false, ending: Ending(answers: nil, notes: [], closing: [])),
    ]
}

extension PreviewPage.Asked {
    init(
        _ page: Questionnaire.Page, of shown: ShownQuestionnaire, carried: [PreviewPage.Carried],
        isMore: Bool, _ setting: QuestionSetting
    ) {
        let index = shown.pages.firstIndex { $0.code == page.code } ?? 0
        introduction = index == 0 ? shown.introduction.paragraphs : []
        progress = setting.texts["builder.preview.page", ["number": index + 1, "count": shown.pages.count]]
        (heading, code, self.carried, hasBack) = (page.title, page.code, carried, index > 0)
        isDrawn = page.isDrawn
        codes = page.questions.map(\.code).joined(separator: " ")
        notice = isMore ? setting.texts["questionnaires.fill.more"] : nil
        groups = page.groups.map { FillPage.Group($0, in: setting) }
    }
}
