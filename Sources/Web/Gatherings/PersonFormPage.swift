import Foundation
import Participation
import Text

/// The form that gives somebody a part: presider, recorder, participant by invitation or nomination, observer, press. A colleague is
/// chosen, so that the rules about who drafted it hold; anybody else is written down.
struct PersonFormPage: Page {
    static let template = "gatherings/person"

    let title: String
    let crumbs: [Crumb]
    let action: String
    let back: String
    let key: String
    let fields: [DeskForm.Field]
    let errors: FormErrors

    init(
        _ form: FormData, of it: Gathering, categories: [GatheringCategory], colleagues: [CaseRecord.Colleague],
        key: UUID, errors: FormErrors, _ texts: Texts
    ) {
        title = texts["gatherings.person.title"]
        crumbs = texts.crumbs(to: it)
        (action, back, self.key) = (it.address + "/people/new", it.address, key.uuidString.lowercased())
        self.errors = errors
        func field(_ name: String, _ shape: DeskForm.Field.Shape, optional: Bool = false) -> DeskForm.Field {
            let hint = "gatherings.person.\(name)_hint"
            return DeskForm.Field(
                id: name, label: texts["gatherings.person.\(name)"], hint: texts.has(hint) ? texts[hint] : nil,
                error: errors[field: name], shape, text: form.string(name), optional: optional)
        }
        func choice(_ value: String, _ text: String, in name: String) -> Choice {
            Choice(value: value, text: text, chosen: value == form.string(name))
        }
        let roles: [GatheringPerson.Role] =
            switch it.kind {
            case .hearing: [.presider, .presenter, .recorder, .participant, .observer, .media]
            case .forum: [.presider, .presenter, .recorder, .invited]
            case .visit: [.recorder, .met]
            }
        let seats = categories.filter { $0.way != .application }
        fields =
            [
                field(
                    "role",
                    .radios(roles.map { choice($0.rawValue, texts["gatherings.roles.\($0.rawValue)"], in: "role") }))
            ]
            + (seats.isEmpty
                ? []
                : [
                    field(
                        "category",
                        .select(
                            [choice("", texts["gatherings.person.no_category"], in: "category")]
                                + seats.map { choice(String($0.id), $0.name, in: "category") }), optional: true)
                ])
            + [
                field(
                    "staff",
                    .select(
                        [choice("", texts["gatherings.person.no_staff"], in: "staff")]
                            + colleagues.map { choice(String($0.id), "\($0.name)（\($0.unitName)）", in: "staff") }),
                    optional: true),
                field("name", .line, optional: true), field("phone", .line, optional: true),
                field("unit", .line, optional: true),
                field(
                    "consents", .checks([choice("yes", texts["gatherings.person.consents_yes"], in: "consents")]),
                    optional: true),
            ]
    }

    private init() {
        (title, crumbs, action, back, key) = ("添加人员", [Crumb(href: "/desk", text: "工作台")], "/a", "/b", "k")
        fields = [DeskForm.Field(id: "name", label: "姓名", error: "请填写", .line)]
        errors = FormErrors("name", "请填写")
    }

    static let samples = [PersonFormPage()]
}
