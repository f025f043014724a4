import Participation

/// The units of the county, those that have ended with their successors, and the form that hands one over to another.
struct UnitsPage: Page {
    static let template = "organisation/units"

    struct Entry: Sendable {
        let id: Int
        let code: String
        let name: String
        let kind: String
        /// Until when it existed and who took over; nil while it exists.
        let ended: String?
        /// Chosen in the form to be handed over, or to take over.
        var isOld = false
        var isNew = false
    }

    let title: String
    let units: [Entry]
    let current: [Entry]
    let today: String
    let mayChange: Bool
    let errors: FormErrors
    let newCode: String
    let newName: String
    /// What a handover would do, once it is asked for; it happens with the second press.
    let handover: String?
    /// Which handover the second press confirms.
    let confirms: String

    init(
        units found: [Unit], today: String, mayChange: Bool, form: FormData = FormData(), errors: FormErrors = .init(),
        handover: String? = nil, texts: Texts
    ) {
        title = texts["units.title"]
        units = found.map { unit in
            Entry(
                id: unit.id, code: unit.code, name: unit.name, kind: texts["units.kinds.\(unit.kind.rawValue)"],
                ended: unit.validUntil.map {
                    texts["units.ended", ["day": $0, "successor": unit.successorName ?? "—"]]
                }, isOld: unit.id == form.int("unit"), isNew: unit.id == form.int("successor"))
        }
        self.handover = handover
        confirms = Self.handoverKey(form)
        current = units.filter { $0.ended == nil }
        self.today = today
        self.mayChange = mayChange
        self.errors = errors
        newCode = form.string("code")
        newName = form.string("name")
    }

    /// The handover that a form asks for, so that a second press confirms the same and no other.
    static func handoverKey(_ form: FormData) -> String {
        ["unit", "successor", "on"].map(form.string).joined(separator: " ")
    }

    private init(units: [Entry], errors: FormErrors) {
        title = "单位"
        self.units = units
        current = units
        today = "2026-11-24"
        mayChange = true
        self.errors = errors
        newCode = "441622-D99"
        newName = "县某局"
        handover = "县教育局将由县某局承接。"
        confirms = "1 2 2026-11-24"
    }

    static let samples = [
        UnitsPage(
            units: [
                Entry(id: 1, code: "441622-D04", name: "县教育局", kind: "部门", ended: nil, isOld: true, isNew: true),
                Entry(id: 2, code: "441622-D21", name: "县扶贫工作组", kind: "部门", ended: "2021-05-25 起由县乡村振兴局承接"),
            ], errors: FormErrors(["code", "name", "successor", "on"].map { ($0, "请改一下这里。") }))
    ]
}
