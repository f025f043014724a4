import Crypto
import Foundation
import Participation

/// Signs small values that a browser keeps for us, so that it cannot change them. They can be read by their holder: what
/// must stay hidden does not belong here.
package struct Signer: Sendable {
    private let key: PreparedKey

    /// - Parameter secret: the installation's web secret; each purpose gets its own key derived from it.
    package init(secret: SymmetricKey) {
        key = PreparedKey(
            HKDF<SHA256>.deriveKey(inputKeyMaterial: secret, info: Data("minyi web signer".utf8), outputByteCount: 32))
    }

    /// `value.expiry.mac` in the cookie alphabet.
    /// - Parameter expires: after this moment `verify` refuses the value.
    package func sign(_ value: String, for purpose: String, expires: Date) -> String {
        let body = Base64URL.encode(value.utf8) + "." + String(Int(expires.timeIntervalSince1970))
        return body + "." + mac(purpose, body)
    }

    /// The value, when it was signed by us for this purpose and has not expired.
    package func verify(_ signed: String, for purpose: String, now: Date = Date()) -> String? {
        let parts = signed.utf8.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
            .map { String(decoding: $0, as: UTF8.self) }
        guard parts.count == 3, matches(parts[2], purpose, parts[0] + "." + parts[1]),
            let expires = Int(parts[1]), Double(expires) >= now.timeIntervalSince1970,
            let bytes = Base64URL.decode(parts[0])
        else { return nil }
        return String(validating: bytes, as: UTF8.self)
    }

    /// A code that only we can make for this text; the base of CSRF tokens.
    package func mac(_ purpose: String, _ text: String) -> String {
        Base64URL.encode(authenticate(purpose, text))
    }

    /// Whether the code belongs to the text; takes the same time for every wrong code.
    package func matches(_ code: String, _ purpose: String, _ text: String) -> Bool {
        guard let bytes = Base64URL.decode(code) else { return false }
        return authenticate(purpose, text) == bytes
    }

    private func authenticate(_ purpose: String, _ text: String) -> HashedAuthenticationCode<SHA256> {
        key.code(of: "\(purpose)\u{0}\(text)".utf8)
    }
}
