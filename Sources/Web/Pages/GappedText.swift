import Foundation
import Text

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
        let found = marks.enumerated().flatMap { mark, sign in
            text.places(of: sign).map { (place: $0, mark: mark) }
        }.sorted { $0.place.lowerBound < $1.place.lowerBound }
        var (words, start) = ([String](), text.startIndex)
        for gap in found {
            words.append(String(text[start..<gap.place.lowerBound]))
            start = gap.place.upperBound
        }
        (self.words, gaps) = (words + [String(text[start...])], found.map(\.mark))
    }

    /// Bytes of what does not change.
    var size: Int { words.reduce(0) { $0 + $1.utf8.count } }

    /// Whether it has a gap for this one of the marks.
    func has(_ mark: Int) -> Bool { gaps.contains(mark) }

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
