import Crypto
import Foundation
import Participation

/// What a browser keeps while somebody says who they are and answers: encrypted, so that whoever finds it on a shared device learns nothing
/// from it, and for a short time.
struct PersonCookies: Sendable {
    /// Somebody is at the provider and will come back.
    struct Going: Codable, Sendable {
        let questionnaire: String
        let attempt: OpenIDProvider.Attempt
    }

    /// A code was sent to the phone.
    struct Sent: Codable, Sendable {
        let questionnaire: String
        let id: UUID
        let phone: String
    }

    /// Ten minutes to sign in, three hours to answer.
    static let timeToSignIn: TimeInterval = 600
    static let timeToAnswer: TimeInterval = 3 * 3600
    private static let going = "going"
    private static let sent = "sent"

    private struct Kept<Value: Codable>: Codable {
        let value: Value
        let until: Date
    }

    private let key: SymmetricKey

    /// - Parameter secret: the installation's web secret.
    init(secret: SymmetricKey) {
        key = HKDF<SHA256>.deriveKey(
            inputKeyMaterial: secret, info: Data("minyi verified persons".utf8), outputByteCount: 32)
    }

    func go(_ going: Going, now: Date = Date()) throws -> SetCookie {
        SetCookie(
            Self.going, try seal(going, for: Self.going, until: now.addingTimeInterval(Self.timeToSignIn)),
            maxAge: Int(Self.timeToSignIn))
    }

    func going(in cookies: CookieJar, now: Date = Date()) -> Going? {
        cookies[name: Self.going].flatMap { open($0, for: Self.going, now: now) }
    }

    func send(_ sent: Sent, now: Date = Date()) throws -> SetCookie {
        SetCookie(
            Self.sent, try seal(sent, for: Self.sent, until: now.addingTimeInterval(Self.timeToSignIn)),
            maxAge: Int(Self.timeToSignIn))
    }

    func sent(for number: String, in cookies: CookieJar, now: Date = Date()) -> Sent? {
        let sent: Sent? = cookies[name: Self.sent].flatMap { open($0, for: Self.sent, now: now) }
        return sent?.questionnaire == number ? sent : nil
    }

    static var forgetSent: SetCookie { .removing(sent) }

    static var forgetGoing: SetCookie { .removing(going) }

    /// The voice of the person before this browser, until it is closed.
    func voice(_ voice: [UInt8], in number: String, now: Date = Date()) throws -> SetCookie {
        SetCookie(
            "person-\(number)",
            try seal(voice, for: "voice in \(number)", until: now.addingTimeInterval(Self.timeToAnswer)), maxAge: nil)
    }

    func voice(in number: String, of cookies: CookieJar, now: Date = Date()) -> [UInt8]? {
        cookies[name: "person-\(number)"].flatMap { open($0, for: "voice in \(number)", now: now) }
    }

    static func forgetVoice(in number: String) -> SetCookie { .removing("person-\(number)") }

    private func seal<Value: Codable>(_ value: Value, for purpose: String, until: Date) throws -> String {
        let plain = try JSONEncoder().encode(Kept(value: value, until: until))
        let box = try AES.GCM.seal(plain, using: key, authenticating: Data(purpose.utf8))
        return Base64URL.encode(Array(box.nonce) + Array(box.ciphertext) + Array(box.tag))
    }

    /// Nil for what is not ours, was made for something else, or is too old.
    private func open<Value: Codable>(_ text: String, for purpose: String, now: Date) -> Value? {
        guard let bytes = Base64URL.decode(text), let box = try? AES.GCM.SealedBox(combined: bytes),
            let plain = try? AES.GCM.open(box, using: key, authenticating: Data(purpose.utf8)),
            let kept = try? JSONDecoder().decode(Kept<Value>.self, from: plain), kept.until > now
        else { return nil }
        return kept.value
    }
}
