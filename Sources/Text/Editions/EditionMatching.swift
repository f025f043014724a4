/// How the lineage of a new edition is proposed.
///
/// 1. What is word for word the same goes on: first in order (`SequenceDifference`), then elsewhere.
/// 2. Of the rest the pairs most alike belong together (`PassageWords`); between the same unchanged neighbours, or under
///    the same name, less is enough.
/// 3. What is then left, lies mostly inside another passage, and brings what that one's own continuation lacks is a
///    part of it: split; the other way round, merged.
struct EditionMatching {
    private var newOfOld: [Int?]
    private var oldOfNew: [Int?]
    /// Old passages that go on word for word.
    private var isSame: [Bool]
    /// The new parts of an old passage beside the one it is matched with, if it is; and the old parts of a new one.
    private var splits: [Int: [Int]] = [:]
    private var merges: [Int: [Int]] = [:]

    /// Between which unchanged neighbours a passage stands; nil for what is itself unchanged and in order.
    private var oldGaps: [Int?]
    private var newGaps: [Int?]
    /// Of new passages the old one of the same name, where neither edition has another that is open.
    private var namesakes: [Int: Int] = [:]

    /// - Parameter names: the columns by which people call a passage.
    init(old: [[String]], new: [[String]], names: [Int]) {
        (newOfOld, oldOfNew) = (Array(repeating: nil, count: old.count), Array(repeating: nil, count: new.count))
        (oldGaps, newGaps) = (newOfOld, oldOfNew)
        isSame = Array(repeating: false, count: old.count)
        matchSameWords(old, new)
        guard !unmatchedOld.isEmpty, !unmatchedNew.isEmpty else { return }
        findNamesakes(old, new, names)
        let words = PassageWords(old: old, new: new, oldOfNew: oldOfNew)
        matchAlike(words, atLeast: Self.surely)
        findSplits(words)
        findMerges(words)
        matchAlike(words, atLeast: Self.leastLikeness)
    }

    /// What belongs together.
    var groups: [EditionMatch.Group] {
        let ofSplits = splits.map { o, parts in
            EditionMatch.Group(old: [o], new: parts + [newOfOld[o]].compactMap { $0 })
        }
        let ofMerges = merges.map { n, parts in
            EditionMatch.Group(old: parts + [oldOfNew[n]].compactMap { $0 }, new: [n])
        }
        let pairs = oldOfNew.enumerated().compactMap { n, o in
            o.flatMap { splits[$0] == nil && merges[n] == nil ? EditionMatch.Group(old: [$0], new: [n]) : nil }
        }
        return ofSplits + ofMerges + pairs
    }

    private mutating func match(_ o: Int, _ n: Int, same: Bool = false) {
        newOfOld[o] = n
        oldOfNew[n] = o
        isSame[o] = same
    }

    private var unmatchedOld: [Int] {
        let parts = Set(merges.values.joined())
        return newOfOld.indices.filter { newOfOld[$0] == nil && splits[$0] == nil && !parts.contains($0) }
    }

    private var unmatchedNew: [Int] {
        let parts = Set(splits.values.joined())
        return oldOfNew.indices.filter { oldOfNew[$0] == nil && merges[$0] == nil && !parts.contains($0) }
    }

    private mutating func matchSameWords(_ old: [[String]], _ new: [[String]]) {
        var known: [ByteKey: Int32] = [:]
        func id(_ cells: [String]) -> Int32 {
            // 0xFF is no part of UTF-8.
            let bytes = cells.reduce(into: [UInt8]()) { bytes, cell in
                bytes += cell.utf8
                bytes.append(0xFF)
            }
            let key = ByteKey(bytes: bytes[...])
            let id = known[key] ?? Int32(known.count)
            known[key] = id
            return id
        }
        let (before, after) = (old.map(id), new.map(id))
        let hunks = SequenceDifference.hunks(from: before, to: after, anchor: 1)
        for (number, hunk) in hunks.enumerated() {
            for o in hunk.old { oldGaps[o] = number }
            for n in hunk.new { newGaps[n] = number }
        }
        for (o, n) in zip(old.indices.filter { oldGaps[$0] == nil }, new.indices.filter { newGaps[$0] == nil }) {
            match(o, n, same: true)
        }
        var elsewhere = Dictionary(grouping: hunks.flatMap(\.old).reversed()) { before[$0] }
        for n in hunks.flatMap(\.new) {
            if let o = elsewhere[after[n]]?.popLast() { match(o, n, same: true) }
        }
    }

    private mutating func findNamesakes(_ old: [[String]], _ new: [[String]], _ names: [Int]) {
        func byName(_ positions: [Int], _ passages: [[String]]) -> [[String]: [Int]] {
            Dictionary(grouping: positions) { position in
                names.map { passages[position].indices.contains($0) ? passages[position][$0] : "" }
            }
        }
        let before = byName(unmatchedOld, old)
        for (name, after) in byName(unmatchedNew, new) where after.count == 1 && name.contains(where: { !$0.isEmpty }) {
            if let found = before[name], found.count == 1 { namesakes[after[0]] = found[0] }
        }
    }
}

// MARK: - Alike

