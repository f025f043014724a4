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

@Suite("Pages of lots")
struct LotPagesTests {
    private static let pdf = Array("%PDF-1.4\n1 0 obj\n<<>>\nendobj\ntrailer\n<<>>\n%%EOF".utf8)

    @Test func theDrawOnSiteStandsFirstAndKeepsWhatWasTyped() async throws {
        try await DeskScene.run { desk in
            let it = try await LotScene.make(in: desk.scene)
            var numbers: [String] = []
            for _ in 0..<3 { numbers.append(try await it.register(1).number) }
            let browser = try await desk.browser()
            let address = "/desk/hearings/\(it.number)/lot"
            try await browser.get(address)
            let (site, commit) = (
                try #require(browser.page.range(of: "现场抽签</h2>")), try #require(browser.page.range(of: "可以重算的抽签</h2>"))
            )
            #expect(site.lowerBound < commit.lowerBound)
            let wrong = try await browser.post(address + "/commit", [("value_source", "双色球"), ("value_due", "")])
            #expect(wrong.status == .unprocessableContent && browser.page.contains("value=\"双色球\""))
            try await it.database.setClock(LotScene.afterRegistration)
            let later = try await desk.browser()
            try await later.get(address)
            let wall = ChinaTime.wallClock(LotScene.afterRegistration)
            let fields: [(String, String)] = [
                ("drawn_at", "\(wall.date)T00:00"), ("place", "政务中心"), ("witness_name_1", "钟某"),
                ("witness_capacity_1", "县司法局"), ("numbers_c01", numbers.reversed().joined(separator: "\n")),
            ]
            let one = try await later.upload(address + "/witnessed", fields, file: ("scan", "抽签.pdf", Self.pdf))
            #expect(one.status == .unprocessableContent && later.page.contains("要有两位不同的见证人"))
            let kept = try #require(later.hidden("scan_kept"))
            #expect(later.page.contains("value=\"政务中心\"") && later.page.contains(numbers[0]))
            let both =
                fields.dropFirst() + [
                    ("drawn_at", "\(wall.date)T\(String(format: "%02d:%02d", wall.hour, wall.minute))"),
                    ("witness_name_2", "刘某"),
                    ("witness_capacity_2", "群众代表"), ("scan_kept", kept),
                ]
            try await later.follow(try await later.upload(address + "/witnessed", Array(both), file: nil))
            #expect(later.page.contains("已经登记，结果公布了"))
            let list = "/desk/hearings/\(it.number)/list"
            try await later.get(list)
            try await later.follow(try await later.post(list, []))
            #expect(later.page.contains("排了2个座位"))
            let visitor = desk.visitor
            let page = try await visitor.get("/hearings/\(it.number)/lot")
            #expect(page.status == .ok && visitor.page.contains("能证明什么") && visitor.page.contains("现场抽签"))
            let file = try await visitor.get("/hearings/\(it.number)/lot.json")
            #expect(try Lot(json: Array(Data(file.body.readableBytesView))).findings.isEmpty)
            #expect(file.headers[.contentDisposition]?.hasPrefix("attachment") == true)
            // From memory: who has it is told so.
            let tag = try #require(file.headers[.eTag])
            let again = try await visitor.send("/hearings/\(it.number)/lot.json", .get, nil, [.ifNoneMatch: tag])
            #expect(again.status == .notModified)
            let none = try await visitor.get("/hearings/\(it.number)/lot.json?lot=999999")
            #expect(none.status == .notFound)
        }
    }

    @Test func noLotIsSaidToBeNeedlessBeforeAllHaveRegisteredAndBeenChecked() async throws {
        try await DeskScene.run { desk in
            let it = try await LotScene.make(in: desk.scene)
            for ordinal in 1...2 { try await it.register(ordinal, verdict: "pending") }
            let address = "/desk/hearings/\(it.number)/lot"
            let browser = try await desk.browser()
            try await browser.get(address)
            #expect(browser.page.contains("报名还没有截止，1人待核对，可能要抽") && !browser.page.contains("不用抽"))
            try await it.database.owner.write { tx in
                _ = try tx.execute("update registrations set verdict = 'eligible', checked_at = minyi_clock()")
            }
            try await browser.get(address)
            #expect(browser.page.contains("报名还没有截止，可能要抽") && !browser.page.contains("不用抽"))
            try await it.register(1, verdict: "pending")
            try await it.database.setClock(LotScene.afterRegistration)
            let later = try await desk.browser()
            try await later.get(address)
            // The other category is whole: one for one seat.
            #expect(later.page.contains("1人待核对，可能要抽") && later.page.contains("名额够，不用抽"))
        }
    }

