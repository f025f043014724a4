import Foundation
import HTTPTypes
import HummingbirdTesting
import Participation
import Postgres
import TestSupport
import Testing

@testable import Web

@Suite("The desk's editions")
struct EditionPagesTests {
    /// Begins the next edition of the scene's draft on the page and returns the ids of its passages.
    private func begin(_ visit: DeskScene, _ browser: TestBrowser) async throws -> [Int] {
        try await browser.get("/desk/drafts/1")
        // The draft was asked about, so its next edition is not the first.
        #expect(browser.page.contains("在屏幕上修改下一稿") && !browser.page.contains("<option value=\"first\""))
        let begun = try await browser.post("/desk/drafts/1/editions/begin", [("stage", "revised"), ("note", "")])
        #expect(begun.headers[.location] == "/desk/drafts/1/editions/2")
        return try await visit.scene.database.owner.read { tx in
            try tx.values("select id from passages where edition_id = 2 order by position", as: Int.self)
        }
    }

    @Test("A passage is edited at its own address; who comes second sees both")
    func onePassage() async throws {
        try await DeskScene.run { visit in
            let browser = try await visit.browser("organiser")
            let id = try #require(try await begin(visit, browser).first)
            try await browser.get("/desk/drafts/passages/\(id)")
            #expect(browser.page.contains("20个工作日") && browser.page.contains("name=\"version\" value=\"1\""))
            let fields = [
                ("version", "1"), ("number", "1"), ("level1", "最低生活保障"), ("level2", "办事指南"),
                ("content_elements", "申请条件、程序、时限"), ("legal_basis", "《社会救助暂行办法》"), ("publisher", "县民政局"),
                ("carriers", "■政府网站"), ("audience", "■全社会"), ("disclosure_mode", "■主动"), ("tier", "■县级"),
            ]
            let saved = try await browser.post("/desk/drafts/passages/\(id)", fields + [("time_limit", "10个工作日")])
            #expect(saved.status == .seeOther)
            let second = try await browser.post("/desk/drafts/passages/\(id)", fields + [("time_limit", "5个工作日")])
            #expect(second.status == .conflict)
            for words in ["对方现在写的", "10个工作日", "5个工作日", "name=\"version\" value=\"2\""] {
                #expect(browser.page.contains(words), "\(words)")
            }
            let long = String(repeating: "长", count: 5001)
            let wrong = try await browser.post("/desk/drafts/passages/\(id)", fields + [("time_limit", long)])
            #expect(wrong.status == .unprocessableContent && browser.page.contains(long))
            try await browser.get("/desk/drafts/passages/\(id)")
            #expect(browser.page.contains("<del><b class=\"unseen\">［删去］</b>20</del>"))
            try await browser.get("/desk/drafts/1/editions/2/history")
            #expect(browser.page.contains("陈组织") && browser.page.contains("公开时限"))
            try await browser.get("/desk/drafts/1/changes/1/2")
            #expect(browser.page.contains("改写") && browser.page.contains("第 2 位至第 3 位没有变"))
            try await browser.get("/desk/drafts/1/changes/1/2?rows=all")
            #expect(browser.page.contains("id=\"row-3\""))
        }
    }

