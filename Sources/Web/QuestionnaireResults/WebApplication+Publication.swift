import Foundation
import HTTPTypes
import Hummingbird
import Participation
import Postgres
import Text

extension WebApplication {
    /// The published result of a questionnaire or poll: prepared at the desk, read by everyone.
    func addPublication(to router: Router<MinyiContext>) {
        router.get("/questionnaires/:number/results") { request, context -> Response in
            let number = try context.text("number")
            return try await publicPages.page(
                "/questionnaires/\(number)/results", about: .questionnaire(number), request, context
            ) { context in
                try await newestResults(number, context)
            }
        }
        router.get("/questionnaires/:number/results/versions/:version") { request, context -> Response in
            let (number, version) = (try context.text("number"), try context.number("version"))
            return try await publicPages.page(
                "/questionnaires/\(number)/results/versions/\(version)", about: .questionnaire(number), request, context
            ) { context in
                try await published(number, version, context)
            }
        }
        router.get("/questionnaires/:number/results.json") { request, context -> Response in
            try await file("json", request, context) { version, _ in
                guard let content = version.content else { throw Problem.gone }
                return Array(content.utf8)
            }
        }
        router.get("/questionnaires/:number/results.csv") { request, context -> Response in
            try await file("csv", request, context) { version, chinese in
                guard let content = try version.read(PublishedContent.QuestionnaireResult.self) else {
                    throw Problem.gone
                }
                return content.csv(chinese)
            }
        }
        let desk = desk(router)
        desk.get("questionnaires/:number/publication") { _, context in
            let work = try await work(context)
            return try await publicationPage(work, PublicationForm(work.wording), context)
        }
        desk.post("questionnaires/:number/publication/preview") { _, context in
            let (work, form) = (try await work(context), PublicationForm(context.form))
            let errors = form.errors(work, sends: false, context.texts)
            return try await publicationPage(work, form, errors: errors, context)
        }
        desk.post("questionnaires/:number/publication") { _, context in try await prepare(context) }
    }

    // MARK: For everyone

    /// The newest published version; before there is one the figures, as far as they may be seen, or what will stand here.
    private func newestResults(_ number: String, _ context: MinyiContext) async throws -> Response {
        let questionnaire = try await questionnaire(context).questionnaire
        let versions = try await pools.public.all(
            PublishedVersion.questionnaireResults(of: number), as: PublishedVersion.self)
        if let newest = versions.last { return try await published(number, newest.version, context) }
        if let page = try await publicResults(number, context.texts) { return try pages.render(page, in: context) }
        return try pages.render(ComingResultsPage(questionnaire, context.texts), in: context)
    }

    private func published(_ number: String, _ version: Int, _ context: MinyiContext) async throws -> Response {
        let questionnaire = try await questionnaire(context).questionnaire
        let found = try await pools.public.read { tx -> PublishedResultPage.Found? in
            let it = try tx.first(
                PublishedVersion.questionnaireResult(of: number, version: version), as: PublishedVersion.self)
            guard let it else { return nil }
            return .init(
                questionnaire: questionnaire, version: it,
                versions: try tx.all(PublishedVersion.questionnaireResults(of: number), as: PublishedVersion.self),
                before: try tx.first(
                    PublishedVersion.questionnaireResult(of: number, version: version - 1), as: PublishedVersion.self))
        }
        guard let found else { throw Problem.notFound }
        return try pages.render(
            PublishedResultPage(found, site: site, publicURL: configuration.publicURL, context.texts), in: context,
            status: found.version.sealedAt == nil ? .ok : .gone)
    }

    /// The newest version as a file.
    private func file(
        _ format: String, _ request: Request, _ context: MinyiContext,
        _ bytes: @escaping @Sendable (PublishedVersion, Texts) throws -> [UInt8]
    ) async throws -> Response {
        let number = try context.text("number")
        return try await publicPages.page(
            "/questionnaires/\(number)/results.\(format)", about: .questionnaire(number), request, context
        ) { _ in
            let newest = try await pools.public.read { try PublishedVersion.newestQuestionnaireResult(of: number, $0) }
            guard let version = newest else { throw Problem.notFound }
            guard version.sealedAt == nil else { throw Problem.gone }
            return .download(
                try bytes(version, pages.texts(.chinese)), filename: "\(number)-问卷结果-\(version.version).\(format)",
                contentType: format == "csv" ? "text/csv; charset=utf-8" : "application/json; charset=utf-8")
        }
    }

    // MARK: At the desk

    private func work(_ context: MinyiContext) async throws -> QuestionnaireResultWork {
        let work = try await QuestionnaireResultWork.find(
            try context.text("number"), in: pools.staff, as: context.actor)
        guard work.questionnaire.state != .preparing else { throw Problem.notFound }
        return work
    }

    private func publicationPage(
        _ work: QuestionnaireResultWork, _ form: PublicationForm, errors: FormErrors = FormErrors(),
        _ context: MinyiContext
    ) async throws -> Response {
        let draft =
            work.canPrepare
            ? try await pools.staff.read(as: context.actor) { tx in
                try QuestionnaireResultDraft.read(work.questionnaire, wording: form.wording(for: work), tx)
            } : nil
        let page = PublicationDeskPage(
            work, draft: draft, form: form, errors: errors, for: try context.staff, context.texts)
        return try pages.render(page, in: context, status: errors.isEmpty ? .ok : .unprocessableContent)
    }

    private func prepare(_ context: MinyiContext) async throws -> Response {
        let (work, form) = (try await work(context), PublicationForm(context.form))
        let errors = form.errors(work, sends: true, context.texts)
        guard errors.isEmpty else { return try await publicationPage(work, form, errors: errors, context) }
        let id = try await PrepareQuestionnaireResult(
            work.questionnaire.number, wording: form.wording(for: work), allEntered: form.allEntered)(
                in: pools.staff, as: context.actor)
        context.visit.flash(.done, context.texts["publication.prepared"])
        return .seeOther("/desk/clearances/\(id)")
    }
}
