import Text

extension Answering {
    /// What is wrong with the answers to the questions that are shown; nothing about the hidden ones, which `cleaned` drops.
    /// - Parameter page: only of that page; nil for the whole sheet.
    package func faults(_ answers: Answers, page: String? = nil) -> [AnswerFault] {
        let computed = formulas.computed(answers)
        var faults: [AnswerFault] = []
        for shown in shown(answers).pages where page == nil || shown.code == page {
            for question in shown.questions {
                let own = Self.faults(answers[question.code], to: question)
                faults += own
                guard own.isEmpty, answers[question.code] != nil, let validation = question.validation,
                    formulas.validations[question.code]?.value(answers, computed: computed) == .truth(false)
                else { continue }
                faults.append(AnswerFault(question.code, .validation(message: validation.message)))
            }
        }
        return faults
    }

    /// - Parameter question: as it is shown, without hidden options.
    static func faults(_ answer: Answer?, to question: Question) -> [AnswerFault] {
        let code = question.code
        guard let answer else {
            return question.isRequired && question.isAsked ? [AnswerFault(code, .required)] : []
        }
        func one(_ kind: AnswerFault.Kind?) -> [AnswerFault] { kind.map { [AnswerFault(code, $0)] } ?? [] }
        /// With the words of the comment that is too long: there may be one at each option.
        func commented(
            _ fault: AnswerFault.Kind?, _ choices: [Answer.Choice], _ name: (Answer.Choice) -> String?
        ) -> [AnswerFault] {
            guard case .tooLong? = fault, let fault, let long = choices.first(where: { isTooLong($0.comment) }) else {
                return one(fault)
            }
            let words = [name(long), question.kind.comment].compactMap(\.self).filter { !$0.isEmpty }
            return [AnswerFault(code, part: words.joined(separator: " · "), fault)]
        }
        switch (question.kind, answer) {
        case (.single(let single), .choice(let choice)):
            let kind = fault(of: choice, among: single.options, other: single.other, comment: single.comment)
            return commented(kind, [choice]) { _ in nil }
        case (.multiple(let multiple), .choices(let choices)):
            return commented(fault(of: choices, multiple), choices) { multiple.text(of: $0.code) }
        case (.ranking(let ranking), .choices(let choices)):
            return one(fault(of: choices, ranking, question.isRequired))
        case (.yesNo, .truth): return []
        case (.file(let limits), .files(let ids)):
            if Set(ids).count < ids.count { return one(.form) }
            return one(ids.count > limits.most ? .tooManyFiles(most: limits.most) : nil)
        case (.scale(let scale), .number(let number)):
            return one(fault(of: number, .init(least: Double(scale.from), most: Double(scale.to))))
        case (.number(let limits), .number(let number)): return one(fault(of: number, limits))
        case (.text(let limits), .text(let text)):
            return one(TextLength.count(text) > limits.most ? .tooLong(most: limits.most) : nil)
        case (.date(let days), .text(let text)): return one(fault(ofDay: text, days))
        case (.unit, .text(let text)): return one(TextLength.count(text) > 40 ? .unknownOption : nil)
        case (.matrix(let matrix), _): return faults(answer, matrix, question)
        default: return one(.form)
        }
    }

    // MARK: Choices

    private static func isTooLong(_ words: String?) -> Bool { TextLength.count(words ?? "") > AnswerFault.mostWords }

    /// - Parameters:
    ///   - other: the words beside the field for something else; nil where it is not asked for, as in the question.
    ///   - comment: likewise.
    private static func fault(
        of choice: Answer.Choice, among options: [Question.Option], other: String?, comment: String?
    ) -> AnswerFault.Kind? {
        if choice.code == AnswerPart.other {
            guard other != nil else { return .unknownOption }
            if (choice.words ?? "").isEmpty { return .noWords }
        } else if !options.contains(where: { $0.code == choice.code }) {
            return .unknownOption
        }
        if choice.comment != nil, comment == nil { return .form }
        return isTooLong(choice.words) || isTooLong(choice.comment) ? .tooLong(most: AnswerFault.mostWords) : nil
    }

    private static func fault(of choices: [Answer.Choice], _ multiple: Question.Multiple) -> AnswerFault.Kind? {
        for choice in choices {
            if let fault = fault(
                of: choice, among: multiple.options, other: multiple.other, comment: multiple.comment)
            {
                return fault
            }
        }
        let codes = choices.map(\.code)
        guard Set(codes).count == codes.count else { return .form }
        let isExclusive = multiple.options.contains { $0.isExclusive && codes.contains($0.code) }
        if isExclusive, codes.count > 1 { return .exclusive }
        // "None of these" alone is enough, and so are all there are: of those that hang on an answer there may be few.
        let together = multiple.options.count { !$0.isExclusive } + (multiple.other == nil ? 0 : 1)
        if let least = multiple.least.map({ min($0, together) }), codes.count < least, !isExclusive {
            return .tooFew(least: least)
        }
        if let most = multiple.most, codes.count > most { return .tooMany(most: most) }
        return nil
    }

