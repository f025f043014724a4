/// Reads a formula by recursive descent and writes its steps, checking types as it goes.
///
///     or       = and {"or" and}
///     and      = not {"and" not}
///     not      = "not" not | compared
///     compared = added [("==" | "!=" | "<" | "<=" | ">" | ">=") added | "in" (list | added)]
///     added    = times {("+" | "-") times}
///     times    = signed {("*" | "/" | "%") signed}
///     signed   = "-" signed | value
///     value    = number | text | "true" | "false" | name | function list | "(" or ")"
///     list     = "(" or {"," or} ")"
struct FormulaParser {
    private(set) var steps: [FormulaStep] = []
    private(set) var names: Set<String> = []

    private let scope: FormulaScope
    private var lexer: FormulaLexer
    private var word = FormulaLexer.Word.end
    private var range = 0..<0
    private var depth = 0

    /// What has been read of a formula: the value it leaves on the stack.
    struct Part {
        var type: FormulaType
        var range: Range<Int>
        /// The words, if it is a text written in the formula: only such ones are looked up among options or read as days.
        var literal: String?
    }

    init(_ text: String, in scope: FormulaScope) throws(FormulaFault) {
        let length = text.utf8.count
        guard length <= Formula.mostBytes else { throw FormulaFault(.tooLong, Formula.mostBytes..<length) }
        self.scope = scope
        lexer = FormulaLexer(text)
        (word, range) = try lexer.next()
    }

    mutating func parse() throws(FormulaFault) -> FormulaType {
        if word == .end { throw FormulaFault(.empty, range) }
        let part = try or()
        guard word == .end else { throw FormulaFault(.expected(.operation), range) }
        return part.type
    }

    // MARK: Words

    private mutating func advance() throws(FormulaFault) { (word, range) = try lexer.next() }

    private func isAt(_ keyword: String) -> Bool { word == .name([keyword]) }

    /// Takes the sign if it is one of these.
    private mutating func take(_ signs: Set<String>) throws(FormulaFault) -> (sign: String, range: Range<Int>)? {
        guard case .sign(let sign) = word, signs.contains(sign) else { return nil }
        let place = range
        try advance()
        return (sign, place)
    }

    private mutating func expect(_ sign: String, _ expected: FormulaFault.Expected) throws(FormulaFault) {
        guard try take([sign]) != nil else { throw FormulaFault(.expected(expected), range) }
    }

    /// Reads something that may hold itself.
    private mutating func deeper(
        _ read: (inout FormulaParser) throws(FormulaFault) -> Part
    ) throws(FormulaFault) -> Part {
        depth += 1
        guard depth <= Formula.mostDepth else { throw FormulaFault(.tooDeep, range) }
        let part = try read(&self)
        depth -= 1
        return part
    }

    // MARK: Truths

    private mutating func or() throws(FormulaFault) -> Part {
        var left = try and()
        while isAt("or") {
            try advance()
            left = try connect(left, .or, try and())
        }
        return left
    }

    private mutating func and() throws(FormulaFault) -> Part {
        var left = try not()
        while isAt("and") {
            try advance()
            left = try connect(left, .and, try not())
        }
        return left
    }

    private mutating func connect(_ left: Part, _ operation: FormulaOperation, _ right: Part) throws(FormulaFault)
        -> Part
    {
        for side in [left, right] where side.type != .truth {
            throw FormulaFault(.type(operation: operation.rawValue, side.type), side.range)
        }
        steps.append(.operation(operation, 2))
        return Part(type: .truth, range: left.range.lowerBound..<right.range.upperBound)
    }

    private mutating func not() throws(FormulaFault) -> Part {
        guard isAt("not") else { return try compared() }
        let start = range.lowerBound
        try advance()
        let part = try deeper { parser throws(FormulaFault) in try parser.not() }
        guard part.type == .truth else { throw FormulaFault(.type(operation: "not", part.type), part.range) }
        steps.append(.operation(.not, 1))
        return Part(type: .truth, range: start..<part.range.upperBound)
    }

    // MARK: Comparisons

    private mutating func compared() throws(FormulaFault) -> Part {
        let left = try added()
        if isAt("in") {
            try advance()
            return try membership(of: left)
        }
        guard let found = try take(["==", "!=", "<", "<=", ">", ">="]) else { return left }
        let right = try added()
        try check(left, found.sign, right, at: found.range)
        guard let operation = FormulaOperation(rawValue: found.sign) else { return left }
        steps.append(.operation(operation, 2))
        return Part(type: .truth, range: left.range.lowerBound..<right.range.upperBound)
    }

