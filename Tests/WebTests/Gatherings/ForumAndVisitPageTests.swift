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

/// A forum and a visit from being convened to being worked up, over the pages of the desk.
@Suite("Pages of forums and visits")
struct ForumAndVisitPageTests {
    private static let today = GatheringScene.today

    private static func input(_ title: String) -> GatheringPlan.Input {
        var input = GatheringPlan.Input()
        (input.title, input.place, input.contactPhone) = (title, "黎咀村", "0762-6750000")
        input.matter = "请老街坊说说办户籍的事"
        (input.startsAt, input.endsAt) = (
            "\(today.adding(days: 20))T09:00", "\(today.adding(days: 20))T11:00"
        )
        input.materialsOn = "\(today.adding(days: 12))"
        input.reportOn = "\(today.adding(days: 27))"
        return input
    }

    /// - Returns: its number and its address at the desk.
    private static func make(
        _ kind: Gathering.Kind, _ input: GatheringPlan.Input, in desk: DeskScene
    ) async throws -> (number: String, address: String) {
        let number = try await SaveGathering(try GatheringPlan(input, kind: kind)).create(
            kind, procedure: desk.scene.number, key: UUID(), in: desk.scene.database.staff,
            as: AnsweringScene.organiser)
        return (number, "/desk/hearings/\(number)")
    }

    private static func name(
        _ role: GatheringPerson.Role, _ name: String, in number: String, _ desk: DeskScene
    ) async throws {
        let scene = desk.scene
        let it = try await scene.database.staff.read(as: AnsweringScene.organiser) {
            try $0.one(Gathering.with(number: number), as: Gathering.self)
        }
        _ = try await NamePerson(
            gatheringID: it.id, role: role, contact: Contact(name: name, phone: "0762-6750000"), consents: true,
            key: UUID())(
                vault: scene.intake.vault, codes: scene.intake.codes, in: scene.database.staff,
                as: AnsweringScene.organiser)
    }

    private static func convene(_ address: String, _ browser: TestBrowser) async throws -> HTTPResponse.Status {
        try await browser.get(address)
        let seen = try #require(browser.hidden("seen"))
        return try await browser.post(address + "/convene", [("seen", seen)]).status
    }

    /// The button that goes back shows the form with the keys it had.
    @Test func aNoteThatWasSentBeforeWithOtherWordsIsTakenWithTheNextPress() async throws {
        try await DeskScene.run { desk in
            let (number, address) = try await Self.make(.visit, Self.input("走访黎咀镇"), in: desk)
            let browser = try await desk.browser()
            let convened = try await Self.convene(address, browser)
            #expect(convened == .seeOther)
            let keys = [("key", UUID().uuidString), ("person", UUID().uuidString)]
            func note(_ keys: [(String, String)], _ name: String, _ words: String) async throws -> HTTPResponse.Status {
                try await browser.post(
                    "/desk/visits/\(number)/notes", keys + [("name", name), ("words", words)]
                ).status
            }
            let first = try await note(keys, "李阿婆", "路不好走。")
            #expect(first == .seeOther)
            let second = try await note(keys, "钟大叔", "水压不够。")
            #expect(second == .unprocessableContent && browser.page.contains("水压不够。"))
            let fresh = [
                ("key", try #require(browser.hidden("key"))), ("person", try #require(browser.hidden("person"))),
            ]
            let third = try await note(fresh, "钟大叔", "水压不够。")
            #expect(third == .seeOther)
            #expect(
                try await desk.value("select count(*) from gathering_people where role = 'met'", as: Int.self) == 2)
        }
    }

