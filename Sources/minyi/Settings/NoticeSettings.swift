import Configuration
import Foundation
import Participation
import Sending

/// How notices leave: by a mail server, by a webhook, by both, or not at all.
struct NoticeSettings: Sendable {
    struct Mail: Sendable {
        var url: String
        var sender: String
        var user: String?
        var startsTLS: Bool
        var authority: String?
    }

    struct Hook: Sendable {
        var url: String
        var serves: NoticeWays.Serves
        var isInternal: Bool
        var authority: String?
    }

    var mail: Mail?
    var hook: Hook?

    /// - Throws: `StartFailure` naming the setting that is missing or cannot be used.
    init(_ source: SettingsSource) throws {
        if let url = source.text("mail.url") {
            guard let sender = source.text("mail.from") else {
                throw StartFailure("MINYI_MAIL_URL is set, but not MINYI_MAIL_FROM: the address that mails come from.")
            }
            mail = Mail(
                url: url, sender: sender, user: source.text("mail.user"),
                startsTLS: try source.flag("mail.startTls") ?? true,
                authority: source.text("mail.ca"))
        }
        if let url = source.text("webhook.url") {
            let word = source.text("webhook.for") ?? NoticeWays.Serves.authors.rawValue
            guard let serves = NoticeWays.Serves(rawValue: word) else {
                let words = NoticeWays.Serves.allCases.map(\.rawValue).joined(separator: ", ")
                throw StartFailure("MINYI_WEBHOOK_FOR is '\(word)'; it must be one of \(words).")
            }
            hook = Hook(
                url: url, serves: serves, isInternal: try source.flag("webhook.internal") ?? false,
                authority: source.text("webhook.ca"))
        }
    }

    /// - Throws: `StartFailure` for what cannot be used.
    func ways(secrets: SecretsDirectory) throws -> NoticeWays {
        var ways = NoticeWays()
        do {
            if let mail {
                let password = try Secrets.mailPassword(in: secrets)
                if mail.user != nil, password == nil {
                    throw StartFailure("MINYI_MAIL_USER is set, but \(secrets.path) has no file mail-password.")
                }
                let account = mail.user.map { (name: $0, password: password ?? "") }
                ways.mail = try MailServer(
                    url: mail.url, sender: mail.sender, account: account, startsTLS: mail.startsTLS,
                    authority: mail.authority)
            }
            if let hook {
                ways.webhook = try Webhook(
                    url: hook.url, secret: try Secrets.webhookSecret(in: secrets), isInternal: hook.isInternal,
                    authority: hook.authority)
                ways.webhookServes = hook.serves
            }
        } catch let unusable as MailServer.Unusable {
            throw StartFailure(unusable.description)
        } catch let unusable as Webhook.Unusable {
            throw StartFailure(unusable.description)
        }
        return ways
    }
}
