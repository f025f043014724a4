import Foundation
import Text

extension Formula {
    /// - Parameter computed: values of computed ones by their code; see `QuestionnaireFormulas.computed`.
    /// - Returns: nil when what it needs was not answered, or when a number is none.
    package func value(_ answers: Answers, computed: [String: FormulaValue] = [:]) -> FormulaValue? {
        var stack: [FormulaValue?] = []
        for step in steps {
            switch step {
            case .constant(let value): stack.append(value)
            case .answer(let part): stack.append(answers[part.question].flatMap { part.value(of: $0) })
            case .computed(let code): stack.append(computed[code])
            case .operation(let operation, let count):
                let taken = Array(stack.suffix(count))
                stack.removeLast(min(count, stack.count))
                stack.append(operation.result(taken))
            }
        }
        return stack.last ?? nil
    }

    /// Whether it is a truth that holds.
    package func holds(_ answers: Answers, computed: [String: FormulaValue] = [:]) -> Bool {
        value(answers, computed: computed) == .truth(true)
    }
}

extension FormulaOperation {
    /// - Parameter values: as many as the parser has counted.
    func result(_ values: [FormulaValue?]) -> FormulaValue? {
        switch self {
        case .count: .number(Double(values.reduce(0) { $0 + Self.size(of: $1) }))
        case .answered: .truth((values.first ?? nil) != nil)
        case .sum: Self.numbers(values).flatMap { numbers in Self.number(numbers.reduce(0, +)) }
        case .min: Self.numbers(values).flatMap { $0.min() }.map { .number($0) }
        case .max: Self.numbers(values).flatMap { $0.max() }.map { .number($0) }
        case .choose: Self.chosen(values)
        case .among: Self.among(values)
        case .not, .negate, .round, .length: (values.first ?? nil).flatMap { ofOne($0) }
        default:
            if values.count == 2 { ofTwo(values[0], values[1]) } else { nil }
        }
    }

    private func ofOne(_ value: FormulaValue) -> FormulaValue? {
        switch (self, value) {
        case (.not, .truth(let truth)): .truth(!truth)
        case (.negate, .number(let number)): Self.number(-number)
        case (.round, .number(let number)): Self.number((number + 0.5).rounded(.down))
        case (.length, .text(let text)): .number(Double(TextLength.count(text)))
        default: nil
        }
    }

    private func ofTwo(_ left: FormulaValue?, _ right: FormulaValue?) -> FormulaValue? {
        // Either side decides alone.
        if self == .and, left == .truth(false) || right == .truth(false) { return .truth(false) }
        if self == .or, left == .truth(true) || right == .truth(true) { return .truth(true) }
        guard let left, let right else { return nil }
        switch (self, left, right) {
        case (.and, .truth, .truth): return .truth(true)
        case (.or, .truth, .truth): return .truth(false)
        case (.equal, _, _): return .truth(left == right)
        case (.unequal, _, _): return .truth(left != right)
        case (.in, .text(let code), .texts(let codes)):
            return .truth(codes.contains { $0.utf8.elementsEqual(code.utf8) })
        case (_, .number(let left), .number(let right)): return ofNumbers(left, right)
        case (_, .text(let left), .text(let right)):
            // Days: their ISO form stands in order.
            return ordered(left.utf8.lexicographicallyPrecedes(right.utf8), left.utf8.elementsEqual(right.utf8))
        default: return nil
        }
    }

    private func ofNumbers(_ left: Double, _ right: Double) -> FormulaValue? {
        switch self {
        case .add: Self.number(left + right)
        case .subtract: Self.number(left - right)
        case .multiply: Self.number(left * right)
        case .divide: right == 0 ? nil : Self.number(left / right)
        case .remainder: right == 0 ? nil : Self.number(left.truncatingRemainder(dividingBy: right))
        default: ordered(left < right, left == right)
        }
    }

    private func ordered(_ isLess: Bool, _ isEqual: Bool) -> FormulaValue? {
        switch self {
        case .less: .truth(isLess)
        case .atMost: .truth(isLess || isEqual)
        case .greater: .truth(!isLess && !isEqual)
        case .atLeast: .truth(!isLess)
        default: nil
        }
    }

    /// Without a sign on zero; nil beyond the numbers of the language.
    private static func number(_ number: Double) -> FormulaValue? {
        number.magnitude <= DecimalText.most ? .number(number + 0) : nil
    }