    private static func fault(of choices: [Answer.Choice], _ ranking: Question.Ranking, _ isRequired: Bool)
        -> AnswerFault.Kind?
    {
        for choice in choices {
            if let fault = fault(of: choice, among: ranking.options, other: nil, comment: nil) { return fault }
        }
        guard Set(choices.map(\.code)).count == choices.count else { return .places }
        let most = ranking.places
        if choices.count > most { return .tooMany(most: most) }
        return isRequired && choices.count < most ? .tooFew(least: most) : nil
    }

    // MARK: Numbers and days

    private static func fault(of number: Double, _ limits: Question.Number) -> AnswerFault.Kind? {
        guard number.isFinite, number.magnitude <= DecimalText.most else { return .notANumber }
        if let least = limits.least, number < least { return .below(least: least) }
        if let most = limits.most, number > most { return .above(most: most) }
        // By its digits: 0.1 × 10 would not be exact for every number.
        let fraction = DecimalText.text(of: number).split(separator: ".").dropFirst().first ?? ""
        return fraction.utf8.count > limits.decimals ? .decimals(most: limits.decimals) : nil
    }

    private static func fault(ofDay text: String, _ days: Question.Days) -> AnswerFault.Kind? {
        guard let day = CalendarDate(text) else { return .notADay }
        if let first = days.first, let limit = CalendarDate(first), day < limit { return .tooEarly(first: first) }
        if let last = days.last, let limit = CalendarDate(last), day > limit { return .tooLate(last: last) }
        return nil
    }

    // MARK: Matrices

    private static func faults(_ answer: Answer, _ matrix: Question.Matrix, _ question: Question) -> [AnswerFault] {
        let (rows, columns) = (Set(matrix.rows.map(\.code)), Set(matrix.columns.map(\.code)))
        let filled: Set<String>
        var faults: [AnswerFault] = []
        func expect(_ found: some Sequence<String>, row: String) {
            if !rows.contains(row) || !columns.isSuperset(of: found) {
                faults.append(AnswerFault(question.code, row: row, .unknownOption))
            }
        }
        func judge<Cell>(_ rows: [String: [String: Cell]], _ fault: (Cell) -> AnswerFault.Kind?) -> Set<String> {
            for (row, cells) in rows {
                expect(cells.keys, row: row)
                for (column, cell) in cells {
                    if let kind = fault(cell) {
                        faults.append(
                            AnswerFault(
                                question.code, row: row, column: column, part: matrix.part(of: column), kind))
                    }
                }
            }
            // Required means every cell.
            return Set(rows.filter { columns.isSubset(of: $0.value.keys) }.keys)
        }
        switch (matrix.cell, answer) {
        case (.single, .matrixChoice(let chosen)):
            for (row, column) in chosen { expect([column], row: row) }
            filled = Set(chosen.keys)
        case (.multiple, .matrixChoices(let chosen)):
            for (row, columns) in chosen {
                expect(columns, row: row)
                if Set(columns).count < columns.count { faults.append(AnswerFault(question.code, row: row, .form)) }
            }
            filled = Set(chosen.filter { !$0.value.isEmpty }.keys)
        case (.number(let limits), .matrixNumbers(let numbers)): filled = judge(numbers) { fault(of: $0, limits) }
        case (.text(let most), .matrixTexts(let texts)):
            filled = judge(texts) { TextLength.count($0) > most ? .tooLong(most: most) : nil }
        default: return [AnswerFault(question.code, .form)]
        }
        faults.sort { ($0.row ?? "", $0.column ?? "") < ($1.row ?? "", $1.column ?? "") }
        guard question.isRequired else { return faults }
        return faults
            + matrix.rows.filter { !filled.contains($0.code) }.map {
                AnswerFault(question.code, row: $0.code, .required)
            }
    }
}

extension Question.Multiple {
    /// What a fault of one of the choices names; nil for something else that is not asked for.
    func text(of code: String) -> String? { options.first { $0.code == code }?.text ?? other }
}

extension Question.Matrix {
    /// What a fault of a cell names, as its sentence stands beside the row; nil where each row has one cell only.
    func part(of column: String) -> String? {
        columns.count > 1 ? columns.first { $0.code == column }?.text : nil
    }
}
