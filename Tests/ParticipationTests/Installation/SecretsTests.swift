import Crypto
import Foundation
import Participation
import Testing

/// The secrets directory on a real file system.
@Suite struct SecretsTests {
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent("minyi-secrets-\(UUID().uuidString)")

    private var directory: SecretsDirectory { SecretsDirectory(folder.path) }

    private func permissions(_ name: String = "") throws -> Int? {
        let path = name.isEmpty ? folder.path : folder.appendingPathComponent(name).path
        return (try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? NSNumber)?.intValue
    }

    @Test func firstRunMakesThemForTheOwnerAlone() throws {
        defer { try? FileManager.default.removeItem(at: folder) }
        let made = try Secrets.loadOrCreate(in: directory)
        #expect(made.currentContactKeyID == "contact-key-1")
        #expect(Set(made.rolePasswords.keys) == Set(Secrets.roles))
        #expect(try permissions() == 0o700)
        for name in try directory.names() { #expect(try permissions(name) == 0o600, "\(name)") }
        // Nothing is left of the drafts, and every secret is another.
        let all = try FileManager.default.contentsOfDirectory(atPath: folder.path)
        #expect(Set(all) == Set(try directory.names()))
        #expect(Set(try all.map { try directory.read($0) }).count == all.count)
    }

    @Test func secondRunKeepsThem() throws {
        defer { try? FileManager.default.removeItem(at: folder) }
        let first = try Secrets.loadOrCreate(in: directory)
        let second = try Secrets.loadOrCreate(in: directory)
        #expect(first.receiptKey == second.receiptKey)
        #expect(first.contactKeys == second.contactKeys)
        #expect(first.rolePasswords == second.rolePasswords)
    }

    @Test func rotationKeepsTheOldKey() throws {
        defer { try? FileManager.default.removeItem(at: folder) }
        let first = try Secrets.loadOrCreate(in: directory)
        // Numbers, not words: 10 comes after 9.
        for number in 2...10 { #expect(try Secrets.addContactKey(in: directory) == "contact-key-\(number)") }
        let rotated = try Secrets.load(from: directory)
        #expect(rotated.currentContactKeyID == "contact-key-10")
        #expect(rotated.contactKeys["contact-key-1"] == first.contactKeys["contact-key-1"])
        #expect(rotated.contactKeys.count == 10)
    }

    @Test func whatIsMissingIsNamed() throws {
        defer { try? FileManager.default.removeItem(at: folder) }
        #expect(throws: SecretsDirectory.Failure.self) { try Secrets.load(from: directory) }
        _ = try Secrets.loadOrCreate(in: directory)
        try FileManager.default.removeItem(at: folder.appendingPathComponent("receipt-key"))
        let failure = #expect(throws: SecretsDirectory.Failure.self) { try Secrets.load(from: directory) }
        #expect(failure?.description.contains("receipt-key") == true)
    }

    @Test func whatEveryAccountCanReadIsRefused() throws {
        defer { try? FileManager.default.removeItem(at: folder) }
        _ = try Secrets.loadOrCreate(in: directory)
        let path = folder.appendingPathComponent("receipt-key").path
        try FileManager.default.setAttributes([.posixPermissions: 0o604], ofItemAtPath: path)
        let failure = #expect(throws: SecretsDirectory.Failure.self) { try Secrets.load(from: directory) }
        #expect(failure?.description.contains("chmod") == true)
    }

    @Test(arguments: ["", "abc", String(repeating: "g", count: 64), String(repeating: "a", count: 63)])
    func whatIsNoKeyIsRefused(text: String) throws {
        defer { try? FileManager.default.removeItem(at: folder) }
        _ = try Secrets.loadOrCreate(in: directory)
        try Data(text.utf8).write(to: folder.appendingPathComponent("receipt-key"))
        #expect(throws: SecretsDirectory.Failure.self) { try Secrets.load(from: directory) }
    }
}
