import Crypto
import Foundation

/// The keys and passwords of one installation, made by the program at its first run.
package struct Secrets: Sendable {
    /// AES-256 keys for contacts, by the key id that each encrypted row carries. Old ones stay until nothing uses them.
    package let contactKeys: [String: SymmetricKey]
    /// The id of the key that new rows are encrypted with.
    package let currentContactKeyID: String
    /// Authenticates receipts and query codes.
    package let receiptKey: SymmetricKey
    /// Finds equal phone and identity numbers without showing them.
    package let blindIndexKey: SymmetricKey
    /// Authenticates forms (CSRF) and short-lived cookies.
    package let sessionKey: SymmetricKey
    /// Passwords of the database's login roles, by role. A machine that only serves needs not hold the owner's.
    package let rolePasswords: [String: String]

    /// The superuser of an embedded cluster, and the roles Minyi signs in with.
    package static let roles = ["postgres", "minyi_owner", "minyi_public", "minyi_staff", "minyi_work"]

    private static let firstContactKey = "contact-key-1"
    private static let keys = ["receipt-key", "blind-index-key", "session-key"]

    /// Reads the secrets of an installation.
    /// - Throws: `SecretsDirectory.Failure` when one is missing, malformed, or readable by every account.
    package static func load(from directory: SecretsDirectory) throws -> Secrets {
        var contactKeys: [String: SymmetricKey] = [:]
        for name in try directory.names() where contactKeyNumber(name) != nil {
            contactKeys[name] = try key(name, in: directory)
        }
        guard let current = contactKeys.keys.max(by: { contactKeyNumber($0) ?? 0 < contactKeyNumber($1) ?? 0 }) else {
            throw SecretsDirectory.Failure.missing(file: firstContactKey, directory: directory.path)
        }
        return Secrets(
            contactKeys: contactKeys,
            currentContactKeyID: current,
            receiptKey: try key("receipt-key", in: directory),
            blindIndexKey: try key("blind-index-key", in: directory),
            sessionKey: try key("session-key", in: directory),
            rolePasswords: try passwords(in: directory))
    }

    /// Makes what is missing at a first run, and reads all. A folder that has some contact key gets no new one: a lost
    /// key must be noticed.
    package static func loadOrCreate(in directory: SecretsDirectory) throws -> Secrets {
        let present = Set(try directory.names())
        if !present.contains(where: { contactKeyNumber($0) != nil }) {
            try directory.create(firstContactKey, randomHex(bytes: 32))
        }
        for name in keys where !present.contains(name) {
            try directory.create(name, randomHex(bytes: 32))
        }
        for role in roles where !present.contains("password-\(role)") {
            try directory.create("password-\(role)", randomHex(bytes: 24))
        }
        if !present.contains("webhook-secret") {
            let bytes = SymmetricKey(size: .bits256).withUnsafeBytes { Data($0) }
            try directory.create("webhook-secret", "whsec_" + bytes.base64EncodedString())
        }
        return try load(from: directory)
    }

    /// Adds a contact key, which becomes the current one for processes that start after this.
    /// - Returns: its id.
    package static func addContactKey(in directory: SecretsDirectory) throws -> String {
        let newest = try directory.names().compactMap(contactKeyNumber).max() ?? 0
        let name = "contact-key-\(newest + 1)"
        try directory.create(name, randomHex(bytes: 32))
        return name
    }

    /// The passwords that the folder holds, for commands that need nothing else.
    package static func passwords(in directory: SecretsDirectory) throws -> [String: String] {
        var passwords: [String: String] = [:]
        for role in roles {
            passwords[role] = try directory.read("password-\(role)")
        }
        return passwords
    }

    /// The password of the account at the mail server: a file that somebody puts there, or nil.
    package static func mailPassword(in directory: SecretsDirectory) throws -> String? {
        try directory.read("mail-password")
    }

    /// The secret that the provider of OpenID has given us: a file that somebody puts there, or nil.
    package static func openIDSecret(in directory: SecretsDirectory) throws -> String? {
        try directory.read("openid-secret")
    }

    /// The secret that webhooks are signed with; the gateway is given the same.
    package static func webhookSecret(in directory: SecretsDirectory) throws -> String {
        guard let secret = try directory.read("webhook-secret") else {
            throw SecretsDirectory.Failure.missing(file: "webhook-secret", directory: directory.path)
        }
        return secret
    }

    private static func contactKeyNumber(_ name: String) -> Int? {
        guard name.hasPrefix("contact-key-") else { return nil }
        return Int(name.dropFirst("contact-key-".count))
    }

    private static func key(_ name: String, in directory: SecretsDirectory) throws -> SymmetricKey {
        guard let text = try directory.read(name) else {
            throw SecretsDirectory.Failure.missing(file: name, directory: directory.path)
        }
        let digits = Array(text.utf8)
        let bytes = stride(from: 0, to: digits.count - 1, by: 2).compactMap { index in
            UInt8(String(decoding: digits[index...index + 1], as: UTF8.self), radix: 16)
        }
        guard digits.count == 64, bytes.count == 32 else {
            throw SecretsDirectory.Failure.malformed(path: "\(directory.path)/\(name)")
        }
        return SymmetricKey(data: bytes)
    }

    private static func randomHex(bytes count: Int) -> String {
        SymmetricKey(size: .init(bitCount: count * 8)).withUnsafeBytes { bytes in
            bytes.map { byte in
                let digits = String(byte, radix: 16)
                return digits.utf8.count == 1 ? "0" + digits : digits
            }.joined()
        }
    }
}
