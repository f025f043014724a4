import Foundation
import HTTPTypes
import HummingbirdTesting
import Participation
import Postgres
import TestSupport
import Testing
import Text

@testable import Web

/// Who is asked to come to a forum, over the pages of the desk.
@Suite("Pages of who is asked to a forum")
struct GuestPageTests {
    private struct Forum: Sendable {
        let desk: DeskScene
        let number: String

        var address: String { "/desk/hearings/\(number)" }

        static func run(_ test: @escaping @Sendable (Forum) async throws -> Void) async throws {
            try await DeskScene.run { desk in
                var input = GatheringPlan.Input()
                (input.title, input.place, input.contactPhone) = ("户籍办事座谈会", "黎咀村", "0762-6750000")
                let day = GatheringScene.today.adding(days: 20)
                (input.startsAt, input.endsAt) = ("\(day)T09:00", "\(day)T11:00")
                let number = try await SaveGathering(try GatheringPlan(input, kind: .forum)).create(
                    .forum, procedure: desk.scene.number, key: UUID(), in: desk.scene.database.staff,
                    as: AnsweringScene.organiser)
                try await test(Forum(desk: desk, number: number))
            }
        }

        func ask(_ browser: TestBrowser, _ name: String, unit: String = "", consents: Bool = false) async throws
            -> HTTPResponse.Status
        {
            try await browser.get(address + "/people/new")
            return try await browser.post(
                address + "/people/new",
                [
                    ("idempotency", browser.hidden("idempotency") ?? ""), ("role", "invited"), ("name", name),
                    ("phone", ""), ("unit", unit), ("consents", consents ? "yes" : ""),
                ]
            ).status
        }

        func guest(_ name: String = "") async throws -> Int {
            try await desk.value(
                "select max(id) from gathering_people where role = 'invited' and public_name = \(name)", as: Int.self)
        }
    }

    @Test func whoIsAskedTwiceIsRefusedBesideTheName() async throws {
        try await Forum.run { forum in
            let browser = try await forum.desk.browser()
            let first = try await forum.ask(browser, "居民丙", unit: "黎咀村")
            #expect(first == .seeOther)
            let again = try await forum.ask(browser, "居民丙", unit: "黎咀村")
            #expect(again == .unprocessableContent && browser.page.contains("名单上已经有这个人"))
            #expect(browser.page.contains("href=\"#name\"") && browser.page.contains("value=\"居民丙\""))
            browser.headers = [.acceptLanguage: "en"]
            let english = try await forum.ask(browser, "居民丙", unit: "黎咀村")
            #expect(english == .unprocessableContent && browser.page.contains("This person is on the list already"))
        }
    }

    @Test func aGuestIsCorrectedAndTakenOutAgain() async throws {
        try await Forum.run { forum in
            let browser = try await forum.desk.browser()
            let asked = try await forum.ask(browser, "居民丙", unit: "黎咀村")
            #expect(asked == .seeOther)
            let guest = "\(forum.address)/people/\(try await forum.guest())"
            try await browser.get(forum.address)
            #expect(browser.page.contains("href=\"\(guest)\"") && browser.page.contains("受邀人1（黎咀村）"))
            try await browser.get(guest)
            #expect(!browser.page.contains("居民丙"), "names are read by nobody unrecorded")
            let id = try #require(browser.hidden("met"))
            func correct(_ name: String) async throws -> HTTPResponse.Status {
                try await browser.get(guest)
                return try await browser.post(
                    guest + "/correct",
                    [
                        ("idempotency", browser.hidden("idempotency") ?? ""), ("met", id), ("name", name),
                        ("phone", ""),
                        ("unit", "黎咀镇"), ("consents", "on"),
                    ]
                ).status
            }
            let long = try await correct(String(repeating: "丙", count: 41))
            #expect(long == .unprocessableContent && browser.page.contains("id=\"name-\(id)-error\""))
            let done = try await correct("居民丁")
            #expect(done == .seeOther)
            try await browser.get(guest)
            #expect(browser.page.contains("受邀人1 居民丁（黎咀镇）") && browser.page.contains("陈组织更正：姓名、单位、同意公开"))

            let silent = try await browser.post(guest + "/remove", [("reason", " ")]).status
            #expect(silent == .unprocessableContent && browser.page.contains("要写明理由"))
            try await browser.follow(try await browser.post(guest + "/remove", [("reason", "请错了人")]))
            #expect(browser.page.contains("已从名单去掉：请错了人"))
            try await browser.get(guest)
            #expect(browser.page.contains("陈组织从名单上去掉") && browser.hidden("met") == nil)
        }
    }

