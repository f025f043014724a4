import Documents
import Foundation
import HTTPTypes
import HummingbirdTesting
import Participation
import Postgres
import TestSupport
import Testing

@testable import Web

@Suite("Final directories")
struct DirectoriesTests {
    private func run(_ body: @Sendable (DirectoryScene, TestBrowser, PublicDirectory) async throws -> Void) async throws
    {
        let scene = try await DirectoryScene.make()
        let database = scene.county.database
        let it = try #require(try await scene.directory())
        let web = try TestSite.make(pools: Pools(public: database.public, staff: database.staff))
        try await web.makeServer().test(.router) { client in try await body(scene, TestBrowser(client), it) }
    }

    @Test func theyAreBrowsedSearchedAndReadRowByRow() async throws {
        try await run { scene, browser, it in
            try await browser.get("/directories")
            #expect(browser.page.contains("/directories/\(it.number)") && browser.page.contains("还没有"))
            #expect(browser.page.contains("1 / 26"))
            try await browser.get("/directories?q=政册文件")
            #expect(browser.page.contains("差一个字") && browser.page.contains("最低生活保障的政策文件"))
            try await browser.get("/directories?q=毫不相干")
            #expect(browser.page.contains("没有找到"))
            try await browser.get("/directories/\(it.number)")
            #expect(browser.page.contains("索引号") && browser.page.contains("<meta name=\"ArticleTitle\""))
            #expect(browser.page.contains("<meta name=\"dcterms.identifier\"") && browser.page.contains("改了什么"))
            let row = try #require(try await scene.rows().first)
            try await browser.get(row.href)
            #expect(browser.page.contains("<ins>") && browser.page.contains("改写") && browser.page.contains("最初的内容"))
            #expect(browser.page.contains("/notices/draft/1#row-1"))
            #expect(try await browser.get("/directories/D-2026-999999-9").status == .notFound)
            #expect(try await browser.get("/directories/\(it.number)/rows/x").status == .notFound)
            let other = UUID().uuidString.lowercased()
            #expect(try await browser.get("/directories/\(it.number)/rows/\(other)").status == .notFound)
        }
    }

    @Test func theyAreTakenAlong() async throws {
        try await run { scene, browser, it in
            try await browser.get("/directories/rows.csv?directory=\(it.number)")
            #expect(browser.page.contains("责任单位") && browser.page.split(separator: "\r\n").count == 4)
            let xlsx = try await browser.get("/directories/rows.xlsx?mode=on_request")
            #expect(xlsx.status == .ok)
            try await browser.get("/directories/rows.json?mode=on_request")
            let rows = try #require(
                try JSONSerialization.jsonObject(with: Data(browser.page.utf8)) as? [String: [[String: Any]]])
            #expect(rows["rows"]?.count == 1 && rows["rows"]?.first?["disclosure_mode"] as? String == "依申请")
            try await browser.get("/api/v1/directories/\(it.number)")
            #expect(browser.page.contains("\"confirmed_on\""))
            try await browser.get("/directories/rows.json?directory=D-1")
            #expect(browser.page == "{\"rows\":[]}")
        }
    }

    /// The page of a row quotes older editions: from memory, too, it knows at once what was sealed.
    @Test func aSealedEditionLeavesTheHistoryOfItsRows() async throws {
        try await run { scene, browser, it in
            let row = try #require(try await scene.rows().first)
            try await browser.get(row.href)
            #expect(browser.page.contains("20个工作日内"))
            let (staff, county) = (scene.county.database.staff, scene.county)
            let version: Int = try await staff.read(as: county.organiser) {
                try $0.value("select max(id) from published_versions where kind = 'draft'")
            }
            let seal = try await Seal.request(.version(id: version), reason: .secret, in: staff, as: county.organiser)
            try await Seal.confirm(seal, in: staff, as: county.reviewer)
            try await browser.get(row.href)
            #expect(!browser.page.contains("20个工作日内") && browser.page.contains("已封存"))
        }
    }

    @Test func aSealedOneIsATombstone() async throws {
        try await run { scene, browser, it in
            let row = try #require(try await scene.rows().first)
            try await scene.sealFinal()
            #expect(try await browser.get("/directories/\(it.number)").status == .gone)
            #expect(!browser.page.contains("政策文件") && !browser.page.contains("ArticleTitle"))
            #expect(try await browser.get(row.href).status == .notFound)
            try await browser.get("/directories")
            #expect(browser.page.contains("已封存") && !browser.page.contains("政策文件"))
        }
    }
}
