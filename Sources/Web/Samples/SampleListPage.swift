import Participation
import Text

/// The telephone samples of a questionnaire, and the form that makes one.
struct SampleListPage: Page {
    static let template = "samples/list"

    struct Line: Sendable {
        let href: String
        let name: String
        let people: Int
        let done: Int
        let rate: String
    }

    let title: String
    let crumbs: [Crumb]
    let head: QuestionnaireHead
    let samples: Filled<Line>?
    /// The form of a new one; only for organisers, while it is not over.
    let mayMake: Bool
    let action: String
    let fields: [DeskForm.Field]
    let errors: FormErrors

    init(
        _ it: DeskQuestionnaire, _ samples: [Sample], form: SampleForm, errors: FormErrors, for staff: StaffActor,
        _ texts: Texts
    ) {
        title = it.title
        crumbs = texts.crumbs(to: it)
        head = QuestionnaireHead(it, here: .samples, for: staff, texts)
        self.samples = Filled(
            samples.map {
                Line(
                    href: "\(it.address)/samples/\($0.id)", name: $0.name, people: $0.people, done: $0.done,
                    rate: texts.rate($0))
            })
        mayMake = it.mayHaveSamples(made: staff)
        (action, self.errors) = (it.address + "/samples", errors)
        fields = form.fields(errors: errors, texts)
    }

    private init(samples: Filled<Line>?, mayMake: Bool) {
        (title, crumbs, head) = ("满意度调查", [Crumb(href: "/desk", text: "工作台")], .sample)
        (self.samples, self.mayMake, action) = (samples, mayMake, "/s")
        errors = FormErrors("name", "请填写。")
        fields = [DeskForm.Field(id: "name", label: "名称", error: "请填写。", .line)]
    }

    static let samples = [
        SampleListPage(
            samples: Filled([Line(href: "/s/1", name: "电话样本", people: 60, done: 12, rate: "20%")]), mayMake: true),
        SampleListPage(samples: nil, mayMake: false),
    ]
}

extension DeskQuestionnaire {
    /// On the telephone nobody can be verified.
    var voiceAllowsSamples: Bool { voice != .person }

    /// Whether samples may still be made and filled by this person.
    func mayHaveSamples(made staff: StaffActor) -> Bool {
        staff.has(.organiser, in: [unitID]) && [.announced, .open, .suspended].contains(state) && voiceAllowsSamples
    }

    /// Whether somebody may be called now.
    func isCalled(by staff: StaffActor) -> Bool {
        (staff.has(.organiser, in: [unitID]) || staff.has(.clerk, in: [unitID])) && state == .open && now < closesAt
    }
}

extension Texts {
    /// In percent, or a stroke where there is nobody yet.
    func rate(_ sample: Sample) -> String {
        sample.responseRate.map { "\((1000 * $0).rounded() / 10)%" } ?? "–"
    }
}
