/// HTML of another program as plain text: paragraphs, line breaks and where a link leads stay, everything else goes; what is within
/// script and style too. By bytes, once from the beginning to the end.
struct PlainHTML {
    static func text(_ html: String) -> String { read(html).text }

    /// - Returns: with the text, what was to be seen or heard between the words and is not in it: `img map.png`.
    static func read(_ html: String) -> (text: String, left: [String]) {
        guard html.utf8.contains(where: { $0 == UInt8(ascii: "<") || $0 == UInt8(ascii: "&") }) else {
            return (trimmed(html), [])
        }
        var reading = PlainHTML(bytes: Array(html.utf8))
        return (trimmed(reading.read()), reading.left)
    }

    private let bytes: [UInt8]
    private var position = 0
    private var plain: [UInt8] = []
    private var left: [String] = []
    /// Where the words of a link begin, and where it leads.
    private var link: (start: Int, address: String)?
    /// Behind it no tag ends.
    private let lastClose: Int

    private init(bytes: [UInt8]) {
        self.bytes = bytes
        lastClose = bytes.lastIndex(of: UInt8(ascii: ">")) ?? -1
    }

    private mutating func read() -> String {
        while position < bytes.count {
            switch bytes[position] {
            case UInt8(ascii: "<") where beginsTag: skipTag()
            case UInt8(ascii: "&"): readEntity()
            default:
                plain.append(bytes[position])
                position += 1
            }
        }
        return String(decoding: plain, as: UTF8.self)
    }

    /// Any other "<" is a sign.
    private var beginsTag: Bool {
        guard position + 1 < bytes.count, position < lastClose else { return false }
        let next = bytes[position + 1]
        return FormulaLexer.isLetter(next) || next == UInt8(ascii: "/") || next == UInt8(ascii: "!")
    }

    private mutating func skipTag() {
        if starts(with: "<!--") { return skip(to: "-->") }
        let name = bytes[(position + 1)...].prefix(12).prefix {
            FormulaLexer.isLetter($0) || FormulaLexer.isDigit($0) || $0 == UInt8(ascii: "/")
        }
        let tag = String(decoding: name, as: UTF8.self).lowercased()
        let start = position
        skip(to: ">")
        switch tag {
        case "a": link = Self.address(in: bytes[start..<position]).map { (start: plain.count, address: $0) }
        case "/a": endLink()
        case "img", "audio", "video", "iframe", "embed", "object":
            left.append("\(tag) \(Self.value(of: "src", in: bytes[start..<position]) ?? "")")
        case "script", "style":
            skip(to: "</\(tag)")
            skip(to: ">")
        case "br", "br/", "/div", "/li", "/tr": plain.append(UInt8(ascii: "\n"))
        case "/p", "/h1", "/h2", "/h3": plain += [UInt8(ascii: "\n"), UInt8(ascii: "\n")]
        default: break
        }
    }

    /// The address stands behind the words, unless they are the address.
    private mutating func endLink() {
        guard let (start, address) = link else { return }
        link = nil
        let words = String(decoding: plain[start...], as: UTF8.self)
        if !words.contains(address) { plain += "（\(address)）".utf8 }
    }

    /// Where a link of a page, a mail or a telephone leads.
    private static func address(in tag: ArraySlice<UInt8>) -> String? {
        guard let value = value(of: "href", in: tag) else { return nil }
        let scheme = value.prefix { $0 != ":" }.lowercased()
        return ["http", "https", "mailto", "tel"].contains(scheme) ? value : nil
    }

    /// What an attribute says, in 300 bytes at most; nil where the tag does not have it.
    private static func value(of name: String, in tag: ArraySlice<UInt8>) -> String? {
        func isSpace(_ byte: UInt8) -> Bool { byte <= 0x20 }
        for start in tag.indices where isSpace(tag[start]) {
            let (first, end) = (start + 1, start + 1 + name.utf8.count)
            guard end < tag.endIndex, zip(tag[first..<end], name.utf8).allSatisfy({ $0 | 0x20 == $1 }) else { continue }
            let rest = tag[end...].drop(while: isSpace)
            guard rest.first == UInt8(ascii: "=") else { continue }
            let said = rest.dropFirst().drop(while: isSpace)
            guard let mark = said.first else { return nil }
            let isQuoted = mark == UInt8(ascii: "'") || mark == UInt8(ascii: "\"")
            let value =
                isQuoted
                ? said.dropFirst().prefix { $0 != mark } : said.prefix { !isSpace($0) && $0 != UInt8(ascii: ">") }
            return value.count > 300 ? nil : text(String(decoding: value, as: UTF8.self))
        }
        return nil
    }

    /// Behind the next of these words, in either case; without one to the end.
    private mutating func skip(to word: String) {
        let length = word.utf8.count
        while position < bytes.count {
            if starts(with: word) { return position += length }
            position += 1
        }
    }

    /// - Parameter word: lower case, ASCII.
    private func starts(with word: String) -> Bool {
        let end = position + word.utf8.count
        guard end <= bytes.count else { return false }
        return zip(bytes[position..<end], word.utf8).allSatisfy { byte, expected in
            byte == expected || (0x41...0x5A).contains(byte) && byte | 0x20 == expected
        }
    }

    private static let names = [
        "amp": "&", "lt": "<", "gt": ">", "quot": "\"", "apos": "'", "nbsp": " ", "ldquo": "“", "rdquo": "”",
        "mdash": "—", "ndash": "–", "hellip": "…", "middot": "·",
    ]

    private mutating func readEntity() {
        let name = bytes[(position + 1)...].prefix(10).prefix {
            FormulaLexer.isLetter($0) || FormulaLexer.isDigit($0) || $0 == UInt8(ascii: "#")
        }
        position += 1
        guard !name.isEmpty, name.endIndex < bytes.count, bytes[name.endIndex] == UInt8(ascii: ";"),
            let character = Self.character(String(decoding: name, as: UTF8.self))
        else { return plain.append(UInt8(ascii: "&")) }
        plain += character.utf8
        position = name.endIndex + 1
    }

    private static func character(_ name: String) -> String? {
        if let known = names[name] { return known }
        let number =
            name.hasPrefix("#x")
            ? UInt32(name.dropFirst(2), radix: 16) : name.hasPrefix("#") ? UInt32(name.dropFirst()) : nil
        guard let scalar = number.flatMap(Unicode.Scalar.init), scalar.value >= 0x20 || scalar == "\n" else {
            return nil
        }
        return String(Character(scalar))
    }

    /// Without control characters, with at most one empty line on end, and no space at either end of a line.
    static func trimmed(_ text: String) -> String {
        let lines = text.split(omittingEmptySubsequences: false) { $0.isNewline }.map { line in
            let plain = line.unicodeScalars.map { $0 == "\t" ? " " : $0 }.filter {
                $0.value >= 0x20 && $0.value != 0x7F
            }
            let kept = plain.drop { $0 == " " }
            let end = kept.lastIndex { $0 != " " } ?? kept.startIndex - 1
            return String(String.UnicodeScalarView(kept[kept.startIndex..<(end + 1)]))
        }
        var kept: [String] = []
        for line in lines where !(line.isEmpty && (kept.last ?? "").isEmpty) { kept.append(line) }
        while kept.last?.isEmpty == true { kept.removeLast() }
        return kept.joined(separator: "\n")
    }
}
