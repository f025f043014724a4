import Participation

/// The people who can sign in, and the forms that add one, switch one off, or arrange a substitute.
struct StaffPage: Page {
    static let template = "organisation/staff"

    struct Entry: Sendable {
        let id: Int
        let signInName: String
        let displayName: String
        let unit: String
        let roles: String
        let active: Bool
    }

    struct Choice: Sendable {
        let value: String
        let text: String
        let chosen: Bool
    }

    struct Substitution: Sendable {
        let id: Int
        let text: String
    }

    let title: String
    let accounts: [Entry]
    let units: [Choice]
    let roles: [Choice]
    let substitutions: [Substitution]
    let mayChange: Bool
    let name: String
    let displayName: String
    let today: String
    let errors: FormErrors

    init(
        accounts: [Account], units: [Unit], substitutions: [Participation.Substitution], today: String, mayChange: Bool,
        form: FormData = FormData(), errors: FormErrors = .init(), texts: Texts
    ) {
        title = texts["staff.title"]
        self.accounts = accounts.map { account in
            Entry(
                id: account.id, signInName: account.signInName, displayName: account.displayName,
                unit: account.unitName,
                roles: account.roles.map { texts["staff.roles.\($0)"] }.joined(separator: texts["staff.separator"]),
                active: account.active)
        }
        let chosenUnit = form.string("unit")
        self.units = units.filter { $0.validUntil == nil }.map {
            Choice(value: $0.code, text: $0.name, chosen: $0.code == chosenUnit)
        }
        let chosenRoles = Set(form.strings("roles"))
        roles = StaffRole.allCases.map {
            Choice(
                value: $0.rawValue, text: texts["staff.roles.\($0.rawValue)"], chosen: chosenRoles.contains($0.rawValue)
            )
        }
        self.substitutions = substitutions.map {
            Substitution(
                id: $0.id,
                text: texts[
                    "staff.substitution",
                    ["absent": $0.absentName, "substitute": $0.substituteName, "from": $0.fromOn, "until": $0.untilOn]])
        }
        self.mayChange = mayChange
        self.today = today
        name = form.string("name")
        displayName = form.string("display")
        self.errors = errors
    }

    private init(errors: FormErrors) {
        title = "人员"
        accounts = [
            Entry(id: 1, signInName: "chen", displayName: "陈某", unit: "县民政局", roles: "组织、经办", active: true),
            Entry(id: 2, signInName: "li", displayName: "李某", unit: "县民政局", roles: "审签", active: false),
        ]
        units = [Choice(value: "441622-D08", text: "县民政局", chosen: true)]
        roles = [Choice(value: "organiser", text: "组织", chosen: true)]
        substitutions = [Substitution(id: 1, text: "李某代陈某，2026-11-24 至 2026-11-30")]
        mayChange = true
        name = "wang"
        displayName = "王某"
        today = "2026-11-24"
        self.errors = errors
    }

    static let samples = [
        StaffPage(
            errors: FormErrors(
                ["name", "display", "password", "unit", "substitute", "until"].map { ($0, "请改一下这里。") }))
    ]
}
