import Foundation
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import TestSupport
import Testing
import Text

@testable import Web

/// The citizen's pages over a real database; how they look and feel is tested in Tests/Browser.
@Suite("Comments from the web")
struct CommentsTests {
    private func run(
        _ terms: ExampleCounty.Terms = ExampleCounty.Terms(),
        _ test: @escaping @Sendable (TestBrowser, ExampleCounty.Announced, TestDatabase) async throws -> Void
    ) async throws {
        let county = try await ExampleCounty.make()
        let announced = try await county.announce(terms)
        let database = county.database
        let web = try TestSite.make(pools: Pools(public: database.public, staff: database.staff))
        try await web.makeServer().test(.router) { try await test(TestBrowser($0), announced, database) }
    }

    private func form(_ edition: Int, _ content: String, key: UUID = UUID()) -> [(String, String)] {
        [("idempotency", key.uuidString), ("edition", "\(edition)"), ("content", content), ("submitter", "person")]
    }

    @Test func theSameFormTwiceIsOneReceipt() async throws {
        try await run { browser, it, _ in
            try await browser.get("/consultations/\(it.number)/comment?row=2")
            let fields = form(it.editionID, "太长了") + [("row", "2")]
            let first = try await browser.post("/consultations/\(it.number)/comment", fields)
            #expect(first.status == .seeOther)
            try await browser.get("/consultations/\(it.number)/comment?row=2")
            let second = try await browser.post("/consultations/\(it.number)/comment", fields)
            #expect(second.headers[.location] == first.headers[.location])
            try await browser.get(try #require(second.headers[.location]))
            #expect(browser.page.contains("太长了") && browser.page.contains("data-receipt"))
        }
    }

    /// Nobody is asked to correct a form that is too late all the same; what was typed comes back with where to send it.
    @Test func tooLateIsSaidBeforeWhatIsWrong() async throws {
        try await run { browser, it, database in
            try await database.setClock(Date(timeIntervalSinceNow: 30 * 86_400))
            for content in ["写好的话", String(repeating: "长", count: 2001)] {
                try await browser.get("/receipts")
                let answer = try await browser.post(
                    "/consultations/\(it.number)/comment", form(it.editionID, content) + [("row", "99")])
                #expect(answer.status == .conflict)
                #expect(browser.page.contains(content) && browser.page.contains("0762-6750000"))
            }
        }
    }

    @Test func theLastDayStandsOnTheCard() async throws {
        var terms = ExampleCounty.Terms()
        // Noon of tomorrow is closed half a day from now at the earliest, however long the test waits for its turn.
        terms.closesAt = ChinaTime.startOf(ChinaTime.date(Date()).adding(days: 1)).addingTimeInterval(43_200)
        try await run(terms) { browser, _, _ in
            try await browser.get("/")
            #expect(browser.page.contains("明天截止"))
        }
    }

    @Test func aRowIsFoundByItsNumberOrSaidToBeMissing() async throws {
        try await run { browser, it, _ in
            let found = try await browser.get("/consultations/\(it.number)?row=%EF%BC%92")
            #expect(found.headers[.location] == "/consultations/\(it.number)#row-2")
            try await browser.get("/consultations/\(it.number)?row=99")
            #expect(browser.page.contains("没有第 99 行"))
        }
    }
}
