import Foundation
import Participation
import Postgres
import TestSupport
import Testing

@Suite("Names and phones are not kept for ever")
struct EraseContactsTests {
    private func contacts(_ scene: AnsweringScene) async throws -> Int {
        try await scene.database.superuser.read { tx in try tx.value("select count(*) from minyi.contacts") }
    }

    private func erase(_ scene: AnsweringScene) async throws -> Int {
        try await scene.database.work.write { tx in try tx.value("select erase_contacts()") }
    }

    @Test func theyGoSoManyDaysAfterTheResult() async throws {
        let scene = try await AnsweringScene.make()
        let sent = try await scene.submit("一", contact: Contact(name: "张小三", phone: "13800138000"))
        try await scene.submit("二")
        try await scene.close()
        #expect(try await erase(scene) == 0)
        try await scene.answer(sent.id, .adopted)
        try await scene.answer(sent.id + 1, .explained)
        try await scene.finish()
        try await scene.publishResult()
        try await scene.database.setClock(AnsweringScene.afterEntry.addingTimeInterval(90 * 86_400 - 60))
        #expect(try await erase(scene) == 0)
        #expect(try await contacts(scene) == 1)
        try await scene.database.setClock(AnsweringScene.afterEntry.addingTimeInterval(90 * 86_400 + 60))
        #expect(try await erase(scene) == 1)
        #expect(try await contacts(scene) == 0)
        #expect(try await erase(scene) == 0)
        let recorded: [String] = try await scene.database.owner.read { tx in
            try tx.values("select subject || code from events where kind = 'contacts_erased'")
        }
        #expect(recorded == ["procedure1"])
    }

    @Test func theNumberOfDaysIsASetting() async throws {
        #expect(SiteSettings.fault(.contactRetentionDays, "30") == nil)
        #expect(SiteSettings.fault(.contactRetentionDays, "") == "retention")
        #expect(SiteSettings.fault(.contactRetentionDays, "-1") == "retention")
        let scene = try await AnsweringScene.make()
        let sent = try await scene.submit("一", contact: Contact(name: "张小三", phone: ""))
        try await scene.close()
        try await scene.answer(sent.id, .adopted)
        try await scene.finish()
        try await scene.publishResult()
        _ = try await scene.database.owner.write { tx in
            try tx.execute("update site_settings set value = '0' where key = 'contact_retention_days'")
        }
        #expect(try await erase(scene) == 1)
    }
}
