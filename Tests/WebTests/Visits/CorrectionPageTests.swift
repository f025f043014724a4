import Foundation
import HTTPTypes
import HummingbirdTesting
import Participation
import Postgres
import TestSupport
import Testing

@testable import Web

/// What was noted on a visit is read once more and corrected on one page.
@Suite("Pages that correct a visit")
struct CorrectionPageTests {
    @Test func wordsAndPeopleAreCorrectedInTheOpen() async throws {
        try await DeskScene.run { desk in
            let visit = try await VisitScene.make(in: desk.scene)
            let faults = try await visit.take([VisitScene.note("张书", "路不好走。", consents: true)])
            #expect(faults == [nil])
            let (field, noted) = ("/desk/visits/\(visit.number)", "/desk/hearings/\(visit.number)/transcript")
            let browser = try await desk.browser()
            try await browser.get(field + "/field")
            #expect(browser.page.contains("href=\"\(noted)\""))
            #expect(!browser.page.contains("路不好走"), "the phone keeps that page, and keeps nobody's words")
            try await browser.get(noted)
            let replaces = try #require(browser.hidden("replaces"))
            let key = UUID().uuidString
            func correct(_ body: String, key: String) async throws -> Int {
                try await browser.post(
                    field + "/correct", [("idempotency", key), ("replaces", replaces), ("body", body)]
                ).status.code
            }
            let same = try await correct("路不好走。", key: key)
            #expect(same == 422 && browser.page.contains("没有改动"))
            let empty = try await correct(" ", key: key)
            #expect(empty == 422 && browser.page.contains("这一条不完整"))
            // Pressed twice, it is one.
            for _ in 0..<2 {
                let done = try await correct("路灯不亮。", key: key)
                #expect(done == 303)
            }
            try await browser.get(noted)
            #expect(browser.page.contains("<del>路不好走。</del> <ins>路灯不亮。</ins>"))
            #expect(browser.page.components(separatedBy: "<del>").count == 2)
            let person: Int = try await desk.value("select id from gathering_people where role = 'met'")
            func rename(_ name: String) async throws -> Int {
                try await browser.post(
                    field + "/people/\(person)",
                    [
                        ("idempotency", UUID().uuidString), ("met", "\(person)"), ("name", name), ("phone", ""),
                        ("unit", "黎咀村"),
                        ("consents", "on"),
                    ]
                ).status.code
            }
            let long = try await rename(String(repeating: "张", count: 41))
            #expect(long == 422 && browser.page.contains("id=\"name-\(person)-error\""))
            let done = try await rename("张叔")
            #expect(done == 303)
            try await browser.get(noted)
            #expect(browser.page.contains("张叔") && browser.page.contains("更正：姓名"))
            #expect(!browser.page.contains("张书"))
            try await visit.close()
            try await browser.get(noted)
            #expect(browser.hidden("replaces") == nil && browser.hidden("met") == nil)
            let late = try await correct("太晚了。", key: UUID().uuidString)
            #expect(late == 422 && browser.page.contains("已经整理成意见"))
            try await browser.get("/desk/hearings/\(visit.number)/papers/gathering_record")
            #expect(browser.page.contains("记下以后更正1处"))
        }
    }
}
