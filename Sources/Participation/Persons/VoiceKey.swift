import Crypto
import Foundation
import Postgres

/// The key of one questionnaire, with which identities become voices. It is read for each person who signs in and kept nowhere else than
/// encrypted in the database, where it is destroyed when the questionnaire closes.
package struct VoiceKey: Sendable {
    private let key: SymmetricKey
    /// `OpenIDProvider.realm` when the questionnaire was opened; nil when nobody could sign in then.
    package let provider: String?

    private struct Sealed: Row {
        let questionnaireID: Int
        let keyID: String
        let bytes: [UInt8]
        let provider: String?

        init(_ row: RowReader) throws {
            (questionnaireID, keyID, bytes) = (
                try row["questionnaire_id"], try row["key_id"], try row["sealed_key"]
            )
            provider = try row["provider"]
        }
    }

    /// - Parameter number: of the questionnaire.
    /// - Returns: nil when it takes no voices now.
    package static func load(_ number: String, vault: ContactVault, in database: Database) async throws -> VoiceKey? {
        let sealed = try await database.first(
            "select questionnaire_id, key_id, sealed_key, provider from voice_key(\(number))", as: Sealed.self)
        return try sealed.map {
            VoiceKey(
                key: try vault.openVoiceKey(in: $0.questionnaireID, keyID: $0.keyID, bytes: $0.bytes),
                provider: $0.provider)
        }
    }

    /// Makes the key of a questionnaire that is opened in the same transaction.
    static func make(for questionnaireID: Int, vault: ContactVault, provider: String?, _ tx: borrowing Session) throws {
        let (keyID, bytes) = try vault.seal(SymmetricKey(size: .bits256), ofVoicesIn: questionnaireID)
        try tx.execute("select make_voice_box(\(questionnaireID), \(keyID), \(bytes), \(provider))")
    }

    /// What stands for a person in this questionnaire: without the key, and for another questionnaire, it says nothing.
    /// - Parameter identity: `OpenIDProvider.identity`.
    package func voice(of identity: String) -> [UInt8] {
        Array(HMAC<SHA256>.authenticationCode(for: Data(identity.utf8), using: key))
    }

    /// Whether this voice has been heard.
    package static func isUsed(_ voice: [UInt8], in number: String, of database: Database) async throws -> Bool {
        try await database.read { try $0.value("select voice_is_used(\(number), \(voice))", as: Bool.self) }
    }
}
