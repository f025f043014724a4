import Foundation
import Hummingbird
import Participation
import Postgres

extension WebApplication {
    /// Keeping final directories current, and the yearly look at what is not published.
    func addDirectoryDesk(to router: Router<MinyiContext>) {
        let desk = desk(router)
        desk.get("directories") { _, context -> Response in
            let staff = try context.staff
            let (directories, overdue, open) = try await pools.staff.read(as: staff.databaseActor) { tx in
                (
                    try tx.all(PublicDirectory.all, as: PublicDirectory.self)
                        .filter { staff.unitIDs.contains($0.unitID) },
                    try tx.all(PublicRow.overdue(ofUnits: Array(staff.unitIDs)), as: PublicRow.self),
                    try tx.all(Evaluation.open, as: Evaluation.self).count
                        + tx.all(Evaluation.decided, as: Evaluation.self).count { $0.owed != nil }
                )
            }
            return try pages.render(
                DirectoryDeskPage(directories, overdue: overdue, evaluations: open, for: staff, context.texts),
                in: context)
        }
        desk.post("directories/:number/confirmation") { _, context in try await confirmRows(context) }
        desk.get("evaluations") { _, context in try await evaluations(nil, context) }
        desk.post("evaluations/:id") { _, context in try await decideEvaluation(context) }
    }

    private func confirmRows(_ context: MinyiContext) async throws -> Response {
        let (staff, number) = (try context.staff, try context.text("number"))
        let found = try await pools.staff.read(as: staff.databaseActor) {
            try $0.first(PublicDirectory.with(number: number), as: PublicDirectory.self)
        }
        guard let directory = found else { throw Problem.notFound }
        let chosen = context.form.strings("row").compactMap { UUID(uuidString: $0) }
        let all = context.form.string("all") == "1"
        guard all || !chosen.isEmpty else {
            context.visit.flash(.warning, context.texts["directories.desk.choose"])
            return .seeOther("/desk/directories")
        }
        let count = try await ConfirmRows(directoryID: directory.id, lineages: all ? nil : chosen)(
            in: pools.staff, as: staff.databaseActor)
        context.visit.flash(.done, context.texts["directories.desk.done", ["count": count]])
        return .seeOther("/desk/directories")
    }

    private func evaluations(
        _ typed: (id: Int, form: EvaluationForm, error: String)?, _ context: MinyiContext
    ) async throws -> Response {
        let staff = try context.staff
        let (open, decided) = try await pools.staff.read(as: staff.databaseActor) { tx in
            (
                try tx.all(Evaluation.open, as: Evaluation.self),
                try tx.all(Evaluation.decided, as: Evaluation.self)
            )
        }
        return try pages.render(
            EvaluationsPage(open: open, decided: decided, typed: typed, for: staff, context.texts), in: context,
            status: typed == nil ? .ok : .unprocessableContent)
    }

    private func decideEvaluation(_ context: MinyiContext) async throws -> Response {
        let (id, form) = (try context.number("id"), EvaluationForm(context.form))
        if let error = form.error(context.texts) { return try await evaluations((id, form, error), context) }
        guard let outcome = form.outcome else { throw Problem.badRequest }
        try await Evaluation.decide(
            id, outcome, reason: form.reason, in: pools.staff, as: try context.staff.databaseActor)
        context.visit.flash(.done, context.texts["evaluations.done"])
        return .seeOther("/desk/evaluations")
    }
}
