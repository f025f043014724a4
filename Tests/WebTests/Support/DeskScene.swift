import Foundation
import HTTPTypes
import HummingbirdTesting
import Participation
import Postgres
import TestSupport
import Testing

@testable import Web

/// The desk over a consultation with people to answer it, each with the password `correct horse`.
struct DeskScene {
    let scene: AnsweringScene
    let client: any TestClientProtocol

    static func run(_ test: @escaping @Sendable (DeskScene) async throws -> Void) async throws {
        let hash = try await PasswordHash.make("correct horse", logRounds: 10)
        let scene = try await AnsweringScene.make(passwordHash: hash)
        var configuration = TestSite.configuration
        configuration.intake = scene.intake
        let web = try TestSite.make(
            configuration, pools: Pools(public: scene.database.public, staff: scene.database.staff))
        try await web.makeServer().test(.router) { try await test(DeskScene(scene: scene, client: $0)) }
    }

    var desk: String { "/desk/procedures/\(scene.number)" }

    /// A browser with somebody signed in. A session lasts twelve hours of the scene's clock.
    func browser(_ name: String = "organiser") async throws -> TestBrowser {
        let browser = TestBrowser(client)
        try await browser.get("/desk/sign-in")
        let answer = try await browser.post("/desk/sign-in", [("name", name), ("password", "correct horse")])
        try #require(answer.status == .seeOther)
        return browser
    }
}

extension TestBrowser {
    /// Opens the page a form has led to.
    @discardableResult
    func follow(_ response: TestResponse) async throws -> TestResponse {
        try #require(response.status == .seeOther)
        return try await get(try #require(response.headers[.location]))
    }
}
