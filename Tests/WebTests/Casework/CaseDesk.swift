import Foundation
import HummingbirdTesting
import Participation
import Postgres
import TestSupport

@testable import Web

/// The desk over the county of `CaseScene`.
struct CaseDesk: Sendable {
    let scene: CaseScene
    let client: any TestClientProtocol

    static func run(_ test: @escaping @Sendable (CaseDesk) async throws -> Void) async throws {
        let scene = try await CaseScene.make()
        let web = try TestSite.make(pools: Pools(public: scene.database.public, staff: scene.database.staff))
        try await web.makeServer().test(.router) { try await test(CaseDesk(scene: scene, client: $0)) }
    }

    /// A browser in which this person has signed in.
    func browser(_ name: String) async throws -> TestBrowser {
        let (token, hash) = StaffSession.makeToken()
        let id: Int = try await scene.value("select id from staff where sign_in_name = \(name)")
        try await StaffSession.open(staffID: id, tokenHash: hash, in: scene.database.staff)
        let browser = TestBrowser(client)
        browser.set(cookie: SessionReading.cookie, Base64URL.encode(token))
        try await browser.get("/styleguide")
        return browser
    }
}
