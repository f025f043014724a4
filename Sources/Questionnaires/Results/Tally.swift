/// How many answer sheets have what: by question, line (a row of a matrix, or an option that was ranked) and option.
///
/// What is no option has one by which sheets are parted: a number the class it lies in (`NumberRange`), a date its month and the class of
/// its year, a ranking what was put first. Option `""` is everyone who answered the question, or the line; question `""` is every sheet.
/// What is known of a sheet itself is a question, too (`Known`).
package struct Tally: Sendable, Equatable {
    package struct Mark: Sendable, Hashable {
        package let question: String
        package let line: String
        package let option: String

        package init(question: String, line: String = "", option: String = "") {
            (self.question, self.line, self.option) = (question, line, option)
        }
    }

    /// Codes of questions begin with a letter.
    package enum Known: String, CaseIterable, Sendable {
        case version = "_version"
        case channel = "_channel"
        case town = "_town"
        case day = "_day"
    }

    /// The option of something else that was written.
    package static let other = AnswerPart.other

    private let counts: [Mark: Int]
    private let options: [Mark: [String]]
    private let numbers: [Mark: NumberFigures]
    private let distributions: [Mark: NumberDistribution]

    /// - Parameters:
    ///   - numbers: by question and line.
    ///   - distributions: of the same.
    package init(
        _ counts: [Mark: Int], numbers: [Mark: NumberFigures] = [:], distributions: [Mark: NumberDistribution] = [:]
    ) {
        self.counts = counts
        (self.numbers, self.distributions) = (numbers, distributions)
        var options: [Mark: [String]] = [:]
        for mark in counts.keys where mark.option != "" {
            options[Mark(question: mark.question, line: mark.line), default: []].append(mark.option)
        }
        self.options = options.mapValues { $0.sorted() }
    }

    /// All of them.
    package var sheets: Int { self[Mark(question: "")] }

    package subscript(_ mark: Mark) -> Int { counts[mark] ?? 0 }

    package func numbers(of question: String, line: String = "") -> NumberFigures? {
        numbers[Mark(question: question, line: line)]
    }

    package func distribution(of question: String, line: String = "") -> NumberDistribution? {
        distributions[Mark(question: question, line: line)]
    }

    /// What was chosen, in the order of the codes.
    package func options(of question: String, line: String = "") -> [String] {
        options[Mark(question: question, line: line)] ?? []
    }
}
