import Foundation
import HTTPTypes
import Hummingbird
import Participation
import Postgres
import Text

extension WebApplication {
    /// Who was there confirms page by page, with the number of the hearing and a code of their own.
    func addTranscripts(to router: Router<MinyiContext>) {
        router.get("/transcripts") { _, context -> Response in
            try pages.render(
                TranscriptLookupPage(
                    title: context.texts["live_desk.lookup.title"], number: "", code: "", errors: FormErrors()),
                in: context)
        }
        router.post("/transcripts") { _, context in try await openTranscript(context) }
        router.post("/transcripts/mark") { _, context in try await openTranscript(isMark: true, context) }
    }

    private func openTranscript(isMark: Bool = false, _ context: MinyiContext) async throws -> Response {
        let (form, texts) = (context.form, context.texts)
        func again(_ errors: FormErrors, _ status: HTTPResponse.Status) throws -> Response {
            let page = TranscriptLookupPage(
                title: texts["live_desk.lookup.title"], number: form.string("number"), code: form.string("code"),
                errors: errors)
            return privately(try pages.render(page, in: context, status: status))
        }
        let (number, code): (String, QueryCode)
        switch try typedCode(shape: "live_desk.lookup.number_shape", context, again: again) {
        case .refused(let response): return response
        case .read(let typed, let its): (number, code) = (typed.description, its)
        }
        let mac = intake.codes.mac(code)
        guard let found = try await OwnTranscript.find(number, mac: mac, in: pools.public) else {
            return try again(FormErrors("code", texts["live_desk.lookup.wrong"]), .unprocessableContent)
        }
        // A whole hall confirms page by page through one address: only what was wrong counts.
        receiptGate.giveBack(context.visit.network.text)
        guard isMark else { return try await transcript(found, number, code, at: form.int("page"), context) }
        return try await mark(found, number, code, context)
    }

    private func mark(
        _ found: OwnTranscript, _ number: String, _ code: QueryCode, _ context: MinyiContext
    ) async throws -> Response {
        let (form, texts, mac) = (context.form, context.texts, intake.codes.mac(code))
        guard let page = form.int("page"), 1...1000 ~= page, let seen = form.int("seen"), 0...1_000_000 ~= seen,
            let verdict = TranscriptMark.Verdict(rawValue: form.string("verdict"))
        else { throw Problem.badRequest }
        let note = verdict == .objected ? TextNormalisation.normalised(form.string("note")) : ""
        func refused(_ key: String) async throws -> Response {
            try await transcript(
                found, number, code, at: page, note: form.exactly("note"),
                errors: FormErrors("note", texts["live_desk.mark.\(key)"]), context)
        }
        guard verdict == .confirmed || 1...1000 ~= TextLength.count(note) else {
            return try await refused("note_needed")
        }
        let outcome = try await TranscriptMark.mark(
            number, mac: mac, page: page, seen: seen, verdict, note: note, in: pools.public)
        switch outcome {
        case .marked:
            let now = try await OwnTranscript.find(number, mac: mac, in: pools.public) ?? found
            let done = texts["live_desk.mark.done_\(verdict.rawValue)", ["page": page]]
            return try await transcript(now, number, code, at: nil, done: done, context)
        case .reason: return try await refused("note_needed")
        case .changed: return try await refused("changed")
        case .over: return try await refused("over")
        case .unknown: throw Problem.notFound
        }
    }

    /// - Parameter page: nil for the first that is not confirmed yet.
    private func transcript(
        _ it: OwnTranscript, _ number: String, _ code: QueryCode, at page: Int?, done: String? = nil,
        note: String = "", errors: FormErrors = FormErrors(), _ context: MinyiContext
    ) async throws -> Response {
        let open = it.pages > 0 ? (1...it.pages).first { it.marks[$0] == nil } : nil
        let here = page.flatMap { 1...max(1, it.pages) ~= $0 ? $0 : nil } ?? open ?? 1
        let lines = try await OwnTranscript.page(
            here, of: number, mac: intake.codes.mac(code), in: pools.public)
        let shown = TranscriptPage(
            it, number: number, code: code, page: here, lines: lines, done: done, note: note, errors: errors,
            context.texts)
        return privately(try pages.render(shown, in: context, status: errors.isEmpty ? .ok : .unprocessableContent))
    }
}

