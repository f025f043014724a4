import Foundation
import Hummingbird
import Participation
import Postgres
import Text

extension WebApplication {
    /// Asks a unit for its view of an opinion, or takes the question back: on the page of the opinion.
    func addViews(to desk: RouterGroup<MinyiContext>) {
        desk.post("opinions/:id/views") { request, context -> Response in
            let (form, texts, query) = (context.form, context.texts, try request.query())
            let file = try await opinion(query, context)
            func again(_ sentence: String) async throws -> Response {
                let typed = OpinionPage.Typed(
                    view: (form, sentence), errors: FormErrors("unit-\(file.line.id)", sentence))
                return try await opinionPage(file, query, typed: typed, context)
            }
            let question = form.exactly("question")
            guard let unit = form.int("unit") else { return try await again(texts["views.errors.unit"]) }
            guard TextLength.count(question) <= OpinionView.longestQuestion else {
                return try await again(texts["views.errors.question", ["limit": OpinionView.longestQuestion]])
            }
            do {
                let asked = try await AskViews(of: [file.line.id], unitID: unit, question: question)(
                    in: pools.staff, as: try context.staff.databaseActor)
                context.visit.flash(
                    asked > 0 ? .done : .warning, texts[asked > 0 ? "views.done.asked" : "views.done.already"])
            } catch {
                guard let sentence = texts.refusal(error) else { throw error }
                return try await again(sentence)
            }
            return .seeOther(try opinionAddress(request, context))
        }
        desk.post("opinions/:id/views/:case/back") { request, context -> Response in
            try await AskViews.takeBack(
                case: try context.number("case"), in: pools.staff, as: try context.staff.databaseActor)
            context.visit.flash(.done, context.texts["views.done.taken_back"])
            return .seeOther(try opinionAddress(request, context))
        }
    }
}
