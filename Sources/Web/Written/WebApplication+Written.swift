import Foundation
import HTTPTypes
import Hummingbird
import Participation
import Postgres
import Text

extension WebApplication {
    /// 书面征求意见 at the desk: letters, whom they ask, what came back.
    func addWritten(to router: Router<MinyiContext>) {
        let desk = desk(router)
        desk.get("written") { _, context -> Response in
            let staff = try context.staff
            let (asked, letters) = try await pools.staff.read(as: staff.databaseActor) { tx in
                let asked = try tx.all(Addressee.mine, as: Addressee.self)
                let pairs = try asked.compactMap { it in
                    try tx.first(WrittenConsultation.with(id: it.writtenID), as: WrittenConsultation.self).map {
                        (it, $0)
                    }
                }
                return (pairs, try tx.all(WrittenConsultation.ours, as: WrittenConsultation.self))
            }
            return try pages.render(
                WrittenListPage(procedure: nil, asked: asked, letters: letters, for: staff, context.texts), in: context)
        }
        desk.get("procedures/:number/written") { _, context -> Response in
            let (staff, procedure) = (try context.staff, try await heading(context))
            let letters = try await pools.staff.read(as: staff.databaseActor) { tx in
                try tx.all(WrittenConsultation.of(procedure: procedure.number), as: WrittenConsultation.self)
            }
            return try pages.render(
                WrittenListPage(procedure: procedure, asked: [], letters: letters, for: staff, context.texts),
                in: context)
        }
        desk.get("procedures/:number/written/new") { _, context -> Response in
            let procedure = try await heading(context)
            guard let unit = procedure.unitIDs.first else { throw Problem.notFound }
            let day = try await pools.staff.read(as: try context.staff.databaseActor) { tx in
                try WrittenConsultation.proposedDay(for: unit, tx)
            }
            return try await letterForm(WrittenForm(for: procedure, dueOn: day), on: procedure, proposed: day, context)
        }
        desk.post("procedures/:number/written/new") { _, context in
            try await saveLetter(nil, on: try await heading(context), context)
        }
        desk.get("written/:id") { _, context in try await letterPage(try await letter(context), context) }
        desk.get("written/:id/edit") { _, context -> Response in
            let record = try await letter(context)
            return try await letterForm(
                WrittenForm(record), on: try await heading(of: record, context), letter: record.letter.id, context)
        }
        desk.post("written/:id/edit") { _, context in
            let record = try await letter(context)
            return try await saveLetter(record.letter.id, on: try await heading(of: record, context), context)
        }
        desk.post("written/:id/send") { _, context -> Response in
            let id = try context.number("id")
            let version = context.form.version("version") ?? 0
            do {
                try await LetterAct.send(version: version)(
                    on: id, in: pools.staff, as: try context.staff.databaseActor)
            } catch {
                // The letter is shown as it is now.
                guard let sentence = context.texts.refusal(error) else { throw error }
                return try await letterPage(
                    try await letter(context), errors: FormErrors("send", sentence), status: .conflict, context)
            }
            context.visit.flash(.done, context.texts["written.done.sent"])
            return .seeOther("/desk/written/\(id)")
        }
        desk.post("written/:id/scan") { _, context in try await attachLetterScan(context) }
        addLetterReplies(to: desk)
    }

    /// The letter in the path, where the member of staff may see it.
    private func letter(_ context: MinyiContext) async throws -> WrittenConsultation.Record {
        let found = try await WrittenConsultation.find(
            try context.number("id"), in: pools.staff, as: try context.staff.databaseActor)
        guard let found else { throw Problem.notFound }
        return found
    }

    private func heading(of record: WrittenConsultation.Record, _ context: MinyiContext) async throws
        -> ProcedureHeading
    {
        guard let number = record.letter.procedureNumber,
            let found = try await ProcedureHeading.find(
                number: number, in: pools.staff, as: try context.staff.databaseActor)
        else { throw Problem.notFound }
        return found
    }

