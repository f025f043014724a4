import Text

/// What is wrong with a questionnaire: shown when it is saved, and as the list before it is opened.
package struct QuestionnaireCheck: Sendable {
    package private(set) var faults: [QuestionnaireFault] = []

    private let questionnaire: Questionnaire
    private let formulas: QuestionnaireFormulas
    /// Where each question is asked, counted from 0.
    private let order: [String: Int]
    private let pageOf: [String: Int]

    static let most: [QuestionnaireFault.Count: Int] = [
        .pages: 100, .questions: 500, .options: 500, .cells: 1_000, .computed: 100, .quotas: 100,
    ]
    /// Of all questions together: no sheet is taken with more.
    package static let mostFiles = 5
    /// Of formulas, when all combinations of answers are tried.
    static let mostSteps = 3_000_000
    static let longestText = 5_000
    /// Chinese characters in all answers of a sheet: the door takes 64 KiB, and each is three bytes.
    static let longestSheet = 65_536 / 3
    static let longestCode = 64

    package init(_ questionnaire: Questionnaire) {
        self.questionnaire = questionnaire
        formulas = QuestionnaireFormulas(questionnaire)
        let codes = questionnaire.questions.map(\.code)
        order = Dictionary(codes.enumerated().map { ($1, $0) }, uniquingKeysWith: { first, _ in first })
        pageOf = Dictionary(
            questionnaire.pages.enumerated().flatMap { index, page in
                page.questions.map { ($0.code, index) }
            }, uniquingKeysWith: { first, _ in first })
        faults = formulas.faults
        checkWhole()
        // What is far too large is not looked at any further.
        guard !faults.contains(where: { if case .tooMany = $0.kind { true } else { false } }) else { return }
        for (index, page) in questionnaire.pages.enumerated() { check(page, index) }
        // Every circle has somebody who waits for what comes later.
        if faults.contains(where: { if case .later = $0.kind { true } else { false } }) { checkCircles() }
        if !faults.contains(where: { $0.severity == .error }) { checkReach() }
    }

    /// The limit that it exceeds, of pages, questions, options and the like; nil when it keeps to all of them. It reads no formula: of what
    /// somebody else has made far too large, that alone could take all memory.
    static func limit(exceededBy questionnaire: Questionnaire) -> Int? {
        let kinds = questionnaire.questions.map(\.kind)
        let counts: [(of: QuestionnaireFault.Count, number: Int)] = [
            (.pages, questionnaire.pages.count), (.questions, kinds.count),
            (.computed, questionnaire.computed.count), (.quotas, questionnaire.quotas.count),
            (.options, kinds.map { max($0.options.count, $0.columns.count) }.max() ?? 0),
            (.cells, kinds.map(\.cells).max() ?? 0),
        ]
        return counts.compactMap { count in most[count.of].flatMap { count.number > $0 ? $0 : nil } }.first
    }

    /// Nothing keeps it from being opened.
    package var isSound: Bool { !faults.contains { $0.severity == .error } }

    private mutating func say(
        _ severity: QuestionnaireFault.Severity, _ place: QuestionnairePlace, _ kind: QuestionnaireFault.Kind
    ) {
        faults.append(QuestionnaireFault(severity, at: place, kind))
    }

    // MARK: Codes, texts, counts

    private mutating func checkWhole() {
        let here = QuestionnairePlace()
        if questionnaire.title.isEmpty { say(.error, here, .emptyTitle) }
        if questionnaire.closing.isEmpty { say(.warning, here, .noClosing) }
        if !questionnaire.questions.contains(where: \.isAsked) { say(.error, here, .noQuestion) }
        expect(.pages, questionnaire.pages.count, here)
        expect(.questions, questionnaire.questions.count, here)
        expect(.computed, questionnaire.computed.count, here)
        expect(.quotas, questionnaire.quotas.count, here)
        let files = questionnaire.questions.reduce(0) { (sum: Int, question: Question) -> Int in
            if case .file(let files) = question.kind { sum + min(max(0, files.most), 1_000) } else { sum }
        }
        if files > Self.mostFiles {
            say(.error, here, .tooManyFiles(limit: Self.mostFiles))
        }
        // Nothing is known yet where it begins, everything where it ends.
        for text in [questionnaire.title, questionnaire.introduction] { check(text: text, here, before: 0) }
        check(text: questionnaire.closing, here, before: Int.max)
        checkCodes(questionnaire.pages.map { ($0.code, QuestionnairePlace(page: $0.code)) })
        checkCodes(
            questionnaire.pages.flatMap { page in
                page.groups.map { ($0.code, QuestionnairePlace(page: page.code, group: $0.code)) }
            })
        // Questions and computed values are named alike.
        checkCodes(
            questionnaire.placed.map { ($0.question.code, $0.place) }
                + questionnaire.computed.map { ($0.code, QuestionnairePlace(computed: $0.code)) })
        checkCodes(questionnaire.quotas.map { ($0.code, QuestionnairePlace(quota: $0.code)) })
        for quota in questionnaire.quotas where quota.most < 1 { say(.error, .init(quota: quota.code), .impossible) }
        let texts = questionnaire.questions.reduce(0) { (sum: Int, question: Question) -> Int in
            sum + question.kind.longestTexts
        }
        if texts > Self.longestSheet { say(.warning, here, .sheetTooLong(limit: Self.longestSheet)) }
    }

    private mutating func expect(_ count: QuestionnaireFault.Count, _ number: Int, _ place: QuestionnairePlace) {
        if let limit = Self.most[count], number > limit { say(.error, place, .tooMany(count, limit: limit)) }
    }

    private mutating func checkCodes(
        _ codes: [(code: String, place: QuestionnairePlace)], mayBeginWithDigit: Bool = false
    ) {
        var seen: Set<String> = []
        for (code, place) in codes {
            if !Self.isCode(code, mayBeginWithDigit: mayBeginWithDigit) {
                say(.error, place, .code(code))
            } else if !mayBeginWithDigit, FormulaScope.reserved.contains(code) {
                say(.error, place, .reservedCode(code))
            } else if !seen.insert(code).inserted {
                say(.error, place, .duplicateCode(code))
            }
        }
    }

    package static func isCode(_ code: String, mayBeginWithDigit: Bool = false) -> Bool {
        guard let first = code.utf8.first, code.utf8.count <= longestCode, first != UInt8(ascii: "_") else {
            return false
        }
        return (mayBeginWithDigit || !FormulaLexer.isDigit(first))
            && code.utf8.allSatisfy { FormulaLexer.isLetter($0) || FormulaLexer.isDigit($0) }
    }

    /// - Parameter page: the page that shows it, counted from 0.
    private mutating func check(text: String, _ place: QuestionnairePlace, before page: Int) {
        guard TextLength.count(text) <= Self.longestText else {
            // What it names is looked up once it is short enough: a megabyte holds a quarter of a million names.
            return say(.error, place, .tooLong(limit: Self.longestText))
        }
        var seen: Set<[String]> = []
        for path in RepeatedAnswer.names(in: text) where seen.insert(path).inserted {
            guard let name = path.first, let (step, _) = try? formulas.scope.resolve(path) else {
                say(.warning, place, .unknownInText(path.joined(separator: ".")))
                continue
            }
            let behind =
                if case .computed = step {
                    formulas.computed.first { $0.code == name }.map { formulas.questions(behind: $0.formula) } ?? []
                } else { Set([name]) }
            if behind.contains(where: { (pageOf[$0] ?? 0) >= page }) {
                say(.warning, place, .laterInText(name))
            }
        }
    }

    // MARK: Pages, groups, questions

    private mutating func check(_ page: Questionnaire.Page, _ index: Int) {
        let place = QuestionnairePlace(page: page.code)
        check(text: page.title, place, before: index)
        expect(condition: place, before: index, in: pageOf)
        for group in page.groups {
            let place = place.with(group: group.code)
            check(text: group.title, place, before: index)
            let first = group.questions.first.flatMap { order[$0.code] } ?? Int.max
            expect(condition: place, before: first, in: order)
            for question in group.questions { check(question, place.with(question: question.code), page: index) }
        }
    }

    private mutating func check(_ question: Question, _ place: QuestionnairePlace, page: Int) {
        if question.text.isEmpty { say(.error, place, .emptyText) }
        check(text: question.text, place, before: page)
        check(text: question.hint, place, before: page)
        let own = order[question.code] ?? 0
        expect(condition: place, before: own, in: order)
        checkOptions(question.kind.options, place) { place.with(option: $0) }
        checkOptions(question.kind.columns, place) { place.with(column: $0) }
        if let validation = question.validation {
            if validation.message.isEmpty { say(.warning, place, .noMessage) }
            let names = formulas.validations[question.code].map { formulas.questions(behind: $0) } ?? []
            for name in names.sorted() where (pageOf[name] ?? 0) > page { say(.error, place, .later(name)) }
        }
        if question.initial != nil, question.kind.isChoice { say(.warning, place, .preset) }
        if question.kind.longestTexts > 0,
            ([question.text, question.kind.comment ?? ""]
                + (question.kind.options + question.kind.columns).map(\.text))
                .contains(where: Self.asksForPersonalData)
        {
            say(.warning, place, .personal)
        }
        checkLimits(question.kind, place)
    }

    /// Whoever answers is told that no name and no telephone number are kept.
    private static func asksForPersonalData(_ text: String) -> Bool {
        let words = [
            "姓名", "您的名字", "电话", "手机号", "身份证", "住址", "微信号", "邮箱", "车牌", "your name", "phone number", "e-mail",
        ]
        let said = text.lowercased()
        return words.contains { said.contains($0) }
    }

    private mutating func checkOptions(
        _ options: [Question.Option], _ place: QuestionnairePlace, _ placed: (String) -> QuestionnairePlace
    ) {
        expect(.options, options.count, place)
        checkCodes(options.map { ($0.code, placed($0.code)) }, mayBeginWithDigit: true)
        let own = place.question.flatMap { order[$0] } ?? 0
        for option in options {
            if option.text.isEmpty { say(.error, placed(option.code), .emptyText) }
            if TextLength.count(option.text) > Self.longestText {
                say(.error, placed(option.code), .tooLong(limit: Self.longestText))
            }
            expect(condition: placed(option.code), before: own, in: order)
        }
    }

    /// Whatever the condition names comes before this number in that order.
    private mutating func expect(condition place: QuestionnairePlace, before number: Int, in order: [String: Int]) {
        guard let condition = formulas.conditions[place] else { return }
        for name in formulas.questions(behind: condition).sorted() where (order[name] ?? 0) >= number {
            say(.error, place, .later(name))
        }
    }

    private mutating func checkLimits(_ kind: Question.Kind, _ place: QuestionnairePlace) {
        var isPossible = true
        switch kind {
        case .single(let single): if single.options.isEmpty { say(.error, place, .noOptions) }
        case .multiple(let multiple):
            let count = multiple.options.count + (multiple.other == nil ? 0 : 1)
            if count == 0 { say(.error, place, .noOptions) }
            isPossible =
                (0...max(1, count)).contains(multiple.least ?? 0)
                && (multiple.most ?? count) >= max(1, multiple.least ?? 1)
        case .ranking(let ranking):
            if ranking.options.isEmpty { say(.error, place, .noOptions) }
            isPossible = (1...max(1, ranking.options.count)).contains(ranking.most ?? 1)
        case .matrix(let matrix):
            if matrix.rows.isEmpty || matrix.columns.isEmpty { say(.error, place, .noOptions) }
            expect(.cells, kind.cells, place)
            switch matrix.cell {
            case .single, .multiple: break
            case .number(let number): isPossible = number.isPossible
            case .text(let most): isPossible = (1...AnswerFault.mostWords).contains(most)
            }
        case .scale(let scale):
            let steps = scale.to.subtractingReportingOverflow(scale.from)
            isPossible = !steps.overflow && (1...100).contains(steps.partialValue)
            if isPossible, ![0, 2, steps.partialValue + 1].contains(scale.labels.count) {
                say(.error, place, .labels(steps: steps.partialValue + 1))
            }
        case .number(let number): isPossible = number.isPossible
        case .text(let text): isPossible = (1...100_000).contains(text.most)
        case .date(let days):
            let (first, last) = (days.first.map { CalendarDate($0) }, days.last.map { CalendarDate($0) })
            let isRead = first != .some(nil) && last != .some(nil)
            isPossible = isRead && (first.flatMap(\.self) ?? .earliest) <= (last.flatMap(\.self) ?? .latest)
        case .file(let files): isPossible = (1...Self.mostFiles).contains(files.most)
        case .yesNo, .unit, .information: break
        }
        if !isPossible { say(.error, place, .impossible) }
    }

    // MARK: Circles

    /// What is shown only when something later is shown, which in turn waits for it.
    private mutating func checkCircles() {
        var waits: [String: Set<String>] = [:]
        for (place, question) in questionnaire.placed {
            waits[question.code] = conditions(over: place).reduce(into: []) {
                $0.formUnion(formulas.questions(behind: $1))
            }
        }
        for (place, question) in questionnaire.placed {
            var (ahead, seen) = (Array(waits[question.code] ?? []), Set<String>())
            while let name = ahead.popLast() {
                if seen.insert(name).inserted { ahead += waits[name] ?? [] }
            }
            if seen.contains(question.code) {
                let circle = questionnaire.questions.map(\.code).filter { seen.contains($0) }
                say(.error, place, .circular(circle))
            }
        }
    }

    /// Its own condition and those of its group and page; its own is also that something of it is left to choose.
    private func conditions(over place: QuestionnairePlace) -> [Formula] {
        [
            QuestionnairePlace(page: place.page), QuestionnairePlace(page: place.page, group: place.group),
            QuestionnairePlace(page: place.page, group: place.group, question: place.question),
        ].compactMap { formulas.showing[$0] }
    }

    // MARK: Reach

    /// Tries every combination of answers where they can be listed, as long as that does not take too long.
    private mutating func checkReach() {
        var left = Self.mostSteps
        let kinds = questionnaire.kinds
        for (place, _) in questionnaire.placed {
            let conditions = conditions(over: place)
            guard !conditions.isEmpty else { continue }
            let names = conditions.reduce(into: Set<String>()) { $0.formUnion(formulas.questions(behind: $1)) }
            guard let answers = PossibleAnswers(names.sorted().map { ($0, kinds[$0]) }) else { continue }
            let steps = (conditions + formulas.computed.map(\.formula)).reduce(0) { $0 + $1.steps.count }
            let isReached = answers.contains { answers in
                left -= steps
                if left < 0 { return true }
                let computed = formulas.computed(answers)
                return conditions.allSatisfy { $0.holds(answers, computed: computed) }
            }
            if !isReached { say(.error, place, .unreachable) }
        }
    }
}

