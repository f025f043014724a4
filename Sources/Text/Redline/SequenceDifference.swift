/// Where two sequences differ: the words of a text, or the rows of an edition, each given as a number.
///
/// Myers' shortest edit (“An O(ND) Difference Algorithm”, 1986), as far as it is short: his cost grows with the square
/// of the edits. Beyond `mostEdits` runs that both sequences have exactly once are taken as fixed, in the longest order
/// they agree on (Cohen's patience diff), and the gaps between are compared; a gap that is still too different is
/// replaced as a whole. So two texts of 5,000 characters without anything in common take milliseconds, too.
struct SequenceDifference {
    /// A stretch of the old sequence and what stands in its place; one of them may be empty. All else is the same.
    struct Hunk: Equatable {
        var old: Range<Int>
        var new: Range<Int>
    }

    private let old: [Int32]
    private let new: [Int32]
    private var hunks: [Hunk] = []

    static let mostEdits = 1_200

    /// The hunks in order, with at least one common element between any two.
    /// - Parameter anchor: how many elements must be the same in a row to be taken as fixed. A single row is known by
    ///   its words; a single character is everywhere.
    static func hunks(from old: [Int32], to new: [Int32], anchor: Int) -> [Hunk] {
        var difference = SequenceDifference(old: old, new: new)
        difference.compare(Hunk(old: 0..<old.count, new: 0..<new.count), anchor: anchor)
        return difference.hunks
    }

    private init(old: [Int32], new: [Int32]) { (self.old, self.new) = (old, new) }

    /// - Parameter anchor: nil inside a gap, which is not divided again.
    private mutating func compare(_ whole: Hunk, anchor: Int?) {
        let hunk = trimmed(whole)
        if hunk.old.isEmpty || hunk.new.isEmpty {
            append(hunk)
        } else if let path = shortestEdit(hunk) {
            for step in path { append(step) }
        } else if let anchor {
            var start = (hunk.old.lowerBound, hunk.new.lowerBound)
            for (o, n) in anchors(hunk, length: anchor) {
                compare(Hunk(old: start.0..<o, new: start.1..<n), anchor: nil)
                start = (o + 1, n + 1)
            }
            compare(Hunk(old: start.0..<hunk.old.upperBound, new: start.1..<hunk.new.upperBound), anchor: nil)
        } else {
            append(hunk)
        }
    }

    /// Joins what touches.
    private mutating func append(_ hunk: Hunk) {
        guard !hunk.old.isEmpty || !hunk.new.isEmpty else { return }
        if let last = hunks.last, last.old.upperBound == hunk.old.lowerBound, last.new.upperBound == hunk.new.lowerBound
        {
            hunks[hunks.count - 1] = Hunk(
                old: last.old.lowerBound..<hunk.old.upperBound, new: last.new.lowerBound..<hunk.new.upperBound)
        } else {
            hunks.append(hunk)
        }
    }

    /// Without what both begin and end with.
    private func trimmed(_ hunk: Hunk) -> Hunk {
        var (o, n) = (hunk.old.lowerBound, hunk.new.lowerBound)
        var (oEnd, nEnd) = (hunk.old.upperBound, hunk.new.upperBound)
        while o < oEnd, n < nEnd, old[o] == new[n] { (o, n) = (o + 1, n + 1) }
        while o < oEnd, n < nEnd, old[oEnd - 1] == new[nEnd - 1] { (oEnd, nEnd) = (oEnd - 1, nEnd - 1) }
        return Hunk(old: o..<oEnd, new: n..<nEnd)
    }
}

extension SequenceDifference {
    /// Single deletions and insertions, in order; nil when more than `mostEdits` are needed.
    private func shortestEdit(_ hunk: Hunk) -> [Hunk]? {
        let (oldCount, newCount) = (hunk.old.count, hunk.new.count)
        guard abs(oldCount - newCount) <= Self.mostEdits else { return nil }
        let most = min(oldCount + newCount, Self.mostEdits)
        // On each diagonal k = x − y, how far `edits` steps reach; and the same of every number of steps before. Steps
        // of d edits end on the diagonals −d, −d + 2 … d: d + 1 values, which begin at d(d + 1) / 2.
        var reach = [Int32](repeating: 0, count: 2 * most + 3)
        var trace: [Int32] = []
        let middle = most + 1
        for edits in 0...most {
            for k in stride(from: -edits, through: edits, by: 2) {
                let down = k == -edits || (k != edits && reach[middle + k - 1] < reach[middle + k + 1])
                var x = Int(down ? reach[middle + k + 1] : reach[middle + k - 1] + 1)
                var y = x - k
                while x < oldCount, y < newCount, old[hunk.old.lowerBound + x] == new[hunk.new.lowerBound + y] {
                    (x, y) = (x + 1, y + 1)
                }
                reach[middle + k] = Int32(x)
                if x >= oldCount, y >= newCount { return path(hunk, edits: edits, trace) }
            }
            for k in stride(from: -edits, through: edits, by: 2) { trace.append(reach[middle + k]) }
        }
        return nil
    }

    /// The way back from the end, along what each number of edits had reached.
    private func path(_ hunk: Hunk, edits: Int, _ trace: [Int32]) -> [Hunk] {
        var steps: [Hunk] = []
        var k = hunk.old.count - hunk.new.count
        for edit in stride(from: edits, to: 0, by: -1) {
            let row = edit * (edit - 1) / 2
            func reached(_ k: Int) -> Int { Int(trace[row + (k + edit - 1) / 2]) }
            let down = k == -edit || (k != edit && reached(k - 1) < reached(k + 1))
            k += down ? 1 : -1
            let x = hunk.old.lowerBound + reached(k)
            let y = hunk.new.lowerBound + reached(k) - k
            steps.append(down ? Hunk(old: x..<x, new: y..<y + 1) : Hunk(old: x..<x + 1, new: y..<y))
        }
        return steps.reversed()
    }

    /// Pairs of positions, ascending in both, at which both hold the same run that neither has twice.
    private func anchors(_ hunk: Hunk, length: Int) -> [(Int, Int)] {
        let before = Self.uniqueRuns(old, hunk.old, length)
        let after = Self.uniqueRuns(new, hunk.new, length)
        let common = before.compactMap { run, position in
            after[run].flatMap { position >= 0 && $0 >= 0 ? (position, $0) : nil }
        }.filter { old[$0.0] == new[$0.1] }.sorted { $0.1 < $1.1 }
        return LongestIncreasing.indices(of: common.map(\.0)).map { common[$0] }
    }

    /// Where each run begins; −1 for one that occurs more than once. Runs are known by a hash: two that are taken for
    /// each other cost a good anchor, not the truth, for only an element that is the same is kept.
    private static func uniqueRuns(_ sequence: [Int32], _ range: Range<Int>, _ length: Int) -> [UInt64: Int] {
        guard range.count >= length else { return [:] }
        var runs: [UInt64: Int] = [:]
        runs.reserveCapacity(range.count)
        for start in range.lowerBound...(range.upperBound - length) {
            let hash = sequence[start..<start + length].reduce(into: Mix.seed) {
                $0 = Mix.hash($0, UInt32(bitPattern: $1))
            }
            runs[hash] = runs[hash] == nil ? start : -1
        }
        return runs
    }
}
