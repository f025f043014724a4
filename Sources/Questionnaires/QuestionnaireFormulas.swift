/// Every formula of a questionnaire, parsed once.
struct QuestionnaireFormulas: Sendable {
    private(set) var scope: FormulaScope
    /// Each after those that it names.
    private(set) var computed: [(code: String, formula: Formula)] = []
    /// Of pages, groups, questions, options, rows and columns, as they are written; those without one are always shown.
    private(set) var conditions: [QuestionnairePlace: Formula] = [:]
    /// The same, where a question is shown only while one of its options, rows and columns is: without them there is nothing to answer.
    private(set) var showing: [QuestionnairePlace: Formula] = [:]
    /// By the code of the question.
    private(set) var validations: [String: Formula] = [:]
    private(set) var quotas: [(code: String, condition: Formula)] = []
    private(set) var faults: [QuestionnaireFault] = []

    init(_ questionnaire: Questionnaire) {
        scope = FormulaScope(questions: questionnaire.questions)
        declare(questionnaire.computed)
        for page in questionnaire.pages {
            let place = QuestionnairePlace(page: page.code)
            add(page.condition, at: place)
            for group in page.groups {
                add(group.condition, at: place.with(group: group.code))
                for question in group.questions {
                    add(question, at: place.with(group: group.code, question: question.code))
                }
            }
        }
        showing = conditions
        for (place, question) in questionnaire.placed { showing[place] = showing(question, at: place) }
        for quota in questionnaire.quotas {
            let place = QuestionnairePlace(quota: quota.code)
            parse(quota.condition, at: place, .condition).map { quotas.append((quota.code, $0)) }
        }
    }

    private mutating func add(_ question: Question, at place: QuestionnairePlace) {
        add(question.condition, at: place)
        for option in question.kind.options { add(option.condition, at: place.with(option: option.code)) }
        for column in question.kind.columns { add(column.condition, at: place.with(column: column.code)) }
        if let validation = question.validation {
            validations[question.code] = parse(validation.expression, at: place, .validation)
        }
    }

    private mutating func add(_ condition: String?, at place: QuestionnairePlace) {
        guard let condition, !condition.isEmpty else { return }
        conditions[place] = parse(condition, at: place, .condition)
    }

    private func showing(_ question: Question, at place: QuestionnairePlace) -> Formula? {
        /// Nil where one is always shown.
        func either(_ options: [Question.Option], _ placed: (String) -> QuestionnairePlace) -> Formula? {
            var found: [Formula] = []
            for option in options {
                guard let condition = conditions[placed(option.code)] else { return nil }
                found.append(condition)
            }
            return Formula(found, joinedBy: .or)
        }
        let options = question.kind.other == nil ? question.kind.options : []
        let parts = [
            conditions[place], either(options) { place.with(option: $0) },
            either(question.kind.columns) { place.with(column: $0) },
        ]
        return Formula(parts.compactMap(\.self), joinedBy: .and)
    }

    private mutating func parse(_ text: String, at place: QuestionnairePlace, _ field: QuestionnaireFault.Field)
        -> Formula?
    {
        do throws(FormulaFault) {
            return try Formula(condition: text, in: scope)
        } catch {
            faults.append(QuestionnaireFault(.error, at: place, .formula(field, error)))
            return nil
        }
    }

    // MARK: Computed values

    /// Types of computed values follow from their formulas, so each waits for those that it names.
    private mutating func declare(_ values: [Questionnaire.Computed]) {
        var waiting = values.filter { scope.names[$0.code] == nil }
        while !waiting.isEmpty {
            let codes = Set(waiting.map(\.code))
            let ready = waiting.filter { Self.words($0.expression).isDisjoint(with: codes) }
            guard !ready.isEmpty else { break }
            ready.forEach { declare($0) }
            let done = Set(ready.map(\.code))
            waiting.removeAll { done.contains($0.code) }
        }
        // What is left names itself, or another that is left.
        let circle = waiting.map(\.code)
        for code in circle {
            scope.declare(code, .faulty)
            faults.append(QuestionnaireFault(.error, at: .init(computed: code), .circular(circle)))
        }
    }

    private mutating func declare(_ value: Questionnaire.Computed) {
        do throws(FormulaFault) {
            let formula = try Formula(parsing: value.expression, in: scope)
            if formula.type == .file || formula.type == .numbers {
                throw FormulaFault(.type(operation: value.code, formula.type), 0..<value.expression.utf8.count)
            }
            scope.declare(value.code, .computed(formula.type))
            computed.append((value.code, formula))
        } catch {
            scope.declare(value.code, .faulty)
            faults.append(QuestionnaireFault(.error, at: .init(computed: value.code), .formula(.computed, error)))
        }
    }

    /// The first parts of all names in a formula that may be none.
    private static func words(_ formula: String) -> Set<String> {
        var lexer = FormulaLexer(formula)
        var words: Set<String> = []
        while let (word, _) = try? lexer.next(), word != .end {
            if case .name(let path) = word, let name = path.first { words.insert(name) }
        }
        return words
    }

    /// Those that have a value, by their code.
    func computed(_ answers: Answers) -> [String: FormulaValue] {
        var values: [String: FormulaValue] = [:]
        for (code, formula) in computed { values[code] = formula.value(answers, computed: values) }
        return values
    }

    /// The questions on which a formula depends, also through computed values.
    func questions(behind formula: Formula) -> Set<String> {
        var found: Set<String> = []
        var (ahead, seen) = (Array(formula.names), formula.names)
        while let name = ahead.popLast() {
            guard case .computed? = scope.names[name] else {
                found.insert(name)
                continue
            }
            guard let behind = computed.first(where: { $0.code == name })?.formula.names else { continue }
            ahead += behind.subtracting(seen)
            seen.formUnion(behind)
        }
        return found
    }

    /// The questions on which it depends whether one is shown, or an option, row or column of it.
    func questions(deciding question: Question, at place: QuestionnairePlace) -> Set<String> {
        let page = QuestionnairePlace(page: place.page)
        let places =
            [page, page.with(group: place.group), place]
            + question.kind.options.map { place.with(option: $0.code) }
            + question.kind.columns.map { place.with(column: $0.code) }
        return places.compactMap { conditions[$0] }.reduce(into: []) { $0.formUnion(questions(behind: $1)) }
    }
}
