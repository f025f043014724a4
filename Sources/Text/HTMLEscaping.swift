/// Makes text harmless inside HTML, in elements and in quoted attributes alike.
package enum HTMLEscaping {
    /// Replaces `&`, `<`, `>`, `"` and `'` by references and control characters (except tab and line ends) by U+FFFD.
    ///
    /// It works on UTF-8 bytes on purpose. A `Character` is a grapheme: a quote followed by a combining mark is one
    /// `Character` that equals no quote, and so slips out of an attribute when escaping goes by `Character`.
    package static func escape(_ text: String) -> String {
        guard text.utf8.contains(where: mustChange) else { return text }
        var bytes: [UInt8] = []
        bytes.reserveCapacity(text.utf8.count + 32)
        for byte in text.utf8 {
            switch byte {
            case UInt8(ascii: "&"): bytes.append(contentsOf: "&amp;".utf8)
            case UInt8(ascii: "<"): bytes.append(contentsOf: "&lt;".utf8)
            case UInt8(ascii: ">"): bytes.append(contentsOf: "&gt;".utf8)
            case UInt8(ascii: "\""): bytes.append(contentsOf: "&quot;".utf8)
            case UInt8(ascii: "'"): bytes.append(contentsOf: "&#39;".utf8)
            case _ where isControl(byte): bytes.append(contentsOf: "\u{FFFD}".utf8)
            default: bytes.append(byte)
            }
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    private static func mustChange(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "&"), UInt8(ascii: "<"), UInt8(ascii: ">"), UInt8(ascii: "\""), UInt8(ascii: "'"): true
        default: isControl(byte)
        }
    }

    /// The C0 controls that HTML forbids, even as references.
    private static func isControl(_ byte: UInt8) -> Bool {
        byte < 0x20 && byte != 0x09 && byte != 0x0A && byte != 0x0D
    }
}
