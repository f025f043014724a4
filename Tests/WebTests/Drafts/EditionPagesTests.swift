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
            #expect(browser.page.contains("改写") && browser.page.contains("第 2 行至第 3 行没有变"))
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
            #expect(empty.status == .unprocessableContent && browser.page.contains("“一级事项”不能空着"))
            let added = try await browser.post(
                "/desk/drafts/1/editions/2/rows/new", [("after", "\(ids[0])"), ("level1", "临时救助"), ("level2", "对象")])
            #expect(added.status == .seeOther)
            let moved = try await browser.post(
                "/desk/drafts/passages/\(ids[2])/move", [("version", "1"), ("after", "0")])
            #expect(moved.status == .seeOther)
            let nowhere = try await browser.post(
                "/desk/drafts/passages/\(ids[2])/move", [("version", "1"), ("after", "99")])
            #expect(nowhere.status == .unprocessableContent && browser.page.contains("没有“99”这个序号"))
            try await browser.get("/desk/drafts/passages/\(ids[0])/split")
            #expect(browser.page.contains("name=\"part2_level1\""))
            let split = try await browser.post(
                "/desk/drafts/passages/\(ids[0])/split",
                [
                    ("version", "1"), ("part1_level1", "甲"), ("part1_level2", "子"), ("part2_level1", "乙"),
                    ("part2_level2", "子"),
                ])
            #expect(split.status == .seeOther)
            try await browser.get("/desk/drafts/passages/\(ids[0])/merge")
            #expect(browser.page.contains("甲\n乙"))
            let merged = try await browser.post(
                "/desk/drafts/passages/\(ids[0])/merge",
                browser.hiddenFields.filter { $0.0 != "csrf" } + [("level1", "甲乙"), ("level2", "子")])
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
                    ("p\(id)_level2", "办事指南"),
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

    @Test("An emptied cell that a row cannot be without is refused by row and column, and everything typed stays")
    func required() async throws {
        try await DeskScene.run { visit in
            let browser = try await visit.browser("organiser")
            let ids = try await begin(visit, browser)
            let refused = try await browser.post(
                "/desk/drafts/1/editions/2/grid",
                [
                    ("page", "0"), ("passage", "\(ids[2])"), ("p\(ids[2])_version", "1"),
                    ("p\(ids[2])_level1", "最低生活保障"), ("p\(ids[2])_level2", ""), ("p\(ids[2])_time_limit", "三十日"),
                ])
            #expect(refused.status == .unprocessableContent)
            #expect(browser.page.contains("第 3 行：“二级事项”不能空着") && browser.page.contains("三十日"))
            try await browser.get("/desk/drafts/1/editions/2/grid")
            #expect(browser.page.contains("左右滑动") && !browser.page.contains("三十日"))
        }
    }

    @Test("Carriers are ticked; what was not ticked anew stays as it was")
    func ticks() async throws {
        try await DeskScene.run { visit in
            let browser = try await visit.browser("organiser")
            let id = try #require(try await begin(visit, browser).first)
            try await browser.get("/desk/drafts/passages/\(id)")
            #expect(browser.page.contains("name=\"carriers\" value=\"政府网站\" checked"))
            let fields = [
                ("version", "1"), ("number", "1"), ("level1", "最低生活保障"), ("level2", "办事指南"),
                ("content_elements", "申请条件、程序、时限"), ("legal_basis", "《社会救助暂行办法》"), ("time_limit", "20个工作日"),
                ("publisher", "县民政局"), ("audience", "■全社会"), ("disclosure_mode", "■主动"), ("tier", "■县级"),
            ]
            try await browser.post(
                "/desk/drafts/passages/\(id)",
                fields + [
                    ("carriers_was", "■政府网站"), ("carriers", "政府网站"), ("carriers", "政府公报"), ("carriers_more", "村广播"),
                ])
            let carriers: String = try await visit.value("select carriers from passages where id = \(id)")
            #expect(carriers == "■政府网站 ■政府公报 ■村广播")
            // The record says from what to what.
            try await browser.get("/desk/drafts/1/editions/2/history")
            #expect(browser.page.contains("政府公报") && browser.page.contains("<ins>"))
        }
    }

    @Test("A dropped row is taken back from the record; a second press of an old page says what happened")
    func takenBack() async throws {
        try await DeskScene.run { visit in
            let browser = try await visit.browser("organiser")
            let ids = try await begin(visit, browser)
            let dropped = try await browser.post("/desk/drafts/passages/\(ids[1])/drop", [("version", "1")])
            #expect(dropped.headers[.location] == "/desk/drafts/1/editions/2/history")
            try await browser.get("/desk/drafts/1/editions/2/history")
            #expect(browser.page.contains("审核信息") && browser.page.contains("恢复这一条"))
            let again = try await browser.post("/desk/drafts/passages/\(ids[1])/drop", [("version", "1")])
            #expect(again.headers[.location] == "/desk/drafts/1/editions/2/history")
            try await browser.get("/desk/drafts/1/editions/2/history")
            #expect(browser.page.contains("陈组织已在"))
            let late = try await browser.post("/desk/drafts/passages/\(ids[1])", [("version", "1"), ("level1", "甲")])
            #expect(late.status == .gone && browser.page.contains("陈组织已在"))
            let change: Int = try await visit.value("select max(id) from passage_changes")
            let back = try await browser.post("/desk/drafts/1/editions/2/changes/\(change)/back", [])
            #expect(back.headers[.location] == "/desk/drafts/1/editions/2#row-2")
            try await browser.get("/desk/drafts/1/editions/2")
            #expect(browser.page.contains("已恢复") && browser.page.contains("审核信息"))
        }
    }

    @Test("Rows go by one number: where they do not go 1, 2, 3, they can be numbered anew")
    func numbers() async throws {
        try await DeskScene.run { visit in
            let browser = try await visit.browser("organiser")
            let ids = try await begin(visit, browser)
            try await browser.get("/desk/drafts/1/editions/2")
            #expect(!browser.page.contains("重新编号"))
            try await browser.post("/desk/drafts/passages/\(ids[2])/move", [("version", "1"), ("after", "1")])
            try await browser.get("/desk/drafts/1/changes/1/2")
            #expect(browser.page.contains("原在") && browser.page.contains("之后"))
            try await browser.get("/desk/drafts/1/editions/2")
            #expect(browser.page.contains("重新编号"))
            try await browser.post("/desk/drafts/1/editions/2/renumber", [])
            try await browser.get("/desk/drafts/1/editions/2")
            #expect(browser.page.contains("已重新编号，2 行") && !browser.page.contains("不是从 1 开始"))
        }
    }

    @Test("What means no row of the edition before never makes a row new; who confirmed is said")
    func lineage() async throws {
        try await DeskScene.run { visit in
            let browser = try await visit.browser("organiser")
            let id = try #require(try await begin(visit, browser).first)
            let fields = [
                ("version", "1"), ("number", "1"), ("level1", "最低生活保障"), ("level2", "办事指南"), ("time_limit", "3日"),
            ]
            try await browser.post("/desk/drafts/passages/\(id)", fields)
            _ = try await visit.scene.database.owner.write { tx in
                try tx.execute("update editions set source_name = 'a.csv' where id = 2")
            }
            let page = "/desk/drafts/1/editions/2/lineage"
            try await browser.get(page)
            for words in ["还没有人确认", "上一稿的文字", "［删去］</b>20", "name=\"from-\(id)\" value=\"1\""] {
                #expect(browser.page.contains(words), "\(words)")
            }
            for rubbish in ["abc", "1 abc", "99", "1、x", "1.5"] {
                let refused = try await browser.post(page, [("from-\(id)", rubbish)])
                #expect(refused.status == .unprocessableContent && browser.page.contains("value=\"\(rubbish)\""))
            }
            let origins: Int = try await visit.value(
                "select count(*) from passage_origins where passage_id = \(id)")
            #expect(origins == 1)
            let saved = try await browser.post(page, [("from-\(id)", "1")])
            #expect(saved.headers[.location] == page)
            try await browser.get("/desk/drafts/1/editions/2")
            #expect(browser.page.contains("陈组织已在") && browser.page.contains("确认各条的来源"))
            // Emptied on purpose it is new.
            try await browser.post(page, [("from-\(id)", "")])
            let none: Int = try await visit.value("select count(*) from passage_origins where passage_id = \(id)")
            #expect(none == 0)
        }
    }

    @Test("From an opinion to the row that can carry it out, with the opinion chosen there")
    func fromTheOpinion() async throws {
        try await DeskScene.run { visit in
            let browser = try await visit.browser("organiser")
            let sent = try await visit.scene.submit("时限太长", row: 1)
            let opinion = try #require(try await visit.scene.opinionIDs(of: sent.id).first)
            let early = try await browser.get("/desk/drafts/opinions/\(opinion)")
            #expect(early.headers[.location] == "/desk/drafts/1")
            let id = try #require(try await begin(visit, browser).first)
            let found = try await browser.get("/desk/drafts/opinions/\(opinion)")
            #expect(found.headers[.location] == "/desk/drafts/passages/\(id)?opinion=\(opinion)#opinions")
            try await browser.get("/desk/drafts/passages/\(id)?opinion=\(opinion)")
            for words in ["针对这一条的", "value=\"\(opinion)\" checked", "/desk/opinions/\(opinion)", "时限太长"] {
                #expect(browser.page.contains(words), "\(words)")
            }
            let whole = try await visit.scene.submit("整体不错")
            let other = try #require(try await visit.scene.opinionIDs(of: whole.id).first)
            let edition = try await browser.get("/desk/drafts/opinions/\(other)")
            #expect(edition.headers[.location] == "/desk/drafts/1/editions/2?opinion=\(other)")
            try await browser.get("/desk/drafts/1/editions/2?opinion=\(other)")
            #expect(browser.page.contains("整体不错") && browser.page.contains("?opinion=\(other)#opinions"))
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
