import Foundation
import Postgres
import TestSupport
import Testing

@testable import Participation

/// Files of an answer, for who has the code of the receipt.
@Suite struct AnswerFileTests {
    private let scene: MessageScene

    init() async throws { scene = try await MessageScene.make() }

    private func files(_ sent: MessageScene.Sent) async throws -> [AnswerFile] {
        try await scene.database.public.all(AnswerFile.all(sent.number, mac: sent.mac), as: AnswerFile.self)
    }

    private func chunk(_ ordinal: Int, of id: UUID, _ sent: MessageScene.Sent) async throws -> [UInt8]? {
        try await AnswerFile.chunk(ordinal, of: id, sent.number, mac: sent.mac, in: scene.database.public)
    }

    @Test func onlyToldAnswersAndOnlyWithTheCode() async throws {
        let sent = try await scene.send(scene.message(publish: false))
        try await scene.accept(sent)
        try await scene.assign(sent)
        let bytes = Array("%PDF-1.4\n".utf8) + [UInt8](repeating: 7, count: Attachment.chunkBytes)
        let id = try await Attachment.store(
            bytes, name: "答复附件.pdf", for: [MessageScene.unit], in: scene.database.staff, as: MessageScene.clerk)
        try await scene.act(MessageScene.clerk, "select attach_to_reply(\(sent.caseID), \(id))")
        #expect(try await files(sent).isEmpty, "a draft is nobody's yet")
        try await scene.act(
            MessageScene.clerk, "select submit_reply(\(sent.caseID), 1, '见附件。', '路灯', '路灯不亮', '见附件。')")
        try await scene.approve(sent)
        let told = try await files(sent)
        #expect(told.map(\.answer) == [1] && told.first?.file.name == "答复附件.pdf")
        #expect(try await chunk(0, of: id, sent) == Array(bytes.prefix(Attachment.chunkBytes)))
        #expect(try await chunk(1, of: id, sent) == Array(bytes.dropFirst(Attachment.chunkBytes)))
        #expect(try await chunk(2, of: id, sent) == nil)
        #expect(try await files(sent.byStranger).isEmpty)
        #expect(try await chunk(0, of: id, sent.byStranger) == nil)
        // Another's code opens another's files, and not these.
        let other = try await scene.send(scene.message())
        #expect(try await chunk(0, of: id, other) == nil)
        _ = try await scene.database.superuser.write { tx in
            try tx.execute("alter table minyi.submissions disable trigger user")
            try tx.execute("update minyi.submissions set sealed_at = now() where id = \(sent.submissionID)")
        }
        #expect(try await files(sent).isEmpty)
    }
}
