/// One step of a formula in postfix form: puts a value on the stack, or takes some and puts one back.
enum FormulaStep: Sendable, Equatable {
    case constant(FormulaValue)
    case answer(AnswerPart)
    case computed(String)
    /// Takes so many values.
    case operation(FormulaOperation, Int)
}

enum FormulaOperation: String, Sendable, Equatable {
    case or, and, not
    case equal = "==", unequal = "!=", less = "<", atMost = "<=", greater = ">", atLeast = ">="
    case add = "+", subtract = "-", multiply = "*", divide = "/", remainder = "%"
    case negate
    /// The first value among the others.
    case among
    /// The first value in the choices that are the second.
    case `in`
    case count, sum, min, max, length, answered, round
    case choose = "if"
}

/// What of the answer to a question a name stands for.
struct AnswerPart: Sendable, Equatable {
    enum Reading: String, Sendable, Equatable {
        /// A truth, number, text or day as it is.
        case plain
        /// The code, or `_other`.
        case choice
        case otherWords
        /// Beside a choice, of several that of the option in `row`.
        case comment
        case choices
        /// Of the option in `row`, from 1.
        case place
        case file
        /// Those of a matrix that were answered.
        case rows
        /// All cells of a matrix, by the codes of their rows and columns: sums must add in one order.
        case cells
        case rowChoice
        case rowChoices
        case rowCells
        case cell
    }

    let question: String
    let reading: Reading
    var row: String?
    var column: String?

    /// Words or a number of the respondent, and no code.
    var isWritten: Bool { [.otherWords, .comment, .cell].contains(reading) }

    /// In the place of the code of an option: something else. No code begins so.
    static let other = "_other"
}

extension Formula {
    /// For the browser: `["c", value]`, `["a", question, reading, row, column]`, `["k", computed]`, `["+", 2]`.
    package var plain: PlainValue { .list(steps.map(\.plain)) }
}

extension FormulaStep {
    var plain: PlainValue {
        switch self {
        case .constant(let value): .list([.text("c"), value.plain])
        case .answer(let part):
            .list(
                [part.question, part.reading.rawValue, part.row, part.column].reduce(into: [.text("a")]) {
                    if let word = $1 { $0.append(.text(word)) }
                })
        case .computed(let code): .list([.text("k"), .text(code)])
        case .operation(let operation, let count): .list([.text(operation.rawValue), .number(Double(count))])
        }
    }
}

extension FormulaValue {
    package var plain: PlainValue {
        switch self {
        case .truth(let truth): .truth(truth)
        case .number(let number): .number(number)
        case .text(let text): .text(text)
        case .texts(let texts): .list(texts.map { .text($0) })
        case .numbers(let numbers): .list(numbers.map { .number($0) })
        }
    }
}
