/// A formula of LimeSurvey (ExpressionScript) or of an XLSForm (XPath), parsed to be said in our language.
indirect enum ForeignFormula: Equatable {
    case text(String)
    case number(Double)
    case name(String)
    case call(String, [ForeignFormula])
    case unary(String, ForeignFormula)
    case binary(String, ForeignFormula, ForeignFormula)

    enum Dialect { case expressionScript, xPath }

    /// It is not understood, or longer or deeper than formulas here are.
    struct NotUnderstood: Error {}

    static let mostBytes = 4_000

    var isUnary: Bool { if case .unary = self { true } else { false } }

    /// - Parameter columns: what stands in the cells of a choice, by the names that a filter calls them by.
    init(_ text: String, _ dialect: Dialect, columns: [String: String] = [:]) throws(NotUnderstood) {
        guard text.utf8.count <= Self.mostBytes else { throw NotUnderstood() }
        var parser = ForeignParser(text, dialect, columns)
        self = try parser.parse()
    }

    // MARK: What is decided already

    static func truth(_ truth: Bool) -> ForeignFormula { .call(truth ? "true" : "false", []) }

    /// Nil for what hangs on an answer.
    var truth: Bool? {
        switch self {
        case .call("true", _): true
        case .call("false", _): false
        default: nil
        }
    }

    private var written: String? {
        switch self {
        case .text(let text): text
        case .number(let number): DecimalText.text(of: number)
        default: nil
        }
    }

    private var denied: ForeignFormula { truth.map { Self.truth(!$0) } ?? .unary("not", self) }

    /// Without comparisons of which both sides are written there.
    var decided: ForeignFormula {
        switch self {
        case .unary("not", let inside): return inside.decided.denied
        case .call("not", let arguments) where arguments.count == 1: return arguments[0].decided.denied
        case .binary(let operation, let left, let right):
            let (left, right) = (left.decided, right.decided)
            switch operation {
            case "==", "!=":
                if let one = left.written, let other = right.written {
                    return .truth((one == other) == (operation == "=="))
                }
            case "and", "or":
                // What decides alone, and what decides nothing.
                if left.truth == (operation == "or") || right.truth == (operation == "or") {
                    return .truth(operation == "or")
                }
                if left.truth != nil { return right }
                if right.truth != nil { return left }
            default: break
            }
            return .binary(operation, left, right)
        default: return self
        }
    }
}

/// By precedence: or, and, comparison, sum, product, prefix.
private struct ForeignParser {
    private enum Word: Equatable {
        case text(String)
        case number(Double)
        case name(String)
        case sign(String)
        case end
    }

    private let bytes: [UInt8]
    private let dialect: ForeignFormula.Dialect
    private let columns: [String: String]
    private var position = 0
    private var word = Word.end
    private var depth = 0

    init(_ text: String, _ dialect: ForeignFormula.Dialect, _ columns: [String: String]) {
        bytes = Array(text.utf8)
        (self.dialect, self.columns) = (dialect, columns)
    }

    mutating func parse() throws(ForeignFormula.NotUnderstood) -> ForeignFormula {
        try advance()
        let formula = try level(0)
        guard word == .end else { throw ForeignFormula.NotUnderstood() }
        return formula
    }

    /// Each operator by its names in both dialects.
    private static let levels: [[String: String]] = [
        ["or": "or", "||": "or"], ["and": "and", "&&": "and"],
        [
            "==": "==", "=": "==", "eq": "==", "!=": "!=", "ne": "!=", "<": "<", "lt": "<", "<=": "<=", "le": "<=",
            ">": ">", "gt": ">", ">=": ">=", "ge": ">=",
        ],
        ["+": "+", "-": "-"], ["*": "*", "/": "/", "div": "/", "%": "%", "mod": "%"],
    ]

    private var operation: String? {
        switch word {
        case .name(let name), .sign(let name): name
        default: nil
        }
    }

    private mutating func level(_ number: Int) throws(ForeignFormula.NotUnderstood) -> ForeignFormula {
        guard Self.levels.indices.contains(number) else { return try prefix() }
        var left = try level(number + 1)
        while let operation, let known = Self.levels[number][operation] {
            try advance()
            left = .binary(known, left, try level(number + 1))
        }
        return left
    }

