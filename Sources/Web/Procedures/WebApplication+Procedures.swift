import Foundation
import Hummingbird
import Participation
import Postgres

extension WebApplication {
    /// The procedures of the desk: prepared, announced, changed while they run. What is to be public goes through a
    /// clearance first.
    func addProcedures(to router: Router<MinyiContext>) {
        let desk = desk(router)
        desk.get("procedures") { _, context in try await procedureList(context) }
        desk.get("procedures/new") { request, context in try await newProcedure(request, context) }
        desk.post("procedures/new") { _, context in try await createProcedure(context) }
        desk.get("procedures/:number") { _, context in try await procedurePage(context) }
        desk.get("procedures/:number/edit") { _, context in
            let procedure = try await procedure(context)
            return try await formPage(ProcedureForm(procedure), of: procedure, context)
        }
        desk.post("procedures/:number/edit") { _, context in try await changePlan(context) }
        desk.post("procedures/:number/announcement") { _, context in try await prepareAnnouncement(context) }
        desk.get("procedures/:number/changes/:kind") { _, context in
            let (procedure, editions) = try await changeable(context)
            let form = ProcedureChange(try changeKind(context), of: procedure)
            return try changePage(form, of: procedure, editions: editions, context)
        }
        desk.post("procedures/:number/revision") { _, context in try await prepareRevision(context) }
        desk.post("procedures/:number/changes/:kind") { _, context in try await prepareChange(context) }
    }

    private func procedure(_ context: MinyiContext) async throws -> Procedure {
        let number = try context.text("number")
        return try await pools.staff.read(as: context.actor) {
            try $0.one(Procedure.with(number: number), as: Procedure.self)
        }
    }

    // MARK: What there is

    private func procedureList(_ context: MinyiContext) async throws -> Response {
        let staff = try context.staff
        let (procedures, pending) = try await pools.staff.read(as: staff.databaseActor) { tx in
            (try tx.all(Procedure.all, as: Procedure.self), try tx.all(Clearance.pending, as: Clearance.self))
        }
        return try pages.render(
            ProcedureListPage(procedures, pending: pending, for: staff, context.texts), in: context)
    }

    private func procedurePage(_ context: MinyiContext) async throws -> Response {
        let staff = try context.staff
        let number = try context.text("number")
        let page = try await pools.staff.read(as: staff.databaseActor) { [texts = context.texts] tx in
            let procedure = try tx.one(Procedure.with(number: number), as: Procedure.self)
            let rules = try tx.all(LegalRule.all, as: LegalRule.self)
            return ProcedurePage(
                procedure, clearances: try tx.all(Clearance.of(procedure: procedure.id), as: Clearance.self),
                events: try tx.all(ProcedureEvent.of(procedure: procedure.id), as: ProcedureEvent.self),
                rule: rules.first { $0.id == procedure.ruleID }, calendar: try WorkCalendar.load(tx),
                later: try tx.all(Edition.of(draft: procedure.draftID), as: Edition.self)
                    .filter { $0.ordinal > procedure.editionOrdinal }, for: staff,
                texts)
        }
        return try pages.render(page, in: context)
    }

    // MARK: The plan

    private func newProcedure(_ request: Request, _ context: MinyiContext) async throws -> Response {
        let edition = try request.query().int("edition")
        let setting = try await setting(context)
        let form = ProcedureForm(edition: setting.editions.first { $0.editionID == edition }, in: setting)
        return try await formPage(form, of: nil, setting: setting, context)
    }

    private func createProcedure(_ context: MinyiContext) async throws -> Response {
        let setting = try await setting(context)
        let form = ProcedureForm(context.form)
        if context.form.has("preview") { return try await preview(form, of: nil, setting, context) }
        do {
            let plan = try ProcedurePlan(form.input, in: setting)
            let number = try await SaveProcedure(plan).create(in: pools.staff, as: context.actor)
            context.visit.flash(.done, context.texts["procedures.created"])
            return .seeOther("/desk/procedures/\(number)")
        } catch let faults as ProcedurePlan.Faults {
            return try await formPage(form, of: nil, setting: setting, faults: faults, context)
        }
    }

    private func changePlan(_ context: MinyiContext) async throws -> Response {
        let procedure = try await procedure(context)
        let setting = try await setting(context)
        var form = ProcedureForm(context.form)
        form.keepUnit(of: procedure)
        if context.form.has("preview") { return try await preview(form, of: procedure, setting, context) }
        do {
            let plan = try ProcedurePlan(form.input, in: setting)
            let saved = try await SaveProcedure(plan).update(
                number: procedure.number, in: pools.staff, as: context.actor)
            guard saved else { throw Problem.conflict(context.texts["procedures.errors.not_preparing"]) }
            context.visit.flash(.done, context.texts["procedures.saved"])
            return .seeOther("/desk/procedures/\(procedure.number)")
        } catch let faults as ProcedurePlan.Faults {
            return try await formPage(form, of: procedure, setting: setting, faults: faults, context)
        }
    }

