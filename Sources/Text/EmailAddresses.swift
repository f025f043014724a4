/// E-mail addresses, full width or not.
package enum EmailAddresses {
    /// An address as mail servers take it, from what a person typed: without white space around it, full-width signs as ASCII,
    /// the domain in small letters. Nil when it is none that any mail server takes (RFC 5321: at most 254 characters, 64 of
    /// them before the @; addresses in other letters than ASCII, RFC 6531, few servers take).
    package static func normalised(_ typed: String) -> String? {
        var bytes: [UInt8] = []
        for scalar in typed.unicodeScalars where !scalar.properties.isWhitespace || !bytes.isEmpty {
            let value = (0xFF01...0xFF5E).contains(scalar.value) ? scalar.value - 0xFEE0 : scalar.value
            bytes.append(scalar.properties.isWhitespace ? UInt8(ascii: " ") : UInt8(exactly: value) ?? 0xFF)
            guard bytes.count <= 300 else { return nil }
        }
        while bytes.last == UInt8(ascii: " ") { bytes.removeLast() }
        guard bytes.count <= 254, let at = bytes.lastIndex(of: UInt8(ascii: "@")) else { return nil }
        let (local, domain) = (bytes[..<at], bytes[(at + 1)...])
        let atoms = local.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
        guard local.count <= 64, atoms.allSatisfy({ !$0.isEmpty && $0.allSatisfy(isAtom) }) else { return nil }
        let labels = domain.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
        guard labels.count >= 2, labels.allSatisfy(isLabel), let top = labels.last, top.contains(where: isLetter) else {
            return nil
        }
        return "\(String(decoding: local, as: UTF8.self))@\(String(decoding: domain, as: UTF8.self).lowercased())"
    }

    private static func isLetter(_ byte: UInt8) -> Bool {
        (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte | 0x20)
    }

    private static func isLetterOrDigit(_ byte: UInt8) -> Bool {
        isLetter(byte) || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
    }

    /// What may stand between the dots before the @ (RFC 5322 atext).
    private static func isAtom(_ byte: UInt8) -> Bool {
        isLetterOrDigit(byte) || "!#$%&'*+-/=?^_`{|}~".utf8.contains(byte)
    }

    private static func isLabel(_ label: ArraySlice<UInt8>) -> Bool {
        let hyphen = UInt8(ascii: "-")
        return (1...63).contains(label.count) && label.first != hyphen && label.last != hyphen
            && label.allSatisfy { isLetterOrDigit($0) || $0 == hyphen }
    }

    static func find(in signs: Signs) -> [Range<Int>] {
        var found: [Range<Int>] = []
        for at in 0..<signs.count where signs[at]?.ascii == UInt8(ascii: "@") {
            var start = at
            while start > (found.last?.upperBound ?? 0), isLocalPart(signs[start - 1]) { start -= 1 }
            var end = at + 1
            while isDomain(signs[end]) { end += 1 }
            // A full stop at the end of a sentence belongs to the sentence.
            while end > at + 1, signs[end - 1]?.ascii == UInt8(ascii: ".") || signs[end - 1]?.ascii == UInt8(ascii: "-")
            {
                end -= 1
            }
            let dotted = (at + 1..<max(at + 1, end)).contains { signs[$0]?.ascii == UInt8(ascii: ".") }
            if start < at, dotted { found.append(start..<end) }
        }
        return found
    }

    private static func isLocalPart(_ sign: Signs.Sign?) -> Bool {
        guard let sign else { return false }
        return sign.isDigit || sign.isLetter || "._%+-".utf8.contains(sign.ascii)
    }

    private static func isDomain(_ sign: Signs.Sign?) -> Bool {
        guard let sign else { return false }
        return sign.isDigit || sign.isLetter || ".-".utf8.contains(sign.ascii)
    }
}
