import Documents
import Foundation
import HTTPTypes
import Hummingbird
import Participation
import Postgres
import Questionnaires

extension WebApplication {
    /// Results of questionnaires at the desk, with cross-tables, texts and sheets to take along.
    func addQuestionnaireResults(to router: Router<MinyiContext>) {
        let desk = desk(router)
        desk.get("questionnaires/:number/results") { _, context in try await deskResults(context) }
        desk.get("questionnaires/:number/cross") { request, context in try await cross(request, context) }
        desk.get("questionnaires/:number/texts") { request, context in try await texts(request, context) }
        desk.get("questionnaires/:number/texts/:wording") { request, context in try await wording(request, context) }
        desk.post("questionnaires/:number/texts") { request, context in try await screenTexts(request, context) }
        desk.get("questionnaires/:number/files") { request, context in try await answerFiles(request, context) }
        desk.get("questionnaires/:number/files/:file") { request, context in try await sheetOfFile(request, context) }
        for format in LedgerSheet.Format.allCases {
            desk.get("questionnaires/:number/cross.\(format.rawValue)") { request, context in
                try await crossFile(request, format, context)
            }
        }
        desk.post("questionnaires/:number/texts/undo") { request, context in try await undoTexts(request, context) }
        for format in SheetFile.Format.allCases {
            desk.get("questionnaires/:number/sheets.\(format.rawValue)") { _, context in
                try await sheets(format, context)
            }
        }
    }

    /// - Returns: nil while nobody may see them.
    func publicResults(_ number: String, _ texts: Texts) async throws -> PublicResultsPage? {
        try await pools.public.read { tx in
            guard let source = try tx.first(ResultSource.public(number), as: ResultSource.self) else { return nil }
            return PublicResultsPage(
                source, try Tally.public(number, tx), written: try tx.all(TextWording.Shown.public(number)),
                ResultWords(try tx.all(Participation.Unit.all), texts))
        }
    }

    /// The one question of a poll, for a page that has it: as it was published, or as it stands; nil while nobody may see what was
    /// answered.
    func pollResult(_ number: String, _ texts: Texts) async throws -> PollResult? {
        let published = try await pools.public.read { try PublishedVersion.newestQuestionnaireResult(of: number, $0) }
        if let published {
            return try published.read(PublishedContent.QuestionnaireResult.self).flatMap {
                QuestionnaireResultBody($0, texts).questions?.items.first
            }.map { PollResult(part: $0, shownAt: nil) }
        }
        guard let page = try await publicResults(number, texts), let part = page.questions?.items.first else {
            return nil
        }
        return PollResult(part: part, shownAt: page.shownAt)
    }

    private func deskResults(_ context: MinyiContext) async throws -> Response {
        let number = try context.text("number")
        let read = try await pools.staff.read(as: context.actor) {
            tx -> (ResultsDeskPage.Found, [Participation.Unit])? in
            guard let source = try tx.first(ResultSource.desk(number), as: ResultSource.self) else { return nil }
            let found = ResultsDeskPage.Found(
                source: source, desk: try tx.one(DeskQuestionnaire.with(number: number), as: DeskQuestionnaire.self),
                tally: try Tally.desk(source.id, tx), visits: try tx.all(PageVisits.desk(source.id)),
                proof: try tx.first(TallyProof.latest(source.id)),
                waiting: try tx.all(TextWording.Waiting.desk(source.id)))
            return (found, try tx.all(Participation.Unit.all))
        }
        guard let (found, units) = read else { throw Problem.notFound }
        return try pages.render(
            ResultsDeskPage(found, for: try context.staff, ResultWords(units, context.texts)), in: context)
    }

