/// Where in a questionnaire something stands, by codes.
package struct QuestionnairePlace: Hashable, Sendable, Codable {
    package var page: String?
    package var group: String?
    package var question: String?
    /// Also the row of a matrix.
    package var option: String?
    package var column: String?
    package var computed: String?
    package var quota: String?

    package init(
        page: String? = nil, group: String? = nil, question: String? = nil, option: String? = nil,
        column: String? = nil, computed: String? = nil, quota: String? = nil
    ) {
        (self.page, self.group, self.question) = (page, group, question)
        (self.option, self.column, self.computed, self.quota) = (option, column, computed, quota)
    }

    func with(group: String? = nil, question: String? = nil, option: String? = nil, column: String? = nil) -> Self {
        QuestionnairePlace(
            page: page, group: group ?? self.group, question: question ?? self.question, option: option,
            column: column)
    }

    /// The codes on the way to it.
    package var words: String {
        [page, group, question, option, column, computed, quota].compactMap(\.self).joined(separator: " › ")
    }

    /// As pages and the script call a part that may be hidden: `p.PAGE`, `g.GROUP`, `q.QUESTION`, `o.QUESTION.OPTION` (also a
    /// row), `c.QUESTION.COLUMN`.
    package var key: String {
        if let question, let column { return "c.\(question).\(column)" }
        if let question, let option { return "o.\(question).\(option)" }
        if let question { return "q.\(question)" }
        if let group { return "g.\(group)" }
        return "p.\(page ?? "")"
    }
}

extension Questionnaire {
    /// Every question with its place, in order.
    package var placed: [(place: QuestionnairePlace, question: Question)] {
        pages.flatMap { page in
            page.groups.flatMap { group in
                group.questions.map { question in
                    (QuestionnairePlace(page: page.code, group: group.code, question: question.code), question)
                }
            }
        }
    }
}

extension Question.Kind {
    /// Options and rows; a kind without them stays as it is.
    package var options: [Question.Option] {
        get {
            switch self {
            case .single(let single): single.options
            case .multiple(let multiple): multiple.options
            case .ranking(let ranking): ranking.options
            case .matrix(let matrix): matrix.rows
            default: []
            }
        }
        set {
            switch self {
            case .single(var single):
                single.options = newValue
                self = .single(single)
            case .multiple(var multiple):
                multiple.options = newValue
                self = .multiple(multiple)
            case .ranking(var ranking):
                ranking.options = newValue
                self = .ranking(ranking)
            case .matrix(var matrix):
                matrix.rows = newValue
                self = .matrix(matrix)
            default: break
            }
        }
    }

    package var columns: [Question.Option] {
        get { if case .matrix(let matrix) = self { matrix.columns } else { [] } }
        set {
            guard case .matrix(var matrix) = self else { return }
            matrix.columns = newValue
            self = .matrix(matrix)
        }
    }

    /// The words beside a field for something else; nil without one.
    package var other: String? {
        switch self {
        case .single(let single): single.other
        case .multiple(let multiple): multiple.other
        default: nil
        }
    }

    /// The words beside a field for a comment; nil without one.
    package var comment: String? {
        switch self {
        case .single(let single): single.comment
        case .multiple(let multiple): multiple.comment
        default: nil
        }
    }
}
