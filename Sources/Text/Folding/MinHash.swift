/// Keys under which texts that are alike meet: MinHash signatures, cut into bands (Broder 1997; Indyk and Motwani
/// 1998).
///
/// Two texts with likeness j share one band of `rows` values with probability j^rows, and at least one of `bands` with
/// 1 − (1 − j^rows)^bands. With 32 bands of 4 that is 0.988 at 0.6, 0.9998 at 0.7, and 0.008 at 0.125, where texts
/// stand that only share the language.
struct MinHash {
    static let bands = 32
    static let rows = 4

    /// h(x) = the upper half of ax + b mod 2⁶⁴, a odd (multiply-add-shift; Dietzfelbinger 1996).
    private let functions: [(factor: UInt64, offset: UInt64)]

    /// The same functions in every run: the same comments fold into the same groups.
    init() {
        var state = Mix.seed
        func number() -> UInt64 {
            state = Mix.hash(state, 1)
            let upper = state
            state = Mix.hash(state, 2)
            return upper ^ (state << 32)
        }
        functions = (0..<Self.bands * Self.rows).map { _ in (number() | 1, number()) }
    }

    /// One key a band, appended to `keys`.
    func appendKeys(of shingles: [UInt32], to keys: inout [UInt64]) {
        var key = Mix.seed
        for (index, function) in functions.enumerated() {
            var least = UInt32.max
            for shingle in shingles {
                let hash = UInt32(
                    truncatingIfNeeded: (function.factor &* UInt64(shingle) &+ function.offset) >> 32)
                least = min(least, hash)
            }
            key = Mix.hash(key, least)
            if index % Self.rows == Self.rows - 1 {
                keys.append(key)
                key = Mix.seed
            }
        }
    }
}
