/// 算式: a condition, a check of an answer, or a computed value, in one small typed language that server and browser evaluate alike.
///
///     age >= 18 and town == 'laolong' and not ('none' in services)
///     sum(spent.food, spent.rent) / count(members) > 1000
///     answered(other) and length(other) <= 20
///
/// **Values** are truths, numbers, texts and days (`'2026-01-31'`); an answer that is missing has none (nil). **Names** are questions,
/// computed values, and parts of a question: `matrix.row`, `matrix.row.column`, `ranking.option` (its place, from 1), `single.other`
/// (the words beside “other”; the choice itself is then `'_other'`), `single.comment`, `multiple.option.comment`. A single choice is
/// compared with the codes of its options, several are asked by `'code' in question`, a whole matrix stands for the rows that were answered.
///
/// **Nil** goes through everything like SQL's null: whatever is computed or compared with it is nil, `false and nil` is false and
/// `true or nil` is true. A condition shows only when it is true. `count`, `sum`, `min` and `max` pass over nil; `count` and `answered`
/// always have a value; the sum of nothing is nil.
///
/// **Numbers** are IEEE 754 doubles, compared exactly; what is divided by zero, is not a number or lies beyond ±10¹⁵ is nil.
/// `round` goes to the nearest whole number, halves upwards; `%` has the sign of its left side.
///
/// It is kept in postfix form: neither side recurses when it evaluates, however the formula is built.
package struct Formula: Sendable, Equatable {
    package static let mostBytes = 2_000
    /// Parentheses, calls and prefixes within each other.
    package static let mostDepth = 50

    package let type: FormulaType
    /// Questions and computed values that it names.
    package let names: Set<String>
    let steps: [FormulaStep]

    /// - Throws: `FormulaFault`, which points at the word.
    package init(parsing text: String, in scope: FormulaScope) throws(FormulaFault) {
        var parser = try FormulaParser(text, in: scope)
        type = try parser.parse()
        (steps, names) = (parser.steps, parser.names)
    }

    /// As a condition or check: anything but a truth is a fault.
    package init(condition text: String, in scope: FormulaScope) throws(FormulaFault) {
        try self.init(parsing: text, in: scope)
        guard type == .truth else { throw FormulaFault(.notACondition(type), 0..<text.utf8.count) }
    }

    /// Several conditions as one: all of them, or any of them. Nil where there is none.
    init?(_ conditions: [Formula], joinedBy operation: FormulaOperation) {
        guard let first = conditions.first else { return nil }
        type = .truth
        names = conditions.reduce(into: Set<String>()) { $0.formUnion($1.names) }
        steps = conditions.dropFirst().reduce(into: first.steps) { $0 += $1.steps + [.operation(operation, 2)] }
    }
}

/// What kind of value a formula or a part of it has.
package enum FormulaType: Sendable, Equatable {
    case truth, number, text, date
    /// One of these codes.
    case choice([String])
    /// Several of these codes; also the rows of a matrix that were answered.
    case choices([String])
    /// Cells of a matrix.
    case numbers
    case file

    /// As sentences call it: `questionnaire-words.type-…`.
    package var name: String {
        switch self {
        case .truth: "truth"
        case .number: "number"
        case .text: "text"
        case .date: "date"
        case .choice: "choice"
        case .choices: "choices"
        case .numbers: "numbers"
        case .file: "file"
        }
    }
}

package enum FormulaValue: Sendable, Equatable {
    case truth(Bool)
    case number(Double)
    /// Also a day and the code of a choice. Equal when every byte is, unlike `String`.
    case text(String)
    case texts([String])
    case numbers([Double])

    package static func == (one: FormulaValue, other: FormulaValue) -> Bool {
        switch (one, other) {
        case (.truth(let one), .truth(let other)): one == other
        case (.number(let one), .number(let other)): one == other
        case (.text(let one), .text(let other)): one.utf8.elementsEqual(other.utf8)
        case (.texts(let one), .texts(let other)):
            one.count == other.count && zip(one, other).allSatisfy { $0.utf8.elementsEqual($1.utf8) }
        case (.numbers(let one), .numbers(let other)): one == other
        default: false
        }
    }
}
