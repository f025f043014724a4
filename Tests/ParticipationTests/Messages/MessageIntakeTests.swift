import Foundation
import Postgres
import TestSupport
import Testing
import Text

@testable import Participation

/// Not the one of the testing library.
private typealias Comment = Participation.Comment

@Suite struct MessageIntakeTests {
    private let scene: MessageScene

    init() async throws { scene = try await MessageScene.make() }

    private func verdict(_ message: Message, in database: Database? = nil, as actor: DatabaseActor = .anonymous)
        async throws -> IntakeOutcome.Verdict
    {
        try await scene.intake.accept(message, in: database ?? scene.database.public, as: actor).verdict
    }

    @Test func isStoredOnceWithAReceiptThatProvesIt() async throws {
        let key = UUID()
        let file = try await scene.upload(form: key)
        let message = scene.message(.inquiry, key: key, unit: MessageScene.unit, files: [file])
        let sent = try await scene.send(message)
        #expect(try await verdict(message) == .already)
        let receipt = try #require(try await scene.receipt(sent))
        #expect(receipt.isProven && receipt.state == .received && receipt.wishedUnit == "县城管局")
        #expect(receipt.canonicalForm.text.hasPrefix("minyi-message-v1\nnumber:"))
        #expect(receipt.files.count == 1 && receipt.canAdd && receipt.canWithdraw && !receipt.canRate)
        let strip = try #require(try await receipt.clock?.strip(in: scene.database.public))
        #expect(strip.rule.code == "message.screening" && strip.days.last?.date == receipt.dueOn)
        // The same key with other words: those stand that came first.
        #expect(try await verdict(scene.message(.inquiry, body: "别的话", key: key)) == .keyReused)
        let wrong = try await MessageReceipt.find(
            sent.number, mac: scene.intake.codes.mac(for: UUID()), in: scene.database.public)
        #expect(wrong == nil)
        #expect(try await scene.value("select count(*) from cases", as: Int.self) == 1)
    }

    @Test(arguments: MessageKind.allCases)
    func onlyWhoCanBeAskedBackIsAskedForAPhone(kind: MessageKind) async throws {
        let needed: Set<MessageKind> = [.complaint, .help, .report]
        let anonymous = scene.message(kind, contact: Contact())
        #expect(anonymous.faults == (needed.contains(kind) ? [.phoneRequired] : []))
        #expect(try await verdict(anonymous) == (needed.contains(kind) ? .phoneRequired : .accepted))
    }

    /// What fits no column is a verdict about its own item, never an error of all of them.
    @Test func oneBadMessageHurtsNoNeighbour() async throws {
        let comment = Comment(key: UUID(), procedure: "C-2026-000001-1", editionID: 1, position: nil, body: "好")
        var salt = try scene.message().item(for: scene.intake)
        salt.salt = [1]
        let long = String(repeating: "长", count: 10_000)
        let messages: [(Message, IntakeOutcome.Verdict)] = [
            (scene.message(), .accepted), (scene.message(title: long), .titleTooLong),
            (scene.message(title: " "), .titleEmpty), (scene.message(body: long), .tooLong),
            (scene.message(body: ""), .empty), (scene.message(unit: 99), .unknownUnit),
            (scene.message(concerned: [2, 99]), .unknownUnit), (scene.message(unit: 2, concerned: [2]), .unknownUnit),
            (scene.message(concerned: Array(1...11)), .malformed), (scene.message(names: long), .malformed),
            (scene.message(.suggestion), .accepted),
        ]
        var items = try messages.map { IntakeItem.message(try $0.0.item(for: scene.intake)) }
        items.insert(.comment(try comment.item(for: scene.intake)), at: 1)
        items.insert(.message(salt), at: 3)
        let results = await IntakeBatch(items: items).settle(in: scene.database.public)
        #expect(throws: PostgresError.self) { try results[3].get() }
        var verdicts = try results.enumerated().filter { $0.offset != 3 }.map { try $0.element.get().verdict }
        #expect(verdicts.remove(at: 1) == .unknownProcedure)
        #expect(verdicts == messages.map(\.1))
        #expect(try await scene.value("select count(*) from cases", as: Int.self) == 2)
    }

