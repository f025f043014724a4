import Foundation
import Postgres
import Sending
import Text

/// 验证码: six digits, sent to a phone through the gateway for short messages, to see that somebody has it in their hands.
package struct PhoneCode: Sendable {
    package static let length = 6
    /// As `use_phone_code` has it.
    package static let minutes = 5

    package enum Made: String, PostgresValue, CaseIterable, Sendable { case made, wait, full, closed }
    package enum Used: String, PostgresValue, CaseIterable, Sendable { case right, wrong, over }

    package let id: UUID
    /// Digits, without the prefix of the country.
    package let phone: String

    package init(id: UUID, phone: String) { (self.id, self.phone) = (id, phone) }

    /// A mobile phone of the mainland: eleven digits that begin with 1.
    package static func mobile(_ typed: String) -> String? {
        guard let digits = Contact.normalisedPhone(typed), digits.utf8.count == 11,
            digits.utf8.first == UInt8(ascii: "1")
        else { return nil }
        return digits
    }

    /// Six digits however they were typed; nil when it is something else.
    package static func digits(_ typed: String) -> String? {
        var digits = ""
        for scalar in typed.unicodeScalars where !scalar.properties.isWhitespace {
            guard let digit = ASCIIDigit.of(scalar), digits.utf8.count < length else { return nil }
            digits.append(digit)
        }
        return digits.utf8.count == length ? digits : nil
    }

    /// Makes a code, and says what it is, unless this phone was sent too many, or all phones together.
    package func make(
        for number: String, codes: QueryCodes, in database: Database
    ) async throws -> (outcome: Made, digits: String) {
        let digits = (0..<Self.length).map { _ in String(Int.random(in: 0...9)) }.joined()
        let (id, phone, mac) = (id, codes.phone(phone), codes.sentCode(digits, id: id))
        let outcome = try await database.write { tx in
            try tx.value("select make_phone_code(\(number), \(id), \(phone), \(mac))", as: Made.self)
        }
        return (outcome, digits)
    }

    package func use(_ digits: String, for number: String, codes: QueryCodes, in database: Database) async throws
        -> Used
    {
        let (id, mac) = (id, codes.sentCode(digits, id: id))
        return try await database.write {
            try $0.value("select use_phone_code(\(number), \(id), \(mac))", as: Used.self)
        }
    }

    /// Who has this phone: the same text for the same phone always.
    package var identity: String { "phone\n\(phone)" }
}

/// Sends codes through the webhook that notices of citizens go to. It is not put into the outbox: there the phone would have to stand.
package struct PhoneCodeSender: Sendable {
    private let webhook: Webhook
    private static let threads = OwnThreads("phone codes", threads: 4, longestQueue: 64)

    /// - Returns: nil where no gateway serves citizens.
    package init?(_ ways: NoticeWays) {
        guard let webhook = ways.webhook, ways.webhookServes != .staff else { return nil }
        self.webhook = webhook
    }

    private struct Body: Encodable {
        struct Recipient: Encodable { let phone: String }

        let id: String
        let type = "person.code"
        let text: String
        let facts: [String: String]
        let to: Recipient
    }

    /// - Parameter text: what a gateway without templates of its own sends.
    /// - Returns: whether the gateway has taken it.
    package func send(_ digits: String, to code: PhoneCode, text: String) async throws -> Bool {
        let id = code.id.uuidString.lowercased()
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        let body = Array(
            try encoder.encode(
                Body(
                    id: id, text: text, facts: ["code": digits, "minutes": String(PhoneCode.minutes)],
                    to: Body.Recipient(phone: code.phone))))
        let webhook = webhook
        return try await Self.threads.run { webhook.post(body, id: id, at: Date()) } == .accepted
    }
}
