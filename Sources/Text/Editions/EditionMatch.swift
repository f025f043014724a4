/// Which passage of a new edition continues which of the one before.
///
/// A passage is given as its cells in the order of the columns, a clause as one cell. Its number does not belong to it:
/// a row that is only renumbered is unchanged. Every passage of both editions is in exactly one link.
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

    /// Passages that belong together: one to one, one to several, or several to one.
    package struct Group: Sendable, Equatable {
        package let old: [Int]
        package let new: [Int]

        package init(old: [Int], new: [Int]) { (self.old, self.new) = (old, new) }
    }

    /// What a lineage cannot say.
    package enum Contradiction: Error, Equatable {
        case noSuchPassage(Group)
        /// One passage in two groups, or twice in one.
        case claimedTwice(Group)
        /// Several to several, or nothing to nothing.
        case unclear(Group)
    }

    /// In the order of the new edition by their first passage; then what was dropped, in the order of the old one.
    package let links: [Link]

    /// A proposal, by what the passages say and where they stand, for a person to confirm; see `EditionMatching`.
    /// - Parameter names: the columns by which people call a passage, such as the matter and who publishes it. A row that
    ///   keeps them goes on, whatever else is rewritten. None for clauses.
    package init(from old: [[String]], to new: [[String]], names: [Int] = []) {
        links = Self.links(EditionMatching(old: old, new: new, names: names).groups, old, new)
    }

    /// The lineage that was confirmed: what belongs together, in any order. Passages in no group were added or dropped.
    package init(_ groups: [Group], from old: [[String]], to new: [[String]]) throws(Contradiction) {
        var (seenOld, seenNew): (Set<Int>, Set<Int>) = ([], [])
        for group in groups {
            guard group.old.allSatisfy(old.indices.contains), group.new.allSatisfy(new.indices.contains) else {
                throw .noSuchPassage(group)
            }
            guard !group.old.isEmpty, !group.new.isEmpty, min(group.old.count, group.new.count) == 1 else {
                throw .unclear(group)
            }
            guard group.old.allSatisfy({ seenOld.insert($0).inserted }),
                group.new.allSatisfy({ seenNew.insert($0).inserted })
            else { throw .claimedTwice(group) }
        }
        links = Self.links(groups, old, new)
    }

    package func count(_ relation: Relation) -> Int { links.count { $0.relation == relation } }
}

extension EditionMatch {
    private static func links(_ groups: [Group], _ old: [[String]], _ new: [[String]]) -> [Link] {
        let added = Set(new.indices).subtracting(groups.flatMap(\.new)).map { Group(old: [], new: [$0]) }
        let dropped = Set(old.indices).subtracting(groups.flatMap(\.old)).sorted()
        let placed = (groups + added).map { Group(old: $0.old.sorted(), new: $0.new.sorted()) }
            .sorted { $0.new.lexicographicallyPrecedes($1.new) }
        // Of all that has a place in both editions, the longest part that kept its order stands still.
        let kept = placed.indices.filter { !placed[$0].old.isEmpty }
        let still = Set(LongestIncreasing.indices(of: kept.map { placed[$0].old[0] }).map { kept[$0] })
        return placed.enumerated().map { link($1, isStill: still.contains($0), old, new) }
            + dropped.map { Link(relation: .dropped, old: [$0], new: [], isReworded: false) }
    }

    private static func link(_ group: Group, isStill: Bool, _ old: [[String]], _ new: [[String]]) -> Link {
        let relation: Relation
        var isReworded = true
        if group.old.isEmpty {
            (relation, isReworded) = (.added, false)
        } else if group.old.count > 1 {
            relation = .merged
        } else if group.new.count > 1 {
            relation = .split
        } else {
            isReworded = !isSame(old[group.old[0]], new[group.new[0]])
            relation = !isStill ? .moved : isReworded ? .reworded : .unchanged
        }
        return Link(relation: relation, old: group.old, new: group.new, isReworded: isReworded)
    }

    /// By bytes: `==` calls é in one and in two code points the same.
    private static func isSame(_ one: [String], _ other: [String]) -> Bool {
        one.count == other.count && zip(one, other).allSatisfy { $0.utf8.elementsEqual($1.utf8) }
    }
}
