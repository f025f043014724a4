import Foundation

/// Finds the declarations of a file: not a parser of Swift, but of how we write it.
struct DeclarationReader {
    let file: SwiftSource

    struct Found {
        let name: String
        let isInstance: Bool
        /// From the name to the body.
        let header: String
        let parameters: [QueryComposer.Parameter]
        let body: Range<Int>
    }

    /// Types and extensions, by their last name, with their bodies.
    func scopes() -> [(name: String, range: Range<Int>)] {
        matches(of: /\b(?:struct|enum|extension|class|actor)\s+([\w.]+)/).compactMap { offset, match in
            guard let open = next(UInt8(ascii: "{"), from: offset), let close = closing(from: open + 1) else {
                return nil
            }
            return (String(match.split(separator: ".").last ?? ""), open..<close)
        }
    }

    func declarations() -> [Found] {
        matches(of: /\b((?:static\s+)?(?:let|var|func)\s+\w+)/).compactMap { offset, match in
            guard let name = match.split(whereSeparator: \.isWhitespace).last.map(String.init) else { return nil }
            let end = offset + match.utf8.count
            return match.contains("func ")
                ? function(name, after: end) : variable(name, after: end, isInstance: match.hasPrefix("var"))
        }
    }

    private func function(_ name: String, after end: Int) -> Found? {
        guard let open = next(UInt8(ascii: "("), from: end), let close = closing(from: open + 1),
            let brace = next(UInt8(ascii: "{"), from: close), let bodyEnd = closing(from: brace + 1)
        else { return nil }
        let parameters = split((open + 1)..<close).compactMap { part -> QueryComposer.Parameter? in
            let text = String(decoding: file.code[part], as: UTF8.self)
            guard let match = text.firstMatch(of: /^\s*(\w+)(?:\s+(\w+))?\s*:\s*([^=]*)/) else { return nil }
            let fallback = text.utf8.firstIndex(of: UInt8(ascii: "=")).map { equals in
                (part.lowerBound + text.utf8.distance(from: text.startIndex, to: equals) + 1)..<part.upperBound
            }
            return QueryComposer.Parameter(
                label: String(match.1), name: String(match.2 ?? match.1), isSQL: match.3.hasPrefix("SQL"),
                fallback: fallback)
        }
        return Found(
            name: name, isInstance: false, header: String(decoding: file.code[(close + 1)..<brace], as: UTF8.self),
            parameters: parameters, body: (brace + 1)..<bodyEnd)
    }

    private func variable(_ name: String, after end: Int, isInstance: Bool) -> Found? {
        var (index, depth) = (end, 0)
        while index < file.code.count {
            switch file.code[index] {
            case UInt8(ascii: "("), UInt8(ascii: "["): depth += 1
            case UInt8(ascii: ")"), UInt8(ascii: "]"): depth -= 1
            case UInt8(ascii: "{") where depth == 0:
                guard let close = closing(from: index + 1) else { return nil }
                return found(name, isInstance, end..<index, (index + 1)..<close)
            case UInt8(ascii: "=") where depth == 0:
                return found(name, isInstance, end..<index, (index + 1)..<endOfExpression(from: index + 1))
            case 10 where depth == 0, UInt8(ascii: ",") where depth == 0: return nil
            default: break
            }
            if depth < 0 { return nil }
            index += 1
        }
        return nil
    }

    private func found(_ name: String, _ isInstance: Bool, _ header: Range<Int>, _ body: Range<Int>) -> Found {
        Found(
            name: name, isInstance: isInstance, header: String(decoding: file.code[header], as: UTF8.self),
            parameters: [], body: body)
    }

    /// An expression ends with its line, unless something is open or the next line goes on with it.
    private func endOfExpression(from start: Int) -> Int {
        var (index, depth, hasBegun) = (start, 0, false)
        while index < file.code.count {
            let byte = file.code[index]
            depth += Self.depth(byte)
            if depth < 0 { return index }
            if byte == 10, depth == 0, hasBegun {
                let next = file.code[index...].first { $0 != 10 && $0 != 32 }
                guard let next, "?:.+".utf8.contains(next) else { return index }
            } else if byte != 10, byte != 32 {
                hasBegun = true
            }
            index += 1
        }
        return index
    }

    private func matches(of regex: Regex<(Substring, Substring)>) -> [(offset: Int, text: Substring)] {
        let text = String(decoding: file.code, as: UTF8.self)
        return text.matches(of: regex).map { match in
            (text.utf8.distance(from: text.startIndex, to: match.1.startIndex), match.1)
        }
    }

    private func next(_ byte: UInt8, from start: Int) -> Int? { file.code[start...].firstIndex(of: byte) }

    private static func depth(_ byte: UInt8) -> Int {
        switch byte {
        case 0x28, 0x5b, 0x7b: 1  // ( [ {
        case 0x29, 0x5d, 0x7d: -1
        default: 0
        }
    }

    private func closing(from start: Int) -> Int? { Self.closing(in: file.code, from: start) }

    /// Where the parenthesis, bracket or brace closes that was opened just before.
    static func closing(in code: [UInt8], from start: Int) -> Int? {
        var depth = 1
        for index in start..<max(start, code.count) {
            depth += Self.depth(code[index])
            if depth == 0 { return index }
        }
        return nil
    }

    /// The parts between commas that nothing encloses.
    func split(_ range: Range<Int>) -> [Range<Int>] {
        let code = file.code(in: range)
        var (parts, start, depth) = ([Range<Int>](), range.lowerBound, 0)
        for (offset, byte) in code.enumerated() {
            depth += Self.depth(byte)
            guard byte == UInt8(ascii: ","), depth == 0 else { continue }
            parts.append(start..<(range.lowerBound + offset))
            start = range.lowerBound + offset + 1
        }
        if start < range.upperBound { parts.append(start..<range.upperBound) }
        return parts
    }
}
