import Foundation
import Hummingbird
import Participation
import Postgres

extension WebApplication {
    /// One submission: its words, what it is about, and every step on the way to its answer.
    func addSubmission(to router: Router<MinyiContext>) {
        let desk = desk(router)
        desk.get("submissions/:number") { request, context in
            try await submissionPage(try await submission(context), try request.query(), context)
        }
        desk.post("submissions/:number/screening") { _, context in try await screen(context) }
        desk.post("submissions/:number/undo") { _, context -> Response in
            try await undoScreening(context)
            return .seeOther(try submissionAddress(context))
        }
        desk.post("submissions/:number/flags") { _, context in try await flag(context) }
        addSplit(to: desk)
        desk.post("submissions/:number/contact") { _, context in try await readContact(context) }
        desk.post("submissions/:number/contact/erasure") { _, context in try await eraseContact(context) }
        desk.post("submissions/:number/code") { _, context in try await reissueCode(context) }
    }

    /// The submission in the path, where the member of staff may see it.
    func submission(_ context: MinyiContext) async throws -> ReceivedSubmission {
        let actor = try context.staff.databaseActor
        guard
            let found = try await ReceivedSubmission.find(
                number: try context.text("number"), in: pools.staff, as: actor)
        else { throw Problem.notFound }
        return found
    }

    func submissionAddress(_ context: MinyiContext) throws -> String {
        "/desk/submissions/\(URLEncodedFields.encode(try context.text("number")))"
    }

    func submissionPage(
        _ submission: ReceivedSubmission, _ query: FormData = FormData(), typed: ReceivedSubmissionPage.Typed = .init(),
        _ context: MinyiContext
    ) async throws -> Response {
        let staff = try context.staff
        let opinions = submission.opinions.map(\.id)
        let (settings, views) = try await pools.staff.read(as: staff.databaseActor) { tx in
            (
                try SiteSettings.load(tx), try tx.all(OpinionView.of(opinions: opinions), as: OpinionView.self)
            )
        }
        let page = ReceivedSubmissionPage(
            submission, views: views, done: try await stepTaken(query, context),
            dutyOfficer: settings[.dutyOfficer], staff: staff,
            typed: typed, context.texts)
        return try pages.render(page, in: context, status: typed.errors.isEmpty ? .ok : .unprocessableContent)
    }

    private func screen(_ context: MinyiContext) async throws -> Response {
        let found = try await submission(context)
        let form = context.form
        if form.string("action") == "hide", HiddenCode(rawValue: form.string("code")) == nil {
            let errors = FormErrors("code", context.texts["submissions.errors.no_reason"])
            return try await submissionPage(found, typed: .init(errors: errors), context)
        }
        let step = try screening(of: [found.facts.id], form)
        _ = try await step(in: pools.staff, as: try context.staff.databaseActor)
        return .seeOther(try submissionAddress(context) + "?done=\(step.batch.uuidString.lowercased())")
    }

    private func flag(_ context: MinyiContext) async throws -> Response {
        let found = try await submission(context)
        let flags = Set(context.form.strings("flags").compactMap(SubmissionFlag.init(rawValue:)))
        if flags != found.facts.flags {
            try await SubmissionFlag.set(
                flags, on: found.facts.id, in: pools.staff, as: try context.staff.databaseActor)
        }
        context.visit.flash(.done, context.texts["submissions.flags_saved"])
        return .seeOther(try submissionAddress(context))
    }

    /// Shown in the answer to the form, never at an address of its own: no link, history or cache holds it.
    private func readContact(_ context: MinyiContext) async throws -> Response {
        let id = try await submission(context).facts.id
        let contact = try await ReadContact(submissionID: id)(
            vault: intake.vault, in: pools.staff, as: try context.staff.databaseActor)
        // Read again, so that the history has this reading too.
        let found = try await submission(context)
        return privately(try await submissionPage(found, typed: .init(contact: .some(contact)), context))
    }

    private func eraseContact(_ context: MinyiContext) async throws -> Response {
        let id = try await submission(context).facts.id
        let wasThere = try await EraseContact(submissionID: id)(
            in: pools.staff, as: try context.staff.databaseActor)
        context.visit.flash(.done, context.texts["submissions.one.erase.\(wasThere ? "done" : "none")"])
        return .seeOther(try submissionAddress(context) + "#contact")
    }

    private func reissueCode(_ context: MinyiContext) async throws -> Response {
        let (texts, found) = (context.texts, try await submission(context))
        guard let version = context.form.int("version"), (1...1_000_000).contains(version) else {
            throw Problem.badRequest
        }
        let code = try await ReissueCode(submissionID: found.facts.id, version: version)(
            codes: intake.codes, in: pools.staff, as: try context.staff.databaseActor)
        guard let code else { throw Problem.conflict(texts["submissions.errors.code_again"]) }
        return try await counterReceipt(
            found.facts.number, code, title: texts["submissions.code.title"], lead: texts["submissions.code.lead"],
            next: (try submissionAddress(context), texts["submissions.code.back"]), context)
    }
}
