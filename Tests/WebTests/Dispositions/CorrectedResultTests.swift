import Foundation
import HummingbirdTesting
import Participation
import Postgres
import TestSupport
import Testing

@testable import Web

/// A correction is a new version that says what it changes.
@Suite struct CorrectedResultTests {
    @Test func theNewVersionShowsWhatItSaysOtherwise() async throws {
        let scene = try await AnsweringScene.make()
        let first = try await scene.submit("时限太长", row: 1)
        let second = try await scene.submit("写得清楚")
        try await scene.close()
        try await scene.answer(first.id, .notAdopted, "研究过了，维持原样。")
        try await scene.answer(second.id, .explained, "谢谢。")
        try await scene.finish()
        try await scene.publishResult()
        try await scene.answer(first.id, .adopted, "研究过了，改为十个工作日。")
        try await scene.publishResult()
        let web = try TestSite.make(pools: Pools(public: scene.database.public, staff: scene.database.staff))
        try await web.makeServer().test(.router) { client in
            let browser = TestBrowser(client)
            let changes = try await scene.database.public.read { tx in
                let ids: [Int] = try tx.values(
                    "select id from published_versions where kind = 'result' order by version")
                return try tx.all(CorrectedOpinion.between(ids[0], ids[1], limit: 10), as: CorrectedOpinion.self)
            }
            #expect(changes.count == 1 && changes[0].number == first.number)
            #expect(changes[0].old?.outcome == "not_adopted" && changes[0].new?.outcome == "adopted")
            try await browser.get("/consultations/\(scene.number)/notices/result/2")
            #expect(
                browser.page.contains("与第 1 版相比") && browser.page.contains("<ins>") && browser.page.contains("十个工作日"))
            try await browser.get("/consultations/\(scene.number)/notices/result/1")
            #expect(!browser.page.contains("相比"))
        }
    }
}
