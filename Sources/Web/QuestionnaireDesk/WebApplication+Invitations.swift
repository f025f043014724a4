import Hummingbird
import Participation
import Postgres

extension WebApplication {
    /// Invitation codes, made in a batch and shown once.
    func addInvitations(to desk: RouterGroup<MinyiContext>) {
        desk.get("questionnaires/:number/invitations") { _, context in
            try await invitationsPage(try await deskQuestionnaire(context), context)
        }
        desk.post("questionnaires/:number/invitations") { _, context -> Response in
            let it = try await deskQuestionnaire(context)
            let most = MakeInvitations.most
            guard let count = Int(FormData.plainDigits(context.form.string("count"))), 1...most ~= count else {
                let errors = FormErrors("count", context.texts["builder.invitations.number", ["most": most]])
                return try await invitationsPage(it, errors: errors, context)
            }
            // The codes are shown where they are made. Who reloads that page has not asked for others.
            let newest = try await batches(of: it, context).last?.batch ?? 0
            guard context.form.int("seen") == newest else {
                let errors = FormErrors("count", context.texts["builder.invitations.made_before"])
                return try await invitationsPage(it, errors: errors, context)
            }
            let codes = try await MakeInvitations(it.id, number: it.number)(
                count, codes: intake.codes, in: pools.staff, as: context.actor)
            return privately(try await invitationsPage(it, codes: codes, context))
        }
    }

    private func batches(of it: DeskQuestionnaire, _ context: MinyiContext) async throws -> [MakeInvitations.Batch] {
        try await pools.staff.read(as: context.actor) {
            try $0.all(MakeInvitations.Batch.of(questionnaire: it.id), as: MakeInvitations.Batch.self)
        }
    }

    private func invitationsPage(
        _ it: DeskQuestionnaire, codes: [QueryCode] = [], errors: FormErrors = FormErrors(), _ context: MinyiContext
    ) async throws -> Response {
        guard it.voice == .code else { throw Problem.notFound }
        let page = InvitationsPage(
            it, try await batches(of: it, context), codes: codes,
            count: context.form.has("count") ? context.form.string("count") : "50",
            publicURL: configuration.publicURL, errors: errors, for: try context.staff, context.texts)
        return try pages.render(page, in: context, status: errors.isEmpty ? .ok : .unprocessableContent)
    }
}