    @Test func howManyStandForTheSeatsIsNotSaidBeforeTheListIsFixed() async throws {
        try await DeskScene.run { desk in
            let it = try await LotScene.make(in: desk.scene)
            for _ in 0..<3 { try await it.register(1) }
            let address = "/desk/hearings/\(it.number)/lot"
            let browser = try await desk.browser()
            try await browser.get(address)
            let due = ChinaTime.wallClock(LotScene.afterRegistration.addingTimeInterval(86_400)).date
            try await browser.follow(
                try await browser.post(
                    address + "/commit", [("value_source", "双色球第2026145期"), ("value_due", "\(due)T21:15")]))
            #expect(browser.page.contains("2个名额</p>") && !browser.page.contains("2个名额，"))
            try await it.database.setClock(LotScene.afterRegistration)
            let later = try await desk.browser()
            try await later.get(address)
            try await later.follow(try await later.post(address + "/freeze", []))
            #expect(later.page.contains("2个名额，3人"))
        }
    }

    @Test func howLotsWorkShowsTheProgramThatIsOffered() async throws {
        try await DeskScene.run { desk in
            let visitor = desk.visitor
            let page = try await visitor.get("/how-lots-work")
            #expect(page.status == .ok && visitor.page.contains("hmac.digest"))
            let script = try await visitor.get("/verify_lot.py")
            let kept = try Data(
                contentsOf: URL(fileURLWithPath: TestSite.configuration.root + "/../ops/lot/verify_lot.py"))
            #expect(Data(script.body.readableBytesView) == kept)
            let none = try await visitor.get("/hearings/H-2026-000001-7/lot")
            #expect(none.status == .notFound)
            // A hearing that has none yet is found all the same.
            let it = try await LotScene.make(in: desk.scene)
            let early = try await visitor.get("/hearings/\(it.number)/lot")
            #expect(early.status == .seeOther && early.headers[.location] == "/hearings/\(it.number)")
        }
    }

    @Test func materialsAreAddedAndDelivered() async throws {
        try await DeskScene.run { desk in
            let it = try await LotScene.make(in: desk.scene)
            try await it.register(1)
            try await it.database.setClock(LotScene.afterRegistration)
            let browser = try await desk.browser()
            let list = "/desk/hearings/\(it.number)/list"
            try await browser.get(list)
            #expect(browser.page.contains("/people/new\">添加人员</a>"), "where those are named who are invited")
            // One for two seats: no lot is needed.
            try await browser.follow(try await browser.post(list, []))
            #expect(browser.page.contains("排了1个座位") && browser.page.contains("钟秀英"))
            let address = "/desk/hearings/\(it.number)/materials"
            let nameless = try await browser.upload(
                address, [("material_title", "")], file: ("file", "草案.pdf", Self.pdf))
            #expect(nameless.status == .unprocessableContent && browser.page.contains("请写材料名称"))
            // The file need not be chosen again.
            let kept = try #require(browser.hidden("file_kept"))
            try await browser.follow(
                try await browser.upload(
                    address, [("material_title", "决策草案"), ("file_kept", kept)], file: nil))
            #expect(browser.page.contains("决策草案</a>"))
            let person: Int = try await it.value("select id from gathering_people")
            let future = try await browser.upload(
                address + "/deliver", [("people", "\(person)"), ("on", "2030-01-01"), ("way", "post")], file: nil)
            #expect(future.status == .conflict && browser.page.contains("value=\"2030-01-01\""))
            let day = ChinaTime.date(LotScene.afterRegistration).description
            try await browser.follow(
                try await browser.upload(
                    address + "/deliver", [("people", "\(person)"), ("on", day), ("way", "post")], file: nil))
            #expect(browser.page.contains("邮寄</span>"))
            // The report tells how many registered.
            try await browser.get("/desk/hearings/\(it.number)/papers/gathering_record")
            #expect(browser.page.contains("报名1人，符合条件1人。"))
        }
    }
}