    /// `x in (a, b)`, or `'code' in question`.
    private mutating func membership(of item: Part) throws(FormulaFault) -> Part {
        if word == .sign("(") {
            try advance()
            var count = 1
            repeat {
                let other = try deeper { parser throws(FormulaFault) in try parser.or() }
                try check(item, "==", other, at: other.range)
                count += 1
            } while try take([","]) != nil
            let end = range.upperBound
            try expect(")", .closing)
            steps.append(.operation(.among, count))
            return Part(type: .truth, range: item.range.lowerBound..<end)
        }
        let right = try added()
        guard case .choices(let codes) = right.type else {
            throw FormulaFault(.type(operation: "in", right.type), right.range)
        }
        switch item.type {
        case .choice: break
        case .text:
            if let code = item.literal { try expectOption(code, codes, item.range) }
        default: throw FormulaFault(.types(operation: "in", item.type, right.type), item.range)
        }
        steps.append(.operation(.in, 2))
        return Part(type: .truth, range: item.range.lowerBound..<right.range.upperBound)
    }

    // MARK: Arithmetic

    private mutating func added() throws(FormulaFault) -> Part {
        var left = try times()
        while let found = try take(["+", "-"]) { left = try compute(left, found.sign, try times()) }
        return left
    }

    private mutating func times() throws(FormulaFault) -> Part {
        var left = try signed()
        while let found = try take(["*", "/", "%"]) { left = try compute(left, found.sign, try signed()) }
        return left
    }

    private mutating func compute(_ left: Part, _ sign: String, _ right: Part) throws(FormulaFault) -> Part {
        for side in [left, right] where side.type != .number {
            throw FormulaFault(.type(operation: sign, side.type), side.range)
        }
        if let operation = FormulaOperation(rawValue: sign) { steps.append(.operation(operation, 2)) }
        return Part(type: .number, range: left.range.lowerBound..<right.range.upperBound)
    }

    private mutating func signed() throws(FormulaFault) -> Part {
        guard let found = try take(["-"]) else { return try value() }
        let part = try deeper { parser throws(FormulaFault) in try parser.signed() }
        guard part.type == .number else { throw FormulaFault(.type(operation: "-", part.type), part.range) }
        steps.append(.operation(.negate, 1))
        return Part(type: .number, range: found.range.lowerBound..<part.range.upperBound)
    }

    // MARK: Values

    private mutating func value() throws(FormulaFault) -> Part {
        let place = range
        switch word {
        case .number(let number): return try constant(.number(number), .number)
        case .text(let text):
            var part = try constant(.text(text), .text)
            part.literal = text
            return part
        case .name(["true"]): return try constant(.truth(true), .truth)
        case .name(["false"]): return try constant(.truth(false), .truth)
        case .sign("("):
            try advance()
            var part = try deeper { parser throws(FormulaFault) in try parser.or() }
            part.range = place.lowerBound..<range.upperBound
            try expect(")", .closing)
            return part
        case .name(let path):
            if path.count == 1, let word = path.first, ["and", "or", "not", "in"].contains(word) { break }
            try advance()
            if word == .sign("(") { return try call(path, at: place) }
            return try name(path, at: place)
        default: break
        }
        throw FormulaFault(.expected(.value), place)
    }

    private mutating func constant(_ value: FormulaValue, _ type: FormulaType) throws(FormulaFault) -> Part {
        let place = range
        steps.append(.constant(value))
        try advance()
        return Part(type: type, range: place)
    }

    private mutating func name(_ path: [String], at place: Range<Int>) throws(FormulaFault) -> Part {
        do throws(FormulaScope.Unresolved) {
            let (step, type) = try scope.resolve(path)
            steps.append(step)
            if let name = path.first { names.insert(name) }
            return Part(type: type, range: place)
        } catch {
            throw FormulaFault(error.kind, place)
        }
    }

    private mutating func call(_ path: [String], at place: Range<Int>) throws(FormulaFault) -> Part {
        let function = path.joined(separator: ".")
        let operations: [String: FormulaOperation] = [
            "count": .count, "sum": .sum, "min": .min, "max": .max, "length": .length, "answered": .answered,
            "round": .round, "if": .choose,
        ]
        guard let operation = operations[function] else { throw FormulaFault(.unknownFunction(function), place) }
        try advance()
        var arguments: [Part] = []
        repeat {
            arguments.append(try deeper { parser throws(FormulaFault) in try parser.or() })
        } while try take([","]) != nil
        let whole = place.lowerBound..<range.upperBound
        try expect(")", .closing)
        let type = try result(of: operation, arguments, whole)
        steps.append(.operation(operation, arguments.count))
        return Part(type: type, range: whole)
    }
}
