import Foundation
import JWTKit
import Testing

@testable import Participation

@Suite("What a provider says about who has signed in")
struct IDTokenTests {
    private static let now = Date(timeIntervalSince1970: 1_800_000_000)

    private func token(
        iss: String = "https://id.example", sub: String = "li", aud: [String] = ["minyi"], azp: String? = nil,
        exp: Double = 1_800_000_300, iat: Double = 1_800_000_000, nonce: String? = "n"
    ) throws -> IDToken {
        var claims: [String: Any] = ["iss": iss, "sub": sub, "aud": aud, "exp": exp, "iat": iat]
        claims["azp"] = azp
        claims["nonce"] = nonce
        return try JSONDecoder().decode(IDToken.self, from: JSONSerialization.data(withJSONObject: claims))
    }

    private func flaw(_ token: IDToken) -> IDToken.Flaw? {
        do {
            try token.check(issuer: "https://id.example", client: "minyi", nonce: "n", now: Self.now)
            return nil
        } catch { return error }
    }

    /// Anybody can send a browser back with any text.
    @Test func onlyACodeOfAnErrorStandsInTheLog() {
        #expect(OpenIDProvider.errorCode("invalid_client") == "invalid_client")
        for other in ["", "Invalid", "a\nb", "eyJhbGciOiJSUzI1NiJ9.e30.x", String(repeating: "a", count: 41), "错误"] {
            #expect(OpenIDProvider.errorCode(other) == "no code")
        }
    }

    @Test func everyClaimIsLookedAt() throws {
        #expect(flaw(try token()) == nil)
        #expect(flaw(try token(iss: "https://id.example/")) == .issuer)
        #expect(flaw(try token(aud: ["other"])) == .audience)
        #expect(flaw(try token(aud: [])) == .audience)
        #expect(flaw(try token(aud: ["minyi", "other"])) == .party)
        #expect(flaw(try token(aud: ["minyi", "other"], azp: "other")) == .party)
        #expect(flaw(try token(aud: ["minyi", "other"], azp: "minyi")) == nil)
        #expect(flaw(try token(exp: 1_799_999_930)) == .expired)
        #expect(flaw(try token(exp: 1_799_999_990)) == nil)
        #expect(flaw(try token(iat: 1_800_000_090)) == .early)
        #expect(flaw(try token(iat: 1_799_999_000)) == .old)
        #expect(flaw(try token(nonce: nil)) == .nonce)
        #expect(flaw(try token(nonce: "m")) == .nonce)
        #expect(flaw(try token(sub: "")) == .subject)
    }

    @Test func oneAudienceMayStandByItself() throws {
        let claims = #"{"iss":"i","sub":"s","aud":"minyi","exp":1,"iat":1}"#
        #expect(try JSONDecoder().decode(IDToken.self, from: Data(claims.utf8)).aud.names == ["minyi"])
    }

    private func head(_ json: String) -> IDToken.Flaw? {
        let encoded = OpenIDProvider.base64URL(Data(json.utf8))
        do {
            _ = try IDToken.Head(of: encoded + ".e30.c2ln")
            return nil
        } catch { return error }
    }

    @Test func onlyAlgorithmsWithTwoKeysAreTaken() {
        #expect(head(#"{"alg":"RS256","kid":"a"}"#) == nil)
        #expect(head(#"{"alg":"none"}"#) == .algorithm)
        #expect(head(#"{"alg":"HS256"}"#) == .algorithm)
        #expect(head(#"{"alg":"rs256"}"#) == .algorithm)
        // Something that one must understand, and does not.
        #expect(head(#"{"alg":"RS256","crit":["b64"],"b64":false}"#) == .malformed)
        #expect(head("{}") == .malformed)
        #expect(head("[") == .malformed)
        #expect(throws: IDToken.Flaw.malformed) { try IDToken.Head(of: "a.b") }
        #expect(throws: IDToken.Flaw.malformed) { try IDToken.Head(of: "") }
    }

    @Test func anotherKeyDoesNotSignForIt() async throws {
        let (mine, other) = (ES256PrivateKey(), ES256PrivateKey())
        let signed = try await JWTKeyCollection().add(ecdsa: mine, kid: "a").sign(try token(), kid: "a")
        func jwk(_ key: ES256PrivateKey) throws -> JWK {
            let parameters = try #require(key.publicKey.parameters)
            return JWK.ecdsa(.es256, identifier: "a", x: parameters.x, y: parameters.y, curve: .p256, privateKey: nil)
        }
        #expect(try await IDToken.read(signed, key: jwk(mine)).sub == "li")
        await #expect(throws: IDToken.Flaw.signature) { _ = try await IDToken.read(signed, key: jwk(other)) }
    }

    @Test func whereAProviderMayBe() {
        func isUsable(_ issuer: String) -> Bool {
            (try? OpenIDProvider(.init(issuer: issuer, clientID: "minyi", name: "粤省事"))) != nil
        }
        #expect(isUsable("https://id.example.gov.cn/realm") && isUsable("http://localhost:9400"))
        #expect(!isUsable("http://id.example.gov.cn") && !isUsable("https://a:b@id.example") && !isUsable("file:///x"))
    }
}
