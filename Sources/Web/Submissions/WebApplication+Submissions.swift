import Foundation
import Hummingbird
import Participation

extension WebApplication {
    /// The list of what came in on a consultation, where many are screened or answered at once.
    func addSubmissions(to router: Router<MinyiContext>) {
        let desk = desk(router)
        desk.get("procedures/:number/submissions") { request, context in
            try await submissionList(request, context)
        }
        desk.post("procedures/:number/submissions") { request, context in
            try await treatMany(request, context)
        }
        desk.post("procedures/:number/submissions/undo") { request, context in
            try await undoMany(request, context)
        }
        addSubmission(to: router)
        addEntries(to: router)
    }

    /// The procedure in the path, where the member of staff may see it.
    func heading(_ context: MinyiContext) async throws -> ProcedureHeading {
        let actor = try context.staff.databaseActor
        guard
            let heading = try await ProcedureHeading.find(
                number: try context.text("number"), in: pools.staff, as: actor)
        else { throw Problem.notFound }
        return heading
    }

    private func submissionList(
        _ request: Request, _ context: MinyiContext, typed: SubmissionListPage.Typed = .init()
    ) async throws -> Response {
        let staff = try context.staff
        let query = try request.query()
        let filter = SubmissionFilter(query)
        let after = max(0, query.int("after") ?? 0)
        let procedure = try await heading(context)
        let found = try await SubmissionPage.read(
            procedureID: procedure.id, filter: filter, after: after, in: pools.staff, as: staff.databaseActor)
        let reconciliation = try await Reconciliation.read(
            procedureID: procedure.id, in: pools.staff, as: staff.databaseActor)
        let page = SubmissionListPage(
            found, of: procedure, filter: filter, after: after, reconciliation: reconciliation,
            done: try await stepTaken(query, context), staff: staff, typed: typed, context.texts)
        return try pages.render(page, in: context, status: typed.errors.isEmpty ? .ok : .unprocessableContent)
    }

    private func treatMany(_ request: Request, _ context: MinyiContext) async throws -> Response {
        let (form, texts, actor) = (context.form, context.texts, try context.staff.databaseActor)
        let ids = form.ints("ids")
        var typed = SubmissionListPage.Typed(picked: Set(ids))
        if ids.isEmpty { typed.errors.add("ids", texts["submissions.errors.none_ticked"]) }
        if form.string("action") == "answer" {
            let answer = Answer(form)
            (typed.answer, typed.faults) = (answer, answer.faults)
            for item in AnswerFields.errors(answer.faults, suffix: "many", texts).items {
                typed.errors.add(item.field, item.text)
            }
            guard typed.errors.isEmpty else { return try await submissionList(request, context, typed: typed) }
            let answered: Int
            do {
                answered = try await AnswerOpinions.unanswered(of: ids, with: answer, in: pools.staff, as: actor)
            } catch {
                // What was ticked and typed stays.
                guard let sentence = texts.refusal(error) else { throw error }
                typed.errors.add("reason-many", sentence)
                return try await submissionList(request, context, typed: typed)
            }
            context.visit.flash(.done, texts["dispositions.answered", ["count": answered]])
            return .seeOther(try back(request, context))
        }
        let code = HiddenCode(rawValue: form.string("code"))
        if form.string("action") == "hide", code == nil {
            typed.errors.add("code", texts["submissions.errors.no_reason"])
        }
        guard typed.errors.isEmpty else { return try await submissionList(request, context, typed: typed) }
        let step = try screening(of: ids, form)
        _ = try await step(in: pools.staff, as: actor)
        return .seeOther(try back(request, context) + "&done=\(step.batch.uuidString.lowercased())")
    }

    /// What the pressed button asks for. The name of the step was made with the page, so that a second press is the same
    /// step.
    func screening(of ids: [Int], _ form: FormData) throws -> ScreenSubmissions {
        let batch = UUID(uuidString: form.string("batch")) ?? UUID()
        switch form.string("action") {
        case "show": return ScreenSubmissions(ids: ids, hiddenFor: nil, batch: batch)
        case "hide":
            guard let code = HiddenCode(rawValue: form.string("code")) else { throw Problem.badRequest }
            return ScreenSubmissions(ids: ids, hiddenFor: code, batch: batch)
        case "reopen": return ScreenSubmissions(reopening: ids, batch: batch)
        default: throw Problem.badRequest
        }
    }

    private func undoMany(_ request: Request, _ context: MinyiContext) async throws -> Response {
        try await undoScreening(context)
        return .seeOther(try back(request, context))
    }

    func undoScreening(_ context: MinyiContext) async throws {
        guard let batch = UUID(uuidString: context.form.string("batch")) else { throw Problem.badRequest }
        let undone = try await ScreenSubmissions.undo(batch, in: pools.staff, as: try context.staff.databaseActor)
        context.visit.flash(.done, context.texts["submissions.undone", ["count": undone]])
    }

    /// The step named in the address after it was taken.
    func stepTaken(_ query: FormData, _ context: MinyiContext) async throws -> ScreeningStep? {
        guard let batch = UUID(uuidString: query.string("done")) else { return nil }
        return try await ScreeningStep.find(batch, in: pools.staff, as: try context.staff.databaseActor)
    }

    /// The list as it was filtered.
    private func back(_ request: Request, _ context: MinyiContext) throws -> String {
        let query = try request.query()
        return "/desk/procedures/\(URLEncodedFields.encode(try context.text("number")))/submissions"
            + SubmissionFilter(query).query(after: max(0, query.int("after") ?? 0))
    }
}
