import Foundation
import Hummingbird
import Participation
import Postgres

extension WebApplication {
    /// What was noted on a visit, corrected on the page where it is read once more, until it is worked up.
    func addCorrections(to desk: RouterGroup<MinyiContext>) {
        desk.post("visits/:number/correct") { _, context -> Response in
            let (it, form, texts) = (try await heldGathering(orVisit: true, context), context.form, context.texts)
            guard it.kind == .visit, let key = form.idempotencyKey,
                let replaces = UUID(uuidString: form.string("replaces"))
            else { throw Problem.badRequest }
            let entries = try await pools.staff.read(as: context.actor) {
                try $0.all(TranscriptEntry.of(gathering: it.id), as: TranscriptEntry.self)
            }
            guard let line = Transcript(entries).lines.first(where: { $0.entry.key == replaces }) else {
                throw Problem.notFound
            }
            let body = form.optional("body")
            let isDone = line.corrections.contains { $0.key == key }
            var fault: String?
            if !isDone, body == line.body {
                fault = texts["visits.faults.unchanged"]
            } else {
                let typed = TypedEntry(key: key, kind: .correction, body: body, replaces: replaces)
                let outcome = try await TakeEntries(it.id)([typed], in: pools.staff, as: context.actor).first?.outcome
                switch outcome {
                case .accepted, .already: break
                case .notUnderWay: fault = texts["refusals.gatherings_noted"]
                default: fault = texts["live_desk.outcomes.\((outcome ?? .malformed).rawValue)"]
                }
            }
            if let fault {
                return try await transcriptDesk(it, FormErrors("body-\(line.entry.position)", fault), context)
            }
            return corrected(it, context)
        }
        desk.post("visits/:number/people/:id") { _, context -> Response in
            let it = try await heldGathering(orVisit: true, context)
            guard it.kind == .visit else { throw Problem.badRequest }
            if let errors = try await correctPerson(try context.number("id"), of: it, context) {
                return try await transcriptDesk(it, errors, context)
            }
            return corrected(it, context)
        }
    }

    /// - Returns: what is wrong, beside its field; nil where it stands now.
    func correctPerson(_ id: Int, of it: Gathering, _ context: MinyiContext) async throws -> FormErrors? {
        let (form, texts) = (context.form, context.texts)
        guard let key = form.idempotencyKey else { throw Problem.badRequest }
        let correction = CorrectPerson(
            gatheringID: it.id, personID: id, key: key, name: form.string("name"), phone: form.string("phone"),
            unit: form.string("unit"), consents: form.has("consents"))
        do {
            return try await correction(vault: intake.vault, in: pools.staff, as: context.actor).map {
                FormErrors("\($0.field)-\(id)", $0.sentence(texts))
            }
        } catch {
            guard let sentence = texts.refusal(error) else { throw error }
            return FormErrors("name-\(id)", sentence)
        }
    }

    private func corrected(_ it: Gathering, _ context: MinyiContext) -> Response {
        context.visit.flash(.done, context.texts["visits.correct.done"])
        return .seeOther(LiveDeskPages.desk(it) + "/transcript")
    }
}