    private mutating func prefix() throws(ForeignFormula.NotUnderstood) -> ForeignFormula {
        depth += 1
        defer { depth -= 1 }
        guard depth <= Formula.mostDepth else { throw ForeignFormula.NotUnderstood() }
        switch word {
        case .sign("!"):
            try advance()
            return .unary("not", try prefix())
        case .sign("-"):
            try advance()
            return .unary("-", try prefix())
        case .sign("("):
            try advance()
            let inside = try level(0)
            try expect(")")
            return inside
        case .text(let text):
            try advance()
            return .text(text)
        case .number(let number):
            try advance()
            return .number(number)
        case .name(let name):
            try advance()
            return word == .sign("(") ? .call(name, try arguments()) : .name(name)
        default: throw ForeignFormula.NotUnderstood()
        }
    }

    private mutating func arguments() throws(ForeignFormula.NotUnderstood) -> [ForeignFormula] {
        try expect("(")
        var arguments: [ForeignFormula] = []
        while word != .sign(")") {
            if !arguments.isEmpty { try expect(",") }
            arguments.append(try level(0))
        }
        try expect(")")
        return arguments
    }

    private mutating func expect(_ sign: String) throws(ForeignFormula.NotUnderstood) {
        guard word == .sign(sign) else { throw ForeignFormula.NotUnderstood() }
        try advance()
    }

    // MARK: Words

    private func byte(_ distance: Int = 0) -> UInt8? {
        position + distance < bytes.count ? bytes[position + distance] : nil
    }

    /// LimeSurvey's own name of a question, by the numbers of survey, group and question: `123X4X56`.
    private var isAnswerCode: Bool {
        var distance = 0
        while let digit = byte(distance), FormulaLexer.isDigit(digit) { distance += 1 }
        return byte(distance) == UInt8(ascii: "X") && byte(distance + 1).map { FormulaLexer.isDigit($0) } ?? false
    }

    private mutating func advance() throws(ForeignFormula.NotUnderstood) {
        while let byte = byte(), byte <= 0x20 { position += 1 }
        guard let first = byte() else { return word = .end }
        switch first {
        case UInt8(ascii: "'"), UInt8(ascii: "\""): word = try text(first)
        case UInt8(ascii: "0")...UInt8(ascii: "9") where dialect == .expressionScript && isAnswerCode:
            word = .name(take { FormulaLexer.isLetter($0) || FormulaLexer.isDigit($0) || $0 == UInt8(ascii: ".") })
        case UInt8(ascii: "0")...UInt8(ascii: "9"):
            let digits = take { FormulaLexer.isDigit($0) || $0 == UInt8(ascii: ".") }
            guard let number = DecimalText.number(digits) else { throw ForeignFormula.NotUnderstood() }
            word = .number(number)
        case UInt8(ascii: "$") where byte(1) == UInt8(ascii: "{"):
            position += 2
            let name = take { $0 != UInt8(ascii: "}") }
            guard !name.isEmpty, byte() != nil else { throw ForeignFormula.NotUnderstood() }
            position += 1
            word = .name(name)
        case UInt8(ascii: ".") where dialect == .xPath:
            position += 1
            word = .name(".")
        case _ where FormulaLexer.isLetter(first):
            let isXPath = dialect == .xPath
            let name = take {
                FormulaLexer.isLetter($0) || FormulaLexer.isDigit($0) || $0 == UInt8(ascii: isXPath ? "-" : ".")
            }
            word = columns[name].map { Word.text($0) } ?? .name(name)
        default:
            let pair = String(decoding: [first, byte(1) ?? 0], as: UTF8.self)
            let isPair = ["==", "!=", "<=", ">=", "&&", "||"].contains(pair)
            let sign = isPair ? pair : String(decoding: [first], as: UTF8.self)
            guard isPair || "()+-*/%<>=!,".contains(sign) else { throw ForeignFormula.NotUnderstood() }
            position += isPair ? 2 : 1
            word = .sign(sign)
        }
    }

    private mutating func take(_ belongs: (UInt8) -> Bool) -> String {
        let start = position
        while let byte = byte(), belongs(byte) { position += 1 }
        return String(decoding: bytes[start..<position], as: UTF8.self)
    }

    private mutating func text(_ mark: UInt8) throws(ForeignFormula.NotUnderstood) -> Word {
        position += 1
        let text = take { $0 != mark }
        guard byte() == mark else { throw ForeignFormula.NotUnderstood() }
        position += 1
        return .text(text)
    }
}
