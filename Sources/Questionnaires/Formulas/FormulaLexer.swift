/// A formula as words, read by bytes.
struct FormulaLexer {
    enum Word: Equatable {
        /// A name with its parts: `q.row.column`.
        case name([String])
        case number(Double)
        case text(String)
        /// An operator, a parenthesis or a comma.
        case sign(String)
        case end
    }

    private let bytes: [UInt8]
    private var position = 0

    init(_ text: String) { bytes = Array(text.utf8) }

    /// The next word and where it stands.
    mutating func next() throws(FormulaFault) -> (Word, Range<Int>) {
        while let byte = peek, byte == 0x20 || (0x09...0x0D).contains(byte) { position += 1 }
        let start = position
        guard let byte = peek else { return (.end, start..<start) }
        if let marks = Self.marks.first(where: { isAhead(anyOf: $0) != nil }) {
            return (.text(try text(closing: marks)), start..<position)
        }
        let word: Word
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): word = .number(try number())
        case _ where Self.isLetter(byte): word = .name(name())
        default: word = try sign()
        }
        return (word, start..<position)
    }

    private var peek: UInt8? { position < bytes.count ? bytes[position] : nil }

    private func byte(after distance: Int) -> UInt8? {
        position + distance < bytes.count ? bytes[position + distance] : nil
    }

    /// What begins and ends a text. A Chinese keyboard may give either of a pair for both.
    private static let marks = [["'"], ["\""], ["‘", "’"], ["“", "”"]]

    private func isAhead(anyOf signs: [String]) -> String? {
        signs.first { bytes[position...].starts(with: $0.utf8) }
    }

    /// The mark within it is written `\'`; a backslash `\\`.
    private mutating func text(closing marks: [String]) throws(FormulaFault) -> String {
        let start = position
        var text: [UInt8] = []
        position += isAhead(anyOf: marks)?.utf8.count ?? 0
        while let byte = peek {
            if let mark = isAhead(anyOf: marks) {
                position += mark.utf8.count
                return String(decoding: text, as: UTF8.self)
            }
            position += 1
            if byte == UInt8(ascii: "\\"), let sign = isAhead(anyOf: marks + ["\\"]) {
                text += Array(sign.utf8)
                position += sign.utf8.count
            } else {
                text.append(byte)
            }
        }
        throw FormulaFault(.openText, start..<bytes.count)
    }

    private mutating func number() throws(FormulaFault) -> Double {
        let start = position
        // Letters too: neither 2kg nor 1e5 is a number here.
        while let byte = peek, Self.isDigit(byte) || Self.isLetter(byte) || byte == UInt8(ascii: ".") { position += 1 }
        guard let number = DecimalText.number(String(decoding: bytes[start..<position], as: UTF8.self)) else {
            throw FormulaFault(.number, start..<position)
        }
        return number
    }

    private mutating func name() -> [String] {
        var parts: [String] = []
        repeat {
            if !parts.isEmpty { position += 1 }
            let start = position
            while let byte = peek, Self.isLetter(byte) || Self.isDigit(byte) { position += 1 }
            parts.append(String(decoding: bytes[start..<position], as: UTF8.self))
        } while peek == UInt8(ascii: ".") && byte(after: 1).map { Self.isLetter($0) || Self.isDigit($0) } ?? false
        return parts
    }

    /// Signs and words of a Chinese keyboard and their plain ones.
    private static let wide: [String: String] = [
        "（": "(", "）": ")", "，": ",", "＝": "==", "＞": ">", "＜": "<", "≥": ">=", "≤": "<=", "≠": "!=", "＋": "+",
        "－": "-", "×": "*", "÷": "/",
    ]
    private static let words: [String: String] = [
        "且": "and", "或": "or", "非": "not", "是": "true", "否": "false", "&&": "and", "||": "or",
    ]
    private static let pairs: [String: String] = ["==": "==", "!=": "!=", "<>": "!=", "<=": "<=", ">=": ">="]
    private static let single: [String: String] = [
        "=": "==", "<": "<", ">": ">", "+": "+", "-": "-", "*": "*", "/": "/", "%": "%", "(": "(", ")": ")", ",": ",",
    ]

    private mutating func sign() throws(FormulaFault) -> Word {
        let start = position
        if let second = byte(after: 1), bytes[start] < 0x80, second < 0x80 {
            let pair = String(decoding: [bytes[start], second], as: UTF8.self)
            if let word = Self.pairs[pair].map({ Word.sign($0) }) ?? Self.words[pair].map({ Word.name([$0]) }) {
                position += 2
                return word
            }
        }
        position += 1
        while let byte = peek, byte & 0xC0 == 0x80 { position += 1 }
        let found = String(decoding: bytes[start..<position], as: UTF8.self)
        if let word = Self.words[found] { return .name([word]) }
        guard let sign = Self.wide[found] ?? Self.single[found] else {
            throw FormulaFault(.sign(found), start..<position)
        }
        return .sign(sign)
    }

    static func isDigit(_ byte: UInt8) -> Bool { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) }
    /// Also `_`.
    static func isLetter(_ byte: UInt8) -> Bool {
        (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte | 0x20) || byte == UInt8(ascii: "_")
    }
}
