import Documents
import Foundation
import HTTPTypes
import Hummingbird
import Participation
import Postgres
import Text

extension WebApplication {
    /// Who has registered, at the desk: the list, what came on paper, checking one after the other.
    func addRegistrationDesk(to router: Router<MinyiContext>) {
        let desk = desk(router)
        desk.get("hearings/:number/registrations") { request, context in
            try await registrationList(try request.query(), context)
        }
        desk.get("hearings/:number/registrations/new") { _, context -> Response in
            let (gathering, offer) = (try await hearing(context), try await offer(context))
            let form = RegistrationForm(today: offer.lastArrival)
            return try await registrationEntry(form, gathering, offer, context)
        }
        desk.post("hearings/:number/registrations/new") { _, context in try await enterRegistration(context) }
        desk.get("hearings/:number/registrations/:id") { _, context -> Response in
            let (gathering, line) = try await registration(context)
            return try await registrationPage(line, gathering, context)
        }
        desk.post("hearings/:number/registrations/:id") { _, context in try await handleRegistration(context) }
        // Reading one is recorded, so it is a press.
        desk.post("hearings/:number/registrations/:id/papers/:file") { _, context in
            try await registrationPaper(context)
        }
    }

    /// The hearing in the path, where the member of staff may see it.
    private func hearing(_ context: MinyiContext) async throws -> Gathering {
        let (actor, number) = (try context.staff.databaseActor, try context.text("number"))
        let found = try await pools.staff.read(as: actor) { tx in
            try tx.first(Gathering.with(number: number), as: Gathering.self)
        }
        guard let found, found.kind == .hearing else { throw Problem.notFound }
        return found
    }

    private func registration(_ context: MinyiContext) async throws -> (Gathering, RegistrationLine) {
        let (gathering, actor) = (try await hearing(context), try context.staff.databaseActor)
        guard let id = Int(try context.text("id")) else { throw Problem.notFound }
        let line = try await pools.staff.read(as: actor) { tx in
            try tx.first(RegistrationLine.with(id: id, gathering: gathering.id), as: RegistrationLine.self)
        }
        guard let line else { throw Problem.notFound }
        return (gathering, line)
    }

    private func registrationList(_ query: FormData, _ context: MinyiContext) async throws -> Response {
        let (gathering, staff) = (try await hearing(context), try context.staff)
        let category = query.string("category")
        let filter = RegistrationLine.Filter(
            verdict: RegistrationVerdict(rawValue: query.string("view")), category: category.isEmpty ? nil : category)
        let (categories, counts, lines, end) = try await pools.staff.read(as: staff.databaseActor) { tx in
            (
                try tx.all(GatheringCategory.of(gathering: gathering.id), as: GatheringCategory.self),
                try tx.all(RegistrationCount.of(gathering: gathering.id), as: RegistrationCount.self),
                try tx.all(RegistrationLine.of(gathering: gathering.id, filter), as: RegistrationLine.self),
                try tx.first(RegistrationsEnd.of(gathering: gathering.id), as: RegistrationsEnd.self)
            )
        }
        let page = RegistrationListPage(
            gathering, categories: categories, counts: counts, lines: lines, filter: filter, end: end,
            mayEnter: mayEnter(gathering, staff), context.texts)
        return try pages.render(page, in: context)
    }

    private func mayEnter(_ gathering: Gathering, _ staff: StaffActor) -> Bool {
        staff.has(.organiser, in: gathering.unitIDs) || staff.has(.clerk, in: gathering.unitIDs)
    }

    // MARK: What came on paper

