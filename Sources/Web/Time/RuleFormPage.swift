import Participation
import Text

/// A new version of a rule, filled with what holds now.
struct RuleFormPage: Page {
    static let template = "time/rule-form"

    let title: String
    let crumbs: [Crumb]
    let action: String
    let now: String
    let form: RuleForm
    let errors: FormErrors

    init(_ rule: LegalRule, form: RuleForm, errors: FormErrors, _ texts: Texts) {
        title = texts["rules.new_title", ["name": rule.name]]
        crumbs = [
            Crumb(href: "/desk", text: texts["nav.desk"]), Crumb(href: "/desk/rules", text: texts["rules.title"]),
        ]
        action = "/desk/rules/\(rule.id)/new"
        now = texts["rules.now", ["amount": texts.amount(rule), "basis": rule.basis]]
        (self.form, self.errors) = (form, errors)
    }

    private init(form: RuleForm) {
        (title, crumbs, action, now) = ("新规定", [Crumb(href: "/desk", text: "工作台")], "/desk/rules/1/new", "现在是5个工作日")
        self.form = form
        errors = FormErrors(
            ["amount", "counting", "due_hour", "roll_over", "basis", "scope", "unit", "valid_from"].map {
                ($0, "请改一下这里。")
            })
    }

    static let samples = [
        RuleFormPage(
            form: RuleForm(
                amount: "5", counting: "days_working", dueHour: "24", rollOver: "none", basis: "县规定", scope: "全县",
                binding: true, unit: "", validFrom: "2026-12-01",
                units: [Choice(value: "2", text: "县民政局", chosen: true)],
                countings: [Choice(value: "days_working", text: "工作日", chosen: true)],
                rollOvers: [Choice(value: "none", text: "不顺延", chosen: true)]))
    ]
}

/// A rule's version as typed.
struct RuleForm: Sendable {
    let amount: String
    let counting: String
    let dueHour: String
    let rollOver: String
    let basis: String
    let scope: String
    let binding: Bool
    let unit: String
    let validFrom: String
    let units: [Choice]
    let countings: [Choice]
    let rollOvers: [Choice]
}

extension RuleForm {
    private static let ways: [(key: String, measure: LegalRule.Measure, dayKind: LegalRule.DayKind)] = [
        ("days_working", .days, .working), ("days_calendar", .days, .calendar), ("hours_working", .hours, .working),
        ("hours_calendar", .hours, .calendar),
    ]

    /// What was typed, or the rule as it is.
    /// - Parameter form: nil before anything was typed.
    init(_ form: FormData?, rule: LegalRule, units: [Unit], _ texts: Texts) {
        let unit = form?.string("unit") ?? rule.unitID.map(String.init) ?? ""
        let counting = form?.string("counting") ?? "\(rule.measure.rawValue)_\(rule.dayKind.rawValue)"
        let rollOver = form?.string("roll_over") ?? rule.rollOver.rawValue
        self.init(
            amount: form?.string("amount") ?? String(rule.amount), counting: counting,
            dueHour: form?.string("due_hour") ?? String(rule.dueHour), rollOver: rollOver,
            basis: form?.string("basis") ?? "", scope: form?.string("scope") ?? "",
            binding: form?.bool("binding") ?? false,
            unit: unit, validFrom: form?.string("valid_from") ?? "",
            units: units.filter { $0.validUntil == nil }.map {
                Choice(value: String($0.id), text: $0.name, chosen: String($0.id) == unit)
            },
            // Only what is owed by a moment can be counted in hours.
            countings: Self.ways.filter { rule.kind == .limit || $0.measure == .days }.map {
                Choice(value: $0.key, text: texts["rules.countings.\($0.key)"], chosen: $0.key == counting)
            },
            rollOvers: LegalRule.RollOver.allCases.map {
                Choice(
                    value: $0.rawValue, text: texts["rules.roll_overs.\($0.rawValue)"], chosen: $0.rawValue == rollOver)
            })
    }

    /// The version that was typed, or what is wrong with it.
    func version(of rule: LegalRule, _ texts: Texts) throws(FormErrors) -> AddRuleVersion {
        var errors = FormErrors()
        let (amount, hour) = (Int(amount), Int(dueHour))
        let way = Self.ways.first { $0.key == counting && countings.map(\.value).contains($0.key) }
        let roll = LegalRule.RollOver(rawValue: rollOver)
        errors.require((0...3650).contains(amount ?? -1), "amount", texts["rules.errors.amount"])
        errors.require(way != nil, "counting", texts["rules.errors.counting"])
        errors.require((1...24).contains(hour ?? 0), "due_hour", texts["rules.errors.due_hour"])
        errors.require(
            roll == LegalRule.RollOver.none || roll != nil && rule.kind == .limit && counting == "days_calendar",
            "roll_over",
            texts["rules.errors.roll_over"])
        errors.require((1...300).contains(basis.unicodeScalars.count), "basis", texts["rules.errors.basis"])
        errors.require(scope.unicodeScalars.count <= 300, "scope", texts["rules.errors.scope"])
        errors.require(unit.isEmpty || units.contains { $0.value == unit }, "unit", texts["rules.errors.unit"])
        let day = CalendarDate(validFrom)
        errors.require(day != nil, "valid_from", texts["rules.errors.valid_from"])
        guard errors.isEmpty, let amount, let hour, let way, let roll, let day else { throw errors }
        return AddRuleVersion(
            ruleID: rule.id,
            limit: Limit(
                amount: amount, measure: way.measure, dayKind: way.dayKind, dueHour: hour, rollOver: roll),
            basis: basis, scope: scope, binding: binding, unitID: Int(unit), validFrom: day)
    }
}
