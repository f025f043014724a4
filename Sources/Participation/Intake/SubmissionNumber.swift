import Text

/// 编号: the public number of a submission, `MY-2026-000127-4`. The last digit checks year and ordinal.
package struct SubmissionNumber: Sendable, Equatable, CustomStringConvertible {
    package enum Flaw: Error, Sendable, Equatable {
        /// Not of the shape of a number at all.
        case shape
        /// Of the right shape, but the check digit says that something was mistyped.
        case typo
    }

    package let description: String

    /// Reads a number however it was typed: small letters, full-width, with spaces, or without hyphens.
    package init(_ typed: String) throws(Flaw) {
        var letters = ""
        var digits = ""
        for scalar in typed.unicodeScalars {
            if let digit = ASCIIDigit.of(scalar) {
                digits.append(digit)
            } else if let letter = Self.letter(scalar), digits.isEmpty {
                letters.append(letter)
            } else if !["-", "－", "—", "–", "_", "."].contains(scalar), !scalar.properties.isWhitespace {
                throw .shape
            }
            guard letters.utf8.count <= 6, digits.utf8.count <= 20 else { throw .shape }
        }
        // Year, at least six digits of the ordinal, and the check digit.
        guard !letters.isEmpty, digits.utf8.count >= 11 else { throw .shape }
        guard CheckDigit.verify(digits) else { throw .typo }
        description = "\(letters)-\(digits.prefix(4))-\(digits.dropFirst(4).dropLast())-\(digits.suffix(1))"
    }

    /// The letter in ASCII capitals.
    private static func letter(_ scalar: Unicode.Scalar) -> Character? {
        let plain = (0xFF21...0xFF5A).contains(scalar.value) ? scalar.value - 0xFF21 + 0x41 : scalar.value
        switch plain {
        case 0x41...0x5A: return Unicode.Scalar(plain).map(Character.init)
        case 0x61...0x7A: return Unicode.Scalar(plain - 0x20).map(Character.init)
        default: return nil
        }
    }
}