    private func cross(_ request: Request, _ context: MinyiContext) async throws -> Response {
        let (number, asked) = (try context.text("number"), CrossPart.Asked(try request.query()))
        // The classes that numbers lie in and the table by them are of one moment.
        let found = try await pools.staff.read(as: context.actor, isolation: .repeatableRead) {
            tx -> CrossDeskPage.Found? in
            guard let source = try tx.first(ResultSource.desk(number), as: ResultSource.self) else { return nil }
            let counts = try Tally.deskCounts(source.id, tx)
            let axes = CrossTable.Axis.all(of: source.asked, in: counts, smallest: source.smallestShown)
            var (table, fault): (CrossTable?, CrossPart.Asked.Fault?) = (nil, nil)
            do {
                if asked.isSent { table = try asked.table(of: source, among: axes, tx) }
            } catch let known as CrossPart.Asked.Fault {
                fault = known
            }
            return CrossDeskPage.Found(
                source: source, desk: try tx.one(DeskQuestionnaire.with(number: number), as: DeskQuestionnaire.self),
                axes: axes, hasSheets: counts.sheets > 0, table: table, fault: fault,
                units: try tx.all(Participation.Unit.all))
        }
        guard let found else { throw Problem.notFound }
        return try pages.render(
            CrossDeskPage(found, asked: asked, for: try context.staff, context.texts), in: context,
            status: found.fault == nil ? .ok : .unprocessableContent)
    }

    private func crossFile(
        _ request: Request, _ format: LedgerSheet.Format, _ context: MinyiContext
    ) async throws -> Response {
        let (number, asked, texts) = (
            try context.text("number"), CrossPart.Asked(try request.query()), context.texts
        )
        do {
            let file = try await pools.staff.read(as: context.actor, isolation: .repeatableRead) { tx -> WrittenFile? in
                guard let source = try tx.first(ResultSource.desk(number), as: ResultSource.self) else { return nil }
                let axes = CrossTable.Axis.all(
                    of: source.asked, in: try Tally.deskCounts(source.id, tx), smallest: source.smallestShown)
                let table = try asked.table(of: source, among: axes, tx)
                let words = ResultWords(try tx.all(Participation.Unit.all, as: Participation.Unit.self), texts)
                return try CrossFile(
                    table, only: asked.groups(axes, source.asked, words), of: source,
                    at: try DeskQuestionnaire.now(tx), words
                ).file(as: format)
            }
            guard let file else { throw Problem.notFound }
            return file.download
        } catch let fault as CrossPart.Asked.Fault {
            throw Problem(.unprocessableContent, .badRequest, text: fault.text(texts))
        }
    }

    // MARK: What was written

    private func texts(
        _ request: Request, _ context: MinyiContext, form: TextsForm? = nil, errors: FormErrors = FormErrors()
    ) async throws -> Response {
        let (number, query) = (try context.text("number"), try request.query())
        let screening = Screening(rawValue: query.string("screening")) ?? .pending
        let (code, batch) = (query.string("question"), UUID(uuidString: query.string("done")))
        let read = try await pools.staff.read(as: context.actor) {
            tx -> (ResultSource, [TextWording], [TextWording.Waiting], undoable: Int)? in
            guard let source = try tx.first(ResultSource.desk(number), as: ResultSource.self) else { return nil }
            return (
                source, try tx.all(TextWording.desk(source.id, question: code, screening: screening)),
                try tx.all(TextWording.Waiting.desk(source.id)),
                try batch.map { try tx.value(TextWording.undoable($0, in: source.id)) } ?? 0
            )
        }
        guard let (source, wordings, counts, undoable) = read,
            let question = source.asked.question(code)
        else { throw Problem.notFound }
        return try pages.render(
            TextsPage(
                source, question, screening, wordings, counts: counts,
                done: batch.flatMap { undoable > 0 ? ($0, undoable) : nil }, form: form, errors: errors,
                ResultWords([], context.texts)),
            in: context, status: errors.isEmpty ? .ok : .unprocessableContent)
    }

    private func wording(_ request: Request, _ context: MinyiContext) async throws -> Response {
        let (number, code) = (try context.text("number"), try request.query().string("question"))
        guard let id = UUID(uuidString: try context.text("wording")) else { throw Problem.notFound }
        let read = try await pools.staff.read(as: context.actor) { tx -> (ResultSource, TextWording, [String])? in
            guard let source = try tx.first(ResultSource.desk(number), as: ResultSource.self),
                let wording = try tx.first(
                    TextWording.desk(source.id, question: code, wordings: [id]), as: TextWording.self)
            else { return nil }
            return (
                source, wording,
                try tx.values(TextWording.sheets(source.id, question: code, wording: id), as: String.self)
            )
        }
        guard let (source, wording, sheets) = read,
            let question = source.asked.question(code)
        else { throw Problem.notFound }
        return try pages.render(
            SheetsToSealPage(source, question, wording, sheets: sheets, ResultWords([], context.texts)), in: context)
    }

