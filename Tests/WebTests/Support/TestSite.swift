import Crypto
import Foundation
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import Logging
import NIOCore
import Participation
import Postgres
import Testing

@testable import Web

/// The web application over the real templates and words of this repository.
enum TestSite {
    static let root = URL(fileURLWithPath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
        .appendingPathComponent("web").path

    static var configuration: WebConfiguration {
        var configuration = WebConfiguration(
            port: 0, root: root, publicURL: "http://localhost", secret: SymmetricKey(data: Array("test".utf8) + [0]),
            intake: Intake(
                vault: ContactVault(
                    keys: ["contact-key-1": SymmetricKey(data: [UInt8](repeating: 1, count: 32))],
                    currentKeyID: "contact-key-1", blindIndexKey: SymmetricKey(data: [UInt8](repeating: 2, count: 32))),
                codes: QueryCodes(key: SymmetricKey(data: [UInt8](repeating: 3, count: 32)))))
        configuration.postLimit = nil
        configuration.searchLimit = nil
        configuration.trust = .zero
        configuration.healthPatience = .seconds(60)
        return configuration
    }

    /// - Parameter pools: without, the pools lead nowhere; enough for everything that asks no database.
    static func make(
        _ configuration: WebConfiguration = configuration, pools: Pools? = nil,
        logger: Logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
    ) throws -> WebApplication {
        return try WebApplication(
            configuration: configuration, folder: try folder.get(), pools: pools ?? nowhere(logger), logger: logger)
    }

    /// Read once: to read every template and word takes longer than most tests.
    private static let folder = Result { try WebFolder(configuration) }

    /// The words of this repository.
    static func texts(_ language: Language) throws -> Texts {
        let loaded = try folder.get().pages
        return try #require(loaded.texts[language])
    }

    private static func nowhere(_ logger: Logger) -> Pools {
        let configuration = DatabaseConfiguration(conninfo: "host=127.0.0.1 port=1 connect_timeout=1", connections: 1)
        let nowhere = Database(configuration, logger: logger)
        return Pools(public: nowhere, staff: nowhere)
    }
}

/// A browser for tests: keeps cookies, and takes the token of a form from the page it read last.
final class TestBrowser {
    private let client: any TestClientProtocol
    private(set) var cookies: [String: String] = [:]
    private(set) var page = ""
    /// Of the last page that had a form: a second press of a button comes from the page that is still there.
    private(set) var token = ""
    var headers: HTTPFields = [.acceptLanguage: "zh-CN,zh;q=0.9"]

    init(_ client: any TestClientProtocol) { self.client = client }

    /// Somebody else's browser, at the same site.
    func another() -> TestBrowser { TestBrowser(client) }

    func set(cookie name: String, _ value: String?) { cookies[name] = value }

    @discardableResult
    func get(_ path: String) async throws -> TestResponse {
        try await send(path, .get, nil, [:])
    }

    /// Sends a form. `csrf` is added from the last page unless the fields have one.
    @discardableResult
    func post(_ path: String, _ fields: [(String, String)], headers: HTTPFields = [:]) async throws -> TestResponse {
        var fields = fields
        if !fields.contains(where: { $0.0 == "csrf" }), !token.isEmpty { fields.append(("csrf", token)) }
        let body = fields.map { URLEncodedFields.encode($0.0) + "=" + URLEncodedFields.encode($0.1) }
            .joined(separator: "&")
        var headers = headers
        headers[.contentType] = "application/x-www-form-urlencoded"
        return try await send(path, .post, ByteBuffer(string: body), headers)
    }

    @discardableResult
    func send(
        _ path: String, _ method: HTTPRequest.Method, _ body: ByteBuffer?, _ headers: HTTPFields
    ) async throws -> TestResponse {
        var all = self.headers
        all.append(contentsOf: headers)
        if !cookies.isEmpty {
            all[.cookie] = cookies.map { "\($0.key)=\($0.value)" }.sorted().joined(separator: "; ")
        }
        let response = try await client.executeRequest(uri: path, method: method, headers: all, body: body)
        for header in response.headers[values: .setCookie] {
            let pair = header.prefix { $0 != ";" }.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            guard pair.count == 2 else { continue }
            cookies[String(pair[0])] = header.contains("Max-Age=0") ? nil : String(pair[1])
        }
        page = String(buffer: response.body)
        token = hidden("csrf") ?? token
        return response
    }

    /// The version of what the last page shows, to be posted with what is decided about it.
    var asRead: [(String, String)] { [("version", hidden("version") ?? "")] }

    /// The value of a hidden field on the last page.
    func hidden(_ name: String) -> String? {
        guard let start = page.range(of: "name=\"\(name)\" value=\"") else { return nil }
        return String(page[start.upperBound...].prefix { $0 != "\"" })
    }
}
