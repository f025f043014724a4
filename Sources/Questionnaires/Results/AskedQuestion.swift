/// A question as it was asked, in one version or several: a correction may drop it or add an option, and a code never changes its
/// meaning.
package struct AskedQuestion: Sendable, Equatable {
    /// By the newest version that has it, with options, rows and columns of older ones at the end.
    package let question: Question
    /// The versions in which it was asked, counted from 1.
    package let versions: [Int]

    package init(question: Question, versions: [Int]) { (self.question, self.versions) = (question, versions) }

    /// In the order of the newest version, then what only older ones had. Texts between questions are none.
    /// - Parameter versions: the oldest first.
    package static func all(in versions: [Questionnaire]) -> [AskedQuestion] {
        var (order, found): ([String], [String: AskedQuestion]) = ([], [:])
        for (index, version) in versions.enumerated().reversed() {
            for question in version.questions where question.kind != .information {
                if let known = found[question.code] {
                    found[question.code] = AskedQuestion(
                        question: known.question.adding(question), versions: [index + 1] + known.versions)
                } else {
                    order.append(question.code)
                    found[question.code] = AskedQuestion(question: question, versions: [index + 1])
                }
            }
        }
        return order.compactMap { found[$0] }
    }
}

extension Question {
    /// With the options that an older wording had besides.
    fileprivate func adding(_ older: Question) -> Question {
        func joined(_ one: [Option], _ other: [Option]) -> [Option] {
            one + other.filter { option in !one.contains { $0.code == option.code } }
        }
        var question = self
        switch (kind, older.kind) {
        case (.single(var now), .single(let then)):
            now.options = joined(now.options, then.options)
            now.other = now.other ?? then.other
            question.kind = .single(now)
        case (.multiple(var now), .multiple(let then)):
            now.options = joined(now.options, then.options)
            now.other = now.other ?? then.other
            question.kind = .multiple(now)
        case (.ranking(var now), .ranking(let then)):
            now.options = joined(now.options, then.options)
            question.kind = .ranking(now)
        case (.matrix(var now), .matrix(let then)):
            (now.rows, now.columns) = (joined(now.rows, then.rows), joined(now.columns, then.columns))
            question.kind = .matrix(now)
        case (.scale(var now), .scale(let then)):
            (now.from, now.to) = (min(now.from, then.from), max(now.to, then.to))
            question.kind = .scale(now)
        default: break
        }
        return question
    }
}
