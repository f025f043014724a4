import Foundation
import Hummingbird
import Participation
import Postgres
import Text

extension WebApplication {
    /// Where hearings, forums and visits are planned, changed and dropped.
    func addGatheringDesk(to desk: RouterGroup<MinyiContext>) {
        desk.get("hearings") { _, context -> Response in
            let found = try await pools.staff.read(as: context.actor) {
                try $0.all(Gathering.all, as: Gathering.self)
            }
            return try pages.render(GatheringListPage(found, context.texts), in: context)
        }
        desk.get("procedures/:number/hearings/new") { request, context -> Response in
            let kind = Gathering.Kind(rawValue: try request.query().string("kind")) ?? .hearing
            let procedure = try await matter(context)
            return try await gatheringForm(
                GatheringForm(procedure, kind, context.texts), kind, of: nil, in: procedure, context)
        }
        desk.post("procedures/:number/hearings/new") { _, context in try await makeGathering(context) }
        desk.get("hearings/:number") { _, context in try await gatheringDesk(context) }
        desk.get("hearings/:number/edit") { _, context -> Response in
            let (it, categories) = try await gathering(context)
            guard it.state == .preparing else { return .seeOther(it.address) }
            return try await gatheringForm(GatheringForm(it, categories), it.kind, of: it, in: nil, context)
        }
        desk.post("hearings/:number/edit") { _, context in try await changeGathering(context) }
        desk.post("hearings/:number/plan") { _, context in try await planGathering(context) }
        desk.post("hearings/:number/convene") { _, context -> Response in
            let (it, _) = try await gathering(context)
            do {
                try await Gathering.convene(
                    it.id, version: context.form.int("seen") ?? 0, in: pools.staff, as: context.actor)
            } catch {
                // What is missing stands above the planner and the button that opens the form.
                return try await gatheringDesk(notice: try gatheringRefusal(error, context), context)
            }
            context.visit.flash(.done, context.texts["gatherings.convened.\(it.kind.rawValue)"])
            return .seeOther(it.address)
        }
        desk.post("hearings/:number/drop") { _, context -> Response in
            let (it, _) = try await gathering(context)
            try await Gathering.drop(
                it.id, version: context.form.int("seen") ?? 0, in: pools.staff, as: context.actor)
            context.visit.flash(.done, context.texts["gatherings.dropped"])
            return .seeOther("/desk/hearings")
        }
    }

    func matter(_ context: MinyiContext) async throws -> Procedure {
        let number = try context.text("number")
        return try await pools.staff.read(as: context.actor) {
            try $0.one(Procedure.with(number: number), as: Procedure.self)
        }
    }

    /// The one in the path, with its categories.
    func gathering(_ context: MinyiContext) async throws -> (Gathering, [GatheringCategory]) {
        let number = try context.text("number")
        return try await pools.staff.read(as: context.actor) { tx in
            let it = try tx.one(Gathering.with(number: number), as: Gathering.self)
            return (it, try tx.all(GatheringCategory.of(gathering: it.id), as: GatheringCategory.self))
        }
    }

    /// Days and the room after the notice. What is refused comes back as it was typed.
    private func planGathering(_ context: MinyiContext) async throws -> Response {
        let (it, categories) = try await gathering(context)
        let form = GatheringForm(it, categories, planned: context.form)
        do {
            try await PlanGathering(try GatheringPlan(form.input, kind: it.kind))(
                it.id, version: form.seen, in: pools.staff, as: context.actor)
            context.visit.flash(.done, context.texts["gatherings.saved"])
            return .seeOther(it.address)
        } catch let faults as ProcedurePlan.Faults {
            return try await gatheringDesk(typed: form, errors: context.texts.gatheringErrors(faults), context)
        } catch {
            return try await gatheringDesk(typed: form, notice: try gatheringRefusal(error, context), context)
        }
    }

    /// Why the database refuses it, in a sentence; throws on what is no refusal of a gathering.
    private func gatheringRefusal(_ error: any Error, _ context: MinyiContext) throws -> String {
        guard let refusal = error as? Refusal ?? Refusal(error), refusal.constraint.hasPrefix("gathering"),
            let sentence = context.texts.refusal(refusal)
        else { throw error }
        return sentence
    }

