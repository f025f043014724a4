import Foundation
import Postgres
import Questionnaires
import Text

/// Makes a questionnaire in preparation out of what is asked: nothing yet, a copy, or what a file holds.
package struct MakeQuestionnaire: Sendable {
    package var content: Questionnaire
    package let kind: DeskQuestionnaire.Kind
    package let unitID: Int
    /// Whose settings it takes over; nil for the usual ones.
    package var like: DeskQuestionnaire?

    /// Two weeks, until somebody says otherwise.
    private static let usualDays = 14

    /// - Parameter title: empty for the content's own.
    package init(
        _ content: Questionnaire, title: String = "", kind: DeskQuestionnaire.Kind, for unitID: Int,
        like: DeskQuestionnaire? = nil
    ) {
        (self.content, self.kind, self.unitID, self.like) = (content, kind, unitID, like)
        if !title.isEmpty { self.content.title = title }
        if content.pages.isEmpty { self.content.addPage() }
    }

    /// Returns its number. It opens tomorrow at the earliest, and only when somebody opens it.
    package func callAsFunction(in database: Database, as actor: DatabaseActor) async throws -> String {
        let today = try await database.read(as: actor) { try DeskQuestionnaire.today($0) }
        let opens = ChinaTime.midnightAfter(today)
        var settings = QuestionnaireSettings(
            opensAt: opens, closesAt: opens.addingTimeInterval(Double(Self.usualDays) * 86_400))
        if let like {
            (settings.purpose, settings.whoMayAnswer) = (like.purpose, like.whoMayAnswer)
            (settings.voice, settings.resultsShown) = (like.voice, like.resultsShown)
            (settings.percentBase, settings.smallestShown) = (like.percentBase, like.smallestShown)
            settings.contactPhone = like.contactPhone
        }
        return try await settings.create(kind, content, for: unitID, in: database, as: actor)
    }
}
