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

/// What is coming, as everybody reads it, and the wish to be told.
@Suite struct PublicCalendarTests {
    private var month: String { String(ChinaTime.date(AnsweringScene.opensAt).description.prefix(7)) }

    @Test func monthAndListShowWhatBeginsAndEnds() async throws {
        try await DeskScene.run { desk in
            let visitor = desk.visitor
            for view in ["", "&view=list"] {
                let page = try await visitor.get("/calendar?month=\(month)\(view)")
                #expect(page.status == .ok)
                #expect(visitor.page.contains("href=\"/consultations/\(desk.scene.number)\""))
                #expect(visitor.page.contains("<table class=\"month\">") == view.isEmpty)
            }
            // Another form, or a unit that has nothing, shows nothing.
            for filter in ["form=hearing", "unit=3"] {
                try await visitor.get("/calendar?month=\(month)&\(filter)")
                #expect(!visitor.page.contains(desk.scene.number) && visitor.page.contains("没有安排"))
                #expect(visitor.page.contains("href=\"/calendar?month=\(month)\">看全部"))
            }
            try await visitor.get("/calendar?month=\(month)&unit=2&form=solicitation")
            #expect(visitor.page.contains(desk.scene.number))
            // What was never offered is no page, of whichever choice it is; 1 is a unit, and no town.
            for query in [
                "month=x", "month=1999-01", "month=2026-13", "form=xx", "unit=99999", "unit=x", "town=99999", "town=1",
            ] {
                for page in ["/calendar", "/calendar.ics"] where page == "/calendar" || !query.hasPrefix("month") {
                    let missing = try await visitor.get("\(page)?\(query)")
                    #expect(missing.status == .notFound, "\(page)?\(query)")
                }
            }
        }
    }

    @Test func whatIsOverStandsFoldedBehindWhatIsComing() async throws {
        try await DeskScene.run { desk in
            let visitor = desk.visitor
            let today = ChinaTime.date(AnsweringScene.whileOpen)
            try await visitor.get("/calendar?month=\(month)")
            let parts = visitor.page.components(separatedBy: "<details")
            let (coming, over) = (try #require(parts.first), try #require(parts.last))
            // Today is always there to be found, and the one day over is behind it.
            #expect(coming.contains("id=\"day-\(today)\"") && coming.contains("今天没有安排"))
            #expect(coming.contains("<a href=\"#day-\(today)\">今天</a>"))
            #expect(parts.count == 2 && over.contains("<summary>已经过去的 1 天</summary>"))
            #expect(over.contains("id=\"day-\(ChinaTime.date(AnsweringScene.opensAt))\""))
            // Another month leads back to it, and folds nothing away.
            let before = ChinaTime.date(AnsweringScene.opensAt).adding(days: -31).description.prefix(7)
            try await visitor.get("/calendar?month=\(before)")
            #expect(visitor.page.contains("<a href=\"/calendar#day-\(today)\">今天</a>"))
            #expect(!visitor.page.contains("<details"))
            // The list begins with today.
            try await visitor.get("/calendar?month=\(month)&view=list")
            #expect(visitor.page.contains("已经过去的 1 天"))
        }
    }

    @Test func feedsNameEachEventOnce() async throws {
        try await DeskScene.run { desk in
            let ics = try await desk.visitor.get("/calendar.ics")
            let text = String(buffer: ics.body)
            #expect(ics.headers[.contentType]?.hasPrefix("text/calendar") == true)
            #expect(text.components(separatedBy: "UID:\(desk.scene.number)-").count == 3)
            #expect(text.components(separatedBy: "\r\n").allSatisfy { $0.utf8.count <= 75 })
            let day = ChinaTime.lastDay(before: AnsweringScene.closesAt).description.replacing("-", with: "")
            #expect(text.contains("DTSTART;VALUE=DATE:\(day)"))
            let atom = try await desk.visitor.get("/calendar.atom?form=hearing")
            let chosen = String(buffer: atom.body)
            #expect(!chosen.contains("<entry>") && chosen.contains("（听证会）</title>"))
            #expect(
                chosen.contains("rel=\"self\" href=\"\(TestSite.configuration.publicURL)/calendar.atom?form=hearing\""))
            let full = try await desk.visitor.get("/calendar.atom")
            #expect(String(buffer: full.body).components(separatedBy: "<entry>").count == 3)
        }
    }

