import Foundation

/// A file of ours, read closely enough to find its string literals and what stands around them. Bytes throughout: a debug
/// build takes too long over characters.
struct SwiftSource {
    let path: String
    let bytes: [UInt8]
    /// The same text with comments turned into blanks and literals into quotation marks, so that braces and names in it
    /// are code.
    let code: [UInt8]
    /// The outermost literals, in order.
    let literals: [Literal]

    final class Literal {
        let range: Range<Int>
        let pieces: [Piece]

        init(range: Range<Int>, pieces: [Piece]) { (self.range, self.pieces) = (range, pieces) }

        enum Piece {
            case text(String)
            /// The code between the parentheses, and where it stands.
            case code(Range<Int>)
        }
    }

    init(path: String, text: String) {
        self.path = path
        bytes = Array(text.utf8)
        (code, literals) = Scanner(bytes: bytes).scan(bytes.indices)
    }

    var wholeText: String { String(decoding: bytes, as: UTF8.self) }
    func text(_ range: Range<Int>) -> String { String(decoding: bytes[range], as: UTF8.self) }
    func line(of offset: Int) -> Int { 1 + bytes[..<offset].count { $0 == UInt8(ascii: "\n") } }

    /// The outermost literals within a range, which may lie inside of an interpolation.
    func literals(in range: Range<Int>) -> [Literal] { Scanner(bytes: bytes).scan(range).literals }

    /// The code of a range.
    func code(in range: Range<Int>) -> [UInt8] { Scanner(bytes: bytes).scan(range).code }
}

private struct Scanner {
    let bytes: [UInt8]

    func scan(_ range: Range<Int>) -> (code: [UInt8], literals: [SwiftSource.Literal]) {
        var code = Array(bytes[range])
        var literals: [SwiftSource.Literal] = []
        var index = range.lowerBound
        func fill(to end: Int, with byte: UInt8) {
            let end = min(end, range.upperBound)
            for offset in index..<end { code[offset - range.lowerBound] = byte }
            index = end
        }
        while index < range.upperBound {
            let byte = bytes[index]
            if byte != UInt8(ascii: "/"), byte != UInt8(ascii: "\"") {
                index += 1
            } else if starts("//", at: index) {
                fill(to: bytes[index...].firstIndex(of: 10) ?? range.upperBound, with: 32)
            } else if byte == UInt8(ascii: "/"), isRegex(at: index) {
                fill(to: endOfRegex(from: index + 1), with: 32)
            } else if byte == UInt8(ascii: "\"") {
                let literal = literal(at: index)
                literals.append(literal)
                fill(to: literal.range.upperBound, with: UInt8(ascii: "\""))
            } else {
                index += 1
            }
        }
        return (code, literals)
    }

    private func starts(_ text: String, at index: Int) -> Bool { bytes[index...].starts(with: text.utf8) }

    /// A slash after an opening or a separator, and not before a blank.
    private func isRegex(at index: Int) -> Bool {
        guard index + 1 < bytes.count, ![32, 10, UInt8(ascii: "*")].contains(bytes[index + 1]) else { return false }
        guard let before = bytes[..<index].last(where: { $0 != 32 && $0 != 10 }) else { return true }
        return "(=:,[{".utf8.contains(before)
    }

    private func endOfRegex(from start: Int) -> Int {
        var index = start
        while index < bytes.count, bytes[index] != UInt8(ascii: "/"), bytes[index] != 10 {
            index += bytes[index] == UInt8(ascii: "\\") ? 2 : 1
        }
        return min(index + 1, bytes.count)
    }

    private func literal(at start: Int) -> SwiftSource.Literal {
        let mark = starts("\"\"\"", at: start) ? "\"\"\"" : "\""
        var (index, text) = (start + mark.utf8.count, [UInt8]())
        var pieces: [SwiftSource.Literal.Piece] = []
        while index < bytes.count, bytes[index] != UInt8(ascii: "\"") || !starts(mark, at: index) {
            if bytes[index] == UInt8(ascii: "\\"), starts("\\(", at: index) {
                pieces.append(.text(String(decoding: text, as: UTF8.self)))
                text = []
                let end = endOfInterpolation(from: index + 2)
                pieces.append(.code((index + 2)..<end))
                index = end + 1
            } else if bytes[index] == UInt8(ascii: "\\") {
                switch index + 1 < bytes.count ? bytes[index + 1] : 0 {
                case UInt8(ascii: "n"): text.append(10)
                case UInt8(ascii: "\""): text.append(UInt8(ascii: "\""))
                case UInt8(ascii: "\\"): text.append(UInt8(ascii: "\\"))
                default: break  // a line that goes on
                }
                index += 2
            } else {
                text.append(bytes[index])
                index += 1
            }
        }
        pieces.append(.text(String(decoding: text, as: UTF8.self)))
        return SwiftSource.Literal(range: start..<min(index + mark.utf8.count, bytes.count), pieces: pieces)
    }

    private func endOfInterpolation(from start: Int) -> Int {
        var (index, depth) = (start, 1)
        while index < bytes.count {
            switch bytes[index] {
            case UInt8(ascii: "\""):
                index = literal(at: index).range.upperBound
                continue
            case UInt8(ascii: "("): depth += 1
            case UInt8(ascii: ")"):
                depth -= 1
                if depth == 0 { return index }
            default: break
            }
            index += 1
        }
        return index
    }
}
