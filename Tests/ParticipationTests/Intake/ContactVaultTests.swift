import Foundation
import Participation
import TestSupport
import Testing

@Suite struct ContactVaultTests {
    @Test func whatIsSealedOpensOnlyInItsOwnRow() throws {
        let vault = ContactVault(secrets: try ExampleCounty.secrets())
        let contact = Contact(name: "欧阳文山", phone: "138 0013 8000")
        let sealed = try vault.seal(contact)
        #expect(try vault.open(id: sealed.id, keyID: sealed.keyID, bytes: sealed.bytes) == contact)
        #expect(throws: (any Error).self) {
            try vault.open(id: UUID(), keyID: sealed.keyID, bytes: sealed.bytes)
        }
        var changed = sealed.bytes
        changed[20] ^= 1
        #expect(throws: (any Error).self) { try vault.open(id: sealed.id, keyID: sealed.keyID, bytes: changed) }
        #expect(throws: ContactVault.UnknownKey.self) {
            try vault.open(id: sealed.id, keyID: "contact-key-99", bytes: sealed.bytes)
        }
        #expect(throws: (any Error).self) { try vault.open(id: sealed.id, keyID: sealed.keyID, bytes: []) }
        #expect(try vault.seal(contact).bytes != sealed.bytes)
    }

    @Test func listsWaitEncrypted() throws {
        let vault = ContactVault(secrets: try ExampleCounty.secrets())
        let sealed = try vault.seal(list: Array("0762-0000001,甲".utf8))
        #expect(try vault.open(list: sealed) == Array("0762-0000001,甲".utf8))
        #expect(throws: (any Error).self) { try vault.open(list: Array(sealed.dropLast())) }
        #expect(throws: ContactVault.UnknownKey.self) { try vault.open(list: []) }
    }

    @Test func equalPhonesAreFoundWithoutBeingShown() throws {
        let vault = ContactVault(secrets: try ExampleCounty.secrets())
        let one = try vault.seal(Contact(name: "甲", phone: "13800138000"))
        let other = try vault.seal(Contact(name: "乙", phone: "+86 138-0013-8000"))
        #expect(one.phoneIndex == other.phoneIndex && one.phoneIndex?.count == 32)
        #expect(try vault.seal(Contact(name: "丙")).phoneIndex == nil)
        let elsewhere = ContactVault(secrets: try ExampleCounty.secrets())
        #expect(try elsewhere.seal(Contact(name: "甲", phone: "13800138000")).phoneIndex != one.phoneIndex)
    }
}
