/// A header value of the shape `value; name=token; name="quoted"`, read by bytes (a `;` followed by a combining mark is
/// still a semicolon, which `Character` would not see).
struct HeaderParameters {
    /// The part before the first semicolon, in lower case.
    let value: String
    /// Parameters by lower-case name; the first one wins.
    let parameters: [String: String]

    /// - Parameter percentQuotes: whether `%22`, `%0D` and `%0A` stand for a quote and line breaks, as browsers write
    ///   them in multipart headers.
    init(_ header: String, percentQuotes: Bool = false) {
        let bytes = Array(header.utf8)
        var position = 0
        func isSpace(_ byte: UInt8) -> Bool { byte == UInt8(ascii: " ") || byte == UInt8(ascii: "\t") }
        func trimmed(_ slice: ArraySlice<UInt8>) -> String {
            var slice = slice
            while let first = slice.first, isSpace(first) { slice.removeFirst() }
            while let last = slice.last, isSpace(last) { slice.removeLast() }
            return String(decoding: slice, as: UTF8.self)
        }
        func read(until stop: (UInt8) -> Bool) -> ArraySlice<UInt8> {
            let start = position
            while position < bytes.count, !stop(bytes[position]) { position += 1 }
            return bytes[start..<position]
        }
        value = trimmed(read { $0 == UInt8(ascii: ";") }).lowercased()
        var parameters: [String: String] = [:]
        while position < bytes.count {
            position += 1  // the semicolon
            let name = trimmed(read { $0 == UInt8(ascii: "=") || $0 == UInt8(ascii: ";") }).lowercased()
            guard position < bytes.count, bytes[position] == UInt8(ascii: "=") else { continue }
            position += 1
            while position < bytes.count, isSpace(bytes[position]) { position += 1 }
            let text: String
            if position < bytes.count, bytes[position] == UInt8(ascii: "\"") {
                position += 1
                var quoted: [UInt8] = []
                while position < bytes.count, bytes[position] != UInt8(ascii: "\"") {
                    // Only \" and \\ are escapes: older browsers send a bare path with backslashes.
                    if bytes[position] == UInt8(ascii: "\\"), position + 1 < bytes.count,
                        bytes[position + 1] == UInt8(ascii: "\"") || bytes[position + 1] == UInt8(ascii: "\\")
                    {
                        position += 1
                    }
                    quoted.append(bytes[position])
                    position += 1
                }
                _ = read { $0 == UInt8(ascii: ";") }
                text = String(decoding: quoted, as: UTF8.self)
            } else {
                text = trimmed(read { $0 == UInt8(ascii: ";") })
            }
            if parameters[name] == nil { parameters[name] = percentQuotes ? Self.unquoted(text) : text }
        }
        self.parameters = parameters
    }

    private static func unquoted(_ text: String) -> String {
        guard text.utf8.contains(UInt8(ascii: "%")) else { return text }
        var result: [UInt8] = []
        let bytes = Array(text.utf8)
        var position = 0
        while position < bytes.count {
            if bytes[position...].starts(with: "%22".utf8) {
                result.append(UInt8(ascii: "\""))
                position += 3
            } else if bytes[position...].starts(with: "%0D".utf8) || bytes[position...].starts(with: "%0A".utf8) {
                position += 3
            } else {
                result.append(bytes[position])
                position += 1
            }
        }
        return String(decoding: result, as: UTF8.self)
    }
}
