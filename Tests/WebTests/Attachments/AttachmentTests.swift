import Foundation
import HTTPTypes
import HummingbirdTesting
import NIOCore
import Participation
import TestSupport
import Testing

@testable import Web

@Suite("Attachments")
struct AttachmentTests {
    @Test func aScanIsDownloadedWhole() async throws {
        try await DeskScene.run { site in
            // Three chunks, the last one short.
            let bytes = Array("%PDF-1.4\n".utf8) + (0..<600_000).map { UInt8(truncatingIfNeeded: $0) }
            let id = try await Attachment.store(
                bytes, name: "张三\"的审批单.pdf", for: [2], in: site.scene.database.staff, as: AnsweringScene.organiser)
            let clerk = try await site.browser("clerk")
            let answer = try await clerk.get("/desk/attachments/\(id)")
            #expect(answer.status == .ok && Array(buffer: answer.body) == bytes)
            #expect(answer.headers[.contentType] == "application/pdf")
            #expect(answer.headers[.xContentTypeOptions] == "nosniff")
            #expect(answer.headers[.cacheControl] == "no-store")
            let disposition = try #require(answer.headers[.contentDisposition])
            #expect(disposition.hasPrefix("attachment; filename=\"") && disposition.contains(".pdf"))
            #expect(!disposition.contains("张三") && !disposition.contains("%E5"))
        }
    }

    @Test func onlyForThoseWhoseUnitsItBelongsTo() async throws {
        try await DeskScene.run { site in
            let id = try await Attachment.store(
                Array("%PDF-1.4".utf8), name: "a.pdf", for: [2], in: site.scene.database.staff,
                as: AnsweringScene.organiser)
            let stranger = try await site.browser("stranger")
            #expect(try await stranger.get("/desk/attachments/\(id)").status == .notFound)
            #expect(try await stranger.get("/desk/attachments/\(UUID())").status == .notFound)
            #expect(try await stranger.get("/desk/attachments/nonsense").status == .notFound)
            #expect(try await site.visitor.get("/desk/attachments/\(id)").status == .seeOther)
        }
    }
}
