/// How people call the passages of one edition when they write which one they mean: by its number (序号, 第×条), or, where that is
/// missing or several share it, by `#` and how many-th it is from the top.
package struct PassageLabels: Sendable {
    private let labels: [String]
    private let positions: [String: Int]
    private let shared: Set<String>

    /// - Parameter passages: all of an edition, in order.
    package init(_ passages: [Passage]) { self.init(numbers: passages.map(\.number)) }

    package init(numbers: [String]) {
        let counts = Dictionary(numbers.map { ($0, 1) }, uniquingKeysWith: +)
        shared = Set(counts.filter { $0.value > 1 && !$0.key.isEmpty }.keys)
        labels = numbers.enumerated().map { counts[$1] == 1 && !$1.isEmpty ? $1 : "#\($0 + 1)" }
        positions = Dictionary(labels.enumerated().map { ($1, $0 + 1) }, uniquingKeysWith: { first, _ in first })
    }

    /// Of the passage at a position from 1; empty where there is none.
    package subscript(position: Int) -> String { labels.indices.contains(position - 1) ? labels[position - 1] : "" }

    /// The position that is meant; nil for what means none, or several.
    package func position(of text: String) -> Int? {
        if let position = positions[text] { return position }
        guard text.hasPrefix("#"), let position = Int(text.dropFirst()), labels.indices.contains(position - 1) else {
            return nil
        }
        return position
    }

    /// Whether several passages have this number.
    package func isShared(_ text: String) -> Bool { shared.contains(text) }
}
