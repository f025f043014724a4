import Foundation
import Text

/// What a hearing asks of who registers, besides name and phone. Kept encrypted and apart from everything; see `ContactVault`.
package struct RegistrationDetails: Codable, Sendable, Equatable {
    package static let table = "registration_details"
    package static let longestField = 100

    /// 18 signs, as `normalisedIdentity` returns them.
    package var identityNumber = ""
    /// Where no identity number is asked for, which says it.
    package var bornOn: CalendarDate?
    package var sex = ""
    package var ethnicity = ""
    package var education = ""
    package var occupation = ""
    package var address = ""

    package init() {}

    package var isEmpty: Bool { self == RegistrationDetails() }

    /// Without what is not asked for: what is not needed is not kept.
    package func following(_ asks: Set<Gathering.Asked>) -> RegistrationDetails {
        var kept = RegistrationDetails()
        if asks.contains(.identity) { kept.identityNumber = identityNumber }
        if asks.contains(.age), !asks.contains(.identity) { kept.bornOn = bornOn }
        if asks.contains(.sex) { kept.sex = sex }
        if asks.contains(.ethnicity) { kept.ethnicity = ethnicity }
        if asks.contains(.education) { kept.education = education }
        if asks.contains(.occupation) { kept.occupation = occupation }
        if asks.contains(.address) { kept.address = address }
        return kept
    }

    /// An identity number however it was typed: full-width digits, spaces, a small x.
    /// - Returns: nil where the check digit (GB 11643) or the day of birth in it is wrong.
    package static func normalisedIdentity(_ typed: String) -> String? {
        var plain = ""
        for scalar in typed.unicodeScalars where !scalar.properties.isWhitespace {
            if let digit = ASCIIDigit.of(scalar) {
                plain.append(digit)
            } else if ["x", "X", "ｘ", "Ｘ"].contains(scalar) {
                plain.append("X")
            } else {
                return nil
            }
            guard plain.utf8.count <= 18 else { return nil }
        }
        return IdentityNumber.isValid(plain) ? plain : nil
    }

    /// The day of birth, given or in the identity number.
    package var birthday: CalendarDate? {
        if let bornOn { return bornOn }
        let digits = identityNumber.utf8.dropFirst(6).prefix(8)
        guard digits.count == 8, let plain = Int(String(decoding: digits, as: UTF8.self)) else { return nil }
        return CalendarDate(year: plain / 10_000, month: plain / 100 % 100, day: plain % 100)
    }

    /// Whole years on a day. Who was born on 29 February is a year older on 1 March.
    package func age(on day: CalendarDate) -> Int? {
        birthday.map { born in
            day.year - born.year - ((day.month, day.day) < (born.month, born.day) ? 1 : 0)
        }
    }
}