    @Test func aVisitIsEndedAndWorkedUpFromItsPages() async throws {
        try await DeskScene.run { desk in
            let (number, address) = try await Self.make(.visit, Self.input("走访黎咀镇"), in: desk)
            let browser = try await desk.browser()
            let convened = try await Self.convene(address, browser)
            #expect(convened == .seeOther)
            // Weeks before the hour that was planned.
            let field = "/desk/visits/\(number)/field"
            let noted = try await browser.post(
                "/desk/visits/\(number)/notes",
                [
                    ("key", UUID().uuidString), ("person", UUID().uuidString), ("name", "李阿婆"), ("phone", ""),
                    ("unit", ""), ("words", "路不好走。电话13800138000。"),
                ])
            #expect(noted.status == .seeOther)
            try await browser.get(address)
            #expect(browser.page.contains("走访正在进行") && browser.page.contains("href=\"\(field)\""))
            #expect(!browser.page.contains("value=\"declined\""), "who was met declines nothing")
            try await browser.get(field)
            #expect(browser.page.contains("1 人，1 条") && browser.page.contains("action=\"\(address)/live/end\""))
            for path in ["/live", "/agenda"] {
                let none = try await browser.get(address + path)
                #expect(none.status == .notFound)
            }
            try await browser.follow(try await browser.post(address + "/live/end", []))
            #expect(browser.page.contains("走访已经结束。") && browser.page.contains(address + "/transcript"))
            let again = try await browser.post(address + "/live/end", [])
            #expect(again.status == .unprocessableContent && browser.page.contains("走访黎咀镇"))
            let words = try await browser.get(address + "/transcript")
            #expect(words.status == .ok && browser.page.contains("路不好走。") && browser.page.contains("整理意见"))
            #expect(!browser.page.contains("谁确认了"))
            try await browser.follow(try await browser.post(address + "/close", []))
            #expect(browser.page.contains("共有1条列入意见") && browser.page.contains("papers/gathering_record"))
            let made: Int = try await desk.value("select count(*) from submissions where channel = 'site_visit'")
            #expect(made == 1)
            try await browser.get(address + "/papers/gathering_record")
            #expect(browser.page.contains("138****8000") && !browser.page.contains("13800138000"))
            for words in ["走访安排", "走访1人。", "听到的意见", "走访听到的话1条，整理为意见1件"] {
                #expect(browser.page.contains(words), "\(words)")
            }
            for words in ["到会", "笔录确认", "参加人产生方式", "陈述和提问"] {
                #expect(!browser.page.contains(words), "a visit is no hearing: \(words)")
            }
        }
    }

    @Test func aForumIsConvenedWithWhoPresidesAndReadByNobodyElse() async throws {
        try await DeskScene.run { desk in
            let (number, address) = try await Self.make(.forum, Self.input("户籍办事座谈会"), in: desk)
            let browser = try await desk.browser()
            let early = try await Self.convene(address, browser)
            #expect(early == .unprocessableContent)
            #expect(browser.page.contains("要先确定主持人。") && browser.page.contains("户籍办事座谈会"))
            #expect(browser.page.contains("请老街坊说说办户籍的事"))
            try await Self.name(.presider, "主持人甲", in: number, desk)
            let convened = try await Self.convene(address, browser)
            #expect(convened == .seeOther)
            try await browser.get(address)
            #expect(browser.page.contains("已召集") && browser.page.contains("居民现在还看不到这次座谈会"))
            let visitor = desk.visitor
            let unseen = try await visitor.get("/forums/\(number)")
            #expect(unseen.status == .notFound)
            // Its notice can still be reviewed, approved and published.
            let paper = address + "/papers/gathering_notice"
            try await browser.get(paper)
            #expect(browser.page.contains("邀请。没有受邀的") && !browser.page.contains("报名条件"))
            let prepared = try await browser.post(paper + "/prepare", [("seen", browser.hidden("seen") ?? "")])
            #expect(prepared.status == .seeOther)
            // As the door does it, which is tried elsewhere.
            try await desk.scene.database.owner.write { tx in
                try tx.execute("update clearances set published_at = minyi_clock() where kind = 'gathering_notice'")
                try tx.execute("update gatherings set version = version + 1 where number = \(number)")
            }
            let seen = try await visitor.get("/forums/\(number)")
            #expect(seen.status == .ok && visitor.page.contains("没有受邀的") && visitor.page.contains("加到日历"))
            try await desk.scene.database.owner.write { tx in
                try tx.execute(
                    "update gatherings set state = 'held', ended_at = minyi_clock() where number = \(number)")
            }
            let over = try await desk.visitor.get("/forums/\(number)")
            #expect(over.status == .ok && !String(buffer: over.body).contains("加到日历"))

            // Its record speaks of who confirmed the minutes only where somebody was asked.
            try await desk.scene.database.owner.write { tx in
                _ = try tx.execute(
                    """
                    insert into gathering_entries (gathering_id, position, key, kind, body, said_at, at, staff_id, page)
                    select id, 1, gen_random_uuid(), 'procedural', '大家就座。', minyi_clock(), minyi_clock(), created_by, 1
                    from gatherings where number = \(number)
                    """)
            }
            let record = address + "/papers/gathering_record"
            try await browser.get(record)
            #expect(browser.page.contains("没有经参加人核对确认") && !browser.page.contains("在线确认"))
            try await desk.scene.database.owner.write { tx in
                _ = try tx.execute(
                    """
                    insert into transcript_marks (person_id, page, verdict, at)
                    select m.id, 1, 'confirmed', minyi_clock() from gathering_people m join gatherings g on g.id = m.gathering_id
                    where g.number = \(number)
                    """)
            }
            try await browser.get(record)
            #expect(browser.page.contains("在线确认1人") && !browser.page.contains("没有经参加人核对确认"))
        }
    }

