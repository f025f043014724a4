/// An address inside this site, safe to redirect to: starts with one `/`, and holds nothing a browser could read as
/// another host (`//host`, `/\host`) or as a second header.
package struct LocalPath: Sendable, Equatable, CustomStringConvertible {
    package let text: String
    package var description: String { text }

    package init?(_ text: String?) {
        guard let text, text.utf8.count <= 2000 else { return nil }
        let bytes = Array(text.utf8)
        guard bytes.first == UInt8(ascii: "/") else { return nil }
        if bytes.count > 1, bytes[1] == UInt8(ascii: "/") || bytes[1] == UInt8(ascii: "\\") { return nil }
        guard bytes.allSatisfy({ $0 > 0x20 && $0 < 0x7f && $0 != UInt8(ascii: "\\") }) else { return nil }
        self.text = text
    }
}
