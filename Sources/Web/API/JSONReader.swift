import Text

/// A JSON value as it was sent: numbers keep their digits, objects the order of their members.
enum JSONValue: Sendable, Equatable {
    struct Member: Sendable, Equatable {
        let name: String
        let value: JSONValue
    }

    case null
    case boolean(Bool)
    case number(String)
    case text(String)
    case list([JSONValue])
    case object([Member])
}

/// Reads JSON (RFC 8259) by bytes and strictly. Foundation's reader takes a name that stands twice, and goes as deep as it
/// is led; here neither can mean two things or exhaust the stack.
struct JSONReader {
    enum Fault: Error, Equatable {
        /// Bytes that are not UTF-8, or half a surrogate pair.
        case encoding
        /// Not JSON from this byte on, counted from 1.
        case syntax(at: Int)
        case tooDeep
        case duplicate(name: String)
    }

    /// Lists and objects within each other.
    static let deepest = 16

    private let bytes: [UInt8]
    private var position = 0

    static func read(_ bytes: [UInt8]) throws(Fault) -> JSONValue {
        guard String(validating: bytes, as: UTF8.self) != nil else { throw .encoding }
        var reader = JSONReader(bytes: bytes)
        let value = try reader.value(depth: 0)
        reader.skipSpace()
        guard reader.position == bytes.count else { throw reader.broken }
        return value
    }

    private init(bytes: [UInt8]) { self.bytes = bytes }

    private var broken: Fault { .syntax(at: position + 1) }
    private var next: UInt8? { position < bytes.count ? bytes[position] : nil }

    private mutating func skipSpace() {
        while let byte = next, [0x20, 0x09, 0x0A, 0x0D].contains(byte) { position += 1 }
    }

    private mutating func expect(_ byte: Unicode.Scalar) throws(Fault) {
        guard next == UInt8(ascii: byte) else { throw broken }
        position += 1
    }

    private mutating func accept(_ byte: Unicode.Scalar) -> Bool {
        guard next == UInt8(ascii: byte) else { return false }
        position += 1
        return true
    }

    private mutating func value(depth: Int) throws(Fault) -> JSONValue {
        skipSpace()
        switch next {
        case UInt8(ascii: "{"): return .object(try object(depth))
        case UInt8(ascii: "["): return .list(try list(depth))
        case UInt8(ascii: "\""): return .text(try text())
        case UInt8(ascii: "t"): return try word("true", .boolean(true))
        case UInt8(ascii: "f"): return try word("false", .boolean(false))
        case UInt8(ascii: "n"): return try word("null", .null)
        default: return .number(try number())
        }
    }

    private mutating func word(_ word: StaticString, _ value: JSONValue) throws(Fault) -> JSONValue {
        for offset in 0..<word.utf8CodeUnitCount {
            guard next == word.utf8Start[offset] else { throw broken }
            position += 1
        }
        return value
    }

    private mutating func object(_ depth: Int) throws(Fault) -> [JSONValue.Member] {
        guard depth < Self.deepest else { throw .tooDeep }
        try expect("{")
        skipSpace()
        if accept("}") { return [] }
        var members: [JSONValue.Member] = []
        var names: Set<String> = []
        repeat {
            skipSpace()
            let name = try text()
            guard names.insert(name).inserted else { throw .duplicate(name: name) }
            skipSpace()
            try expect(":")
            members.append(JSONValue.Member(name: name, value: try value(depth: depth + 1)))
            skipSpace()
        } while accept(",")
        try expect("}")
        return members
    }

    private mutating func list(_ depth: Int) throws(Fault) -> [JSONValue] {
        guard depth < Self.deepest else { throw .tooDeep }
        try expect("[")
        skipSpace()
        if accept("]") { return [] }
        var values: [JSONValue] = []
        repeat {
            values.append(try value(depth: depth + 1))
            skipSpace()
        } while accept(",")
        try expect("]")
        return values
    }

    private mutating func digits() throws(Fault) {
        let start = position
        while let byte = next, (0x30...0x39).contains(byte) { position += 1 }
        guard position > start else { throw broken }
    }

    private mutating func number() throws(Fault) -> String {
        let start = position
        _ = accept("-")
        if !accept("0") { try digits() }
        if accept(".") { try digits() }
        if accept("e") || accept("E") {
            if !accept("+") { _ = accept("-") }
            try digits()
        }
        return String(decoding: bytes[start..<position], as: UTF8.self)
    }

    private mutating func text() throws(Fault) -> String {
        try expect("\"")
        var plain: [UInt8] = []
        while let byte = next {
            position += 1
            switch byte {
            case UInt8(ascii: "\""): return TextNormalisation.withoutPiledMarks(String(decoding: plain, as: UTF8.self))
            case UInt8(ascii: "\\"): plain += String(Character(try escaped())).utf8
            case 0..<0x20:
                position -= 1
                throw broken
            default: plain.append(byte)
            }
        }
        throw broken
    }

    private mutating func escaped() throws(Fault) -> Unicode.Scalar {
        guard let byte = next else { throw broken }
        position += 1
        switch byte {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): return Unicode.Scalar(byte)
        case UInt8(ascii: "b"): return "\u{8}"
        case UInt8(ascii: "f"): return "\u{C}"
        case UInt8(ascii: "n"): return "\n"
        case UInt8(ascii: "r"): return "\r"
        case UInt8(ascii: "t"): return "\t"
        case UInt8(ascii: "u"):
            var code = try unit()
            if (0xD800..<0xDC00).contains(code) {
                guard accept("\\"), accept("u") else { throw .encoding }
                let low = try unit()
                guard (0xDC00..<0xE000).contains(low) else { throw .encoding }
                code = 0x10000 + (code - 0xD800) << 10 + (low - 0xDC00)
            }
            guard let scalar = Unicode.Scalar(code) else { throw .encoding }
            return scalar
        default:
            position -= 1
            throw broken
        }
    }

    /// Four hexadecimal digits.
    private mutating func unit() throws(Fault) -> UInt32 {
        var code: UInt32 = 0
        for _ in 0..<4 {
            guard let digit = next.flatMap(URLEncodedFields.hexDigit) else { throw broken }
            code = code << 4 | UInt32(digit)
            position += 1
        }
        return code
    }
}
