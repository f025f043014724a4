import Documents
import Foundation
import Hummingbird
import Participation
import Postgres
import Text

extension WebApplication {
    /// Programmes of work: the board, the plan behind it, and what units report.
    func addProgrammes(to router: Router<MinyiContext>) {
        let desk = desk(router)
        desk.get("programme") { _, context in try await newestProgramme(context) }
        desk.get("programme/new") { _, context in
            try pages.render(ProgrammeFormPage(nil, context.texts), in: context)
        }
        desk.post("programme/new") { _, context in try await saveProgramme(nil, context) }
        desk.get("programme/:id") { request, context in try await board(request, context) }
        desk.get("programme/:id/edit") { _, context in
            try pages.render(ProgrammeFormPage(try await programme(context), context.texts), in: context)
        }
        desk.post("programme/:id/edit") { _, context in try await saveProgramme(try await programme(context), context) }
        desk.post("programme/:id/end") { _, context in try await endProgramme(context) }
        desk.get("programme/:id/plan") { _, context in
            try pages.render(PlanPage(try await programme(context), context.texts), in: context)
        }
        desk.get("programme/:id/plan/template") { _, context in try await planTemplate(context) }
        desk.post("programme/:id/plan") { _, context in try await loadPlan(context) }
        desk.get("programme/:id/cells/:cell") { _, context in try await cellPage(context) }
        desk.post("programme/:id/cells/:cell") { _, context in try await linkCell(context) }
        desk.post("programme/:id/cells/:cell/days") { _, context in try await setCellDays(context) }
        desk.post("programme/:id/cells/:cell/drop") { _, context in try await dropCell(context) }
        addReports(to: desk)
    }

    func programme(_ context: MinyiContext) async throws -> Programme {
        let id = try context.number("id")
        return try await pools.staff.read(as: context.actor) { try $0.one(Programme.with(id: id), as: Programme.self) }
    }

    private func mayMakeProgrammes(_ context: MinyiContext) async throws -> Bool {
        let staff = try context.staff
        let units = try await pools.staff.read(as: staff.databaseActor) { try $0.all(Unit.all, as: Unit.self) }
        return units.contains { $0.kind == .office && $0.validUntil == nil && staff.has(.organiser, in: [$0.id]) }
    }

    // MARK: The board

    private func newestProgramme(_ context: MinyiContext) async throws -> Response {
        let newest = try await pools.staff.read(as: context.actor) { try $0.first(Programme.all, as: Programme.self) }
        if let newest { return .seeOther("/desk/programme/\(newest.id)") }
        let page = NoProgrammePage(
            title: context.texts["nav.programme"], mayMake: try await mayMakeProgrammes(context))
        return try pages.render(page, in: context)
    }

    private func board(_ request: Request, _ context: MinyiContext) async throws -> Response {
        let (id, staff) = (try context.number("id"), try context.staff)
        let asked = ProgrammePage.Asked(try request.query())
        let (it, board, others, reports) = try await pools.staff.read(as: staff.databaseActor) { tx in
            (
                try tx.one(Programme.with(id: id), as: Programme.self), try ProgrammeBoard.read(programme: id, tx),
                try tx.all(Programme.all, as: Programme.self),
                try tx.all(ReportLine.of(programme: id), as: ReportLine.self)
            )
        }
        let page = ProgrammePage(
            it, board, asked: asked, others: others, reports: reports, for: staff,
            mayMake: try await mayMakeProgrammes(context), context.texts)
        return try pages.render(page, in: context)
    }

    // MARK: Words and days

    private func saveProgramme(_ it: Programme?, _ context: MinyiContext) async throws -> Response {
        do {
            let save = try ProgrammeFormPage.read(context.form, context.texts)
            let id = try await save(it?.id, in: pools.staff, as: context.actor)
            context.visit.flash(.done, context.texts["programmes.saved"])
            return .seeOther(it == nil ? "/desk/programme/\(id)/plan" : "/desk/programme/\(id)")
        } catch let errors as FormErrors {
            let page = ProgrammeFormPage(it, form: context.form, errors: errors, context.texts)
            return try pages.render(page, in: context, status: .unprocessableContent)
        }
    }

    private func endProgramme(_ context: MinyiContext) async throws -> Response {
        let (id, ends) = (try context.number("id"), !context.form.bool("again"))
        try await Programme.end(id, ends, in: pools.staff, as: context.actor)
        context.visit.flash(.done, context.texts[ends ? "programmes.ended_now" : "programmes.taken_up"])
        return .seeOther("/desk/programme/\(id)")
    }

