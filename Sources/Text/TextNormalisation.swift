import Foundation

/// Brings a text that a person typed or pasted into the one form that is stored, hashed and compared.
package enum TextNormalisation {
    /// Line ends become `\n`, control characters go (tab stays), NFC, no white space at line ends or around the whole.
    ///
    /// Doing it twice changes nothing. The indentation of later lines is kept: Chinese paragraphs begin with two wide spaces.
    package static func normalised(_ text: String) -> String {
        var scalars = String.UnicodeScalarView()
        var afterCarriageReturn = false
        for scalar in text.unicodeScalars {
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
        return strip(composed.unicodeScalars)
    }

    /// C0 except tab, delete, C1, and the byte order mark that pasted files carry along.
    private static func isUnwanted(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        case 0x09: false
        case 0x00..<0x20, 0x7F..<0xA0, 0xFEFF: true
        default: false
        }
    }

    private static func strip(_ scalars: String.UnicodeScalarView) -> String {
        var result = String.UnicodeScalarView()
        var pending: [Unicode.Scalar] = []
        for scalar in scalars {
            if scalar == "\n" {
                pending.removeAll { $0 != "\n" }
                pending.append(scalar)
            } else if scalar.properties.isWhitespace {
                pending.append(scalar)
            } else {
                if !result.isEmpty { result.append(contentsOf: pending) }
                pending.removeAll(keepingCapacity: true)
                result.append(scalar)
            }
        }
        return String(result)
    }
}
