/// What was answered to one question, as it may be shown.
package struct QuestionFigures: Sendable, Equatable {
    package let asked: AskedQuestion
    /// Who answered it; nil when that is a small number, or would tell one.
    package let answered: Int?
    /// One for each row of a matrix or option that was ranked, else one.
    package let parts: [Part]

    package struct Part: Sendable, Equatable, Codable {
        /// The code of the row, or of the option that was ranked; "" for the question itself.
        package let line: String
        /// What shares are of; nil when that is a small number, or would tell one.
        package let base: Int?
        package let lines: [Line]
        /// Nil where there are none, or where a hidden count could be reckoned from them.
        package let numbers: NumberFigures?
        /// Of numbers, and of dates that go by years: how many are in each range.
        package var classes: [Line] = []

        package var hidesAnything: Bool { base == nil || (lines + classes).contains { $0.count == nil } }
    }

    package struct Line: Sendable, Equatable, Codable {
        /// Of the option, the step, the place or the month.
        package let option: String
        /// Nil: small, or hidden because a small one could be reckoned from it.
        package let count: Int?
        /// 0 to 1 of the base; nil without a count or a base.
        package let share: Double?
    }

    /// What a share is of, where several may be chosen.
    package enum Base: String, Sendable, Codable { case respondents, answers }

    /// Below it a share says little, and that is said.
    package static let fewAnswers = 30

    /// Of a matrix the row that the fewest have answered, those aside that nobody has; nil where none is shown.
    package var fewestInARow: Int? { parts.compactMap(\.base).filter { $0 > 0 }.min() }

    package var hidesAnything: Bool { answered == nil || parts.contains(where: \.hidesAnything) }

    /// What was written is shown only where it is shown how many wrote: each wording is one of them at least.
    package var showsWords: Bool {
        switch asked.question.kind {
        case .single, .multiple: parts.first?.lines.first { $0.option == Tally.other }?.count != nil
        default: answered != nil
        }
    }

    /// A comment beside a choice that nobody wrote: it would be a heading with nothing below.
    package var isUnwritten: Bool { answered == 0 && asked.question.code.hasSuffix(".comment") }

    /// As they were frozen.
    package init(asked: AskedQuestion, answered: Int?, parts: [Part]) {
        (self.asked, self.answered, self.parts) = (asked, answered, parts)
    }

    /// One question by itself; for a page with others `all` knows what they tell of each other.
    /// - Parameter hidesAnswered: how many answered would give away what another question hides.
    package init(_ asked: AskedQuestion, in tally: Tally, base: Base, smallest: Int, hidesAnswered: Bool = false) {
        self.asked = asked
        let code = asked.question.code
        let all = tally[Tally.Mark(question: code)]
        let few = 1..<max(1, smallest)
        // Who did not answer may be few, too, and everybody knows how many sheets there are.
        let hidesAll = all > 0 && (hidesAnswered || few.contains(all) || few.contains(tally.sheets - all))
        var failed = false
        func part(
            _ line: String, _ options: [String], _ choices: HiddenCounts.Choices = .one, of base: Base = .respondents,
            answered: Int, classes: [NumberDistribution.Class] = []
        ) -> Part {
            let counts =
                classes.isEmpty
                ? options.map { tally[Tally.Mark(question: code, line: line, option: $0)] } : classes.map(\.sheets)
            let options = classes.isEmpty ? options : classes.map(\.label)
            let hidesBase =
                answered > 0
                && (hidesAll || few.contains(answered) || few.contains(all - answered)
                    || few.contains(tally.sheets - answered))
            let hidden = HiddenCounts(
                counts, of: answered, choices, hidesAnswered: hidesBase && !options.isEmpty, smallest: smallest)
            failed = failed || hidden.isWhole && answered >= smallest
            let whole = hidesBase || hidden.isWhole ? nil : base == .answers ? counts.reduce(0, +) : answered
            let lines = zip(zip(options, counts), hidden.isHidden).map { pair, isHidden in
                Line(pair.0, isHidden ? nil : pair.1, of: whole)
            }
            let numbers = tally.numbers(of: code, line: line)
            // A mean does not tell how many are in a class, as it does of the steps of a scale.
            let tellsNone = !classes.isEmpty || !hidden.isHidden.contains(true)
            let isSafe = whole != nil && tellsNone && (numbers?.sheets ?? 0) >= smallest
            let told = numbers?.telling(tally.distribution(of: code, line: line), smallest: smallest)
            return Part(
                line: line, base: whole, lines: classes.isEmpty ? lines : [], numbers: isSafe ? told : nil,
                classes: classes.isEmpty ? [] : lines)
        }
        func row(_ line: String) -> Int { tally[Tally.Mark(question: code, line: line)] }
        var parts: [Part]
        switch asked.question.kind {
        case .single: parts = [part("", asked.question.kind.optionCodes, answered: all)]
        case .multiple(let kind):
            let options = asked.question.kind.optionCodes
            let choices = HiddenCounts.Choices.several(
                exclusive: Set(kind.options.indices.filter { kind.options[$0].isExclusive }),
                least: kind.least ?? 1, most: min(kind.most ?? options.count, options.count))
            parts = [part("", options, choices, of: base, answered: all)]
        case .yesNo: parts = [part("", ["yes", "no"], answered: all)]
        case .scale(let kind):
            parts = [part("", kind.from <= kind.to ? (kind.from...kind.to).map(String.init) : [], answered: all)]
        case .matrix(let kind):
            let columns = kind.columns.map(\.code)
            switch kind.cell {
            case .single: parts = kind.rows.map { part($0.code, columns, answered: row($0.code)) }
            case .multiple:
                let choices = HiddenCounts.Choices.several(exclusive: [], least: 1, most: columns.count)
                parts = kind.rows.map { part($0.code, columns, choices, of: base, answered: row($0.code)) }
            case .number:
                parts = kind.rows.flatMap { row in
                    columns.map { column in
                        let cell = "\(row.code).\(column)"
                        return part(cell, [], answered: tally.numbers(of: code, line: cell)?.sheets ?? 0)
                    }
                }
            // Its cells are asked by themselves (`Question.counted`).
            case .text: parts = []
            }
        case .ranking(let kind):
            let ranking = RankingFigures(kind, code, in: tally, smallest: smallest)
            (parts, failed) = (ranking.parts, ranking.isWhole || hidesAll)
        case .date, .unit:
            let years = Self.years(of: code, in: tally, smallest: smallest)
            let chosen = part("", years.isEmpty ? tally.options(of: code) : [], answered: all, classes: years)
            parts = [(failed ? chosen.hidden : chosen).withoutNamesAlone]
        case .number:
            let classes = tally.distribution(of: code)?.shown(smallest: smallest) ?? []
            parts = [part("", [], answered: all, classes: classes)]
        case .text, .file, .information: parts = []
        }
        self.parts = failed ? parts.map(\.hidden) : parts
        answered = hidesAll || failed ? nil : all
    }

    /// Classes of years instead of months; none where months say more.
    private static func years(of code: String, in tally: Tally, smallest: Int) -> [NumberDistribution.Class] {
        let months = tally.options(of: code)
        guard
            months.count > mostMonths
                || months.allSatisfy({ tally[Tally.Mark(question: code, option: $0)] < smallest }),
            let axis = CrossTable.Axis(
                question: code, line: CrossTable.Axis.years, classesIn: tally, smallest: smallest)
        else { return [] }
        return axis.options.map { NumberDistribution.Class(label: $0, sheets: tally.sheets(in: $0, of: axis)) }
    }

    /// A picture of more months is long, and most of them are small.
    private static let mostMonths = 24
}