    @Test func aRecordSaysWhenTheMaterialsWereDeliveredNotWhenTheyWereToBe() async throws {
        try await DeskScene.run { desk in
            let (number, address) = try await Self.make(.forum, Self.input("户籍办事座谈会"), in: desk)
            try await Self.name(.presider, "主持人甲", in: number, desk)
            for name in ["居民乙", "居民丙"] { try await Self.name(.invited, name, in: number, desk) }
            let browser = try await desk.browser()
            let convened = try await Self.convene(address, browser)
            #expect(convened == .seeOther)
            let record = address + "/papers/gathering_record"
            try await browser.get(record)
            #expect(browser.page.contains("组织筹备情况") && !browser.page.contains("材料送达日期"))
            #expect(!browser.page.contains("走访路线"), "a forum has no route")
            try await desk.scene.database.owner.write { tx in
                _ = try tx.execute(
                    """
                    insert into material_deliveries (person_id, delivered_on, way, entered_by, entered_at)
                    select min(p.id), \(Self.today.adding(days: 13)), 'handed', min(g.created_by), minyi_clock()
                    from gathering_people p join gatherings g on g.id = p.gathering_id
                    where g.number = \(number) and p.role = 'invited'
                    """)
            }
            try await browser.get(record)
            let day = ChinaTime.day(Self.today.adding(days: 13), in: .zh)
            #expect(browser.page.contains("材料送达日期：\(day)（1人没有登记送达）"))
        }
    }

    @Test func aForumInPreparationSaysWhatComesFirst() async throws {
        try await DeskScene.run { desk in
            let (_, address) = try await Self.make(.forum, Self.input("户籍办事座谈会"), in: desk)
            let browser = try await desk.browser()
            let live = try await browser.get(address + "/live")
            #expect(live.status == .ok && browser.page.contains("还不能开始。先确定主持人、记录员"))
            let agenda = try await browser.get(address + "/agenda")
            #expect(agenda.status == .ok && browser.page.contains("由主持人定") && !browser.page.contains("听证会的顺序"))
            #expect(!browser.page.contains("value=\"debate\""), "a forum examines nobody")
        }
    }

    @Test func theMaterialsOfAForumAreGivenToWhoIsInvited() async throws {
        try await DeskScene.run { desk in
            let (number, address) = try await Self.make(.forum, Self.input("户籍办事座谈会"), in: desk)
            try await Self.name(.invited, "居民丙", in: number, desk)
            let browser = try await desk.browser()
            let materials = address + "/materials"
            let page = try await browser.get(materials)
            #expect(page.status == .ok && browser.page.contains("受邀人1 居民丙") && !browser.page.contains("听证材料"))
            try await browser.follow(
                try await browser.upload(materials, [("material_title", "办事指南")], file: nil))
            #expect(browser.page.contains("办事指南"))
            let person: Int = try await desk.value("select id from gathering_people where role = 'invited'")
            try await browser.follow(
                try await browser.upload(
                    materials + "/deliver",
                    [("people", "\(person)"), ("on", "\(Self.today)"), ("way", "handed")], file: nil))
            let delivered: Int = try await desk.value("select count(*) from material_deliveries")
            #expect(delivered == 1)
            for path in ["/lot", "/list"] {
                let none = try await browser.get(address + path)
                #expect(none.status == .notFound, "a forum draws no lots")
            }
        }
    }
}
