import Foundation
import HTTPTypes
import HummingbirdTesting
import NIOCore
import Participation
import Postgres
import TestSupport
import Testing

@testable import Web

/// Messages as programs send, follow and read them.
@Suite("API of messages")
struct MessagesAPITests {
    private struct Site {
        let client: any TestClientProtocol
        let scene: MessageScene

        func ask(
            _ path: String, _ body: String? = nil, key: String? = nil
        ) async throws -> (status: Int, json: [String: Any], headers: HTTPFields) {
            var headers: HTTPFields = [:]
            if let body {
                headers = [.contentType: "application/json", .contentLength: "\(body.utf8.count)"]
                if let key, let name = HTTPField.Name("Idempotency-Key") { headers[name] = key }
            }
            let response = try await client.executeRequest(
                uri: "/api/v1/\(path)", method: body == nil ? .get : .post, headers: headers,
                body: body.map { ByteBuffer(string: $0) })
            let json = try JSONSerialization.jsonObject(with: Data(response.body.readableBytesView))
            return (response.status.code, json as? [String: Any] ?? [:], response.headers)
        }

        func faults(_ body: String) async throws -> Set<String> {
            let answer = try await ask("messages", body, key: UUID().uuidString)
            #expect(answer.status == 422, "\(body)")
            return Set((answer.json["errors"] as? [[String: String]] ?? []).compactMap { $0["field"] })
        }
    }

    private func run(_ test: @escaping @Sendable (Site) async throws -> Void) async throws {
        let scene = try await MessageScene.make()
        var configuration = TestSite.configuration
        configuration.intake = scene.intake
        let web = try TestSite.make(
            configuration, pools: Pools(public: scene.database.public, staff: scene.database.staff))
        try await web.makeServer().test(.router) { try await test(Site(client: $0, scene: scene)) }
    }

    private static let body =
        #"{"kind":"complaint","title":"中山路路灯不亮","message":"晚上看不见路。","phone":"13800138000","unit":"d01","concerned":["d02"],"publish":true}"#

    @Test func aMessageSentTwiceIsOneReceipt() async throws {
        try await run { site in
            let key = UUID().uuidString
            let first = try await site.ask("messages", Self.body, key: key)
            let number = try #require(first.json["number"] as? String)
            #expect(first.status == 201 && first.headers[.location] == "/receipts/\(number)")
            let second = try await site.ask("messages", Self.body, key: key)
            #expect(second.status == 200 && NSDictionary(dictionary: second.json).isEqual(to: first.json))
            let other = try await site.ask("messages", Self.body.replacing("不亮", with: "坏了"), key: key)
            #expect(other.status == 409 && other.json["code"] as? String == "key_reused")
            let stored: [String] = try await site.scene.database.owner.read { tx in
                try tx.values(
                    """
                    select concat_ws(' ', m.kind, m.wished_unit_id, array_to_string(s.concerned_unit_ids, ','), m.may_be_published)
                    from messages m join submissions s on s.id = m.submission_id
                    """)
            }
            #expect(stored == ["complaint 2 3 t"])

            let code = try #require(first.json["code"] as? String)
            let receipt = try await site.ask("messages/\(number)/receipt", #"{"code":"\#(code)"}"#)
            #expect(receipt.status == 200 && receipt.json["state"] as? String == "received")
            #expect(receipt.json["title"] as? String == "中山路路灯不亮" && receipt.json["due_on"] != nil)
            for (path, wrong) in [
                ("messages/\(number)/receipt", #"{"code":"123456789012"}"#),
                ("messages/x/receipt", #"{"code":"\#(code)"}"#),
                ("messages/\(number)/receipt", #"{"code":7}"#), ("messages/\(number)/receipt", "{}"),
            ] {
                #expect(try await site.ask(path, wrong).status == 422, "\(path) \(wrong)")
            }
        }
    }

    @Test func theRulesAreThoseOfTheForm() async throws {
        try await run { site in
            let long = String(repeating: "长", count: 51)
            #expect(
                try await site.faults(
                    #"{"kind":"complaint","title":"\#(long)","message":"","unit":"d01","concerned":["d01"],"email":"x"}"#
                )
                    == ["title", "message", "unit", "phone", "email"])
            #expect(
                try await site.faults(
                    #"{"kind":"officials","title":7,"message":null,"unit":"zz","concerned":"d01","publish":1,"colour":"red"}"#
                )
                    == ["kind", "title", "message", "unit", "concerned", "publish", "colour"])
            let empty = try await site.faults("{}")
            #expect(empty == ["kind"])
            #expect(try await site.ask("messages", Self.body).status == 400, "without a key")
            #expect(try await site.ask("messages", "[]", key: UUID().uuidString).status == 400)
            #expect(try await site.scene.value("select count(*) from messages", as: Int.self) == 0)
        }
    }

    @Test func theBoardIsReadPageByPage() async throws {
        try await run { site in
            let answered = try await site.scene.send(site.scene.message())
            try await site.scene.answer(answered)
            try await site.scene.publish(answered)
            for title in ["公园长椅", "校门口停车"] {
                let sent = try await site.scene.send(site.scene.message(.suggestion, title: title))
                try await site.scene.accept(sent)
            }
            var numbers: [String] = []
            var next: String? = "messages?limit=1"
            while let path = next {
                let page = try await site.ask(path)
                #expect(page.status == 200)
                numbers += (page.json["messages"] as? [[String: Any]] ?? []).compactMap { $0["number"] as? String }
                next = (page.json["next"] as? String)?.replacing("/api/v1/", with: "")
            }
            #expect(numbers.count == 3 && numbers.last == answered.number.description)
            func count(_ query: String) async throws -> Int {
                (try await site.ask("messages?\(query)").json["messages"] as? [Any] ?? []).count
            }
            #expect(try await count("kind=complaint&unit=d01&state=answered") == 1)
            #expect(try await count("q=\(URLEncodedFields.encode("路灯"))") == 1)
            #expect(try await count("state=open") == 2)
            for query in [
                "kind=x", "unit=zz", "state=x", "limit=0", "before=x", "q=" + String(repeating: "n", count: 101),
            ] {
                #expect(try await site.ask("messages?\(query)").status == 400, "\(query)")
            }
            let whole = try await site.ask("messages/\(answered.number)")
            let versions = try #require(whole.json["versions"] as? [[String: Any]])
            #expect(versions.first?["answer"] as? String == "经核查，路灯已于昨日修好。")
            #expect((whole.json["message"] as? [String: Any])?["state"] as? String == "answered")
            #expect(try await site.ask("messages/MY-1999-000001-1").status == 404)
            let units = try await site.ask("units").json["units"] as? [[String: String]]
            #expect(units?.compactMap { $0["code"] } == ["g01", "d01", "d02"])
        }
    }
}
