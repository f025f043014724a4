import Foundation
import Hummingbird
import Participation
import Postgres
import Questionnaires

extension WebApplication {
    /// What was sent in answer to a question of kind file, for those who read what was written; each is opened under the rules of attachments.
    func answerFiles(_ request: Request, _ context: MinyiContext) async throws -> Response {
        let (number, query) = (try context.text("number"), try request.query())
        let (code, last) = (query.string("question"), UUID(uuidString: query.string("after")))
        let read = try await pools.staff.read(as: context.actor) {
            tx -> (ResultSource, Question, AnswerFiles, [Attachment])? in
            guard let source = try tx.first(ResultSource.desk(number), as: ResultSource.self),
                let question = source.asked.question(code),
                case .file = question.kind
            else { return nil }
            return (
                source, question, try tx.one(AnswerFiles.desk(source.id, question: code), as: AnswerFiles.self),
                try tx.all(AnswerFiles.list(source.id, question: code, after: last), as: Attachment.self)
            )
        }
        guard let (source, question, extent, files) = read else { throw Problem.notFound }
        return try pages.render(
            AnswerFilesPage(
                source, question, extent, files, isFirst: last == nil, for: try context.staff,
                ResultWords([], context.texts)),
            in: context)
    }

    /// The sheet with which a file was sent, so that it can be sealed.
    func sheetOfFile(_ request: Request, _ context: MinyiContext) async throws -> Response {
        let (number, code) = (try context.text("number"), try request.query().string("question"))
        guard let id = UUID(uuidString: try context.text("file")) else { throw Problem.notFound }
        let read = try await pools.staff.read(as: context.actor) { tx -> (ResultSource, Question, String)? in
            guard let source = try tx.first(ResultSource.desk(number), as: ResultSource.self),
                let question = source.asked.question(code), case .file = question.kind,
                let sheet = try tx.firstValue(AnswerFiles.sheet(source.id, question: code, file: id), as: String.self)
            else { return nil }
            return (source, question, sheet)
        }
        guard let (source, question, sheet) = read,
            let file = try await Attachment.find(id, in: pools.staff, as: context.actor)
        else { throw Problem.notFound }
        return try pages.render(
            SheetsToSealPage(source, question, file, sheet: sheet, ResultWords([], context.texts)), in: context)
    }
}
