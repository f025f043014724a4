import Foundation
import Hummingbird
import Participation
import Postgres
import Text

extension WebApplication {
    /// Invitation codes, made in a batch and shown once; what was not used of it can be made void.
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
            let made = try await MakeInvitations(it.id, number: it.number)(
                count, codes: intake.codes, in: pools.staff, as: context.actor)
            return privately(try await invitationsPage(it, made: made, context))
        }
        desk.post("questionnaires/:number/invitations.csv") { _, context -> Response in
            try invitationsFile(try await deskQuestionnaire(context), context)
        }
        desk.post("questionnaires/:number/invitations/void") { _, context -> Response in
            let (it, form, texts) = (try await deskQuestionnaire(context), context.form, context.texts)
            var errors = FormErrors()
            let why = reason("reason", form, &errors, texts)
            errors.require(form.bool("confirmed"), "void-confirmed", texts["builder.errors.confirm"])
            guard errors.isEmpty, let batch = form.int("batch") else {
                if errors.isEmpty { throw Problem.badRequest }
                return try await invitationsPage(it, errors: errors, context)
            }
            let count = try await VoidInvitations(it.id, batch: batch)(
                because: why, in: pools.staff, as: context.actor)
            context.visit.flash(.done, texts["builder.invitations.void_done", ["number": batch, "count": count]])
            return .seeOther(it.address + "/invitations")
        }
    }

    /// The codes of a batch as a table, of the page that shows them.
    private func invitationsFile(_ it: DeskQuestionnaire, _ context: MinyiContext) throws -> Response {
        let texts = context.texts
        guard let made = signer.verify(context.form.exactly("file"), for: Self.file(of: it)) else {
            throw Problem.conflict(texts["builder.invitations.file_gone"])
        }
        let lines = made.split(separator: "\n").map { String($0) }
        var csv = CSVWriter()
        csv.append(["code", "address"].map { texts["builder.invitations.file_\($0)"] })
        let address = publicAddress(of: it)
        for code in lines.dropFirst() { csv.append([code, address]) }
        let name = texts["builder.invitations.file_name", ["title": it.title, "number": lines.first ?? ""]]
        return privately(
            .download(csv.bytes, filename: name + ".csv", contentType: "text/csv; charset=utf-8"))
    }

    /// What batch and codes are signed for, while the page lies open.
    private static func file(of it: DeskQuestionnaire) -> String { "invitations to \(it.number)" }
    private static let fileFor: TimeInterval = 12 * 3600

    private func publicAddress(of it: DeskQuestionnaire) -> String {
        "\(configuration.publicURL)/questionnaires/\(it.number)"
    }

    private func batches(of it: DeskQuestionnaire, _ context: MinyiContext) async throws -> [MakeInvitations.Batch] {
        try await pools.staff.read(as: context.actor) {
            try $0.all(MakeInvitations.Batch.of(questionnaire: it.id), as: MakeInvitations.Batch.self)
        }
    }

    private func invitationsPage(
        _ it: DeskQuestionnaire, made: (batch: Int, codes: [QueryCode])? = nil, errors: FormErrors = FormErrors(),
        _ context: MinyiContext
    ) async throws -> Response {
        guard it.voice == .code else { throw Problem.notFound }
        let batches = try await batches(of: it, context)
        let shown = made.map { batch, codes in
            let file = ([String(batch)] + codes.map(\.spoken)).joined(separator: "\n")
            return (
                codes: codes,
                file: signer.sign(file, for: Self.file(of: it), expires: Date().addingTimeInterval(Self.fileFor))
            )
        }
        let page = InvitationsPage(
            it, batches, made: shown, typed: context.form, publicAddress: publicAddress(of: it), errors: errors,
            for: try context.staff, context.texts)
        return try pages.render(page, in: context, status: errors.isEmpty ? .ok : .unprocessableContent)
    }
}
