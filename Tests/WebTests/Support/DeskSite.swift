import Foundation
import HTTPTypes
import HummingbirdTesting
import NIOCore
import Participation
import Postgres
import TestSupport
import Testing

@testable import Web

/// The desk over the people and the consultation of `AnsweringScene`; everyone's password is the same.
struct DeskSite: Sendable {
    static let password = "correct horse"

    let scene: AnsweringScene
    let client: any TestClientProtocol

    static func run(_ test: @escaping @Sendable (DeskSite) async throws -> Void) async throws {
        let scene = try await AnsweringScene.make(passwordHash: PasswordHash.make(password, logRounds: 10))
        var configuration = TestSite.configuration
        // The receipts of the scene are opened with its own keys.
        configuration.intake = scene.intake
        let web = try TestSite.make(
            configuration, pools: Pools(public: scene.database.public, staff: scene.database.staff))
        try await web.makeServer().test(.router) { try await test(DeskSite(scene: scene, client: $0)) }
    }

    var visitor: TestBrowser { TestBrowser(client) }

    /// A browser in which this person has signed in.
    func signIn(_ name: String) async throws -> TestBrowser {
        let browser = TestBrowser(client)
        try await browser.get("/desk/sign-in")
        let answer = try await browser.post("/desk/sign-in", [("name", name), ("password", Self.password)])
        #expect(answer.status == .seeOther, "\(name) cannot sign in")
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

extension TestBrowser {
    /// Sends a form with a file, as browsers do.
    @discardableResult
    func upload(
        _ path: String, _ fields: [(String, String)], file: (field: String, name: String, bytes: [UInt8])?
    ) async throws -> TestResponse {
        let boundary = "----minyi-test"
        var body = ByteBuffer()
        for (name, value) in fields + [("csrf", token)] {
            body.writeString("--\(boundary)\r\nContent-Disposition: form-data; name=\"\(name)\"\r\n\r\n\(value)\r\n")
        }
        if let file {
            body.writeString(
                "--\(boundary)\r\nContent-Disposition: form-data; name=\"\(file.field)\"; filename=\"\(file.name)\"\r\n\r\n"
            )
            body.writeBytes(file.bytes)
            body.writeString("\r\n")
        }
        body.writeString("--\(boundary)--\r\n")
        return try await send(
            path, .post, body,
            [
                .contentType: "multipart/form-data; boundary=\(boundary)", .contentLength: String(body.readableBytes),
            ])
    }
}
