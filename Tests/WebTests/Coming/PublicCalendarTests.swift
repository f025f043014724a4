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
            for month in ["x", "1999-01", "2026-13"] {
                let missing = try await visitor.get("/calendar?month=\(month)")
                #expect(missing.status == .notFound)
            }
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
