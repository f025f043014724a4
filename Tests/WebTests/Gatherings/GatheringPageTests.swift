import Foundation
import HTTPTypes
import HummingbirdTesting
import Participation
import Postgres
import TestSupport
import Testing
import Text

@testable import Web

/// A hearing made, announced and changed over the pages of the desk, and proposed from a receipt.
@Suite("Pages of hearings")
struct GatheringPageTests {
    private static let heldOn = GatheringScene.heldOn

    /// The form as filled in for the hearing of `GatheringScene`.
    private static func fields(_ changes: [String: String] = [:]) -> [(String, String)] {
        let (held, today) = (heldOn, GatheringScene.today)
        var fields: [(String, String)] = [
            ("kind", "hearing"), ("title", "目录听证会"), ("subject", "decision"), ("place", "县政府三楼"),
            ("starts_at", "\(held)"), ("starts_at_time", "9:00"), ("ends_at", "\(held)"), ("ends_at_time", "11:00"),
            ("registration_from", "\(today)"), ("registration_from_time", "18:00"),
            ("registration_until", "\(today.adding(days: 12))"), ("registration_until_time", ""),
            ("list_on", "\(held.adding(days: -21))"), ("materials_on", "\(held.adding(days: -9))"),
            ("report_on", "\(held.adding(days: 9))"), ("observers", "5"), ("media_seats", "0"), ("least_age", "18"),
            ("statement_minutes", "5"), ("contact_phone", "0762-6750000"), ("category_0_name", "村民"),
            ("category_0_seats", "2"), ("category_0_way", "application"),
        ]
        for index in fields.indices { fields[index].1 = changes[fields[index].0] ?? fields[index].1 }
        return fields
    }

