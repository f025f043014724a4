import Foundation
import HTTPTypes
import Hummingbird
import Participation
import Postgres
import Text

extension WebApplication {
    /// What was asked of one addressee: its reply at the desk, on paper, and whether its words may be public.
    func addLetterReplies(to desk: RouterGroup<MinyiContext>) {
        desk.get("written/replies/:id") { _, context -> Response in
            try await replyPage(nil, isEntry: false, context)
        }
        desk.post("written/replies/:id") { _, context -> Response in
            let (reply, texts, id) = (LetterReply(context.form), context.texts, try context.number("id"))
            let errors = reply.errors(texts)
            guard errors.isEmpty else { return try await replyPage(reply, isEntry: false, errors: errors, context) }
            do {
                try await reply.send(to: id, codes: intake.codes, in: pools.staff, as: try context.staff.databaseActor)
            } catch {
                return try await refusedReply(error, reply, isEntry: false, context)
            }
            context.visit.flash(.done, texts["written.done.replied"])
            return .seeOther("/desk/written/replies/\(id)")
        }
        desk.get("written/replies/:id/entry") { _, context -> Response in
            try await replyPage(nil, isEntry: true, context)
        }
        desk.post("written/replies/:id/take-back") { _, context -> Response in
            let found = try await asked(context)
            guard let reply = found.addressee.reply else { throw Problem.notFound }
            try await LetterAct.takeEntryBack(reply.id, in: pools.staff, as: try context.staff.databaseActor)
            context.visit.flash(.done, context.texts["written.done.taken_back"])
            return .seeOther("/desk/written/\(found.letter.id)#addressee-\(found.addressee.id)")
        }
        desk.post("written/replies/:id/entry") { _, context in try await enterLetterReply(context) }
        desk.post("written/replies/:id/release") { _, context -> Response in
            let (form, texts, found) = (context.form, context.texts, try await asked(context))
            let takesBack = form.string("do") == "unrelease"
            let agreement = TextNormalisation.normalised(form.string("agreement"))
            guard takesBack || (1...500).contains(TextLength.count(agreement)) else {
                let record = try await WrittenConsultation.find(
                    found.letter.id, in: pools.staff, as: try context.staff.databaseActor)
                guard let record else { throw Problem.notFound }
                let errors = FormErrors("agreement-\(found.addressee.id)", texts["written.errors.agreement"])
                return try await letterPage(
                    record, agreement: (found.addressee.id, form.string("agreement")), errors: errors, context)
            }
            try await LetterAct.release(
                found.addressee.id, agreement: takesBack ? nil : agreement, in: pools.staff,
                as: try context.staff.databaseActor)
            context.visit.flash(.done, texts["written.done.\(takesBack ? "unreleased" : "released")"])
            return .seeOther("/desk/written/\(found.letter.id)")
        }
        desk.get("written/replies/:id/sheet") { _, context -> Response in
            let (found, staff) = (try await asked(context), try context.staff)
            guard staff.has(.organiser, in: [found.letter.unitID]) || staff.has(.clerk, in: [found.letter.unitID])
            else {
                throw Problem.forbidden
            }
            // Rewriting a letter makes its codes anew: only a sent one is printed.
            guard found.letter.state == .sent else { throw Problem.notFound }
            let page = LetterSheetPage(
                found.addressee, of: found.letter, codes: intake.codes, publicURL: configuration.publicURL,
                context.texts)
            return privately(try pages.render(page, in: context))
        }
    }

    private struct Asked: Sendable {
        let addressee: Addressee
        let letter: WrittenConsultation
        let passages: [Passage]
        /// The words of its reply, where the actor may read them.
        let given: String?
        /// Whether the actor does the work of the unit that is asked.
        let isOwnWork: Bool
    }

    /// Who is asked in the path, where the member of staff may see it.
    private func asked(_ context: MinyiContext) async throws -> Asked {
        let id = try context.number("id")
        let found = try await pools.staff.read(as: try context.staff.databaseActor) { tx -> Asked? in
            guard let addressee = try tx.first(Addressee.with(id: id), as: Addressee.self),
                let letter = try tx.first(
                    WrittenConsultation.with(id: addressee.writtenID), as: WrittenConsultation.self)
            else { return nil }
            return Asked(
                addressee: addressee, letter: letter,
                passages: try tx.all(ReceivedLetter.passages(ofLetter: letter.id), as: Passage.self),
                given: try tx.value(LetterReply.given(by: id), as: String?.self),
                isOwnWork: try addressee.isOwnWork(tx))
        }
        guard let found else { throw Problem.notFound }
        return found
    }

    /// - Parameter reply: as it was typed; nil for a form that nobody has typed into.
    private func replyPage(
        _ reply: LetterReply?, isEntry: Bool, errors: FormErrors = FormErrors(), status: HTTPResponse.Status? = nil,
        _ context: MinyiContext
    ) async throws -> Response {
        let (found, staff) = (try await asked(context), try context.staff)
        let mayEnter = staff.has(.organiser, in: found.letter.unitIDs) || staff.has(.clerk, in: found.letter.unitIDs)
        let mayReply =
            found.addressee.unitID.map { unit in
                found.isOwnWork
                    && [StaffRole.organiser, .clerk, .approver].contains { staff.has($0, in: [unit]) }
            } ?? false
        guard isEntry ? mayEnter : mayReply else { throw Problem.forbidden }
        let arrivedOn = context.form.string("arrived_on")
        let page = WrittenReplyPage(
            found.addressee, letter: found.letter, passages: isEntry ? [] : found.passages,
            reply: reply ?? LetterReply(correcting: found.addressee, words: found.given),
            given: found.given,
            isEntry: isEntry, arrivedOn: arrivedOn.isEmpty ? ChinaTime.date(found.letter.now).description : arrivedOn,
            errors: errors, context.texts)
        return try pages.render(page, in: context, status: status ?? (errors.isEmpty ? .ok : .unprocessableContent))
    }

