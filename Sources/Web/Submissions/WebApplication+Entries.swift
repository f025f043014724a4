import Foundation
import HTTPTypes
import Hummingbird
import Participation
import Postgres
import Text

extension WebApplication {
    /// A clerk enters what somebody wrote, said or brought, through the same door as everything else.
    func addEntries(to router: Router<MinyiContext>) {
        let desk = desk(router)
        addCommentImport(to: desk)
        desk.get("procedures/:number/entry") { _, context in
            let procedure = try await heading(context)
            let form = EntryForm(edition: procedure.editionID, today: procedure.lastArrival)
            return try await entryPage(form, on: procedure, context)
        }
        desk.post("procedures/:number/entry") { _, context in
            try await enter(EntryForm(context.form), on: try await heading(context), context)
        }
    }

    private func enter(
        _ form: EntryForm, on procedure: ProcedureHeading, _ context: MinyiContext
    ) async throws -> Response {
        let (texts, staff) = (context.texts, try context.staff)
        var errors = form.errors(on: procedure, texts)
        guard errors.isEmpty, let channel = form.channel, let arrivedOn = CalendarDate(form.arrivedOn) else {
            return try await entryPage(form, on: procedure, errors: errors, context)
        }
        var slip: UUID?
        do {
            slip = try await storeScan(form, for: procedure, by: staff)
        } catch let refused as Attachment.Refused {
            errors.add("scan", texts["attachments.\(refused.rawValue)"])
            return try await entryPage(form, on: procedure, errors: errors, context)
        }
        let comment = form.comment(on: procedure, channel: channel, arrivedOn: arrivedOn, slip: slip)
        let outcome = try await intake.accept(comment, in: pools.staff, as: staff.databaseActor)
        return try await answer(outcome, to: form, on: procedure, context)
    }

    private func storeScan(
        _ form: EntryForm, for procedure: ProcedureHeading, by staff: StaffActor
    ) async throws -> UUID? {
        guard let scan = form.scan else { return nil }
        // Those of the units that work on it which are the clerk's own.
        let units = procedure.unitIDs.filter(staff.unitIDs.contains)
        return try await Attachment.store(
            try scan.bytes, name: scan.filename, for: units, in: pools.staff, as: staff.databaseActor)
    }

    private func answer(
        _ outcome: IntakeOutcome, to form: EntryForm, on procedure: ProcedureHeading, _ context: MinyiContext
    ) async throws -> Response {
        let texts = context.texts
        func again(_ field: String, _ key: String) async throws -> Response {
            let day = ChinaTime.day(procedure.firstArrival, in: texts.clock)
            let errors = FormErrors(field, texts["submissions.entry.errors.\(key)", ["day": day]])
            return try await entryPage(form, on: procedure, errors: errors, context)
        }
        switch outcome.verdict {
        case .accepted, .already:
            guard let number = outcome.number else { throw NoRow() }
            return try await counterReceipt(
                number, intake.codes.code(for: form.typed.key), title: texts["submissions.entry.done_title"],
                lead: texts["submissions.entry.done_lead"],
                next: ("/desk/procedures/\(procedure.number)/entry", texts["submissions.entry.another"]), context)
        case .keyReused:
            // Entered, gone back, changed, and sent again: the first stands.
            var again = form
            again.typed.key = UUID()
            let notice = texts["submissions.entry.sent_before", ["number": outcome.number ?? ""]]
            return try await entryPage(again, on: procedure, notice: notice, status: .conflict, context)
        case .notAllowed: throw Problem.forbidden
        case .unknownProcedure: throw Problem.notFound
        case .arrivedEarly: return try await again("arrived_on", "arrived_early")
        case .arrivedLate: return try await again("arrived_on", "arrived_late")
        case .unknownPassage: return try await again("row", "row")
        case .empty: return try await again("content", "content")
        case .entryOver, .closed, .notOpen, .suspended:
            // Read anew: what the door saw is later than what this request had read.
            let now = try await heading(context)
            let notice = texts["submissions.entry.not_entered"]
            return try await entryPage(form, on: now, notice: notice, status: .conflict, context)
        // Malformed, or what is said of other kinds of submissions only.
        default: throw Problem.badRequest
        }
    }

    private func entryPage(
        _ form: EntryForm, on procedure: ProcedureHeading, errors: FormErrors = FormErrors(), notice: String? = nil,
        status: HTTPResponse.Status? = nil, _ context: MinyiContext
    ) async throws -> Response {
        let staff = try context.staff
        let passages = try await pools.staff.read(as: staff.databaseActor) { tx in
            try tx.all(Participation.Passage.of(edition: procedure.editionID), as: Participation.Passage.self)
        }
        let page = EntryPage(
            form, on: procedure, passages: passages, mayEnter: staff.has(.organiser) || staff.has(.clerk),
            notice: notice, errors: errors, context.texts)
        return try pages.render(
            page, in: context, status: status ?? (errors.isEmpty ? .ok : .unprocessableContent))
    }

    /// The slip for the author, opened with the code that is known just now.
    func counterReceipt(
        _ number: String, _ code: QueryCode, title: String, lead: String, next: (href: String, text: String),
        _ context: MinyiContext
    ) async throws -> Response {
        let texts = context.texts
        guard let number = try? SubmissionNumber(number),
            let receipt = try await Receipt.find(number, mac: intake.codes.mac(code), in: pools.public)
        else { throw Problem.conflict(texts["submissions.errors.code_again"]) }
        let page = CounterReceiptPage(
            title: title,
            crumbs: [
                Crumb(href: "/desk", text: texts["nav.desk"]),
                Crumb(
                    href: "/desk/procedures/\(receipt.procedureNumber)/submissions",
                    text: texts["submissions.list.title"]),
            ], lead: lead,
            receipt: ReceiptPage(receipt, code: code, publicURL: configuration.publicURL, texts), nextHref: next.href,
            nextText: next.text)
        return privately(try pages.render(page, in: context))
    }
}
