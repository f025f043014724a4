import Foundation
import Testing

@testable import Participation

@Suite("Password hashes")
struct PasswordHashTests {
    @Test func aHashKnowsItsPassword() async throws {
        let hash = try await PasswordHash.make("密码 correct horse")
        #expect(hash.hasPrefix("scrypt$15$8$1$"))
        #expect(try await PasswordHash.verify("密码 correct horse", against: hash))
        #expect(try await !PasswordHash.verify("密码 correct horsf", against: hash))
        #expect(try await !PasswordHash.verify("密码 correct horse", against: nil))
        let second = try await PasswordHash.make("密码 correct horse")
        #expect(second != hash)
        // The same letter composed by another keyboard.
        let composed = try await PasswordHash.make("\u{e9}", logRounds: 10)
        #expect(try await PasswordHash.verify("e\u{301}", against: composed))
    }

    @Test(arguments: [
        "", "scrypt", "scrypt$40$8$1$AAAA$AAAA", "scrypt$15$8$1$!$AAAA", "md5$1$1$1$AA$AA", "$$$$$",
        "scrypt$15$8$1$AAAA$",
    ])
    func anOddHashFitsNothing(_ stored: String) async throws {
        #expect(try await !PasswordHash.verify("x", against: stored))
    }
}
