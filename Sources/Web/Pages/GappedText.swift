import Foundation

/// A text that was made once, with gaps that are filled anew each time.
struct GappedText: Sendable {
    /// What stands in a gap while the text is made: drawn anew by each process, so that no word of it can be one.
    static func mark() -> String { UUID().uuidString.lowercased() }

    /// One more than gaps.
    private let words: [String]
    /// Which of the marks each gap had.
    private let gaps: [Int]

    /// - Parameter marks: what stands in the gaps; each may stand in several, or in none.
    init(_ text: String, marks: [String]) {
        var (words, gaps): ([String], [Int]) = ([], [])
        var rest = Substring(text)
        while let (found, mark) = marks.indices.compactMap({ mark in rest.range(of: marks[mark]).map { ($0, mark) } })
            .min(by: { $0.0.lowerBound < $1.0.lowerBound })
        {
            words.append(String(rest[..<found.lowerBound]))
            gaps.append(mark)
            rest = rest[found.upperBound...]
        }
        (self.words, self.gaps) = (words + [String(rest)], gaps)
    }

    /// Bytes of what does not change.
    var size: Int { words.reduce(0) { $0 + $1.utf8.count } }

    /// - Parameter values: for the marks, in their order; escaped already.
    func filled(_ values: [String]) -> String {
        var text = ""
        text.reserveCapacity(size + gaps.reduce(0) { $0 + values[$1].utf8.count })
        for (word, gap) in zip(words, gaps) {
            text += word
            text += values[gap]
        }
        return text + (words.last ?? "")
    }
}