    // MARK: The plan

    private func planTemplate(_ context: MinyiContext) async throws -> Response {
        let it = try await programme(context)
        let board = try await ProgrammeBoard.load(programme: it.id, in: pools.staff, as: context.actor)
        // What is there already, to be changed; days of the programme are left empty.
        let rows: [[SheetWriter.Cell]] = board.cells.map { cell in
            [.text(cell.field), .text(cell.unitName)]
                + cell.steps.map { it.days[$0.stage] == $0.dueOn ? .empty : .text($0.dueOn.description) }
        }
        let bytes = try SheetWriter.bytes(
            sheet: "计划", widths: [16, 24, 12, 12, 12, 12, 12], heading: PlanSheet.Column.all.map(\.heading), rows: rows)
        return .download(
            bytes, filename: context.texts["programmes.plan.template_name"] + ".xlsx",
            contentType: FileKind.xlsx.rawValue)
    }

    private func loadPlan(_ context: MinyiContext) async throws -> Response {
        let (it, texts) = (try await programme(context), context.texts)
        guard let file = context.form.file("file") else {
            let page = PlanPage(it, errors: FormErrors("file", texts["entries.errors.file"]), texts)
            return try pages.render(page, in: context, status: .unprocessableContent)
        }
        let units = try await pools.staff.read(as: context.actor) { try $0.all(Unit.all, as: Unit.self) }
        do {
            let bytes = try file.bytes
            let sheet = try await Self.plans.run { try PlanSheet(reading: bytes, units: units) }
            let outcomes = try await LoadPlan(sheet)(programme: it.id, in: pools.staff, as: context.actor)
            let names = Dictionary(units.map { ($0.id, $0.name) }, uniquingKeysWith: { $1 })
            let page = PlanPage(it, loaded: Array(zip(sheet.lines, outcomes)), units: names, texts)
            return try pages.render(page, in: context)
        } catch let faults as PlanSheet.Faults {
            return try pages.render(PlanPage(it, faults: faults, texts), in: context, status: .unprocessableContent)
        }
    }

    private static let plans = OwnThreads("programme-plans", threads: 1, longestQueue: 10)

    // MARK: A cell

    /// - Parameter errors: in the days of the form, which comes back filled.
    private func cellPage(_ context: MinyiContext, errors: FormErrors = FormErrors()) async throws -> Response {
        let form = errors.isEmpty ? nil : context.form
        let (id, cellID, staff) = (try context.number("id"), try context.number("cell"), try context.staff)
        let page = try await pools.staff.read(as: staff.databaseActor) { [texts = context.texts] tx in
            let it = try tx.one(Programme.with(id: id), as: Programme.self)
            guard let cell = try ProgrammeBoard.read(programme: id, tx).cells.first(where: { $0.id == cellID }) else {
                throw Problem.notFound
            }
            let drafts = try tx.all(ProgrammeCell.drafts(of: cell.unitID), as: ProgrammeCell.Candidate.self)
            return ProgrammeCellPage(cell, of: it, drafts: drafts, for: staff, form: form, errors: errors, texts)
        }
        return try pages.render(page, in: context, status: errors.isEmpty ? .ok : .unprocessableContent)
    }

    private func linkCell(_ context: MinyiContext) async throws -> Response {
        let (id, cell) = (try context.number("id"), try context.number("cell"))
        try await ProgrammeCell.link(cell, draft: context.form.int("draft"), in: pools.staff, as: context.actor)
        context.visit.flash(.done, context.texts["programmes.cell.linked"])
        return .seeOther("/desk/programme/\(id)/cells/\(cell)")
    }

    private func setCellDays(_ context: MinyiContext) async throws -> Response {
        let (id, cell) = (try context.number("id"), try context.number("cell"))
        do {
            let days = try ProgrammeCellPage.days(of: context.form, context.texts)
            try await ProgrammeCell.setDays(cell, days, in: pools.staff, as: context.actor)
        } catch let errors as FormErrors {
            return try await cellPage(context, errors: errors)
        }
        context.visit.flash(.done, context.texts["programmes.cell.linked"])
        return .seeOther("/desk/programme/\(id)/cells/\(cell)")
    }

    private func dropCell(_ context: MinyiContext) async throws -> Response {
        let (id, cell) = (try context.number("id"), try context.number("cell"))
        try await ProgrammeCell.drop(cell, in: pools.staff, as: context.actor)
        context.visit.flash(.done, context.texts["programmes.cell.dropped"])
        return .seeOther("/desk/programme/\(id)")
    }
}