    private func enterRegistration(_ context: MinyiContext) async throws -> Response {
        let (texts, staff, gathering) = (context.texts, try context.staff, try await hearing(context))
        let offer = try await offer(context)
        var form = RegistrationForm(context.form)
        guard mayEnter(gathering, staff) else { throw Problem.forbidden }
        var errors = form.entryErrors(offer, texts)
        let files = try await takePapers(&errors, context)
        let registration = form.registration(for: offer, files: files, entered: true)
        errors.add(contentsOf: FormErrors(registration.faults(offer), asking: offer.asks, texts))
        guard errors.isEmpty else {
            return try await registrationEntry(form, gathering, offer, papers: files, errors: errors, context)
        }
        let outcome = try await intake.accept(registration, in: pools.staff, as: staff.databaseActor)
        switch outcome.verdict {
        case .accepted, .already:
            guard let number = outcome.number else { throw NoRow() }
            return try await registrationCounter(
                number, intake.codes.code(for: form.key), gathering, title: texts["registrations.entry.done"],
                next: ("/desk/hearings/\(gathering.number)/registrations/new", texts["registrations.entry.another"]),
                context)
        case .keyReused:
            form.key = UUID()
            let notice = texts["registrations.sent_before", ["number": outcome.number ?? ""]]
            return try await registrationEntry(
                form, gathering, offer, papers: files, notice: notice, status: .conflict, context)
        case .notAllowed: throw Problem.forbidden
        case .unknownGathering: throw Problem.notFound
        case .closed, .notOpen, .suspended, .entryOver:
            let notice = texts["registrations.entry.not_entered"]
            return try await registrationEntry(
                form, gathering, offer, papers: files, notice: notice, status: .conflict, context)
        case .registeredAlready:
            let sentence = texts["registrations.entry.registered_already", ["number": outcome.number ?? ""]]
            let errors = FormErrors(offer.knownBy, sentence)
            return try await registrationEntry(form, gathering, offer, papers: files, errors: errors, context)
        default:
            guard let errors = texts.errors(of: outcome.verdict) else { throw Problem.badRequest }
            return try await registrationEntry(form, gathering, offer, papers: files, errors: errors, context)
        }
    }

    /// The papers that were chosen now, and with earlier presses as far as they are still ticked: a page cannot hand a file back.
    private func takePapers(_ errors: inout FormErrors, _ context: MinyiContext) async throws -> [UUID] {
        let kept = context.form.strings("keep").compactMap(UUID.init(uuidString:))
        let chosen = context.form.files("files").filter { !($0.filename.isEmpty && $0.size == 0) }
        return kept
            + (try await storeEntered(
                chosen, FileKind.scans, most: Registration.mostPapers - kept.count, field: "files", &errors, context))
    }

    private func registrationEntry(
        _ form: RegistrationForm, _ gathering: Gathering, _ offer: PublicGathering, papers: [UUID] = [],
        errors: FormErrors = FormErrors(), notice: String? = nil, status: HTTPResponse.Status? = nil,
        _ context: MinyiContext
    ) async throws -> Response {
        let staff = try context.staff
        guard mayEnter(gathering, staff) else { throw Problem.forbidden }
        var uploads: [Attachment] = []
        for id in papers {
            guard let there = try await Attachment.find(id, in: pools.staff, as: staff.databaseActor) else { continue }
            uploads.append(there)
        }
        let page = RegistrationFormPage(
            form, offer, uploads: uploads, entered: true, site: site, errors: errors, notice: notice, context.texts)
        return privately(
            try pages.render(page, in: context, status: status ?? (errors.isEmpty ? .ok : .unprocessableContent)))
    }

    private func registrationCounter(
        _ number: String, _ code: QueryCode, _ gathering: Gathering, title: String, next: (href: String, text: String),
        _ context: MinyiContext
    ) async throws -> Response {
        let texts = context.texts
        guard let number = try? SubmissionNumber(number),
            let receipt = try await RegistrationReceipt.find(number, mac: intake.codes.mac(code), in: pools.public)
        else { throw Problem.conflict(texts["submissions.errors.code_again"]) }
        let page = RegistrationCounterPage(
            title: title,
            crumbs: [
                Crumb(href: "/desk", text: texts["nav.desk"]),
                Crumb(href: "/desk/hearings/\(gathering.number)", text: gathering.title),
                Crumb(
                    href: "/desk/hearings/\(gathering.number)/registrations", text: texts["registrations.list.title"]),
            ], lead: texts["registrations.entry.done_lead"],
            receipt: RegistrationReceiptPage(
                receipt, code: code, codes: intake.codes, publicURL: configuration.publicURL, texts),
            nextHref: next.href, nextText: next.text)
        return privately(try pages.render(page, in: context))
    }

    // MARK: One registration

    private func registrationPage(
        _ line: RegistrationLine, _ gathering: Gathering,
        typed: RegistrationDeskPage.Typed = RegistrationDeskPage.Typed(),
        status: HTTPResponse.Status? = nil, _ context: MinyiContext
    ) async throws -> Response {
        let staff = try context.staff
        let papers =
            staff.has(.organiser, in: [gathering.unitID])
            ? try await pools.staff.read(as: staff.databaseActor) { tx in
                try tx.all(RegistrationRecord.papers(line.id), as: Attachment.self)
            } : []
        let page = RegistrationDeskPage(line, of: gathering, papers: papers, typed: typed, for: staff, context.texts)
        return privately(
            try pages.render(
                page, in: context, status: status ?? (typed.errors.isEmpty ? .ok : .unprocessableContent)))
    }

