import Crypto
import Foundation
import HTTPTypes
import HummingbirdTesting
import NIOCore
import Participation
import Postgres
import TestSupport
import Testing
import Text

@testable import Web

@Suite("The pages of a programme") struct ProgrammePagesTests {
    private func run(_ test: @escaping @Sendable (DeskScene) async throws -> Void) async throws {
        try await DeskScene.run { site in
            try await site.scene.database.owner.write {
                try $0.execute("insert into staff_roles (staff_id, unit_id, role) values (3, 1, 'organiser')")
            }
            try await test(site)
        }
    }

    private static let days = ["first_draft", "consultation", "revision", "publication", "summary"]

    /// Makes a programme and loads two lines; one of them is late.
    private func make(_ office: TestBrowser) async throws {
        try await office.get("/desk/programme")
        #expect(office.page.contains("还没有工作方案"))
        try await office.get("/desk/programme/new")
        let made = try await office.post(
            "/desk/programme/new",
            [("title", "政务公开标准化规范化"), ("basis", "龙府办〔2020〕58号")] + Self.days.map { ($0, "2026-11-20") })
        try await office.follow(made)
        #expect(office.page.contains("导入计划"))
        try await office.upload(
            "/desk/programme/1/plan", [], file: ("file", "plan.csv", Array("领域,责任单位\n社会救助,县民政局\n公路,县交通局\n".utf8)))
        #expect(office.page.contains("新增 2") && office.page.contains("<td data-label=\"责任单位\">县交通局</td>"))
    }

