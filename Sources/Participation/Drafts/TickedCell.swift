/// A cell that chooses among words: ■政府网站 □政府公报, 全社会、特定群众 or 1.政府网站; 2.公示栏.
///
/// What is chosen anew changes only that: the order, the separators and words that no list has stay as they were written, and where
/// nothing is chosen anew the cell stays byte for byte the same.
package struct TickedCell: Sendable, Equatable {
    package struct Choice: Sendable, Equatable {
        package let word: String
        package let isTicked: Bool
    }

    /// A word with what stands around it.
    private struct Item: Equatable {
        var mark: Character
        let word: String
        /// What follows the word up to the next one.
        let separator: String
        var isTicked: Bool { TickedCell.ticks.contains(mark) }
    }

    private enum Style: Equatable {
        /// Each word with its ■ or □.
        case marked
        /// Only what is chosen, with something between.
        case listed(separator: String, isNumbered: Bool)
    }

    private let text: String
    private let style: Style
    private let items: [Item]
    private let options: [String]

    private static let ticks: Set<Character> = ["■", "☑"]
    private static let boxes: Set<Character> = ["□", "☐"]
    private static let separators: Set<Character> = ["、", ",", "，", ";", "；", "\n"]
    private static let longestWord = 24

    /// - Returns: nil for a text that is no such choice, and for a column that never is one.
    package init?(_ text: String, of column: DirectoryColumn) {
        guard let options = Self.options[column] else { return nil }
        (self.text, self.options) = (text, options)
        if text.isEmpty {
            style = column == .carriers ? .marked : .listed(separator: "、", isNumbered: false)
            items = []
        } else if text.contains(where: { Self.ticks.contains($0) || Self.boxes.contains($0) }) {
            guard let items = Self.marked(text) else { return nil }
            (style, self.items) = (.marked, items)
        } else {
            guard let (items, style) = Self.listed(text) else { return nil }
            (self.items, self.style) = (items, style)
        }
    }

    /// Those of the cell in its order, then what the list of the column has besides.
    package var choices: [Choice] {
        let words = Set(items.map(\.word))
        return items.map { Choice(word: $0.word, isTicked: $0.isTicked) }
            + options.filter { !words.contains($0) }.map { Choice(word: $0, isTicked: false) }
    }

    /// The cell with these words chosen and no others.
    package func choosing(_ words: [String]) -> String {
        let wanted = Set(words)
        guard wanted != Set(items.filter(\.isTicked).map(\.word)) else { return text }
        let known = Set(items.map(\.word))
        var added: [String] = []
        for word in words where !known.contains(word) && !word.isEmpty && !added.contains(word) { added.append(word) }
        switch style {
        case .listed(let separator, let isNumbered):
            let chosen = items.map(\.word).filter(wanted.contains) + added
            return chosen.enumerated().map { isNumbered ? "\($0 + 1).\($1)" : $1 }.joined(separator: separator)
        case .marked:
            let showsBoxes = items.contains { !$0.isTicked }
            let tick = items.first { $0.isTicked }?.mark ?? "■"
            let between = items.dropLast().last?.separator ?? " "
            var kept = items.filter { showsBoxes || wanted.contains($0.word) }
            for index in kept.indices {
                let isWanted = wanted.contains(kept[index].word)
                if isWanted != kept[index].isTicked { kept[index].mark = isWanted ? tick : "□" }
            }
            kept += added.map { Item(mark: tick, word: $0, separator: between) }
            return kept.enumerated().map { index, item in
                let separator = item.separator.isEmpty ? between : item.separator
                return "\(item.mark)\(item.word)" + (index == kept.count - 1 ? "" : separator)
            }.joined()
        }
    }

    private static func marked(_ text: String) -> [Item]? {
        var items: [Item] = []
        var rest = text[...]
        while let mark = rest.popFirst() {
            guard ticks.contains(mark) || boxes.contains(mark) else { return nil }
            let piece = rest.prefix { !ticks.contains($0) && !boxes.contains($0) }
            rest = rest.dropFirst(piece.count)
            let word = piece.drop(while: \.isWhitespace)
            let end = word.lastIndex { !$0.isWhitespace && !separators.contains($0) }
            guard let end, word.distance(from: word.startIndex, to: end) < longestWord else { return nil }
            items.append(
                Item(mark: mark, word: String(word[...end]), separator: String(word[word.index(after: end)...])))
        }
        return Set(items.map(\.word)).count == items.count ? items : nil
    }

    private static func listed(_ text: String) -> ([Item], Style)? {
        var words: [String] = []
        var separator = "、"
        var isNumbered = false
        let pieces = text.split(whereSeparator: separators.contains)
        if pieces.count > 1, let first = pieces.first {
            separator = String(text[first.endIndex..<pieces[1].startIndex])
            separator += String(pieces[1].prefix(while: \.isWhitespace))
        }
        for (index, piece) in pieces.enumerated() {
            var word = piece.drop(while: \.isWhitespace)
            while let last = word.last, last.isWhitespace { word.removeLast() }
            let number = "\(index + 1)."
            if word.hasPrefix(number), index == 0 || isNumbered {
                isNumbered = true
                word = word.dropFirst(number.count)
            }
            guard !word.isEmpty, word.count <= longestWord, !word.contains("。"), Int(word) == nil else { return nil }
            words.append(String(word))
        }
        guard Set(words).count == words.count else { return nil }
        return (
            words.map { Item(mark: "■", word: $0, separator: "") },
            .listed(separator: separator, isNumbered: isNumbered)
        )
    }

    /// The carriers that the national guides print; and who, how and where.
    private static let options: [DirectoryColumn: [String]] = [
        .carriers: [
            "政府网站", "政府公报", "两微一端", "发布会/听证会", "广播电视", "纸质媒体", "公开查阅点", "政务服务中心", "便民服务站", "入户/现场",
            "社区/企事业单位/村公示栏（电子屏）", "精准推送",
        ],
        .audience: ["全社会", "特定群体"], .disclosureMode: ["主动", "依申请"], .tier: ["县级", "乡级", "村级"],
    ]
}
