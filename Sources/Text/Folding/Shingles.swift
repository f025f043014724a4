/// The runs of three characters that a text consists of, as a set of hashes, and how alike two such sets are.
///
/// Up to `most` are kept, the smallest hashes: a fair sample of the text (bottom-k sketch), from which the likeness of
/// longer texts is estimated; its standard error is then at most 0.022. So no text costs more than 2 KB.
struct Shingles {
    static let length = 3
    static let most = 512

    /// Of each text one after the other, ascending; where the next one begins.
    private var hashes: [UInt32] = []
    private var starts: [Int] = [0]

    /// Takes in the next text. `all` must be ascending and without doubles.
    mutating func append(_ all: [UInt32]) {
        hashes.append(contentsOf: all.prefix(Self.most))
        starts.append(hashes.count)
    }

    /// Every shingle of a folded text, ascending, each once.
    static func of(_ scalars: [UInt32]) -> [UInt32] {
        guard scalars.count >= length else { return [] }
        var all: [UInt32] = []
        all.reserveCapacity(scalars.count)
        var (first, second) = (scalars[0], scalars[1])
        for third in scalars.dropFirst(2) {
            let hash = Mix.hash(Mix.hash(Mix.hash(Mix.seed, first), second), third)
            all.append(UInt32(truncatingIfNeeded: hash >> 32))
            (first, second) = (second, third)
        }
        all.sort()
        var kept = 1
        for index in 1..<all.count where all[index] != all[kept - 1] {
            all[kept] = all[index]
            kept += 1
        }
        all.removeLast(all.count - kept)
        return all
    }

    /// The shingles two texts share, over those that either has (Jaccard): exact as long as both were kept whole.
    func likeness(_ one: Int, _ other: Int) -> Double {
        let (ends, otherEnds) = (starts[one + 1], starts[other + 1])
        var (index, otherIndex) = (starts[one], starts[other])
        let isSample = max(ends - index, otherEnds - otherIndex) == Self.most
        var (shared, either) = (0, 0)
        while index < ends, otherIndex < otherEnds {
            if isSample, either == Self.most { return Double(shared) / Double(either) }
            let (hash, otherHash) = (hashes[index], hashes[otherIndex])
            shared += hash == otherHash ? 1 : 0
            either += 1
            index += hash <= otherHash ? 1 : 0
            otherIndex += otherHash <= hash ? 1 : 0
        }
        either += ends - index + otherEnds - otherIndex
        if isSample { either = min(either, Self.most) }
        return either == 0 ? 0 : Double(shared) / Double(either)
    }
}
