import Foundation

/// What the passages of two editions consist of, and how much each part of it says about which passage it is.
///
/// A feature is a pair of neighbouring characters in one column, hashed into 2²⁰ numbers (a collision adds a little
/// noise). What stands in every row, such as 主动 or the same law, says nothing; what stands in two rows nearly
/// everything (inverse document frequency). Signs, width and case do not count, see `FoldedText`.
struct PassageWords {
    typealias Feature = Int32

    struct Passage {
        /// Of each cell, ascending.
        let cells: [[Feature]]
        /// Of all cells, ascending.
        let all: [Feature]
    }

    let old: [Passage]
    let new: [Passage]
    /// In how many passages of both editions a feature stands, and what a feature weighs that stands in so many.
    private let counts: [Int32]
    private let weights: [Double]

    /// - Parameter oldOfNew: which new passages are known to be the same as an old one, and need no second reading.
    init(old: [[String]], new: [[String]], oldOfNew: [Int?]) {
        let before = old.map(Self.passage)
        self.old = before
        self.new = zip(new, oldOfNew).map { texts, same in same.map { before[$0] } ?? Self.passage(texts) }
        var counts = [Int32](repeating: 0, count: Self.features)
        for passage in self.old + self.new {
            for feature in passage.all { counts[Int(feature)] += 1 }
        }
        self.counts = counts
        let all = old.count + new.count
        weights = (0...all).map { log(Double(all + 1) / Double(max($0, 1))) }
    }

    /// How alike two passages are, from 0 to 1: of each cell the weight of what both have over that of both (Dice),
    /// averaged over the cells. A cell counts by the logarithm of its weight: long contents do not outvote the name of
    /// the matter.
    func likeness(_ one: Passage, _ other: Passage) -> Double {
        var (sum, total) = (0.0, 0.0)
        for (mine, yours) in zip(one.cells, other.cells) {
            let (weight, otherWeight) = (weight(mine), weight(yours))
            guard weight + otherWeight > 0 else { continue }
            let say = log(1 + max(weight, otherWeight))
            sum += say * 2 * shared(mine, yours) / (weight + otherWeight)
            total += say
        }
        return total == 0 ? 0 : sum / total
    }

    func weight(_ features: [Feature]) -> Double {
        features.reduce(0) { $0 + weight($1) }
    }

    func weight(_ feature: Feature) -> Double { weights[Int(counts[Int(feature)])] }

    /// The weight of what two ascending lists have in common.
    func shared(_ one: [Feature], _ other: [Feature]) -> Double {
        weight(Self.common(one, other))
    }

    static func common(_ one: [Feature], _ other: [Feature]) -> [Feature] {
        var result: [Feature] = []
        var (index, otherIndex) = (0, 0)
        while index < one.count, otherIndex < other.count {
            let (mine, yours) = (one[index], other[otherIndex])
            if mine == yours { result.append(mine) }
            index += mine <= yours ? 1 : 0
            otherIndex += yours <= mine ? 1 : 0
        }
        return result
    }

    private static let features = 1 << 20

    private static func passage(_ texts: [String]) -> Passage {
        let cells = texts.enumerated().map { column, text in
            var last = UInt32(column) | 1 << 31  // the edge of the cell
            let edge = last
            let pairs = (FoldedText.scalars(of: text) + [edge]).map { scalar in
                let hash = Mix.hash(Mix.hash(Mix.hash(Mix.seed, UInt32(column)), last), scalar)
                last = scalar
                return Feature(hash >> 44)
            }
            return text.isEmpty ? [] : ascending(pairs)
        }
        return Passage(cells: cells, all: cells.count == 1 ? cells[0] : ascending(Array(cells.joined())))
    }

    /// Sorted, each once.
    private static func ascending(_ features: [Feature]) -> [Feature] {
        var result: [Feature] = []
        result.reserveCapacity(features.count)
        var features = features
        features.sort()
        for feature in features where feature != result.last { result.append(feature) }
        return result
    }
}
