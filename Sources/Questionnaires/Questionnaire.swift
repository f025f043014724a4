/// 问卷: what is asked, in order, as one value. What it is about, who may answer and when are columns beside it; this is
/// what is frozen at opening.
///
/// Codes of questions, options, rows and columns are letters, digits and `_`, begin with a letter, are unique where they
/// stand and never change their meaning: answers, conditions and exports name things by them.
package struct Questionnaire: Codable, Sendable, Equatable {
    package var title: String
    /// Plain text before the first page; an empty line parts paragraphs.
    package var introduction: String
    package var pages: [Page]
    /// Values that conditions, validations, quotas and texts may name like a question.
    package var computed: [Computed]
    package var quotas: [Quota]
    /// Plain text after sending.
    package var closing: String

    package init(
        title: String = "", introduction: String = "", pages: [Page] = [], computed: [Computed] = [],
        quotas: [Quota] = [], closing: String = ""
    ) {
        (self.title, self.introduction, self.pages) = (title, introduction, pages)
        (self.computed, self.quotas, self.closing) = (computed, quotas, closing)
    }

    /// What is asked at one time; without a script the server sends one page after the other.
    package struct Page: Codable, Sendable, Equatable {
        package var code: String
        package var title: String
        package var groups: [Group]
        /// The groups come in an order drawn for each respondent.
        package var isShuffled: Bool
        /// An expression; nil or "" always shows it.
        package var condition: String?

        package init(
            code: String, title: String = "", groups: [Group] = [], isShuffled: Bool = false, condition: String? = nil
        ) {
            (self.code, self.title, self.groups) = (code, title, groups)
            (self.isShuffled, self.condition) = (isShuffled, condition)
        }
    }

    /// Questions under one heading.
    package struct Group: Codable, Sendable, Equatable {
        package var code: String
        package var title: String
        package var questions: [Question]
        package var isShuffled: Bool
        package var condition: String?

        package init(
            code: String, title: String = "", questions: [Question] = [], isShuffled: Bool = false,
            condition: String? = nil
        ) {
            (self.code, self.title, self.questions) = (code, title, questions)
            (self.isShuffled, self.condition) = (isShuffled, condition)
        }
    }

    package struct Computed: Codable, Sendable, Equatable {
        package var code: String
        package var expression: String

        package init(code: String, expression: String) { (self.code, self.expression) = (code, expression) }
    }

    /// 配额: no more than `most` sheets for which `condition` holds.
    package struct Quota: Codable, Sendable, Equatable {
        package var code: String
        package var title: String
        package var condition: String
        package var most: Int
        /// What somebody reads who comes too late for it.
        package var closing: String

        package init(code: String, title: String = "", condition: String, most: Int, closing: String = "") {
            (self.code, self.title, self.condition) = (code, title, condition)
            (self.most, self.closing) = (most, closing)
        }
    }
}

extension Questionnaire {
    /// In the order of the questionnaire.
    package var questions: [Question] { pages.flatMap(\.questions) }

    /// By the code of the question.
    package var kinds: [String: Question.Kind] {
        Dictionary(questions.map { ($0.code, $0.kind) }, uniquingKeysWith: { first, _ in first })
    }

    /// Something comes in an order that is drawn for each respondent.
    package var isDrawn: Bool { pages.contains(where: \.isDrawn) }

    /// How many pages, groups, questions, options and columns are shown on a condition.
    package var conditionCount: Int {
        let groups = pages.flatMap(\.groups)
        let conditions =
            pages.map(\.condition) + groups.map(\.condition)
            + questions.flatMap { [$0.condition] + ($0.kind.options + $0.kind.columns).map(\.condition) }
        return conditions.count { $0?.isEmpty == false }
    }

    /// A text of it repeats what was answered or computed.
    var repeatsAnswers: Bool {
        let texts = pages.flatMap { page in
            [page.title] + page.groups.flatMap { [$0.title] + $0.questions.flatMap { [$0.text, $0.hint] } }
        }
        return (texts + [closing]).contains { !RepeatedAnswer.names(in: $0).isEmpty }
    }
}

extension Questionnaire.Page {
    /// Of all its groups, in their order.
    package var questions: [Question] { groups.flatMap(\.questions) }

    /// Something on it comes in an order that is drawn for each respondent.
    package var isDrawn: Bool {
        isShuffled && groups.count > 1
            || groups.contains { group in
                group.isShuffled && group.questions.count > 1 || group.questions.contains { $0.kind.isDrawn }
            }
    }
}

extension Question.Kind {
    fileprivate var isDrawn: Bool { isShuffled && options.count { !$0.isExclusive } > 1 }

    private var isShuffled: Bool {
        switch self {
        case .single(let single): single.isShuffled
        case .multiple(let multiple): multiple.isShuffled
        case .matrix(let matrix): matrix.isShuffled
        case .ranking(let ranking): ranking.isShuffled
        default: false
        }
    }
}
