import CCurl
import Foundation

/// The mail server that takes letters from this installation, over SMTP (RFC 5321) with TLS (RFC 3207, RFC 8314).
package struct MailServer: Sendable {
    /// What is wrong with the settings, in words for the person who runs the installation.
    package struct Unusable: Error, CustomStringConvertible {
        package let description: String
    }

    private let url: String
    private let sender: String
    private let account: (name: String, password: String)?
    private let startsTLS: Bool
    private let authority: String?

    /// - Parameters:
    ///   - url: `smtp://mail.example.gov.cn:587`, encrypted by STARTTLS, or `smtps://…:465`, encrypted from the start.
    ///   - sender: the address letters come from.
    ///   - account: for a server that wants one to sign in.
    ///   - startsTLS: false lets an `smtp:` server do without encryption: one on the same machine.
    ///   - authority: a file with the certificates to trust instead of the system's.
    package init(
        url: String, sender: String, account: (name: String, password: String)? = nil, startsTLS: Bool = true,
        authority: String? = nil
    ) throws(Unusable) {
        guard let parts = URLComponents(string: url), ["smtp", "smtps"].contains(parts.scheme), let host = parts.host,
            !host.isEmpty, parts.user == nil, ["", "/"].contains(parts.path), parts.query == nil
        else {
            throw Unusable(
                description: "The address of the mail server is '\(url)'; it looks like smtp://mail.example.gov.cn:587."
            )
        }
        guard sender.wholeMatch(of: /[A-Za-z0-9._%+\-]+@[A-Za-z0-9.\-]+/) != nil else {
            throw Unusable(description: "The sender of mails is '\(sender)'; it must be an address.")
        }
        // The path is the name by which libcurl greets the server: the domain of the sender says nothing about this machine.
        let domain =
            sender.utf8.split(separator: UInt8(ascii: "@")).last.map { String(decoding: $0, as: UTF8.self) } ?? ""
        self.url = (url.hasSuffix("/") ? url : url + "/") + domain
        (self.sender, self.account, self.startsTLS, self.authority) = (sender, account, startsTLS, authority)
    }

    /// Hands a letter over; waits for the network.
    /// - Parameter name: who it comes from, as people read it.
    package func send(_ mail: Mail, from name: String) -> Delivery {
        guard
            let transfer = Transfer(url: url, protocols: "smtp,smtps", authority: authority, allowsPrivate: true)
        else { return .postponed(Delivery.Reason(.failed)) }
        transfer.set(CURLOPT_USE_SSL, Int(startsTLS ? CURLUSESSL_ALL.rawValue : CURLUSESSL_NONE.rawValue))
        if let account {
            transfer.set(CURLOPT_USERNAME, account.name)
            transfer.set(CURLOPT_PASSWORD, account.password)
        }
        transfer.set(CURLOPT_MAIL_FROM, "<\(sender)>")
        transfer.set(CURLOPT_MAIL_RCPT, ["<\(mail.to)>"])
        transfer.set(CURLOPT_UPLOAD, 1)
        transfer.send(mail.bytes(from: sender, called: name))
        return Self.delivery(transfer.perform())
    }

    private static func delivery(_ outcome: Transfer.Outcome) -> Delivery {
        if outcome.code == CURLE_OK { return .accepted }
        if let obstacle = outcome.obstacle { return .postponed(obstacle) }
        guard outcome.status >= 400 else {
            return .postponed(Delivery.Reason(.failed, Int(outcome.code.rawValue)))
        }
        let reason = Delivery.Reason(.answered, outcome.status)
        // 5yz is final (RFC 5321 §4.2.1); 530 to 538 speak of signing in and encryption (RFC 4954), which settings mend.
        let isFinal = outcome.status >= 500 && !(530...538).contains(outcome.status)
        return isFinal ? .refused(reason) : .postponed(reason)
    }
}
