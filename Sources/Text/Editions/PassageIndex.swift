/// Finds, among some passages, those that have telling words in common with another.
struct PassageIndex {
    private var postings: [PassageWords.Feature: [Int]] = [:]

    /// What stands in more passages does not tell them apart, and makes the search slow.
    private static let mostPostings = 48
    private static let mostCandidates = 12

    /// - Parameter positions: which of `passages` can be found.
    init(_ positions: [Int], _ passages: [PassageWords.Passage]) {
        for position in positions {
            for feature in passages[position].all { postings[feature, default: []].append(position) }
        }
    }

    /// Positions, the most weight in common first.
    func candidates(for passage: PassageWords.Passage, _ words: PassageWords) -> [Int] {
        var scores: [Int: Double] = [:]
        for feature in passage.all {
            guard let found = postings[feature], found.count <= Self.mostPostings else { continue }
            let weight = words.weight(feature)
            for position in found { scores[position, default: 0] += weight }
        }
        return scores.sorted { $0.value != $1.value ? $0.value > $1.value : $0.key < $1.key }
            .prefix(Self.mostCandidates).map(\.key)
    }
}
