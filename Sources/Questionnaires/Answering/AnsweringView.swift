extension Answering {
    /// The questionnaire seen with certain answers.
    struct View {
        private let answering: Answering
        private let answers: Answers
        private let computed: [String: FormulaValue]
        /// What is kept with its hidden parts.
        private let whole: Whole?

        init(_ answering: Answering, _ answers: Answers, keeping whole: Whole?) {
            (self.answering, self.answers, self.whole) = (answering, answers, whole)
            computed = answering.formulas.computed(answers)
        }

        // MARK: Conditions

        func isShown(_ place: QuestionnairePlace) -> Bool {
            if let whole, whole.holds(place) { return true }
            return answering.formulas.showing[place].map { $0.holds(answers, computed: computed) } ?? true
        }

        /// Also its group and page.
        func isShown(question place: QuestionnairePlace) -> Bool {
            isShown(.init(page: place.page)) && isShown(.init(page: place.page, group: place.group)) && isShown(place)
        }

        // MARK: Parts

        func page(_ page: Questionnaire.Page) -> Questionnaire.Page? {
            let place = QuestionnairePlace(page: page.code)
            guard isShown(place) else { return nil }
            var shown = page
            shown.title = filled(page.title)
            shown.groups = page.groups.compactMap { group($0, place) }
            if page.isShuffled { shown.groups = drawn(shown.groups, in: page.groups, at: place, \.code) }
            return shown.groups.isEmpty ? nil : shown
        }

        private func group(_ group: Questionnaire.Group, _ page: QuestionnairePlace) -> Questionnaire.Group? {
            let place = page.with(group: group.code)
            guard isShown(place) else { return nil }
            var shown = group
            shown.title = filled(group.title)
            shown.questions = group.questions.compactMap { question in
                let place = place.with(question: question.code)
                return isShown(place) ? self.question(question, place) : nil
            }
            if group.isShuffled { shown.questions = drawn(shown.questions, in: group.questions, at: place, \.code) }
            return shown.questions.isEmpty ? nil : shown
        }

        private func question(_ question: Question, _ place: QuestionnairePlace) -> Question {
            var shown = question
            shown.text = filled(question.text)
            shown.hint = filled(question.hint)
            switch question.kind {
            case .single(var single):
                single.options = options(single.options, place, isShuffled: single.isShuffled)
                shown.kind = .single(single)
            case .multiple(var multiple):
                multiple.options = options(multiple.options, place, isShuffled: multiple.isShuffled)
                shown.kind = .multiple(multiple)
            case .ranking(var ranking):
                ranking.options = options(ranking.options, place, isShuffled: ranking.isShuffled)
                shown.kind = .ranking(ranking)
            case .matrix(var matrix):
                matrix.rows = options(matrix.rows, place, isShuffled: matrix.isShuffled)
                matrix.columns = matrix.columns.filter { isShown(place.with(column: $0.code)) }
                shown.kind = .matrix(matrix)
            default: break
            }
            return shown
        }

        /// "None of these" stays where it was put: at the end.
        private func options(_ options: [Question.Option], _ place: QuestionnairePlace, isShuffled: Bool) -> [Question
            .Option]
        {
            let shown = options.filter { isShown(place.with(option: $0.code)) }
            guard isShuffled else { return shown }
            return drawn(shown.filter { !$0.isExclusive }, in: options.filter { !$0.isExclusive }, at: place, \.code)
                + shown.filter(\.isExclusive)
        }

        /// The order is drawn for all, so that what appears or vanishes does not turn the others round.
        private func drawn<Item>(
            _ shown: [Item], in all: [Item], at place: QuestionnairePlace, _ code: (Item) -> String
        ) -> [Item] {
            var order = DrawnOrder(seed: answering.seed, place: place.key)
            let places = Dictionary(
                order.shuffled(all.map(code)).enumerated().map { ($1, $0) }, uniquingKeysWith: { first, _ in first })
            return shown.sorted { (places[code($0)] ?? 0) < (places[code($1)] ?? 0) }
        }

        // MARK: Answers

        /// The answer without options, rows and columns that are hidden; nil when nothing is left.
        func visible(_ answer: Answer, of question: Question, at place: QuestionnairePlace) -> Answer? {
            func option(_ code: String) -> Bool { isShown(place.with(option: code)) }
            func column(_ code: String) -> Bool { isShown(place.with(column: code)) }
            func cells<Cell>(_ rows: [String: [String: Cell]]) -> [String: [String: Cell]]? {
                let kept = rows.filter { option($0.key) }.mapValues { $0.filter { column($0.key) } }.filter {
                    !$0.value.isEmpty
                }
                return kept.isEmpty ? nil : kept
            }
            switch answer {
            case .choice(let choice): return option(choice.code) ? answer : nil
            case .choices(let choices):
                let kept = choices.filter { option($0.code) }
                return kept.isEmpty ? nil : .choices(kept)
            case .matrixChoice(let rows):
                let kept = rows.filter { option($0.key) && column($0.value) }
                return kept.isEmpty ? nil : .matrixChoice(kept)
            case .matrixChoices(let rows):
                let kept = rows.filter { option($0.key) }.mapValues { $0.filter(column) }.filter { !$0.value.isEmpty }
                return kept.isEmpty ? nil : .matrixChoices(kept)
            case .matrixNumbers(let rows): return cells(rows).map { .matrixNumbers($0) }
            case .matrixTexts(let rows): return cells(rows).map { .matrixTexts($0) }
            default: return answer
            }
        }

        // MARK: Texts

        /// - Parameter open: questions and computed values whose names are left as they stand, for the script.
        func filled(_ text: String, leaving open: Set<String> = []) -> String {
            RepeatedAnswer.filled(text) { path in
                if let name = path.first, open.contains(name) { return nil }
                guard let (step, _) = try? answering.formulas.scope.resolve(path), let name = path.first else {
                    return nil
                }
                let kind = answering.kinds[name]
                switch step {
                case .computed(let code): return computed[code].map { words($0, kind) } ?? "…"
                case .answer(let part):
                    guard let answer = answers[part.question] else { return "…" }
                    if path.count == 1, let others = otherWords(answer, kind) { return others }
                    // Their names stay with who has chosen them, and their numbers mean nothing to anybody.
                    if case .files(let ids) = answer { return "\(ids.count) 个文件" }
                    // What somebody wrote may be what a code is called.
                    return part.value(of: answer).map { words($0, part.isWritten ? nil : kind) } ?? "…"
                default: return nil
                }
            }
        }

        /// Choices with what was written beside “other”.
        private func otherWords(_ answer: Answer, _ kind: Question.Kind?) -> String? {
            let choices: [Answer.Choice]
            switch answer {
            case .choice(let choice): choices = [choice]
            case .choices(let several): choices = several
            default: return nil
            }
            return choices.map { $0.words ?? words(.text($0.code), kind) }.joined(separator: "、")
        }

        private func words(_ value: FormulaValue, _ kind: Question.Kind?) -> String {
            func text(of code: String) -> String {
                let known = (kind?.columns ?? []) + (kind?.options ?? [])
                return known.first { $0.code == code }?.text ?? code
            }
            switch value {
            case .truth(let truth): return truth ? "是" : "否"
            case .number(let number): return DecimalText.text(of: number)
            case .text(let code): return text(of: code)
            case .texts(let codes): return codes.map(text).joined(separator: "、")
            case .numbers(let numbers): return numbers.map { DecimalText.text(of: $0) }.joined(separator: "、")
            }
        }
    }
}
