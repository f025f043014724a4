/// Says foreign formulas in our language where it can.
struct ForeignTranslation {
    /// What a foreign name is here.
    struct Named {
        /// As formulas write it: `q`, `q.row`.
        var name: String
        var kind: Kind

        enum Kind {
            case truth, number, text, date
            /// The foreign codes of its options and what they are called here.
            case choice(TakenCodes)
            case choices(TakenCodes)
            /// One option of several, which the file treats as a question of its own (LimeSurvey's Y or nothing).
            case chosen(code: String)
            case file
        }
    }

    var names: [String: Named] = [:]

    struct NotSayable: Error {}

    /// - Parameters:
    ///   - own: what `.` (XPath) or `this` (ExpressionScript) is.
    ///   - scope: with which the result must parse.
    func condition(_ text: String, _ dialect: ForeignFormula.Dialect, own: Named? = nil, in scope: FormulaScope)
        -> String?
    {
        guard let said = self.said(text, dialect, own), (try? Formula(condition: said, in: scope)) != nil else {
            return nil
        }
        return said
    }

    /// - Returns: empty for what always holds; nil for what cannot be said.
    func condition(_ formula: ForeignFormula, in scope: FormulaScope) -> String? {
        if formula.truth == true { return "" }
        guard let said = try? said(formula, nil), (try? Formula(condition: said, in: scope)) != nil else { return nil }
        return said
    }

    func value(_ text: String, _ dialect: ForeignFormula.Dialect, in scope: FormulaScope) -> String? {
        guard let said = self.said(text, dialect, nil), (try? Formula(parsing: said, in: scope)) != nil else {
            return nil
        }
        return said
    }

    private func said(_ text: String, _ dialect: ForeignFormula.Dialect, _ own: Named?) -> String? {
        guard let foreign = try? ForeignFormula(text, dialect) else { return nil }
        return try? said(foreign, own)
    }

    private func said(_ formula: ForeignFormula, _ own: Named?) throws(NotSayable) -> String {
        switch formula {
        case .text(let text): return Self.quoted(text)
        case .number(let number): return DecimalText.text(of: number)
        case .name(let name):
            guard let named = named(name, own) else { throw NotSayable() }
            if case .chosen(let code) = named.kind { return Self.chosen(code, named.name) }
            return named.name
        case .unary(let operation, let inside):
            return operation == "not" ? "not (\(try said(inside, own)))" : "-(\(try said(inside, own)))"
        case .call(let function, let arguments): return try call(function, arguments, own)
        case .binary(let operation, let left, let right):
            if ["==", "!="].contains(operation) {
                if let said = try equality(operation, left, right, own) { return said }
                if let said = try equality(operation, right, left, own) { return said }
            }
            return
                "\(try part(left, of: operation, own)) \(operation) \(try part(right, of: operation, isRight: true, own))"
        }
    }

    /// One side of an operator, in parentheses only where they are needed, so that a long chain is not deep.
    private func part(_ formula: ForeignFormula, of operation: String, isRight: Bool = false, _ own: Named?)
        throws(NotSayable) -> String
    {
        let said = try said(formula, own)
        guard
            let (inner, outer) = level(of: formula, own).flatMap({ inner in Self.level(operation).map { (inner, $0) } })
        else { return said }
        let isChain: Bool
        if case .binary(operation, _, _) = formula {
            isChain = ["and", "or", "+", "*"].contains(operation)
        } else {
            isChain = false
        }
        let isComparison = outer == Self.level("==")
        return inner > outer || inner == outer && !isComparison && (!isRight || isChain) ? said : "(\(said))"
    }

    /// How tightly the said form binds; nil for what needs no parentheses.
    private func level(of formula: ForeignFormula, _ own: Named?) -> Int? {
        switch formula {
        case .binary("==", _, _), .binary("!=", _, _): Self.level("not")
        case .binary(let operation, _, _), .unary(let operation, _):
            Self.level(operation == "-" && formula.isUnary ? "negate" : operation)
        case .call(let function, _):
            ["not", "is_empty", "empty", "selected"].contains(function) ? Self.level("not") : nil
        default: nil
        }
    }

    private static func level(_ operation: String) -> Int? {
        switch operation {
        case "or": 0
        case "and": 1
        case "not": 2
        case "+", "-": 4
        case "*", "/", "%": 5
        case "negate": 6
        default: 3
        }
    }

    private func named(_ name: String, _ own: Named?) -> Named? {
        if name == "." || name == "this" || name == "self" { return own }
        let bare = ["NAOK", "value", "shown", "code"].reduce(name) {
            $0.hasSuffix("." + $1) ? String($0.dropLast($1.count + 1)) : $0
        }
        return names[bare]
    }

