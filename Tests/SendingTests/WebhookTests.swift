import Foundation
import TestSupport
import Testing

@testable import Sending

@Suite("Webhooks to a real receiver")
struct WebhookTests {
    private static let secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
    private static let moment = Date(timeIntervalSince1970: 1_795_658_400)

    @Test("The signature is that of the specification's example")
    func signature() throws {
        let hook = try Webhook(url: "https://gateway.example/", secret: Self.secret)
        let signature = hook.signature(
            "msg_p5jXN8AQM9LWM0D4loKWxJek", "1614265330", Array(#"{"test": 2432232314}"#.utf8))
        #expect(signature == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=")
    }

    @Test("A post arrives with its id and a good signature, and its status decides")
    func answers() async throws {
        let receiver = try await Receiver.start("hook", ["--secret", Self.secret])
        func post(_ path: String) throws -> Delivery {
            try Webhook(url: "http://127.0.0.1:\(receiver.port)\(path)", secret: Self.secret, isInternal: true)
                .post(Array(#"{"text":"您好"}"#.utf8), id: "notice-\(path)", at: Self.moment)
        }
        #expect(try post("/ok") == .accepted)
        #expect(try post("/long") == .accepted)
        #expect(try post("/status/404") == .refused(.init(.answered, 404)))
        for status in [408, 429, 500, 503] {
            #expect(try post("/status/\(status)") == .postponed(.init(.answered, status)))
        }
        #expect(try post("/redirect") == .postponed(.init(.answered, 302)))
        let came = try await receiver.lines(atLeast: 8)
        #expect(came.count == 8 && came.allSatisfy { $0["signed"] as? Bool == true })
        #expect(came.first?["id"] as? String == "notice-/ok" && came.first?["body"] as? String == #"{"text":"您好"}"#)
        #expect(!came.contains { $0["path"] as? String == "/elsewhere" })
    }

    @Test("No private address is connected to, whatever name leads there")
    func privateAddresses() async throws {
        let pair = try Receiver.makeCertificate()
        let receiver = try await Receiver.start(
            "hook", ["--secret", Self.secret, "--certificate", pair.certificate, "--key", pair.key])
        for host in ["localhost", "127.0.0.1", "[::1]", "0.0.0.0", "[::ffff:127.0.0.1]", "0x7f000001", "2130706433"] {
            let hook = try Webhook(
                url: "https://\(host):\(receiver.port)/", secret: Self.secret, authority: pair.certificate)
            #expect(hook.post([], id: "1", at: Self.moment) == .postponed(.init(.privateAddress)), "\(host)")
        }
        let allowed = try Webhook(
            url: "https://localhost:\(receiver.port)/", secret: Self.secret, isInternal: true,
            authority: pair.certificate)
        #expect(allowed.post([], id: "1", at: Self.moment) == .accepted)
        let distrusting = try Webhook(url: "https://localhost:\(receiver.port)/", secret: Self.secret, isInternal: true)
        #expect(distrusting.post([], id: "1", at: Self.moment) == .postponed(.init(.insecure)))
        #expect(try await receiver.lines(atLeast: 1).count == 1)
    }

    @Test(
        "Settings that cannot work are refused at the start",
        arguments: [
            ("http://gateway.example/", secret), ("ftp://gateway.example/", secret), ("https://", secret),
            ("https://user:secret@gateway.example/", secret),
            ("https://gateway.example/", "MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"),
            ("https://gateway.example/", "whsec_short"),
        ])
    func settings(url: String, secret: String) {
        #expect(throws: Webhook.Unusable.self) { try Webhook(url: url, secret: secret) }
    }

    @Test("Which addresses are private")
    func networks() {
        let inside: [[UInt8]] = [
            [10, 1, 2, 3], [172, 31, 255, 255], [192, 168, 0, 1], [127, 9, 9, 9], [169, 254, 169, 254],
            [100, 64, 0, 1],
            [0, 0, 0, 0], [224, 0, 0, 1], [255, 255, 255, 255], [],
            Array(repeating: 0, count: 15) + [1], [0xfd] + Array(repeating: 0, count: 15),
            [0xfe, 0x80] + Array(repeating: 1, count: 14), [0xff, 2] + Array(repeating: 0, count: 14),
            Array(repeating: 0, count: 10) + [0xff, 0xff, 192, 168, 1, 1],
            [0, 0x64, 0xff, 0x9b] + Array(repeating: 0, count: 8) + [10, 0, 0, 1],
            [0x20, 0x02, 10, 0, 0, 1] + Array(repeating: 0, count: 10),
            [0x20, 0x01, 0x0d, 0xb8] + Array(repeating: 0, count: 12),
        ]
        let outside: [[UInt8]] = [
            [8, 8, 8, 8], [172, 32, 0, 1], [100, 128, 0, 1], [193, 0, 0, 1],
            [0x24, 0x00, 0x32, 0x00] + Array(repeating: 1, count: 12),
            Array(repeating: 0, count: 10) + [0xff, 0xff, 8, 8, 8, 8],
        ]
        for address in inside { #expect(PrivateNetworks.contain(address), "\(address)") }
        for address in outside { #expect(!PrivateNetworks.contain(address), "\(address)") }
    }
}
