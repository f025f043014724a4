/// Which sheets have which marks: of each mark a bit for every sheet, 64 of them to a word. The same sheet has the same place in all.
package struct SheetBits: Sendable {
    private var words: [Tally.Mark: [UInt64]] = [:]

    package init() {}

    /// - Parameter places: of the sheets that have the mark, 0 or more.
    package mutating func insert(_ mark: Tally.Mark, places: [Int]) {
        guard let last = places.max(), places.allSatisfy({ $0 >= 0 }) else { return }
        var bits = Array(repeating: UInt64(0), count: last / 64 + 1)
        for place in places { bits[place / 64] |= 1 << UInt64(place % 64) }
        words[mark] = bits
    }

    /// How many bytes of bits a chunk has: of 8,192 sheets.
    package static let chunkSize = 1024

    /// - Parameters:
    ///   - chunks: which ones of all sheets; nobody in the others has the mark.
    ///   - bytes: of these chunks, one after the other. In which order the bits of a byte are does not matter: it is the same in all.
    /// - Returns: false where they do not fit each other; then nothing is inserted.
    package mutating func insert(_ mark: Tally.Mark, chunks: [Int], bytes: [UInt8]) -> Bool {
        guard bytes.count == chunks.count * Self.chunkSize, chunks.allSatisfy((0..<Self.mostChunks).contains) else {
            return false
        }
        var bits = Array(repeating: UInt64(0), count: ((chunks.max() ?? -1) + 1) * Self.chunkSize / 8)
        bits.withUnsafeMutableBytes { target in
            for (place, chunk) in chunks.enumerated() {
                let source = bytes[place * Self.chunkSize..<(place + 1) * Self.chunkSize]
                target[(chunk * Self.chunkSize)...].copyBytes(from: source)
            }
        }
        words[mark] = bits
        return true
    }

    /// For more sheets than there are people.
    private static let mostChunks = 2_000_000

    /// How many sheets have an option of each axis; "" stands for any answer, and for a third axis that is none.
    /// - Parameters:
    ///   - only: sheets that have one of these of every question and line that is named in it.
    ///   - sign: by which they are multiplied.
    package func counts(
        _ rows: CrossTable.Axis, _ columns: CrossTable.Axis, _ layers: CrossTable.Axis?, only: [Tally.Mark], sign: Int
    ) -> [CrossTable.Count] {
        let (firsts, seconds) = (marks(of: rows), marks(of: columns))
        let thirds: [(option: String, words: [UInt64]?)] = layers.map { marks(of: $0).map { ($0, $1) } } ?? [("", nil)]
        let among = among(only)
        return firsts.flatMap { first in
            thirds.flatMap { third in
                let left = [third.words, among].compactMap(\.self).reduce(first.words, Self.common)
                return seconds.map { second in
                    CrossTable.Count(
                        first: first.option, second: second.option, third: third.option,
                        sheets: sign * Self.count(left, second.words))
                }
            }
        }
    }

    /// Of each option, and of any answer. What goes together is put together before it is crossed with anything: there may be a hundred years.
    private func marks(of axis: CrossTable.Axis) -> [(option: String, words: [UInt64])] {
        (axis.options + [""]).map { ($0, having(oneOf: axis.marks(of: $0))) }
    }

    private func having(oneOf marks: [Tally.Mark]) -> [UInt64] {
        let having = marks.map { words[$0] ?? [] }
        return having.dropFirst().reduce(having.first ?? [], Self.either)
    }

    /// Nil: all sheets.
    private func among(_ only: [Tally.Mark]) -> [UInt64]? {
        let asked = Dictionary(grouping: Set(only)) { Tally.Mark(question: $0.question, line: $0.line) }
        let fulfilled = asked.values.map(having)
        return fulfilled.dropFirst().reduce(fulfilled.first) { known, next in known.map { Self.common($0, next) } }
    }

    // Where one is shorter than the other, nobody has the mark any more.

    private static func common(_ first: [UInt64], _ second: [UInt64]) -> [UInt64] { zip(first, second).map(&) }

    private static func either(_ first: [UInt64], _ second: [UInt64]) -> [UInt64] {
        let (short, long) = first.count < second.count ? (first, second) : (second, first)
        return zip(short, long).map(|) + long[short.count...]
    }

    private static func count(_ first: [UInt64], _ second: [UInt64]) -> Int {
        zip(first, second).reduce(0) { $0 + ($1.0 & $1.1).nonzeroBitCount }
    }
}
