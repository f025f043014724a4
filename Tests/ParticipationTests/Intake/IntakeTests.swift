import Crypto
import Foundation
import Participation
import Postgres
import TestSupport
import Testing
import Text

/// Not the one of the testing library.
private typealias Comment = Participation.Comment

@Suite struct IntakeTests {
    let county: ExampleCounty
    let intake: Intake

    init() async throws {
        county = try await ExampleCounty.make()
        intake = Intake(secrets: try ExampleCounty.secrets())
    }

    private func comment(
        _ body: String = "二十个工作日太长，建议改回十个工作日。", on procedure: ExampleCounty.Announced, key: UUID = UUID(),
        position: Int? = 1, channel: Channel = .web, contact: Contact = Contact(), entry: Comment.Entry? = nil
    ) -> Comment {
        Comment(
            key: key, procedure: procedure.number, editionID: procedure.editionID, position: position, body: body,
            channel: channel, contact: contact, entry: entry)
    }

    private func send(_ comment: Comment) async throws -> IntakeOutcome {
        try await intake.accept(comment, in: county.database.public)
    }

    private func stored() async throws -> Int {
        try await county.database.superuser.read { tx in try tx.value("select count(*) from minyi.submissions") }
    }

    @Test func acceptedMeansStoredWithNumberAndReceipt() async throws {
        let procedure = try await county.announce()
        let sent = comment(on: procedure)
        let outcome = try await send(sent)
        #expect(outcome.verdict == .accepted)
        let number = try SubmissionNumber(#require(outcome.number))
        let mac = intake.codes.mac(for: sent.key)
        let receipt = try #require(try await Receipt.find(number, mac: mac, in: county.database.public))
        #expect(receipt.body == sent.body && receipt.standing == .received && receipt.canWithdraw)
        #expect(receipt.passage?.contains("事项1") == true)
        // SQL and Swift agree on the canonical form byte for byte: otherwise the hash would differ.
        #expect(receipt.isProven)
        let wrong = intake.codes.mac(for: UUID())
        #expect(try await Receipt.find(number, mac: wrong, in: county.database.public) == nil)
    }

    @Test(arguments: [
        "一行", "两行\n第二行：带冒号\n\n隔一行", "表情👨‍👩‍👧‍👦和e\u{301}组合", "\u{20BB7}野家", "引号\"'\\\u{2028}",
        "body:3:abc\nnumber:0:\n",
    ]) func proofHoldsForEveryText(body: String) async throws {
        let procedure = try await county.announce()
        let sent = comment(body, on: procedure, position: nil)
        let number = try SubmissionNumber(#require(try await send(sent).number))
        let mac = intake.codes.mac(for: sent.key)
        let receipt = try #require(try await Receipt.find(number, mac: mac, in: county.database.public))
        #expect(receipt.isProven)
        let inSQL = try await county.database.public.read { tx in
            try tx.value(
                """
                select canonical_form(\(receipt.number), \(receipt.procedureNumber), \(receipt.lineage), \(receipt.channel),
                  \(receipt.receivedAt), \(receipt.submitter), \(receipt.people)::int, \(receipt.body))
                """, as: String.self)
        }
        #expect(Array(inSQL.utf8) == receipt.canonicalForm.bytes)
    }

    @Test func twentyTimesAtOnceIsOnce() async throws {
        let procedure = try await county.announce()
        let same = comment(on: procedure)
        let outcomes = try await withThrowingTaskGroup(of: IntakeOutcome.self) { group in
            for _ in 0..<20 { group.addTask { try await send(same) } }
            return try await group.reduce(into: []) { $0.append($1) }
        }
        #expect(outcomes.filter { $0.verdict == .accepted }.count == 1)
        #expect(outcomes.filter { $0.verdict == .already }.count == 19)
        #expect(Set(outcomes.map(\.number)).count == 1 && outcomes.first?.number != nil)
        #expect(try await stored() == 1)
    }

    @Test func theSameFormWithOtherWordsIsRefused() async throws {
        let procedure = try await county.announce()
        let first = comment("甲", on: procedure)
        _ = try await send(first)
        let second = try await send(comment("乙", on: procedure, key: first.key))
        #expect(second.verdict == .keyReused)
        #expect(try await stored() == 1)
    }

    /// Gone back, and the same words sent once more in the name of twelve: saying "received" would lose the twelve.
    @Test func theSameWordsFromOtherPeopleAreRefused() async throws {
        let procedure = try await county.announce()
        let first = comment("甲", on: procedure)
        _ = try await send(first)
        for other: Submitter in [.joint(people: 12), .organisation("老隆镇某社区居委会")] {
            let again = Comment(
                key: first.key, procedure: first.procedure, editionID: first.editionID, position: first.position,
                body: "甲", submitter: other)
            #expect(try await send(again).verdict == .keyReused)
        }
        #expect(try await stored() == 1)
    }

    @Test func closedAtTheExactSecond() async throws {
        let closing = Date(timeIntervalSince1970: 1_800_000_000)
        try await county.database.setClock(closing.addingTimeInterval(-86_400))
        var terms = ExampleCounty.Terms()
        (terms.opensAt, terms.closesAt) = (closing.addingTimeInterval(-3600), closing)
        let procedure = try await county.announce(terms)
        #expect(try await send(comment(on: procedure)).verdict == .notOpen)
        try await county.database.setClock(closing.addingTimeInterval(-0.000_01))
        #expect(try await send(comment(on: procedure)).verdict == .accepted)
        try await county.database.setClock(closing)
        #expect(try await send(comment(on: procedure)).verdict == .closed)
        let seen = try await Consultation.find(procedure.number, in: county.database.public)
        #expect(seen?.state == .closed && seen?.daysLeft == nil)
    }

    @Test func aSentCommentStaysSentAfterClosing() async throws {
        let procedure = try await county.announce()
        let sent = comment(on: procedure)
        let number = try await send(sent).number
        try await county.database.setClock(Date(timeIntervalSinceNow: 30 * 86_400))
        let again = try await send(sent)
        #expect(again.verdict == .already && again.number == number)
    }

    @Test func beforeAnnouncementNobodyOutsideKnowsOfIt() async throws {
        let procedure = try await county.prepare()
        #expect(try await send(comment(on: procedure)).verdict == .unknownProcedure)
        #expect(try await Consultation.find(procedure.number, in: county.database.public) == nil)
    }

    @Test func requiredContactIsRequiredByTheDoorToo() async throws {
        var terms = ExampleCounty.Terms()
        (terms.nameRule, terms.phoneRule) = ("required", "required")
        let procedure = try await county.announce(terms)
        #expect(try await send(comment(on: procedure)).verdict == .nameRequired)
        let named = comment(on: procedure, contact: Contact(name: "王小明"))
        #expect(try await send(named).verdict == .phoneRequired)
        let whole = comment(on: procedure, contact: Contact(name: "王小明", phone: "13800138000"))
        #expect(try await send(whole).verdict == .accepted)
    }

    @Test func contactsAreReadByNobodyOutside() async throws {
        let procedure = try await county.announce()
        let contact = Contact(name: "王小明", phone: "13800138000")
        let outcome = try await send(comment(on: procedure, contact: contact))
        for database in [county.database.public, county.database.staff, county.database.work] {
            await #expect(throws: PostgresError.self) {
                try await database.read { tx in _ = try tx.execute("select * from contacts") }
            }
        }
        let id = try #require(outcome.submissionID)
        let sealed = try await county.database.staff.write(as: county.clerk) { tx in
            try tx.one("select id, key_id, sealed from read_contact(\(id))", as: SealedRow.self)
        }
        #expect(!String(decoding: sealed.bytes, as: UTF8.self).contains("13800138000"))
        #expect(try intake.vault.open(id: sealed.id, keyID: sealed.keyID, bytes: sealed.bytes) == contact)
        await #expect(throws: PostgresError.self) {
            try await county.database.staff.write(as: county.stranger) { tx in
                _ = try tx.execute("select * from read_contact(\(id))")
            }
        }
    }

