/// A question as it was asked, in one version or several: a correction may drop it or add an option, and a code never changes its
/// meaning.
package struct AskedQuestion: Sendable, Equatable {
    /// By the newest version that has it, with options, rows and columns of older ones at the end.
    package let question: Question
    /// The versions in which it was asked, counted from 1.
    package let versions: [Int]
    /// The questions whose answers decided, in any version, whether it was asked, or an option, row or column of it.
    package let decidedBy: Set<String>
    /// Other words in which older versions asked it, the newest first.
    package let former: [Wording]

    package struct Wording: Sendable, Equatable {
        package let text: String
        package let versions: [Int]
    }

    package init(question: Question, versions: [Int], decidedBy: Set<String> = [], former: [Wording] = []) {
        (self.question, self.versions, self.decidedBy, self.former) = (question, versions, decidedBy, former)
    }

    /// In the order of the newest version, then what only older ones had; as they are counted (`Question.counted`). Texts between
    /// questions are none.
    /// - Parameter versions: the oldest first.
    package static func all(in versions: [Questionnaire]) -> [AskedQuestion] {
        var (order, found): ([String], [String: AskedQuestion]) = ([], [:])
        for (index, version) in versions.enumerated().reversed() {
            let formulas = QuestionnaireFormulas(version)
            let counted = version.placed.flatMap { place, question in
                let deciding = formulas.questions(deciding: question, at: place)
                return question.counted.map { ($0, deciding) }
            }
            for (question, deciding) in counted where question.isAsked {
                if let known = found[question.code] {
                    found[question.code] = AskedQuestion(
                        question: known.question.adding(question), versions: [index + 1] + known.versions,
                        decidedBy: known.decidedBy.union(deciding),
                        former: known.former(adding: question.text, version: index + 1))
                } else {
                    order.append(question.code)
                    found[question.code] = AskedQuestion(
                        question: question, versions: [index + 1], decidedBy: deciding)
                }
            }
        }
        return order.compactMap { found[$0] }
    }

    /// The question that asks for the town, where just one does: then the town of a sheet is its answer.
    package static func town(among asked: [AskedQuestion]) -> Question? {
        let towns = asked.map(\.question).filter { $0.kind == .unit(.towns) }
        return towns.count == 1 ? towns.first : nil
    }

    private func former(adding text: String, version: Int) -> [Wording] {
        guard text != question.text else { return former }
        guard let known = former.firstIndex(where: { $0.text == text }) else {
            return former + [Wording(text: text, versions: [version])]
        }
        var former = former
        former[known] = Wording(text: text, versions: [version] + former[known].versions)
        return former
    }
}

extension [AskedQuestion] {
    package func question(_ code: String) -> Question? { first { $0.question.code == code }?.question }
}

extension Question.Number {
    /// With everything that an older wording took besides.
    fileprivate func widened(by older: Self) -> Self {
        var number = self
        number.least = least.flatMap { now in older.least.map { min(now, $0) } }
        number.most = most.flatMap { now in older.most.map { max(now, $0) } }
        number.decimals = max(decimals, older.decimals)
        return number
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
            (now.other, now.comment) = (now.other ?? then.other, now.comment ?? then.comment)
            question.kind = .single(now)
        case (.multiple(var now), .multiple(let then)):
            now.options = joined(now.options, then.options)
            (now.other, now.comment) = (now.other ?? then.other, now.comment ?? then.comment)
            question.kind = .multiple(now)
        case (.ranking(var now), .ranking(let then)):
            now.options = joined(now.options, then.options)
            question.kind = .ranking(now)
        case (.matrix(var now), .matrix(let then)):
            (now.rows, now.columns) = (joined(now.rows, then.rows), joined(now.columns, then.columns))
            if case (.number(let one), .number(let other)) = (now.cell, then.cell) {
                now.cell = .number(one.widened(by: other))
            }
            question.kind = .matrix(now)
        case (.scale(var now), .scale(let then)):
            (now.from, now.to) = (min(now.from, then.from), max(now.to, then.to))
            question.kind = .scale(now)
        case (.number(let now), .number(let then)): question.kind = .number(now.widened(by: then))
        default: break
        }
        return question
    }
}