    @Test("Add, move, split, merge and drop, each from its form")
    func everyForm() async throws {
        try await DeskScene.run { visit in
            let browser = try await visit.browser("organiser")
            let ids = try await begin(visit, browser)
            try await browser.get("/desk/drafts/1/editions/2/rows/new?after=\(ids[0])")
            #expect(browser.page.contains("最低生活保障"))
            let empty = try await browser.post(
                "/desk/drafts/1/editions/2/rows/new", [("after", "\(ids[0])"), ("number", "9")])
            #expect(empty.status == .unprocessableContent && browser.page.contains("至少写一处"))
            let added = try await browser.post(
                "/desk/drafts/1/editions/2/rows/new", [("after", "\(ids[0])"), ("level1", "临时救助"), ("level2", "对象")])
            #expect(added.status == .seeOther)
            let moved = try await browser.post(
                "/desk/drafts/passages/\(ids[2])/move", [("version", "1"), ("after", "0")])
            #expect(moved.status == .seeOther)
            let nowhere = try await browser.post(
                "/desk/drafts/passages/\(ids[2])/move", [("version", "1"), ("after", "99")])
            #expect(nowhere.status == .unprocessableContent && browser.page.contains("没有这个位置"))
            try await browser.get("/desk/drafts/passages/\(ids[0])/split")
            #expect(browser.page.contains("name=\"part2_level1\""))
            let split = try await browser.post(
                "/desk/drafts/passages/\(ids[0])/split",
                [("version", "1"), ("part1_level1", "甲"), ("part2_level1", "乙")])
            #expect(split.status == .seeOther)
            try await browser.get("/desk/drafts/passages/\(ids[0])/merge")
            #expect(browser.page.contains("甲\n乙"))
            let merged = try await browser.post(
                "/desk/drafts/passages/\(ids[0])/merge",
                browser.hiddenFields.filter { $0.0 != "csrf" } + [("level1", "甲乙")])
            #expect(merged.status == .seeOther)
            let dropped = try await browser.post("/desk/drafts/passages/\(ids[1])/drop", [("version", "1")])
            #expect(dropped.status == .seeOther)
            try await browser.get("/desk/drafts/1/editions/2")
            #expect(browser.page.contains("甲乙") && browser.page.contains("用表格修改"))
            // What was dropped is still there in the edition before, and says where it went.
            try await browser.get("/desk/drafts/passages/2")
            #expect(browser.page.contains("第 2 稿删去了这一条"))
        }
    }

    @Test("The grid saves each row by itself")
    func grid() async throws {
        try await DeskScene.run { visit in
            let browser = try await visit.browser("organiser")
            let ids = try await begin(visit, browser)
            try await browser.get("/desk/drafts/1/editions/2/grid")
            #expect(browser.page.contains("name=\"p\(ids[2])_time_limit\""))
            func row(_ id: Int, _ limit: String, version: Int = 1) -> [(String, String)] {
                [
                    ("passage", "\(id)"), ("p\(id)_version", "\(version)"), ("p\(id)_level1", "最低生活保障"),
                    ("p\(id)_time_limit", limit),
                ]
            }
            let saved = try await browser.post(
                "/desk/drafts/1/editions/2/grid", [("page", "0")] + row(ids[0], "1日") + row(ids[1], "2日"))
            #expect(saved.status == .seeOther)
            let again = try await browser.post(
                "/desk/drafts/1/editions/2/grid", [("page", "0")] + row(ids[0], "9日") + row(ids[2], "3日"))
            #expect(again.status == .conflict)
            #expect(browser.page.contains("9日") && browser.page.contains("1日") && browser.page.contains("对方现在写的"))
            let three: String = try await visit.value("select time_limit from passages where id = \(ids[2])")
            #expect(three == "3日")
            // By now the row stands on another page than the form does: what was typed comes back all the same.
            _ = try await visit.scene.database.owner.write { tx in
                try tx.execute(
                    """
                    insert into passages (edition_id, position, number, level1, level2, level3, content_elements, legal_basis, time_limit,
                      publisher, carriers, audience, disclosure_mode, tier, source)
                    select edition_id, n, number, level1, level2, level3, content_elements, legal_basis, time_limit,
                      publisher, carriers, audience, disclosure_mode, tier, source
                    from passages, generate_series(4, 60) n where id = \(ids[2])
                    """
                )
            }
            let moved = try await browser.post(
                "/desk/drafts/1/editions/2/grid", [("page", "1")] + row(ids[0], "8日"))
            #expect(moved.status == .conflict && browser.page.contains("8日"))
            let wrong = try await browser.post(
                "/desk/drafts/1/editions/2/grid", [("page", "1")] + row(ids[1], String(repeating: "长", count: 5001)))
            #expect(wrong.status == .unprocessableContent && browser.page.contains("p\(ids[1])_time_limit"))
        }
    }

    @Test("Others may look, and are told why they cannot change anything")
    func others() async throws {
        try await DeskScene.run { visit in
            let id = try #require(try await begin(visit, try await visit.browser("organiser")).first)
            let clerk = try await visit.browser("clerk")
            try await clerk.get("/desk/drafts/passages/\(id)")
            #expect(clerk.page.contains("只有负责单位的组织员") && !clerk.page.contains("<textarea"))
            let tried = try await clerk.post("/desk/drafts/passages/\(id)", [("version", "1"), ("level1", "x")])
            #expect(tried.status == .forbidden)
            let stranger = try await visit.browser("stranger")
            #expect(try await stranger.get("/desk/drafts/passages/\(id)").status == .notFound)
        }
    }
}
