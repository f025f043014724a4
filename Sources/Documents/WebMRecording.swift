/// WebM (Matroska, RFC 9559; EBML, RFC 8794), as browsers record it: often without a length, because it was written while it was
/// spoken. Then it ends with the last block.
enum WebMRecording {
    private static let headers: Set<UInt64> = [
        0x1A45_DFA3, 0x1853_8067, 0x1549_A966, 0x1654_AE6B, 0xAE, 0x1F43_B675, 0xA0,
    ]

    /// Seconds; nil when a picture moves along or the sound is neither Opus nor Vorbis.
    static func seconds(_ bytes: [UInt8]) throws(DocumentFault) -> Double? {
        var at = 0
        var scale = 1_000_000.0
        var (stated, cluster, last) = (0.0, 0.0, 0.0)
        var sounds = 0
        while at < bytes.count {
            guard let id = number(bytes, &at, keepsMark: true), let size = number(bytes, &at, keepsMark: false) else {
                break
            }
            // What holds others is entered, of known size or not; the rest is read or stepped over.
            if headers.contains(id.value), id.value != 0x1A45_DFA3 { continue }
            guard !size.isUnknown, let length = Int(exactly: size.value), length <= bytes.count - at else { break }
            switch id.value {
            case 0x2AD7B1: scale = Double(bytes.bigEndian(at, min(8, length)) ?? 1_000_000)
            case 0x4489: stated = float(bytes, at, length) ?? 0
            case 0x83: if bytes.bigEndian(at, min(8, length)) != 2 { return nil }
            case 0x86:
                guard bytes.has("A_OPUS", at: at) || bytes.has("A_VORBIS", at: at) else { return nil }
                sounds += 1
            case 0xE7: cluster = Double(bytes.bigEndian(at, min(8, length)) ?? 0)
            case 0xA3, 0xA1:
                // Track number, then the time within the cluster, which may be negative.
                var block = at
                if number(bytes, &block, keepsMark: false) != nil, let time = bytes.bigEndian(block, 2) {
                    last = max(last, cluster + Double(Int16(bitPattern: UInt16(time))))
                }
            default: break
            }
            at += length
        }
        guard sounds == 1 else { throw .broken }
        return max(stated, last) * scale / 1_000_000_000
    }

    /// A number of one to eight bytes whose first bits say how many (RFC 8794, 4).
    private static func number(_ bytes: [UInt8], _ at: inout Int, keepsMark: Bool) -> (value: UInt64, isUnknown: Bool)?
    {
        guard at < bytes.count else { return nil }
        let count = bytes[at].leadingZeroBitCount + 1
        guard count <= 8, let raw = bytes.bigEndian(at, count) else { return nil }
        at += count
        let mask = (UInt64(1) << (7 * UInt64(count))) - 1
        return (keepsMark ? raw : raw & mask, raw & mask == mask)
    }

    private static func float(_ bytes: [UInt8], _ at: Int, _ length: Int) -> Double? {
        switch length {
        case 4: bytes.bigEndian(at, 4).map { Double(Float(bitPattern: UInt32($0))) }
        case 8: bytes.bigEndian(at, 8).map { Double(bitPattern: $0) }
        default: nil
        }
    }
}
