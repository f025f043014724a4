import CZlib
import Foundation
import HTTPTypes
import HummingbirdTesting
import NIOCore
import Participation
import Postgres
import TestSupport
import Testing

@testable import Web

@Suite("Public pages")
struct PublicPagesTests {
    private static let gzip: HTTPFields = [.acceptEncoding: "br;q=1.0, gzip;q=0.8, *;q=0.1"]

    /// What a browser that takes no compression, brings no cookie and speaks Chinese gets.
    private func get(
        _ site: DeskScene, _ path: String, _ headers: HTTPFields = [:], method: HTTPRequest.Method = .get
    ) async throws -> TestResponse {
        try await site.client.executeRequest(uri: path, method: method, headers: headers, body: nil)
    }

    private func inflated(_ buffer: ByteBuffer) throws -> [UInt8] {
        var stream = z_stream()
        #expect(inflateInit2_(&stream, 15 + 16, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size)) == Z_OK)
        defer { inflateEnd(&stream) }
        var input = Array(buffer.readableBytesView)
        return [UInt8](unsafeUninitializedCapacity: 1_000_000) { output, count in
            input.withUnsafeMutableBufferPointer { bytes in
                (stream.next_in, stream.avail_in) = (bytes.baseAddress, UInt32(bytes.count))
                (stream.next_out, stream.avail_out) = (output.baseAddress, 1_000_000)
                #expect(inflate(&stream, Z_FINISH) == Z_STREAM_END)
            }
            count = 1_000_000 - Int(stream.avail_out)
        }
    }

