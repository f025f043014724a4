import HTTPTypes
import Hummingbird
import Participation
import Postgres
import Questionnaires

extension WebApplication {
    /// Questionnaires at the desk: what there is, and building one. What two people change at a time is put together piece by piece.
    func addBuilder(to router: Router<MinyiContext>) {
        let desk = desk(router)
        desk.get("questionnaires") { request, context -> Response in
            let (staff, query) = (try context.staff, try request.query())
            let search = DeskQuestionnaire.Search(query)
            let last = DeskQuestionnaire.Search.place(query.string("after"))
            // One more than a page shows: whether there is another.
            let lines = try await pools.staff.read(as: staff.databaseActor) { tx in
                try search.lines(most: Self.questionnairesOnPage + 1, after: last, tx)
            }
            let page = DeskQuestionnaireListPage(
                Array(lines.prefix(Self.questionnairesOnPage)), of: search, isFirst: last == nil,
                hasMore: lines.count > Self.questionnairesOnPage, for: staff, context.texts)
            return try pages.render(page, in: context)
        }
        addNewQuestionnaires(to: desk)
        addQuestionnaireFiles(to: desk)
        desk.get("questionnaires/:number") { request, context in try await builderPage(request, context) }
        desk.post("questionnaires/:number/restore") { _, context in try await restorePart(context) }
        desk.get("questionnaires/:number/settings") { _, context in
            let it = try await deskQuestionnaire(context)
            return try await settingsPage(SettingsForm(QuestionnaireSettings(it)), of: it, context)
        }
        desk.post("questionnaires/:number/settings") { _, context in try await saveSettings(context) }
        addPieces(to: desk)
        addQuestionnaireSteps(to: desk)
        addInvitations(to: desk)
        addPapers(to: desk)
        addPreview(to: desk)
        addSheetEntries(to: desk)
        addSamples(to: desk)
        addSampleImport(to: desk)
        addCalls(to: desk)
        addKioskDesk(to: desk)
    }

    private static let questionnairesOnPage = 50

    func deskQuestionnaire(_ context: MinyiContext) async throws -> DeskQuestionnaire {
        let number = try context.text("number")
        return try await pools.staff.read(as: context.actor) {
            try $0.one(DeskQuestionnaire.with(number: number), as: DeskQuestionnaire.self)
        }
    }

    /// One whose content may be changed now; by whom, the database says.
    func workedOnQuestionnaire(_ context: MinyiContext) async throws -> DeskQuestionnaire {
        let it = try await deskQuestionnaire(context)
        guard it.isWorkedOn else { throw Refusal(constraint: "questionnaires_not_open") }
        return it
    }

    private func builderPage(_ request: Request, _ context: MinyiContext) async throws -> Response {
        let (it, query) = (try await deskQuestionnaire(context), try request.query())
        var dropped: (part: QuestionnairePart, version: Int)?
        if let version = query.int("version"),
            let part = QuestionnairePart(kind: query.string("kind"), code: query.string("dropped")),
            QuestionnaireCheck.isCode(part.code)
        {
            dropped = (part, version)
        }
        let taken = try await pools.staff.read(as: context.actor) { try DeskQuestionnaire.quotas(of: it.id, $0) }
        let page = BuilderPage(
            it, faults: QuestionnaireCheck(it.content).faults, checked: try await checkLines(it, context), taken: taken,
            dropped: dropped, for: try context.staff, context.texts)
        return try pages.render(page, in: context)
    }

    private func restorePart(_ context: MinyiContext) async throws -> Response {
        let (it, form) = (try await workedOnQuestionnaire(context), context.form)
        guard let part = QuestionnairePart(kind: form.string("kind"), code: form.string("code")) else {
            throw Problem.badRequest
        }
        let isBack = try await ChangeContent(it.id).restore(
            part, from: form.int("version") ?? 0, in: pools.staff, as: context.actor)
        context.visit.flash(
            isBack ? .done : .warning,
            context.texts[isBack ? "builder.restored" : "builder.not_restored", ["code": part.code]])
        return .seeOther(it.address + "#" + part.anchor)
    }

    // MARK: Settings

    private func settingsPage(
        _ form: SettingsForm, of it: DeskQuestionnaire, seen: String? = nil, meanwhile: SettingsForm? = nil,
        errors: FormErrors = FormErrors(), status: HTTPResponse.Status = .ok, _ context: MinyiContext
    ) async throws -> Response {
        let hosts = try await pools.staff.read(as: context.actor) {
            try $0.all(QuestionnaireSettings.Host.all, as: QuestionnaireSettings.Host.self)
        }
        let page = QuestionnaireSettingsPage(
            form, of: it, seen: seen ?? QuestionnaireSettings(it).fingerprint, meanwhile: meanwhile,
            hosts: hosts, errors: errors,
            for: try context.staff, context.texts)
        return try pages.render(page, in: context, status: status)
    }

    private func saveSettings(_ context: MinyiContext) async throws -> Response {
        let (it, texts) = (try await deskQuestionnaire(context), context.texts)
        let (form, before) = (SettingsForm(context.form), QuestionnaireSettings(it))
        var errors = FormErrors()
        let settings = form.settings(over: before, errors: &errors, texts)
        let seen = context.form.string("seen")
        guard errors.isEmpty else {
            return try await settingsPage(
                form, of: it, seen: seen, errors: errors, status: .unprocessableContent, context)
        }
        // Who works on the questions meanwhile is in nobody's way; who has saved other settings is.
        guard seen == before.fingerprint else {
            return try await settingsPage(form, of: it, meanwhile: SettingsForm(before), status: .conflict, context)
        }
        try await settings.save(it, seen: it.contentVersion, in: pools.staff, as: context.actor)
        context.visit.flash(.done, texts["builder.saved"])
        return .seeOther(it.address + "/settings")
    }
}
