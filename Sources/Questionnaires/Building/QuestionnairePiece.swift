/// What one form of the builder changes: no more than what a person has before them, so that two who work on different pieces do
/// not disturb each other.
package enum QuestionnairePiece: Sendable, Equatable {
    case words(title: String, introduction: String, closing: String)
    /// Without its groups.
    case page(Questionnaire.Page)
    /// Without its questions.
    case group(Questionnaire.Group)
    case question(Question)
    case computed([Questionnaire.Computed])
    case quota(Questionnaire.Quota)
}

extension Questionnaire {
    /// The same piece as it is here; nil where it is not.
    package func piece(like other: QuestionnairePiece) -> QuestionnairePiece? {
        switch other {
        case .words: return .words(title: title, introduction: introduction, closing: closing)
        case .page(let page):
            return self.page(page.code).map {
                var page = $0
                page.groups = []
                return .page(page)
            }
        case .group(let group):
            return self.group(group.code).map {
                var group = $0
                group.questions = []
                return .group(group)
            }
        case .question(let question): return self.question(question.code).map { .question($0) }
        case .computed: return .computed(computed)
        case .quota(let quota): return quotas.first { $0.code == quota.code }.map { .quota($0) }
        }
    }

    /// Puts a piece in the place of the one it is about. A quota that is not there is added.
    /// - Returns: false where there is no such page, group or question.
    package mutating func put(_ piece: QuestionnairePiece) -> Bool {
        switch piece {
        case .words(let title, let introduction, let closing):
            (self.title, self.introduction, self.closing) = (title, introduction, closing)
        case .page(let page): return replace(page)
        case .group(let group): return replace(group)
        case .question(let question): return replace(question)
        case .computed(let computed): self.computed = computed
        case .quota(let quota):
            if let index = quotas.firstIndex(where: { $0.code == quota.code }) {
                quotas[index] = quota
            } else {
                quotas.append(quota)
            }
        }
        return true
    }
}
