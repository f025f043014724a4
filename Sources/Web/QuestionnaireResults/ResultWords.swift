import Participation
import Questionnaires
import Text

/// What codes in results are called.
struct ResultWords {
    let texts: Texts
    /// Names of units by their code.
    let units: [String: String]
    /// Those of them that are towns.
    var towns: Set<String> = []

    /// What may have been chosen, in the order of the codes.
    func codes(of register: Question.Register) -> [String] {
        register == .towns ? towns.sorted() : units.keys.sorted()
    }

    /// A column that stands before the answers, such as `_channel`.
    func leading(_ column: String) -> String { texts["questionnaire_results.leading.\(column.dropFirst())"] }

    func text(of question: Question) -> String {
        question.text.isEmpty ? question.code : plain(question.text)
    }

    /// Without the answers that it repeats: there were as many as sheets.
    func plain(_ text: String) -> String { RepeatedAnswer.filled(text) { _ in "…" } }

    /// How many answered each version, and what it corrected; nothing where there is one.
    func versions(of source: ResultSource, in tally: Tally) -> [String] {
        guard source.versions.count > 1 else { return [] }
        let part = QuestionFigures.Part(.version, in: tally, smallest: source.smallestShown)
        let counts = Dictionary(part.lines.map { ($0.option, $0.count) }, uniquingKeysWith: { first, _ in first })
        return source.notes.enumerated().map { index, note in
            let number = index + 1
            let sheets = counts[String(number)] ?? 0
            return texts[
                note.isEmpty ? "questionnaire_results.of_version" : "questionnaire_results.of_corrected",
                ["version": number, "note": note, "sheets": count(sheets)]]
        }
    }

    func option(_ code: String, of question: Question) -> String {
        func named(_ options: [Question.Option], other: String?) -> String {
            if code == Tally.other {
                return other.flatMap { $0.isEmpty ? nil : $0 } ?? texts["questionnaire_results.other"]
            }
            let text = options.first { $0.code == code }?.text ?? ""
            return text.isEmpty ? code : plain(text)
        }
        switch question.kind {
        case .single(let kind): return named(kind.options, other: kind.other)
        case .multiple(let kind): return named(kind.options, other: kind.other)
        case .yesNo: return texts[code == "yes" ? "questionnaire_results.affirmed" : "questionnaire_results.denied"]
        case .scale(let kind): return step(code, of: kind)
        case .ranking: return texts["questionnaire_results.place", ["place": code]]
        case .matrix(let kind): return named(kind.columns, other: nil)
        case .unit(let register): return units[code].map { register.spoken($0) } ?? code
        case .date:
            if NumberRange(code) != nil { return years(code) }
            let parts = code.split(separator: "-").compactMap { Int($0) }
            guard let year = parts.first, let month = parts.dropFirst().first else { return code }
            return texts["scoreboard.month", ["year": year, "month": month]]
        case .number, .text, .file, .information: return code
        }
    }

    private func step(_ code: String, of scale: Question.Scale) -> String {
        let word = Int(code).flatMap { scale.label(of: $0) } ?? ""
        return [code, word].filter { !$0.isEmpty }.joined(separator: " ")
    }

    /// A row of a matrix, an option that was ranked, or a cell of numbers (`row.column`).
    func line(_ code: String, of question: Question) -> String {
        func named(_ options: [Question.Option], _ code: some StringProtocol) -> String {
            let text = options.first { $0.code == code }?.text ?? ""
            return text.isEmpty ? String(code) : plain(text)
        }
        switch question.kind {
        case .matrix(let kind):
            let parts = code.split(separator: ".", maxSplits: 1)
            return [parts.first.map { named(kind.rows, $0) }, parts.dropFirst().first.map { named(kind.columns, $0) }]
                .compactMap { $0 }.joined(separator: " · ")
        case .ranking(let kind): return named(kind.options, code)
        default: return code
        }
    }

    /// What is known of a sheet itself.
    func known(_ known: Tally.Known, _ option: String) -> String {
        switch known {
        case .channel: texts["consultations.channels.\(option)"]
        case .version: texts["questionnaire_results.version", ["version": option]]
        case .town: Question.Register.towns.spoken(option)
        case .day: option
        }
    }

