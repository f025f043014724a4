import Sending

/// The ways by which notices leave this installation: those that are configured.
package struct NoticeWays: Sendable {
    /// Whom the webhook is for.
    package enum Serves: String, Sendable, CaseIterable {
        case authors, staff, everyone

        func includes(_ audience: NoticeKind.Audience) -> Bool {
            self == .everyone || self == (audience.isOutside && audience != .addressee ? .authors : .staff)
        }
    }

    package var mail: MailServer?
    package var webhook: Webhook?
    package var webhookServes: Serves

    package init(mail: MailServer? = nil, webhook: Webhook? = nil, webhookServes: Serves = .authors) {
        (self.mail, self.webhook, self.webhookServes) = (mail, webhook, webhookServes)
    }

    /// How somebody is reached, and by which way.
    enum Way {
        case mail(MailServer, to: String)
        case webhook(Webhook, to: Recipient)
        /// There is none; the reason is one of the table.
        case none(String)
    }

    /// Whom the gateway is to reach: it knows colleagues by the name they sign in with.
    struct Recipient: Encodable {
        var phone: String?
        var staff: String?
    }

    /// Mail where there is an address for it, else the webhook. A test goes by the way it is to test.
    func way(to notice: NoticeInDelivery, _ contact: Contact?, forced: String?) -> Way {
        let email = contact?.email ?? notice.email ?? ""
        if let mail, !email.isEmpty, forced != "webhook" { return .mail(mail, to: email) }
        let recipient = Recipient(
            phone: contact.flatMap { Contact.normalisedPhone($0.phone) }, staff: notice.signInName)
        let isServed = forced == "webhook" || webhookServes.includes(notice.audience)
        let isKnown = recipient.phone != nil || recipient.staff != nil
        if let webhook, isServed, isKnown, forced != "mail" { return .webhook(webhook, to: recipient) }
        return .none(email.isEmpty && recipient.phone == nil && forced != "webhook" ? "no_address" : "no_way")
    }
}
