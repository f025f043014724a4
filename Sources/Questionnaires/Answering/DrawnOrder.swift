/// An order drawn for one respondent, the same whenever it is drawn again: SplitMix64 (Steele, Lea, Flood 2014) gives the numbers,
/// Fisher and Yates' way the order. Only the server draws; a page comes in the respondent's order.
struct DrawnOrder {
    private var state: UInt64

    /// - Parameters:
    ///   - seed: of the respondent.
    ///   - place: what is ordered, so that each list has an order of its own (FNV-1a, 64 bits).
    init(seed: UInt64, place: String) {
        state = place.utf8.reduce(0xcbf2_9ce4_8422_2325 ^ seed) { ($0 ^ UInt64($1)) &* 0x100_0000_01b3 }
    }

    private mutating func next() -> UInt64 {
        state &+= 0x9e37_79b9_7f4a_7c15
        var mixed = state
        mixed = (mixed ^ mixed >> 30) &* 0xbf58_476d_1ce4_e5b9
        mixed = (mixed ^ mixed >> 27) &* 0x94d0_49bb_1331_11eb
        return mixed ^ mixed >> 31
    }

    mutating func shuffled<Item>(_ items: [Item]) -> [Item] {
        var items = items
        for last in items.indices.dropFirst().reversed() {
            // The high half of the product: no remainder, and a bias below 2⁻⁵⁰.
            let other = Int(next().multipliedFullWidth(by: UInt64(last + 1)).high)
            items.swapAt(last, other)
        }
        return items
    }
}
