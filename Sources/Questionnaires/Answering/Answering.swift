/// What happens between a questionnaire and somebody who answers it. A pure value: keep one for each version, and set `seed` on a copy
/// for each respondent.
package struct Answering: Sendable {
    /// Of the respondent; orders are drawn by it.
    package var seed: UInt64
    private var version: Version

    /// What is the same for every respondent: made once, and shared by all copies.
    private final class Version: Sendable {
        let questionnaire: Questionnaire
        let questions: [Question]
        let placed: [(place: QuestionnairePlace, question: Question)]
        let kinds: [String: Question.Kind]
        let formulas: QuestionnaireFormulas
        /// What everybody sees whatever they answer; nil where something hangs on an answer, repeats one or is drawn.
        let fixed: ShownQuestionnaire?

        init(_ questionnaire: Questionnaire, _ formulas: QuestionnaireFormulas, fixed: ShownQuestionnaire? = nil) {
            (self.questionnaire, self.formulas, self.fixed) = (questionnaire, formulas, fixed)
            (questions, placed, kinds) = (questionnaire.questions, questionnaire.placed, questionnaire.kinds)
        }
    }

    /// - Throws: the first formula that is none, so that no condition is ever passed over.
    package init(questionnaire: Questionnaire, seed: UInt64) throws(QuestionnaireFault) {
        let formulas = QuestionnaireFormulas(questionnaire)
        if let fault = formulas.faults.first { throw fault }
        self.seed = seed
        version = Version(questionnaire, formulas)
        if formulas.conditions.isEmpty, !questionnaire.isDrawn, !questionnaire.repeatsAnswers {
            version = Version(questionnaire, formulas, fixed: shown([:]))
        }
    }

    package var questionnaire: Questionnaire { version.questionnaire }
    /// In the order of the questionnaire.
    package var questions: [Question] { version.questions }
    var formulas: QuestionnaireFormulas { version.formulas }
    var kinds: [String: Question.Kind] { version.kinds }

    // MARK: What is shown

    /// What is kept with its hidden parts, so that a script can show them.
    package enum Whole: Sendable {
        case page(String)
        /// All pages, which then are on one screen.
        case everything

        func holds(_ place: QuestionnairePlace) -> Bool {
            switch self {
            case .page(let code): place.page == code && place.group != nil
            case .everything: place.page != nil
            }
        }
    }

    /// - Parameter whole: what `hidden` names the hidden parts of.
    package func shown(_ answers: Answers, keeping whole: Whole? = nil) -> ShownQuestionnaire {
        if let fixed = version.fixed { return fixed }
        let view = View(self, answers, keeping: whole)
        return ShownQuestionnaire(
            title: questionnaire.title, introduction: questionnaire.introduction,
            pages: questionnaire.pages.compactMap { view.page($0) }, closing: view.filled(questionnaire.closing),
            hidden: hiddenParts(of: whole, answers))
    }

    /// Questions as they were asked, also those that are hidden by now: with the answers that their texts repeat.
    package func worded(_ questions: [Question], _ answers: Answers) -> [Question] {
        guard version.fixed == nil else { return questions }
        let view = View(self, answers, keeping: nil)
        return questions.map { question in
            var worded = question
            worded.text = view.filled(question.text)
            return worded
        }
    }

    private func hiddenParts(of whole: Whole?, _ answers: Answers) -> Set<String> {
        guard let whole else { return [] }
        let computed = formulas.computed(answers)
        return Set(
            formulas.showing.filter { place, condition in
                whole.holds(place) && !condition.holds(answers, computed: computed)
            }.map(\.key.key))
    }

    // MARK: What is kept

    /// Answers without those to hidden or unknown questions and without hidden options, repeated until nothing changes: what is hidden
    /// may hide more.
    /// - Returns: what stays, and the codes of the questions that lost an answer or a part of it.
    package func cleaned(_ answers: Answers) -> (kept: Answers, dropped: [String]) {
        guard !answers.isEmpty else { return ([:], []) }
        var kept = pass(answers)
        while version.fixed == nil, case let next = pass(kept), next != kept { kept = next }
        return (kept, answers.keys.filter { kept[$0] != answers[$0] }.sorted())
    }

    private func pass(_ answers: Answers) -> Answers {
        let view = View(self, answers, keeping: nil)
        var kept: Answers = [:]
        for (place, question) in version.placed where view.isShown(question: place) {
            kept[question.code] = answers[question.code].flatMap { view.visible($0, of: question, at: place) }
        }
        return kept
    }

    /// The codes of the quotas that these answers count for.
    package func quotas(_ answers: Answers) -> [String] {
        let computed = formulas.computed(answers)
        return formulas.quotas.filter { $0.condition.holds(answers, computed: computed) }.map(\.code)
    }

    // MARK: For the script

    /// The rules of a screen for `questionnaire-formulas.js`: `answers` given on other pages, `computed` as pairs of code and formula, and
    /// `parts` with a condition, each with its `key`, `formula`, and the `questions` (or `question` and `option`, `row`, `column`) it holds;
    /// `texts` that repeat what is answered on this very screen, with what each of the `names` in them stands for. They go by the `key` of
    /// their part; hints by `h.QUESTION`, and the closing words, beside all pages, by `closing`.
    /// - Parameter whole: what is on the screen.
    package func following(_ whole: Whole, _ answers: Answers) -> PlainValue {
        let pages = questionnaire.pages.filter { page in
            if case .page(let code) = whole { page.code == code } else { true }
        }
        let here = Set(pages.flatMap { $0.questions.map(\.code) })
        var parts: [PlainValue] = []
        for page in pages {
            let place = QuestionnairePlace(page: page.code)
            if whole.holds(place) {
                let codes = page.questions.map { PlainValue.text($0.code) }
                add(place, ["questions": .list(codes)], to: &parts)
            }
            for group in page.groups { add(group, at: place.with(group: group.code), to: &parts) }
        }
        let repeating = repeating(words(on: whole, pages), here, answers)
        return .object([
            "texts": .object(repeating.texts), "names": .object(repeating.names),
            "answers": answers.filter { !here.contains($0.key) }.plain,
            "computed": .list(formulas.computed.map { .list([.text($0.code), $0.formula.plain]) }),
            "parts": .list(parts),
        ])
    }

    private func add(_ group: Questionnaire.Group, at place: QuestionnairePlace, to parts: inout [PlainValue]) {
        add(place, ["questions": .list(group.questions.map { .text($0.code) })], to: &parts)
        for question in group.questions {
            let place = place.with(question: question.code)
            add(place, ["questions": .list([.text(question.code)])], to: &parts)
            let isMatrix = if case .matrix = question.kind { true } else { false }
            for option in question.kind.options {
                add(
                    place.with(option: option.code),
                    ["question": .text(question.code), (isMatrix ? "row" : "option"): .text(option.code)], to: &parts)
            }
            for column in question.kind.columns {
                add(
                    place.with(column: column.code),
                    ["question": .text(question.code), "column": .text(column.code)], to: &parts)
            }
        }
    }

    /// Words that may repeat an answer, by the key the script finds them by.
    private func words(on whole: Whole, _ pages: [Questionnaire.Page]) -> [(key: String, text: String)] {
        var words: [(key: String, text: String)] = []
        for page in pages {
            words.append(("p.\(page.code)", page.title))
            for group in page.groups {
                words.append(("g.\(group.code)", group.title))
                for question in group.questions {
                    words.append(("q.\(question.code)", question.text))
                    words.append(("h.\(question.code)", question.hint))
                }
            }
        }
        if case .everything = whole { words.append(("closing", questionnaire.closing)) }
        return words
    }

    private func repeating(
        _ words: [(key: String, text: String)], _ here: Set<String>, _ answers: Answers
    ) -> (texts: [String: PlainValue], names: [String: PlainValue]) {
        let open = here.union(formulas.computed.map(\.code))
        let view = View(self, answers, keeping: nil)
        var (texts, names): ([String: PlainValue], [String: PlainValue]) = ([:], [:])
        for (key, text) in words {
            for path in RepeatedAnswer.names(in: text) {
                guard let name = path.first, open.contains(name), let found = try? formulas.scope.resolve(path) else {
                    continue
                }
                names[path.joined(separator: ".")] = found.step.plain
                texts[key] = .text(view.filled(text, leaving: open))
            }
        }
        return (texts, names)
    }

    private func add(_ place: QuestionnairePlace, _ members: [String: PlainValue], to parts: inout [PlainValue]) {
        guard let condition = formulas.showing[place] else { return }
        parts.append(.object(members.merging(["key": .text(place.key), "formula": condition.plain]) { old, _ in old }))
    }
}