    /// Comparisons of a name with something written, which other programs treat by their own customs.
    private func equality(_ operation: String, _ left: ForeignFormula, _ right: ForeignFormula, _ own: Named?)
        throws(NotSayable) -> String?
    {
        guard case .name(let name) = left, let named = named(name, own) else { return nil }
        let text: String
        switch right {
        case .text(let written): text = written
        case .number(let number): text = DecimalText.text(of: number)
        default: return nil
        }
        let isEqual = operation == "=="
        // What was not answered differs from everything there; here it would be nil.
        func turned(_ said: String) -> String { isEqual ? said : "not (answered(\(named.name)) and \(said))" }
        if text.isEmpty, case .chosen(let code) = named.kind {
            return (isEqual ? "not " : "") + Self.chosen(code, named.name)
        }
        if text.isEmpty { return isEqual ? "not answered(\(named.name))" : "answered(\(named.name))" }
        switch named.kind {
        case .truth:
            guard
                let truth = [
                    "Y": true, "1": true, "true": true, "yes": true, "N": false, "2": false, "0": false, "false": false,
                    "no": false,
                ][text]
            else { throw NotSayable() }
            return turned(truth ? named.name : "not \(named.name)")
        case .choice(let codes):
            let code = text == "-oth-" || text == "other" ? AnswerPart.other : codes[text]
            guard let code else { throw NotSayable() }
            return turned("\(named.name) == \(Self.quoted(code))")
        case .chosen(let code):
            guard text == "Y" else { throw NotSayable() }
            return isEqual ? Self.chosen(code, named.name) : "not " + Self.chosen(code, named.name)
        case .choices(let codes):
            // XPath compares all that were chosen; only one choice is meant.
            guard let code = codes[text] else { throw NotSayable() }
            return isEqual ? Self.chosen(code, named.name) : "not " + Self.chosen(code, named.name)
        case .number:
            guard let number = DecimalText.number(text) else { throw NotSayable() }
            return turned("\(named.name) == \(DecimalText.text(of: number))")
        case .text, .date: return turned("\(named.name) == \(Self.quoted(text))")
        case .file: throw NotSayable()
        }
    }

    private func call(_ function: String, _ arguments: [ForeignFormula], _ own: Named?) throws(NotSayable) -> String {
        switch (function, arguments.count) {
        case ("is_empty", 1), ("empty", 1): return "not (\(try answered(arguments[0], own)))"
        case ("not", 1): return "not (\(try said(arguments[0], own)))"
        case ("true", 0): return "true"
        case ("false", 0): return "false"
        case ("strlen", 1), ("string-length", 1): return "length(\(try said(arguments[0], own)))"
        case ("selected", 2): return try selected(arguments[0], arguments[1], own)
        case ("count-selected", 1): return "count(\(try said(arguments[0], own)))"
        case ("number", 1): return try said(arguments[0], own)
        case ("if", 3), ("round", 1), ("sum", 1...), ("min", 1...), ("max", 1...):
            return "\(function)(\(try list(arguments, own)))"
        case ("count", 1...):
            // What LimeSurvey counts is answered, whatever it is.
            var parts: [String] = []
            for argument in arguments { parts.append(try answered(argument, own)) }
            return "count(\(parts.joined(separator: ", ")))"
        default: throw NotSayable()
        }
    }

    private func list(_ arguments: [ForeignFormula], _ own: Named?) throws(NotSayable) -> String {
        var parts: [String] = []
        for argument in arguments { parts.append(try said(argument, own)) }
        return parts.joined(separator: ", ")
    }

    private func answered(_ formula: ForeignFormula, _ own: Named?) throws(NotSayable) -> String {
        guard case .name(let name) = formula, let named = named(name, own) else { throw NotSayable() }
        if case .chosen(let code) = named.kind { return Self.chosen(code, named.name) }
        return "answered(\(named.name))"
    }

    private func selected(_ question: ForeignFormula, _ option: ForeignFormula, _ own: Named?) throws(NotSayable)
        -> String
    {
        guard case .name(let name) = question, case .text(let foreign) = option, let named = named(name, own) else {
            throw NotSayable()
        }
        switch named.kind {
        case .choices(let codes):
            guard let code = foreign == "other" ? codes[foreign] ?? AnswerPart.other : codes[foreign] else {
                throw NotSayable()
            }
            return Self.chosen(code, named.name)
        case .choice, .truth: return try said(.binary("==", question, option), own)
        default: throw NotSayable()
        }
    }

    /// False, not nil, for a question that was not answered: so it is in both languages.
    private static func chosen(_ code: String, _ name: String) -> String {
        "(answered(\(name)) and \(quoted(code)) in \(name))"
    }

    static func quoted(_ text: String) -> String {
        "'" + text.replacing("\\", with: "\\\\").replacing("'", with: "\\'") + "'"
    }
}

extension ForeignTranslation.Named.Kind {
    /// Of a computed value.
    init(_ type: FormulaType) {
        switch type {
        case .truth: self = .truth
        case .date: self = .date
        case .text, .choice, .choices: self = .text
        case .number, .numbers, .file: self = .number
        }
    }
}
