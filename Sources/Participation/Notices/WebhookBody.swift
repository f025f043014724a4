import Foundation

/// What a gateway gets: the whole letter, and its kind with the facts, for gateways that fill in approved templates of their own.
struct WebhookBody: Encodable {
    private let id: String
    private let type: String
    private let number: String?
    private let subject: String
    private let text: String
    private let link: String?
    private let facts: [String: String]
    private let to: NoticeWays.Recipient

    init(
        _ notice: NoticeInDelivery, _ facts: NoticeFacts, _ letter: NoticeWords.Letter,
        to recipient: NoticeWays.Recipient
    ) {
        id = notice.id.uuidString.lowercased()
        type = "\(notice.audience.rawValue).\(notice.kind)"
        number = notice.number
        (subject, text, link) = (letter.subject, letter.text, letter.link)
        self.facts = facts.plain.merging(notice.unitName.map { ["unit": $0] } ?? [:]) { $1 }
        to = recipient
    }

    var bytes: [UInt8] {
        get throws {
            let encoder = JSONEncoder()
            encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
            return Array(try encoder.encode(self))
        }
    }
}
