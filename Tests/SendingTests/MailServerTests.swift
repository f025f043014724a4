import Foundation
import TestSupport
import Testing

@testable import Sending

@Suite("Letters to a real mail server")
struct MailServerTests {
    private static let letter = Mail(
        id: UUID(uuidString: "3F2504E0-4F89-41D3-9A0C-0305E82C3301") ?? UUID(), to: "zhang@example.cn",
        subject: "您的留言 MY-2026-000127-4 有答复了，请用编号和查询码在回执上看答复，看过以后请说一说问题解决了没有", body: "您好：\n第二行\n.\n最后一行",
        date: Date(timeIntervalSince1970: 1_795_658_400))

    private func server(
        _ receiver: Receiver, scheme: String = "smtp", account: (name: String, password: String)? = nil,
        startsTLS: Bool = true, authority: String? = nil
    ) throws -> MailServer {
        try MailServer(
            url: "\(scheme)://localhost:\(receiver.port)", sender: "minyi@county.example", account: account,
            startsTLS: startsTLS, authority: authority)
    }

    private func letter(to address: String) -> Mail {
        var letter = Self.letter
        letter.to = address
        return letter
    }

    @Test("A letter arrives whole, encrypted and signed in")
    func arrives() async throws {
        let pair = try Receiver.makeCertificate()
        let receiver = try await Receiver.start(
            "mail", ["--certificate", pair.certificate, "--key", pair.key, "--account", "minyi:correct horse"])
        let account = (name: "minyi", password: "correct horse")
        let server = try server(receiver, account: account, authority: pair.certificate)
        #expect(server.send(Self.letter, from: "某某县公众参与平台") == .accepted)
        let came = try #require(try await receiver.lines(atLeast: 1).first)
        #expect(came["encrypted"] as? Bool == true && came["account"] as? String == "minyi")
        #expect(came["to"] as? [String] == ["zhang@example.cn"] && came["sender"] as? String == "minyi@county.example")
        let headers = try #require(came["headers"] as? [String: String])
        #expect(headers["Subject"] == Self.letter.subject)
        #expect(headers["From"] == "某某县公众参与平台 <minyi@county.example>" && headers["To"] == "zhang@example.cn")
        #expect(headers["Message-ID"] == "<3f2504e0-4f89-41d3-9a0c-0305e82c3301@county.example>")
        #expect(headers["Auto-Submitted"] == "auto-generated" && headers["Date"] == "Thu, 26 Nov 2026 10:00:00 +0800")
        #expect((came["text"] as? String)?.replacing("\r\n", with: "\n") == Self.letter.body)
        let raw = try #require(came["raw"] as? String)
        #expect(raw.utf8.split(separator: UInt8(ascii: "\n")).allSatisfy { $0.count <= 77 })

        let wrong = try self.server(receiver, account: (name: "minyi", password: "guess"), authority: pair.certificate)
        #expect(wrong.send(Self.letter, from: "") == .postponed(.init(.signIn)))
        let stranger = try self.server(receiver, authority: pair.certificate)
        #expect(stranger.send(Self.letter, from: "") == .postponed(.init(.answered, 530)))
        let distrusting = try self.server(receiver, account: account)
        #expect(distrusting.send(Self.letter, from: "") == .postponed(.init(.insecure)))
        #expect(try await receiver.lines(atLeast: 1).count == 1)
    }

    @Test("A server that is encrypted from the start")
    func encryptedFromTheStart() async throws {
        let pair = try Receiver.makeCertificate()
        let receiver = try await Receiver.start(
            "mail", ["--certificate", pair.certificate, "--key", pair.key, "--from-the-start"])
        let server = try server(receiver, scheme: "smtps", authority: pair.certificate)
        #expect(server.send(Self.letter, from: "民意") == .accepted)
    }

    @Test("What a server says decides whether it is tried again")
    func answers() async throws {
        let receiver = try await Receiver.start("mail")
        let server = try server(receiver, startsTLS: false)
        #expect(server.send(letter(to: "unknown@example.cn"), from: "") == .refused(.init(.answered, 550)))
        #expect(server.send(letter(to: "busy@example.cn"), from: "") == .postponed(.init(.answered, 451)))
        #expect(server.send(letter(to: "zhang@example.cn"), from: "") == .accepted)
        // Nothing leaves without encryption unless that was allowed.
        #expect(try self.server(receiver).send(Self.letter, from: "") == .postponed(.init(.insecure)))
        let nobody = try MailServer(url: "smtp://127.0.0.1:1", sender: "minyi@county.example")
        #expect(nobody.send(Self.letter, from: "") == .postponed(.init(.unreachable)))
        #expect(try await receiver.lines(atLeast: 1).count == 1)
    }

    @Test("Nothing in a subject, a name or a text can become a header")
    func injection() {
        let hostile = "好\r\nBcc: everyone@example.cn\r\n\r\n<b>"
        let letter = Mail(id: UUID(), to: "a@b.cn", subject: hostile, body: hostile, date: Date())
        let text = String(decoding: letter.bytes(from: "minyi@county.example", called: hostile), as: UTF8.self)
        #expect(!text.contains("Bcc") && !text.contains("<b>"))
    }

    @Test(
        "Settings that cannot work are refused at the start",
        arguments: [
            ("http://mail.example", "a@b.cn"), ("smtp://", "a@b.cn"), ("mail.example:25", "a@b.cn"),
            ("smtp://user:secret@mail.example", "a@b.cn"), ("smtp://mail.example/path", "a@b.cn"),
            ("smtp://mail.example", "a@b.cn>\r\nRCPT TO:<c@d.cn"), ("smtp://mail.example", "nobody"),
        ])
    func settings(url: String, sender: String) {
        #expect(throws: MailServer.Unusable.self) { try MailServer(url: url, sender: sender) }
    }
}
