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
    /// What another has saved meanwhile, where it differs from what is in the form.
    let theirs: Filled<Fact>?
    let fields: [DeskForm.Field]
    let errors: FormErrors

    init(
        _ form: SettingsForm, of it: DeskQuestionnaire, seen: String, meanwhile: SettingsForm? = nil,
        hosts: [QuestionnaireSettings.Host], errors: FormErrors = FormErrors(), for staff: StaffActor, _ texts: Texts
    ) {
        title = it.title
        crumbs = texts.crumbs(to: it)
        head = QuestionnaireHead(it, here: .settings, for: staff, texts)
        (action, self.seen, self.errors) = (it.address + "/settings", seen, errors)
        mayEdit = it.state == .preparing && it.isEditable(by: staff)
        fields = form.fields(errors: errors, hosts: hosts, texts)
        theirs = meanwhile.flatMap {
            Filled(
                DeskForm.Field.differing(
                    $0.fields(errors: FormErrors(), hosts: hosts, texts),
                    from: form.fields(errors: FormErrors(), hosts: hosts, texts), texts))
        }
        note = meanwhile != nil ? texts["builder.settings.meanwhile"] : mayEdit ? nil : texts["builder.settings.fixed"]
    }

    private init(mayEdit: Bool) {
        (title, crumbs, head) = ("满意度调查", [Crumb(href: "/desk", text: "工作台")], .sample)
        (action, seen, self.mayEdit, note) = ("/a", "3", mayEdit, mayEdit ? "刚才有人改过。" : "已经固定。")
        fields = [DeskForm.Field(id: "purpose", label: "目的", error: "太长了", .area(rows: 3), text: "…")]
        theirs = mayEdit ? Filled([Fact(label: "咨询电话", text: "123")]) : nil
        errors = FormErrors("purpose", "太长了")
    }

    static let samples = [QuestionnaireSettingsPage(mayEdit: true), QuestionnaireSettingsPage(mayEdit: false)]
}
