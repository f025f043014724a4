/// A formula in the XPath of XLSForms, out of its steps.
struct XPathWriter {
    /// XLSForms know no such thing.
    struct NotSayable: Error {}

    /// Parts of an answer that are questions of their own there, by `question.row`.
    let rows: Set<String>
    /// The question the formula belongs to, which is `.` there.
    let own: String?
    let kinds: [String: Question.Kind]

    func said(_ formula: Formula) throws(NotSayable) -> String {
        var stack: [String] = []
        for step in formula.steps {
            switch step {
            case .constant(let value): stack.append(try constant(value))
            case .computed(let code): stack.append("${\(code)}")
            case .answer(let part): stack.append(try name(part))
            case .operation(let operation, let count):
                let taken = Array(stack.suffix(count))
                stack.removeLast(min(count, stack.count))
                stack.append(try said(operation, taken))
            }
        }
        return stack.last ?? ""
    }

    private func constant(_ value: FormulaValue) throws(NotSayable) -> String {
        switch value {
        case .truth(let truth): return truth ? "true()" : "false()"
        case .number(let number): return DecimalText.text(of: number)
        case .text(let text):
            guard text.contains("'") else { return "'\(text)'" }
            if text.contains("\"") { throw NotSayable() }
            return "\"\(text)\""
        case .texts, .numbers: throw NotSayable()
        }
    }

    private func name(_ part: AnswerPart) throws(NotSayable) -> String {
        // Not asked there.
        if case .unit? = kinds[part.question] { throw NotSayable() }
        let whole = part.question == own ? "." : "${\(part.question)}"
        switch part.reading {
        case .plain: if case .yesNo? = kinds[part.question] { return "(\(whole) = 'true')" } else { return whole }
        case .choice, .choices, .file: return whole
        case .rowChoice, .rowChoices:
            guard let row = part.row, rows.contains("\(part.question).\(row)") else { throw NotSayable() }
            return "${\(part.question)_\(row)}"
        case .cell:
            guard case .matrix(let matrix)? = kinds[part.question], case .text = matrix.cell, let row = part.row,
                let column = part.column
            else { throw NotSayable() }
            return "${\(part.question)_\(row)_\(column)}"
        default: throw NotSayable()
        }
    }

    private func said(_ operation: FormulaOperation, _ parts: [String]) throws(NotSayable) -> String {
        switch (operation, parts.count) {
        case (.and, 2), (.or, 2), (.add, 2), (.subtract, 2), (.multiply, 2), (.less, 2), (.atMost, 2), (.greater, 2),
            (.atLeast, 2):
            return "(\(parts[0]) \(operation.rawValue) \(parts[1]))"
        case (.equal, 2): return "(\(parts[0]) = \(parts[1]))"
        case (.unequal, 2): return "(\(parts[0]) != \(parts[1]))"
        case (.divide, 2): return "(\(parts[0]) div \(parts[1]))"
        case (.remainder, 2): return "(\(parts[0]) mod \(parts[1]))"
        case (.not, 1): return "not(\(parts[0]))"
        case (.negate, 1): return "(-\(parts[0]))"
        case (.in, 2): return "selected(\(parts[1]), \(parts[0]))"
        case (.among, 2...):
            return "(" + parts.dropFirst().map { "\(parts[0]) = \($0)" }.joined(separator: " or ") + ")"
        case (.length, 1): return "string-length(\(parts[0]))"
        case (.count, 1) where parts[0].hasPrefix("$") || parts[0] == ".": return "count-selected(\(parts[0]))"
        case (.answered, 1) where !parts[0].hasPrefix("("): return "(\(parts[0]) != '')"
        case (.answered, 1): return parts[0].replacing(" = 'true'", with: " != ''")
        case (.choose, 3): return "if(\(parts.joined(separator: ", ")))"
        case (.round, 1): return "round(\(parts[0]), 0)"
        default: throw NotSayable()
        }
    }
}