    @Test func aHearingIsPlannedAndMadeOverThePages() async throws {
        try await DeskScene.run { desk in
            let browser = try await desk.browser()
            let form = desk.desk + "/hearings/new"
            try await browser.get(form + "?kind=hearing")
            // Place, two moments, two of registration, list, materials and telephone; and what only a practice asks for.
            let needed = browser.page.components(separatedBy: "送审公告以前要填").count - 1
            #expect(needed == 8 && browser.page.contains("不填的，要在“不按通常做法的理由”里写明"), "what the notice needs")
            #expect(browser.page.contains("新建听证会") && browser.page.contains("社会救助领域基层政务公开标准目录听证会"))
            let key = [("idempotency", try #require(browser.hidden("idempotency")))]
            let preview = try await browser.post(
                form,
                Self.fields(["list_on": "", "report_on": "", "materials_on": "\(Self.heldOn.adding(days: -6))"]) + key
                    + [("preview", "1")])
            #expect(preview.status == .ok)
            // The material comes too late, and the days that were empty are filled in.
            #expect(browser.page.contains("这些日期不符合规定，不能公告：") && browser.page.contains("最迟"))
            #expect(!browser.page.contains("name=\"list_on\" type=\"date\" value=\"\""))

            let wrong = try await browser.post(
                form, Self.fields(["title": "", "observers": "很多", "category_0_seats": "两名"]) + key)
            #expect(wrong.status == .unprocessableContent)
            for typed in ["value=\"县政府三楼\"", "value=\"很多\"", "value=\"两名\"", "请填不大于 1000 的数字"] {
                #expect(browser.page.contains(typed), "\(typed)")
            }
            let none: Int = try await desk.value("select count(*) from gatherings")
            #expect(none == 0)
            for _ in 1...2 { try await browser.follow(try await browser.post(form, Self.fields() + key)) }
            #expect(browser.page.contains("准备中") && browser.page.contains("县政府三楼"))
            let made: Int = try await desk.value("select count(*) from gatherings")
            #expect(made == 1, "the same form makes one")
            try await browser.get("/desk/hearings")
            #expect(browser.page.contains("目录听证会") && browser.page.contains("选一件事项"))
        }
    }

    @Test func whatIsWrongWithTheDaysIsSaidBeforeTheyArePlanned() async throws {
        try await DeskScene.run { desk in
            let browser = try await desk.browser()
            let form = desk.desk + "/hearings/new"
            func plan(_ changes: [String: String]) async throws -> HTTPResponse.Status {
                try await browser.post(form, Self.fields(changes) + [("preview", "1")]).status
            }
            let backwards = try await plan(["ends_at_time": "8:00"])
            #expect(backwards == .unprocessableContent && browser.page.contains("结束日期：结束要比开始晚，请看日期和时刻。"))
            let unread = try await plan(["starts_at_time": "上午九点"])
            #expect(unread == .unprocessableContent && browser.page.contains("开始日期：请填写日期和时间"))
            #expect(browser.page.contains("value=\"上午九点\"") && browser.page.contains("value=\"县政府三楼\""))
            let dayless = try await plan(["starts_at": ""])
            #expect(dayless == .unprocessableContent && browser.page.contains("请先填举行的日期"))
            let past = try await plan(["starts_at": "\(GatheringScene.today)", "ends_at": "\(GatheringScene.today)"])
            #expect(past == .unprocessableContent && browser.page.contains("举行的时间要在今天以后"))
            #expect(browser.page.contains("name=\"category_9_name\""))
            let blank = (1...9).map { ("category_\($0)_name", "") }
            try await browser.post(form, Self.fields() + blank + [("preview", "1")])
            #expect(browser.page.contains("name=\"category_9_name\"") && !browser.page.contains("category_10_name"))
            let soon = GatheringScene.today.adding(days: 5)
            let tight = try await plan([
                "starts_at": "\(soon)", "ends_at": "\(soon)", "registration_from": "", "registration_from_time": "",
                "registration_until": "", "list_on": "", "materials_on": "", "report_on": "",
            ])
            #expect(tight == .ok && browser.page.contains("离举行只有5天，公布参加人名单以前排不出6天的报名"))
        }
    }

    /// The button that goes back shows the form with the key it had.
    @Test func twoPeopleNamedWithOneFormAreTwo() async throws {
        try await DeskScene.run { desk in
            let it = try await GatheringScene(desk.scene, GatheringScene.input())
            let browser = try await desk.browser()
            let people = "/desk/hearings/\(it.number)/people/new"
            try await browser.get(people)
            let key = try #require(browser.hidden("idempotency"))
            for name in ["张某", "张某", "李某"] {
                let named = try await browser.post(
                    people, [("idempotency", key), ("role", "observer"), ("name", name)])
                #expect(named.status == .seeOther)
            }
            #expect(try await desk.value("select count(*) from gathering_people", as: Int.self) == 2)
        }
    }

    @Test func whoDraftedItDoesNotPreside() async throws {
        try await DeskScene.run { desk in
            let it = try await GatheringScene(desk.scene, GatheringScene.input())
            let browser = try await desk.browser()
            let people = "/desk/hearings/\(it.number)/people/new"
            func name(_ role: String, staff: Int?, _ name: String = "") async throws -> HTTPResponse.Status {
                try await browser.get(people)
                let key = browser.hidden("idempotency") ?? ""
                return try await browser.post(
                    people,
                    [("idempotency", key), ("role", role), ("staff", staff.map(String.init) ?? ""), ("name", name)]
                ).status
            }
            let drafter = try await name("presider", staff: AnsweringScene.organiserID)
            #expect(drafter == .unprocessableContent && browser.page.contains("起草的人和陈述人不能主持。"))
            let observer = try await name("observer", staff: GatheringScene.presiderID)
            #expect(observer == .unprocessableContent && browser.page.contains("同事只能当主持人、陈述人、记录员"))
            // Of another unit.
            let stranger = try await name("recorder", staff: AnsweringScene.strangerID)
            #expect(stranger == .unprocessableContent)
            let nobody = try await name("presider", staff: nil)
            #expect(nobody == .unprocessableContent && browser.page.contains("请选一位同事，或者填写姓名"))
            let long = try await name("observer", staff: nil, String(repeating: "名", count: 41))
            #expect(long == .unprocessableContent && browser.page.contains("名名"))
            let presider = try await name("presider", staff: GatheringScene.presiderID)
            #expect(presider == .seeOther)
            let outsider = try await name("presenter", staff: nil, "某专家")
            #expect(outsider == .seeOther)
            try await browser.get("/desk/hearings/\(it.number)")
            #expect(browser.page.contains("主持人 赵保密"))
        }
    }

    @Test func theNoticeIsPreparedOnceAndPublishedAndChanged() async throws {
        try await DeskScene.run { desk in
            var input = GatheringScene.input()
            input.registrationFrom = "\(GatheringScene.today)T00:00"
            let it = try await GatheringScene(desk.scene, input)
            let browser = try await desk.browser()
            let address = "/desk/hearings/\(it.number)"
            let paper = address + "/papers/gathering_notice"
            try await browser.get(paper)
            let early = try await browser.post(paper + "/prepare", [("seen", "0"), ("section_matter", "低保\r\n标准")])
            #expect(early.status == .conflict && browser.page.contains("要先确定主持人。"))
            #expect(browser.page.contains("低保\n标准") && browser.hidden("seen") == "1", "what was saved is not met again")
            try await it.name(.presider, staff: GatheringScene.presiderID)
            var made: [String] = []
            for _ in 1...2 {
                try await browser.get(paper)
                let answer = try await browser.post(
                    paper + "/prepare", [("seen", browser.hidden("seen") ?? ""), ("section_matter", "低保\r\n标准")])
                #expect(answer.status == .seeOther)
                made.append(try #require(answer.headers[.location]))
            }
            #expect(Set(made).count == 1, "a second press is the first clearance")
            try await publish(made[0], desk, browser)
            let visitor = desk.visitor
            let page = try await visitor.get("/hearings/\(it.number)")
            #expect(page.status == .ok && visitor.page.contains("已公告"))
            for said in [
                "天后截止", "<dt>主持人</dt><dd>赵保密</dd>", "年满18周岁", "抽签产生", "草案和说明都在那一页",
            ] {
                #expect(visitor.page.contains(said), "\(said)")
            }

            try await browser.get(address)
            let seen = try #require(browser.hidden("seen"))
            let plan: [(String, String)] = [
                ("seen", seen), ("list_on", "\(Self.heldOn)"), ("materials_on", "\(Self.heldOn.adding(days: -9))"),
                ("report_on", "\(Self.heldOn.adding(days: 9))"), ("statement_minutes", "3"), ("is_streamed", "no"),
            ]
            let late = try await browser.post(address + "/plan", plan)
            #expect(late.status == .unprocessableContent && browser.page.contains("参加人名单要在举行以前公布。"))
            #expect(browser.page.contains("value=\"\(Self.heldOn)\""))
            let nonsense = try await browser.post(address + "/plan", [("seen", seen), ("statement_minutes", "很久")])
            #expect(nonsense.status == .unprocessableContent && browser.page.contains("value=\"很久\""))
            try await browser.follow(
                try await browser.post(address + "/plan", plan.filter { $0.0 != "list_on" }))
            #expect(browser.page.contains("已经保存。"))
            let planned = try await it.gathering()
            #expect(planned.statementMinutes == 3 && !planned.isStreamed)

            let change = address + "/change"
            try await browser.get(change)
            #expect(browser.page.contains("value=\"\(Self.heldOn)\""), "what holds now need not be typed again")
            let nothing = try await browser.post(change, [])
            #expect(nothing.status == .unprocessableContent && browser.page.contains("请选变更什么"))
            let moved: [(String, String)] = [
                ("kind", "moved"), ("starts_at", "\(Self.heldOn)"), ("starts_at_time", "14:00"),
                ("ends_at", "\(Self.heldOn)"), ("ends_at_time", "16:00"), ("place", "县文化馆"),
            ]
            let silent = try await browser.post(change, moved + [("reason", "")])
            #expect(silent.status == .unprocessableContent && browser.page.contains("value=\"县文化馆\""))
            let long = String(repeating: "楼", count: 201)
            let longer = try await browser.post(
                change, moved.filter { $0.0 != "place" } + [("place", long), ("reason", "三楼停电")])
            #expect(longer.status == .unprocessableContent && browser.page.contains("value=\"\(long)\""))
            let told = try await browser.post(change, moved + [("reason", "三楼停电")])
            try await publish(try #require(told.headers[.location]), desk, browser)
            try await visitor.get("/hearings/\(it.number)")
            #expect(visitor.page.contains("县文化馆") && visitor.page.contains("时间或地点改了"))

            let id = it.id
            try await it.database.owner.write { tx in
                _ = try tx.execute(
                    "update gatherings set state = 'closed', closed_at = minyi_clock() where id = \(id)")
            }
            try await browser.get(address)
            #expect(browser.page.contains("意见已经整理"))
            try await it.publish(try await it.prepare(.gatheringRecord))
            try await browser.get(address)
            #expect(browser.page.contains("没有要办的了") && !browser.page.contains("意见已经整理"))

            // As a document, once a worker has made one.
            let shown = "/hearings/\(it.number)"
            try await visitor.get(shown)
            #expect(visitor.page.contains("听证报告") && !visitor.page.contains("/records/"))
            let none = try await visitor.get(shown + "/records/1/pdf")
            #expect(none.status == .notFound)
            try await it.database.owner.write { tx in
                _ = try tx.execute(
                    """
                    insert into version_files select id, 'pdf', '\\x255044462d'
                    from published_versions where gathering_id = \(id) and kind = 'gathering_record'
                    """)
            }
            try await visitor.get(shown)
            #expect(visitor.page.contains("href=\"\(shown)/records/1/pdf\""), "the page in memory is out of date")
            let document = try await visitor.get(shown + "/records/1/pdf")
            #expect(document.status == .ok && document.headers[.contentType] == "application/pdf")
            for wrong in ["/records/2/pdf", "/records/1/docx", "/records/1/exe"] {
                let answer = try await visitor.get(shown + wrong)
                #expect(answer.status == .notFound, "\(wrong)")
            }
        }
    }

    private func publish(_ clearance: String, _ desk: DeskScene, _ browser: TestBrowser) async throws {
        try await desk.scene.clear(try #require(clearance.split(separator: "/").last.flatMap { Int($0) }))
        try await browser.get(clearance)
        let answer = try await browser.post(clearance + "/publication", [])
        #expect(answer.status == .seeOther)
    }

    @Test func twoWhoWriteOnePaperSeeEachOther() async throws {
        try await DeskScene.run { desk in
            let it = try await GatheringScene(desk.scene, GatheringScene.input())
            let paper = "/desk/hearings/\(it.number)/papers/gathering_notice"
            let (organiser, clerk) = (try await desk.browser(), try await desk.browser("clerk"))
            for browser in [organiser, clerk] { try await browser.get(paper) }
            let first = try await clerk.post(paper, [("seen", "0"), ("section_matter", "经办写的")])
            #expect(first.status == .seeOther)
            let second = try await organiser.post(paper, [("seen", "0"), ("section_matter", "组织写的")])
            #expect(second.status == .conflict)
            #expect(organiser.page.contains("经办写的") && organiser.page.contains("组织写的"))
            let seen = try #require(organiser.hidden("seen"))
            #expect(seen == "1")
            let third = try await organiser.post(paper, [("seen", seen), ("section_matter", "组织写的")])
            #expect(third.status == .seeOther)
            try await clerk.get(paper)
            #expect(clerk.page.contains("组织写的") && !clerk.page.contains("经办写的"))
        }
    }

    @Test func aReceiptProposesAHearing() async throws {
        try await DeskScene.run { desk in
            let sent = try await desk.scene.submit("二十个工作日太长")
            let visitor = desk.visitor
            try await visitor.get("/receipts")
            let code = desk.scene.intake.codes.code(for: sent.key).digits
            try await visitor.follow(
                try await visitor.post("/receipts", [("number", sent.number), ("code", code)]))
            #expect(visitor.page.contains(">建议举行听证会</button>"))
            let action = "/receipts/\(sent.number)/propose-hearing"
            try await visitor.follow(try await visitor.post(action, []))
            #expect(visitor.page.contains("已经记下：您建议举行听证会。"))
            try await visitor.follow(try await visitor.post(action, []))
            #expect(visitor.page.contains("您已经建议过了。"))
            _ = try await desk.scene.database.work.write { try $0.execute("select refresh_proposals()") }
            let consultation = desk.visitor
            try await consultation.get("/consultations/\(desk.scene.number)")
            #expect(consultation.page.contains("有 1 人建议举行听证会。"))
            let browser = try await desk.browser()
            let proposals = desk.desk + "/proposals"
            try await browser.get(proposals)
            #expect(browser.page.contains("二十个工作日太长") && browser.page.contains("1 件，共 1 人"))
            let silent = try await browser.post(proposals, [("answer", " ")])
            #expect(silent.status == .unprocessableContent)
            let answer = try await browser.post(proposals, [("answer", "决定举行听证会。")])
            #expect(answer.status == .seeOther)
            try await desk.scene.close()
            try await visitor.get("/receipts/\(sent.number)")
            #expect(!visitor.page.contains(action), "nobody proposes any more")
        }
    }

    @Test func whoMayDoWhat() async throws {
        try await DeskScene.run { desk in
            let it = try await GatheringScene(desk.scene, GatheringScene.input())
            let address = "/desk/hearings/\(it.number)"
            let clerk = try await desk.browser("clerk")
            let read = try await clerk.get(address)
            #expect(read.status == .ok && !clerk.page.contains("\(address)/edit\""))
            #expect(clerk.page.contains("\(address)/people/new"))
            let made = try await clerk.post(desk.desk + "/hearings/new", Self.fields())
            #expect(made.status == .forbidden)
            let dropped = try await clerk.post(address + "/drop", [("seen", "1")])
            #expect(dropped.status == .forbidden)
            let stranger = try await desk.browser("stranger")
            let unseen = try await stranger.get(address)
            #expect(unseen.status == .notFound)
            let visitor = desk.visitor
            let unannounced = try await visitor.get("/hearings/\(it.number)")
            #expect(unannounced.status == .notFound)
        }
    }
}
