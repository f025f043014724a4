import Hummingbird
import Participation
import Postgres

extension WebApplication {
    func addRounds(to desk: RouterGroup<MinyiContext>) {
        desk.get("procedures/:number/rounds/new") { _, context -> Response in
            let (procedure, stops) = try await stops(try context.text("number"), round: nil, context)
            return try await roundPage(procedure, nil, stops, RoundForm(nil, stops), context)
        }
        desk.post("procedures/:number/rounds/new") { _, context -> Response in
            let (procedure, stops) = try await stops(try context.text("number"), round: nil, context)
            return try await save(nil, procedure, stops, context)
        }
        desk.get("rounds/:id") { _, context -> Response in
            let round = try await round(context)
            let (procedure, stops) = try await stops(round.procedureNumber, round: round.id, context)
            return try await roundPage(procedure, round, stops, RoundForm(round, stops), context)
        }
        desk.post("rounds/:id") { _, context -> Response in
            let round = try await round(context)
            let (procedure, stops) = try await stops(round.procedureNumber, round: round.id, context)
            return try await save(round, procedure, stops, context)
        }
    }

    private func round(_ context: MinyiContext) async throws -> VisitRound {
        let id = try context.number("id")
        let found = try await pools.staff.read(as: context.staff.databaseActor) {
            try $0.first(VisitRound.with(id: id), as: VisitRound.self)
        }
        guard let found else { throw Problem.notFound }
        return found
    }

    private func stops(
        _ number: String, round: Int?, _ context: MinyiContext
    ) async throws -> ((number: String, title: String), [VisitRound.Stop]) {
        let actor = try context.staff.databaseActor
        return try await pools.staff.read(as: actor) { tx in
            guard let procedure = try tx.first(Procedure.with(number: number), as: Procedure.self) else {
                throw Problem.notFound
            }
            return (
                (procedure.number, procedure.title),
                try tx.all(VisitRound.Stop.possible(in: number, round: round), as: VisitRound.Stop.self)
            )
        }
    }

    private func roundPage(
        _ procedure: (number: String, title: String), _ round: VisitRound?, _ stops: [VisitRound.Stop],
        _ form: RoundForm, errors: FormErrors = FormErrors(), _ context: MinyiContext
    ) async throws -> Response {
        let rounds = try await pools.staff.read(as: context.staff.databaseActor) {
            try $0.all(VisitRound.of(procedure: procedure.number), as: VisitRound.self)
        }
        return try pages.render(
            RoundPage(procedure, round: round, among: rounds, stops: stops, typed: form, errors: errors, context.texts),
            in: context,
            status: errors.isEmpty ? .ok : .unprocessableContent)
    }

    private func save(
        _ round: VisitRound?, _ procedure: (number: String, title: String), _ stops: [VisitRound.Stop],
        _ context: MinyiContext
    ) async throws -> Response {
        let form = RoundForm(context.form, stops)
        let route: [Int]
        do { route = try form.route(context.texts) } catch {
            return try await roundPage(procedure, round, stops, form, errors: error, context)
        }
        let id = try await VisitRound.save(
            round?.id, procedure: procedure.number, title: form.title, stops: route, in: pools.staff,
            as: context.staff.databaseActor)
        context.visit.flash(.done, context.texts["visits.round.saved"])
        return .seeOther("/desk/rounds/\(id)")
    }
}
