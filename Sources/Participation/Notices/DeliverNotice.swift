import Foundation
import Postgres
import Sending

/// Delivers the notice of a job: at least once, and twice only when this process is killed, or loses its database, after the
/// other side has taken it over and before that is noted. The other side knows a double by its id.
package struct DeliverNotice: Sendable {
    private let ways: NoticeWays
    private let vault: ContactVault
    private let codes: QueryCodes
    private let words: NoticeWords
    private let publicURL: String

    /// How many are on their way at a time.
    static let atOnce = 4
    private static let threads = OwnThreads("notices", threads: atOnce, longestQueue: 4 * atOnce)

    /// - Parameter publicURL: how people reach the site, without a slash at the end.
    package init(
        ways: NoticeWays, vault: ContactVault, codes: QueryCodes, words: NoticeWords, publicURL: String
    ) {
        (self.ways, self.vault, self.codes, self.words, self.publicURL) = (ways, vault, codes, words, publicURL)
    }

    func callAsFunction(_ job: Job, in database: Database) async throws {
        let (notice, siteName) = try await database.read { tx in
            (
                try NoticeInDelivery.of(job, tx),
                try tx.value("select value from site_settings where key = 'site_name'", as: String.self)
            )
        }
        // Erased meanwhile, or somebody else has it by now.
        guard let notice else { return try await end(job, nil, in: database) }
        if let obstacle = notice.obstacle { return try await skip(notice, obstacle, job, in: database) }
        // How an author is reached is known from here to the end of this function, and written nowhere.
        let contact = try notice.contact.map {
            try vault.open(id: $0.id, keyID: $0.keyID, bytes: $0.sealed, in: notice.contactTable)
        }
        let facts = try NoticeFacts(json: notice.facts)
        let (secret, unsubscribe) = reminderLinks(of: notice)
        guard
            let letter = words.letter(notice, facts: facts, siteName: siteName, publicURL: publicURL, secret: secret)
        else {
            return try await job.fail("no_words", isFinal: true, in: database)
        }
        let way = ways.way(to: notice, contact, forced: facts["by"])
        let (channel, delivery): (String, Delivery)
        switch way {
        case .none(let reason): return try await skip(notice, reason, job, in: database)
        case .mail(let server, let address):
            let mail = Mail(
                id: notice.id, to: address, subject: letter.subject, body: letter.text, date: Date(),
                unsubscribe: unsubscribe)
            (channel, delivery) = ("mail", try await Self.threads.run { server.send(mail, from: siteName) })
        case .webhook(let webhook, let recipient):
            let body = try WebhookBody(notice, facts, letter, to: recipient).bytes
            let id = notice.id.uuidString.lowercased()
            (channel, delivery) = ("webhook", try await Self.threads.run { webhook.post(body, id: id, at: Date()) })
        }
        switch delivery {
        case .accepted: try await end(job, (notice.id, "sent", nil, channel), in: database)
        case .refused(let reason): try await job.fail(reason.description, isFinal: true, in: database)
        case .postponed(let reason): try await job.fail(reason.description, isFinal: false, in: database)
        }
    }

    /// The secret that the letter to a subscriber links to, and the address that ends their letters.
    private func reminderLinks(of notice: NoticeInDelivery) -> (secret: String?, unsubscribe: String?) {
        guard notice.audience == .subscriber, let id = notice.contact?.id else { return (nil, nil) }
        func secret(_ link: ReminderLink) -> String { codes.reminder(id, link).uuidString.lowercased() }
        return (
            secret(notice.kind == "reminder_confirm" ? .confirm : .stop),
            "\(publicURL)/reminders/\(secret(.stop))/stop"
        )
    }

    private func skip(_ notice: NoticeInDelivery, _ reason: String, _ job: Job, in database: Database) async throws {
        try await end(job, (notice.id, "skipped", reason, nil), in: database)
    }

    /// Notes what became of the notice and ends the job, in one transaction.
    private func end(
        _ job: Job, _ outcome: (id: UUID, state: String, reason: String?, channel: String?)?, in database: Database
    ) async throws {
        try await database.write(retrying: 2) { tx in
            guard try job.end(tx), let outcome else { return }
            try tx.execute(
                """
                update notices set state = \(outcome.state), reason = \(outcome.reason), channel = \(outcome.channel),
                  ended_at = minyi_clock()
                where id = \(outcome.id)
                """)
        }
    }
}