    private func screenTexts(_ request: Request, _ context: MinyiContext) async throws -> Response {
        let (form, code, number) = (
            TextsForm(context.form), try request.query().string("question"), try context.text("number")
        )
        let read = try await pools.staff.read(as: context.actor) { tx -> (ResultSource, [TextWording])? in
            guard let source = try tx.first(ResultSource.desk(number), as: ResultSource.self) else { return nil }
            return (source, try tx.all(TextWording.desk(source.id, question: code, wordings: form.wordings)))
        }
        guard let (source, wordings) = read, let before = Screening(rawValue: context.form.string("before")),
            let question = source.asked.question(code)?.code
        else { throw Problem.notFound }
        let decision = form.decision(on: wordings, context.texts)
        guard decision.errors.isEmpty else {
            return try await texts(request, context, form: form, errors: decision.errors)
        }
        let target: Screening =
            switch form.action {
            case .show: .shown
            case .hide: .hidden
            case .reopen: .pending
            }
        let batch = UUID()
        let changed = try await TextWording.screen(
            decision.wordings, of: question, in: source.id, as: target, blanks: decision.blanks,
            because: target == .hidden || !decision.blanks.isEmpty ? form.code : nil, before: before, batch: batch,
            pools.staff, as: context.actor)
        if changed == 0 {
            context.visit.flash(.done, context.texts["questionnaire_results.texts.done", ["count": changed]])
        }
        return .seeOther(
            "/desk/questionnaires/\(source.number)/texts?question=\(question)&screening=\(before.rawValue)"
                + (changed > 0 ? "&done=\(batch.uuidString.lowercased())" : ""))
    }

    private func undoTexts(_ request: Request, _ context: MinyiContext) async throws -> Response {
        let (number, query) = (try context.text("number"), try request.query())
        let source = try await pools.staff.read(as: context.actor) {
            try $0.first(ResultSource.desk(number), as: ResultSource.self)
        }
        guard let source, let batch = UUID(uuidString: context.form.string("batch")) else { throw Problem.notFound }
        let undone = try await TextWording.undo(batch, in: source.id, pools.staff, as: context.actor)
        context.visit.flash(.done, context.texts["questionnaire_results.texts.undone", ["count": undone]])
        let question = source.asked.question(query.string("question"))?.code ?? ""
        let screening = Screening(rawValue: query.string("screening")) ?? .pending
        return .seeOther(
            "/desk/questionnaires/\(source.number)/texts?question=\(question)&screening=\(screening.rawValue)")
    }

    // MARK: Sheets

    private func sheets(_ format: SheetFile.Format, _ context: MinyiContext) async throws -> Response {
        let number = try context.text("number")
        let texts = context.texts
        do {
            // Written where the rows are read, on a thread of the database: no page waits for the disk.
            let file = try await Self.exports.pass {
                try await pools.staff.read(as: context.actor, isolation: .repeatableRead, deadline: .seconds(600)) {
                    tx -> WrittenFile? in
                    guard let source = try tx.first(ResultSource.desk(number), as: ResultSource.self) else {
                        return nil
                    }
                    let units = try tx.all(Participation.Unit.all, as: Participation.Unit.self)
                    return try SheetFile.file(format, of: source, tx, ResultWords(units, texts))
                }
            }
            guard let file else { throw Problem.notFound }
            return file.download
        } catch is SheetWriter.Full {
            throw Problem(
                .unprocessableContent, .badRequest,
                text: texts["scoreboard.list.too_many", ["count": SheetWriter.Full.mostRows]])
        }
    }

    /// Long ones hold a connection for minutes: two at a time leave the desk the others.
    private static let exports = Turnstile(atOnce: 2, longestQueue: 20)
}

extension ResultWords {
    init(_ units: [Participation.Unit], _ texts: Texts) {
        self.init(
            texts: texts, units: Dictionary(units.map { ($0.code, $0.name) }, uniquingKeysWith: { first, _ in first }),
            towns: Set(units.filter { $0.kind == .town }.map(\.code)))
    }
}
