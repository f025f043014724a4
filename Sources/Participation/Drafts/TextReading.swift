/// Goes through the lines of a text once. In a text of articles (第×条) what follows an article belongs to it, with its items
/// （一）; in any other text each numbered paragraph stands for itself, and short ones with something below are headings.
struct TextReading {
    private struct Line {
        let line: Int
        let text: String
        var number: ClauseNumber?
    }

    private(set) var title = ""
    private(set) var clauses: [TextSheet.Clause] = []
    private(set) var gaps: [TextSheet.Gap] = []
    private var lines: [Line]

    init(_ text: String) {
        lines = text.split(separator: "\n", omittingEmptySubsequences: false).enumerated().compactMap { index, text in
            let trimmed = DirectoryReading.trimmed(String(text))
            guard !trimmed.isEmpty else { return nil }
            return Line(line: index + 1, text: trimmed, number: ClauseNumber(trimmed))
        }
        dropMentions()
    }

    mutating func read() {
        takeTitle()
        dropContents()
        let hasArticles = lines.contains { $0.number?.style == .article }
        // 第一章 is of the first level where there are no parts.
        let headings = Set(lines.compactMap { $0.number?.style }).filter {
            $0.rawValue < ClauseNumber.Style.article.rawValue
        }
        let levels = headings.sorted { $0.rawValue < $1.rawValue }
        for (index, line) in lines.enumerated() {
            guard let number = line.number else {
                takeParagraph(line)
                continue
            }
            if let level = levels.firstIndex(of: number.style) {
                add(line, depth: level + 1, number)
            } else if number.style == .article {
                add(line, depth: 0, number)
            } else if hasArticles {
                append(line)
            } else if isHeading(number, before: lines.dropFirst(index + 1).first) {
                let level = number.style.rawValue - ClauseNumber.Style.article.rawValue
                add(line, depth: min(levels.count + level, 6), number)
            } else {
                add(line, depth: 0, number)
            }
        }
        findGaps()
    }

    // MARK: Lines

    /// “第三条规定的事项” at the beginning of a paragraph is no article: a number that nothing sets apart must be the next one.
    private mutating func dropMentions() {
        var last: [ClauseNumber.Style: Int] = [:]
        for index in lines.indices {
            guard let number = lines[index].number, number.style.rawValue <= ClauseNumber.Style.article.rawValue else {
                continue
            }
            let isNext = number.value == (last[number.style] ?? 0) + 1 || number.value == 1
            let isTitle =
                number.style == .article || number.rest.unicodeScalars.count <= 60 && !Self.endsSentence(number.rest)
            if isTitle, number.isApart || isNext {
                last[number.style] = number.value
            } else {
                lines[index].number = nil
            }
        }
    }

    private mutating func takeTitle() {
        guard let first = lines.first, first.number == nil, first.text.unicodeScalars.count <= 100,
            !Self.endsSentence(first.text), lines.count > 1
        else { return }
        title = first.text
        lines.removeFirst()
        // （征求意见稿）
        if let second = lines.first, second.number == nil, second.text.hasPrefix("（") || second.text.hasPrefix("("),
            !Self.endsSentence(second.text)
        {
            title += second.text
            lines.removeFirst()
        }
    }

    /// A list of contents is left out: it ends where its first line comes again.
    private mutating func dropContents() {
        guard let start = lines.firstIndex(where: { Self.plain($0.text) == "目录" }),
            let first = lines.dropFirst(start + 1).first,
            let end = lines.dropFirst(start + 2).firstIndex(where: { Self.plain($0.text) == Self.plain(first.text) })
        else { return }
        lines.removeSubrange(start..<end)
    }

    private mutating func add(_ line: Line, depth: Int, _ number: ClauseNumber) {
        clauses.append(.init(line: line.line, depth: depth, number: number.written, text: number.rest))
    }

    /// A paragraph goes on with the clause above; below a heading, or before the first clause, it is one itself.
    private mutating func takeParagraph(_ line: Line) {
        if line.text.prefixMatch(of: /附\s*(件|录|表)\s*[0-9０-９一二三四五六七八九十]*\s*([：:]|$)/) != nil {
            clauses.append(.init(line: line.line, depth: 1, number: "", text: line.text))
        } else if let last = clauses.last, last.depth == 0, !last.number.isEmpty {
            append(line)
        } else {
            clauses.append(.init(line: line.line, depth: 0, number: "", text: line.text))
        }
    }

    private mutating func append(_ line: Line) {
        guard let last = clauses.indices.last, clauses[last].depth == 0 else {
            clauses.append(.init(line: line.line, depth: 0, number: "", text: line.text))
            return
        }
        clauses[last].text += clauses[last].text.isEmpty ? line.text : "\n" + line.text
    }

    /// 一、总体要求, with something of a deeper level or without a number below it.
    private func isHeading(_ number: ClauseNumber, before next: Line?) -> Bool {
        guard let next, number.rest.unicodeScalars.count <= 50, !Self.endsSentence(number.rest) else { return false }
        return next.number.map { $0.style.rawValue > number.style.rawValue } ?? true
    }

    // MARK: Numbers

    /// Articles count through the whole text; everything else begins anew below another heading.
    private mutating func findGaps() {
        var last: [ClauseNumber.Style: ClauseNumber] = [:]
        for clause in clauses where !clause.number.isEmpty {
            guard let number = ClauseNumber(clause.number) else { continue }
            if let before = last[number.style], number.value != before.value + 1, number.written != before.written,
                number.value != 1 || number.style == .article, !number.written.contains("之")
            {
                gaps.append(.init(line: clause.line, before: before.written, after: number.written))
            }
            last[number.style] = number
            for style in ClauseNumber.Style.allCases
            where style.rawValue > number.style.rawValue && style != .article {
                last[style] = nil
            }
        }
    }

    private static func endsSentence(_ text: String) -> Bool {
        text.unicodeScalars.last.map { "。；：，！？;:,!?".unicodeScalars.contains($0) } ?? false
    }

    private static func plain(_ text: String) -> String {
        String(String.UnicodeScalarView(text.unicodeScalars.filter { !$0.properties.isWhitespace }))
    }
}
