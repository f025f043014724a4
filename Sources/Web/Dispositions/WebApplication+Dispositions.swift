import Foundation
import Hummingbird
import Participation
import Postgres
import Text

extension WebApplication {
    /// The result that is made from the answers.
    func addDispositions(to router: Router<MinyiContext>) {
        let desk = desk(router)
        desk.get("procedures/:number/result") { _, context in
            try await resultPage(try await resultWork(context), context)
        }
        desk.post("procedures/:number/result/preview") { _, context in
            try await preview(context)
        }
        desk.post("procedures/:number/result/finish") { _, context in try await finishAnswering(context) }
        desk.post("procedures/:number/result") { _, context in try await prepareResult(context) }
    }

    // MARK: The result

    private func resultWork(_ context: MinyiContext) async throws -> ResultWork {
        let actor = try context.staff.databaseActor
        guard let work = try await ResultWork.find(number: try context.text("number"), in: pools.staff, as: actor)
        else { throw Problem.notFound }
        return work
    }

    private func resultPage(
        _ work: ResultWork, wording: ResultDraft.Wording? = nil, form: FormData? = nil,
        errors: FormErrors = FormErrors(), _ context: MinyiContext
    ) async throws -> Response {
        let staff = try context.staff
        let draft =
            work.canPrepare
            ? try await ResultDraft.read(
                procedure: work.procedure, wording: wording ?? work.wording, in: pools.staff, as: staff.databaseActor)
            : nil
        let page = ResultDeskPage(work, draft: draft, form: form, errors: errors, staff: staff, context.texts)
        return try pages.render(page, in: context, status: errors.isEmpty ? .ok : .unprocessableContent)
    }

    /// The words of the form, and what is wrong with them.
    private func wording(_ context: MinyiContext, for work: ResultWork) -> (ResultDraft.Wording, FormErrors) {
        let (form, texts) = (context.form, context.texts)
        let date = CalendarDate(form.string("date_at_foot"))
        let wording = ResultDraft.Wording(
            title: form.string("result_title"), nextStep: form.exactly("next_step"),
            unitAtFoot: form.string("unit_at_foot"), dateAtFoot: date ?? work.wording.dateAtFoot,
            correction: work.published == nil ? "" : form.exactly("correction"))
        let faults = PrepareResult(procedureNumber: work.procedure.number, wording: wording).faults
        var errors = FormErrors(
            faults.map { ($0.field, texts["dispositions.result.errors.\($0.rawValue)"]) })
        errors.require(date != nil, "date_at_foot", texts["dispositions.result.errors.date"])
        return (wording, errors)
    }

    private func preview(_ context: MinyiContext) async throws -> Response {
        let work = try await resultWork(context)
        let (wording, errors) = wording(context, for: work)
        return try await resultPage(work, wording: wording, form: context.form, errors: errors, context)
    }

    private func prepareResult(_ context: MinyiContext) async throws -> Response {
        let work = try await resultWork(context)
        let (wording, errors) = wording(context, for: work)
        guard errors.isEmpty else {
            return try await resultPage(work, wording: wording, form: context.form, errors: errors, context)
        }
        let id = try await PrepareResult(procedureNumber: work.procedure.number, wording: wording)(
            in: pools.staff, as: try context.staff.databaseActor)
        context.visit.flash(.done, context.texts["dispositions.result.prepared"])
        return .seeOther("/desk/clearances/\(id)")
    }

    private func finishAnswering(_ context: MinyiContext) async throws -> Response {
        let work = try await resultWork(context)
        let texts = context.texts
        let address = "/desk/procedures/\(work.procedure.number)/result"
        // A second press of the button.
        if [.answered, .published].contains(work.procedure.state) { return .seeOther(address) }
        do {
            try await FinishAnswering(procedureID: work.procedure.id)(
                in: pools.staff, as: try context.staff.databaseActor)
        } catch let error as PostgresError where error.constraint == "procedures_all_answered" {
            // The page names them, each as a link.
            let errors = FormErrors("missing", texts["dispositions.result.not_finished"])
            return try await resultPage(try await resultWork(context), errors: errors, context)
        } catch let error as PostgresError
            where ["submissions_screened", "dispositions_effect"].contains(error.constraint ?? "")
        {
            // The page names what lacks a place, and what is not screened.
            let field = error.constraint == "dispositions_effect" ? "lacking" : "unscreened"
            let errors = FormErrors(field, texts.refusal(error) ?? "")
            return try await resultPage(try await resultWork(context), errors: errors, context)
        }
        context.visit.flash(.done, texts["dispositions.result.finished"])
        return .seeOther(address)
    }
}
