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
                let question = source.asked.first(where: { $0.question.code == code })?.question,
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
                source, question, extent, files, isFirst: last == nil, ResultWords(texts: context.texts, units: [:])),
            in: context)
    }
}
