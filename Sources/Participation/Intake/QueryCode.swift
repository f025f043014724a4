import Crypto
import Foundation

/// 查询码: twelve digits, easily spoken, that open a receipt together with its number.
package struct QueryCode: Sendable, Equatable {
    package static let length = 12

    /// ASCII digits.
    package let digits: String

    /// Reads a code however it was typed: with spaces or hyphens, in full-width digits. Nil when it is not twelve digits.
    package init?(_ typed: String) {
        var digits = ""
        for scalar in typed.unicodeScalars {
            if let digit = ASCIIDigit.of(scalar) {
                digits.append(digit)
            } else if !["-", "－", "—", "–", "·", "."].contains(scalar), !scalar.properties.isWhitespace {
                return nil
            }
            guard digits.utf8.count <= Self.length else { return nil }
        }
        guard digits.utf8.count == Self.length else { return nil }
        self.digits = digits
    }

    fileprivate init(number: UInt64) {
        let plain = String(number % 1_000_000_000_000)
        digits = String(repeating: "0", count: max(0, Self.length - plain.utf8.count)) + plain
    }

    /// `4072 9518 3364`
    package var spoken: String {
        var groups = ""
        for (index, digit) in digits.enumerated() {
            if index > 0, index % 4 == 0 { groups += " " }
            groups.append(digit)
        }
        return groups
    }
}

/// Makes query codes and what the database stores of them.
package struct QueryCodes: Sendable {
    private let key: PreparedKey

    package init(key: SymmetricKey) { self.key = PreparedKey(key) }

    package init(secrets: Secrets) { self.init(key: secrets.receiptKey) }

    /// The code of a submission, derived from its key: whoever sends the same form again gets the same code again, and it
    /// is written down nowhere.
    /// - Parameter version: grows when a lost code is replaced at the counter.
    package func code(for submission: UUID, version: Int = 1) -> QueryCode {
        let mac = authenticate("query code of \(submission.uuidString.lowercased()):\(version)")
        // 64 bits modulo 10^12: the unevenness is below one in 10^7.
        return QueryCode(number: mac.prefix(8).reduce(0) { $0 << 8 | UInt64($1) })
    }

    /// What stands in `submissions.code_mac`: without the key it says nothing about the code.
    package func mac(_ code: QueryCode) -> [UInt8] { authenticate("code:" + code.digits) }

    /// The same of the first code of a submission.
    package func mac(for submission: UUID) -> [UInt8] { mac(code(for: submission)) }

    /// What stands for a browser among those that have answered a questionnaire: without the key, and for another questionnaire, it says
    /// nothing.
    /// - Parameter browser: the value of its cookie.
    package func voice(of browser: String, in questionnaire: String) -> [UInt8] {
        authenticate("voice in \(questionnaire):\(browser)")
    }

    /// What stands for an invitation to a questionnaire.
    package func invitation(_ code: QueryCode, to questionnaire: String) -> [UInt8] {
        authenticate("invitation to \(questionnaire):\(code.digits)")
    }

    /// What stands for the link of a kiosk, or the secret of its device.
    package func kiosk(_ secret: UUID) -> [UInt8] { authenticate("kiosk:\(secret.uuidString.lowercased())") }

    /// The secret in the link of a kiosk, derived from the form that asks for it: the same press gives the same link, one that was changed in
    /// between another.
    package func kioskLink(for form: UUID, in questionnaire: Int, place: String, idleSeconds: Int) -> UUID {
        let asked = "\(form.uuidString.lowercased()) in \(questionnaire):\(idleSeconds):\(place)"
        return UUID(
            uuid: authenticate("link of a kiosk " + asked).withUnsafeBytes { $0.loadUnaligned(as: uuid_t.self) })
    }

    /// By what somebody is known who is named with a form: pressed twice it is the same person, and with other words, after the button that goes
    /// back, another.
    package func person(namedWith form: UUID, _ words: [String]) -> UUID {
        let asked = ([form.uuidString.lowercased()] + words).joined(separator: "\n")
        return UUID(
            uuid: authenticate("person named with " + asked).withUnsafeBytes { $0.loadUnaligned(as: uuid_t.self) })
    }

    /// The secret in a letter to a subscriber, derived from the subscription: so every letter can have it, and it stands nowhere.
    package func reminder(_ subscription: UUID, _ link: ReminderLink) -> UUID {
        let mac = authenticate("reminder \(link.rawValue) \(subscription.uuidString.lowercased())")
        return UUID(uuid: mac.withUnsafeBytes { $0.loadUnaligned(as: uuid_t.self) })
    }

    /// What stands for it in the database.
    package func mac(ofReminder secret: UUID) -> [UInt8] {
        authenticate("reminder secret:\(secret.uuidString.lowercased())")
    }

    /// What stands for a code that was sent to a phone, and for the phone, while the code holds.
    package func sentCode(_ digits: String, id: UUID) -> [UInt8] {
        authenticate("sent code \(id.uuidString.lowercased()):\(digits)")
    }

    package func phone(_ digits: String) -> [UInt8] { authenticate("phone that votes:\(digits)") }

    private func authenticate(_ text: String) -> [UInt8] { Array(key.code(of: text.utf8)) }
}
