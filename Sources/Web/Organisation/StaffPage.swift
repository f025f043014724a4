import Participation

/// The people who can sign in, and the forms that add or change one, switch one off, or arrange a substitute.
struct StaffPage: Page {
    static let template = "organisation/staff"

    struct Entry: Sendable {
        let id: Int
        let signInName: String
        let displayName: String
        let unit: String
        let roles: String
        let email: String
        let active: Bool
        let isMe: Bool
        /// For the form that changes unit and roles.
        let unitChoices: [Choice]
        let roleChoices: [Choice]
    }

    struct Substitution: Sendable {
        let id: Int
        let text: String
        /// Whether it is this colleague's to end.
        let mayEnd: Bool
    }

    let title: String
    let accounts: [Entry]
    let units: [Choice]
    let roles: [Choice]
    let substitutions: [Substitution]
    /// Whose absence this colleague may arrange.
    let absent: [Choice]
    let substitutes: [Choice]
    let mayChange: Bool
    /// Where this colleague's own notices go, and whether they come.
    let myNotices: String
    let wantsNotices: Bool
    let name: String
    let displayName: String
    let email: String
    let today: String
    let errors: FormErrors

    init(
        accounts: [Account], units: [Unit], substitutions: [Participation.Substitution], today: String,
        staff: StaffActor, form: FormData = FormData(), errors: FormErrors = .init(), texts: Texts
    ) {
        let mayChange = staff.has(.administrator)
        title = texts["staff.title"]
        self.accounts = accounts.map { Entry($0, units: units, isMe: $0.id == staff.staffID, texts) }
        self.units = Choice.units(units, chosen: form.string("unit"))
        roles = Choice.roles(chosen: Set(form.strings("roles")), texts)
        self.substitutions = substitutions.map {
            Substitution(
                id: $0.id,
                text: texts[
                    "staff.substitution",
                    ["absent": $0.absentName, "substitute": $0.substituteName, "from": $0.fromOn, "until": $0.untilOn]],
                mayEnd: mayChange || $0.absentID == staff.staffID)
        }
        let active = accounts.filter(\.active)
        absent = Choice.people(active.filter { mayChange || $0.id == staff.staffID }, chosen: form.int("absent"))
        substitutes = Choice.people(active, chosen: form.int("substitute"))
        self.mayChange = mayChange
        self.today = today
        let mine = accounts.first { $0.id == staff.staffID }
        wantsNotices = mine?.wantsNotices ?? false
        myNotices =
            switch mine?.email {
            case nil, ""?: texts["staff.notices_nowhere"]
            case let address? where wantsNotices: texts["staff.notices_come", ["email": address]]
            case let address?: texts["staff.notices_stay_away", ["email": address]]
            }
        name = form.string("name")
        displayName = form.string("display")
        email = form.string("email")
        self.errors = errors
    }

    private init(wantsNotices: Bool, errors: FormErrors) {
        let unit = Choice(value: "441622-D08", text: "县民政局", chosen: true)
        let role = Choice(value: "organiser", text: "组织", chosen: true)
        let person = Choice(value: "1", text: "陈某 · 县民政局", chosen: true)
        title = "人员"
        accounts = [
            Entry(
                id: 1, signInName: "chen", displayName: "陈某", unit: "县民政局", roles: "组织、经办",
                email: "chen@county.example", active: true, isMe: true,
                unitChoices: [unit], roleChoices: [role]),
            Entry(
                id: 2, signInName: "li", displayName: "李某", unit: "县民政局", roles: "审签", email: "", active: false,
                isMe: false,
                unitChoices: [unit], roleChoices: [role]),
        ]
        (units, roles) = ([unit], [role])
        substitutions = [Substitution(id: 1, text: "李某代陈某，2026-11-24 至 2026-11-30", mayEnd: true)]
        (absent, substitutes) = ([person], [person])
        mayChange = true
        myNotices = "通知发到 chen@county.example。"
        self.wantsNotices = wantsNotices
        name = "wang"
        displayName = "王某"
        email = "wang@county.example"
        today = "2026-11-24"
        self.errors = errors
    }

    static let samples = [
        StaffPage(
            wantsNotices: true,
            errors: FormErrors(
                ["name", "display", "password", "email", "unit", "substitute", "until"].map { ($0, "请改一下这里。") })),
        StaffPage(wantsNotices: false, errors: FormErrors()),
    ]
}

extension StaffPage.Entry {
    fileprivate init(_ account: Account, units: [Unit], isMe: Bool, _ texts: Texts) {
        (id, signInName, displayName) = (account.id, account.signInName, account.displayName)
        (unit, email, active, self.isMe) = (account.unitName, account.email, account.active, isMe)
        roles = account.roles.map { texts["staff.roles.\($0)"] }.joined(separator: texts["staff.separator"])
        unitChoices = Choice.units(units, chosen: units.first { $0.id == account.unitID }?.code ?? "")
        roleChoices = Choice.roles(chosen: Set(account.roles), texts)
    }
}

extension Choice {
    /// The units that exist, and the one that is chosen.
    fileprivate static func units(_ units: [Unit], chosen: String) -> [Self] {
        units.filter { $0.validUntil == nil || $0.code == chosen }.map {
            Self(value: $0.code, text: $0.name, chosen: $0.code == chosen)
        }
    }

    fileprivate static func roles(chosen: Set<String>, _ texts: Texts) -> [Self] {
        StaffRole.allCases.map {
            Self(
                value: $0.rawValue, text: texts["staff.roles.\($0.rawValue)"], chosen: chosen.contains($0.rawValue))
        }
    }

    fileprivate static func people(_ accounts: [Account], chosen: Int?) -> [Self] {
        accounts.map {
            Self(value: String($0.id), text: "\($0.displayName) · \($0.unitName)", chosen: $0.id == chosen)
        }
    }
}
