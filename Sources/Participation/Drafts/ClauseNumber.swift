/// The number at the beginning of a line of an official text, as GB/T 9704 and 立法技术规范 have them: 第三章, 第十二条, 一、, （二）, 3.
struct ClauseNumber: Equatable {
    /// In the order in which they stand within each other.
    enum Style: Int, CaseIterable {
        case part, chapter, section
        case article
        /// 一、
        case first
        /// （一）
        case second
        /// 1.
        case third
        /// （1）
        case fourth
    }

    let style: Style
    /// As it is written.
    let written: String
    let value: Int
    /// Whether white space stands between it and what follows, or nothing follows.
    let isApart: Bool
    /// What follows on the line.
    let rest: String

    /// Nil for a line that begins with no number.
    init?(_ line: String) {
        let found =
            Self.ordinal(line) ?? Self.match(line, /^([一二三四五六七八九十百]{1,5})[、．]()/, .first)
            ?? Self.match(line, /^[（(]([一二三四五六七八九十百]{1,5})[）)]()/, .second)
            ?? Self.match(line, /^([0-9０-９]{1,3})[.．、]()(?![0-9０-９])/, .third)
            ?? Self.match(line, /^[（(]([0-9０-９]{1,3})[）)]()/, .fourth)
        guard let found else { return nil }
        self = found
    }

    private init?(_ style: Style, digits: Substring, written: Substring, of line: String) {
        guard let value = Self.value(digits) else { return nil }
        let rest = line[written.endIndex...]
        (self.style, self.written, self.value) = (style, String(written), value)
        isApart =
            rest.unicodeScalars.first.map { $0.properties.isWhitespace || "：:".unicodeScalars.contains($0) } ?? true
        self.rest = DirectoryReading.trimmed(String(rest))
    }

    private static func ordinal(_ line: String) -> ClauseNumber? {
        guard let match = line.prefixMatch(of: /第([一二三四五六七八九十百千零〇两0-9０-９]{1,8})([编章节条])(之[一二三四五六七八九十])?/)
        else { return nil }
        let style: Style =
            switch match.2 {
            case "编": .part
            case "章": .chapter
            case "节": .section
            default: .article
            }
        return ClauseNumber(style, digits: match.1, written: match.0, of: line)
    }

    private static func match(
        _ line: String, _ pattern: Regex<(Substring, Substring, Substring)>, _ style: Style
    ) -> ClauseNumber? {
        guard let match = line.prefixMatch(of: pattern) else { return nil }
        return ClauseNumber(style, digits: match.1, written: match.0, of: line)
    }

    /// 第一百零二 is 102, 十 is 10, ２３ is 23.
    static func value(_ text: some StringProtocol) -> Int? {
        var (total, digit, plain) = (0, 0, 0)
        var isPlain = true
        for scalar in text.unicodeScalars {
            if let figure = figures[scalar] {
                digit = figure
                plain = plain * 10 + figure
            } else if let unit = units[scalar] {
                total += max(1, digit) * unit
                digit = 0
                isPlain = false
            } else {
                return nil
            }
        }
        return isPlain ? plain : total + digit
    }

    private static let units: [Unicode.Scalar: Int] = ["十": 10, "百": 100, "千": 1000]
    private static let figures: [Unicode.Scalar: Int] = {
        var figures: [Unicode.Scalar: Int] = ["两": 2, "零": 0]
        for written in ["0123456789", "０１２３４５６７８９", "〇一二三四五六七八九"] {
            for (value, scalar) in written.unicodeScalars.enumerated() { figures[scalar] = value }
        }
        return figures
    }()
}