extension EditionMatching {
    /// So alike two passages must be to be one that was reworded. Rows of one matter, unit and law on different things
    /// reach 0.45.
    private static let leastLikeness = 0.6
    /// So alike are two that belong together before parts are looked for: one of four copies of a row may otherwise be
    /// taken for the half of another that was split.
    private static let surely = 0.95
    /// Between the same unchanged neighbours so much less is enough.
    private static let sameGapIsWorth = 0.2
    /// The same name is enough when nothing better is found.
    private static let sameNameIsWorth = 0.6
    /// In a gap of so few pairs each is looked at, however common its words.
    private static let smallGap = 64

    private mutating func matchAlike(_ words: PassageWords, atLeast least: Double) {
        let (before, after) = (unmatchedOld, unmatchedNew)
        let index = PassageIndex(before, words.old)
        let oldInGap = Dictionary(grouping: before) { oldGaps[$0] }
        let newInGap = Dictionary(grouping: after) { newGaps[$0] }
        var pairs: [(score: Double, old: Int, new: Int)] = []
        for n in after {
            let neighbours = oldInGap[newGaps[n], default: []]
            let isSmall = neighbours.count * newInGap[newGaps[n], default: []].count <= Self.smallGap
            let namesake = namesakes[n].flatMap { newOfOld[$0] == nil ? $0 : nil }
            let nearby = (isSmall ? neighbours : []) + [namesake].compactMap { $0 }
            for o in Set(index.candidates(for: words.new[n], words) + nearby) {
                let score =
                    words.likeness(words.old[o], words.new[n])
                    + (oldGaps[o] == newGaps[n] ? Self.sameGapIsWorth : 0)
                    + (o == namesake ? Self.sameNameIsWorth : 0)
                if score >= least { pairs.append((score, o, n)) }
            }
        }
        // Of equally good pairs the earlier ones, so that the proposal is the same every time.
        pairs.sort { $0.score != $1.score ? $0.score > $1.score : ($0.new, $0.old) < ($1.new, $1.old) }
        for pair in pairs where newOfOld[pair.old] == nil && oldOfNew[pair.new] == nil { match(pair.old, pair.new) }
    }
}

// MARK: - Parts

extension EditionMatching {
    /// A part lies in the whole with at least this share of its weight,
    private static let leastInside = 0.6
    /// and brings at least this share of what the parts before it left of the whole.
    private static let leastOfTheRest = 0.15
    /// and of the whole.
    private static let leastWeight = 0.01

    private mutating func findSplits(_ words: PassageWords) {
        let wholes = newOfOld.indices.filter { !isSame[$0] }
        let found = parts(unmatchedNew, words.new, of: wholes, words.old, words) { newOfOld[$0] }
        for (whole, parts) in found {
            if newOfOld[whole] == nil, parts.count == 1 { match(whole, parts[0]) } else { splits[whole] = parts }
        }
    }

    private mutating func findMerges(_ words: PassageWords) {
        let inSplits = Set(splits.values.joined())
        let isTaken = { [splits] (o: Int) in splits[o] != nil }
        let wholes = oldOfNew.indices.filter { n in
            !inSplits.contains(n) && oldOfNew[n].map { !isSame[$0] && !isTaken($0) } != false
        }
        let found = parts(unmatchedOld, words.old, of: wholes, words.new, words) { oldOfNew[$0] }
        for (whole, parts) in found {
            if oldOfNew[whole] == nil, parts.count == 1 { match(parts[0], whole) } else { merges[whole] = parts }
        }
    }

    /// The whole each candidate is a part of, if it is one of any; parts ascending.
    /// - Parameter partner: what the whole is matched with already, which covers a piece of it.
    private func parts(
        _ candidates: [Int], _ passages: [PassageWords.Passage], of wholes: [Int],
        _ wholePassages: [PassageWords.Passage],
        _ words: PassageWords, partner: (Int) -> Int?
    ) -> [Int: [Int]] {
        let index = PassageIndex(wholes, wholePassages)
        var claims: [Int: [(inside: Double, part: Int)]] = [:]
        for candidate in candidates {
            let own = passages[candidate].all
            let weight = words.weight(own)
            let shares = index.candidates(for: passages[candidate], words).map { whole in
                (whole: whole, inside: words.shared(own, wholePassages[whole].all) / max(weight, .leastNormalMagnitude))
            }
            guard let best = shares.min(by: { ($1.inside, $0.whole) < ($0.inside, $1.whole) }),
                best.inside >= Self.leastInside
            else { continue }
            claims[best.whole, default: []].append((best.inside, candidate))
        }
        var found: [Int: [Int]] = [:]
        for (whole, claims) in claims {
            let all = wholePassages[whole].all
            let covered = partner(whole).map { Set(passages[$0].all) } ?? []
            var rest = all.filter { !covered.contains($0) }
            let least = Self.leastWeight * words.weight(all)
            for (_, part) in claims.sorted(by: { ($1.inside, $0.part) < ($0.inside, $1.part) }) {
                let gained = PassageWords.common(rest, passages[part].all)
                guard words.weight(gained) >= max(least, Self.leastOfTheRest * words.weight(rest)) else { continue }
                found[whole, default: []].append(part)
                let taken = Set(gained)
                rest.removeAll { taken.contains($0) }
            }
            found[whole]?.sort()
        }
        return found
    }
}
