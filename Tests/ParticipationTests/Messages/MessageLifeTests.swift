import Foundation
import Postgres
import TestSupport
import Testing

@testable import Participation

/// What becomes of a message after it was taken, as its author and everyone else sees it.
@Suite struct MessageLifeTests {
    private let scene: MessageScene

    init() async throws { scene = try await MessageScene.make() }

    private func find(_ sent: MessageScene.Sent) async throws -> PublicMessage? {
        try await PublicMessage.find(sent.number.description, in: scene.database.public)
    }

    private func add(_ words: String, key: UUID = UUID(), to sent: MessageScene.Sent) async throws -> AddToMessage {
        try await AddToMessage.send(words, key: key, to: sent.number, mac: sent.mac, in: scene.database.public)
    }

    private func rate(
        _ sent: MessageScene.Sent, _ resolved: RateMessage.Resolved, reason: String = "", reopen: Bool = false
    ) async throws -> RateMessage {
        try await RateMessage.send(
            .init(resolved: resolved, attitude: 4, speed: 2, reason: reason, reopen: reopen), to: sent.number,
            mac: sent.mac, in: scene.database.public)
    }

    @Test func wordsArePublicOnlyAfterTheReview() async throws {
        let sent = try await scene.send(scene.message(showName: true))
        #expect(try await find(sent) == nil)
        try await scene.accept(sent)
        let waiting = try #require(try await find(sent))
        #expect(waiting.title == nil && waiting.publishedAt == nil && waiting.dueOn != nil)
        try await scene.assign(sent)
        #expect(try await find(sent)?.unitID == MessageScene.unit)
        try await scene.reply(sent, "已经修好。")
        #expect(try await find(sent)?.title == nil)
        #expect(try await scene.receipt(sent)?.answers.map(\.body) == ["已经修好。"])
        try await scene.publish(sent)
        let shown = try #require(try await find(sent))
        #expect(shown.title == "中山路路灯不亮" && shown.answeredOn != nil && !shown.isLate)
        let versions = try await PublishedMessage.versions(of: shown.id, in: scene.database.public)
        #expect(versions.map(\.version) == [1] && versions.first?.content?.name == "李**")
        #expect(versions.first?.content?.answer == "已经修好。" && versions.first?.contentHash.count == 32)
        #expect(try await scene.receipt(sent)?.isPublic == true)
    }

