import Foundation
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import Participation
import Postgres
import TestSupport
import Testing
import Text

@testable import Web

@Suite("The desk's procedures")
struct ProceduresTests {
    private static func day(_ offset: Int) -> String {
        ChinaTime.date(AnsweringScene.whileOpen).adding(days: offset).description
    }

    @Test(arguments: [
        ("9:00", "09:00"), ("9：30", "09:30"), ("９点", "09:00"), ("14点半", "14:30"), ("9时5", "09:5"), ("14时05分", "14:05"),
        ("上午九点", "上午九点"),
    ])
    func anHourIsReadAsPeopleTypeIt(typed: String, read: String) {
        #expect(ProcedureForm.moment("2026-12-01", typed) == "2026-12-01T\(read)")
    }

    /// A form that is all right, but for what `changes` says.
    private static func form(_ changes: [String: String] = [:]) -> [(String, String)] {
        let fields = [
            "edition": "1", "title": "养老目录（征求意见稿）", "unit": "2", "rule": "1", "legal_basis": "龙府办〔2020〕58号",
            "explanatory_note": "说明第一段\n第二段", "opens_at": day(2), "opens_time": "9：00", "closes_at": "",
            "closes_time": "24:00", "shortening_reason": "", "contact_phone": "0762-6750000", "contact_address": "",
            "contact_postcode": "517300", "contact_email": "", "name_rule": "optional", "phone_rule": "required",
            "result_due_on": day(30),
        ]
        return fields.merging(changes) { $1 }.sorted { $0.key < $1.key }.map { ($0.key, $0.value) }
    }

    private func procedure(_ number: String, _ visit: DeskScene) async throws -> Procedure {
        try await visit.scene.database.staff.read(as: AnsweringScene.organiser) {
            try $0.one(Procedure.with(number: number))
        }
    }

    private func clearances(_ id: Int, _ visit: DeskScene) async throws -> [Clearance] {
        try await visit.scene.database.staff.read(as: AnsweringScene.organiser) {
            try $0.all(Clearance.of(procedure: id))
        }
    }

    /// Starts one and returns its number.
    private func start(_ browser: TestBrowser, _ changes: [String: String] = [:]) async throws -> String {
        try await browser.get("/desk/procedures/new?edition=1")
        let answer = try await browser.post("/desk/procedures/new", Self.form(changes))
        let address = try #require(answer.headers[.location])
        return try #require(address.split(separator: "/").last.map(String.init))
    }

    @Test("From an edition to an announcement that waits for its review")
    func theWholeWay() async throws {
        try await DeskScene.run { visit in
            let browser = try await visit.browser("organiser")
            try await browser.get("/desk/procedures/new?edition=1")
            #expect(browser.page.contains("value=\"社会救助领域目录（征求意见稿）\""))
            for words in ["龙府办〔2020〕58号 三(三)", "供参照", "必须遵守", "id=\"rule-1\" name=\"rule\" value=\"1\" checked"] {
                #expect(browser.page.contains(words), "\(words)")
            }
            // The counting is shown without saving anything.
            let preview = try await browser.post("/desk/procedures/new", Self.form(["preview": "1"]))
            #expect(preview.status == .ok && browser.page.contains("7 天（自然日）") && browser.page.contains("第 7 天"))
            let uncounted = try await browser.post(
                "/desk/procedures/new", Self.form(["preview": "1", "closes_at": Self.day(1)]))
            #expect(uncounted.status == .unprocessableContent && browser.page.contains("截止要在开始以后"))
            let number = try await start(browser)
            let twice = try await browser.post(
                "/desk/procedures/new",
                Self.form() + [("csrf", try await browser.token(after: "/desk/procedures/new"))])
            #expect(twice.headers[.location] == "/desk/procedures/\(number)")

            let saved = try await procedure(number, visit)
            #expect(saved.state == .preparing && saved.explanatoryNote == "说明第一段\n第二段")
            #expect(ChinaTime.wallClock(saved.opensAt).hour == 9 && saved.phoneRule == "required")
            #expect(ChinaTime.lastDay(before: saved.closesAt).description == Self.day(9))

            let address = "/desk/procedures/\(number)"
            try await browser.get(address)
            for words in ["准备中", "拟出公告并送审", "陈组织", "建立了这个事项", "0762-6750000", "第 7 天"] {
                #expect(browser.page.contains(words), "\(words)")
            }
            let prepared = try await browser.post(address + "/announcement", [])
            #expect(prepared.status == .seeOther)
            try await browser.get(address)
            #expect(browser.page.contains("等保密审查") && browser.page.contains("拟出征求意见公告，送审"))
            #expect(!browser.page.contains("拟出公告并送审"))
            let first = try await clearances(saved.id, visit).map(\.id)
            #expect(first.count == 2)
            try await browser.post(address + "/announcement", [])
            #expect(try await clearances(saved.id, visit).map(\.id) == first)

            // Whoever changes it sets aside what was prepared.
            try await browser.get(address + "/edit")
            #expect(browser.page.contains("value=\"24:00\"") && browser.page.contains("value=\"09:00\""))
            let changed = try await browser.post(
                address + "/edit", Self.form(["title": "养老目录（第二次）", "closes_at": Self.day(12)]))
            #expect(changed.status == .seeOther)
            #expect(try await clearances(saved.id, visit).allSatisfy { $0.stage == .lapsed })
            try await browser.get(address)
            #expect(browser.page.contains("已作废") && browser.page.contains("拟出公告并送审"))
            try await browser.get("/desk/procedures")
            #expect(browser.page.contains("养老目录（第二次）") && browser.page.contains("正在征求意见"))
        }
    }

