/// Which opinions say nearly the same, so that they can be answered together: 近似意见归并.
///
/// Campaigns send one text many times, some people change a word. Exact copies (the same letters, characters and
/// numbers, see `FoldedText`) are found by their hash. What is left is compared by its shingles of three characters:
/// texts that share a key of `MinHash` are candidates, and fold when their true likeness reaches the threshold. A text
/// with fewer than `fewestShingles` folds with exact copies only: 同意 and 不同意 are too short to be called alike.
///
/// Alike is not the same: 我同意 and 我不同意 before the same long text are look-alikes. So every wording stays apart inside
/// its group, with its likeness to the one that stands for the group, and a person decides.
///
/// The same texts in the same order give the same groups. It takes about 2.3 KB a text at most beside the texts
/// themselves.
package struct Folding: Sendable, Equatable {
    /// One wording in a group and all who used it.
    package struct Wording: Sendable, Equatable {
        /// Positions of the texts, ascending; all are exact copies of the first.
        package let texts: [Int]
        /// To the first wording of the group, from 0 to 1. It can be below the threshold: alike by way of a third.
        package let likeness: Double
    }

    package struct Group: Sendable, Equatable {
        /// The first, which stands for the group, is the one with the most copies; the others follow in the order they
        /// came.
        package let wordings: [Wording]

        package var size: Int { wordings.reduce(0) { $0 + $1.texts.count } }
    }

    /// Groups of two or more texts, in the order of their earliest text.
    package let groups: [Group]

    package static let fewestShingles = 10
    /// The likenesses that people may choose from. Below 0.6 pairs would go unfound.
    package static let thresholds = 0.6...0.95
    package static let usualThreshold = 0.7

    /// - Parameter threshold: the share of shingles two texts must have in common; brought into `thresholds`.
    package init(_ texts: [String], threshold: Double = usualThreshold) {
        let threshold = min(max(threshold, Self.thresholds.lowerBound), Self.thresholds.upperBound)
        var copies = Copies()
        var shingles = Shingles()
        var keys: [UInt64] = []
        var compared: [Int] = []  // wordings that are long enough to be compared
        let minHash = MinHash()
        for (position, text) in texts.enumerated() {
            let folded = FoldedText.scalars(of: text)
            guard copies.isNew(folded, at: position, of: texts) else { continue }
            let all = Shingles.of(folded)
            shingles.append(all)
            guard all.count >= Self.fewestShingles else { continue }
            compared.append(copies.wordings.count - 1)
            minHash.appendKeys(of: all, to: &keys)
        }
        var sets = DisjointSets(count: copies.wordings.count)
        for band in 0..<MinHash.bands {
            var latest: [UInt64: Int] = [:]
            latest.reserveCapacity(compared.count)
            for (index, wording) in compared.enumerated() {
                let key = keys[index * MinHash.bands + band]
                // Each is compared with one other a band, so a bucket of many costs no more than many buckets of one.
                if let other = latest[key] {
                    if sets.first(of: other) == sets.first(of: wording) { continue }
                    if shingles.likeness(other, wording) >= threshold {
                        sets.join(other, wording)
                        continue
                    }
                }
                latest[key] = wording
            }
        }
        groups = Self.groups(copies.wordings, &sets, shingles)
    }

    private static func groups(_ wordings: [[Int]], _ sets: inout DisjointSets, _ shingles: Shingles) -> [Group] {
        var members: [[Int]] = Array(repeating: [], count: wordings.count)
        for wording in wordings.indices { members[sets.first(of: wording)].append(wording) }
        return members.compactMap { members in
            // `max` would return the last of several.
            guard let first = members.min(by: { wordings[$0].count > wordings[$1].count }),
                members.count > 1 || wordings[first].count > 1
            else { return nil }
            return Group(
                wordings: ([first] + members.filter { $0 != first }).map {
                    Wording(texts: wordings[$0], likeness: $0 == first ? 1 : shingles.likeness(first, $0))
                })
        }
    }
}

extension Folding {
    /// The texts sorted into wordings: exact copies, once folded.
    private struct Copies {
        /// Positions of the texts that share a wording.
        var wordings: [[Int]] = []
        private var known: [UInt64: [Int]] = [:]

        /// Whether no text before had these scalars. A hash alone does not decide: whoever writes a comment could
        /// choose it.
        mutating func isNew(_ folded: [UInt32], at position: Int, of texts: [String]) -> Bool {
            let hash = folded.reduce(Mix.seed, Mix.hash)
            for wording in known[hash, default: []]
            where wordings[wording].first.map({ FoldedText.scalars(of: texts[$0]) }) == folded {
                wordings[wording].append(position)
                return false
            }
            known[hash, default: []].append(wordings.count)
            wordings.append([position])
            return true
        }
    }
}
