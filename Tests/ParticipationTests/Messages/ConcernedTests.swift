import Foundation
import Participation
import Postgres
import TestSupport
import Testing

/// Whom a message is about sees nothing of it, from the first second on.
@Suite struct ConcernedTests {
    private let scene: MessageScene

    init() async throws { scene = try await MessageScene.make() }

    /// How many rows of the message somebody sees, by table, and whether the search finds it.
    private func seen(_ actor: DatabaseActor) async throws -> [Int] {
        try await scene.database.staff.read(as: actor) { tx in
            try tx.values(
                """
                select count(*) from cases union all select count(*) from submissions union all select count(*) from messages
                union all select count(*) from submission_attachments union all select count(*) from message_additions
                union all select count(*) from attachments union all select count(*) from attachment_chunks
                union all select count(*) from search_cases('路灯', 10)
                """, as: Int.self)
        }
    }

    private func sendWithFile(_ change: (inout Message) -> Void) async throws -> MessageScene.Sent {
        let key = UUID()
        var message = scene.message(key: key, files: [try await scene.upload(form: key)])
        change(&message)
        let sent = try await scene.send(message)
        _ = try await AddToMessage.send("补充", key: UUID(), to: sent.number, mac: sent.mac, in: scene.database.public)
        return sent
    }

    @Test func aConcernedUnitSeesNothingWhateverItsRoles() async throws {
        let sent = try await sendWithFile { $0.concernedUnitIDs = [MessageScene.unit] }
        #expect(try await seen(MessageScene.screener) == [1, 1, 1, 1, 1, 1, 1, 1])
        #expect(try await seen(MessageScene.clerk) == [0, 0, 0, 0, 0, 0, 0, 0])
        // Even if somebody gives them the roles of the county office.
        let everywhere = DatabaseActor.staff(2, grants: [.clerk: [1, 2, 3], .auditor: [1, 2, 3]])
        #expect(try await seen(everywhere) == [0, 0, 0, 0, 0, 0, 0, 0])
        // It is assigned to nobody it is about.
        try await scene.accept(sent)
        await #expect(throws: (any Error).self) {
            try await scene.assign(sent)
        }
        await #expect(throws: (any Error).self) {
            try await scene.act(everywhere, "select transcribe_message(\(sent.submissionID), '听写')")
        }
        let count = try await scene.database.staff.read(as: MessageScene.screener) {
            try $0.value("select messages_of_same_phone(\(sent.submissionID))", as: Int.self)
        }
        #expect(count == 0)
    }

    @Test(arguments: ["王审签", "李经办、王审签局长", "县城管局王 审签", "王审签（副局长）"])
    func aNamedPersonSeesNothingAndTheColleaguesDo(names: String) async throws {
        let sent = try await sendWithFile { $0 = scene.message(key: $0.key, names: names, files: $0.fileIDs) }
        try await scene.accept(sent)
        // The office looks first who is meant.
        await #expect(throws: (any Error).self) { try await scene.assign(sent) }
        try await scene.act(
            MessageScene.screener,
            "select set_concerned(\(sent.caseID), concerned_unit_ids, concerned_staff_ids, '核对过') from cases where id = \(sent.caseID)"
        )
        try await scene.assign(sent)
        #expect(try await seen(MessageScene.approver) == [0, 0, 0, 0, 0, 0, 0, 0])
        let clerk = try await seen(MessageScene.clerk)
        #expect(clerk == (names.contains("李经办") ? [0, 0, 0, 0, 0, 0, 0, 0] : [1, 1, 1, 1, 1, 1, 1, 1]))
    }

    /// Nor does it help to have the words sealed that are about oneself.
    @Test func whomItIsAboutSealsNothing() async throws {
        let sent = try await sendWithFile { $0 = scene.message(key: $0.key, names: "李经办", files: $0.fileIDs) }
        try await scene.accept(sent)
        await #expect(throws: (any Error).self) {
            try await scene.act(MessageScene.clerk, "select request_seal(\(sent.submissionID), null, 'secret')")
        }
        try await scene.act(MessageScene.screener, "select request_seal(\(sent.submissionID), null, 'secret')")
        let everywhere = DatabaseActor.staff(2, grants: [.clerk: [1, 2, 3]])
        await #expect(throws: (any Error).self) {
            try await scene.act(everywhere, "select confirm_seal((select max(id) from seals))")
        }
        let seen = try await scene.database.staff.read(as: everywhere) {
            try $0.value("select count(*) from seals", as: Int.self)
        }
        #expect(seen == 0)
    }

    @Test func unitsSeeTheFilesOfWhatIsAssignedToThem() async throws {
        let sent = try await sendWithFile { _ in }
        #expect(try await seen(MessageScene.clerk) == [0, 0, 0, 0, 0, 0, 0, 0])
        try await scene.accept(sent)
        try await scene.assign(sent)
        #expect(try await seen(MessageScene.clerk) == [1, 1, 1, 1, 1, 1, 1, 1])
        #expect(try await seen(MessageScene.stranger) == [0, 0, 0, 0, 0, 0, 0, 0])
    }
}
