extension QuestionFigures {
    /// The figures of all questions of a page, so that none gives away what another hides.
    ///
    /// Who was asked only after a "yes" was counted there before: how many answered the question that follows is the count of "yes". So
    /// where a question hides anything, those it decides about do not say how many answered them. The same holds between questions that
    /// one other question decides about, as of three age groups the numbers of two tell the third. Who wrote a comment on an option has
    /// chosen it: how many did so is not said where the count of the option is not.
    package static func all(
        _ asked: [AskedQuestion], in tally: Tally, base: Base, smallest: Int
    ) -> [QuestionFigures] {
        var figures = asked.map { QuestionFigures($0, in: tally, base: base, smallest: smallest) }
        let places = Dictionary(
            asked.enumerated().map { ($1.question.code, $0) }, uniquingKeysWith: { first, _ in first })
        /// The question that a comment is on; nil for everything else.
        func commented(_ one: AskedQuestion) -> Int? {
            let whole = Question.whole(of: one.question.code)
            return whole == one.question.code ? nil : places[whole]
        }
        // Nobody has to comment: that few did says nothing of who was asked.
        let small = figures.filter {
            ($0.answered == nil || $0.parts.contains { $0.base == nil }) && commented($0.asked) == nil
        }.map(\.asked)
        func isTold(_ one: AskedQuestion, _ hiding: Set<String>) -> Bool {
            let path = one.question.code.split(separator: ".").map(String.init)
            if path.count == 3, let place = commented(one),
                figures[place].parts.contains(where: { $0.lines.contains { $0.option == path[1] && $0.count == nil } })
            {
                return true
            }
            // An answer to two questions together is told only by others that ask for two of them together.
            return !hiding.isDisjoint(with: one.decidedBy)
                || small.contains { other in
                    let shared = other.decidedBy.intersection(one.decidedBy).count
                    return shared > 0 && shared >= min(2, other.decidedBy.count)
                }
        }
        var open = Set(asked.indices)
        while true {
            let hiding = Set(figures.filter(\.hidesAnything).map(\.asked.question.code))
            let told = open.filter { isTold(asked[$0], hiding) }
            if told.isEmpty { return figures }
            for index in told {
                figures[index] = QuestionFigures(
                    asked[index], in: tally, base: base, smallest: smallest, hidesAnswered: true)
            }
            open.subtract(told)
        }
    }
}
