/// Numbers at places of a file, nil beyond its end: what a file says of its own sizes is never believed.
extension [UInt8] {
    func bigEndian(_ offset: Int, _ count: Int) -> UInt64? {
        guard offset >= 0, count <= 8, offset <= self.count - count else { return nil }
        return self[offset..<offset + count].reduce(0) { $0 << 8 | UInt64($1) }
    }

    func littleEndian(_ offset: Int, _ count: Int) -> UInt64? {
        guard offset >= 0, count <= 8, offset <= self.count - count else { return nil }
        return self[offset..<offset + count].reversed().reduce(0) { $0 << 8 | UInt64($1) }
    }

    /// A number of at most four bytes.
    func int(_ offset: Int, _ count: Int) -> Int? { count <= 4 ? bigEndian(offset, count).map { Int($0) } : nil }

    func has(_ text: String, at offset: Int) -> Bool {
        let wanted = Array(text.utf8)
        guard offset >= 0, offset <= count - wanted.count else { return false }
        return self[offset..<offset + wanted.count].elementsEqual(wanted)
    }
}
