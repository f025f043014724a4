/// Which passage of a new edition continues which of the one before, by what they say and where they stand: a proposal that a
/// person confirms.
///
/// A passage is given as its cells in the order of the columns, a clause as one cell. Its number does not belong to it: a row that
/// is only renumbered is unchanged.
///
/// 1. What is word for word the same goes on: first in order (`SequenceDifference`), then elsewhere.
/// 2. Of the rest the pairs most alike belong together (`PassageWords`); between the same unchanged neighbours less is enough.
/// 3. What is then left, lies mostly inside another passage, and brings what that one's own continuation lacks is a part of it:
///    split; the other way round, merged.
/// 4. Of the pairs, the longest part that kept its order stands still. The others moved.
///
/// Every passage of both editions is in exactly one link.
package struct EditionMatch: Sendable, Equatable {
    package enum Relation: String, Sendable, CaseIterable {
        case unchanged, reworded, moved, split, merged, added, dropped
    }

    package struct Link: Sendable, Equatable {
        package let relation: Relation
        /// Positions in the old edition, from 0: several of a merge, none of what was added.
        package let old: [Int]
        /// Positions in the new edition: several of a split, none of what was dropped.
        package let new: [Int]
        /// Whether the words differ, too; what moved can have kept them.
        package let isReworded: Bool

        package init(relation: Relation, old: [Int], new: [Int], isReworded: Bool) {
            (self.relation, self.old, self.new, self.isReworded) = (relation, old, new, isReworded)
        }
    }

    /// In the order of the new edition by their first passage; then what was dropped, in the order of the old one.
    package let links: [Link]

    package init(from old: [[String]], to new: [[String]]) {
        let matching = EditionMatching(old: old, new: new)
        let inParts = Set(matching.splits.values.joined()).union(matching.merges.keys)
        let ofParts = Set(matching.merges.values.joined()).union(matching.splits.keys)
        var links: [Link] = []
        for (o, parts) in matching.splits {
            let new = (parts + [matching.newOfOld[o]].compactMap { $0 }).sorted()
            links.append(Link(relation: .split, old: [o], new: new, isReworded: true))
        }
        for (n, parts) in matching.merges {
            let old = (parts + [matching.oldOfNew[n]].compactMap { $0 }).sorted()
            links.append(Link(relation: .merged, old: old, new: [n], isReworded: true))
        }
        for n in new.indices where !inParts.contains(n) {
            guard let o = matching.oldOfNew[n] else {
                links.append(Link(relation: .added, old: [], new: [n], isReworded: false))
                continue
            }
            guard !ofParts.contains(o) else { continue }
            let isSame = matching.isSame[o]
            links.append(
                Link(relation: isSame ? .unchanged : .reworded, old: [o], new: [n], isReworded: !isSame))
        }
        links.sort { $0.new[0] < $1.new[0] }
        self.links =
            Self.withMoves(links)
            + old.indices.filter { matching.newOfOld[$0] == nil && !ofParts.contains($0) }
            .map { Link(relation: .dropped, old: [$0], new: [], isReworded: false) }
    }

    /// Of all that has a place in both editions the longest part that kept its order stands still.
    private static func withMoves(_ links: [Link]) -> [Link] {
        let placed = links.indices.filter { !links[$0].old.isEmpty }
        let still = Set(LongestIncreasing.indices(of: placed.map { links[$0].old[0] }).map { placed[$0] })
        return links.indices.map { index in
            let link = links[index]
            let isPair = link.relation == .unchanged || link.relation == .reworded
            return isPair && !still.contains(index)
                ? Link(relation: .moved, old: link.old, new: link.new, isReworded: link.isReworded) : link
        }
    }

    package func count(_ relation: Relation) -> Int { links.count { $0.relation == relation } }
}
