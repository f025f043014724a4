import Foundation
import Postgres
import Questionnaires

/// How far a questionnaire is on its way to a published result, read at one moment.
package struct QuestionnaireResultWork: Sendable {
    package let questionnaire: DeskQuestionnaire
    /// Sheets that came or went and are not counted yet.
    package let untallied: Int
    /// Questions with texts that nobody has read, and how many.
    package let unread: [Unread]
    /// The result that waits for review, approval or publication.
    package let pending: Clearance?
    /// What was prepared last, where something has set it aside since.
    package let setAsideAt: Date?
    /// The newest first.
    package let published: [PublishedLine]
    /// What stands in the form at first.
    package let wording: QuestionnaireResultDraft.Wording
    /// Texts were screened anew, or sheets counted, since the newest version.
    package let hasChanged: Bool
    /// A published version differs by so few sheets that one could tell what those answered: it is sealed first.
    package let tells: Bool

    package struct Unread: Sendable {
        package let question: Question
        package let wordings: Int
    }

    package var isClosed: Bool { [.closed, .published].contains(questionnaire.state) }

    /// Until when letters may still be entered; nil once none may.
    package var entryUntil: Date? {
        questionnaire.takesEntries ? questionnaire.entryUntil : nil
    }

    /// Whether a result can be prepared now, for the first time or as a correction.
    package var canPrepare: Bool { isClosed && untallied == 0 && unread.isEmpty && !tells }

    /// - Throws: `NoRow` where there is no such questionnaire that the actor may see.
    package static func find(
        _ number: String, in database: Database, as actor: DatabaseActor
    ) async throws -> QuestionnaireResultWork {
        try await database.read(as: actor) { tx in
            let it = try tx.one(DeskQuestionnaire.with(number: number), as: DeskQuestionnaire.self)
            let clearances = try tx.all(Clearance.of(questionnaire: it.id), as: Clearance.self)
            let published = try tx.all(PublishedLine.of(questionnaire: it.id), as: PublishedLine.self)
            let waiting = try tx.all(TextWording.Waiting.desk(it.id), as: TextWording.Waiting.self)
            let asked = AskedQuestion.all(in: try DeskQuestionnaire.versions(of: it.id, tx).map(\.content))
            let last = clearances.first
            let since = published.first?.publishedAt
            return QuestionnaireResultWork(
                questionnaire: it,
                untallied: try tx.value("select questionnaire_untallied(\(it.id))"),
                unread: asked.compactMap { asked in
                    waiting.first { $0.question == asked.question.code && $0.screening == .pending }.map {
                        Unread(question: asked.question, wordings: $0.wordings)
                    }
                },
                pending: clearances.first(where: \.isPending),
                setAsideAt: last?.stage == .lapsed ? last?.withdrawnAt : nil, published: published,
                wording: try .first(for: it, tx),
                hasChanged: try since.map { since in
                    try tx.value(
                        """
                        select exists (select from events where subject = 'questionnaire' and subject_id = \(it.id)
                            and kind = 'texts_screened' and at > \(since))
                          or exists (select from tally_states where questionnaire_id = \(it.id) and changed_at > \(since))
                        """)
                } ?? false,
                tells: published.isEmpty
                    ? false
                    : try tx.value(
                        """
                        select questionnaire_result_tells(\(it.id), \(try Tally.desk(it.id, tx).sheets), \(it.smallestShown))
                        """))
        }
    }
}
