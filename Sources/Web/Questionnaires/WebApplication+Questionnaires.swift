import Foundation
import HTTPTypes
import Hummingbird
import Participation
import Postgres

extension WebApplication {
    private static let cardsOnPage = 30

    func addQuestionnaires(to router: Router<MinyiContext>) {
        router.get("/questionnaires") { request, context -> Response in
            let query = try request.query()
            let shelf = PublicQuestionnaire.Shelf(rawValue: query.string("shelf")) ?? .current
            if let after = query.int("after") {
                try publicPages.admitSearch(context)
                return try await list(shelf, after: after, context)
            }
            return try await publicPages.page(shelf.address, about: .site, request, context) { context in
                try await list(shelf, after: nil, context)
            }
        }
        router.get("/questionnaires/:number") { request, context -> Response in
            let record = try await questionnaire(context)
            let questionnaire = record.questionnaire
            // A poll is its one question.
            if questionnaire.kind == .poll, questionnaire.takesSheets, questionnaire.isAnsweredAtOnce {
                return try await fill(record, page: nil, context)
            }
            // Whoever has begun it here sees that; everybody else gets the same page.
            if questionnaire.takesSheets, questionnaire.voice != .code || invitation(to: record, context) != nil,
                try await isBegun(questionnaire.number, context)
            {
                return privately(
                    try pages.render(QuestionnairePage(record, standing: .begun, context.texts), in: context))
            }
            return try await publicPages.page(
                "/questionnaires/\(questionnaire.number)", about: .questionnaire(questionnaire.number), request, context
            ) { context in
                let result =
                    questionnaire.kind == .poll
                    ? try await pollResult(questionnaire.number, context.texts)?.part : nil
                return try pages.render(
                    QuestionnairePage(
                        record, result: result, persons: personWays, context.texts),
                    in: context)
            }
        }
        router.post("/questionnaires/:number/start") { _, context -> Response in try await start(context) }
        // From another page that shows a poll. Not in the address: there it would stay in the history of a phone that is shared.
        router.post("/questionnaires/:number/choice") { _, context -> Response in
            try await fill(try await questionnaire(context), page: nil, choice: context.form, context)
        }
        router.get("/questionnaires/:number/choice") { _, context -> Response in
            .seeOther("/questionnaires/\(try await questionnaire(context).questionnaire.number)")
        }
        router.get("/questionnaires/:number/fill") { _, context -> Response in
            try await fill(try await questionnaire(context), page: nil, context)
        }
        router.get("/questionnaires/:number/fill/:page") { _, context -> Response in
            try await fill(try await questionnaire(context), page: try context.text("page"), context)
        }
        router.post("/questionnaires/:number/fill/:page") { _, context -> Response in
            try await take(page: try context.text("page"), context)
        }
        router.post("/questionnaires/:number/save/:page") { _, context -> Response in
            try await saveMeanwhile(page: try context.text("page"), context)
        }
        addSheetEnds(to: router)
    }

    /// What is public about the questionnaire in the path.
    func questionnaire(_ context: MinyiContext) async throws -> QuestionnaireRecord {
        guard let found = try await questionnaires.record(try context.text("number")) else { throw Problem.notFound }
        return found
    }

    /// Whether something is kept that this browser has not sent.
    func isBegun(_ number: String, _ context: MinyiContext) async throws -> Bool {
        guard let id = SheetCookies.sheet(of: number, in: context.visit.cookies) else { return false }
        return try await SavedSheet.find(id, in: pools.public)?.questionnaire == number
    }

    private func list(
        _ shelf: PublicQuestionnaire.Shelf, after: Int?, _ context: MinyiContext
    ) async throws -> Response {
        let most = Self.cardsOnPage
        let found = try await PublicQuestionnaire.list(shelf, after: after, limit: most + 1, in: pools.public)
        let page = QuestionnaireListPage(
            shelf, Array(found.prefix(most)), hasMore: found.count > most, context.texts)
        return try pages.render(page, in: context)
    }

    /// An invitation is looked at before the first question, so that nobody answers in vain.
    private func start(_ context: MinyiContext) async throws -> Response {
        let (record, texts) = (try await questionnaire(context), context.texts)
        let typed = context.form.string("invitation")
        func again(_ text: String, _ status: HTTPResponse.Status = .unprocessableContent) throws -> Response {
            try pages.render(
                QuestionnairePage(record, code: typed, errors: FormErrors("invitation", text), texts), in: context,
                status: status)
        }
        guard !typed.allSatisfy(\.isWhitespace) else { return try again(texts["questionnaires.invitation.missing"]) }
        switch try await readInvitation(typed, to: record.questionnaire.number, context) {
        case .open:
            if let code = QueryCode(typed) { keepSheet(of: code, to: record.questionnaire.number, context) }
            return .seeOther("/questionnaires/\(record.questionnaire.number)/fill")
        case .used: return try again(texts["questionnaires.invitation.used"])
        case .void: return try again(texts["questionnaires.invitation.void"])
        case .unknown: return try again(texts["questionnaires.invitation.unknown"])
        case nil: return try again(texts["questionnaires.invitation.wait"], .tooManyRequests)
        }
    }

    /// With another invitation than it was begun by, this browser forgets its sheet: somebody else sits there now. It stays on the server for
    /// its saving code. One that was opened with that code goes on with the invitation that is typed first.
    private func keepSheet(of invitation: QueryCode, to number: String, _ context: MinyiContext) {
        let cookies = context.visit.cookies
        guard let id = SheetCookies.sheet(of: number, in: cookies) else { return }
        let (holder, known) = (holder(by: invitation, of: number), SheetCookies.holder(of: number, in: cookies))
        if known == SheetCookies.found {
            context.visit.set(SheetCookies.sheet(id, of: number, by: holder))
        } else if known != holder {
            context.visit.set(SheetCookies.forgetSheet(of: number))
        }
    }

    /// Looks an invitation up and lets this browser keep it for its day; nil when one network has tried too many.
    func readInvitation(
        _ typed: String, to number: String, _ context: MinyiContext
    ) async throws -> Participation.Invitation? {
        guard receiptGate.take(context.visit.network.text, now: Date()) == nil else { return nil }
        guard let code = QueryCode(typed) else { return .unknown }
        let found = try await Participation.Invitation.find(
            number, mac: intake.codes.invitation(code, to: number), in: pools.public)
        if found == .open { context.visit.set(SheetCookies.invitation(code, to: number, signer)) }
        return found
    }
}
