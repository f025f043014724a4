import Hummingbird
import Participation
import Postgres
import Questionnaires

extension WebApplication {
    /// As respondents see it, and a test run that keeps and counts nothing.
    func addPreview(to desk: RouterGroup<MinyiContext>) {
        desk.get("questionnaires/:number/preview") { request, context in
            try await preview(FormData(), PreviewLook(try request.query()), context)
        }
        desk.post("questionnaires/:number/preview") { _, context in
            try await preview(context.form, PreviewLook(context.form), context)
        }
    }

    private func preview(_ form: FormData, _ look: PreviewLook, _ context: MinyiContext) async throws -> Response {
        let (it, staff, texts) = (try await deskQuestionnaire(context), try context.staff, context.texts)
        guard let answering = try? Answering(questionnaire: it.content, seed: look.seed(it.id)),
            let first = answering.shown([:]).pages.first
        else {
            let page = PreviewPage(it, refusal: texts["builder.preview.not_sound"], look, for: staff, texts)
            return try pages.render(page, in: context)
        }
        let units = try await pools.staff.read(as: staff.databaseActor) {
            try $0.all(Participation.Unit.all, as: Participation.Unit.self)
        }
        let (typed, misread) = answering.readWhole { form.strings($0) }
        let answers = answering.cleaned(typed).kept
        let shown = answering.shown(answers)
        let here = form.string("page")
        // A page that is no longer asked leads to the first.
        guard let current = shown.page(here) else {
            return try previewPage(
                it, first, shown, form, answers: answers, errors: FormErrors(), units, look, context)
        }
        if form.string("do") == "back", let before = shown.page(before: here) {
            return try previewPage(
                it, before, shown, form, answers: answers, errors: FormErrors(), units, look, context)
        }
        if form.string("do") == "order" {
            let other = look.another(current, answering, answers) ?? look
            var drawn = answering
            drawn.seed = other.seed(it.id)
            let shown = drawn.shown(answers)
            return try previewPage(
                it, shown.page(here) ?? current, shown, form, answers: nil, errors: FormErrors(), units, other, context)
        }
        let codes = Set(current.questions.map(\.code))
        // What was not on the page yet is asked now, and not complained of.
        let expected = form.has("asked") ? form.codes("asked") : codes
        let isMore = !codes.isSubset(of: expected)
        let wrong = misread.filter { codes.contains($0.question) } + answering.faults(answers, page: here)
        let faults = wrong.filter { expected.contains($0.question) }
        let errors = FormErrors(faults, texts)
        guard errors.isEmpty, !isMore else {
            return try previewPage(
                it, current, shown, form, answers: nil, isMore: isMore, errors: errors, units, look, context)
        }
        guard let next = shown.page(after: here) else {
            var notes = answering.quotas(answers).compactMap { code in
                it.content.quotas.first { $0.code == code }.map { texts["builder.preview.quota", ["title": $0.title]] }
            }
            let dropped = answering.cleaned(typed).dropped
            if !dropped.isEmpty {
                notes.append(texts["builder.preview.hidden", ["codes": dropped.joined(separator: ", ")]])
            }
            let ending = PreviewPage.Ending(
                answers: Filled(texts.facts(of: answers, in: shown.questions, units: units)), notes: notes,
                closing: shown.closing.paragraphs)
            return try pages.render(
                PreviewPage(it, ending: ending, look, for: staff, texts), in: context)
        }
        return try previewPage(it, next, shown, form, answers: answers, errors: errors, units, look, context)
    }

    /// - Parameters:
    ///   - answers: what stands in the fields; nil for what was typed, where something is wrong with it, more is asked, or only the order
    ///     changes.
    ///   - isMore: an answer on the page has brought questions to it.
    private func previewPage(
        _ it: DeskQuestionnaire, _ page: Questionnaire.Page, _ shown: ShownQuestionnaire, _ form: FormData,
        answers: Answers?, isMore: Bool = false, errors: FormErrors, _ units: [Participation.Unit],
        _ look: PreviewLook, _ context: MinyiContext
    ) throws -> Response {
        let codes = page.questions.map(\.code)
        func isHere(_ name: String) -> Bool { codes.contains { FieldValues.isField(name, of: $0) } }
        let carried = form.fields.filter { $0.name.hasPrefix(FieldValues.prefix) && !isHere($0.name) }
            .map { PreviewPage.Carried(name: $0.name, value: $0.value) }
        var values = answers.map { FieldValues($0) } ?? FieldValues(form)
        if let answers {
            // What stands in a field at first, until somebody has been on the page.
            let isNew = !form.fields.contains { isHere($0.name) }
            var filled = answers
            for question in page.questions where isNew && filled[question.code] == nil {
                filled[question.code] = question.initial
            }
            values = FieldValues(filled)
        }
        let setting = QuestionSetting(values: values, errors: errors, units: units, files: [:], texts: context.texts)
        let page = PreviewPage(
            it, asked: .init(page, of: shown, carried: carried, isMore: isMore, setting),
            errors: errors.naming(page.questions, context.texts), look, for: try context.staff,
            context.texts)
        return try pages.render(page, in: context, status: errors.isEmpty ? .ok : .unprocessableContent)
    }
}
