import Participation
import Text

/// The form of a procedure: new, or one that is still in preparation.
struct ProcedureFormPage: Page {
    static let template = "procedures/form"

    struct Rule: Sendable {
        let value: String
        let name: String
        let basis: String
        let scope: String
        let chosen: Bool
    }

    /// A set of radio buttons below one legend.
    struct Ask: Sendable {
        let name: String
        let label: String
        let choices: [Choice]
    }

    /// A planned day after closing.
    struct Due: Sendable {
        let name: String
        let label: String
        let value: String
        let error: SettingsPage.Fault?
    }

    let title: String
    let crumbs: [Crumb]
    let action: String
    let back: String
    let isNew: Bool
    let mayOrganise: Bool
    let name: String
    let units: [Choice]
    /// The organising unit where it cannot be chosen any more.
    let unit: String?
    let editions: Filled<Choice>?
    let rules: [Rule]
    let noRule: Bool
    let legalBasis: String
    let explanatoryNote: String
    let opensOn: String
    let opensTime: String
    let closesOn: String
    let closesTime: String
    let shorteningReason: String
    let period: PeriodStrip?
    let contactPhone: String
    let contactAddress: String
    let contactPostcode: String
    let contactEmail: String
    let asks: [Ask]
    let commentsShown: Bool
    let dues: [Due]
    let errors: FormErrors

    /// - Parameter procedure: the one that is changed; nil for a new one.
    init(
        _ form: ProcedureForm, of procedure: Procedure?, units: [Unit], setting: ProcedurePlan.Setting,
        mayOrganise: Bool, errors: FormErrors, _ texts: Texts
    ) {
        let input = form.input
        let address = procedure.map { "/desk/procedures/\($0.number)" }
        title = texts[procedure == nil ? "procedures.new" : "procedures.edit"]
        crumbs =
            [
                Crumb(href: "/desk", text: texts["nav.desk"]),
                Crumb(href: "/desk/procedures", text: texts["procedures.title"]),
            ] + (procedure.map { [Crumb(href: address ?? "", text: $0.title)] } ?? [])
        action = address.map { $0 + "/edit" } ?? "/desk/procedures/new"
        back = address ?? "/desk/procedures"
        (isNew, self.mayOrganise, self.errors) = (procedure == nil, mayOrganise, errors)
        name = input.title
        self.units = units.map { Choice(value: String($0.id), text: $0.name, chosen: $0.id == input.unitID) }
        unit = procedure?.unitName
        editions = Filled(
            setting.editions.filter {
                guard let procedure else { return $0.isOpen || $0.editionID == input.editionID }
                return $0.draftID == procedure.draftID
            }.map {
                Choice(
                    value: String($0.editionID),
                    text: texts[
                        $0.isText ? "procedures.text_edition" : "procedures.edition",
                        ["title": $0.title, "ordinal": $0.ordinal, "rows": $0.rows]],
                    chosen: $0.editionID == input.editionID)
            })
        rules = ProcedureForm.rules(in: setting, chosen: input.ruleID).map { Rule($0, chosen: input.ruleID, texts) }
        noRule = input.ruleID == nil
        (legalBasis, explanatoryNote) = (input.legalBasis, input.explanatoryNote)
        (opensOn, opensTime) = (form.opensOn, form.opensTime)
        (closesOn, closesTime) = (form.closesOn, form.closesTime)
        shorteningReason = input.shorteningReason
        period = ProcedurePlan.period(of: input, in: setting).period.map { period in
            PeriodStrip(
                period, opensAt: ChinaTime.parse(input.opensAt), rule: setting.rules.first { $0.id == input.ruleID },
                reason: input.shorteningReason, texts)
        }
        (contactPhone, contactAddress) = (input.contactPhone, input.contactAddress)
        (contactPostcode, contactEmail) = (input.contactPostcode, input.contactEmail)
        asks = [("name_rule", input.nameRule), ("phone_rule", input.phoneRule)].map { field, chosen in
            Ask(
                name: field, label: texts["procedures.labels.\(field)"],
                choices: ["none", "optional", "required"].map {
                    Choice(value: $0, text: texts["procedures.asks.\($0)"], chosen: $0 == chosen)
                })
        }
        commentsShown = input.commentsShown
        dues = [
            ("revision_due_on", input.revisionDueOn), ("publication_due_on", input.publicationDueOn),
            ("result_due_on", input.resultDueOn),
        ].map { field, value in
            Due(
                name: field, label: texts["procedures.labels.\(field)"], value: value,
                error: errors[field: field].map { SettingsPage.Fault(id: "\(field)-error", text: $0) })
        }
    }
}

extension ProcedureFormPage.Rule {
    fileprivate init(_ rule: LegalRule, chosen: Int?, _ texts: Texts) {
        value = String(rule.id)
        name =
            texts["procedures.rule_\(rule.dayKind.rawValue)", ["name": rule.name, "count": rule.amount]]
            + texts[rule.binding ? "procedures.binding" : "procedures.not_binding"]
        (basis, scope) = (rule.basis, rule.scope)
        self.chosen = rule.id == chosen
    }
}

extension ProcedureFormPage {
    private init(isNew: Bool, editions: Filled<Choice>?, period: PeriodStrip?) {
        title = "发起征求意见"
        crumbs = [Crumb(href: "/desk", text: "工作台")]
        (action, back) = ("/desk/procedures/new", "/desk/procedures")
        (self.isNew, mayOrganise, self.editions, self.period) = (isNew, isNew, editions, period)
        let choice = Choice(value: "1", text: "县民政局", chosen: true)
        (name, units, unit) = ("目录（征求意见稿）", [choice], isNew ? nil : "县民政局")
        rules = [Rule(value: "1", name: "目录征求意见，7 天", basis: "龙府办〔2020〕58号", scope: "没有法定期限", chosen: true)]
        noRule = true
        (legalBasis, explanatoryNote, shorteningReason) = ("依据", "说明", "理由")
        (opensOn, opensTime, closesOn, closesTime) = ("2026-11-24", "00:00", "2026-12-01", "24:00")
        (contactPhone, contactAddress, contactPostcode, contactEmail) = ("0762", "老隆镇", "517300", "a@b.cn")
        asks = [Ask(name: "name_rule", label: "姓名", choices: [choice])]
        commentsShown = true
        dues = [
            Due(
                name: "result_due_on", label: "公布采纳情况", value: "2026-12-15",
                error: SettingsPage.Fault(id: "result_due_on-error", text: "请改一下这里。"))
        ]
        errors = FormErrors(
            [
                "title", "unit", "edition", "rule", "legal_basis", "explanatory_note", "opens_at", "closes_at",
                "shortening_reason", "contact_phone", "contact_address", "contact_postcode", "contact_email",
            ].map { ($0, "请改一下这里。") })
    }

    static let samples = [
        ProcedureFormPage(
            isNew: true, editions: Filled([Choice(value: "1", text: "目录 第 1 稿", chosen: true)]),
            period: PeriodStrip.sample),
        ProcedureFormPage(isNew: false, editions: nil, period: nil),
    ]
}
