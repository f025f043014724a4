import Crypto
import Foundation
import JWTKit
import Sending
import Synchronization

/// Another system that knows who people are, by OpenID Connect: authorization code flow with PKCE (OpenID Connect Core 1.0 and
/// Discovery 1.0, RFC 6749, RFC 7636).
package final class OpenIDProvider: Sendable {
    package struct Settings: Sendable {
        /// As the provider names itself: `https://id.example.gov.cn`.
        package var issuer: String
        package var clientID: String
        /// Nil for a client that is known by its address alone.
        package var clientSecret: String?
        /// What people call it.
        package var name: String
        /// A file with the certificates to trust instead of the system's.
        package var authority: String?

        package init(
            issuer: String, clientID: String, clientSecret: String? = nil, name: String, authority: String? = nil
        ) {
            (self.issuer, self.clientID, self.clientSecret) = (issuer, clientID, clientSecret)
            (self.name, self.authority) = (name, authority)
        }
    }

    package struct Unusable: Error, CustomStringConvertible {
        package let description: String
    }

    /// Why nobody could be recognised.
    package enum Failure: Error, Equatable {
        /// The provider does not answer, or not in a form that can be read.
        case unreachable
        /// It knows nothing of this sign-in, or of this site; by its own code (RFC 6749, 4.1.2.1 and 5.2), see `errorCode`.
        case refused(String)
        /// What it said cannot be believed; the word says why.
        case unbelievable(String)
    }

    /// What is remembered between going there and coming back.
    package struct Attempt: Codable, Sendable, Equatable {
        package let state: String
        let nonce: String
        let verifier: String

        package init() {
            (state, nonce, verifier) = (Self.random(), Self.random(), Self.random())
        }

        private static func random() -> String {
            OpenIDProvider.base64URL(SymmetricKey(size: .bits256).withUnsafeBytes { Data($0) })
        }

        /// RFC 7636, 4.2.
        var challenge: String { OpenIDProvider.base64URL(Data(SHA256.hash(data: Data(verifier.utf8)))) }
    }

    private struct Metadata: Decodable, Sendable {
        let issuer: String
        let authorizationEndpoint: String
        let tokenEndpoint: String
        let jwksUri: String
        let tokenEndpointAuthMethodsSupported: [String]?
    }

    private struct Known {
        var metadata: (value: Metadata, readAt: Date)?
        var keys: [JWK] = []
        var keysReadAt = Date.distantPast
        /// Also when no answer came.
        var keysAskedAt = Date.distantPast
    }

    /// For this long the provider is not asked again how it is reached and which keys it has: a key that it withdraws is good no longer.
    private static let holds: TimeInterval = 3600
    /// Unknown keys and wrong signatures make us ask again, but not for everybody who makes one up.
    private static let keyPause: TimeInterval = 30
    private static let threads = OwnThreads("openid", threads: 8, longestQueue: 64)

    private static var decoder: JSONDecoder {
        let decoder = JSONDecoder()
        decoder.keyDecodingStrategy = .convertFromSnakeCase
        return decoder
    }

    package let settings: Settings
    private let fetch: Fetch
    private let known = Mutex(Known())

    package init(_ settings: Settings) throws(Unusable) {
        guard Fetch.isSafe(settings.issuer) else {
            throw Unusable(description: "The issuer of OpenID must begin with https:// and carry no name or password.")
        }
        guard !settings.clientID.isEmpty, !settings.name.isEmpty else {
            throw Unusable(description: "OpenID needs the client id that the provider gave, and the provider's name.")
        }
        self.settings = settings
        fetch = Fetch(authority: settings.authority)
    }

    /// Within it, the same person has the same identity: many providers know them by another for each client.
    package var realm: String { "\(settings.issuer)\n\(settings.clientID)" }

    /// Where somebody goes to sign in.
    package func address(for attempt: Attempt, returningTo address: String, now: Date = Date()) async throws -> String {
        let endpoint = try await metadata(now: now).authorizationEndpoint
        let fields = [
            ("response_type", "code"), ("scope", "openid"), ("client_id", settings.clientID),
            ("redirect_uri", address), ("state", attempt.state), ("nonce", attempt.nonce),
            ("code_challenge", attempt.challenge), ("code_challenge_method", "S256"),
            // Not who has signed in there before, on this device: whoever sits there now.
            ("prompt", "login"),
        ]
        let query = fields.map { "\($0)=\(Fetch.encoded($1))" }.joined(separator: "&")
        return endpoint + (endpoint.utf8.contains(UInt8(ascii: "?")) ? "&" : "?") + query
    }

    /// Who came back with this code: the same text for the same person always, and for nobody else.
    /// - Throws: `Failure`.
    package func identity(
        code: String, of attempt: Attempt, returningTo address: String, now: Date = Date()
    ) async throws -> String {
        let token = try await idToken(for: code, of: attempt, returningTo: address, now: now)
        do throws(IDToken.Flaw) {
            let said = try await read(token, now: now)
            try said.check(issuer: settings.issuer, client: settings.clientID, nonce: attempt.nonce, now: now)
            return "openid\n\(said.iss)\n\(said.sub)"
        } catch {
            throw Failure.unbelievable(error.rawValue)
        }
    }

    // MARK: What the provider is asked

    private func idToken(
        for code: String, of attempt: Attempt, returningTo address: String, now: Date
    ) async throws -> String {
        struct Answer: Decodable { let idToken: String }
        struct Refusal: Decodable { let error: String }
        let (metadata, settings, fetch) = (try await self.metadata(now: now), self.settings, self.fetch)
        var form: [(name: String, value: String)] = [
            ("grant_type", "authorization_code"), ("code", code), ("redirect_uri", address),
            ("code_verifier", attempt.verifier),
        ]
        var account: (name: String, password: String)?
        // Unless it says otherwise, a provider takes the secret in the header (Discovery 1.0, 3).
        let methods = metadata.tokenEndpointAuthMethodsSupported ?? ["client_secret_basic"]
        if let secret = settings.clientSecret, methods.contains("client_secret_basic") {
            account = (settings.clientID, secret)
        } else {
            form.append(("client_id", settings.clientID))
            if let secret = settings.clientSecret { form.append(("client_secret", secret)) }
        }
        let (fields, signedIn) = (form, account)
        let answer = try await ask { () throws(Fetch.Failed) in
            try fetch.post(metadata.tokenEndpoint, form: fields, account: signedIn)
        }
        guard answer.status == 200 else {
            guard answer.status < 500 else { throw Failure.unreachable }
            let told = try? Self.decoder.decode(Refusal.self, from: Data(answer.body))
            throw Failure.refused(Self.errorCode(told?.error ?? ""))
        }
        guard let token = try? Self.decoder.decode(Answer.self, from: Data(answer.body)) else {
            throw Failure.unbelievable(IDToken.Flaw.malformed.rawValue)
        }
        return token.idToken
    }

    private func metadata(now: Date) async throws -> Metadata {
        let held = known.withLock { known in
            known.metadata.flatMap { abs(now.timeIntervalSince($0.readAt)) < Self.holds ? $0.value : nil }
        }
        if let held { return held }
        var address = settings.issuer
        while address.hasSuffix("/") { address.removeLast() }
        let (url, fetch) = (address + "/.well-known/openid-configuration", fetch)
        let answer = try await ask { () throws(Fetch.Failed) in try fetch.get(url) }
        guard answer.status == 200, let found = try? Self.decoder.decode(Metadata.self, from: Data(answer.body)) else {
            throw Failure.unreachable
        }
        guard found.issuer == settings.issuer else { throw Failure.unbelievable(IDToken.Flaw.issuer.rawValue) }
        guard [found.authorizationEndpoint, found.tokenEndpoint, found.jwksUri].allSatisfy(Fetch.isSafe) else {
            throw Failure.unreachable
        }
        known.withLock { $0.metadata = (found, now) }
        return found
    }

    /// What a token says, once its signature is right. Keys are asked for once more when that of the token is not known or does not fit it:
    /// providers change theirs, some under the same name.
    private func read(_ token: String, now: Date) async throws(IDToken.Flaw) -> IDToken {
        let name = try IDToken.Head(of: token).kid
        var flaw = IDToken.Flaw.unknownKey
        if let signer = held(name, now: now) {
            do throws(IDToken.Flaw) { return try await IDToken.read(token, key: signer) } catch { flaw = error }
        }
        let mayAsk = known.withLock { abs(now.timeIntervalSince($0.keysAskedAt)) >= Self.keyPause }
        guard mayAsk else { throw flaw }
        let keys = try? await readKeys(now: now)
        known.withLock { known in
            known.keysAskedAt = now
            if let keys { (known.keys, known.keysReadAt) = (keys, now) }
        }
        guard keys != nil, let signer = held(name, now: now) else { throw flaw }
        return try await IDToken.read(token, key: signer)
    }

    /// A token without a name of a key is signed with the only one.
    private func held(_ name: String?, now: Date) -> JWK? {
        known.withLock { known in
            guard abs(now.timeIntervalSince(known.keysReadAt)) < Self.holds else { return nil }
            guard let name else { return known.keys.count == 1 ? known.keys.first : nil }
            return known.keys.first { $0.keyIdentifier?.string == name }
        }
    }

    private func readKeys(now: Date) async throws -> [JWK] {
        /// A key of a kind that is not known here does not spoil the others.
        struct Key: Decodable {
            let value: JWK?
            let use: String?

            init(from decoder: any Decoder) throws {
                value = try? decoder.singleValueContainer().decode(JWK.self)
                use = try? decoder.container(keyedBy: Name.self).decode(String.self, forKey: .use)
            }

            enum Name: CodingKey { case use }
        }
        struct Keys: Decodable { let keys: [Key] }
        let (url, fetch) = (try await metadata(now: now).jwksUri, self.fetch)
        let answer = try await ask { () throws(Fetch.Failed) in try fetch.get(url) }
        guard answer.status == 200 else { throw Failure.unreachable }
        return try JSONDecoder().decode(Keys.self, from: Data(answer.body)).keys
            .filter { $0.use != "enc" }.compactMap(\.value)
    }

    private func ask(
        _ work: @escaping @Sendable () throws(Fetch.Failed) -> Fetch.Answer
    ) async throws(Failure) -> Fetch.Answer {
        do { return try await Self.threads.run(work) } catch { throw .unreachable }
    }

    /// The code of an error as it may stand in a log: whoever follows a link can send any text in its place.
    package static func errorCode(_ text: String) -> String {
        let letters = text.utf8.prefix(41)
        let isCode =
            (1...40).contains(letters.count)
            && letters.allSatisfy { $0 == UInt8(ascii: "_") || (UInt8(ascii: "a")...UInt8(ascii: "z")).contains($0) }
        return isCode ? text : "no code"
    }

    static func base64URL(_ data: Data) -> String {
        data.base64EncodedString().replacing("+", with: "-").replacing("/", with: "_").replacing("=", with: "")
    }
}
