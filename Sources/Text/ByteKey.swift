/// Text as its bytes, to look up by: equal only when every byte is, where `String` calls é in one and in two code
/// points the same.
struct ByteKey: Hashable {
    let bytes: ArraySlice<UInt8>

    static func == (one: ByteKey, other: ByteKey) -> Bool { one.bytes == other.bytes }

    /// All at once: an array hashes byte by byte.
    func hash(into hasher: inout Hasher) {
        bytes.withUnsafeBytes { hasher.combine(bytes: $0) }
    }
}
