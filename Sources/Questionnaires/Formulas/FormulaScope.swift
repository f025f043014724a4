/// The names that a formula may use.
package struct FormulaScope: Sendable {
    enum Named: Sendable {
        case question(Question.Kind)
        case computed(FormulaType)
        /// A computed value with a fault of its own, or one that leads back to itself.
        case faulty
    }

    private(set) var names: [String: Named]

    /// Words of the language, which no question may be called.
    package static let reserved: Set<String> = [
        "and", "or", "not", "in", "true", "false", "count", "sum", "min", "max", "length", "answered", "round", "if",
    ]

    /// The questions; `declare` adds computed values.
    init(questions: [Question]) {
        names = Dictionary(questions.map { ($0.code, .question($0.kind)) }, uniquingKeysWith: { first, _ in first })
    }

    mutating func declare(_ code: String, _ named: Named) { names[code] = names[code] ?? named }

    /// What a name with its parts stands for.
    /// - Throws: the kind of the fault.
    func resolve(_ path: [String]) throws(Unresolved) -> (step: FormulaStep, type: FormulaType) {
        guard let name = path.first, let named = names[name] else { throw .init(.unknownName(path.first ?? "")) }
        let parts = path.dropFirst()
        switch named {
        case .faulty: throw .init(.faultyName(name))
        case .computed(let type):
            if let part = parts.first { throw .init(.unknownPart(name: name, part: part)) }
            return (.computed(name), type)
        case .question(let kind):
            guard let found = Self.part(of: name, kind, Array(parts)) else {
                throw .init(
                    parts.isEmpty ? .noValue(name) : .unknownPart(name: name, part: parts.joined(separator: ".")))
            }
            return (.answer(found.part), found.type)
        }
    }

    struct Unresolved: Error {
        let kind: FormulaFault.Kind
        init(_ kind: FormulaFault.Kind) { self.kind = kind }
    }

    private static func part(of name: String, _ kind: Question.Kind, _ parts: [String]) -> (
        part: AnswerPart, type: FormulaType
    )? {
        func whole(_ reading: AnswerPart.Reading, _ type: FormulaType) -> (AnswerPart, FormulaType)? {
            parts.isEmpty ? (AnswerPart(question: name, reading: reading), type) : nil
        }
        func other(_ words: String?) -> (AnswerPart, FormulaType)? {
            words != nil && parts == ["other"] ? (AnswerPart(question: name, reading: .otherWords), .text) : nil
        }
        switch kind {
        case .single(let single):
            if single.comment != nil, parts == ["comment"] {
                return (AnswerPart(question: name, reading: .comment), .text)
            }
            return other(single.other) ?? whole(.choice, .choice(codes(single.options, single.other)))
        case .multiple(let multiple):
            if multiple.comment != nil, parts.count == 2, parts[1] == "comment",
                multiple.options.contains(where: { $0.code == parts[0] })
            {
                return (AnswerPart(question: name, reading: .comment, row: parts[0]), .text)
            }
            return other(multiple.other) ?? whole(.choices, .choices(codes(multiple.options, multiple.other)))
        case .yesNo: return whole(.plain, .truth)
        case .scale, .number: return whole(.plain, .number)
        case .text, .unit: return whole(.plain, .text)
        case .date: return whole(.plain, .date)
        case .file: return whole(.file, .file)
        case .information: return nil
        case .ranking(let ranking):
            if let option = parts.first, parts.count == 1, ranking.options.contains(where: { $0.code == option }) {
                return (AnswerPart(question: name, reading: .place, row: option), .number)
            }
            return whole(.choices, .choices(codes(ranking.options, nil)))
        case .matrix(let matrix): return cell(of: name, matrix, parts)
        }
    }

    private static func cell(of name: String, _ matrix: Question.Matrix, _ parts: [String]) -> (
        part: AnswerPart, type: FormulaType
    )? {
        let (rows, columns) = (matrix.rows.map(\.code), matrix.columns.map(\.code))
        guard let row = parts.first else {
            if case .number = matrix.cell { return (AnswerPart(question: name, reading: .cells), .numbers) }
            return (AnswerPart(question: name, reading: .rows), .choices(rows))
        }
        guard rows.contains(row) else { return nil }
        switch (matrix.cell, parts.count) {
        case (.single, 1): return (AnswerPart(question: name, reading: .rowChoice, row: row), .choice(columns))
        case (.multiple, 1): return (AnswerPart(question: name, reading: .rowChoices, row: row), .choices(columns))
        case (.number, 1): return (AnswerPart(question: name, reading: .rowCells, row: row), .numbers)
        case (.number, 2) where columns.contains(parts[1]):
            return (AnswerPart(question: name, reading: .cell, row: row, column: parts[1]), .number)
        case (.text, 2) where columns.contains(parts[1]):
            return (AnswerPart(question: name, reading: .cell, row: row, column: parts[1]), .text)
        default: return nil
        }
    }

    private static func codes(_ options: [Question.Option], _ other: String?) -> [String] {
        options.map(\.code) + (other == nil ? [] : [AnswerPart.other])
    }
}