    /// The form again with its period counted, and what is wrong with that alone. A missing reason can still be written.
    private func preview(
        _ form: ProcedureForm, of procedure: Procedure?, _ setting: ProcedurePlan.Setting, _ context: MinyiContext
    ) async throws -> Response {
        let faults = ProcedurePlan.period(of: form.input, in: setting).faults.faults
            .filter { $0.field != "shortening_reason" }
        return try await formPage(
            form, of: procedure, setting: setting,
            faults: faults.isEmpty ? nil : ProcedurePlan.Faults(faults: faults), context)
    }

    private func setting(_ context: MinyiContext) async throws -> ProcedurePlan.Setting {
        let staff = try context.staff
        return try await pools.staff.read(as: staff.databaseActor) { tx in
            try ProcedurePlan.Setting.load(unitIDs: staff.unitsToOrganise, tx)
        }
    }

    private func formPage(
        _ form: ProcedureForm, of procedure: Procedure?, setting given: ProcedurePlan.Setting? = nil,
        faults: ProcedurePlan.Faults? = nil, _ context: MinyiContext
    ) async throws -> Response {
        let (texts, staff) = (context.texts, try context.staff)
        if let procedure, procedure.state != .preparing {
            throw Problem.conflict(texts["procedures.errors.not_preparing"])
        }
        let setting = if let given { given } else { try await setting(context) }
        let page = ProcedureFormPage(
            form, of: procedure, units: try await unitsToOrganise(for: staff), setting: setting,
            mayOrganise: staff.has(.organiser), errors: faults.map(texts.errors) ?? FormErrors(), texts)
        return try pages.render(page, in: context, status: faults == nil ? .ok : .unprocessableContent)
    }

    // MARK: What becomes public

    private func prepareAnnouncement(_ context: MinyiContext) async throws -> Response {
        let number = try context.text("number")
        _ = try await PrepareClearance(number).announcement(in: pools.staff, as: context.actor)
        context.visit.flash(.done, context.texts["procedures.prepared"])
        return .seeOther("/desk/procedures/\(number)")
    }

    private func prepareRevision(_ context: MinyiContext) async throws -> Response {
        let number = try context.text("number")
        let made = try await PrepareClearance(number).revision(
            edition: context.form.int("edition") ?? 0, in: pools.staff, as: context.actor)
        context.visit.flash(.done, context.texts["editions.revision.prepared"])
        return .seeOther("/desk/clearances/\(made)")
    }

    private func prepareChange(_ context: MinyiContext) async throws -> Response {
        let (procedure, editions) = try await changeable(context)
        let form = ProcedureChange(try changeKind(context), context.form)
        do {
            let change = try form.read(on: procedure, editions: editions, context.texts)
            _ = try await PrepareClearance(procedure.number).change(
                change, reason: form.reason, in: pools.staff, as: context.actor)
            context.visit.flash(.done, context.texts["procedures.prepared"])
            return .seeOther("/desk/procedures/\(procedure.number)")
        } catch let errors as FormErrors {
            return try changePage(form, of: procedure, editions: editions, errors: errors, context)
        }
    }

    private func changeKind(_ context: MinyiContext) throws -> Clearance.Kind {
        guard let kind = Clearance.Kind(rawValue: try context.text("kind")),
            PublishedVersion.Kind(rawValue: kind.rawValue)?.isChange == true
        else { throw Problem.notFound }
        return kind
    }

    /// The procedure, if it admits this change now, and the editions that are not before the public.
    private func changeable(_ context: MinyiContext) async throws -> (Procedure, [Edition]) {
        let number = try context.text("number")
        let kind = try changeKind(context)
        let (procedure, editions) = try await pools.staff.read(as: context.actor) { tx in
            let procedure = try tx.one(Procedure.with(number: number), as: Procedure.self)
            return (procedure, try tx.all(Edition.of(draft: procedure.draftID), as: Edition.self))
        }
        guard ProcedureChange.possible(procedure).contains(kind) else {
            throw Problem.conflict(context.texts["refusals.clearances_state"])
        }
        return (procedure, editions.filter { $0.id != procedure.editionID })
    }

    private func changePage(
        _ form: ProcedureChange, of procedure: Procedure, editions: [Edition], errors: FormErrors = FormErrors(),
        _ context: MinyiContext
    ) throws -> Response {
        let page = ProcedureChangePage(
            form, of: procedure, editions: editions, mayOrganise: try context.staff.has(.organiser), errors: errors,
            context.texts)
        return try pages.render(page, in: context, status: errors.isEmpty ? .ok : .unprocessableContent)
    }
}

extension Texts {
    /// The sentences beside the fields of a plan: one of the field's own where there is one; a general one names its field,
    /// because the summary stands far from it.
    fileprivate func errors(_ faults: ProcedurePlan.Faults) -> FormErrors {
        FormErrors(
            faults.faults.map { fault in
                let own = "procedures.errors.\(fault.field)_\(fault.code)"
                let count: [String: Int] = fault.number.map { ["count": $0] } ?? [:]
                if has(own) { return (fault.field, self[own, count]) }
                let what = self["procedures.errors.\(fault.code)", count]
                let label = "procedures.labels.\(fault.field)"
                guard has(label) else { return (fault.field, what) }
                return (fault.field, self["procedures.errors.of", ["field": self[label], "what": what]])
            })
    }
}
