import Foundation
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import NIOCore
import Participation
import TestSupport
import Testing

@testable import Web

/// The desk of a consultation that is open, and the people who work at it, each with a browser.
struct DeskVisit {
    let scene: AnsweringScene
    private let client: any TestClientProtocol

    /// Runs a test against the whole site over the scene's database.
    static func run(_ test: @escaping @Sendable (DeskVisit) async throws -> Void) async throws {
        let scene = try await AnsweringScene.make(
            passwordHash: try await PasswordHash.make("correct horse", logRounds: 10))
        let web = try TestSite.make(pools: Pools(public: scene.database.public, staff: scene.database.staff))
        try await web.makeServer().test(.router) { try await test(DeskVisit(scene: scene, client: $0)) }
    }

    /// A browser in which this colleague has signed in; `organiser`, `approver`, `reviewer`, `stranger` or `clerk`.
    func browser(_ name: String) async throws -> TestBrowser {
        let browser = TestBrowser(client)
        try await browser.get("/desk/sign-in")
        let answer = try await browser.post("/desk/sign-in", [("name", name), ("password", "correct horse")])
        try #require(answer.status == .seeOther, "\(name) could not sign in")
        return browser
    }
}

extension TestBrowser {
    /// Sends a form with a file, as browsers do.
    @discardableResult
    func post(
        _ path: String, _ fields: [(String, String)], file field: String, named filename: String, _ bytes: [UInt8]
    ) async throws -> TestResponse {
        let boundary = "----minyi\(UUID().uuidString)"
        var body = ByteBuffer()
        for (name, value) in fields + [("csrf", hidden("csrf") ?? "")] {
            body.writeString("--\(boundary)\r\nContent-Disposition: form-data; name=\"\(name)\"\r\n\r\n\(value)\r\n")
        }
        body.writeString(
            "--\(boundary)\r\nContent-Disposition: form-data; name=\"\(field)\"; filename=\"\(filename)\"\r\n"
                + "Content-Type: text/csv\r\n\r\n")
        body.writeBytes(bytes)
        body.writeString("\r\n--\(boundary)--\r\n")
        return try await send(
            path, .post, body, [.contentType: "multipart/form-data; boundary=\(boundary)"])
    }

    /// The token of a page, which is read for it.
    func token(after path: String) async throws -> String {
        try await get(path)
        return hidden("csrf") ?? ""
    }

    /// Every hidden field of the last form on the page but the token.
    var hiddenFields: [(String, String)] {
        page.components(separatedBy: "<input type=\"hidden\" name=\"").dropFirst().compactMap { part in
            guard let end = part.range(of: "\" value=\""), let close = part[end.upperBound...].firstIndex(of: "\"")
            else { return nil }
            let name = String(part[..<end.lowerBound])
            return name == "csrf" ? nil : (name, String(part[end.upperBound..<close]))
        }
    }
}
