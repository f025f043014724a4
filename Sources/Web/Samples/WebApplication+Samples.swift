import Hummingbird
import Participation
import Postgres
import Questionnaires

extension WebApplication {
    /// Telephone samples of a questionnaire: what there is, and how far each one is. Organisers make and fill them; they and the clerks
    /// of the unit call.
    func addSamples(to desk: RouterGroup<MinyiContext>) {
        desk.get("questionnaires/:number/samples") { _, context in
            var terms = SampleTerms()
            terms.script = context.texts["samples.script"]
            return try await sampleList(try await deskQuestionnaire(context), form: SampleForm(terms), context)
        }
        desk.post("questionnaires/:number/samples") { _, context -> Response in
            let (it, form) = (try await deskQuestionnaire(context), SampleForm(context.form))
            var errors = FormErrors()
            let terms = form.terms(errors: &errors, context.texts)
            guard errors.isEmpty else { return try await sampleList(it, form: form, errors: errors, context) }
            let id = try await terms.save(of: it.id, in: pools.staff, as: context.actor)
            context.visit.flash(.done, context.texts["samples.made"])
            return .seeOther("\(it.address)/samples/\(id)/import")
        }
        desk.get("questionnaires/:number/samples/:id") { _, context in
            let (it, sample) = try await sample(context)
            return try await samplePage(it, sample, form: SampleForm(SampleTerms(sample)), context)
        }
        desk.post("questionnaires/:number/samples/:id") { _, context -> Response in
            let (it, sample) = try await sample(context)
            let form = SampleForm(context.form)
            var errors = FormErrors()
            let terms = form.terms(errors: &errors, context.texts)
            guard errors.isEmpty else { return try await samplePage(it, sample, form: form, errors: errors, context) }
            _ = try await terms.save(sample.id, of: it.id, in: pools.staff, as: context.actor)
            context.visit.flash(.done, context.texts["builder.saved"])
            return .seeOther("\(it.address)/samples/\(sample.id)")
        }
    }

    /// The sample in the path, with its questionnaire.
    func sample(_ context: MinyiContext) async throws -> (DeskQuestionnaire, Sample) {
        let (it, id) = (try await deskQuestionnaire(context), try context.number("id"))
        let found = try await pools.staff.read(as: context.actor) {
            try $0.first(Sample.with(id: id, of: it.id), as: Sample.self)
        }
        guard let found else { throw Problem.notFound }
        return (it, found)
    }

    private func sampleList(
        _ it: DeskQuestionnaire, form: SampleForm, errors: FormErrors = FormErrors(), _ context: MinyiContext
    ) async throws -> Response {
        let samples = try await pools.staff.read(as: context.actor) {
            try $0.all(Sample.all(of: it.id), as: Sample.self)
        }
        let page = SampleListPage(it, samples, form: form, errors: errors, for: try context.staff, context.texts)
        return try pages.render(page, in: context, status: errors.isEmpty ? .ok : .unprocessableContent)
    }

    private func samplePage(
        _ it: DeskQuestionnaire, _ sample: Sample, form: SampleForm, errors: FormErrors = FormErrors(),
        _ context: MinyiContext
    ) async throws -> Response {
        let (progress, settings) = try await pools.staff.read(as: context.actor) { tx in
            (try SampleProgress.load(sample, tx), try SiteSettings.load(tx))
        }
        let page = SamplePage(
            it, sample, progress, form: form, errors: errors, keptDays: settings.sampleRetentionDays,
            for: try context.staff, context.texts)
        return try pages.render(page, in: context, status: errors.isEmpty ? .ok : .unprocessableContent)
    }
}
