import Foundation
import Questionnaires
import Text

extension PieceForm {
    /// How long texts may be, in characters.
    static let longest = [
        "title": 200, "text": 1000, "hint": 500, "message": 200, "other": 100, "comment": 100, "measure": 20,
    ]
    static let longestProse = 5000

    /// The piece that was typed; nil with what is wrong, a sentence beside each field.
    /// - Parameter asked: the versions so far: a new option gets no code that answers to one of them name.
    func piece(asked: [Questionnaire], errors: inout FormErrors, _ texts: Texts) -> QuestionnairePiece? {
        var reading = PieceReading(form: self, asked: asked, texts: texts)
        let piece = reading.piece
        errors.add(contentsOf: reading.errors)
        return errors.isEmpty ? piece : nil
    }
}

private struct PieceReading {
    let form: PieceForm
    let texts: Texts
    private let taken: Set<String>
    var errors = FormErrors()

    init(form: PieceForm, asked: [Questionnaire], texts: Texts) {
        self.form = form.only(Set(form.fields(errors: FormErrors(), texts).map(\.name)))
        self.texts = texts
        guard case .question(let code, _) = form.subject else {
            taken = []
            return
        }
        taken = Set(
            asked.compactMap { $0.question(code) }.flatMap(\.kind.codes).flatMap {
                $0.split(separator: ":").suffix(1).map(String.init)
            })
    }

    private func error(_ key: String, _ arguments: [String: any CustomStringConvertible] = [:]) -> String {
        texts["builder.errors.\(key)", arguments]
    }

    private func label(_ name: String) -> String { form.subject.label(of: name, texts) }

    private mutating func words(_ name: String, required: Bool = false) -> String {
        let (text, most) = (form[name], PieceForm.longest[name] ?? PieceForm.longestProse)
        let over = TextLength.count(text) - most
        if over > 0 { errors.add(name, error("too_long", ["label": label(name), "count": over])) }
        if required, text.isEmpty { errors.add(name, error("missing", ["label": label(name)])) }
        return text
    }

    private mutating func int(_ name: String, _ range: ClosedRange<Int>) -> Int? {
        let text = FormData.plainDigits(form[name])
        if text.isEmpty { return nil }
        if let number = Int(text), range.contains(number) { return number }
        errors.add(
            name, error("whole", ["label": label(name), "least": range.lowerBound, "most": range.upperBound]))
        return nil
    }

    private mutating func number(_ name: String) -> Double? {
        if form[name].isEmpty { return nil }
        if let number = DecimalText.number(form[name]) { return number }
        errors.add(name, error("number", ["label": label(name)]))
        return nil
    }

    private func expression(_ name: String) -> String? { form[name].isEmpty ? nil : form[name] }

    private mutating func options(_ name: String, _ prefix: String, least: Int = 1) -> [Question.Option] {
        do throws(OptionLines.Fault) {
            let options = try OptionLines(form[name], prefix: prefix, taken: taken).options
            if options.count < least { errors.add(name, error("options_few", ["label": label(name), "count": least])) }
            if options.count > OptionLines.most {
                errors.add(name, error("options_many", ["label": label(name), "most": OptionLines.most]))
            }
            return options
        } catch {
            errors.add(
                name,
                self.error(
                    "option_\(error.kind.rawValue)",
                    ["label": label(name), "line": error.line, "code": error.code, "most": OptionLines.longestText]))
            return []
        }
    }

    private mutating func order(_ least: Double?, _ most: Double?, _ name: String = "most") {
        if let least, let most, least > most { errors.add(name, error("order", ["label": label(name)])) }
    }

    var piece: QuestionnairePiece? {
        mutating get {
            switch form.subject {
            case .words:
                return .words(
                    title: words("title", required: true), introduction: words("introduction"),
                    closing: words("closing"))
            case .page(let code):
                return .page(
                    Questionnaire.Page(
                        code: code, title: words("title"), isShuffled: form.has("shuffled"),
                        condition: expression("condition")))
            case .group(let code):
                return .group(
                    Questionnaire.Group(
                        code: code, title: words("title"), isShuffled: form.has("shuffled"),
                        condition: expression("condition")))
            case .question(let code, let shape): return .question(question(code, shape))
            case .computed: return .computed(computed)
            case .quota(let code):
                let most = int("most", 1...10_000_000)
                if form["most"].isEmpty { errors.add("most", error("missing", ["label": label("most")])) }
                if form["condition"].isEmpty {
                    errors.add("condition", error("missing", ["label": label("condition")]))
                }
                return .quota(
                    Questionnaire.Quota(
                        code: code, title: words("title", required: true), condition: form["condition"],
                        most: most ?? 1, closing: words("closing")))
            }
        }
    }

    private var computed: [Questionnaire.Computed] {
        mutating get {
            var found: [Questionnaire.Computed] = []
            for (index, line) in form["lines"].split(separator: "\n", omittingEmptySubsequences: false).enumerated() {
                let line = line.trimmingCharacters(in: .whitespaces)
                if line.isEmpty { continue }
                let halves = line.split(separator: "=", maxSplits: 1).map { $0.trimmingCharacters(in: .whitespaces) }
                guard let code = halves.first, let expression = halves.dropFirst().first,
                    QuestionnaireCheck.isCode(code),
                    !expression.isEmpty
                else {
                    errors.add("lines", error("computed_line", ["line": index + 1]))
                    continue
                }
                found.append(Questionnaire.Computed(code: code, expression: expression))
            }
            return found
        }
    }

