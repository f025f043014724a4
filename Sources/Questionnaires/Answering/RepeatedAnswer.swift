/// `{name}` in a text: what was answered to an earlier question, or computed.
package enum RepeatedAnswer {
    /// The names in a text, each by its parts.
    static func names(in text: String) -> [[String]] {
        var names: [[String]] = []
        _ = filled(text) { path in
            names.append(path)
            return nil
        }
        return names
    }

    /// The text with the words for each name; nil leaves it as it stands.
    package static func filled(_ text: String, _ words: ([String]) -> String?) -> String {
        guard text.utf8.contains(UInt8(ascii: "{")) else { return text }
        var filled = ""
        var rest = text[...]
        while let start = rest.utf8.firstIndex(of: UInt8(ascii: "{")) {
            filled += rest[..<start]
            let inside = rest.utf8[rest.utf8.index(after: start)...].prefix { isName($0) }
            if inside.endIndex < rest.endIndex, rest.utf8[inside.endIndex] == UInt8(ascii: "}"), !inside.isEmpty,
                let words = words(path(inside))
            {
                filled += words
                rest = rest[rest.utf8.index(after: inside.endIndex)...]
            } else {
                filled += "{"
                rest = rest[rest.utf8.index(after: start)...]
            }
        }
        return filled + rest
    }

    private static func path(_ name: Substring.UTF8View) -> [String] {
        String(Substring(name)).split(separator: ".", omittingEmptySubsequences: false).map(String.init)
    }

    private static func isName(_ byte: UInt8) -> Bool {
        FormulaLexer.isLetter(byte) || FormulaLexer.isDigit(byte) || byte == UInt8(ascii: ".")
    }
}
