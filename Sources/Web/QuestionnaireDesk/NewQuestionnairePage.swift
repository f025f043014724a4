import Foundation
import Participation
import Text

/// The form that makes a questionnaire: from nothing, from a copy of another, or from a file.
struct NewQuestionnairePage: Page {
    static let template = "builder/new"

    /// What was typed.
    struct Form: Sendable {
        var name = ""
        var kind = DeskQuestionnaire.Kind.questionnaire
        var unitID: Int?
        var source = "blank"
        var copyOf = ""

        init(unitID: Int?) { self.unitID = unitID }

        init(_ form: FormData) {
            name = TextNormalisation.normalised(form.string("title"))
            kind = DeskQuestionnaire.Kind(rawValue: form.string("kind")) ?? .questionnaire
            unitID = form.int("unit")
            source = ["blank", "copy", "file"].contains(form.string("source")) ? form.string("source") : "blank"
            copyOf = form.string("copy")
        }
    }

    let title: String
    let crumbs: [Crumb]
    let mayOrganise: Bool
    let name: String
    let kinds: [Choice]
    let units: [Choice]
    let sources: [Choice]
    let copies: [Choice]
    let errors: FormErrors

    init(
        _ form: Form, units: [Participation.Unit], others: [DeskQuestionnaire.Line], for staff: StaffActor,
        errors: FormErrors, _ texts: Texts
    ) {
        title = texts["builder.list.new"]
        crumbs = [
            Crumb(href: "/desk", text: texts["nav.desk"]),
            Crumb(href: "/desk/questionnaires", text: texts["builder.list.title"]),
        ]
        mayOrganise = staff.has(.organiser)
        name = form.name
        kinds = DeskQuestionnaire.Kind.allCases.map {
            Choice(value: $0.rawValue, text: texts["builder.new.kind_\($0.rawValue)"], chosen: $0 == form.kind)
        }
        self.units = units.map { Choice(value: String($0.id), text: $0.name, chosen: $0.id == form.unitID) }
        sources = ["blank", "copy", "file"].filter { $0 != "copy" || !others.isEmpty }.map {
            Choice(value: $0, text: texts["builder.new.source_\($0)"], chosen: $0 == form.source)
        }
        copies = others.map {
            Choice(value: $0.number, text: "\($0.title) · \($0.number)", chosen: $0.number == form.copyOf)
        }
        self.errors = errors
    }

    private init(errors: FormErrors, mayOrganise: Bool) {
        let choice = Choice(value: "1", text: "县民政局", chosen: true)
        (title, crumbs, self.mayOrganise) = ("新建问卷", [Crumb(href: "/desk", text: "工作台")], mayOrganise)
        (name, kinds, units, sources, copies) = ("满意度调查", [choice], [choice], [choice], [choice])
        self.errors = errors
    }

    static let samples = [
        NewQuestionnairePage(
            errors: FormErrors(["title", "unit", "copy", "file"].map { ($0, "请改一下这里。") }), mayOrganise: true),
        NewQuestionnairePage(errors: FormErrors(), mayOrganise: false),
    ]
}
