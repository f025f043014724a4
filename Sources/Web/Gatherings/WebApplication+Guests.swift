import Hummingbird
import Participation
import Postgres
import Text

extension WebApplication {
    /// Who was asked to come to a forum: corrected as who was met on a visit is, and taken out again.
    func addGuests(to desk: RouterGroup<MinyiContext>) {
        desk.get("hearings/:number/people/:id") { _, context -> Response in
            let (it, person) = try await guest(context)
            return try await guestPage(person, of: it, FormErrors(), context)
        }
        desk.post("hearings/:number/people/:id/correct") { _, context -> Response in
            let (it, person) = try await guest(context)
            if let errors = try await correctPerson(person.id, of: it, context) {
                return try await guestPage(person, of: it, errors, context)
            }
            context.visit.flash(.done, context.texts["visits.correct.done"])
            return .seeOther("\(it.address)/people/\(person.id)")
        }
        desk.post("hearings/:number/people/:id/remove") { _, context -> Response in
            let ((it, person), texts) = (try await guest(context), context.texts)
            let reason = TextNormalisation.normalised(context.form.exactly("reason"))
            var errors = FormErrors()
            errors.require(!reason.isEmpty, "reason", texts["refusals.gathering_people_removed_why"])
            errors.limit("reason", of: context.form, to: 500, texts)
            guard errors.isEmpty else { return try await guestPage(person, of: it, errors, context) }
            do {
                try await GatheringPerson.remove(person.id, reason: reason, in: pools.staff, as: context.actor)
            } catch {
                guard let sentence = texts.refusal(error) else { throw error }
                return try await guestPage(person, of: it, FormErrors("main", sentence), context)
            }
            context.visit.flash(.done, texts["gatherings.guest.removed"])
            return .seeOther(it.address)
        }
    }

    /// The forum in the path and who was asked to come to it, for who keeps its list.
    private func guest(_ context: MinyiContext) async throws -> (Gathering, GatheringPerson) {
        let ((it, _), staff, id) = (try await gathering(context), try context.staff, try context.number("id"))
        guard it.kind == .forum else { throw Problem.notFound }
        guard staff.has(.organiser, in: it.unitIDs) || staff.has(.clerk, in: it.unitIDs) else {
            throw Problem.forbidden
        }
        let people = try await pools.staff.read(as: context.actor) {
            try $0.all(GatheringPerson.of(gathering: it.id), as: GatheringPerson.self)
        }
        guard let person = people.first(where: { $0.id == id && $0.role == .invited }) else { throw Problem.notFound }
        return (it, person)
    }

    private func guestPage(
        _ person: GatheringPerson, of it: Gathering, _ errors: FormErrors, _ context: MinyiContext
    ) async throws -> Response {
        let (changes, isRecorded) = try await pools.staff.read(as: context.actor) { tx in
            (
                try tx.all(PersonChange.of(person), as: PersonChange.self),
                try tx.value(GatheringPerson.isRecorded(person.id), as: Bool.self)
            )
        }
        let page = GuestPage(
            person, of: it, changes: changes, isRecorded: isRecorded, typed: context.form, errors: errors, context.texts
        )
        return try pages.render(page, in: context, status: errors.isEmpty ? .ok : .unprocessableContent)
    }
}
