/// Addresses that are not out on the internet: of this machine, of its own network, or reserved (RFC 6890 and the registries
/// of special-purpose addresses of IANA).
enum PrivateNetworks {
    private static let v4: [(network: [UInt8], bits: Int)] = [
        ([0, 0, 0, 0], 8), ([10, 0, 0, 0], 8), ([100, 64, 0, 0], 10), ([127, 0, 0, 0], 8), ([169, 254, 0, 0], 16),
        ([172, 16, 0, 0], 12), ([192, 0, 0, 0], 24), ([192, 0, 2, 0], 24), ([192, 88, 99, 0], 24),
        ([192, 168, 0, 0], 16), ([198, 18, 0, 0], 15), ([198, 51, 100, 0], 24), ([203, 0, 113, 0], 24),
        ([224, 0, 0, 0], 4), ([240, 0, 0, 0], 4),
    ]
    /// All that is out on the internet begins with the bits 001; these do as well.
    private static let v6: [(network: [UInt8], bits: Int)] = [
        ([0x20, 0x01, 0, 0], 23), ([0x20, 0x01, 0x0d, 0xb8], 32), ([0x3f, 0xff, 0, 0], 20),
    ]

    /// - Parameter address: 4 or 16 bytes in network order; anything else counts as private.
    static func contain(_ address: [UInt8]) -> Bool {
        if address.count == 4 { return v4.contains { matches(address, $0.network, $0.bits) } }
        guard address.count == 16 else { return true }
        // Addresses that stand for one of IPv4: mapped (RFC 4291), translated (RFC 6052), 6to4 (RFC 3056).
        let mapped: [UInt8] = [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff]
        let translated: [UInt8] = [0, 0x64, 0xff, 0x9b, 0, 0, 0, 0, 0, 0, 0, 0]
        if address.starts(with: mapped) || address.starts(with: translated) { return contain(Array(address[12...])) }
        if address.starts(with: [0x20, 0x02]) { return contain(Array(address[2..<6])) }
        return !matches(address, [0x20], 3) || v6.contains { matches(address, $0.network, $0.bits) }
    }

    private static func matches(_ address: [UInt8], _ network: [UInt8], _ bits: Int) -> Bool {
        zip(address, network).enumerated().allSatisfy { index, pair in
            let known = max(0, min(8, bits - index * 8))
            let mask = UInt8(truncatingIfNeeded: 0xff00 >> known)
            return pair.0 & mask == pair.1 & mask
        }
    }
}
