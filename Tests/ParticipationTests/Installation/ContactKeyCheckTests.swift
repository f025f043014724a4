import Foundation
import Participation
import Postgres
import TestSupport
import Testing

/// A database and the keys it was written with.
@Suite struct ContactKeyCheckTests {
    private func makeSecrets() throws -> (Secrets, SecretsDirectory, URL) {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("minyi-keys-\(UUID().uuidString)")
        let directory = SecretsDirectory(folder.path)
        return (try Secrets.loadOrCreate(in: directory), directory, folder)
    }

    @Test func ownKeysAreWelcomeAgain() async throws {
        let database = try await TestDatabase.make()
        let (secrets, directory, folder) = try makeSecrets()
        defer { try? FileManager.default.removeItem(at: folder) }
        try await ContactKeyCheck(secrets)(in: database.staff)
        _ = try Secrets.addContactKey(in: directory)
        try await ContactKeyCheck(try Secrets.load(from: directory))(in: database.staff)
    }

    @Test func anotherKeyOfTheSameNameIsRefused() async throws {
        let database = try await TestDatabase.make()
        let (one, _, folder) = try makeSecrets()
        let (other, _, otherFolder) = try makeSecrets()
        defer { [folder, otherFolder].forEach { try? FileManager.default.removeItem(at: $0) } }
        try await ContactKeyCheck(one)(in: database.staff)
        await #expect(throws: ContactKeyCheck.Mismatch.other("contact-key-1")) {
            try await ContactKeyCheck(other)(in: database.staff)
        }
    }

    @Test func aKeyThatContactsNeedIsMissed() async throws {
        let database = try await TestDatabase.make()
        let (secrets, directory, folder) = try makeSecrets()
        defer { try? FileManager.default.removeItem(at: folder) }
        _ = try Secrets.addContactKey(in: directory)
        try await ContactKeyCheck(try Secrets.load(from: directory))(in: database.staff)
        // A key that no contact needs may be gone.
        try await ContactKeyCheck(secrets)(in: database.staff)
        try await database.superuser.write { tx in
            // One contact without the submission it would hang on.
            try tx.execute("set local session_replication_role = replica")
            try tx.execute(
                """
                insert into contacts (id, submission_id, key_id, sealed, created_at)
                values (gen_random_uuid(), 1, 'contact-key-2', '\\x00', now())
                """)
        }
        for part in [database.staff, database.work] {
            await #expect(throws: ContactKeyCheck.Mismatch.lacking(["contact-key-2"])) {
                try await ContactKeyCheck(secrets)(in: part)
            }
        }
    }

    @Test func visitorsCannotIntroduceKeys() async throws {
        let database = try await TestDatabase.make()
        let (secrets, _, folder) = try makeSecrets()
        defer { try? FileManager.default.removeItem(at: folder) }
        let error = await #expect(throws: PostgresError.self) {
            try await ContactKeyCheck(secrets)(in: database.public)
        }
        #expect(error?.isPermissionDenied == true)
    }
}