    @Test func staffEnterLettersThatCameInTime() async throws {
        let closing = ChinaTime.midnightAfter(try #require(CalendarDate("2027-03-05")))
        try await county.database.setClock(closing.addingTimeInterval(-86_400 * 7))
        var terms = ExampleCounty.Terms()
        terms.opensAt = closing.addingTimeInterval(-86_400 * 7)
        (terms.closesAt, terms.entryUntil) = (closing, closing.addingTimeInterval(86_400 * 5))
        let procedure = try await county.announce(terms)
        try await county.database.setClock(closing.addingTimeInterval(86_400))

        func enter(_ day: String, as actor: DatabaseActor) async throws -> IntakeOutcome.Verdict {
            let letter = comment(
                "来信", on: procedure, channel: .letter,
                entry: Comment.Entry(arrivedOn: try #require(CalendarDate(day)), forSomeone: true, readBack: true))
            return try await intake.accept(letter, in: county.database.staff, as: actor).verdict
        }
        #expect(try await enter("2027-03-05", as: county.clerk) == .accepted)
        #expect(try await enter("2027-03-06", as: county.clerk) == .arrivedLate)
        // The first day is that of the announcement, or of opening where that was before.
        #expect(try await enter("2027-02-27", as: county.clerk) == .accepted)
        #expect(try await enter("2027-02-26", as: county.clerk) == .arrivedEarly)
        #expect(try await enter("0001-01-01", as: county.clerk) == .arrivedEarly)
        #expect(try await enter("2027-03-05", as: county.stranger) == .notAllowed)
        #expect(try await enter("2027-03-05", as: .anonymous) == .notAllowed)
        #expect(try await send(comment(on: procedure)).verdict == .closed)
        let fromWeb = comment(
            on: procedure, channel: .letter, entry: Comment.Entry(arrivedOn: try #require(CalendarDate("2027-03-05"))))
        #expect(try await send(fromWeb).verdict == .notAllowed)
        try await county.database.setClock(closing.addingTimeInterval(86_400 * 5))
        #expect(try await enter("2027-03-05", as: county.clerk) == .entryOver)
    }

    @Test func withdrawnUntilClosing() async throws {
        let procedure = try await county.announce()
        let (first, second) = (comment("甲", on: procedure), comment("乙", on: procedure))
        let numbers = try await [send(first), send(second)].map { try SubmissionNumber(#require($0.number)) }
        let database = county.database.public
        func mac(_ comment: Comment) -> [UInt8] { intake.codes.mac(for: comment.key) }

        #expect(try await Withdrawal.request(numbers[0], mac: mac(second), in: database) == .unknown)
        #expect(try await Withdrawal.request(numbers[0], mac: mac(first), in: database) == .withdrawn)
        #expect(try await Withdrawal.request(numbers[0], mac: mac(first), in: database) == .already)
        let receipt = try #require(try await Receipt.find(numbers[0], mac: mac(first), in: database))
        #expect(receipt.standing == .withdrawn && !receipt.canWithdraw)
        try await county.database.setClock(Date(timeIntervalSinceNow: 30 * 86_400))
        #expect(try await Withdrawal.request(numbers[1], mac: mac(second), in: database) == .closed)
    }

    /// Not hidden from pages but gone from the tables; who kept the words can still prove them.
    @Test func withdrawalDeletesWordsAndContact() async throws {
        let procedure = try await county.announce()
        let sent = comment(on: procedure, contact: Contact(name: "王小明", phone: "13800138000"))
        let outcome = try await send(sent)
        let (id, number) = (try #require(outcome.submissionID), try SubmissionNumber(#require(outcome.number)))
        let mac = intake.codes.mac(for: sent.key)
        #expect(try await Withdrawal.request(number, mac: mac, in: county.database.public) == .withdrawn)
        let left: [String] = try await county.database.superuser.read { tx in
            try tx.values(
                """
                select body from minyi.submissions where id = \(id)
                union all select body from minyi.opinions where submission_id = \(id)
                union all select public_name from minyi.submissions where id = \(id) and public_name is not null
                union all select 'contact' from minyi.contacts where submission_id = \(id)
                """)
        }
        #expect(left == ["", ""])
        let contact = try await ReadContact(submissionID: id)(
            vault: intake.vault, in: county.database.staff, as: county.clerk)
        #expect(contact == nil)
        let receipt = try #require(try await Receipt.find(number, mac: mac, in: county.database.public))
        #expect(receipt.body.isEmpty && !receipt.holdsWords)
        let kept = CanonicalForm.submission(
            number: receipt.number, procedure: receipt.procedureNumber, passage: receipt.lineage,
            channel: receipt.channel.rawValue, receivedAt: receipt.receivedAt, submitter: receipt.submitter.rawValue,
            people: receipt.people, body: sent.body)
        #expect(receipt.proof == Array(SHA256.hash(data: receipt.salt + kept.bytes)))
        // A page of the desk that was opened before cannot write the words back.
        let refused = await #expect(throws: PostgresError.self) {
            try await SplitOpinions(submissionID: id, parts: [.init(sent.body)])(
                in: county.database.staff, as: county.organiser)
        }
        #expect(refused?.constraint == "submissions_withdrawn")
    }

    private struct SealedRow: Row {
        let id: UUID
        let keyID: String
        let bytes: [UInt8]

        init(_ row: RowReader) throws {
            id = try row["id"]
            keyID = try row["key_id"]
            bytes = try row["sealed"]
        }
    }
}