    @Test("Each is told what waits for them; what was refused is said and can be prepared again")
    func refused() async throws {
        try await DeskScene.run { visit in
            let (scene, organiser) = (visit.scene, try await visit.browser("organiser"))
            let number = try await start(organiser)
            let address = "/desk/procedures/\(number)"
            try await organiser.get(address)
            try await organiser.post(address + "/announcement", [])
            let made = try await clearances(try await procedure(number, visit).id, visit)
            let notice = try #require(made.first { $0.kind == .announcement })
            try await organiser.get(address)
            #expect(organiser.page.contains("href=\"/desk/clearances/\(notice.id)\">查看进展</a>"))
            let reviewer = try await visit.browser("reviewer")
            try await reviewer.get(address)
            #expect(reviewer.page.contains("href=\"/desk/clearances/\(notice.id)\">去保密审查</a>"))
            try await Clearance.review(
                notice.id,
                version: try await Clearance.version(
                    of: notice.id, in: scene.database.staff, as: AnsweringScene.reviewer), passed: false,
                note: "有一处要核实", attribute: .proactive, in: scene.database.staff,
                as: AnsweringScene.reviewer)
            try await organiser.get(address)
            for words in ["上次拟的征求意见公告没有通过", "没有通过保密审查", "拟出公告并送审"] {
                #expect(organiser.page.contains(words), "\(words)")
            }
            try await organiser.get("/desk/procedures")
            #expect(organiser.page.contains("拟出公告，和征求意见稿一起送审"))
        }
    }

