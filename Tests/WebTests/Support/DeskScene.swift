import Foundation
import HTTPTypes
import HummingbirdTesting
import Participation
import Postgres
import TestSupport
import Testing

@testable import Web

/// The desk over the people and the consultation of `AnsweringScene`.
struct DeskScene: Sendable {
    let scene: AnsweringScene
    let client: any TestClientProtocol

    static func run(_ test: @escaping @Sendable (DeskScene) async throws -> Void) async throws {
        let scene = try await AnsweringScene.make()
        var configuration = TestSite.configuration
        // The receipts of the scene are opened with its own keys.
        configuration.intake = scene.intake
        let web = try TestSite.make(
            configuration, pools: Pools(public: scene.database.public, staff: scene.database.staff))
        try await web.makeServer().test(.router) { try await test(DeskScene(scene: scene, client: $0)) }
    }

    var desk: String { "/desk/procedures/\(scene.number)" }

    var visitor: TestBrowser { TestBrowser(client) }

    /// A browser in which this person has signed in. A session lasts twelve hours of the scene's clock. It is opened at its
    /// door, without a password: forty tests that hash one at the same time would wait for each other.
    func browser(_ name: String = "organiser") async throws -> TestBrowser {
        let (token, hash) = StaffSession.makeToken()
        let id: Int = try await value("select id from staff where sign_in_name = \(name)")
        try await StaffSession.open(staffID: id, tokenHash: hash, in: scene.database.staff)
        let browser = TestBrowser(client)
        browser.set(cookie: SessionReading.cookie, Base64URL.encode(token))
        // The token of forms, which every signed-in page has.
        try await browser.get("/styleguide")
        return browser
    }

    /// Prepares announcement and draft for a procedure in preparation beside the open one.
    func prepareAnnouncement() async throws -> (draft: Int, notice: Int, number: String) {
        let number: String = try await scene.database.owner.write { tx in
            try tx.value(
                """
                insert into procedures (title, field, unit_id, unit_ids, draft_id, edition_id, opens_at, closes_at,
                  explanatory_note, contact_phone)
                values ('养老服务领域目录', '养老服务', 2, '{1,2}', 1, 1, \(AnsweringScene.closesAt), \(AnsweringScene.entryUntil),
                  '起草人电话 13800138000。', '0762-6750000')
                returning number
                """)
        }
        let made = try await PrepareClearance(number).announcement(
            in: scene.database.staff, as: AnsweringScene.organiser)
        return (made.draft, made.notice, number)
    }

    func value<T: PostgresValue>(_ sql: SQL, as type: T.Type = T.self) async throws -> T {
        try await scene.database.owner.read { try $0.value(sql, as: T.self) }
    }
}
