/// The text of a cell as it comes together from pieces.
struct CellText {
    private(set) var bytes: [UInt8] = []
    let limit: Int

    init(limit: Int) { self.limit = limit }

    /// - Returns: false when it grows beyond the limit.
    mutating func append(_ piece: UnsafeBufferPointer<UInt8>) -> Bool {
        bytes.append(contentsOf: piece)
        return bytes.count <= limit
    }

    mutating func clear() { bytes.removeAll(keepingCapacity: true) }

    /// With line ends as `\n`, and what XML cannot hold read back from `_x000D_` (ECMA-376 part 1, 22.9.2.19).
    var text: String { Self.text(bytes) }

    static func text(_ bytes: some Collection<UInt8>) -> String {
        let text = String(decoding: bytes, as: UTF8.self)
        guard bytes.contains(UInt8(ascii: "_")) || bytes.contains(0x0D) else { return text }
        return text.replacing(/_x([0-9A-Fa-f]{4})_/) { match -> String in
            // NUL and halves of surrogates stay as they are: no text can hold them.
            guard let value = UInt32(match.1, radix: 16), value != 0, let scalar = Unicode.Scalar(value) else {
                return String(match.0)
            }
            return String(Character(scalar))
        }
        .replacing("\r\n", with: "\n").replacing("\r", with: "\n")
    }
}
