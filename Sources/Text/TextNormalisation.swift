import Foundation

/// Brings a text that a person typed or pasted into the one form that is stored, hashed and compared.
package enum TextNormalisation {
    /// Line ends become `\n`, control characters go (tab stays), NFC, no white space at line ends or around the whole.
    ///
    /// Doing it twice changes nothing. The indentation of later lines is kept: Chinese paragraphs begin with two wide spaces.
    package static func normalised(_ text: String) -> String {
        if isSettled(text) { return strip(text) }
        var scalars = String.UnicodeScalarView()
        var afterCarriageReturn = false
        for scalar in withoutPiledMarks(text).unicodeScalars {
            switch scalar {
            case "\n" where afterCarriageReturn: break
            case "\r", "\n", "\u{85}", "\u{2028}", "\u{2029}": scalars.append("\n")
            case _ where isUnwanted(scalar): break
            default: scalars.append(scalar)
            }
            afterCarriageReturn = scalar == "\r"
        }
        // Controls are removed before composing: one between a letter and its accent must not keep them apart.
        let composed = String(scalars).precomposedStringWithCanonicalMapping
        return strip(composed)
    }

    /// The text with at most 30 combining marks in a row: as many as any language needs (UAX #15, Stream-Safe Text).
    ///
    /// Composing, comparing and hashing a text take time with the square of such a row; one of 700 KB takes minutes.
    package static func withoutPiledMarks(_ text: String) -> String {
        if isSettled(text) { return text }
        var marks = 0
        var piled = false
        func isKept(_ scalar: Unicode.Scalar) -> Bool {
            marks = scalar.properties.canonicalCombiningClass == .notReordered ? 0 : marks + 1
            if marks > mostMarks { piled = true }
            return marks <= mostMarks
        }
        let kept = text.unicodeScalars.filter(isKept)
        return piled ? String(kept) : text
    }

    private static let mostMarks = 30

    /// Whether the text consists of nothing but what is in its final form whatever stands beside it: ASCII, the Chinese
    /// characters U+4000…9FFF, and the signs written with them (U+2010…2027, U+3000…3029, U+FF00…FF7F). That is nearly
    /// every text there is; looking up each scalar's properties takes twenty times as long.
    private static func isSettled(_ text: String) -> Bool {
        var bytes = text.utf8.makeIterator()
        while let byte = bytes.next() {
            switch byte {
            case 0x09, 0x0A, 0x20..<0x7F: continue
            case 0xE4...0xE9:
                _ = bytes.next()
                _ = bytes.next()
            default:
                guard let second = bytes.next(), let third = bytes.next() else { return false }
                switch (byte, second, third) {
                case (0xE2, 0x80, 0x90...0xA7), (0xE3, 0x80, 0x80...0xA9), (0xEF, 0xBC...0xBD, _): continue
                default: return false
                }
            }
        }
        return true
    }

    /// C0 except tab, delete, C1, and the byte order mark that pasted files carry along.
    private static func isUnwanted(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        case 0x09: false
        case 0x00..<0x20, 0x7F..<0xA0, 0xFEFF: true
        default: false
        }
    }

    /// In bytes: a view of scalars takes half a microsecond for each that is appended.
    private static func strip(_ text: String) -> String {
        var result: [UInt8] = []
        result.reserveCapacity(text.utf8.count)
        // What waits for a letter: so many line ends, then blanks. Counted, because a form can hold nothing but line ends.
        var lineEnds = 0
        var blanks: [UInt8] = []
        for scalar in text.unicodeScalars {
            if scalar == "\n" {
                lineEnds += 1
                blanks.removeAll(keepingCapacity: true)
            } else if isBlank(scalar) {
                blanks.append(contentsOf: scalar.utf8)
            } else {
                if lineEnds > 0 || !blanks.isEmpty {
                    if !result.isEmpty {
                        result.append(contentsOf: repeatElement(UInt8(ascii: "\n"), count: lineEnds))
                        result.append(contentsOf: blanks)
                    }
                    lineEnds = 0
                    blanks.removeAll(keepingCapacity: true)
                }
                result.append(contentsOf: scalar.utf8)
            }
        }
        return String(decoding: result, as: UTF8.self)
    }

    /// White space; the Chinese characters, most of any text, need no looking up.
    private static func isBlank(_ scalar: Unicode.Scalar) -> Bool {
        !(0x4E00...0x9FFF).contains(scalar.value) && scalar.properties.isWhitespace
    }
}
