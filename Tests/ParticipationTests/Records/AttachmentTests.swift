import Foundation
import Participation
import Postgres
import TestSupport
import Testing

@Suite("Attachments at the database")
struct AttachmentTests {
    private func stored(_ scene: AnsweringScene) async throws -> UUID {
        try await Attachment.store(
            Array("%PDF-1.4".utf8), name: "a.pdf", for: [2], in: scene.database.staff, as: AnsweringScene.clerk)
    }

    private func append(_ ordinal: Int, to id: UUID, in scene: AnsweringScene) async throws {
        try await scene.database.staff.write(as: AnsweringScene.clerk) { tx in
            _ = try tx.execute(
                "insert into attachment_chunks (attachment_id, ordinal, data) values (\(id), \(ordinal), '\\x00')")
        }
    }

    private func claim(_ id: UUID, in scene: AnsweringScene) async throws {
        try await scene.database.owner.write { tx in
            _ = try tx.execute("update attachments set expires_at = null where id = \(id)")
        }
    }

    /// Being of the unit is not enough: the switchboard and the administrator read no letters.
    @Test func onlyThoseWhoReadSubmissionsReadTheirScans() async throws {
        let scene = try await AnsweringScene.make()
        let id = try await stored(scene)
        try await claim(id, in: scene)
        for role in StaffRole.allCases {
            let actor = DatabaseActor.staff(99, grants: [role: [2]])
            let found = try await Attachment.find(id, in: scene.database.staff, as: actor)
            #expect((found == nil) == [.administrator, .dutyOfficer, .supervisor].contains(role), "\(role)")
            let chunk = try await Attachment.chunk(0, of: id, in: scene.database.staff, as: actor)
            #expect((chunk == nil) == (found == nil))
        }
    }

    @Test func nothingIsAppendedToWhatWasClaimed() async throws {
        let scene = try await AnsweringScene.make()
        let id = try await stored(scene)
        try await append(1, to: id, in: scene)
        try await claim(id, in: scene)
        await #expect(throws: PostgresError.self) { try await append(2, to: id, in: scene) }
    }
}
