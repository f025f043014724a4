import Foundation
import JWTKit

/// What a provider says about who has signed in: a token that it has signed (OpenID Connect Core 1.0, 2 and 3.1.3.7).
struct IDToken: JWTPayload {
    /// Why one is not believed.
    enum Flaw: String, Error, CaseIterable {
        case malformed, algorithm, unknownKey, signature, issuer, audience, party, expired, early, old, nonce, subject
    }

    /// Algorithms with two keys only: where there is one for both, whoever can check could also sign.
    static let algorithms: Set<String> = [
        "RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA",
    ]
    /// Seconds that clocks may differ by.
    static let skew: TimeInterval = 60
    /// Seconds after which a token was not made for this sign-in.
    static let longest: TimeInterval = 600

    let iss: String
    let sub: String
    let aud: Audience
    let azp: String?
    let exp: Double
    let iat: Double
    let nonce: String?

    /// One or several. (JWTKit's own traps on an empty list.)
    struct Audience: Codable {
        let names: [String]

        init(from decoder: any Decoder) throws {
            let value = try decoder.singleValueContainer()
            names = try (try? [value.decode(String.self)]) ?? value.decode([String].self)
        }

        func encode(to encoder: any Encoder) throws {
            var value = encoder.singleValueContainer()
            try value.encode(names)
        }

        init(_ names: [String]) { self.names = names }
    }

    /// The rest is checked by `check`, which knows who asks.
    func verify(using algorithm: some JWTAlgorithm) throws {}

    /// The head of a token, read before anything is believed.
    struct Head: Decodable {
        let alg: String
        let kid: String?
        /// What one must understand to believe it (RFC 7515, 4.1.11); there is nothing of the kind that is understood here.
        private let crit: [String]?

        init(of token: String) throws(Flaw) {
            let parts = token.utf8.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
            guard parts.count == 3, let head = parts.first.flatMap({ Self.decoded($0) }),
                let found = try? JSONDecoder().decode(Head.self, from: head)
            else { throw .malformed }
            guard found.crit == nil else { throw .malformed }
            guard IDToken.algorithms.contains(found.alg) else { throw .algorithm }
            self = found
        }

        private static func decoded(_ part: Substring.UTF8View) -> Data? {
            var text = String(Substring(part)).replacing("-", with: "+").replacing("_", with: "/")
            text += String(repeating: "=", count: (4 - text.utf8.count % 4) % 4)
            return Data(base64Encoded: text)
        }
    }

    /// Reads a token that was signed with this key.
    static func read(_ token: String, key: JWK) async throws(Flaw) -> IDToken {
        var key = key
        // Chosen by its name before; here it is the only one.
        if key.keyIdentifier == nil { key.keyIdentifier = "only" }
        do {
            return try await JWTKeyCollection().add(jwk: key).verify(token, as: IDToken.self)
        } catch {
            throw .signature
        }
    }

    /// Whether it was made by this provider, for us, for this sign-in, just now.
    func check(issuer: String, client: String, nonce expected: String, now: Date) throws(Flaw) {
        guard iss == issuer else { throw .issuer }
        guard aud.names.contains(client) else { throw .audience }
        guard azp == nil && aud.names.count == 1 || azp == client else { throw .party }
        let moment = now.timeIntervalSince1970
        guard exp > moment - Self.skew else { throw .expired }
        guard iat < moment + Self.skew else { throw .early }
        guard iat > moment - Self.longest - Self.skew else { throw .old }
        guard nonce == expected else { throw .nonce }
        guard (1...255).contains(sub.utf8.count) else { throw .subject }
    }
}