    @Test("The office makes one, loads its plan and sees who is late; a unit sees its own part and names its draft")
    func board() async throws {
        try await run { site in
            let office = try await site.browser("reviewer")
            try await make(office)
            try await office.get("/desk/programme/1?late=1")
            #expect(office.page.contains("逾期 1 天") && office.page.contains("龙府办〔2020〕58号"))
            try await office.get("/desk/programme/1?stage=first_draft&state=done")
            #expect(!office.page.contains(">公路</a>"))
            let unit = try await site.browser("stranger")
            try await unit.get("/desk/programme/1")
            #expect(unit.page.contains(">公路</a>") && !unit.page.contains(">社会救助</a>"))
            #expect(!unit.page.contains("/desk/programme/1/edit"))
            try await unit.get("/desk/programme/1/cells/2")
            #expect(unit.page.contains("对应的草案") && !unit.page.contains("去掉这一项"))
            #expect(try await unit.post("/desk/programme/1/cells/2/drop", []).status == .forbidden)
            #expect(try await unit.get("/desk/programme/1/cells/1").status == .notFound)
            #expect(!unit.page.contains("单独的时限"))
            #expect(
                try await unit.post("/desk/programme/1/cells/2/days", [("summary", "2026-12-31")]).status == .forbidden)
            try await office.get("/desk/programme/1/cells/2")
            #expect(office.page.contains("单独的时限") && office.page.contains("方案的时限：2026年11月20日"))
            let bad = try await office.post(
                "/desk/programme/1/cells/2/days", [("summary", "2026-12-31"), ("revision", "2026-02-30")])
            #expect(bad.status == .unprocessableContent && office.page.contains("请填写“修改稿”的日期"))
            #expect(office.page.contains("value=\"2026-12-31\""))
            try await office.follow(
                try await office.post("/desk/programme/1/cells/2/days", [("summary", "2026-12-31")]))
            #expect(office.page.contains("12月31日"))
            let organiser = try await site.browser()
            try await organiser.get("/desk/programme/1/cells/1")
            #expect(organiser.page.contains("href=\"/desk/drafts/1\""))
            try await organiser.follow(try await organiser.post("/desk/programme/1/cells/1", [("draft", "")]))
            #expect(!organiser.page.contains("href=\"/desk/drafts/1\""))
        }
    }

    @Test("A faulty plan loads nothing and says each cell; a form with mistakes comes back filled")
    func faults() async throws {
        try await run { site in
            let office = try await site.browser("reviewer")
            try await make(office)
            let refused = try await office.upload(
                "/desk/programme/1/plan", [],
                file: ("file", "plan.csv", Array("领域,责任单位,初稿\n婚姻,县民政局,2026-11-31\n丧葬,县某局,\n".utf8)))
            #expect(refused.status == .unprocessableContent)
            #expect(office.page.contains("有 2 处") && office.page.contains("第 2 行 C 列") && office.page.contains("县某局"))
            try await office.get("/desk/programme/1")
            #expect(!office.page.contains("婚姻"))
            let bad = try await office.post(
                "/desk/programme/1/edit", [("title", ""), ("basis", "文号"), ("first_draft", "2026-11-20")])
            #expect(bad.status == .unprocessableContent && office.page.contains("value=\"文号\""))
            #expect(office.page.contains("请填写“征求意见”的日期"))
            let stranger = try await site.browser("stranger")
            #expect(try await stranger.get("/desk/programme/new").status == .ok)
            #expect(
                try await stranger.post("/desk/programme/new", [("title", "甲")] + Self.days.map { ($0, "2026-11-20") })
                    .status == .forbidden)
            let template = try await office.get("/desk/programme/1/plan/template")
            #expect(Array(template.body.readableBytesView.prefix(2)) == Array("PK".utf8))
        }
    }

    @Test("A report is proposed from the figures, edited, refreshed, handed in and taken back")
    func report() async throws {
        try await run { site in
            let office = try await site.browser("reviewer")
            try await make(office)
            try await site.scene.database.owner.write {
                try $0.execute("update site_settings set value = 'pdf' where key = 'report_formats'")
            }
            let unit = try await site.browser()
            let address = "/desk/programme/1/reports/2"
            try await unit.get(address)
            #expect(!unit.page.contains("生成PDF"), "first it is saved")
            #expect(unit.page.contains("县民政局负责 1 项目录") && unit.page.contains("没有装 pandoc"))
            let fields = [
                ("version", "0"), ("section-progress", "我们写的。"), ("section-work", "做法"), ("section-faults", "没有"),
                ("section-next", "由系统拟的，没有改过。"),
                // As the page of an earlier moment showed it.
                ("made-next", Hexadecimal.encode(Array(SHA256.hash(data: Array("由系统拟的，没有改过。".utf8))))),
            ]
            try await unit.follow(try await unit.post(address, fields))
            #expect(!unit.page.contains("由系统拟的，没有改过。") && unit.page.contains("还有 1 项没有全部完成"))
            // A document is asked for by a form; looking for it asks for nothing.
            #expect(try await unit.get(address + "/document.pdf").status == .notFound)
            #expect(try await site.value("select count(*) from report_files", as: Int.self) == 0)
            try await unit.get(address)
            #expect(unit.page.contains("生成PDF 文件"))
            try await unit.follow(try await unit.post(address + "/document", [("format", "pdf")]))
            #expect(unit.page.contains("data-asks-again") && unit.page.contains("PDF 文件：正在生成"))
            try await site.scene.database.owner.write {
                try $0.execute("update report_files set state = 'made', data = '%PDF-1.7'::bytea")
            }
            #expect(try await unit.get(address + "/document.pdf").headers[.contentType] == "application/pdf")
            try await unit.get(address)
            #expect(unit.page.contains("我们写的。") && unit.page.contains("按现在的数字，系统拟的是"))
            // Somebody else with the page of before.
            let stale = try await office.post(address, [("version", "0"), ("section-progress", "别人写的。")])
            #expect(stale.status == .conflict && office.page.contains("别人写的。"))
            try await unit.follow(try await unit.post(address + "/refresh", []))
            #expect(unit.page.contains("我们写的。"))
            try await unit.follow(
                try await unit.post(address + "/hand-in", [("version", unit.hidden("version") ?? "")]))
            #expect(unit.page.contains("陈组织报送") && !unit.page.contains("<textarea"))
            try await office.get("/desk/programme/1")
            #expect(office.page.contains("县民政局</a> <span class=\"tag good\">"))
            #expect(try await unit.get("/desk/programme/1/reports/3").status == .notFound)
            try await unit.follow(try await unit.post(address + "/hand-in", [("back", "1")]))
            #expect(unit.page.contains("<textarea"))
            try await office.get("/desk/programme/1/reports/1")
            #expect(office.page.contains("工作总体报告") && office.page.contains("全县 2 个单位"))
        }
    }
}
