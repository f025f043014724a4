/// HTML of another program as plain text: paragraphs and line breaks stay, everything else goes; what is within script and style too.
enum PlainHTML {
    static func text(_ html: String) -> String {
        guard html.utf8.contains(where: { $0 == UInt8(ascii: "<") || $0 == UInt8(ascii: "&") }) else {
            return trimmed(html)
        }
        var plain = ""
        var rest = html[...]
        while let byte = rest.utf8.first {
            if byte == UInt8(ascii: "<") {
                (rest, plain) = tag(rest, plain)
            } else if byte == UInt8(ascii: "&") {
                let (character, after) = entity(rest)
                plain += character
                rest = after
            } else {
                let run = rest.utf8.prefix { $0 != UInt8(ascii: "<") && $0 != UInt8(ascii: "&") }
                plain += Substring(run)
                rest = rest[run.endIndex...]
            }
        }
        return trimmed(plain)
    }

    /// Skips a tag, and with script and style all that they hold.
    private static func tag(_ html: Substring, _ plain: String) -> (rest: Substring, plain: String) {
        let bytes = html.utf8
        if html.hasPrefix("<!--") {
            return (html.firstRange(of: "-->").map { html[$0.upperBound...] } ?? "", plain)
        }
        let inside = bytes.dropFirst()
        // A "<" that begins no tag is a sign.
        guard let first = inside.first,
            FormulaLexer.isLetter(first) || first == UInt8(ascii: "/") || first == UInt8(ascii: "!"),
            let end = inside.firstIndex(of: UInt8(ascii: ">"))
        else { return (html.dropFirst(), plain + "<") }
        let name = String(
            Substring(
                inside[..<end].prefix {
                    FormulaLexer.isLetter($0) || FormulaLexer.isDigit($0) || $0 == UInt8(ascii: "/")
                })
        ).lowercased()
        let rest = html[bytes.index(after: end)...]
        if name == "script" || name == "style" {
            return (rest.lowercased().firstRange(of: "</\(name)").map { skip(rest, $0, name) } ?? "", plain)
        }
        return (rest, plain + (breaks[name] ?? ""))
    }

    /// Lower case may have another length, so the end is looked for again in the text itself, by bytes of ASCII.
    private static func skip(_ rest: Substring, _ found: Range<String.Index>, _ name: String) -> Substring {
        let close = Array("</\(name)".utf8)
        let bytes = Array(rest.utf8)
        guard
            let start = bytes.indices.first(where: { index in
                bytes.count - index >= close.count
                    && zip(bytes[index...], close).allSatisfy { $0 | ($0 >= 0x41 && $0 <= 0x5A ? 0x20 : 0) == $1 }
            })
        else { return "" }
        let end = bytes[start...].firstIndex(of: UInt8(ascii: ">")).map { $0 + 1 } ?? bytes.count
        return Substring(String(decoding: bytes[end...], as: UTF8.self))
    }

    private static let breaks = [
        "br": "\n", "br/": "\n", "/p": "\n\n", "/div": "\n", "/li": "\n", "/h1": "\n\n", "/h2": "\n\n", "/h3": "\n\n",
        "/tr": "\n",
    ]

    private static let names = [
        "amp": "&", "lt": "<", "gt": ">", "quot": "\"", "apos": "'", "nbsp": " ", "ldquo": "“", "rdquo": "”",
        "mdash": "—", "ndash": "–", "hellip": "…", "middot": "·",
    ]

    private static func entity(_ html: Substring) -> (String, Substring) {
        let name = html.utf8.dropFirst().prefix(10).prefix {
            FormulaLexer.isLetter($0) || FormulaLexer.isDigit($0) || $0 == UInt8(ascii: "#")
        }
        guard !name.isEmpty, name.endIndex < html.endIndex, html.utf8[name.endIndex] == UInt8(ascii: ";") else {
            return ("&", html.dropFirst())
        }
        let after = html[html.utf8.index(after: name.endIndex)...]
        let word = String(Substring(name))
        if let known = names[word] { return (known, after) }
        let number =
            word.hasPrefix("#x")
            ? UInt32(word.dropFirst(2), radix: 16) : word.hasPrefix("#") ? UInt32(word.dropFirst()) : nil
        guard let scalar = number.flatMap(Unicode.Scalar.init), scalar.value >= 0x20 || scalar == "\n" else {
            return ("&", html.dropFirst())
        }
        return (String(Character(scalar)), after)
    }

    /// Without control characters, with at most one empty line on end, and no space at either end of a line.
    static func trimmed(_ text: String) -> String {
        let lines = text.split(omittingEmptySubsequences: false) { $0.isNewline }.map { line in
            String(
                line.unicodeScalars.filter { $0.value >= 0x20 && $0.value != 0x7F || $0 == "\t" }.map(Character.init)
            )
            .replacing("\t", with: " ").trimmingSpaces
        }
        var kept: [String] = []
        for line in lines where !(line.isEmpty && (kept.last ?? "").isEmpty) { kept.append(line) }
        while kept.last?.isEmpty == true { kept.removeLast() }
        return kept.joined(separator: "\n")
    }
}

extension String {
    fileprivate var trimmingSpaces: String {
        let kept = drop { $0 == " " }
        let end = kept.lastIndex { $0 != " " }
        return end.map { String(kept[...$0]) } ?? ""
    }
}
