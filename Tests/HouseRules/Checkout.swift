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
        var result = ""
        var rest = text[...]
        while let character = rest.first {
            if rest.hasPrefix("//") {
                rest = rest.drop { $0 != "\n" }
            } else if rest.hasPrefix("\"\"\"") {
                rest = rest.dropFirst(3)
                while !rest.isEmpty, !rest.hasPrefix("\"\"\"") {
                    if rest.first == "\n" { result.append("\n") }
                    rest = rest.dropFirst(rest.hasPrefix("\\") ? 2 : 1)
                }
                rest = rest.dropFirst(3)
                result += "\"\""
            } else if character == "\"" {
                rest = Self.skipString(rest)
                result += "\"\""
            } else {
                result.append(character)
                rest = rest.dropFirst()
            }
        }
        return Checkout.File(path: path, text: result)
    }

    /// Skips a one-line literal; an interpolation may hold parentheses and strings of its own.
    private static func skipString(_ literal: Substring) -> Substring {
        var rest = literal.dropFirst()
        while let character = rest.first, character != "\n" {
            if rest.hasPrefix("\\(") {
                rest = skipInterpolation(rest.dropFirst(2))
            } else if character == "\\" {
                rest = rest.dropFirst(2)
            } else if character == "\"" {
                return rest.dropFirst()
            } else {
                rest = rest.dropFirst()
            }
        }
        return rest
    }

    private static func skipInterpolation(_ code: Substring) -> Substring {
        var rest = code
        var depth = 1
        while let character = rest.first, depth > 0 {
            if character == "\"" {
                rest = skipString(rest)
                continue
            }
            if character == "(" { depth += 1 }
            if character == ")" { depth -= 1 }
            rest = rest.dropFirst()
        }
        return rest
    }
}