    func gatheringDesk(
        typed: GatheringForm? = nil, notice: String? = nil, errors: FormErrors = FormErrors(), _ context: MinyiContext
    ) async throws -> Response {
        let ((it, categories), staff) = (try await gathering(context), try context.staff)
        let (people, planner, announcedAt, reportedAt, isShown, waiting) = try await pools.staff.read(as: context.actor)
        { tx in
            (
                try tx.all(GatheringPerson.of(gathering: it.id), as: GatheringPerson.self),
                try HearingPlanner.load(it.kind, it.subject, unitID: it.unitID, tx),
                try tx.firstValue(Gathering.publishedAt(it.id), as: Date.self),
                try tx.firstValue(Gathering.publishedAt(it.id, .gatheringRecord), as: Date.self),
                try tx.value(Gathering.isShown(it.id), as: Bool.self),
                try DeskTask.waiting(for: staff, gathering: it.number, tx)
            )
        }
        let dates = GatheringDates(it, noticeOn: ChinaTime.date(announcedAt ?? it.now))
        let today = it.state == .preparing ? ChinaTime.date(it.now) : nil
        let page = GatheringDeskPage(
            it, categories, people,
            planner: dates.map { PlannerPart(planner, $0, today: today, context.texts) },
            waiting: waiting, isShown: isShown, reportedAt: reportedAt, typed: typed, notice: notice, errors: errors,
            for: staff, context.texts)
        return try pages.render(
            page, in: context, status: notice == nil && errors.isEmpty ? .ok : .unprocessableContent)
    }

    private func makeGathering(_ context: MinyiContext) async throws -> Response {
        let procedure = try await matter(context)
        let kind = Gathering.Kind(rawValue: context.form.string("kind")) ?? .hearing
        let form = GatheringForm(context.form)
        return try await saving(form, kind, of: nil, in: procedure, context) { plan in
            let number = try await SaveGathering(plan).create(
                kind, procedure: procedure.number, key: form.key, in: pools.staff, as: context.actor)
            return "/desk/hearings/\(number)"
        }
    }

    private func changeGathering(_ context: MinyiContext) async throws -> Response {
        let (it, _) = try await gathering(context)
        let form = GatheringForm(context.form)
        return try await saving(form, it.kind, of: it, in: nil, context) { plan in
            try await SaveGathering(plan).update(it, version: form.seen, in: pools.staff, as: context.actor)
            return it.address
        }
    }

    /// Saves, or shows the form again: with the days that were asked for, or with what is wrong. Nothing typed is lost.
    private func saving(
        _ form: GatheringForm, _ kind: Gathering.Kind, of it: Gathering?, in procedure: Procedure?,
        _ context: MinyiContext, _ save: (GatheringPlan) async throws -> String
    ) async throws -> Response {
        let texts = context.texts
        if context.form.has("preview") {
            return try await gatheringForm(
                form, kind, of: it, in: procedure, proposes: true,
                errors: texts.dayErrors(form, kind, now: it?.now ?? procedure?.now), context)
        }
        do {
            let address = try await save(try GatheringPlan(form.input, kind: kind))
            context.visit.flash(.done, texts["gatherings.saved"])
            return .seeOther(address)
        } catch let faults as ProcedurePlan.Faults {
            return try await gatheringForm(
                form, kind, of: it, in: procedure, errors: texts.gatheringErrors(faults), context)
        } catch {
            return try await gatheringForm(
                form, kind, of: it, in: procedure, notice: try gatheringRefusal(error, context), context)
        }
    }

    private func gatheringForm(
        _ given: GatheringForm, _ kind: Gathering.Kind, of it: Gathering?, in procedure: Procedure?,
        proposes: Bool = false, notice: String? = nil, errors: FormErrors = FormErrors(), _ context: MinyiContext
    ) async throws -> Response {
        var form = given
        let unitID = it?.unitID ?? procedure?.unitID
        let subject = Gathering.Subject(rawValue: form.input.subject) ?? .decision
        let (planner, towns) = try await pools.staff.read(as: context.actor) { tx in
            (
                try HearingPlanner.load(kind, subject, unitID: unitID, tx),
                try tx.all(Participation.Unit.all, as: Participation.Unit.self).filter {
                    $0.kind == .town && $0.validUntil == nil
                }
            )
        }
        let today = ChinaTime.date(it?.now ?? procedure?.now ?? Date())
        if proposes, let held = form.dates(today: today)?.heldOn {
            form.propose(planner.proposed(for: held, today: today))
        }
        let page = GatheringFormPage(
            form, kind,
            procedure: (
                it?.procedureNumber ?? procedure?.number ?? "", it?.procedureTitle ?? procedure?.title ?? ""
            ), of: it, towns: towns,
            planner: form.dates(today: today).map { PlannerPart(planner, $0, today: today, context.texts) },
            notice: notice,
            errors: errors, context.texts)
        return try pages.render(
            page, in: context,
            status: notice != nil ? .conflict : errors.isEmpty ? .ok : .unprocessableContent)
    }
}
