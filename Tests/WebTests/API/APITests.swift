import Foundation
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import NIOCore
import Participation
import Postgres
import TestSupport
import Testing

@testable import Web

/// What programs send and read.
@Suite("API")
struct APITests {
    private struct Scene {
        let client: any TestClientProtocol
        let it: ExampleCounty.Announced
        let county: ExampleCounty

        /// What was answered, and its members.
        struct Answer {
            let response: TestResponse
            let json: [String: Any]
            var status: Int { response.status.code }
            var code: String? { json["code"] as? String }
            var faults: [String: String] {
                let errors = json["errors"] as? [[String: String]] ?? []
                return Dictionary(errors.map { ($0["field"] ?? "", $0["detail"] ?? "") }) { first, _ in first }
            }
        }

        func send(
            _ body: String, key: String? = UUID().uuidString, to number: String? = nil, _ more: [String: String] = [:],
            method: HTTPRequest.Method = .post
        ) async throws -> Answer {
            var headers: HTTPFields = [.contentType: "application/json", .contentLength: "\(body.utf8.count)"]
            if let key, let name = HTTPField.Name("Idempotency-Key") { headers[name] = key }
            for (name, value) in more { headers[try #require(HTTPField.Name(name))] = value.isEmpty ? nil : value }
            return try await ask(
                "/api/v1/consultations/\(number ?? it.number)/comments", method, headers, ByteBuffer(string: body))
        }

        func ask(
            _ path: String, _ method: HTTPRequest.Method = .get, _ headers: HTTPFields = [:], _ body: ByteBuffer? = nil
        ) async throws -> Answer {
            let response = try await client.executeRequest(uri: path, method: method, headers: headers, body: body)
            let json = try JSONSerialization.jsonObject(with: Data(response.body.readableBytesView)) as? [String: Any]
            let type = response.headers[.contentType] ?? ""
            #expect(type.hasPrefix(response.status.code < 400 ? "application/json" : "application/problem+json"))
            #expect(response.headers[values: .setCookie].isEmpty)
            return Answer(response: response, json: json ?? [:])
        }

        func stored() async throws -> Int {
            try await county.database.superuser.read { try $0.value("select count(*) from minyi.submissions") }
        }
    }

    private func run(
        _ terms: ExampleCounty.Terms = ExampleCounty.Terms(), postLimit: RateLimit.Rule? = nil,
        _ test: @escaping @Sendable (Scene) async throws -> Void
    ) async throws {
        let county = try await ExampleCounty.make()
        let announced = try await county.announce(terms)
        var configuration = TestSite.configuration
        configuration.postLimit = postLimit
        let web = try TestSite.make(
            configuration, pools: Pools(public: county.database.public, staff: county.database.staff))
        try await web.makeServer().test(.router) {
            try await test(Scene(client: $0, it: announced, county: county))
        }
    }

    @Test func aCommentSentTwiceIsOneReceipt() async throws {
        try await run { scene in
            let key = UUID().uuidString
            let body = #"{"content":"太长了\n改短","row":2,"name":"王小明","phone":"13800138000","show_name":true}"#
            let first = try await scene.send(body, key: key)
            let number = try #require(first.json["number"] as? String)
            #expect(first.status == 201 && first.response.headers[.location] == "/receipts/\(number)")
            #expect((first.json["receipt"] as? String) == "http://localhost/receipts/\(number)")
            let second = try await scene.send(body, key: key.lowercased())
            #expect(second.status == 200 && NSDictionary(dictionary: second.json).isEqual(to: first.json))
            #expect(try await scene.stored() == 1)

            let digits = try #require(first.json["code"] as? String)
            let code = try #require(QueryCode(digits))
            let mac = TestSite.configuration.intake.codes.mac(code)
            let found = try await Receipt.find(try SubmissionNumber(number), mac: mac, in: scene.county.database.public)
            let receipt = try #require(found)
            #expect(receipt.body == "太长了\n改短" && Hexadecimal.encode(receipt.proof) == first.json["proof"] as? String)

            let other = try await scene.send(#"{"content":"另一条"}"#, key: key)
            #expect(other.status == 409 && other.code == "key_reused")
            #expect(try await scene.stored() == 1)
        }
    }

    @Test func theRulesAreThoseOfTheForm() async throws {
        var terms = ExampleCounty.Terms()
        (terms.nameRule, terms.phoneRule) = ("required", "required")
        try await run(terms) { scene in
            let long = String(repeating: "长", count: 2001)
            let faulty = try await scene.send(#"{"content":"\#(long)","submitter":"joint","phone":"12"}"#)
            #expect(faulty.status == 422 && Set(faulty.faults.keys) == ["content", "people", "name", "phone"])
            let row = try await scene.send(#"{"content":"好","row":99,"name":"王","phone":"13800138000"}"#)
            #expect(row.status == 422 && row.faults.keys.contains("row"))
            #expect(try await scene.stored() == 0)
        }
    }

    @Test func whatIsNoCommentIsToldMemberByMember() async throws {
        try await run { scene in
            let body =
                #"{"content":7,"row":"2","people":10000000000000000000000,"show_name":1,"submitter":"crowd","colour":"red","edition":1.5}"#
            let answer = try await scene.send(body)
            #expect(answer.status == 422)
            #expect(
                Set(answer.faults.keys) == ["content", "row", "people", "show_name", "submitter", "colour", "edition"])
            // As the description has it, also where the name would not be kept.
            let long = String(repeating: "长", count: 101)
            let unneeded = try await scene.send(#"{"content":"好","organisation":"\#(long)"}"#)
            #expect(unneeded.status == 422 && Set(unneeded.faults.keys) == ["organisation"])
            // The same number, however it is written; null is as good as absent.
            #expect(try await scene.send(#"{"content":"好","row":2.0,"name":null,"submitter":null}"#).status == 201)
        }
    }

    @Test(arguments: [
        "", "{", "[]", "\"x\"", #"{"content":"一","content":"二"}"#, #"{"content":"\ud800"}"#,
        String(repeating: "[", count: 500),
    ])
    func whatIsNoJSONObjectIsABadRequest(body: String) async throws {
        try await run { scene in
            let answer = try await scene.send(body)
            #expect(answer.status == 400)
        }
    }

    @Test func everyRefusalIsAProblem() async throws {
        try await run(postLimit: RateLimit.Rule(burst: 10, perSecond: 0.01)) { scene in
            let good = #"{"content":"好"}"#
            #expect(try await scene.send(good, key: nil).status == 400)
            #expect(try await scene.send(good, key: "7").status == 400)
            #expect(try await scene.send(good, to: "C-1999-000001-1").status == 404)
            #expect(try await scene.send(good, ["Content-Type": "text/plain"]).status == 415)
            #expect(try await scene.send(good, ["Transfer-Encoding": "chunked"]).status == 411)
            #expect(try await scene.send(String(repeating: " ", count: 800_000)).status == 413)
            let put = try await scene.send(good, method: .put)
            #expect(put.status == 405 && put.response.headers[.allow] == "POST")
            #expect(try await scene.ask("/api/v2", .get, [.accept: "text/html"]).status == 404)
            for _ in 0..<10 { _ = try await scene.send("{") }
            let tooMany = try await scene.send(good)
            #expect(tooMany.status == 429 && tooMany.response.headers[.retryAfter] != nil)
            let english = try await scene.send(good, ["Accept-Language": "en"])
            #expect(english.json["title"] as? String == "That was too fast")
        }
    }

    /// A cookie changes nothing: there is nobody a page of another site could speak for.
    @Test func cookiesAreNotRead() async throws {
        try await run { scene in
            let answer = try await scene.send(
                #"{"content":"好"}"#, ["Cookie": "lang=en; session=\(String(repeating: "A", count: 43))"])
            #expect(answer.status == 201)
            let refused = try await scene.send("{", ["Cookie": "lang=en"])
            #expect((refused.json["detail"] as? String)?.contains("JSON，") == true)
        }
    }

    @Test func tooLateAndTooEarlyAreConflicts() async throws {
        try await run { scene in
            let body = #"{"content":"好"}"#
            let key = UUID().uuidString
            #expect(try await scene.send(body, key: key).status == 201)
            try await scene.county.database.setClock(Date(timeIntervalSinceNow: 30 * 86_400))
            let closed = try await scene.send(body)
            #expect(closed.status == 409 && closed.code == "closed")
            // What was in time stays received.
            #expect(try await scene.send(body, key: key).status == 200)
            try await scene.county.database.setClock(Date(timeIntervalSinceNow: -30 * 86_400))
            let early = try await scene.send(body)
            #expect(early.status == 409 && early.code == "not_open")
        }
    }

    @Test func programsFindNumberEditionAndRows() async throws {
        try await run { scene in
            _ = try await scene.county.announce()
            let first = try await scene.ask("/api/v1/consultations?limit=1")
            let next = try #require(first.json["next"] as? String)
            let second = try await scene.ask(next)
            #expect(second.status == 200 && second.json["next"] == nil)
            let numbers = [first, second].flatMap { $0.json["consultations"] as? [[String: Any]] ?? [] }
                .compactMap { $0["number"] as? String }
            #expect(Set(numbers).count == 2 && numbers.contains(scene.it.number))
            let whole = try await scene.ask("/api/v1/consultations/\(scene.it.number)")
            let summary = try #require(whole.json["consultation"] as? [String: Any])
            #expect(summary["edition"] as? Int == scene.it.editionID && summary["state"] as? String == "open")
            #expect((whole.json["rows"] as? [[String: Any]])?.compactMap { $0["row"] as? Int } == [1, 2, 3, 4])
            let long = String(repeating: "n", count: 201) + "=1"
            for query in ["shelf=x", "after=x", "after=-1", "limit=0", "limit=100", "limit=", long] {
                #expect(try await scene.ask("/api/v1/consultations?" + query).status == 400, "\(query)")
            }
        }
    }

    /// The description names every route and method there is, and no other.
    @Test func theDescriptionFitsTheRoutes() async throws {
        try await run { scene in
            let description = try await scene.ask("/api/v1/openapi.json")
            let paths = try #require(description.json["paths"] as? [String: [String: Any]])
            let described = paths.flatMap { path, item in
                item.keys.filter { $0 != "parameters" }.map { "\($0) \(path)" }
            }
            let web = try TestSite.make()
            let routes = web.makeRouter().routes.filter { $0.path.description.hasPrefix("/api/") && $0.method != .head }
                .map { "\($0.method.rawValue.lowercased()) \($0.path.description)" }
            #expect(Set(described) == Set(routes.map { $0.replacing(":number", with: "{number}") }))
        }
    }
}
