/// What was answered to one question, as it may be shown.
package struct QuestionFigures: Sendable, Equatable {
    package let asked: AskedQuestion
    /// Who answered it; nil when that is a small number.
    package let answered: Int?
    /// One for each row of a matrix or option that was ranked, else one.
    package let parts: [Part]

    package struct Part: Sendable, Equatable {
        /// The code of the row, or of the option that was ranked; "" for the question itself.
        package let line: String
        /// What shares are of; nil when that is a small number.
        package let base: Int?
        package let lines: [Line]
        /// Nil where there are none, or where a hidden count could be reckoned from them.
        package let numbers: NumberFigures?

        package var hidesAnything: Bool { base == nil || lines.contains { $0.count == nil } }
    }

    package struct Line: Sendable, Equatable {
        /// Of the option, the step, the place or the month.
        package let option: String
        /// Nil: small, or hidden because a small one could be reckoned from it.
        package let count: Int?
        /// 0 to 1 of the base; nil without a count or a base.
        package let share: Double?
    }

    /// What a share is of, where several may be chosen.
    package enum Base: String, Sendable { case respondents, answers }

    /// Below it a share says little, and that is said.
    package static let fewAnswers = 30

    package init(_ asked: AskedQuestion, in tally: Tally, base: Base, smallest: Int) {
        self.asked = asked
        let code = asked.question.code
        let all = tally[Tally.Mark(question: code)]
        answered = (1..<smallest).contains(all) ? nil : all
        func part(_ line: String, _ options: [String], addsUp: Bool, from base: Base = .respondents) -> Part {
            let counts = options.map { tally[Tally.Mark(question: code, line: line, option: $0)] }
            let whole = base == .answers ? counts.reduce(0, +) : tally[Tally.Mark(question: code, line: line)]
            let hidden =
                Suppression(
                    Suppression.Cells(
                        [counts + [whole]], hasColumnSums: false, rowsAddUp: addsUp || base == .answers),
                    smallest: smallest
                ).isHidden.first ?? []
            let lines = zip(zip(options, counts), hidden).map { pair, isHidden in
                Line(
                    option: pair.0, count: isHidden ? nil : pair.1,
                    share: isHidden || hidden.last == true || whole == 0 ? nil : Double(pair.1) / Double(whole))
            }
            let numbers = tally.numbers(of: code, line: line)
            let isSafe = !hidden.contains(true) && (numbers?.sheets ?? 0) >= smallest
            return Part(
                line: line, base: hidden.last == true ? nil : whole, lines: lines, numbers: isSafe ? numbers : nil)
        }
        switch asked.question.kind {
        case .single: parts = [part("", asked.question.kind.optionCodes, addsUp: true)]
        case .multiple: parts = [part("", asked.question.kind.optionCodes, addsUp: false, from: base)]
        case .yesNo: parts = [part("", ["yes", "no"], addsUp: true)]
        case .scale(let kind):
            parts = [part("", kind.from <= kind.to ? (kind.from...kind.to).map(String.init) : [], addsUp: true)]
        case .matrix(let kind):
            switch kind.cell {
            case .single: parts = kind.rows.map { part($0.code, kind.columns.map(\.code), addsUp: true) }
            case .multiple:
                parts = kind.rows.map { part($0.code, kind.columns.map(\.code), addsUp: false, from: base) }
            case .number:
                parts = kind.rows.flatMap { row in
                    kind.columns.map { part("\(row.code).\($0.code)", [], addsUp: false) }
                }
            }
        case .ranking(let kind):
            let places = (1...max(1, min(kind.most ?? kind.options.count, kind.options.count))).map(String.init)
            parts = Self.ranking(kind, places, in: tally, code, all, smallest)
        case .date, .unit: parts = [part("", tally.options(of: code), addsUp: true)]
        case .number: parts = [part("", [], addsUp: false)]
        case .text, .file, .information: parts = []
        }
    }

    /// Each option by its places. Who gave a place gave it to one option, so the columns add up, too.
    private static func ranking(
        _ kind: Question.Ranking, _ places: [String], in tally: Tally, _ code: String, _ all: Int, _ smallest: Int
    ) -> [Part] {
        let counts = kind.options.map { option in
            places.map { tally[Tally.Mark(question: code, line: option.code, option: $0)] }
        }
        let rows = counts.map { $0 + [$0.reduce(0, +)] }
        let sums = (0...places.count).map { column in
            rows.reduce(0) { $0 + ($1.indices.contains(column) ? $1[column] : 0) }
        }
        let hidden = Suppression(Suppression.Cells(rows + [sums]), smallest: smallest).isHidden
        return zip(kind.options, zip(rows, hidden)).map { option, pair in
            let (row, hidden) = pair
            let ranked = row.last ?? 0
            let lines = zip(zip(places, row), hidden).map { cell, isHidden in
                Line(
                    option: cell.0, count: isHidden ? nil : cell.1,
                    share: isHidden || all == 0 ? nil : Double(cell.1) / Double(all))
            }
            let isSafe = !hidden.contains(true) && ranked >= max(smallest, 1)
            let (mean, median, spread) = Self.moments(row.dropLast())
            return Part(
                line: option.code, base: hidden.last == true ? nil : ranked, lines: lines,
                numbers: isSafe ? NumberFigures(sheets: ranked, mean: mean, median: median, spread: spread) : nil)
        }
    }

    /// Of places 1, 2, … by how often each was given.
    private static func moments(_ counts: some Collection<Int>) -> (mean: Double, median: Double, spread: Double) {
        let places = counts.enumerated().map { (place: $0.offset + 1, count: $0.element) }
        let (all, sum) = places.reduce((0, 0)) { ($0.0 + $1.count, $0.1 + $1.place * $1.count) }
        guard all > 0 else { return (0, 0, 0) }
        let squares = places.reduce(0) { $0 + $1.place * $1.place * $1.count }
        let mean = Double(sum) / Double(all)
        func place(_ rank: Int) -> Int {
            var seen = 0
            return places.first {
                seen += $0.count
                return seen >= rank
            }?.place ?? 0
        }
        let median = Double(place((all + 1) / 2) + place(all / 2 + 1)) / 2
        return (mean, median, max(0, Double(squares) / Double(all) - mean * mean).squareRoot())
    }
}

extension QuestionFigures.Part {
    /// What is known of sheets themselves.
    package init(_ counts: [(option: String, count: Int)], smallest: Int) {
        let whole = counts.reduce(0) { $0 + $1.count }
        let hidden =
            Suppression(Suppression.Cells([counts.map(\.count) + [whole]], hasColumnSums: false), smallest: smallest)
            .isHidden.first ?? []
        self.init(
            line: "", base: hidden.last == true ? nil : whole,
            lines: zip(counts, hidden).map { counted, isHidden in
                QuestionFigures.Line(
                    option: counted.option, count: isHidden ? nil : counted.count,
                    share: isHidden || hidden.last == true || whole == 0 ? nil : Double(counted.count) / Double(whole))
            }, numbers: nil)
    }
}
