import Foundation
import Text

extension Answering {
    /// Reads the fields of one page: `a.CODE`, `a.CODE.other`, `a.CODE.comment`, `a.CODE.comment.OPTION`, `a.CODE.ROW`,
    /// `a.CODE.ROW.COLUMN`, `a.CODE.rank.OPTION`. What is there but cannot be read is a fault; what is hidden is read as well, and left
    /// out by `cleaned`.
    /// - Parameters:
    ///   - form: all values of a field.
    ///   - page: its code; no answers when there is none.
    package func read(form: (String) -> [String], page: String) -> (answers: Answers, faults: [AnswerFault]) {
        var (answers, faults) = (Answers(), [AnswerFault]())
        for question in questionnaire.pages.filter({ $0.code == page }).flatMap(\.questions) {
            let (answer, own) = Self.read(question, form)
            answers[question.code] = answer
            faults += own
        }
        return (answers, faults)
    }

    private static func read(_ question: Question, _ form: (String) -> [String]) -> (Answer?, [AnswerFault]) {
        let field = "a.\(question.code)"
        let values = form(field).map(plain).filter { !$0.isEmpty }
        let first = values.first
        let otherWords = form("\(field).other").first.map(plain) ?? ""
        let hasWords = !otherWords.isEmpty
        func choice(_ code: String, comment: String?) -> Answer.Choice {
            code == AnswerPart.other ? .other(otherWords, comment: comment) : .option(code, comment: comment)
        }
        func comment(_ name: String) -> String? {
            guard question.kind.comment != nil, let words = form("\(field).\(name)").first.map(plain) else {
                return nil
            }
            return words.isEmpty ? nil : words
        }
        func fault(_ kind: AnswerFault.Kind) -> (Answer?, [AnswerFault]) { (nil, [AnswerFault(question.code, kind)]) }
        switch question.kind {
        case .single(let single):
            var chosen = first
            if single.other != nil, hasWords {
                // Without a script nothing ticks "other" for them; who ticked another one is asked.
                guard first == nil || first == AnswerPart.other else { return fault(.wordsBesideAnother) }
                chosen = AnswerPart.other
            }
            let words = comment("comment")
            guard let chosen else { return words == nil ? (nil, []) : fault(.commentAlone) }
            return (.choice(choice(chosen, comment: words)), [])
        case .multiple(let multiple):
            // In the order of the options, whatever order the fields came in; what is no option last, to be refused.
            let order = multiple.options.map(\.code) + [AnswerPart.other]
            let codes = order.filter(values.contains) + values.filter { !order.contains($0) }
            let choices = codes.map { choice($0, comment: comment("comment.\($0)")) }
            // Without a script, nothing ticks what one writes beside, and nothing puts the words away of what is unticked: nobody can tell
            // which of the two it was.
            let doubtful = order.filter { code in
                let isOther = code == AnswerPart.other && multiple.other != nil
                return !values.contains(code) && (isOther && hasWords || comment("comment.\(code)") != nil)
            }
            return (
                choices.isEmpty ? nil : .choices(choices),
                doubtful.map { AnswerFault(question.code, part: multiple.text(of: $0), .wordsBesideUnchosen) }
            )
        case .yesNo:
            guard let first else { return (nil, []) }
            guard ["true", "false"].contains(first) else { return fault(.unknownOption) }
            return (.truth(first == "true"), [])
        case .scale, .number:
            guard let first else { return (nil, []) }
            guard let number = DecimalText.number(first) else {
                return fault(question.kind.isWhole ? .decimals(most: 0) : .notANumber)
            }
            return (.number(number), [])
        case .text, .unit: return (first.map { .text($0) }, [])
        case .date:
            guard let first else { return (nil, []) }
            guard CalendarDate(first) != nil else { return fault(.notADay) }
            return (.text(first), [])
        case .file:
            let ids = values.compactMap { UUID(uuidString: $0) }
            guard ids.count == values.count else { return fault(.form) }
            return (ids.isEmpty ? nil : .files(ids), [])
        case .ranking(let ranking): return ranked(ranking, question, form)
        case .matrix(let matrix): return self.matrix(matrix, question, form)
        case .information: return (nil, [])
        }
    }

