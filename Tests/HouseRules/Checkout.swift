import Foundation

/// The files of this project, as the rules read them.
enum Checkout {
    static let root = URL(fileURLWithPath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

    struct File {
        /// From the root of the project: `Sources/Web/Home/HomePage.swift`.
        let path: String
        let text: String
        var lines: [Substring] { text.split(separator: "\n", omittingEmptySubsequences: false) }
    }

    /// Returns the files below a folder with one of the endings, sorted.
    static func files(_ folder: String, _ endings: String...) throws -> [File] {
        let start = root.appendingPathComponent(folder)
        guard let walk = FileManager.default.enumerator(atPath: start.path) else { return [] }
        let names = walk.compactMap { $0 as? String }.filter { name in endings.contains { name.hasSuffix($0) } }
        return try names.sorted().map { name in
            let text = try String(contentsOf: start.appendingPathComponent(name), encoding: .utf8)
            return File(path: "\(folder)/\(name)", text: text)
        }
    }

    /// Returns "path:line: text" of every line that the rule finds.
    static func findings(in files: [File], where found: (Substring) -> Bool) -> [String] {
        files.flatMap { file in
            file.lines.enumerated().compactMap { number, line in
                found(line) ? "\(file.path):\(number + 1): \(line.trimmingCharacters(in: .whitespaces))" : nil
            }
        }
    }
}

extension Checkout.File {
    /// The same lines with comments and the inside of string literals blanked, so that a rule about code does not trip
    /// over words. A scanner, not a parser: interpolated code is blanked as well.
    var codeOnly: Checkout.File {
        var scanner = CodeScanner(text)
        return Checkout.File(path: path, text: String(decoding: scanner.codeOnly(), as: UTF8.self))
    }
}

/// Byte after byte: as characters the whole of the sources takes a minute.
private struct CodeScanner {
    private static let newline = UInt8(ascii: "\n"), slash = UInt8(ascii: "/"), backslash = UInt8(ascii: "\\")
    private static let quote = UInt8(ascii: "\""), opening = UInt8(ascii: "("), closing = UInt8(ascii: ")")

    private let bytes: [UInt8]
    private var place = 0

    init(_ text: String) { bytes = Array(text.utf8) }

    private var byte: UInt8? { place < bytes.count ? bytes[place] : nil }
    private var byteAfter: UInt8? { place + 1 < bytes.count ? bytes[place + 1] : nil }
    private var isAtTripleQuote: Bool {
        byte == Self.quote && byteAfter == Self.quote && place + 2 < bytes.count && bytes[place + 2] == Self.quote
    }

    mutating func codeOnly() -> [UInt8] {
        var code: [UInt8] = []
        while let byte {
            if byte == Self.slash, byteAfter == Self.slash {
                while let byte = self.byte, byte != Self.newline { place += 1 }
            } else if isAtTripleQuote {
                place += 3
                while let byte = self.byte, !isAtTripleQuote {
                    if byte == Self.newline { code.append(byte) }
                    place += byte == Self.backslash ? 2 : 1
                }
                place += 3
                code += [Self.quote, Self.quote]
            } else if byte == Self.quote {
                skipString()
                code += [Self.quote, Self.quote]
            } else {
                code.append(byte)
                place += 1
            }
        }
        return code
    }

    /// Skips a one-line literal; an interpolation may hold parentheses and strings of its own.
    private mutating func skipString() {
        place += 1
        while let byte, byte != Self.newline {
            if byte == Self.backslash, byteAfter == Self.opening {
                place += 2
                skipInterpolation()
            } else if byte == Self.backslash {
                place += 2
            } else {
                place += 1
                if byte == Self.quote { return }
            }
        }
    }

    private mutating func skipInterpolation() {
        var depth = 1
        while let byte, depth > 0 {
            if byte == Self.quote {
                skipString()
                continue
            }
            if byte == Self.opening { depth += 1 }
            if byte == Self.closing { depth -= 1 }
            place += 1
        }
    }
}