    @Test func whatNobodyAgreedToStaysAway() async throws {
        let quiet = try await scene.send(scene.message(publish: false))
        let report = try await scene.send(scene.message(.report))
        let concerned = try await scene.send(scene.message(concerned: [MessageScene.other]))
        for sent in [quiet, report, concerned] {
            try await scene.answer(sent)
            #expect(try await find(sent) == nil)
        }
        await #expect(throws: (any Error).self) { try await scene.publish(report) }
        await #expect(throws: PostgresError.self) {
            try await scene.act(MessageScene.screener, "select set_publishable(\(report.caseID), true, '想公开')")
        }
        try await scene.publish(concerned)
        #expect(try await find(concerned)?.title == "中山路路灯不亮")
        let ended = try await scene.send(scene.message())
        try await scene.accept(ended)
        #expect(try await find(ended) != nil)
        try await scene.act(
            MessageScene.screener,
            "select screen_case(\(ended.caseID), 'redirected', 'court', '请向法院提出。', null, '看错了')")
        #expect(try await find(ended) == nil)
        #expect(try await scene.receipt(ended)?.endingText == "请向法院提出。")
    }

    /// The staff's search looks at everything somebody said, whenever it came to be written.
    @Test func whatWasAddedIsFound() async throws {
        let key = UUID()
        let voice = try await scene.upload(form: key, type: "audio/webm", "voice")
        let spoken = try await scene.send(scene.message(title: "", body: "", key: key, recording: voice))
        let written = try await scene.send(scene.message())
        func found(_ words: String) async throws -> [Int] {
            try await scene.database.staff.read(as: MessageScene.screener) {
                try $0.values("select search_cases(\(words), 10)")
            }
        }
        #expect(try await found("大坝") == [])
        try await scene.act(
            MessageScene.screener, "select transcribe_message(\(spoken.submissionID), '水库大坝漏水了')")
        for words in ["巷口也看不见。", "大坝那边也是。"] {
            let added: String = try await scene.database.public.write { tx in
                try tx.value(
                    "select add_to_message(\(written.number.description), \(written.mac), \(UUID()), \(words))")
            }
            #expect(added == "added")
        }
        #expect(try await found("大坝") == [spoken.caseID, written.caseID].sorted(by: >))
        #expect(try await found("巷口 路灯") == [written.caseID])
        #expect(try await found("大坝漏水") == [spoken.caseID])
        // Heard again, and written down better.
        try await scene.act(
            MessageScene.screener, "select transcribe_message(\(spoken.submissionID), '水库大桥漏水了')")
        #expect(try await found("大坝") == [written.caseID])
        #expect(try await found("大桥") == [spoken.caseID])
    }

    @Test func additionsAreFewShortAndCountOnce() async throws {
        let sent = try await scene.send(scene.message())
        let key = UUID()
        #expect(try await add("一", key: key, to: sent) == .added)
        #expect(try await add("一", key: key, to: sent) == .already)
        #expect(try await add(" \n", to: sent) == .empty)
        #expect(try await add(String(repeating: "长", count: 1001), to: sent) == .tooLong)
        for _ in 2...20 { #expect(try await add("再", to: sent) == .added) }
        #expect(try await add("再", to: sent) == .tooMany)
        #expect(try await scene.receipt(sent)?.additions.count == 20)
        let answered = try await scene.send(scene.message())
        try await scene.answer(answered)
        #expect(try await add("太晚", to: answered) == .closed)
        #expect(try await add("不是我", to: sent.byStranger) == .unknown)
    }

    @Test func whatItsAuthorAddsIsWhatTheClockHasWaitedFor() async throws {
        let sent = try await scene.send(scene.message())
        try await scene.accept(sent)
        func isPaused() async throws -> Bool {
            try await scene.value("select paused_at is not null from cases where id = \(sent.caseID)")
        }
        for (reason, waits) in [("third_party", true), ("citizen", false)] {
            try await scene.act(MessageScene.screener, "select pause_case(\(sent.caseID), \(reason), '等照片')")
            #expect(try await add("照片在这里：\(reason)", to: sent) == .added)
            #expect(try await isPaused() == waits)
            try await scene.act(MessageScene.screener, "select resume_case(\(sent.caseID))")
        }
        let resumed: [String] = try await scene.database.owner.read {
            try $0.values(
                "select coalesce(code, '') from events where subject = 'case' and kind = 'resumed' order by id")
        }
        #expect(resumed == ["", "addition"])
    }

    @Test func whoIsDissatisfiedMayHaveItTakenUpOnce() async throws {
        let sent = try await scene.send(scene.message())
        #expect(try await rate(sent, .yes) == .notAnswered)
        try await scene.answer(sent)
        try await scene.publish(sent)
        #expect(try await rate(sent, .no, reopen: true) == .reasonMissing)
        #expect(try await rate(sent, .yes, reason: "好", reopen: true) == .malformed)
        #expect(try await rate(sent, .no, reason: "还是不亮", reopen: true) == .reopened)
        #expect(try await rate(sent, .no) == .notAnswered)
        let again = try #require(try await scene.receipt(sent))
        #expect(again.state == .assigned && again.reopened == 1 && again.dueOn != nil && !again.canReopen)
        var shown = try #require(try await find(sent))
        #expect(shown.resolved == .no && shown.isHandledAgain && !shown.isLate)
        // Late again, it says so, though its first answer was in time.
        _ = try await scene.database.owner.write { tx in
            try tx.execute("update cases set warning = 'overdue' where id = \(sent.caseID)")
        }
        #expect(try await find(sent)?.isLate == true)
        try await scene.reply(sent, "又修了一次。")
        try await scene.approve(sent, as: MessageScene.officeApprover)
        try await scene.publish(sent)
        // Nobody has rated this answer yet.
        shown = try #require(try await find(sent))
        #expect(shown.resolved == nil && !shown.isHandledAgain)
        let versions = try await PublishedMessage.versions(of: sent.caseID, in: scene.database.public)
        #expect(versions.map { $0.content?.answer } == ["又修了一次。", "经核查，路灯已于昨日修好。"])
        #expect(try await rate(sent, .no, reason: "再来", reopen: true) == .reopenedBefore)
        #expect(try await rate(sent, .partly) == .rated)
        #expect(try await rate(sent, .partly) == .already)
        #expect(try await scene.receipt(sent)?.ratings.map(\.resolved) == [.no, .partly])
    }

    @Test func whatIsTakenBackIsGone() async throws {
        let key = UUID()
        let sent = try await scene.send(
            scene.message(key: key, names: "周外人", files: [try await scene.upload(form: key)]))
        try await scene.accept(sent)
        _ = try await add("还有", to: sent)
        let database = scene.database.public
        #expect(try await Withdrawal.requestMessage(sent.number, mac: sent.mac, in: database) == .withdrawn)
        #expect(try await Withdrawal.requestMessage(sent.number, mac: sent.mac, in: database) == .already)
        let receipt = try #require(try await scene.receipt(sent))
        #expect(receipt.state == .withdrawn && receipt.body.isEmpty && receipt.title == "—" && receipt.files.isEmpty)
        let left: Int = try await scene.value(
            """
            select (select count(*) from contacts) + (select count(*) from attachments) + (select count(*) from public_messages)
              + (select count(*) from messages where title <> '—' or place <> '' or concerned_names <> '')
              + (select count(*) from message_additions where body <> '') + (select count(*) from cases where title <> '—')
            """)
        #expect(left == 0)
        let answered = try await scene.send(scene.message())
        try await scene.answer(answered)
        #expect(try await Withdrawal.requestMessage(answered.number, mac: answered.mac, in: database) == .closed)
    }

    @Test func sealedWordsLeaveATombstone() async throws {
        let sent = try await scene.send(scene.message())
        try await scene.answer(sent)
        try await scene.publish(sent)
        _ = try await rate(sent, .no, reason: "某人的秘密")
        try await scene.act(
            MessageScene.screener, "select request_seal(\(sent.submissionID), null, 'personal_data')")
        try await scene.act(MessageScene.reviewer, "select confirm_seal((select max(id) from seals))")
        let shown = try #require(try await find(sent))
        #expect(shown.title == nil && shown.sealedAt != nil)
        let version = try #require(
            try await PublishedMessage.versions(of: sent.caseID, in: scene.database.public).first)
        #expect(version.content == nil && version.sealReason == "personal_data")
        let receipt = try #require(try await scene.receipt(sent))
        #expect(receipt.body.isEmpty && receipt.title == "—" && receipt.ratings.first?.reason == "" && !receipt.canAdd)
        let found = try await PublicMessageList.read(
            .init(text: "路灯"), before: nil, limit: 10, in: scene.database.public)
        #expect(found.lines.isEmpty && found.found == 0)
        let kept: Int = try await scene.database.superuser.read {
            try $0.value("select count(*) from minyi.sealed_contents where content like '%路灯%'", as: Int.self)
        }
        #expect(kept >= 3)
    }

    @Test func contactsGoWhenTheMatterHasLongEnded() async throws {
        let open = try await scene.send(scene.message())
        let sent = try await scene.send(scene.message())
        try await scene.answer(sent)
        func erase() async throws -> Int {
            try await scene.database.work.write { try $0.value("select erase_message_contacts()", as: Int.self) }
        }
        #expect(try await erase() == 0)
        try await scene.database.setClock(Date(timeIntervalSinceNow: 91 * 86_400))
        #expect(try await erase() == 1)
        #expect(try await scene.value("select submission_id from contacts", as: Int.self) == open.submissionID)
    }

    @Test func aRecordingIsWrittenDownByItsUnit() async throws {
        let key = UUID()
        let voice = try await scene.upload(form: key, type: "audio/webm")
        let sent = try await scene.send(scene.message(title: "", body: "", key: key, recording: voice))
        #expect(try await scene.receipt(sent)?.hasRecording == true)
        #expect(try await scene.receipt(sent)?.isProven == true)
        await #expect(throws: (any Error).self) {
            _ = try await TranscribeMessage(sent.submissionID, words: "路灯坏了")(
                in: scene.database.staff, as: MessageScene.stranger)
        }
        #expect(
            try await TranscribeMessage(sent.submissionID, words: "路灯坏了")(
                in: scene.database.staff, as: MessageScene.screener))
        #expect(try await scene.value("select transcription from messages", as: String.self) == "路灯坏了")
    }
}
