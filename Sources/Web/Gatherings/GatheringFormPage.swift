import Foundation
import Participation
import Text

/// The form of a hearing, forum or visit, with its planner below.
struct GatheringFormPage: Page {
    static let template = "gatherings/form"

    struct Category: Sendable {
        let legend: String
        let isBlank: Bool
        let fields: [DeskForm.Field]
    }

    let title: String
    let crumbs: [Crumb]
    let matter: String
    let action: String
    let back: String
    let kind: String
    let seen: String
    let key: String
    let notice: String?
    let about: [DeskForm.Field]
    let days: [DeskForm.Field]
    let people: [DeskForm.Field]
    let categories: Filled<Category>?
    let planner: PlannerPart?
    let errors: FormErrors

    /// - Parameter gathering: the one that is changed; nil for a new one of the procedure.
    init(
        _ form: GatheringForm, _ kind: Gathering.Kind, procedure: (number: String, title: String),
        of gathering: Gathering?, towns: [Participation.Unit], planner: PlannerPart?, notice: String? = nil,
        errors: FormErrors, _ texts: Texts
    ) {
        title = texts["gatherings.form.\(gathering == nil ? "new" : "edit").\(kind.rawValue)"]
        let parent = "/desk/procedures/\(procedure.number)"
        crumbs =
            gathering.map { texts.crumbs(to: $0) }
            ?? [
                Crumb(href: "/desk", text: texts["nav.desk"]), Crumb(href: parent, text: procedure.title),
            ]
        matter = procedure.title
        action = gathering.map { $0.address + "/edit" } ?? parent + "/hearings/new"
        back = gathering?.address ?? parent
        (self.kind, seen, key) = (kind.rawValue, String(form.seen), form.key.uuidString.lowercased())
        (self.notice, self.planner, self.errors) = (notice, planner, errors)
        about = form.about(kind, towns: towns, errors, texts)
        days = form.days(kind, errors, texts)
        people = form.people(kind, errors, texts)
        categories = kind == .hearing ? Filled(form.categories(errors, texts)) : nil
    }

    private init(isFull: Bool) {
        let field = DeskForm.Field(id: "title", label: "名称", error: "太长了", .line, text: "水价")
        (title, crumbs, matter) = ("新建听证会", [Crumb(href: "/desk", text: "工作台")], "水价调整")
        (action, back, kind, seen, key) = ("/a", "/b", "hearing", "1", "k")
        (notice, about, days, people) = (isFull ? "有人改过。" : nil, [field], [field], [field])
        categories =
            isFull ? Filled([true, false].map { Category(legend: "名额1", isBlank: $0, fields: [field]) }) : nil
        planner = isFull ? .sample : nil
        errors = FormErrors("title", "太长了")
    }

    static let samples = [GatheringFormPage(isFull: true), GatheringFormPage(isFull: false)]
}