extension Question.Kind {
    /// Whoever touches nothing has answered it when something stands there at first.
    fileprivate var isChoice: Bool {
        switch self {
        case .single, .multiple, .yesNo, .scale: true
        case .matrix, .ranking, .number, .text, .date, .unit, .file, .information: false
        }
    }

    /// Of a matrix, rows times columns.
    fileprivate var cells: Int {
        guard case .matrix(let matrix) = self else { return 0 }
        return matrix.rows.count.multipliedReportingOverflow(by: matrix.columns.count).partialValue
    }

    /// How long all texts that are written in answer to it may be together, in Unicode scalars.
    fileprivate var longestTexts: Int {
        switch self {
        case .text(let text): return min(max(0, text.most), 100_000)
        case .single(let single): return single.comment == nil ? 0 : AnswerFault.mostWords
        case .multiple(let multiple):
            let choices = multiple.options.count + (multiple.other == nil ? 0 : 1)
            return multiple.comment == nil ? 0 : choices * AnswerFault.mostWords
        case .matrix(let matrix):
            guard case .text(let most) = matrix.cell else { return 0 }
            return matrix.rows.count * matrix.columns.count * min(max(0, most), AnswerFault.mostWords)
        default: return 0
        }
    }
}

extension Question.Number {
    fileprivate var isPossible: Bool {
        (0...6).contains(decimals) && (least ?? -DecimalText.most) <= (most ?? DecimalText.most)
    }
}