// MARK: At the desk

extension WebApplication {
    func addTranscriptDesk(to desk: RouterGroup<MinyiContext>) {
        desk.get("hearings/:number/transcript") { _, context in
            try await transcriptDesk(try await heldGathering(orVisit: true, context), FormErrors(), context)
        }
        desk.post("hearings/:number/transcript/ends") { _, context -> Response in
            let (it, form) = (try await heldGathering(context), context.form)
            guard let person = form.int("person"),
                let outcome = TranscriptEnd.Outcome(rawValue: form.string("outcome"))
            else { throw Problem.badRequest }
            guard TextLength.count(form.string("reason")) <= 500 else {
                let sentence = context.texts["procedures.errors.too_long", ["count": 500]]
                return try await transcriptDesk(it, FormErrors("reason-\(person)", sentence), context)
            }
            return try await settled(it, "ends", context) {
                try await TranscriptEnd.record(
                    outcome, of: person, reason: form.string("reason"), in: pools.staff, as: context.actor)
                return 0
            }
        }
        desk.post("hearings/:number/transcript/scan") { _, context -> Response in
            let (it, staff, texts) = (try await heldGathering(context), try context.staff, context.texts)
            guard let scan = context.form.file("scan") else {
                return try await transcriptDesk(it, FormErrors("scan", texts["live_desk.scan.missing"]), context)
            }
            do {
                let id = try await Attachment.store(
                    try scan.bytes, name: scan.filename, for: it.unitIDs.filter(staff.unitIDs.contains),
                    in: pools.staff, as: context.actor)
                return try await settled(it, "scanned", context) {
                    try await Gathering.attachTranscript(id, to: it.id, in: pools.staff, as: context.actor)
                    return 0
                }
            } catch let refused as Attachment.Refused {
                return try await transcriptDesk(
                    it, FormErrors("scan", texts["attachments.\(refused.rawValue)"]), context)
            }
        }
        desk.post("hearings/:number/close") { _, context -> Response in
            let it = try await heldGathering(orVisit: true, context)
            return try await settled(it, "closed", context) {
                try await Gathering.close(it.id, in: pools.staff, as: context.actor)
            }
        }
    }

    /// - Parameter act: returns what the sentence counts.
    private func settled(
        _ it: Gathering, _ done: String, _ context: MinyiContext, _ act: () async throws -> Int
    ) async throws -> Response {
        let count: Int
        do { count = try await act() } catch {
            guard let sentence = context.texts.refusal(error) else { throw error }
            return try await transcriptDesk(it, FormErrors("main", sentence), context)
        }
        context.visit.flash(.done, context.texts[LiveDeskPages.done(done, it), ["count": count]])
        return .seeOther(LiveDeskPages.desk(it) + (it.kind == .visit ? "" : "/transcript"))
    }

    func transcriptDesk(
        _ it: Gathering, _ errors: FormErrors = FormErrors(), _ context: MinyiContext
    ) async throws -> Response {
        let (people, entries, marks, ends) = try await pools.staff.read(as: context.actor) { tx in
            (
                try tx.all(GatheringPerson.of(gathering: it.id), as: GatheringPerson.self),
                try tx.all(TranscriptEntry.of(gathering: it.id), as: TranscriptEntry.self),
                try tx.all(TranscriptMark.of(gathering: it.id), as: TranscriptMark.self),
                try tx.all(TranscriptEnd.of(gathering: it.id), as: TranscriptEnd.self)
            )
        }
        let page = TranscriptDeskPage(
            it, people: people, transcript: Transcript(entries), marks: marks, ends: ends,
            typed: context.form, errors: errors, context.texts)
        return try pages.render(page, in: context, status: errors.isEmpty ? .ok : .unprocessableContent)
    }
}
