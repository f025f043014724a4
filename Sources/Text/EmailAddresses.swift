/// E-mail addresses, full width or not.
enum EmailAddresses {
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