extension QuestionFigures.Line {
    init(_ option: String, _ count: Int?, of whole: Int?) {
        self.init(
            option: option, count: count,
            share: count.flatMap { count in
                whole.flatMap { $0 == 0 ? nil : Double(count) / Double($0) }
            })
    }
}

extension QuestionFigures.Part {
    /// With nothing in it.
    fileprivate var hidden: Self {
        Self(
            line: line, base: nil, lines: lines.map { QuestionFigures.Line($0.option, nil, of: nil) }, numbers: nil)
    }

    /// Of options that are only those which somebody chose, names without a single count would still say it of few: of one sheet all.
    package var withoutNamesAlone: Self {
        (lines + classes).contains { $0.count != nil }
            ? self : Self(line: line, base: base, lines: [], numbers: numbers)
    }

    /// What is known of sheets themselves, the most first.
    package init(_ known: Tally.Known, in tally: Tally, smallest: Int) {
        self.init(
            tally.options(of: known.rawValue).map {
                (option: $0, count: tally[Tally.Mark(question: known.rawValue, option: $0)])
            }.filter { $0.count > 0 }.sorted { ($1.count, $0.option) < ($0.count, $1.option) }, smallest: smallest)
    }

    /// Counts whose sum is known.
    package init(_ counts: [(option: String, count: Int)], smallest: Int) {
        let whole = counts.reduce(0) { $0 + $1.count }
        let hidden = HiddenCounts(
            counts.map(\.count), of: whole, .one, hidesAnswered: (1..<max(1, smallest)).contains(whole),
            smallest: smallest)
        let base = hidden.isWhole || (1..<max(1, smallest)).contains(whole) ? nil : whole
        self.init(
            line: "", base: base,
            lines: zip(counts, hidden.isHidden).map { counted, isHidden in
                QuestionFigures.Line(counted.option, isHidden ? nil : counted.count, of: base)
            }, numbers: nil)
    }
}
