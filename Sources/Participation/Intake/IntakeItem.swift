import Foundation

/// A submission as the `intake` door reads it. Bytes travel as hexadecimal.
package struct IntakeItem: Encodable, Sendable, Equatable {
    package var key: UUID
    package var procedure: String
    package var editionID: Int
    /// The row; nil for the whole draft.
    package var position: Int?
    package var body: String
    package var channel: Channel
    package var submitter: Submitter.Kind
    package var people: Int
    package var organisation: String
    package var publicName: String?
    package var salt: String
    package var codeMac: String
    package var hasName: Bool
    package var hasPhone: Bool
    package var contactID: UUID?
    package var contactKeyID: String?
    package var contact: String?
    package var phoneIndex: String?
    /// `YYYY-MM-DD`; other channels than the web.
    package var arrivedOn: String?
    package var forSomeone: Bool?
    package var readBack: Bool?
    package var slipID: UUID?

    enum CodingKeys: String, CodingKey {
        case key, procedure, position, body, channel, submitter, people, organisation, salt, contact
        case editionID = "edition_id"
        case publicName = "public_name"
        case codeMac = "code_mac"
        case hasName = "has_name"
        case hasPhone = "has_phone"
        case contactID = "contact_id"
        case contactKeyID = "contact_key_id"
        case phoneIndex = "phone_index"
        case arrivedOn = "arrived_on"
        case forSomeone = "for_someone"
        case readBack = "read_back"
        case slipID = "slip_id"
    }
}

/// Bytes as hexadecimal digits in small letters.
package enum Hexadecimal {
    package static func encode(_ bytes: some Sequence<UInt8>) -> String {
        let digits = Array("0123456789abcdef".utf8)
        var text: [UInt8] = []
        for byte in bytes {
            text.append(digits[Int(byte >> 4)])
            text.append(digits[Int(byte & 15)])
        }
        return String(decoding: text, as: UTF8.self)
    }
}