    @Test("What is wrong stands beside its field, and what was typed stays")
    func errors() async throws {
        try await DeskScene.run { visit in
            let browser = try await visit.browser("organiser")
            try await browser.get("/desk/procedures/new")
            let wrong = Self.form([
                "title": "", "unit": "3", "edition": "", "contact_phone": "", "contact_postcode": "12",
                "contact_email": "a@",
                "opens_at": Self.day(2), "closes_at": Self.day(1), "result_due_on": "明天", "explanatory_note": "留着<b>",
            ])
            let answer = try await browser.post("/desk/procedures/new", wrong)
            #expect(answer.status == .unprocessableContent)
            for words in [
                "href=\"#title\"", "请选择组织单位", "请选择一份草案", "六位数字", "电子邮件至少填一项", "完整的电子邮件地址", "截止要在开始以后", "例如 2026-12-15",
                "留着&lt;b&gt;</textarea>", "value=\"明天\"",
            ] {
                #expect(browser.page.contains(words), "\(words)")
            }
            let binding = try #require(browser.page.range(of: "重大行政决策公开征求意见"))
            let rule = browser.page[..<binding.lowerBound].components(separatedBy: "name=\"rule\" value=\"").last
            let id = try #require(rule?.prefix { $0 != "\"" })
            try await browser.post("/desk/procedures/new", Self.form(["rule": String(id), "closes_at": Self.day(9)]))
            #expect(browser.page.contains("比规定的 30 天短，请写明理由"))
            try await browser.post(
                "/desk/procedures/new", Self.form(["opens_at": Self.day(-9), "closes_at": Self.day(-2)]))
            #expect(browser.page.contains("这个时间已经过了"))
            // An opening that lies back makes no day of the period: seven from today, and fewer want a reason.
            let back = Self.form(["opens_at": Self.day(-30), "preview": "1"])
            try await browser.post("/desk/procedures/new", back)
            #expect(browser.page.contains("填写的开始日期已经过去") && browser.page.contains("7 天（自然日）"))
            #expect(browser.page.contains("请填今天或以后的日子"))
            try await browser.post(
                "/desk/procedures/new",
                Self.form(["rule": String(id), "opens_at": Self.day(-40), "closes_at": Self.day(1)]))
            #expect(browser.page.contains("1 天（自然日）") && browser.page.contains("比规定的 30 天短，请写明理由"))
            try await browser.post("/desk/procedures/new", Self.form(["rule": "", "opens_at": "", "opens_time": "x"]))
            #expect(browser.page.contains("请填写截止日期") && browser.page.contains("value=\"x\""))
            let rows = try await visit.scene.database.owner.read {
                try $0.value("select count(*) from procedures", as: Int.self)
            }
            #expect(rows == 1)
        }
    }

    @Test("A plan whose opening has passed while it was prepared has to be moved before it is announced")
    func openingPassed() async throws {
        try await DeskScene.run { visit in
            let browser = try await visit.browser("organiser")
            let number = try await start(browser)
            try await visit.scene.database.owner.write {
                try $0.execute(
                    "update procedures set opens_at = minyi_clock() - interval '2 days' where number = \(number)")
            }
            try await browser.get("/desk/procedures/\(number)")
            for words in ["填写的时间已经过了", "修改时间", "填写的开始日期已经过去", "9 天（自然日）"] {
                #expect(browser.page.contains(words), "\(words)")
            }
            #expect(!browser.page.contains("拟出公告并送审"))
            try await browser.get("/desk/procedures/\(number)/edit")
            let same = try await browser.post(
                "/desk/procedures/\(number)/edit", Self.form(["opens_at": Self.day(-2), "closes_at": Self.day(9)]))
            #expect(same.status == .unprocessableContent && browser.page.contains("请填今天或以后的日子"))
        }
    }

