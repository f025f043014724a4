/// A hash that is the same in every run and on every machine, unlike Swift's own, for what is compared but not
/// defended.
enum Mix {
    static let seed: UInt64 = 0x9E37_79B9_7F4A_7C15

    /// `state` after one more number: one round of Wyhash's 64 × 64 → 128 bit multiplication.
    @inline(__always)
    static func hash(_ state: UInt64, _ value: UInt32) -> UInt64 {
        let product = (state ^ UInt64(value)).multipliedFullWidth(by: 0xA076_1D64_78BD_642F)
        return product.high ^ product.low
    }
}
