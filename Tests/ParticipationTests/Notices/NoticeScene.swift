import Foundation
import Logging
import Postgres
import Sending
import TestSupport

@testable import Participation

/// The consultation of `AnsweringScene` with ways for notices, and a worker that is told to look.
struct NoticeScene: Sendable {
    static let secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
    static let words = NoticeWords([
        "zh-Hans": [
            "letters.author.answered.subject": "{number} 有答复了",
            "letters.author.answered.text": "编号 {number}。\n由{unit}答复。\n最迟 {due_on}。\n{link}",
            "letters.author.received.subject": "已收到 {number}", "letters.author.received.text": "编号 {number}。",
            "letters.author.foot": "\n{site}",
            "letters.staff.red.subject": "红牌 {number}", "letters.staff.red.text": "还有 {days} 天。\n{link}",
            "letters.staff.test.subject": "试发", "letters.staff.test.text": "看到了。",
        ]
    ])

    let scene: AnsweringScene
    let deliver: DeliverNotice

    static func make(_ ways: NoticeWays = NoticeWays()) async throws -> NoticeScene {
        let scene = try await AnsweringScene.make()
        return NoticeScene(
            scene: scene,
            deliver: DeliverNotice(
                ways: ways, vault: scene.intake.vault, codes: scene.intake.codes, words: words,
                publicURL: "https://minyi.example"))
    }

    static func ways(mail: Receiver? = nil, hook: Receiver? = nil, serves: NoticeWays.Serves = .authors) throws
        -> NoticeWays
    {
        NoticeWays(
            mail: try mail.map {
                try MailServer(url: "smtp://127.0.0.1:\($0.port)", sender: "minyi@county.example", startsTLS: false)
            },
            webhook: try hook.map {
                try Webhook(url: "http://127.0.0.1:\($0.port)/", secret: secret, isInternal: true)
            }, webhookServes: serves)
    }

    var database: TestDatabase { scene.database }

    /// As the definer of another room would do it.
    func tellAuthor(_ kind: String, of submission: Int, key: String, facts: String = "{}") async throws {
        _ = try await database.owner.write { tx in
            try tx.execute("select notify_author(\(kind), \(submission), \(key), \(facts)::jsonb)")
        }
    }

    func tellStaff(
        _ kind: String, units: [Int], roles: [String], key: String, facts: String = "{}", withoutUnits: [Int] = [],
        withoutStaff: [Int] = []
    ) async throws {
        _ = try await database.owner.write { tx in
            try tx.execute(
                """
                select notify_staff(\(kind), \(units)::bigint[], \(roles)::text[], \(key), \(facts)::jsonb,
                  \(withoutUnits)::bigint[], \(withoutStaff)::bigint[])
                """)
        }
    }

    /// Works off what is due, one after another.
    func workOff() async throws {
        while let job = try await Job.take(.deliverNotice, in: database.work) {
            try await deliver(job, in: database.work)
        }
    }

    /// `state reason channel`, oldest first.
    func outcomes() async throws -> [String] {
        try await database.owner.read {
            try $0.values(
                "select concat_ws(' ', state, reason, channel) from notices order by created_at, key, staff_id")
        }
    }

    func value<T: PostgresValue>(_ sql: SQL, as type: T.Type = T.self) async throws -> T {
        try await database.owner.read { try $0.value(sql, as: T.self) }
    }
}
