import Participation
import Slips
import Text

/// The batches of invitation codes of a questionnaire; right after one is made, its codes, this once.
struct InvitationsPage: Page {
    static let template = "builder/invitations"

    struct Batch: Sendable {
        let number: Int
        let at: String
        let count: Int
        let used: Int
        let voided: Int
        /// Why what was not used counts no longer.
        let reason: String?
    }

    /// Codes that are shown this once.
    struct Made: Sendable {
        let codes: [String]
        /// A QR code of the address, drawn beside each of them.
        let qrMarkup: Markup
        /// What stands on each of them besides: who asks, how often and until when it counts, whom to call.
        let slip: [String]
        let fileAction: String
        /// Batch and codes, signed: the file is made of what comes back, as they are kept nowhere.
        let file: String
    }

    /// Makes what is not used of a batch void.
    struct Voiding: Sendable {
        let action: String
        let fields: [DeskForm.Field]
        /// Must be ticked.
        let confirmation: String
    }

    let title: String
    let crumbs: [Crumb]
    let head: QuestionnaireHead
    let action: String
    /// Where somebody goes with a code.
    let publicAddress: String
    let made: Made?
    let batches: Filled<Batch>?
    let mayMake: Bool
    /// Absent where none is left.
    let voiding: Voiding?
    let count: String
    /// The newest batch, so that sending the form again makes no other.
    let seen: Int
    let errors: FormErrors

    init(
        _ it: DeskQuestionnaire, _ batches: [MakeInvitations.Batch], made: (codes: [QueryCode], file: String)? = nil,
        typed: FormData, publicAddress: String, errors: FormErrors = FormErrors(), for staff: StaffActor, _ texts: Texts
    ) {
        title = it.title
        crumbs = texts.crumbs(to: it)
        head = QuestionnaireHead(it, here: .invitations, for: staff, texts)
        let action = it.address + "/invitations"
        (self.action, self.publicAddress) = (action, publicAddress)
        let until = ChinaTime.deadline(it.closesAt, in: texts.clock)
        var slip = [it.unitName, texts["builder.invitations.slip_once", ["until": until]]]
        if !it.contactPhone.isEmpty {
            slip.append(texts["builder.invitations.slip_contact", ["phone": it.contactPhone]])
        }
        self.made = made.map {
            Made(
                codes: $0.codes.map(\.spoken),
                qrMarkup: Markup(trusted: (try? QRCode(publicAddress).symbol("invitation-qr")) ?? ""),
                slip: slip, fileAction: action + ".csv", file: $0.file)
        }
        self.batches = Filled(
            batches.map {
                Batch(
                    number: $0.batch, at: ChinaTime.minute($0.madeAt, in: texts.clock), count: $0.count, used: $0.used,
                    voided: $0.voided, reason: $0.voidReason)
            })
        mayMake = it.isEditable(by: staff)
        let left = mayMake ? batches.filter { $0.open > 0 } : []
        // The newest is what somebody has just got wrong.
        let chosen = typed.int("batch") ?? left.last?.batch
        voiding =
            left.isEmpty
            ? nil
            : Voiding(
                action: action + "/void",
                fields: [
                    DeskForm.Field(
                        id: "batch", label: texts["builder.invitations.batch"], error: errors[field: "batch"],
                        .select(
                            left.map {
                                Choice(
                                    value: String($0.batch),
                                    text: texts[
                                        "builder.invitations.void_batch", ["number": $0.batch, "count": $0.open]],
                                    chosen: $0.batch == chosen)
                            })),
                    DeskForm.Field(
                        id: "reason", label: texts["builder.steps.reason"],
                        hint: texts["builder.invitations.void_hint"], error: errors[field: "reason"], .area(rows: 2),
                        text: typed.exactly("reason")),
                ], confirmation: texts["builder.invitations.void_confirm"])
        count = typed.has("count") ? typed.string("count") : "50"
        (self.errors, seen) = (errors, batches.last?.batch ?? 0)
    }

    private init(made: Made?, batches: Filled<Batch>?, mayMake: Bool, voiding: Voiding?) {
        (title, crumbs, head) = ("满意度调查", [Crumb(href: "/desk", text: "工作台")], .sample)
        (action, publicAddress) = ("/i", "https://minyi.example/questionnaires/Q-1")
        (self.made, self.batches, self.mayMake, self.voiding) = (made, batches, mayMake, voiding)
        (count, seen) = ("50", 1)
        errors = FormErrors("count", "请写 1 到 2000。")
    }

    static let samples = [
        InvitationsPage(
            made: Made(
                codes: ["4072 9518 3364"], qrMarkup: Markup(trusted: "<svg></svg>"),
                slip: ["县民政局", "只能用一次，2026年12月1日24时截止。"], fileAction: "/i.csv", file: "1.2.3"),
            batches: Filled([
                Batch(number: 1, at: "11月26日", count: 50, used: 3, voided: 0, reason: nil),
                Batch(number: 2, at: "11月27日", count: 50, used: 3, voided: 47, reason: "信寄丢了。"),
            ]), mayMake: true,
            voiding: Voiding(
                action: "/i/void", fields: [DeskForm.Field(id: "reason", label: "原因", .area(rows: 2))],
                confirmation: "确实作废")),
        InvitationsPage(made: nil, batches: nil, mayMake: false, voiding: nil),
    ]
}
