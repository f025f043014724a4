import Foundation
import Text

/// How to reach an author (for a unit the person to ask for, for a joint letter the representative). Kept apart from the
/// text and encrypted; see `ContactVault`.
package struct Contact: Codable, Sendable, Equatable {
    package var name: String
    package var phone: String
    /// As `normalisedEmail` returns it.
    package var email: String

    package init(name: String = "", phone: String = "", email: String = "") {
        (self.name, self.phone, self.email) = (name, phone, email)
    }

    /// What was encrypted before there were addresses has none.
    package init(from decoder: any Decoder) throws {
        let fields = try decoder.container(keyedBy: CodingKeys.self)
        name = try fields.decode(String.self, forKey: .name)
        phone = try fields.decode(String.self, forKey: .phone)
        email = try fields.decodeIfPresent(String.self, forKey: .email) ?? ""
    }

    package static let longestName = 40
    /// Scalars of a phone as typed, with all its spaces and brackets.
    package static let longestPhone = 40
    package var isEmpty: Bool { name.isEmpty && phone.isEmpty && email.isEmpty }

    /// The e-mail address that was typed, as mail servers take it; nil when it is none.
    package static func normalisedEmail(_ typed: String) -> String? { EmailAddresses.normalised(typed) }

    /// The digits of a phone number however it was typed: full-width digits, spaces, hyphens, brackets and the country code
    /// aside. Nil when it is no phone number (7 to 15 digits, ITU-T E.164) or longer than `longestPhone`.
    package static func normalisedPhone(_ typed: String) -> String? {
        guard TextLength.count(typed) <= longestPhone else { return nil }
        var digits = ""
        for scalar in typed.unicodeScalars {
            if let digit = ASCIIDigit.of(scalar) {
                digits.append(digit)
            } else if !["+", "-", "－", "—", "–", "(", ")", "（", "）", "＋"].contains(scalar),
                !scalar.properties.isWhitespace
            {
                return nil
            }
        }
        for prefix in ["0086", "86"]
        where digits.utf8.starts(with: prefix.utf8) && digits.utf8.count >= prefix.utf8.count + 11 {
            digits = String(digits.dropFirst(prefix.utf8.count))
            break
        }
        return (7...15).contains(digits.utf8.count) ? digits : nil
    }
}

/// Digits as people type them with a Chinese keyboard.
enum ASCIIDigit {
    /// `0`…`9` for an ASCII or full-width digit; nil for anything else.
    static func of(_ scalar: Unicode.Scalar) -> Character? {
        switch scalar.value {
        case 0x30...0x39: Character(scalar)
        case 0xFF10...0xFF19: Unicode.Scalar(scalar.value - 0xFF10 + 0x30).map(Character.init)
        default: nil
        }
    }
}
