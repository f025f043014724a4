import Hummingbird
import Participation
import Postgres

extension WebApplication {
    /// 封存: one person asks, a second confirms; a suspected secret is reported within 24 hours.
    func addSeals(to router: Router<MinyiContext>) {
        let desk = desk(router)
        desk.get("seals") { _, context -> Response in
            let staff = try context.staff
            let seals = try await Seal.list(in: pools.staff, as: staff.databaseActor)
            return try pages.render(SealsPage(seals, for: staff, context.texts), in: context)
        }
        desk.post("seals") { _, context in try await requestSeal(context) }
        desk.post("seals/:id/confirmation") { _, context -> Response in
            try await Seal.confirm(
                try context.number("id"), in: pools.staff, as: try context.staff.databaseActor)
            return sealed("seals.done.confirmed", context)
        }
        desk.post("seals/:id/refusal") { _, context -> Response in
            try await Seal.decline(
                try context.number("id"), in: pools.staff, as: try context.staff.databaseActor)
            return sealed("seals.done.declined", context)
        }
        desk.post("seals/:id/report") { _, context -> Response in
            try await Seal.report(try context.number("id"), in: pools.staff, as: try context.staff.databaseActor)
            return sealed("seals.done.reported", context)
        }
        desk.get("procedures/:number/versions") { _, context in try await versionsPage(context) }
    }

    private func sealed(_ key: String, _ context: MinyiContext) -> Response {
        context.visit.flash(.done, context.texts[key])
        return .seeOther("/desk/seals")
    }

    /// Takes `submission` (its number), or `procedure` (its number, or that of a questionnaire), `kind` and `version`; and `reason`.
    private func requestSeal(_ context: MinyiContext) async throws -> Response {
        let (form, texts) = (context.form, context.texts)
        guard let target = try await target(of: context) else { throw Problem.notFound }
        let neighbours = try await neighbours(of: target, context)
        guard let reason = Seal.Reason(rawValue: form.string("reason")) else {
            let errors = FormErrors("reason", texts["seals.errors.reason"])
            return try pages.render(
                SealRequestPage(form, neighbours: neighbours, errors: errors, texts), in: context,
                status: .unprocessableContent)
        }
        // Where the same words can be read elsewhere, that is shown before anything is asked for.
        guard neighbours.isEmpty || form.has("asked") else {
            return try pages.render(SealRequestPage(form, neighbours: neighbours, texts), in: context)
        }
        do {
            let also = Set(form.ints("also"))
            _ = try await Seal.request(
                target, with: neighbours.map(\.id).filter(also.contains), reason: reason, in: pools.staff,
                as: try context.staff.databaseActor)
        } catch let error as PostgresError where error.isUniqueViolation() {
            // A second press of the button, or a colleague was faster: it stands in the list.
            guard let sentence = texts.refusal(error) else { throw error }
            context.visit.flash(.note, sentence)
            return .seeOther("/desk/seals")
        }
        return sealed(reason == .secret ? "seals.done.requested_secret" : "seals.done.requested", context)
    }

    private func neighbours(of target: Seal.Target, _ context: MinyiContext) async throws -> [SealNeighbour] {
        let neighbours =
            switch target {
            case .version(let id): SealNeighbour.of(version: id)
            case .submission(let id): SealNeighbour.of(submission: id)
            }
        return try await pools.staff.read(as: try context.staff.databaseActor) {
            try $0.all(neighbours, as: SealNeighbour.self)
        }
    }

    private func target(of context: MinyiContext) async throws -> Seal.Target? {
        let (form, actor) = (context.form, try context.staff.databaseActor)
        if let number = form.optional("submission") {
            return try await Seal.submission(number, in: pools.staff, as: actor)
        }
        guard let kind = PublishedVersion.Kind(rawValue: form.string("kind")), let version = form.int("version") else {
            return nil
        }
        return try await Seal.version(
            of: form.string("procedure"), kind: kind, version: version, in: pools.staff, as: actor)
    }

    private func versionsPage(_ context: MinyiContext) async throws -> Response {
        let staff = try context.staff
        guard
            let procedure = try await ProcedureHeading.find(
                number: try context.text("number"), in: pools.staff, as: staff.databaseActor)
        else { throw Problem.notFound }
        let lines = try await pools.staff.read(as: staff.databaseActor) { tx in
            try tx.all(PublishedLine.of(procedure: procedure.id), as: PublishedLine.self)
        }
        return try pages.render(VersionsPage(lines, of: procedure, for: staff, context.texts), in: context)
    }
}
