import Crypto
import Foundation

/// Encrypts contacts with AES-256-GCM. Every row names its key, and is bound to its table and its own id: a ciphertext moved to
/// another row does not open.
package struct ContactVault: Sendable {
    package struct UnknownKey: Error, CustomStringConvertible {
        package let keyID: String
        package var description: String { "the contact key \(keyID) is not in the secrets folder" }
    }

    /// A contact as the `contacts` table keeps it.
    package struct Sealed: Sendable, Equatable {
        package let id: UUID
        package let keyID: String
        package let bytes: [UInt8]
        /// Finds equal phone numbers without showing them; nil without a phone.
        package let phoneIndex: [UInt8]?
    }

    /// The table of those who are called about a questionnaire.
    package static let samples = "sample_contacts"

    private let keys: [String: SymmetricKey]
    private let currentKeyID: String
    private let blindIndexKey: PreparedKey

    package init(keys: [String: SymmetricKey], currentKeyID: String, blindIndexKey: SymmetricKey) {
        (self.keys, self.currentKeyID, self.blindIndexKey) = (keys, currentKeyID, PreparedKey(blindIndexKey))
    }

    package init(secrets: Secrets) {
        self.init(
            keys: secrets.contactKeys, currentKeyID: secrets.currentContactKeyID, blindIndexKey: secrets.blindIndexKey)
    }

    /// - Throws: `UnknownKey` when the current key is missing.
    package func seal(_ contact: Contact, id: UUID = UUID(), in table: String = "contacts") throws -> Sealed {
        let bytes = try seal(json: contact, Self.binding(table, id))
        return Sealed(
            id: id, keyID: currentKeyID, bytes: bytes,
            phoneIndex: Contact.normalisedPhone(contact.phone).map(phoneIndex))
    }

    /// The same for what was asked of somebody who registers for a hearing; nothing is found again by it.
    package func seal(_ details: RegistrationDetails, id: UUID = UUID()) throws -> Sealed {
        let bytes = try seal(json: details, Self.binding(RegistrationDetails.table, id))
        return Sealed(id: id, keyID: currentKeyID, bytes: bytes, phoneIndex: nil)
    }

    private func seal(json: some Encodable, _ binding: Data) throws -> [UInt8] {
        guard let key = keys[currentKeyID] else { throw UnknownKey(keyID: currentKeyID) }
        let encoder = JSONEncoder()
        encoder.outputFormatting = .sortedKeys
        let box = try AES.GCM.seal(try encoder.encode(json), using: key, authenticating: binding)
        return Array(box.nonce) + Array(box.ciphertext) + Array(box.tag)
    }

    /// - Throws: `UnknownKey`, or a `CryptoKitError` when the bytes were changed or belong to another row.
    package func open(
        id: UUID, keyID: String, bytes: [UInt8], in table: String = "contacts"
    ) throws -> Contact {
        try open(json: bytes, keyID: keyID, Self.binding(table, id), as: Contact.self)
    }

    /// - Throws: as for a contact.
    package func openDetails(id: UUID, keyID: String, bytes: [UInt8]) throws -> RegistrationDetails {
        try open(
            json: bytes, keyID: keyID, Self.binding(RegistrationDetails.table, id), as: RegistrationDetails.self)
    }

    private func open<Value: Decodable>(
        json bytes: [UInt8], keyID: String, _ binding: Data, as type: Value.Type
    ) throws -> Value {
        guard let key = keys[keyID] else { throw UnknownKey(keyID: keyID) }
        let box = try AES.GCM.SealedBox(combined: bytes)
        return try JSONDecoder().decode(Value.self, from: try AES.GCM.open(box, using: key, authenticating: binding))
    }

    /// Encrypts the key of a questionnaire's voices as it does contacts.
    package func seal(_ key: SymmetricKey, ofVoicesIn questionnaireID: Int) throws -> (keyID: String, bytes: [UInt8]) {
        guard let own = keys[currentKeyID] else { throw UnknownKey(keyID: currentKeyID) }
        let plain = key.withUnsafeBytes { Data($0) }
        let box = try AES.GCM.seal(plain, using: own, authenticating: Self.binding(voicesIn: questionnaireID))
        return (currentKeyID, Array(box.nonce) + Array(box.ciphertext) + Array(box.tag))
    }

    /// - Throws: as `open`.
    package func openVoiceKey(in questionnaireID: Int, keyID: String, bytes: [UInt8]) throws -> SymmetricKey {
        guard let own = keys[keyID] else { throw UnknownKey(keyID: keyID) }
        let box = try AES.GCM.SealedBox(combined: bytes)
        return SymmetricKey(
            data: try AES.GCM.open(box, using: own, authenticating: Self.binding(voicesIn: questionnaireID)))
    }

    /// Encrypts the seed of a lot until it is drawn.
    package func seal(seed: [UInt8], id: UUID) throws -> (keyID: String, bytes: [UInt8]) {
        guard let key = keys[currentKeyID] else { throw UnknownKey(keyID: currentKeyID) }
        let box = try AES.GCM.seal(seed, using: key, authenticating: Self.binding("lots", id))
        return (currentKeyID, Array(box.nonce) + Array(box.ciphertext) + Array(box.tag))
    }

    /// - Throws: as `open`.
    package func open(seed id: UUID, keyID: String, bytes: [UInt8]) throws -> [UInt8] {
        guard let key = keys[keyID] else { throw UnknownKey(keyID: keyID) }
        let box = try AES.GCM.SealedBox(combined: bytes)
        return Array(try AES.GCM.open(box, using: key, authenticating: Self.binding("lots", id)))
    }

    /// Encrypts the file of a list of people while it waits for the press that adds them. The name of the key stands before it.
    package func seal(list bytes: [UInt8]) throws -> [UInt8] {
        guard let key = keys[currentKeyID] else { throw UnknownKey(keyID: currentKeyID) }
        let box = try AES.GCM.seal(bytes, using: key, authenticating: Self.bindingOfLists)
        var sealed = Array(currentKeyID.utf8)
        sealed.append(0)
        sealed += Array(box.nonce)
        sealed += Array(box.ciphertext)
        sealed += Array(box.tag)
        return sealed
    }

    /// - Throws: as `open`.
    package func open(list sealed: [UInt8]) throws -> [UInt8] {
        let name = sealed.prefix { $0 != 0 }
        let keyID = String(decoding: name, as: UTF8.self)
        guard let key = keys[keyID] else { throw UnknownKey(keyID: keyID) }
        let box = try AES.GCM.SealedBox(combined: Array(sealed.dropFirst(name.count + 1)))
        return Array(try AES.GCM.open(box, using: key, authenticating: Self.bindingOfLists))
    }

    private static let bindingOfLists = Data("sample_lists".utf8)

    /// - Parameter phone: normalised digits.
    package func phoneIndex(_ phone: String) -> [UInt8] { index("phone:\(phone)") }

    /// By which it is seen that two have the same name. Spaces within it say nothing.
    package func nameIndex(_ name: String) -> [UInt8] {
        let letters = String(name.unicodeScalars.filter { !$0.properties.isWhitespace })
        return index("name:\(letters)")
    }

    /// By which somebody is known again who registers twice for the same hearing.
    /// - Parameter identity: what the registration is by: an identity number, else name and phone.
    package func personIndex(_ identity: String) -> [UInt8] { index(identity) }

    /// Finds the wishes of one address without showing it.
    /// - Parameter email: as `Contact.normalisedEmail` returns it.
    package func addressIndex(_ email: String) -> [UInt8] { index("address:\(email.lowercased())") }

    private func index(_ text: String) -> [UInt8] { Array(blindIndexKey.code(of: text.utf8)) }

    private static func binding(voicesIn id: Int) -> Data { Data("voice_boxes:\(id)".utf8) }

    private static func binding(_ table: String, _ id: UUID) -> Data {
        Data("\(table):\(id.uuidString.lowercased())".utf8)
    }
}