    /// Line breaks as one, no space around it.
    private static func plain(_ value: String) -> String {
        // Searched for before anything is replaced: that alone took longer than all else that reads an answer.
        let lines =
            value.utf8.contains(UInt8(ascii: "\r"))
            ? value.replacing("\r\n", with: "\n").replacing("\r", with: "\n") : value
        guard let first = lines.unicodeScalars.first, let last = lines.unicodeScalars.last,
            space.contains(first) || space.contains(last)
        else { return lines }
        return lines.trimmingCharacters(in: space)
    }

    private static let space = CharacterSet.whitespacesAndNewlines

    private static func ranked(
        _ ranking: Question.Ranking, _ question: Question, _ form: (String) -> [String]
    ) -> (Answer?, [AnswerFault]) {
        var places: [(place: Int, code: String)] = []
        for option in ranking.options {
            guard let typed = form("a.\(question.code).rank.\(option.code)").first.map(plain), !typed.isEmpty else {
                continue
            }
            guard let place = Int(typed), place >= 1 else { return (nil, [AnswerFault(question.code, .places)]) }
            places.append((place, option.code))
        }
        places.sort { $0.place < $1.place }
        guard places.map(\.place) == places.indices.map({ $0 + 1 }) else {
            return (nil, [AnswerFault(question.code, .places)])
        }
        return (places.isEmpty ? nil : .choices(places.map { .option($0.code) }), [])
    }

    private static func matrix(
        _ matrix: Question.Matrix, _ question: Question, _ form: (String) -> [String]
    ) -> (Answer?, [AnswerFault]) {
        var faults: [AnswerFault] = []
        func values(_ row: String) -> [String] { form("a.\(question.code).\(row)").map(plain).filter { !$0.isEmpty } }
        let rows = matrix.rows.map(\.code)
        switch matrix.cell {
        case .single:
            let chosen = Dictionary(
                rows.compactMap { row in values(row).first.map { (row, $0) } }, uniquingKeysWith: { first, _ in first })
            return (chosen.isEmpty ? nil : .matrixChoice(chosen), [])
        case .multiple:
            let chosen = Dictionary(
                rows.map { row in
                    let found = values(row)
                    let known = matrix.columns.map(\.code).filter(found.contains)
                    return (row, known + found.filter { !known.contains($0) })
                }, uniquingKeysWith: { first, _ in first }
            ).filter { !$0.value.isEmpty }
            return (chosen.isEmpty ? nil : .matrixChoices(chosen), [])
        case .number:
            let numbers = cells(matrix, question, form) { typed, row, column in
                let number = DecimalText.number(typed)
                if number == nil {
                    faults.append(
                        AnswerFault(
                            question.code, row: row, column: column, part: matrix.part(of: column), .notANumber))
                }
                return number
            }
            return (numbers.isEmpty ? nil : .matrixNumbers(numbers), faults)
        case .text:
            let texts = cells(matrix, question, form) { typed, _, _ in typed }
            return (texts.isEmpty ? nil : .matrixTexts(texts), [])
        }
    }

    /// What was typed into the cells, by row and column; without those that are empty or that `read` makes nothing of.
    private static func cells<Cell>(
        _ matrix: Question.Matrix, _ question: Question, _ form: (String) -> [String],
        _ read: (_ typed: String, _ row: String, _ column: String) -> Cell?
    ) -> [String: [String: Cell]] {
        var cells: [String: [String: Cell]] = [:]
        for row in matrix.rows.map(\.code) {
            for column in matrix.columns.map(\.code) {
                guard let typed = form("a.\(question.code).\(row).\(column)").first.map(plain), !typed.isEmpty,
                    let cell = read(typed, row, column)
                else { continue }
                cells[row, default: [:]][column] = cell
            }
        }
        return cells
    }
}

extension Question.Kind {
    /// Takes whole numbers only.
    fileprivate var isWhole: Bool {
        switch self {
        case .scale: true
        case .number(let number): number.decimals == 0
        default: false
        }
    }
}