    /// A rule has said no: the form comes back as it was sent, with the rule's sentence.
    private func refusedReply(
        _ error: any Error, _ reply: LetterReply, isEntry: Bool, _ context: MinyiContext
    ) async throws -> Response {
        guard let sentence = context.texts.refusal(error) else { throw error }
        let constraint = (error as? PostgresError)?.constraint
        let field = constraint == "written_replies_arrived" ? "arrived_on" : "kind"
        var reply = reply
        if constraint == "written_replies_once" {
            // The page shows what somebody has said meanwhile; whoever sends once more has been told.
            reply.replaces = try await asked(context).addressee.reply?.id
        }
        return try await replyPage(
            reply, isEntry: isEntry, errors: FormErrors(field, sentence), status: .conflict, context)
    }

    /// What came on paper: the scan is stored first, then claimed by the reply.
    private func enterLetterReply(_ context: MinyiContext) async throws -> Response {
        let (reply, texts, staff, form) = (LetterReply(context.form), context.texts, try context.staff, context.form)
        let found = try await asked(context)
        var errors = reply.errors(texts)
        let day = CalendarDate(form.string("arrived_on"))
        errors.require(day != nil, "arrived_on", texts["written.errors.arrived_on"])
        let scan = form.file("scan")
        errors.require(scan != nil, "scan", texts["written.errors.scan"])
        guard errors.isEmpty, let day, let scan else {
            return try await replyPage(reply, isEntry: true, errors: errors, context)
        }
        do {
            let id = try await Attachment.store(
                try scan.bytes, name: scan.filename, for: found.letter.unitIDs.filter(staff.unitIDs.contains),
                in: pools.staff, as: staff.databaseActor)
            try await reply.enter(
                for: found.addressee.id, arrivedOn: day, scan: id, codes: intake.codes, in: pools.staff,
                as: staff.databaseActor)
        } catch let refused as Attachment.Refused {
            errors.add("scan", texts["attachments.\(refused.rawValue)"])
            return try await replyPage(reply, isEntry: true, errors: errors, context)
        } catch {
            return try await refusedReply(error, reply, isEntry: true, context)
        }
        context.visit.flash(.done, texts["written.done.entered"])
        return .seeOther("/desk/written/\(found.letter.id)")
    }
}

// MARK: By the link

extension WebApplication {
    /// An organisation that was asked by letter replies with the number and the code that stand on it.
    func addLetters(to router: Router<MinyiContext>) {
        router.get("/letters") { _, context -> Response in
            try pages.render(
                LetterLookupPage(
                    title: context.texts["written.lookup.title"], number: "", code: "", errors: FormErrors()),
                in: context)
        }
        router.post("/letters") { _, context in try await openLetter(context) }
        router.post("/letters/reply") { _, context in try await openLetter(isReply: true, context) }
    }

    private func openLetter(isReply: Bool = false, _ context: MinyiContext) async throws -> Response {
        let (form, texts) = (context.form, context.texts)
        func again(_ errors: FormErrors, _ status: HTTPResponse.Status) throws -> Response {
            let page = LetterLookupPage(
                title: texts["written.lookup.title"], number: form.string("number"), code: form.string("code"),
                errors: errors)
            return privately(try pages.render(page, in: context, status: status))
        }
        let (number, code): (SubmissionNumber, QueryCode)
        switch try typedCode(shape: "written.lookup.number_shape", context, again: again) {
        case .refused(let response): return response
        case .read(let typed, let its): (number, code) = (typed, its)
        }
        guard
            let found = try await ReceivedLetter.find(
                number: number.description, mac: intake.codes.mac(code), in: pools.public)
        else { return try again(FormErrors("code", texts["written.lookup.wrong"]), .unprocessableContent) }
        guard isReply else {
            return try receivedLetter(found, code, LetterReply(correcting: found.letter), context)
        }
        var reply = LetterReply(form)
        let faults = reply.errors(texts)
        guard faults.isEmpty else { return try receivedLetter(found, code, reply, errors: faults, context) }
        do {
            try await reply.send(number: number.description, code: code, codes: intake.codes, in: pools.public)
        } catch {
            guard let sentence = texts.refusal(error) else { throw error }
            let now = try await ReceivedLetter.find(
                number: number.description, mac: intake.codes.mac(code), in: pools.public)
            if (error as? PostgresError)?.constraint == "written_replies_once" {
                reply.replaces = now?.letter.replyID
            }
            return try receivedLetter(now ?? found, code, reply, errors: FormErrors("kind", sentence), context)
        }
        let now =
            try await ReceivedLetter.find(
                number: number.description, mac: intake.codes.mac(code), in: pools.public) ?? found
        return try receivedLetter(now, code, LetterReply(correcting: now.letter), isJustNow: true, context)
    }

    private func receivedLetter(
        _ found: (letter: ReceivedLetter, passages: [Passage]), _ code: QueryCode, _ reply: LetterReply,
        isJustNow: Bool = false,
        errors: FormErrors = FormErrors(), _ context: MinyiContext
    ) throws -> Response {
        let page = ReceivedLetterPage(
            found.letter, passages: found.passages, code: code, reply: reply, isJustNow: isJustNow, errors: errors,
            context.texts)
        return privately(try pages.render(page, in: context, status: errors.isEmpty ? .ok : .unprocessableContent))
    }
}