    /// Those that are there; nil for none.
    private static func numbers(_ values: [FormulaValue?]) -> [Double]? {
        let numbers = values.flatMap { value -> [Double] in
            switch value {
            case .number(let number): [number]
            case .numbers(let numbers): numbers
            default: []
            }
        }
        return numbers.isEmpty ? nil : numbers
    }

    /// What `count` adds: how many were chosen or filled in, one for a truth that holds, one for anything else that is there.
    private static func size(of value: FormulaValue?) -> Int {
        switch value {
        case nil, .truth(false): 0
        case .texts(let texts): texts.count
        case .numbers(let numbers): numbers.count
        default: 1
        }
    }

    private static func chosen(_ values: [FormulaValue?]) -> FormulaValue? {
        guard values.count == 3, case .truth(let isFirst) = values[0] else { return nil }
        return isFirst ? values[1] : values[2]
    }

    private static func among(_ values: [FormulaValue?]) -> FormulaValue? {
        guard let item = values.first ?? nil else { return nil }
        let others = values.dropFirst()
        if others.contains(item) { return .truth(true) }
        return others.contains(nil) ? nil : .truth(false)
    }
}

extension AnswerPart {
    /// Nil when that part was not answered, or when the answer is not of this kind.
    func value(of answer: Answer) -> FormulaValue? {
        switch (reading, answer) {
        case (.plain, .truth(let truth)): .truth(truth)
        case (.plain, .number(let number)): .number(number)
        case (.plain, .text(let text)): .text(text)
        case (.file, .files(let ids)): Self.some(ids.map { $0.uuidString.lowercased() }).map { .texts($0) }
        case (.choice, .choice(let choice)): .text(choice.code)
        case (.otherWords, .choice(let choice)): choice.words.map { .text($0) }
        case (.otherWords, .choices(let choices)): choices.compactMap(\.words).first.map { .text($0) }
        case (.comment, .choice(let choice)): choice.comment.map { .text($0) }
        case (.comment, .choices(let choices)):
            choices.first { $0.code == row }.flatMap(\.comment).map { .text($0) }
        case (.choices, .choices(let choices)): Self.some(choices.map(\.code)).map { .texts($0) }
        case (.place, .choices(let choices)):
            choices.firstIndex { $0.code == row }.map { .number(Double($0 + 1)) }
        case (_, .matrixChoice(let rows)): ofRows(rows)
        case (_, .matrixChoices(let rows)): ofRows(rows)
        case (_, .matrixNumbers(let rows)): ofRows(rows)
        case (_, .matrixTexts(let rows)): ofRows(rows)
        default: nil
        }
    }

    private func ofRows(_ rows: [String: String]) -> FormulaValue? {
        switch reading {
        case .rows: Self.some(Self.sorted(rows.keys)).map { .texts($0) }
        case .rowChoice: row.flatMap { rows[$0] }.map { .text($0) }
        default: nil
        }
    }

    private func ofRows(_ rows: [String: [String]]) -> FormulaValue? {
        switch reading {
        case .rows: Self.some(Self.sorted(rows.filter { !$0.value.isEmpty }.keys)).map { .texts($0) }
        case .rowChoices: row.flatMap { rows[$0] }.flatMap { Self.some($0) }.map { .texts($0) }
        default: nil
        }
    }

    private func ofRows(_ rows: [String: [String: Double]]) -> FormulaValue? {
        func cells(_ row: String) -> [Double] {
            let columns = rows[row] ?? [:]
            return Self.sorted(columns.keys).compactMap { columns[$0] }
        }
        switch reading {
        case .cells: return Self.some(Self.sorted(rows.keys).flatMap(cells)).map { .numbers($0) }
        case .rowCells: return row.flatMap { Self.some(cells($0)) }.map { .numbers($0) }
        case .cell: return row.flatMap { row in column.flatMap { rows[row]?[$0] } }.map { .number($0) }
        default: return nil
        }
    }

    private func ofRows(_ rows: [String: [String: String]]) -> FormulaValue? {
        switch reading {
        case .rows: Self.some(Self.sorted(rows.filter { !$0.value.isEmpty }.keys)).map { .texts($0) }
        case .cell: row.flatMap { row in column.flatMap { rows[row]?[$0] } }.map { .text($0) }
        default: nil
        }
    }

    private static func some<Item>(_ items: [Item]) -> [Item]? { items.isEmpty ? nil : items }

    private static func sorted(_ codes: some Sequence<String>) -> [String] {
        codes.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
    }
}
