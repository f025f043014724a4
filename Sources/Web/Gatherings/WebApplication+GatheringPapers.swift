import Foundation
import Hummingbird
import Participation
import Postgres
import Text

extension WebApplication {
    /// Who takes part.
    func addGatheringPeople(to desk: RouterGroup<MinyiContext>) {
        desk.get("hearings/:number/people/new") { _, context -> Response in
            try await personForm(FormData(fields: []), key: UUID(), context)
        }
        desk.post("hearings/:number/people/new") { _, context -> Response in
            let (it, _) = try await gathering(context)
            let (form, texts) = (context.form, context.texts)
            let key = form.idempotencyKey ?? UUID()
            var errors = FormErrors()
            let role = GatheringPerson.Role(rawValue: form.string("role"))
            errors.require(role != nil, "role", texts["gatherings.person.role_missing"])
            let staffID = form.int("staff")
            errors.require(
                staffID != nil || !form.string("name").isEmpty, "name", texts["gatherings.person.name_missing"])
            errors.limit("name", of: form, to: Contact.longestName, texts)
            errors.limit("phone", of: form, to: Contact.longestPhone, texts)
            errors.limit("unit", of: form, to: 100, texts)
            errors.require(
                staffID == nil || role?.isOfTheHouse ?? true, "staff", texts["gatherings.person.staff_role"])
            let colleague = try await colleagues(of: it, context).first { $0.id == staffID }
            errors.require(staffID == nil || colleague != nil, "staff", texts["gatherings.person.staff_unknown"])
            guard errors.isEmpty, let role else { return try await personForm(form, key: key, errors: errors, context) }
            let words = ["role", "category", "staff", "name", "phone", "unit", "consents"].map(form.string)
            do {
                _ = try await NamePerson(
                    gatheringID: it.id, role: role, categoryID: role == .participant ? form.int("category") : nil,
                    staffID: colleague?.id,
                    contact: Contact(name: colleague?.name ?? form.string("name"), phone: form.string("phone")),
                    publicUnit: form.string("unit"), consents: form.strings("consents").contains("yes"),
                    key: intake.codes.person(namedWith: key, words)
                )(vault: intake.vault, codes: intake.codes, in: pools.staff, as: context.actor)
            } catch {
                guard let sentence = texts.refusal(error) else { throw error }
                let field = Refusal(error)?.constraint == "gathering_people_once" ? "name" : "role"
                return try await personForm(form, key: key, errors: FormErrors(field, sentence), context)
            }
            context.visit.flash(.done, texts["gatherings.person.named"])
            return .seeOther(it.address)
        }
        // Reading codes is recorded: a press, whose answer stands at no address of its own.
        desk.post("hearings/:number/people/cards") { _, context -> Response in
            let (it, _) = try await gathering(context)
            let actor = try context.staff.databaseActor
            let codes = try await GatheringPerson.codes(of: it.id, codes: intake.codes, in: pools.staff, as: actor)
            let contacts = try await ReadPeople.all(of: it.id, vault: intake.vault, in: pools.staff, as: actor)
            let people = try await pools.staff.read(as: actor) {
                try $0.all(GatheringPerson.of(gathering: it.id), as: GatheringPerson.self)
            }
            let page = CardsPage(
                it, people, contacts: contacts, codes: codes, site: configuration.publicURL, context.texts)
            return privately(try pages.render(page, in: context))
        }
        desk.post("hearings/:number/people/:id") { _, context -> Response in
            let (it, _) = try await gathering(context)
            guard let state = GatheringPerson.State(rawValue: context.form.string("state")) else {
                throw Problem.notFound
            }
            try await GatheringPerson.change(
                try context.number("id"), to: state, in: pools.staff, as: context.actor)
            return .seeOther(it.address)
        }
        addGuests(to: desk)
    }

    private func colleagues(of it: Gathering, _ context: MinyiContext) async throws -> [CaseRecord.Colleague] {
        try await pools.staff.read(as: context.actor) {
            try $0.all(GatheringPerson.colleagues(of: it.unitIDs), as: CaseRecord.Colleague.self)
        }
    }

    private func personForm(
        _ form: FormData, key: UUID, errors: FormErrors = FormErrors(), _ context: MinyiContext
    ) async throws -> Response {
        let (it, categories) = try await gathering(context)
        return try pages.render(
            PersonFormPage(
                form, of: it, categories: categories, colleagues: try await colleagues(of: it, context), key: key,
                errors: errors, context.texts), in: context,
            status: errors.isEmpty ? .ok : .unprocessableContent)
    }

    /// Notice, list and record, and what changes after the notice.
    func addGatheringPapers(to desk: RouterGroup<MinyiContext>) {
        desk.get("hearings/:number/papers/:kind") { _, context in try await paperPage(context) }
        desk.post("hearings/:number/papers/:kind") { _, context in try await savePaper(prepares: false, context) }
        desk.post("hearings/:number/papers/:kind/prepare") { _, context in try await savePaper(prepares: true, context)
        }
        desk.get("hearings/:number/change") { _, context -> Response in
            let (it, categories) = try await gathering(context)
            return try pages.render(
                GatheringChangePage(
                    GatheringChangePage.present(it), of: it, categories: categories, errors: FormErrors(), context.texts
                ),
                in: context)
        }
        desk.post("hearings/:number/change") { _, context -> Response in
            let (it, categories) = try await gathering(context)
            let (form, texts) = (context.form, context.texts)
            func again(_ errors: FormErrors) throws -> Response {
                try pages.render(
                    GatheringChangePage(form, of: it, categories: categories, errors: errors, texts), in: context,
                    status: .unprocessableContent)
            }
            do {
                let change = try GatheringChangePage.read(form, categories: categories, texts)
                let made = try await PrepareGatheringPaper(it.number).change(
                    change, reason: form.exactly("reason"), in: pools.staff, as: context.actor)
                return .seeOther("/desk/clearances/\(made)")
            } catch let errors as FormErrors {
                return try again(errors)
            } catch {
                guard let sentence = texts.refusal(error) else { throw error }
                return try again(FormErrors("kind", sentence))
            }
        }
    }

