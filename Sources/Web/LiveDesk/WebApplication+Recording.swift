import Foundation
import HTTPTypes
import Hummingbird
import Participation
import Postgres

/// The desk while it is held: agenda, beginning, entries, end.
extension WebApplication {
    private struct Answer: Encodable {
        struct Line: Encodable {
            let key: String
            let place: Int?
            let outcome, note: String
            let taken: Bool
        }

        let outcomes: [Line]
        /// The newest of those that were taken.
        let position: Int
    }

    func addRecording(to desk: RouterGroup<MinyiContext>) {
        desk.get("hearings/:number/agenda") { _, context -> Response in
            let it = try await heldGathering(context)
            let kept = try await pools.staff.read(as: context.actor) {
                try $0.all(Agenda.of(gathering: it.id), as: Agenda.Item.self)
            }
            let agenda = kept.isEmpty && it.kind == .hearing ? Agenda.ofArticle17 : Agenda(kept)
            return try pages.render(AgendaPage(it, AgendaForm(agenda), context.texts), in: context)
        }
        desk.post("hearings/:number/agenda") { _, context -> Response in
            let (it, typed, texts) = (try await heldGathering(context), AgendaForm(context.form), context.texts)
            var (agenda, errors) = typed.agenda(texts)
            if errors.isEmpty {
                do {
                    try await agenda.save(gathering: it.id, in: pools.staff, as: context.actor)
                    context.visit.flash(.done, texts["live_desk.agenda.saved"])
                    return .seeOther(LiveDeskPages.desk(it) + "/agenda")
                } catch {
                    guard let sentence = texts.refusal(error) else { throw error }
                    errors.add("items", sentence)
                }
            }
            let page = AgendaPage(it, typed, errors: errors, texts)
            return try pages.render(page, in: context, status: .unprocessableContent)
        }
        desk.get("hearings/:number/live") { _, context in
            try await livePage(try await heldGathering(context), context)
        }
        // Reading names is recorded: a press, whose answer stands at no address of its own.
        desk.post("hearings/:number/live/roll") { _, context -> Response in
            let (it, actor) = (try await heldGathering(context), try context.staff.databaseActor)
            let contacts = try await ReadPeople.all(of: it.id, vault: intake.vault, in: pools.staff, as: actor)
            let people = try await pools.staff.read(as: actor) {
                try $0.all(GatheringPerson.of(gathering: it.id), as: GatheringPerson.self)
            }
            return privately(try pages.render(RollPage(it, people, contacts: contacts, context.texts), in: context))
        }
        desk.get("hearings/:number/live/token") { _, context -> Response in
            try .json(OutboxToken(context))
        }
        desk.post("hearings/:number/live/begin") { _, context -> Response in
            try await step("begun", context) { try await Gathering.begin($0.id, in: pools.staff, as: context.actor) }
        }
        desk.post("hearings/:number/live/end") { _, context -> Response in
            try await step("ended", context) { try await Gathering.end($0.id, in: pools.staff, as: context.actor) }
        }
        desk.post("hearings/:number/live/entries") { _, context -> Response in
            let (it, form) = (try await heldGathering(context), context.form)
            guard form.has("entries") else { return try await takeTyped(it, context) }
            let outcomes = try await TakeEntries(it.id)(
                JSONText(try form.jsonList("entries")), in: pools.staff, as: context.actor)
            let lines = outcomes.compactMap { one in
                one.key.map { key in
                    Answer.Line(
                        key: key.uuidString.lowercased(), place: one.place, outcome: one.outcome.rawValue,
                        note: context.texts["live_desk.outcomes.\(one.outcome.rawValue)"],
                        taken: one.outcome.isTaken)
                }
            }
            return try .json(Answer(outcomes: lines, position: outcomes.compactMap(\.place).max() ?? 0))
        }
    }

    private func step(
        _ done: String, _ context: MinyiContext, _ act: (Gathering) async throws -> Void
    ) async throws -> Response {
        let it = try await heldGathering(orVisit: true, context)
        do { try await act(it) } catch {
            guard let sentence = context.texts.refusal(error) else { throw error }
            if it.kind == .visit { return try await gatheringDesk(notice: sentence, context) }
            return try await livePage(it, errors: FormErrors("main", sentence), context)
        }
        context.visit.flash(.done, context.texts[LiveDeskPages.done(done, it)])
        return .seeOther(LiveDeskPages.desk(it) + (it.kind == .visit ? "" : "/live"))
    }

    /// One form, from a browser without the script.
    private func takeTyped(_ it: Gathering, _ context: MinyiContext) async throws -> Response {
        let (form, texts) = (context.form, context.texts)
        guard let kind = TranscriptEntry.Kind(rawValue: form.string("kind")) else { throw Problem.badRequest }
        var entry = TypedEntry(key: UUID(uuidString: form.string("key")) ?? UUID(), kind: kind)
        (entry.person, entry.next, entry.item) = (form.int("person"), form.int("next"), form.int("item"))
        entry.presence = GatheringPerson.Presence(rawValue: form.string("presence"))
        (entry.passage, entry.replaces) = (form.int("passage"), UUID(uuidString: form.string("replaces")))
        if kind == .correction { entry.becomes = TranscriptEntry.Kind(rawValue: form.string("becomes")) }
        if kind != .hidden { entry.body = form.optional("body") }
        // Ten hours, as the table has it.
        entry.seconds = form.int("minutes").map { 60 * max(0, min($0, 600)) }
        let outcome = try await TakeEntries(it.id)([entry], in: pools.staff, as: context.actor).first?.outcome
        guard let outcome, outcome.isTaken else {
            let sentence = texts["live_desk.outcomes.\((outcome ?? .malformed).rawValue)"]
            let field = kind == .correction || kind == .hidden ? "correction-body" : "words-body"
            return try await livePage(it, typed: form, errors: FormErrors(field, sentence), context)
        }
        context.visit.flash(.done, texts["live_desk.outcomes.\(outcome.rawValue)"])
        return .seeOther(LiveDeskPages.desk(it) + "/live")
    }

    private func livePage(
        _ it: Gathering, typed: FormData? = nil, errors: FormErrors = FormErrors(), _ context: MinyiContext
    ) async throws -> Response {
        let (people, agenda, entries, passages, screenKey) = try await pools.staff.read(as: context.actor) { tx in
            (
                try tx.all(GatheringPerson.of(gathering: it.id), as: GatheringPerson.self),
                try tx.all(Agenda.of(gathering: it.id), as: Agenda.Item.self),
                try tx.all(TranscriptEntry.of(gathering: it.id), as: TranscriptEntry.self),
                try tx.all(Passage.asked(by: it.procedureID), as: Passage.self),
                try tx.value(GatheringScreen.hallKey(of: it.id), as: UUID.self)
            )
        }
        let page = LiveDeskPage(
            it, people: people, agenda: agenda, entries: entries, passages: passages, person: try context.staff.staffID,
            screenKey: screenKey, typed: typed, errors: errors, context.texts)
        return try pages.render(page, in: context, status: errors.isEmpty ? .ok : .unprocessableContent)
    }
}
