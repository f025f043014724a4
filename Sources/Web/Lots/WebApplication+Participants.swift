import Foundation
import HTTPTypes
import Hummingbird
import Participation
import Postgres
import Text

extension WebApplication {
    /// The list of participants, and the materials they get.
    func addParticipants(to desk: RouterGroup<MinyiContext>) {
        desk.get("hearings/:number/list") { _, context -> Response in
            try await listPage(try await lotHearing(context), context)
        }
        desk.post("hearings/:number/list") { _, context -> Response in
            let hearing = try await lotHearing(context)
            do {
                let seated = try await SeatParticipants(hearing.id)(
                    vault: intake.vault, codes: intake.codes, in: pools.staff, as: context.actor)
                context.visit.flash(
                    .done,
                    context.texts[seated > 0 ? "lots.done.seated" : "lots.done.nobody", ["count": seated]])
                return .seeOther(hearing.address + "/list")
            } catch {
                guard let sentence = context.texts.refusal(error) else { throw error }
                return try await listPage(hearing, errors: FormErrors("seats", sentence), status: .conflict, context)
            }
        }
        desk.get("hearings/:number/materials") { _, context -> Response in
            try await materialsPage(try await lotHearing(orForum: true, context), context)
        }
        desk.post("hearings/:number/materials") { _, context -> Response in try await changeMaterials(context) }
        desk.post("hearings/:number/materials/deliver") { _, context -> Response in try await deliver(context) }
    }

    private func listPage(
        _ hearing: LotHearing, errors: FormErrors = FormErrors(), status: HTTPResponse.Status = .ok,
        _ context: MinyiContext
    ) async throws -> Response {
        let list = try await pools.staff.read(as: context.actor) { try ParticipantList.read(hearing.id, $0) }
        return try pages.render(
            ListDeskPage(hearing, list, errors: errors, for: try context.staff, context.texts), in: context,
            status: status)
    }

    private func materialsPage(
        _ hearing: LotHearing, form: MaterialsPage.Form = .init(), errors: FormErrors = FormErrors(),
        status: HTTPResponse.Status = .ok, _ context: MinyiContext
    ) async throws -> Response {
        let (materials, list) = try await pools.staff.read(as: context.actor) { tx in
            (
                try tx.all(HearingMaterial.of(hearing.id), as: HearingMaterial.self),
                try ParticipantList.read(hearing.id, tx)
            )
        }
        return try pages.render(
            MaterialsPage(hearing, materials, list, form: form, errors: errors, for: try context.staff, context.texts),
            in: context, status: status)
    }

    /// Adds one, takes one away, or tells everybody that they are there.
    private func changeMaterials(_ context: MinyiContext) async throws -> Response {
        let (hearing, texts) = (try await lotHearing(orForum: true, context), context.texts)
        var (form, errors) = (MaterialsPage.Form(), FormErrors())
        let (step, done): (MaterialStep, String)
        if let id = context.form.int("remove") {
            (step, done) = (.remove(id), "removed")
        } else if context.form.has("offer") {
            (step, done) = (.offer, "offered")
        } else {
            form.materialTitle = context.form.string("material_title")
            errors.require(
                (1...HearingMaterial.longestTitle).contains(TextLength.count(form.materialTitle)), "material_title",
                texts["lots.errors.material_title"])
            form.file = try await keptScan("file", of: hearing, &errors, context)
            (step, done) = (.add(title: form.materialTitle, attachment: form.file?.id), "added")
        }
        guard errors.isEmpty else {
            return try await materialsPage(
                hearing, form: form, errors: errors, status: .unprocessableContent, context)
        }
        return try await take(step, done, of: hearing, form, "material_title", context)
    }

    private func deliver(_ context: MinyiContext) async throws -> Response {
        let (hearing, texts) = (try await lotHearing(orForum: true, context), context.texts)
        var (form, errors) = (MaterialsPage.Form(), FormErrors())
        form.people = context.form.ints("people")
        (form.on, form.way) = (context.form.string("on"), context.form.string("way"))
        form.scan = try await keptScan(of: hearing, &errors, context)
        errors.require(!form.people.isEmpty, "people", texts["lots.errors.people"])
        errors.require(MaterialsPage.ways.contains(form.way), "way", texts["refusals.material_deliveries_way"])
        let day = CalendarDate(form.on)
        errors.require(day != nil, "on", texts["refusals.material_deliveries_day"])
        guard errors.isEmpty, let day else {
            return try await materialsPage(
                hearing, form: form, errors: errors, status: .unprocessableContent, context)
        }
        let step = MaterialStep.deliver(people: form.people, on: day, way: form.way, scan: form.scan?.id)
        return try await take(step, "delivered", of: hearing, form, "on", context)
    }

    private func take(
        _ step: MaterialStep, _ done: String, of hearing: LotHearing, _ form: MaterialsPage.Form, _ field: String,
        _ context: MinyiContext
    ) async throws -> Response {
        do {
            let reached = try await step(of: hearing.id, in: pools.staff, as: context.actor)
            context.visit.flash(.done, context.texts["lots.done.\(done)", ["count": reached ?? 0]])
            return .seeOther(hearing.address + "/materials")
        } catch {
            guard let sentence = context.texts.refusal(error) else { throw error }
            return try await materialsPage(
                hearing, form: form, errors: FormErrors(field, sentence), status: .conflict, context)
        }
    }
}