    /// Reading who it is and checking are presses on the same page. What is read is shown in the answer to the form, never at an
    /// address of its own: no link, history or cache holds it.
    private func handleRegistration(_ context: MinyiContext) async throws -> Response {
        let (gathering, line) = try await registration(context)
        let (texts, actor, form) = (context.texts, try context.staff.databaseActor, context.form)
        switch form.string("action") {
        case "read", "identity":
            var typed = RegistrationDeskPage.Typed()
            typed.inFull = form.string("action") == "identity"
            typed.record = try await RegistrationRecord.read(
                line.id, inFull: typed.inFull, vault: intake.vault, in: pools.staff, as: actor)
            if typed.record == nil { typed.notice = texts["registrations.one.gone"] }
            return try await registrationPage(line, gathering, typed: typed, context)
        case "code":
            guard let version = form.int("version"), (1...1_000_000).contains(version) else { throw Problem.badRequest }
            let code = try await ReissueCode(submissionID: line.submissionID, version: version)(
                codes: intake.codes, in: pools.staff, as: actor)
            guard let code else { throw Problem.conflict(texts["submissions.errors.code_again"]) }
            return try await registrationCounter(
                line.number, code, gathering, title: texts["registrations.one.code_title"],
                next: (
                    "/desk/hearings/\(gathering.number)/registrations/\(line.id)", texts["registrations.one.code_back"]
                ), context)
        case let action:
            guard let verdict = RegistrationVerdict(rawValue: action) else { throw Problem.badRequest }
            return try await check(line, gathering, verdict, context)
        }
    }

    private func check(
        _ line: RegistrationLine, _ gathering: Gathering, _ verdict: RegistrationVerdict, _ context: MinyiContext
    ) async throws -> Response {
        let (texts, form) = (context.texts, context.form)
        var typed = RegistrationDeskPage.Typed()
        (typed.code, typed.note) = (form.string("code"), TextNormalisation.normalised(form.exactly("note")))
        let code = RegistrationVerdict.Code(rawValue: typed.code)
        typed.errors.require(verdict != .refused || code != nil, "code", texts["registrations.errors.code"])
        typed.errors.require(
            TextLength.count(typed.note) <= CheckRegistration.longestNote, "note",
            texts["registrations.errors.too_long", ["count": CheckRegistration.longestNote]])
        guard typed.errors.isEmpty else { return try await registrationPage(line, gathering, typed: typed, context) }
        do {
            try await CheckRegistration(id: line.id, verdict: verdict, code: code, note: typed.note)(
                in: pools.staff, as: try context.staff.databaseActor)
        } catch {
            guard let refusal = texts.refusal(error) else { throw error }
            typed.notice = refusal
            return try await registrationPage(line, gathering, typed: typed, status: .conflict, context)
        }
        context.visit.flash(.done, texts["registrations.one.done_\(verdict.rawValue)"])
        return .seeOther("/desk/hearings/\(gathering.number)/registrations/\(line.id)")
    }

    private func registrationPaper(_ context: MinyiContext) async throws -> Response {
        let (gathering, line) = try await registration(context)
        let (actor, database) = (try context.staff.databaseActor, pools.staff)
        guard try context.staff.has(.organiser, in: [gathering.unitID]) else { throw Problem.forbidden }
        let papers = try await database.read(as: actor) { tx in
            try tx.all(RegistrationRecord.papers(line.id), as: Attachment.self)
        }
        let wanted = UUID(uuidString: try context.text("file"))
        guard let paper = papers.first(where: { $0.id == wanted }) else { throw Problem.notFound }
        // A copy of an identity card says all that the form does: it is recorded as a reading of the whole number.
        let record = try await RegistrationRecord.read(
            line.id, inFull: true, vault: intake.vault, in: database, as: actor)
        guard record != nil else { throw Problem.notFound }
        return .download(paper, as: paper.plainName) {
            try await RegistrationRecord.chunk($0, of: paper.id, line.id, in: database, as: actor)
        }
    }
}