    // MARK: A question

    private mutating func question(_ code: String, _ shape: Question.Kind.Form) -> Question {
        let kind = kind(shape)
        var question = Question(
            code: code, text: words("text", required: true), hint: words("hint"), kind: kind,
            isRequired: form.has("required") && kind != .information, condition: expression("condition"))
        if let expression = expression("validation") {
            question.validation = Question.Validation(
                expression: expression, message: words("message", required: true))
        }
        if !form["initial"].isEmpty { question.initial = initial(of: kind) }
        return question
    }

    private mutating func kind(_ shape: Question.Kind.Form) -> Question.Kind {
        let (other, shuffled) = (form["other"].isEmpty ? nil : words("other"), form.has("shuffled"))
        let comment = form["comment"].isEmpty ? nil : words("comment")
        switch shape {
        case .single:
            return .single(
                Question.Single(
                    options: options("options", "o", least: other == nil ? 2 : 1), isDropDown: form.has("drop_down"),
                    other: other, comment: comment, isShuffled: shuffled))
        case .multiple:
            let options = options("options", "o")
            let all = 0...max(1, options.count + (other == nil ? 0 : 1))
            let (least, most) = (int("least", all), int("most", all))
            order(least.map { Double($0) }, most.map { Double($0) })
            return .multiple(
                Question.Multiple(
                    options: options, least: least, most: most, other: other, comment: comment, isShuffled: shuffled))
        case .yesNo: return .yesNo
        case .matrix: return matrix(.single)
        case .matrixMultiple: return matrix(.multiple)
        case .matrixNumbers: return matrix(.number(numberRange()))
        case .matrixTexts:
            return matrix(.text(most: int("most", 1...AnswerFault.mostWords) ?? Question.Matrix.Cell.mostWords))
        case .scale: return .scale(scale())
        case .ranking:
            let options = options("options", "o", least: 2)
            let most = int("most", 1...max(1, options.count))
            return .ranking(Question.Ranking(options: options, most: most, isShuffled: shuffled))
        case .number: return .number(numberRange())
        case .text: return .text(Question.Text(isLong: form.has("long"), most: int("most", 1...5000) ?? 200))
        case .date:
            let (first, last) = (day("first"), day("last"))
            if let first, let last, first > last { errors.add("last", error("order", ["label": label("last")])) }
            return .date(Question.Days(first: first, last: last))
        case .units: return .unit(.units)
        case .towns: return .unit(.towns)
        case .file: return .file(Question.Files(most: int("most", 1...QuestionnaireCheck.mostFiles) ?? 1))
        case .information: return .information
        }
    }

    private mutating func matrix(_ cell: Question.Matrix.Cell) -> Question.Kind {
        let (rows, columns) = (options("rows", "r"), options("columns", "c"))
        return .matrix(Question.Matrix(rows: rows, columns: columns, cell: cell, isShuffled: form.has("shuffled")))
    }

    private mutating func numberRange() -> Question.Number {
        let (least, most) = (number("least"), number("most"))
        order(least, most)
        return Question.Number(least: least, most: most, decimals: int("decimals", 0...6) ?? 0, unit: words("measure"))
    }

    private mutating func scale() -> Question.Scale {
        let (from, to) = (int("from", -100...100) ?? 1, int("to", -100...100) ?? 5)
        if from >= to || to - from > 20 { errors.add("to", error("scale")) }
        let labels = form["labels"].split(separator: "\n").map { $0.trimmingCharacters(in: .whitespaces) }
            .filter { !$0.isEmpty }
        if ![0, 2, to - from + 1].contains(labels.count) {
            errors.add("labels", error("labels", ["count": to - from + 1]))
        }
        return Question.Scale(
            from: from, to: to, appearance: Question.Scale.Appearance(rawValue: form["appearance"]) ?? .numbers,
            labels: labels)
    }

    private mutating func day(_ name: String) -> String? {
        if form[name].isEmpty { return nil }
        if let day = CalendarDate(form[name]) { return day.description }
        errors.add(name, error("day", ["label": label(name)]))
        return nil
    }

    /// What stands in the field at first, typed as a code, a number, a day or words.
    private mutating func initial(of kind: Question.Kind) -> Answer? {
        let text = form["initial"]
        var answer: Answer?
        switch kind {
        case .single(let it): if it.options.contains(where: { $0.code == text }) { answer = .choice(.option(text)) }
        case .multiple(let it):
            let codes = text.split(whereSeparator: { ",，、 ".contains($0) }).map { String($0) }
            let known = Set(it.options.map(\.code))
            if !codes.isEmpty, codes.allSatisfy(known.contains) {
                answer = .choices(it.options.map(\.code).filter(codes.contains).map { .option($0) })
            }
        case .yesNo: answer = ["yes": .truth(true), "是": .truth(true), "no": .truth(false), "否": .truth(false)][text]
        case .scale(let it):
            // The ends may be the wrong way round here; that is said beside them.
            if let step = Int(FormData.plainDigits(text)), step >= it.from, step <= it.to {
                answer = .number(Double(step))
            }
        case .number(let it):
            if let number = DecimalText.number(text), number >= it.least ?? number, number <= it.most ?? number {
                answer = .number(number)
            }
        case .text: answer = .text(text)
        case .date: answer = CalendarDate(text).map { .text($0.description) }
        case .matrix, .ranking, .unit, .file, .information: break
        }
        if answer == nil { errors.add("initial", error("initial")) }
        return answer
    }
}
