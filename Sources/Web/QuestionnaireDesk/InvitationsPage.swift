import Participation
import Text

/// The batches of invitation codes of a questionnaire; right after one is made, its codes, this once.
struct InvitationsPage: Page {
    static let template = "builder/invitations"

    struct Batch: Sendable {
        let number: Int
        let at: String
        let count: Int
        let used: Int
    }

    let title: String
    let crumbs: [Crumb]
    let head: QuestionnaireHead
    let action: String
    /// Where somebody goes with a code.
    let publicAddress: String
    let codes: Filled<String>?
    let batches: Filled<Batch>?
    let mayMake: Bool
    let count: String
    /// The newest batch, so that sending the form again makes no other.
    let seen: Int
    let errors: FormErrors

    init(
        _ it: DeskQuestionnaire, _ batches: [MakeInvitations.Batch], codes: [QueryCode] = [], count: String = "50",
        publicURL: String, errors: FormErrors = FormErrors(), for staff: StaffActor, _ texts: Texts
    ) {
        title = it.title
        crumbs = texts.crumbs(to: it)
        head = QuestionnaireHead(it, here: .invitations, for: staff, texts)
        (action, publicAddress) = (it.address + "/invitations", "\(publicURL)/questionnaires/\(it.number)")
        self.codes = Filled(codes.map(\.spoken))
        self.batches = Filled(
            batches.map {
                Batch(
                    number: $0.batch, at: ChinaTime.minute($0.madeAt, in: texts.clock), count: $0.count, used: $0.used)
            })
        mayMake = it.isEditable(by: staff)
        (self.count, self.errors, seen) = (count, errors, batches.last?.batch ?? 0)
    }

    private init(codes: Filled<String>?, batches: Filled<Batch>?, mayMake: Bool) {
        (title, crumbs, head) = ("满意度调查", [Crumb(href: "/desk", text: "工作台")], .sample)
        (action, publicAddress) = ("/i", "https://minyi.example/questionnaires/Q-1")
        (self.codes, self.batches, self.mayMake, count, seen) = (codes, batches, mayMake, "50", 1)
        errors = FormErrors("count", "请写 1 到 2000。")
    }

    static let samples = [
        InvitationsPage(
            codes: Filled(["4072 9518 3364"]), batches: Filled([Batch(number: 1, at: "11月26日", count: 50, used: 3)]),
            mayMake: true), InvitationsPage(codes: nil, batches: nil, mayMake: false),
    ]
}
