import Foundation
import HTTPTypes
import Hummingbird
import Participation
import Postgres
import Questionnaires
import Text

extension WebApplication {
    /// A questionnaire from nothing, from a copy, or from a file.
    func addNewQuestionnaires(to desk: RouterGroup<MinyiContext>) {
        desk.get("questionnaires/new") { _, context in
            try await newQuestionnairePage(NewQuestionnairePage.Form(unitID: try context.staff.unitID), context)
        }
        desk.post("questionnaires/new") { _, context in try await makeQuestionnaire(context) }
    }

    private func others(_ context: MinyiContext) async throws -> [DeskQuestionnaire.Line] {
        try await pools.staff.read(as: context.actor) {
            try DeskQuestionnaire.Search().lines(most: 100, $0)
        }
    }

    func newQuestionnairePage(
        _ form: NewQuestionnairePage.Form, errors: FormErrors = FormErrors(), _ context: MinyiContext
    ) async throws -> Response {
        let staff = try context.staff
        let page = NewQuestionnairePage(
            form, units: try await unitsToOrganise(for: staff), others: try await others(context), for: staff,
            errors: errors, context.texts)
        return try pages.render(page, in: context, status: errors.isEmpty ? .ok : .unprocessableContent)
    }

    /// The unit it is for; what is wrong with the form's own fields beside them.
    func checked(
        _ form: NewQuestionnairePage.Form, _ errors: inout FormErrors, _ context: MinyiContext
    ) async throws -> Int? {
        let texts = context.texts
        let unit = try await unitsToOrganise(for: try context.staff).first { $0.id == form.unitID }
        errors.require(unit != nil, "unit", texts["builder.errors.missing", ["label": texts["builder.list.unit"]]])
        let over = TextLength.count(form.name) - 200
        errors.require(
            over <= 0, "title",
            texts["builder.errors.too_long", ["label": texts["builder.new.title"], "count": over]])
        errors.require(
            !form.name.isEmpty || form.source == "file", "title",
            texts["builder.errors.missing", ["label": texts["builder.new.title"]]])
        return unit?.id
    }

    private func makeQuestionnaire(_ context: MinyiContext) async throws -> Response {
        let (form, texts) = (NewQuestionnairePage.Form(context.form), context.texts)
        var errors = FormErrors()
        let unit = try await checked(form, &errors, context)
        switch form.source {
        case "file": return try await readQuestionnaireFile(form, unit: unit, errors, context)
        case "copy":
            let other = try await pools.staff.read(as: context.actor) { [number = form.copyOf] in
                try $0.first(DeskQuestionnaire.with(number: number), as: DeskQuestionnaire.self)
            }
            errors.require(
                other != nil, "copy", texts["builder.errors.missing", ["label": texts["builder.new.copy"]]])
            guard errors.isEmpty, let unit, let other else {
                return try await newQuestionnairePage(form, errors: errors, context)
            }
            return try await create(form, other.content, like: other, for: unit, context)
        default:
            guard errors.isEmpty, let unit else { return try await newQuestionnairePage(form, errors: errors, context) }
            return try await create(form, .blank(title: form.name), like: nil, for: unit, context)
        }
    }

    /// - Parameters:
    ///   - other: whose settings it takes over.
    ///   - lost: what the file had that it was read from and this has not.
    func create(
        _ form: NewQuestionnairePage.Form, _ content: Questionnaire, like other: DeskQuestionnaire?,
        lost: [QuestionnaireFile.Unsupported] = [], for unit: Int, _ context: MinyiContext
    ) async throws -> Response {
        let number = try await MakeQuestionnaire(content, title: form.name, kind: form.kind, for: unit, like: other)(
            in: pools.staff, as: context.actor)
        try await ImportLosses.keep(lost, of: number, in: pools.staff, as: context.actor)
        context.visit.flash(.done, context.texts["builder.created"])
        return .seeOther("/desk/questionnaires/\(number)")
    }
}
