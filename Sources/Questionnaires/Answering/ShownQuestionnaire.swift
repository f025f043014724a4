/// A questionnaire as one respondent sees it with the answers given so far: what is hidden is left out, in the order drawn for them,
/// with earlier answers repeated in its texts.
package struct ShownQuestionnaire: Sendable, Equatable {
    package var title: String
    package var introduction: String
    /// Those with something to show.
    package var pages: [Questionnaire.Page]
    package var closing: String
    /// Parts of what was asked to be kept whole which are hidden for now, by `QuestionnairePlace.key`.
    package var hidden: Set<String>

    package var questions: [Question] { pages.flatMap(\.questions) }

    package func page(_ code: String) -> Questionnaire.Page? { pages.first { $0.code == code } }

    /// The one after; nil after the last. Before the first is nil as well.
    package func page(after code: String?) -> Questionnaire.Page? {
        guard let code else { return pages.first }
        guard let index = pages.firstIndex(where: { $0.code == code }) else { return nil }
        return pages.dropFirst(index + 1).first
    }

    package func page(before code: String) -> Questionnaire.Page? {
        guard let index = pages.firstIndex(where: { $0.code == code }), index > 0 else { return nil }
        return pages[index - 1]
    }
}
