import Participation

/// Purpose, who may answer, dates, limits, results of one questionnaire.
struct QuestionnaireSettingsPage: Page {
    static let template = "builder/settings"

    let title: String
    let crumbs: [Crumb]
    let head: QuestionnaireHead
    let action: String
    let seen: String
    let mayEdit: Bool
    let note: String?
    let fields: [DeskForm.Field]
    let errors: FormErrors

    init(
        _ form: SettingsForm, of it: DeskQuestionnaire, seen: String, notice: String? = nil,
        errors: FormErrors = FormErrors(), for staff: StaffActor, _ texts: Texts
    ) {
        title = it.title
        crumbs = texts.crumbs(to: it)
        head = QuestionnaireHead(it, here: .settings, for: staff, texts)
        (action, self.seen, self.errors) = (it.address + "/settings", seen, errors)
        mayEdit = it.state == .preparing && it.isEditable(by: staff)
        note = notice ?? (mayEdit ? nil : texts["builder.settings.fixed"])
        fields = form.fields(errors: errors, texts)
    }

    private init(mayEdit: Bool) {
        (title, crumbs, head) = ("满意度调查", [Crumb(href: "/desk", text: "工作台")], .sample)
        (action, seen, self.mayEdit, note) = ("/a", "3", mayEdit, mayEdit ? nil : "已经固定。")
        fields = [DeskForm.Field(id: "purpose", label: "目的", error: "太长了", .area(rows: 3), text: "…")]
        errors = FormErrors("purpose", "太长了")
    }

    static let samples = [QuestionnaireSettingsPage(mayEdit: true), QuestionnaireSettingsPage(mayEdit: false)]
}