    @Test func everyPublicPageComesFromMemoryUntilSomethingChanges() async throws {
        try await DeskScene.run { site in
            try await site.publishEverything()
            for path in site.publicPaths {
                let first = try await get(site, path)
                let etag = try #require(first.headers[.eTag], "\(path) is not kept")
                #expect(first.status == .ok && first.headers[.setCookie] == nil, "\(path)")
                #expect(first.headers[.cacheControl] == "private, no-cache", "\(path)")
                #expect(first.headers[.vary] == "Accept-Encoding, Accept-Language, Cookie", "\(path)")
                let again = try await get(site, path, [.ifNoneMatch: "\"other\", W/\(etag)"])
                #expect(again.status == .notModified && again.body.readableBytes == 0, "\(path)")
                #expect(again.headers[.eTag] == etag && again.headers[.vary] != nil, "\(path)")
                let head = try await get(site, path, method: .head)
                #expect(head.status == .ok && head.headers[.eTag] == etag && head.body.readableBytes == 0, "\(path)")
                #expect(head.headers[.contentLength] == String(first.body.readableBytes), "\(path)")

                let packed = try await get(site, path, Self.gzip)
                #expect(packed.headers[.contentEncoding] == "gzip" && packed.headers[.eTag] != etag, "\(path)")
                #expect(try inflated(packed.body) == Array(first.body.readableBytesView), "\(path)")
            }
            let before = try await get(site, "/")
            _ = try await site.scene.database.owner.write {
                try $0.execute("update site_settings set value = '县民意办' where key = 'organ'")
            }
            let after = try await get(site, "/", [.ifNoneMatch: try #require(before.headers[.eTag])])
            #expect(after.status == .ok && String(buffer: after.body).contains("县民意办"))
        }
    }

    @Test func eachLanguageAndDisplayIsAPageOfItsOwn() async throws {
        try await DeskScene.run { site in
            var tags: Set<String> = []
            for headers: HTTPFields in [
                [:], [.acceptLanguage: "en"], [.cookie: "lang=en; display=elder.auto"], [.cookie: "display=elder.dark"],
                [.cookie: "display=normal.light"],
            ] {
                let page = try await get(site, "/consultations", headers)
                tags.insert(try #require(page.headers[.eTag]))
                let english = headers[.acceptLanguage] == "en" || headers[.cookie]?.hasPrefix("lang=en") == true
                #expect(page.headers[.contentLanguage] == (english ? "en" : "zh-CN"))
            }
            #expect(tags.count == 5)
        }
    }

    @Test func nothingOfOneVisitorReachesAnother() async throws {
        try await DeskScene.run { site in
            // A query that the page does not know comes back in nobody's links.
            let strange = try await get(site, "/consultations?openid=o6zAJs&shelf=decided")
            let plain = try await get(site, "/consultations?shelf=decided")
            #expect(!String(buffer: strange.body).contains("o6zAJs"))
            #expect(strange.headers[.eTag] == plain.headers[.eTag] && plain.headers[.eTag] != nil)

            let staff = try await site.browser("organiser")
            let signedIn = try await staff.get("/consultations?shelf=decided")
            #expect(staff.page.contains("<a href=\"/desk\">") && signedIn.headers[.eTag] == nil)
            #expect(try await get(site, "/consultations?shelf=decided").headers[.eTag] == plain.headers[.eTag])

            // A word for the next page is for one visitor, and only when it is ours.
            let visitor = site.visitor
            visitor.set(cookie: "flash", "made.up")
            #expect(try await visitor.get("/").headers[.eTag] != nil)
            let signer = Signer(secret: TestSite.configuration.secret)
            let word = signer.sign("done:已保存给您", for: "flash", expires: Date(timeIntervalSinceNow: 300))
            visitor.set(cookie: "flash", word)
            #expect(try await visitor.get("/").headers[.eTag] == nil && visitor.page.contains("已保存给您"))
            #expect(try await visitor.get("/").headers[.eTag] != nil && !visitor.page.contains("已保存给您"))
        }
    }

    @Test func searchesAreMadeForOneVisitorAndLimited() async throws {
        let scene = try await AnsweringScene.make()
        var configuration = TestSite.configuration
        configuration.searchLimit = RateLimit.Rule(burst: 3, perSecond: 0.001)
        let web = try TestSite.make(
            configuration, pools: Pools(public: scene.database.public, staff: scene.database.staff))
        try await web.makeServer().test(.router) { client in
            let visitor = TestBrowser(client)
            for path in ["?q=办事", "?row=99", "?before=5"] {
                let answer = try await visitor.get("/consultations/\(scene.number)\(path)")
                #expect(answer.status == .ok && answer.headers[.eTag] == nil, "\(path)")
            }
            for path in ["/consultations/\(scene.number)?q=办事", "/consultations?after=1"] {
                let answer = try await visitor.get(path)
                #expect(answer.status == .tooManyRequests && answer.headers[.retryAfter] != nil)
            }
            for _ in 1...10 { #expect(try await visitor.get("/consultations/\(scene.number)").status == .ok) }
        }
    }

    @Test func withoutTheDatabaseAPageIsRefusedRatherThanOld() async throws {
        try await TestSite.make().makeServer().test(.router) { client in
            let answer = try await client.executeRequest(uri: "/", method: .get, headers: [:], body: nil)
            #expect(answer.status == .serviceUnavailable)
        }
    }

    /// The other server only asks every second, as in production.
    @Test func whatOneServerSealsLeavesTheMemoryOfAnother() async throws {
        try await DeskScene.run { site in
            let scene = site.scene
            try await site.publishEverything()
            var configuration = TestSite.configuration
            configuration.trust = Freshness.usualTrust
            let other = try TestSite.make(
                configuration, pools: Pools(public: scene.database.public, staff: scene.database.staff))
            try await other.makeServer().test(.live) { client in
                let paths = site.publicPaths.filter { $0.contains("result") }
                func shown(_ path: String) async throws -> Bool {
                    let answer = try await client.executeRequest(uri: path, method: .get, headers: [:], body: nil)
                    return String(buffer: answer.body).contains(DeskScene.words)
                }
                for path in paths { #expect(try await shown(path), "\(path)") }
                let target = try #require(
                    try await Seal.submission(
                        site.value("select number from submissions"), in: scene.database.staff,
                        as: AnsweringScene.organiser))
                let id = try await Seal.request(
                    target, reason: .personalData, in: scene.database.staff, as: AnsweringScene.organiser)
                try await Seal.confirm(id, in: scene.database.staff, as: AnsweringScene.approver)
                for path in paths { try await wait(until: "\(path) says it no more") { try await !shown(path) } }
            }
        }
    }
}

extension DeskScene {
    /// What the one submission of `publishEverything` says.
    fileprivate static let words = "路灯坏了三个月"

    fileprivate var publicPaths: [String] {
        let consultation = "/consultations/\(scene.number)"
        return [
            "/", "/how-to", "/privacy", "/accessibility", "/how-to-check", "/consultations",
            "/consultations?shelf=answering", "/consultations?shelf=decided", consultation, consultation + "/result",
            consultation + "/result.csv", consultation + "/notices/result/1",
        ]
    }

    /// A consultation from its first comment to its result.
    fileprivate func publishEverything() async throws {
        let sent = try await scene.submit(Self.words, row: 1)
        try await scene.close()
        try await scene.answer(sent.id, .explained, "已转告。")
        try await scene.finish()
        try await scene.publishResult()
    }
}