    @Test func whoCameStaysOnTheListAndThePageSaysWhy() async throws {
        try await Forum.run { forum in
            let browser = try await forum.desk.browser()
            let asked = try await forum.ask(browser, "居民丙")
            #expect(asked == .seeOther)
            let guest = "\(forum.address)/people/\(try await forum.guest())"
            try await forum.desk.scene.database.owner.write {
                try $0.execute("update gathering_people set presence = 'present' where role = 'invited'")
            }
            try await browser.get(guest)
            #expect(browser.page.contains("不能从名单上去掉") && !browser.page.contains("action=\"\(guest)/remove\""))
            let tried = try await browser.post(guest + "/remove", [("reason", "请错了人")])
            #expect(tried.status == .unprocessableContent && browser.page.contains("不能从名单上去掉"))
        }
    }

    @Test func theDeskNamesInTheLanguageOfThePage() async throws {
        try await Forum.run { forum in
            let browser = try await forum.desk.browser()
            let asked = try await forum.ask(browser, "Li", consents: true)
            #expect(asked == .seeOther)
            browser.headers = [.acceptLanguage: "en"]
            try await browser.get(forum.address)
            #expect(browser.page.contains("Guest 1 Li") && !browser.page.contains("受邀人"))
            try await browser.post(forum.address + "/people/cards", [])
            #expect(browser.page.contains("Guest 1 Li") && !browser.page.contains("受邀人"))
        }
    }

    @Test func theRollSaysWhoSitsWhereAndReadingItIsRecorded() async throws {
        try await Forum.run { forum in
            let browser = try await forum.desk.browser()
            let quiet = try await forum.ask(browser, "居民丙", unit: "何记饭店")
            let open = try await forum.ask(browser, "居民丁", consents: true)
            #expect(quiet == .seeOther && open == .seeOther)
            try await forum.desk.scene.database.owner.write {
                try $0.execute(
                    "update gatherings set state = 'under_way', began_at = minyi_clock() where number = \(forum.number)"
                )
            }
            let live = forum.address + "/live"
            try await browser.get(live)
            #expect(browser.page.contains("action=\"\(live)/roll\"") && browser.page.contains("受邀人2 居民丁"))
            #expect(!browser.page.contains("居民丙") && !browser.page.contains("何记饭店"), "others see this page")
            let readings: SQL = "select count(*) from events where subject = 'gathering' and kind = 'contacts_read'"
            let before: Int = try await forum.desk.value(readings)
            let roll = try await browser.post(live + "/roll", [])
            #expect(roll.status == .ok && browser.page.contains("居民丙") && browser.page.contains("何记饭店"))
            #expect(browser.page.contains("只念席位号") && browser.page.contains("可以念姓名"))
            #expect(roll.headers[.cacheControl]?.contains("no-store") == true)
            let after: Int = try await forum.desk.value(readings)
            #expect(after == before + 1)
            let address = try await browser.get(live + "/roll")
            #expect(address.status == .notFound || address.status == .methodNotAllowed)
            // Who only decides about its papers has no part in the room.
            let other = try await forum.desk.browser("approver")
            let refused = try await other.post(live + "/roll", [])
            #expect(refused.status == .forbidden)
        }
    }
}