    /// - Parameter agreement: of which addressee, and as it was typed.
    func letterPage(
        _ record: WrittenConsultation.Record, agreement: (addressee: Int, text: String)? = nil,
        errors: FormErrors = FormErrors(), status: HTTPResponse.Status? = nil, _ context: MinyiContext
    ) async throws -> Response {
        let page = WrittenPage(
            record, codes: intake.codes, for: try context.staff, agreement: agreement, errors: errors, context.texts)
        return privately(
            try pages.render(page, in: context, status: status ?? (errors.isEmpty ? .ok : .unprocessableContent)))
    }

    private func letterForm(
        _ form: WrittenForm, on procedure: ProcedureHeading, letter: Int? = nil, proposed: CalendarDate? = nil,
        errors: FormErrors = FormErrors(), status: HTTPResponse.Status = .ok, _ context: MinyiContext
    ) async throws -> Response {
        let staff = try context.staff
        guard staff.has(.organiser) else { throw Problem.forbidden }
        let units = try await pools.staff.read(as: staff.databaseActor) { tx in
            try tx.all(Participation.Unit.all, as: Participation.Unit.self)
        }
        let rule = proposed.map {
            context.texts["written.by_rule", ["day": ChinaTime.day($0, in: context.texts.clock)]]
        }
        let page = WrittenFormPage(
            form, on: procedure, letter: letter,
            units: units.filter { $0.validUntil == nil && $0.name != procedure.unitName }, rule: rule, errors: errors,
            context.texts)
        return try pages.render(page, in: context, status: status)
    }

    private func saveLetter(_ id: Int?, on procedure: ProcedureHeading, _ context: MinyiContext) async throws
        -> Response
    {
        let (form, texts) = (WrittenForm(context.form), context.texts)
        let errors = form.errors(texts)
        guard errors.isEmpty else {
            return try await letterForm(
                form, on: procedure, letter: id, errors: errors, status: .unprocessableContent, context)
        }
        do {
            let made = try await form.letter(
                id, version: form.version, procedure: procedure.number, key: form.key, codes: intake.codes,
                in: pools.staff,
                as: try context.staff.databaseActor)
            context.visit.flash(.done, texts["written.done.saved"])
            return .seeOther("/desk/written/\(made)")
        } catch {
            guard let sentence = texts.refusal(error) else { throw error }
            let constraint = (error as? PostgresError)?.constraint
            let field = constraint == "written_consultations_due_ahead" ? "due_on" : "title"
            var again = form
            if constraint == "written_consultations_changed_meanwhile" {
                // Whoever saves once more has been told.
                again.version = try await letter(context).letter.version
            }
            return try await letterForm(
                again, on: procedure, letter: id, errors: FormErrors(field, sentence), status: .conflict, context)
        }
    }

    private func attachLetterScan(_ context: MinyiContext) async throws -> Response {
        let (record, texts, staff) = (try await letter(context), context.texts, try context.staff)
        guard let file = context.form.file("scan") else {
            return try await letterPage(record, errors: FormErrors("scan", texts["written.errors.scan"]), context)
        }
        do {
            let id = try await Attachment.store(
                try file.bytes, name: file.filename, for: record.letter.unitIDs.filter(staff.unitIDs.contains),
                in: pools.staff, as: staff.databaseActor)
            try await LetterAct.attachScan(id)(on: record.letter.id, in: pools.staff, as: staff.databaseActor)
        } catch let refused as Attachment.Refused {
            return try await letterPage(
                record, errors: FormErrors("scan", texts["attachments.\(refused.rawValue)"]), context)
        } catch {
            guard let sentence = texts.refusal(error) else { throw error }
            return try await letterPage(
                try await letter(context), errors: FormErrors("scan", sentence), status: .conflict, context)
        }
        context.visit.flash(.done, texts["written.done.scan"])
        return .seeOther("/desk/written/\(record.letter.id)")
    }
}