    func axis(_ axis: CrossTable.Axis, _ asked: [AskedQuestion]) -> String {
        if let known = Tally.Known(rawValue: axis.question) { return texts["questionnaire_results.known.\(known)"] }
        guard let question = asked.question(axis.question) else { return axis.code }
        let name = text(of: question)
        let part =
            switch question.kind {
            case .ranking: texts["questionnaire_results.cross.first"]
            case .date: texts["questionnaire_results.cross.\(axis.line == CrossTable.Axis.years ? "years" : "months")"]
            default: axis.line.isEmpty ? "" : line(axis.line, of: question)
            }
        return (part.isEmpty ? name : "\(name) · \(part)") + unit(of: question)
    }

    func option(_ option: String, of axis: CrossTable.Axis, _ asked: [AskedQuestion]) -> String {
        if let known = Tally.Known(rawValue: axis.question) { return self.known(known, option) }
        guard let question = asked.question(axis.question) else { return option }
        switch question.kind {
        case .ranking: return line(option, of: question)
        case .number(let kind): return range(option, of: kind)
        case .matrix(let kind):
            if case .number(let cell) = kind.cell { return range(option, of: cell) }
            return self.option(option, of: question)
        case .date where axis.line == CrossTable.Axis.years: return years(option)
        default: return self.option(option, of: question)
        }
    }

    /// `20–29`, `60 及以上`.
    private func range(_ code: String, of kind: Question.Number) -> String {
        guard let range = NumberRange(code) else { return code }
        guard kind.decimals == 0 else { return words(range, "parts") }
        return range.only(least: kind.least, most: kind.most).map(DecimalText.label) ?? words(range, "numbers")
    }

    /// `1960–1969 年`, `2026 年`.
    private func years(_ code: String) -> String {
        guard let range = NumberRange(code) else { return code }
        return range.only(least: nil, most: nil).map {
            texts["questionnaire_results.ranges.years.one", ["year": DecimalText.text(of: $0)]]
        } ?? words(range, "years")
    }

    /// - Parameter kind: `parts` are numbers that need not be whole: such a class ends where the next begins.
    private func words(_ range: NumberRange, _ kind: String) -> String {
        let until = range.end.map { range.start == nil || kind == "parts" ? $0 : $0 - 1 }
        let form =
            range.start == nil
            ? "below" : until == nil ? "from" : kind == "numbers" && range.start ?? 0 < 0 ? "across" : "between"
        return texts[
            "questionnaire_results.ranges.\(kind).\(form)",
            ["from": range.start.map(DecimalText.label) ?? "", "until": until.map(DecimalText.label) ?? ""]]
    }

    func kind(of question: Question) -> String {
        let name =
            switch question.kind {
            case .single: "single"
            case .multiple: "multiple"
            case .yesNo: "yes_no"
            case .matrix: "matrix"
            case .scale: "scale"
            case .ranking: "ranking"
            case .number: "number"
            case .text: "text"
            case .date: "date"
            case .unit(let register): register == .towns ? "town" : "unit"
            case .file: "file"
            case .information: "information"
            }
        return texts["questionnaire_results.kinds.\(name)"]
    }

    /// What the numbers of a question count: `（元）`.
    func unit(of question: Question) -> String {
        guard case .number(let number) = question.kind, !number.unit.isEmpty else { return "" }
        return texts["questionnaires.fill.in_unit", ["unit": number.unit]]
    }

    /// `88.3%`
    func share(_ share: Double?) -> String { share == nil ? "" : ScoreColumn.Value.share(share).text }

    /// At most two digits after the point.
    func number(_ number: Double) -> String { DecimalText.text(of: (number * 100).rounded() / 100) }

    func count(_ count: Int?) -> String { count.map(String.init) ?? texts["questionnaire_results.hidden"] }

    /// That shares say little; nil where enough answered, or nobody did.
    /// - Parameter isRow: of the row of a matrix that has the fewest.
    func few(_ answered: Int?, isRow: Bool = false) -> String? {
        guard let answered, (1..<QuestionFigures.fewAnswers).contains(answered) else { return nil }
        return texts[isRow ? "questionnaire_results.few_row" : "questionnaire_results.few", ["number": answered]]
    }

    func statistics(_ numbers: NumberFigures) -> String {
        let told = [("least", numbers.least), ("most", numbers.most)].compactMap { name, end in
            end.map { texts["questionnaire_results.\(name)", ["number": number($0)]] }
        }
        return texts[
            "questionnaire_results.statistics",
            [
                "mean": number(numbers.mean), "median": number(numbers.median), "spread": number(numbers.spread),
                "number": numbers.sheets,
            ]] + told.joined()
    }
}
