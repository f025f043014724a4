import Foundation
import Hummingbird
import Participation
import Postgres
import Text

extension WebApplication {
    /// Asks a unit for its view of an opinion, or takes the question back.
    func addViews(to router: Router<MinyiContext>) {
        let desk = desk(router)
        desk.post("submissions/:number/views") { _, context -> Response in
            let (form, texts, found) = (context.form, context.texts, try await submission(context))
            guard let opinion = form.int("opinion"), found.opinions.contains(where: { $0.id == opinion }) else {
                throw Problem.conflict(texts["dispositions.errors.divided_anew"])
            }
            func again(_ sentence: String) async throws -> Response {
                let typed = ReceivedSubmissionPage.Typed(
                    view: (opinion, form, sentence), errors: FormErrors("unit-\(opinion)", sentence))
                return try await submissionPage(found, typed: typed, context)
            }
            let question = form.exactly("question")
            guard let unit = form.int("unit") else { return try await again(texts["views.errors.unit"]) }
            guard TextLength.count(question) <= OpinionView.longestQuestion else {
                return try await again(texts["views.errors.question", ["limit": OpinionView.longestQuestion]])
            }
            do {
                let asked = try await AskViews(of: [opinion], unitID: unit, question: question)(
                    in: pools.staff, as: try context.staff.databaseActor)
                context.visit.flash(
                    asked > 0 ? .done : .warning, texts[asked > 0 ? "views.done.asked" : "views.done.already"])
            } catch {
                guard let sentence = texts.refusal(error) else { throw error }
                return try await again(sentence)
            }
            return .seeOther("/desk/submissions/\(found.facts.number)#points")
        }
        desk.post("submissions/:number/views/:case/back") { _, context -> Response in
            try await AskViews.takeBack(
                case: try context.number("case"), in: pools.staff, as: try context.staff.databaseActor)
            context.visit.flash(.done, context.texts["views.done.taken_back"])
            return .seeOther("/desk/submissions/\(URLEncodedFields.encode(try context.text("number")))#points")
        }
    }
}