    @Test("What runs is extended, put on hold, resumed, corrected and ended, each with its reason")
    func changes() async throws {
        try await DeskScene.run { visit in
            let (scene, browser) = (visit.scene, try await visit.browser("organiser"))
            let address = "/desk/procedures/\(scene.number)"
            try await browser.get(address)
            for kind in ["extension", "correction", "suspension", "termination"] {
                #expect(browser.page.contains("\(address)/changes/\(kind)"), "\(kind)")
            }
            #expect(browser.page.contains("href=\"\(address)/versions\""))
            /// Prepares a change, clears it, and publishes it.
            func carryOut(_ kind: String, _ fields: [(String, String)]) async throws {
                try await browser.get("\(address)/changes/\(kind)")
                let answer = try await browser.post("\(address)/changes/\(kind)", fields + [("reason", "理由如此")])
                #expect(answer.status == .seeOther && answer.headers[.location] == address, "\(kind)")
                try await browser.get(address)
                #expect(browser.page.contains("等保密审查"), "\(kind)")
                let pending = try await clearances(scene.procedureID, visit).filter(\.isPending)
                for clearance in pending { try await scene.clear(clearance.id) }
                try await browser.get(address)
                #expect(browser.page.contains("可以公布"), "\(kind)")
                let notice = try #require(pending.first { $0.kind != .draft })
                #expect(notice.reason == "理由如此")
                try await Clearance.publish(notice.id, in: scene.database.staff, as: AnsweringScene.organiser)
            }
            try await browser.get("\(address)/changes/extension")
            let blank = try await browser.post(
                "\(address)/changes/extension", [("closes_at", Self.day(1)), ("reason", " ")])
            #expect(blank.status == .unprocessableContent)
            #expect(browser.page.contains("请写明理由") && browser.page.contains("要比现在的晚"))
            try await carryOut("extension", [("closes_at", Self.day(20)), ("closes_time", "17:30")])
            var now = try await procedure(scene.number, visit)
            #expect(ChinaTime.input(now.closesAt) == "\(Self.day(20))T17:30" && now.extended)

            try await carryOut("suspension", [])
            #expect(try await procedure(scene.number, visit).state == .suspended)
            try await browser.get("\(address)/changes/resumption")
            #expect(browser.page.contains("value=\"\(Self.day(20))\"") && browser.page.contains("value=\"17:30\""))
            let earlier = try await browser.post(
                "\(address)/changes/resumption",
                [("closes_at", Self.day(19)), ("closes_time", "24:00"), ("reason", "停电结束")])
            #expect(earlier.status == .unprocessableContent && browser.page.contains("不能比原来的早"))
            try await carryOut("resumption", [("closes_at", Self.day(25)), ("closes_time", "24:00")])
            now = try await procedure(scene.number, visit)
            #expect(now.state == .open && ChinaTime.lastDay(before: now.closesAt).description == Self.day(25))

            try await browser.get("\(address)/changes/correction")
            #expect(browser.page.contains("/desk/drafts/1/editions/new"))
            let edition = try await ImportDirectory(
                try DirectorySheet(reading: DraftsTests.file(DraftsTests.row(1, "最低生活保障", "办事指南"))),
                as: .edition(ofDraft: 1, stage: .first, note: ""), sourceName: "2.csv")(
                    in: scene.database.staff, as: AnsweringScene.organiser)
            try await carryOut("correction", [("edition", "\(edition.editionID)")])
            #expect(try await procedure(scene.number, visit).editionID == edition.editionID)

            try await carryOut("termination", [])
            try await browser.get(address)
            for words in ["已终止", "公布了延期", "公布了中止", "公布了恢复", "公布了更正后的征求意见稿", "延期公告通过保密审查", "李审签"] {
                #expect(browser.page.contains(words), "\(words)")
            }
            #expect(!browser.page.contains("/changes/"))
            for kind in ["extension", "resumption"] {
                #expect(try await browser.get("\(address)/changes/\(kind)").status == .conflict)
            }
            for kind in ["result", "announcement", "draft", "x"] {
                #expect(try await browser.get("\(address)/changes/\(kind)").status == .notFound, "\(kind)")
            }
            #expect(try await browser.get("\(address)/edit").status == .conflict)
        }
    }

    @Test("Only organisers of its units prepare and change; others of the unit read; strangers see nothing")
    func rights() async throws {
        try await DeskScene.run { visit in
            let number = try await start(try await visit.browser("organiser"))
            let address = "/desk/procedures/\(number)"
            let running = "/desk/procedures/\(visit.scene.number)"

            let clerk = try await visit.browser("clerk")
            try await clerk.get(address)
            #expect(clerk.page.contains("准备中") && !clerk.page.contains("拟出公告并送审"))
            #expect(try await clerk.post(address + "/announcement", []).status == .forbidden)
            try await clerk.get("/desk/procedures/new")
            #expect(try await clerk.post("/desk/procedures/new", Self.form()).status == .forbidden)
            try await clerk.get(address + "/edit")
            let edited = try await clerk.post(address + "/edit", Self.form(["title": "改掉"]))
            #expect(edited.status == .conflict || edited.status == .forbidden)
            #expect(try await procedure(number, visit).title == "养老目录（征求意见稿）")
            try await clerk.get(running + "/changes/suspension")
            #expect(try await clerk.post(running + "/changes/suspension", [("reason", "x")]).status == .forbidden)

            let stranger = try await visit.browser("stranger")
            for path in ["", "/edit", "/changes/suspension"] {
                #expect(try await stranger.get(running + path).status == .notFound, "\(path)")
            }
            try await stranger.get("/desk/procedures")
            #expect(stranger.page.contains("还没有征求意见的事项"))
            try await stranger.get("/desk/procedures/new")
            #expect(try await stranger.post(address + "/announcement", []).status == .notFound)
        }
    }
}