    /// What comes in together: each with its own case, clock, days and words, and a notice for those who can be reached.
    @Test func eachOfABatchHasWhatIsItsOwn() async throws {
        let key = UUID()
        let file = try await scene.upload(form: key)
        var messages = [
            scene.message(.inquiry, title: "一路公交何时通车", contact: Contact()),
            scene.message(title: "二路公交何时通车", key: key, files: [file]),
            scene.message(.help, title: "三路公交何时通车", concerned: [MessageScene.office]),
            scene.message(.inquiry, title: "四路公交何时通车", contact: Contact()),
        ]
        messages.append(scene.message(title: "五路公交何时通车", concerned: [MessageScene.other]))
        let items = try messages.map { IntakeItem.message(try $0.item(for: scene.intake)) }
        let results = await IntakeBatch(items: items).settle(in: scene.database.public)
        #expect(try results.allSatisfy { try $0.get().verdict == .accepted })
        let wrong: Int = try await scene.value(
            """
            select count(*) from cases c join submissions s on s.id = c.submission_id join messages m on m.submission_id = s.id
            join clocks k on k.id = c.screening_clock_id cross join lateral clock_due('message.screening', s.received_at, null) d
            left join case_words w on w.case_id = c.id
            where (c.due_on, c.due_at, c.provisional) is distinct from (d.due_on, d.due_at, d.provisional) or k.started_at <> s.received_at
              or c.title <> m.title or not w.grams @> bigrams(m.title) or (s.unit_ids, s.concerned_unit_ids) is distinct from (c.unit_ids, c.concerned_unit_ids)
              or w.unit_ids <> c.unit_ids or not c.unit_ids @> array[c.office_id]
              or (select count(*) from events e where e.subject = 'case' and e.subject_id = c.id and e.to_state = 'received') <> 1
              or (select count(*) from notices n where n.submission_id = s.id and n.kind = 'received' and n.state = 'waiting')
                <> (select count(*) from contacts x where x.submission_id = s.id)
            """)
        #expect(wrong == 0)
        #expect(
            try await scene.value("select count(distinct screening_clock_id) from cases", as: Int.self)
                == messages.count)
        let toAuthors: SQL = """
            select count(*) from jobs j join notices n on n.id = (j.payload ->> 'notice')::uuid where n.submission_id is not null
            """
        #expect(try await scene.value(toAuthors, as: Int.self) == 3)
        let seen: SQL = """
            select count(*) from attachments a join submission_attachments f on f.attachment_id = a.id
            join cases c on c.submission_id = f.submission_id where a.unit_ids = c.unit_ids
            """
        #expect(try await scene.value(seen, as: Int.self) == 1)
        // Nobody screens what they are accused of.
        #expect(
            try await scene.value("select office_id from cases where title like '三路%'", as: Int.self)
                != MessageScene.office)
    }

    @Test func twinsAreOneMessage() async throws {
        let twins = (0..<10).map { _ in scene.message() }
        let verdicts = try await withThrowingTaskGroup(of: IntakeOutcome.Verdict.self) { group in
            for message in twins + twins + twins { group.addTask { try await verdict(message) } }
            return try await group.reduce(into: []) { $0.append($1) }
        }
        #expect(verdicts.filter { $0 == .accepted }.count == 10 && verdicts.filter { $0 == .already }.count == 20)
        #expect(try await scene.value("select count(*) from cases", as: Int.self) == 10)
        #expect(try await scene.value("select count(*) from contacts", as: Int.self) == 10)
    }

    /// Files belong to the form they were sent with, and to one message.
    @Test func nobodyClaimsTheFilesOfOthers() async throws {
        let (mine, theirs) = (UUID(), UUID())
        let file = try await scene.upload(form: theirs)
        let voice = try await scene.upload(form: mine, type: "audio/webm", "voice")
        #expect(try await verdict(scene.message(key: mine, files: [file])) == .unknownFile)
        #expect(try await verdict(scene.message(key: mine, files: [UUID()])) == .unknownFile)
        // A recording is no attachment and the reverse.
        #expect(try await verdict(scene.message(key: mine, files: [voice])) == .unknownFile)
        #expect(try await verdict(scene.message(key: theirs, recording: file)) == .unknownFile)
        #expect(try await verdict(scene.message(key: theirs, files: [file])) == .accepted)
        var again = scene.message(files: [file])
        again.formKey = theirs
        #expect(try await verdict(again) == .unknownFile)
        let staffFile = try await Attachment.store(
            [UInt8](#"%PDF-1.4"#.utf8) + Array("\n1 0 obj\n<<>>\nendobj\ntrailer\n<<>>\n%%EOF".utf8), name: "scan.pdf",
            for: [MessageScene.unit], in: scene.database.staff, as: MessageScene.clerk)
        #expect(try await verdict(scene.message(key: mine, files: [staffFile])) == .unknownFile)
        // A voice alone is a message.
        #expect(try await verdict(scene.message(title: "", body: "", key: mine, recording: voice)) == .accepted)
        let late = UUID()
        let expired = try await scene.upload(form: late)
        try await scene.database.setClock(Date(timeIntervalSinceNow: 2 * 86_400))
        #expect(try await verdict(scene.message(key: late, files: [expired])) == .unknownFile)
    }

    @Test func oneFileGoesToOneMessageAlsoWithinABatch() async throws {
        let form = UUID()
        let file = try await scene.upload(form: form)
        var messages = [scene.message(key: form, files: [file]), scene.message(files: [file]), scene.message()]
        messages[1].formKey = form
        let items = try messages.map { IntakeItem.message(try $0.item(for: scene.intake)) }
        let verdicts = try await IntakeBatch(items: items).settle(in: scene.database.public).map {
            try $0.get().verdict
        }
        #expect(verdicts == [.accepted, .unknownFile, .accepted])
        // At the same moment in batches of their own.
        let other = UUID()
        let second = try await scene.upload(form: other)
        let rivals = (0..<8).map { _ in
            var message = scene.message(files: [second])
            message.formKey = other
            return message
        }
        let taken = try await withThrowingTaskGroup(of: IntakeOutcome.Verdict.self) { group in
            for message in rivals {
                let item = IntakeItem.message(try message.item(for: scene.intake))
                group.addTask { [scene] in
                    try await IntakeBatch(items: [item]).settle(in: scene.database.public)[0].get().verdict
                }
            }
            return try await group.reduce(into: []) { $0.append($1) }
        }
        #expect(taken.filter { $0 == .accepted }.count == 1 && taken.filter { $0 == .unknownFile }.count == 7)
    }

    @Test func whatStaffEnterHasItsDayAndItsNumberElsewhere() async throws {
        let today = ChinaTime.date(Date())
        func entered(_ number: String, on day: CalendarDate, channel: Channel = .hotline) -> Message {
            Message(
                key: UUID(), kind: .complaint, title: "噪音", body: "半夜施工。", channel: channel,
                entry: Comment.Entry(arrivedOn: day), external: .init(source: "12345", number: number))
        }
        let staff = scene.database.staff
        let first = entered("H1", on: today.adding(days: -3))
        #expect(try await verdict(first, in: staff, as: MessageScene.clerk) == .accepted)
        #expect(try await verdict(first, in: staff, as: MessageScene.clerk) == .already)
        #expect(try await verdict(entered("H1", on: today), in: staff, as: MessageScene.clerk) == .externalKnown)
        #expect(
            try await verdict(entered("H2", on: today.adding(days: 1)), in: staff, as: MessageScene.clerk)
                == .arrivedLate)
        #expect(try await verdict(entered("H3", on: today), in: staff, as: MessageScene.reviewer) == .notAllowed)
        #expect(try await verdict(entered("H4", on: today)) == .notAllowed)
        #expect(try await verdict(scene.message(), in: staff, as: MessageScene.clerk) == .notAllowed)
        let received: CalendarDate = try await scene.value("select received_on from cases")
        #expect(received == today.adding(days: -3))
    }
}