    @Test func aGatheringHasItsEndAndItsPlaceWhereItIsHeld() async throws {
        let scene = try await GatheringScene.make()
        try await scene.announce()
        let web = try TestSite.make(pools: Pools(public: scene.database.public, staff: scene.database.staff))
        try await web.makeServer().test(.router) { client in
            let visitor = TestBrowser(client)
            let ics = try await visitor.get("/calendar.ics?form=hearing")
            let events = String(buffer: ics.body).components(separatedBy: "BEGIN:VEVENT").dropFirst()
            let held = events.filter { $0.contains("LOCATION:") }
            #expect(events.count == 2 && held.count == 1)
            // From nine to eleven in China.
            #expect(held.first?.contains("T010000Z\r\nDTEND:") == true && held.first?.contains("T030000Z\r\n") == true)
            let atom = try await visitor.get("/calendar.atom")
            #expect(String(buffer: atom.body).contains(" 参与日历</title>"))
            #expect(!String(buffer: ics.body).contains("STATUS:CANCELLED"))
            // Without a new time it stays where it stood, called off: programs that hold the old one take it from there.
            try await scene.publish(try await scene.prepare(.postponed))
            let after = try await visitor.get("/calendar.ics?form=hearing&unit=2")
            let off = String(buffer: after.body).components(separatedBy: "BEGIN:VEVENT").dropFirst()
            let postponed = off.first { $0.contains("-starts@") }
            #expect(postponed?.contains("T010000Z\r\n") == true && postponed?.contains("DTEND") == false)
            #expect(postponed?.contains("STATUS:CANCELLED") == true && postponed?.contains("SUMMARY:延期") == true)
        }
    }

    @Test func remindersAreConfirmedAndEndedWithoutATokenOfOurs() async throws {
        try await DeskScene.run { desk in
            let visitor = desk.visitor
            try await visitor.get("/reminders/new")
            let key = UUID()
            let fields = [("idempotency", key.uuidString), ("about", "all"), ("form", "hearing")]
            let wrong = try await visitor.post("/reminders/new", fields + [("email", "kein")])
            #expect(wrong.status == .unprocessableContent && visitor.page.contains("value=\"kein\""))
            let asked = try await visitor.post("/reminders/new", fields + [("email", "a@example.cn")])
            #expect(asked.status == .ok)
            let codes = desk.scene.intake.codes
            let confirm = "/reminders/\(codes.reminder(key, .confirm).uuidString.lowercased())"
            let stop = "/reminders/\(codes.reminder(key, .stop).uuidString.lowercased())"
            // Looking at the link changes nothing: programs that check mail do.
            try await visitor.get(confirm)
            let isConfirmed: SQL = "select confirmed_at is not null from reminder_subscriptions"
            #expect(try await desk.value(isConfirmed, as: Bool.self) == false)
            let forged = try await desk.client.execute(
                uri: confirm + "/confirm", method: .post,
                headers: [.contentType: "application/x-www-form-urlencoded"], body: .init(string: "x=1"))
            #expect(forged.status == .forbidden)
            _ = try await visitor.post(confirm + "/confirm", [])
            #expect(try await desk.value(isConfirmed, as: Bool.self) == true)
            let used = try await visitor.get(confirm)
            #expect(used.status == .notFound)
            // A mail program's server has neither cookie nor token (RFC 8058).
            let ended = try await desk.client.execute(
                uri: stop + "/stop", method: .post, headers: [.contentType: "application/x-www-form-urlencoded"],
                body: .init(string: "List-Unsubscribe=One-Click"))
            #expect(ended.status == .ok)
            #expect(try await desk.value("select count(*) from reminder_subscriptions", as: Int.self) == 0)
        }
    }
}
