import Foundation
import Participation
import Text

/// The form of a notice of change: registration longer, nominated, moved, postponed, cancelled.
struct GatheringChangePage: Page {
    static let template = "gatherings/change"

    let title: String
    let crumbs: [Crumb]
    let action: String
    let back: String
    let fields: [DeskForm.Field]
    let errors: FormErrors

    init(_ form: FormData, of it: Gathering, categories: [GatheringCategory], errors: FormErrors, _ texts: Texts) {
        title = texts["gatherings.change.title"]
        crumbs = texts.crumbs(to: it)
        (action, back, self.errors) = (it.address + "/change", it.address, errors)
        func field(_ name: String, _ shape: DeskForm.Field.Shape, optional: Bool = true) -> DeskForm.Field {
            let hint = "gatherings.change.\(name)_hint"
            return DeskForm.Field(
                id: name, label: texts["gatherings.change.\(name)"], hint: texts.has(hint) ? texts[hint] : nil,
                error: errors[field: name], shape, text: form.exactly(name), optional: optional)
        }
        func choice(_ value: String, _ text: String, _ name: String) -> Choice {
            Choice(value: value, text: text, chosen: value == form.string(name))
        }
        let kinds = (it.kind == .hearing ? ["extended", "nominated"] : []) + ["moved", "postponed", "cancelled"]
        let kind = field(
            "kind", .radios(kinds.map { choice($0, texts["gatherings.changes.\($0)"], "kind") }), optional: false)
        let hearing = [
            field("registration_until", .day), field("registration_until_time", .line),
            field(
                "category",
                .select(
                    [choice("", texts["gatherings.person.no_category"], "category")]
                        + categories.map { choice(String($0.id), $0.name, "category") })), field("nominator", .line),
        ]
        fields =
            [kind] + (it.kind == .hearing ? hearing : []) + [
                field("starts_at", .day), field("starts_at_time", .line), field("ends_at", .day),
                field("ends_at_time", .line), field("place", .line), field("reason", .area(rows: 4), optional: false),
            ]
    }

    private init() {
        (title, crumbs, action, back) = ("变更", [Crumb(href: "/desk", text: "工作台")], "/a", "/b")
        fields = [DeskForm.Field(id: "reason", label: "理由", error: "请写明", .area(rows: 4))]
        errors = FormErrors("reason", "请写明")
    }

    static let samples = [GatheringChangePage()]

    /// The form as it is opened, with what holds now: only what changes is typed.
    static func present(_ it: Gathering) -> FormData {
        var fields = [FormData.Field(name: "place", value: it.place)]
        for (name, moment) in [("starts_at", it.startsAt), ("ends_at", it.endsAt)] {
            let parts = (moment.map(ChinaTime.input) ?? "").split(separator: "T").map(String.init)
            fields += zip([name, name + "_time"], parts).map { FormData.Field(name: $0, value: $1) }
        }
        return FormData(fields: fields)
    }

    /// The change a form asks for, or what is wrong with it.
    static func read(
        _ form: FormData, categories: [GatheringCategory], _ texts: Texts
    ) throws(FormErrors) -> GatheringChange {
        var errors = FormErrors()
        func missing(_ name: String) -> String {
            texts["gatherings.change.missing", ["label": texts["gatherings.change.\(name)"]]]
        }
        func moment(_ name: String) -> String { ProcedureForm.moment(form.string(name), form.string(name + "_time")) }
        var change: GatheringChange?
        switch form.string("kind") {
        case "extended":
            let until = ProcedurePlan.closing(moment("registration_until"))
            errors.require(until != nil, "registration_until", missing("registration_until"))
            change = until.map { .extended(registrationUntil: $0) }
        case "nominated":
            let category = categories.first { $0.id == form.int("category") }
            errors.require(category != nil, "category", missing("category"))
            errors.require(!form.string("nominator").isEmpty, "nominator", missing("nominator"))
            change = category.map { .nominated(categoryID: $0.id, nominator: form.string("nominator")) }
        case "moved":
            let (start, end) = (ChinaTime.parse(moment("starts_at")), ChinaTime.parse(moment("ends_at")))
            errors.require(start != nil, "starts_at", missing("starts_at"))
            errors.require(end != nil, "ends_at", missing("ends_at"))
            errors.require(!form.string("place").isEmpty, "place", missing("place"))
            if let start, let end {
                errors.require(start < end, "ends_at", texts["gatherings.change.order"])
                change = .moved(startsAt: start, endsAt: end, place: form.string("place"))
            }
        case "postponed": change = .postponed
        case "cancelled": change = .cancelled
        default: errors.add("kind", texts["gatherings.change.choose"])
        }
        // Else it would be refused only once it was reviewed, approved and published.
        errors.limit("nominator", of: form, to: 100, texts)
        errors.limit("place", of: form, to: 200, texts)
        errors.require(!form.string("reason").isEmpty, "reason", missing("reason"))
        errors.limit("reason", of: form, to: ProcedureChange.longestReason, texts)
        guard errors.isEmpty, let change else { throw errors }
        return change
    }
}
