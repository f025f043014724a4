import Foundation
import HTTPTypes
import HummingbirdTesting
import NIOCore
import Postgres
import Sending
import TestSupport
import Testing

@testable import Participation
@testable import Web

/// From the wish to the last letter, by a real mail server: nothing is taken from inside, only what stands in the letters.
@Suite struct ReminderLetterTests {
    private static let site = "https://minyi.example"

    private static func deliverer(_ desk: DeskScene, to receiver: Receiver) throws -> DeliverNotice {
        let texts = try TestSite.texts(.chinese)
        return DeliverNotice(
            ways: NoticeWays(
                mail: try MailServer(
                    url: "smtp://127.0.0.1:\(receiver.port)", sender: "minyi@county.example", startsTLS: false)),
            vault: desk.scene.intake.vault, codes: desk.scene.intake.codes,
            words: NoticeWords([Language.chinese.rawValue: texts.all]), publicURL: site)
    }

    private static func workOff(_ deliver: DeliverNotice, _ desk: DeskScene) async throws {
        while let job = try await Job.take(.deliverNotice, in: desk.scene.database.work) {
            try await deliver(job, in: desk.scene.database.work)
        }
    }

    @Test func askedConfirmedRemindedAndEndedWithOnePress() async throws {
        let receiver = try await Receiver.start("mail")
        try await DeskScene.run { desk in
            let deliver = try Self.deliverer(desk, to: receiver)
            let visitor = desk.visitor
            // The page of the matter leads there.
            try await visitor.get("/consultations/\(desk.scene.number)")
            #expect(visitor.page.contains("/reminders/new?matter=\(desk.scene.number)"))
            try await visitor.get("/reminders/new?matter=\(desk.scene.number)")
            let asked = try await visitor.post(
                "/reminders/new",
                [
                    ("idempotency", UUID().uuidString), ("matter", desk.scene.number), ("form", "solicitation"),
                    ("email", "zhang@example.cn"),
                ])
            #expect(asked.status == .ok)
            try await Self.workOff(deliver, desk)
            let first = try #require(try await receiver.lines(atLeast: 1).first)
            #expect(first["to"] as? [String] == ["zhang@example.cn"])
            let text = try #require(first["text"] as? String)
            let link = try #require(text.firstMatch(of: /https:\/\/minyi\.example(\/reminders\/\S+)/)?.1)
            // It is due, but nobody has confirmed.
            try await desk.scene.database.setClock(AnsweringScene.closesAt.addingTimeInterval(-86_400))
            let early: Int = try await desk.scene.database.work.write { try $0.value("select remind_subscribers()") }
            #expect(early == 0)
            try await visitor.get(String(link))
            let confirmed = try await visitor.post("\(link)/confirm", [])
            #expect(confirmed.status == .ok)
            let due: Int = try await desk.scene.database.work.write { try $0.value("select remind_subscribers()") }
            #expect(due == 1)
            try await Self.workOff(deliver, desk)
            let letters = try await receiver.lines(atLeast: 2)
            let reminder = try #require(letters.last)
            let title = try await desk.value(
                "select title from procedures where number = \(desk.scene.number)", as: String.self)
            let told = try #require(reminder["text"] as? String)
            #expect(told.contains(title) && told.contains("\(Self.site)/consultations/\(desk.scene.number)"))
            // RFC 8058: the mail program posts there by itself, without cookie, token or account.
            let headers = try #require(reminder["headers"] as? [String: String])
            #expect(headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click")
            let address = try #require(
                headers["List-Unsubscribe"]?.firstMatch(of: /^<https:\/\/minyi\.example(\/\S+)>$/)?.1)
            // Opened in a browser it asks first.
            try await visitor.follow(try await visitor.get(String(address)))
            #expect(visitor.page.contains("action=\"\(address)\""))
            let ended = try await desk.client.execute(
                uri: String(address), method: .post, headers: [.contentType: "application/x-www-form-urlencoded"],
                body: .init(string: "List-Unsubscribe=One-Click"))
            #expect(ended.status == .ok)
            #expect(try await desk.value("select count(*) from reminder_subscriptions", as: Int.self) == 0)
            let later: Int = try await desk.scene.database.work.write { try $0.value("select remind_subscribers()") }
            #expect(later == 0)
            try await Self.workOff(deliver, desk)
            let all = try await receiver.lines(atLeast: 2)
            #expect(all.count == 2)
        }
    }
}
