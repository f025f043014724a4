import Foundation
import HTTPTypes
import HummingbirdTesting
import Participation
import Postgres
import TestSupport
import Testing

@testable import Web

/// Where a visit stood on its route, in its record and on its public page.
@Suite("Routes of visits")
struct RoutePageTests {
    @Test func theRecordSaysWhichRoundAndWhereAsFarAsThatIsPublic() async throws {
        try await DeskScene.run { desk in
            let first = try await VisitScene.make(in: desk.scene, title: "走访义都镇", place: "义都村")
            let visit = try await VisitScene.make(in: desk.scene)
            let last = try await VisitScene.make(in: desk.scene, title: "走访麻布岗镇", place: "麻布岗村")
            _ = try await VisitRound.save(
                nil, procedure: desk.scene.number, title: "东江两岸", stops: [first.id, visit.id, last.id],
                in: visit.staff, as: AnsweringScene.organiser)
            // As the first paper of one makes it public.
            try await desk.scene.database.owner.write { tx in
                try tx.execute(
                    """
                    insert into clearances (procedure_id, gathering_id, kind, title, content, content_hash, reason, unit_ids, prepared_by, prepared_at,
                      published_at)
                    select procedure_id, id, 'gathering_notice', '公告', '{}', sha256(''), '', unit_ids, 1, minyi_clock(), minyi_clock()
                    from gatherings where id = \(first.id)
                    """)
                try tx.execute("update gatherings set version = version + 1 where id = \(first.id)")
            }
            let faults = try await visit.take([VisitScene.note("李阿婆", "路不好走。")])
            #expect(faults == [nil])
            try await visit.close()
            let browser = try await desk.browser()
            let paper = "/desk/hearings/\(visit.number)/papers/gathering_record"
            try await browser.get(paper)
            for words in ["属于“东江两岸”，这一轮共走访3处，本次是第2处。", "1．义都村", "2．黎咀村（本次）", "3．还没有公布"] {
                #expect(browser.page.contains(words), "\(words)")
            }
            #expect(!browser.page.contains("麻布岗"), "where nobody knows that it is visited")
            let cleared = try await PrepareGatheringPaper(visit.number).paper(
                .gatheringRecord, version: 0, in: visit.staff, as: AnsweringScene.organiser)
            try await desk.scene.clear(cleared)
            _ = try await Clearance.publish(cleared, in: visit.staff, as: AnsweringScene.organiser)
            let visitor = desk.visitor
            let page = try await visitor.get("/visits/\(visit.number)")
            #expect(page.status == .ok)
            #expect(visitor.page.contains("走访路线") && visitor.page.contains("本次是第2处"))
        }
    }
}