    private func paperKind(_ context: MinyiContext) throws -> Clearance.Kind {
        let kinds: [Clearance.Kind] = [.gatheringNotice, .participantList, .gatheringRecord]
        guard let kind = Clearance.Kind(rawValue: try context.text("kind")), kinds.contains(kind) else {
            throw Problem.notFound
        }
        return kind
    }

    private func paperPage(
        typed: GatheringPaperPage.Typed? = nil, _ context: MinyiContext
    ) async throws -> Response {
        let kind = try paperKind(context)
        let (it, _) = try await gathering(context)
        let site = configuration.publicURL
        let paper = try await pools.staff.read(as: context.actor) {
            try GatheringPaper.read(kind, of: it, site: site, $0)
        }
        return try pages.render(
            GatheringPaperPage(paper, of: it, typed: typed, for: try context.staff, context.texts), in: context,
            status: typed == nil ? .ok : .conflict)
    }

    /// Preparing what nobody has changed saves nothing: the second press finds the clearance of the first.
    private func savePaper(prepares: Bool, _ context: MinyiContext) async throws -> Response {
        let kind = try paperKind(context)
        let (it, _) = try await gathering(context)
        let site = configuration.publicURL
        let paper = try await pools.staff.read(as: context.actor) {
            try GatheringPaper.read(kind, of: it, site: site, $0)
        }
        let content = GatheringPaperPage.content(context.form, upon: paper.content)
        var version = context.form.int("seen") ?? 0
        do {
            if !prepares || content != paper.content {
                version = try await GatheringPaper.save(
                    content, kind, of: it.id, version: version, in: pools.staff, as: context.actor)
            }
            guard prepares else {
                context.visit.flash(.done, context.texts["gatherings.saved"])
                return .seeOther("\(it.address)/papers/\(kind.rawValue)")
            }
            // What a hearing came to is not in the data: nobody else could write it later.
            if it.kind == .hearing, kind == .gatheringRecord, !GatheringPaperPage.concludes(content) {
                let notice = context.texts["gatherings.paper.no_conclusion"]
                return try await paperPage(
                    typed: .init(content: content, version: version, notice: notice, meets: false), context)
            }
            let made = try await PrepareGatheringPaper(it.number).paper(
                kind, version: version, site: site, in: pools.staff, as: context.actor)
            return .seeOther("/desk/clearances/\(made)")
        } catch {
            guard let refusal = error as? Refusal ?? Refusal(error), let sentence = context.texts.refusal(refusal)
            else {
                throw error
            }
            return try await paperPage(
                typed: .init(
                    content: content, version: version, notice: sentence,
                    meets: refusal.constraint == "gathering_papers_changed_meanwhile"), context)
        }
    }

    /// Who proposes a hearing: from their receipt; and the one answer to all.
    func addProposals(to desk: RouterGroup<MinyiContext>, public router: Router<MinyiContext>) {
        router.post("/receipts/:number/propose-hearing") { _, context -> Response in
            guard let (receipt, code) = try await opened(context) else { return try askForCode(context) }
            let outcome = try await HearingProposal.propose(
                try SubmissionNumber(receipt.number), mac: intake.codes.mac(code), in: pools.public)
            let isCounted = outcome == .proposed || outcome == .already
            context.visit.flash(
                isCounted ? .done : .warning, context.texts["gatherings.proposals.outcomes.\(outcome.rawValue)"])
            return .seeOther("/receipts/\(receipt.number)")
        }
        desk.get("procedures/:number/proposals") { _, context in try await proposals(context) }
        desk.post("procedures/:number/proposals") { _, context -> Response in
            let answer = context.form.exactly("answer")
            var errors = FormErrors()
            errors.require(
                !answer.allSatisfy(\.isWhitespace), "answer", context.texts["gatherings.proposals.missing"])
            errors.limit("answer", of: context.form, to: 2000, context.texts)
            guard errors.isEmpty else { return try await proposals(answer: answer, errors: errors, context) }
            do {
                let made = try await PrepareGatheringPaper.answer(
                    procedure: try context.text("number"), text: answer, in: pools.staff, as: context.actor)
                return .seeOther("/desk/clearances/\(made)")
            } catch {
                guard let sentence = context.texts.refusal(error) else { throw error }
                return try await proposals(answer: answer, errors: FormErrors("answer", sentence), context)
            }
        }
    }

    private func proposals(
        answer: String = "", errors: FormErrors = FormErrors(), _ context: MinyiContext
    ) async throws -> Response {
        let it = try await matter(context)
        let (count, lines) = try await pools.staff.read(as: context.actor) { tx in
            (
                try tx.one(HearingProposals.of(procedure: it.id), as: HearingProposals.self),
                try tx.all(HearingProposalLine.of(procedure: it.id), as: HearingProposalLine.self)
            )
        }
        return try pages.render(
            ProposalsPage(count, lines, of: it, answer: answer, errors: errors, for: try context.staff, context.texts),
            in: context, status: errors.isEmpty ? .ok : .unprocessableContent)
    }
}
