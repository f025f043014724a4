import Foundation
import Postgres
import TestSupport
import Testing
import Text

@testable import Participation

@Suite("Notices")
struct NoticeTests {
    @Test(
        "An author with an address gets a mail: once an event, under a name of its own, and without a word of the submission"
    )
    func authorByMail() async throws {
        let receiver = try await Receiver.start("mail")
        let scene = try await NoticeScene.make(try NoticeScene.ways(mail: receiver))
        let contact = Contact(name: "欧阳文山", phone: "13800138000", email: "zhang@example.cn")
        let sent = try await scene.scene.submit("低保的时限太长了", contact: contact)
        for _ in 1...2 {
            try await scene.tellAuthor("answered", of: sent.id, key: "case:1:answered", facts: #"{"unit_id": 2}"#)
        }
        try await scene.tellAuthor("received", of: sent.id, key: "case:1:received")
        try await scene.workOff()
        let came = try await receiver.lines(atLeast: 2)
        #expect(came.count == 2 && came.allSatisfy { $0["to"] as? [String] == ["zhang@example.cn"] })
        let answered = try #require(came.first { ($0["text"] as? String)?.contains("县民政局") == true })
        let text = try #require(answered["text"] as? String).replacing("\r\n", with: "\n")
        // The line about a day that nobody knows is left out.
        #expect(
            text == "编号 \(sent.number)。\n由县民政局答复。\nhttps://minyi.example/receipts?number=\(sent.number)\n\n公众参与平台")
        let headers = try #require(answered["headers"] as? [String: String])
        let id: UUID = try await scene.value("select id from notices where kind = 'answered'")
        #expect(headers["Message-ID"] == "<\(id.uuidString.lowercased())@county.example>")
        #expect(headers["Subject"] == "\(sent.number) 有答复了")
        #expect(try await scene.outcomes() == ["sent mail", "sent mail"])
        #expect(try await scene.value("select count(*) from jobs") as Int == 0)
        // How somebody is reached stands nowhere but in the sealed contact.
        let kept: String = try await scene.value("select string_agg(n::text, ' ') from notices n")
        #expect(!kept.contains("zhang") && !kept.contains("1380013"))
    }

    @Test("Who left only a phone is reached by the gateway, which gets kind and facts for its own templates")
    func authorByWebhook() async throws {
        let receiver = try await Receiver.start("hook", ["--secret", NoticeScene.secret])
        let scene = try await NoticeScene.make(try NoticeScene.ways(hook: receiver))
        let sent = try await scene.scene.submit("话", contact: Contact(name: "甲", phone: "+86 138-0013-8000"))
        try await scene.tellAuthor(
            "answered", of: sent.id, key: "k", facts: #"{"unit_id": 2, "due_on": "2026-12-01", "days": 3, "odd": [1]}"#)
        try await scene.workOff()
        let came = try #require(try await receiver.lines(atLeast: 1).first)
        #expect(came["signed"] as? Bool == true)
        let id: UUID = try await scene.value("select id from notices")
        #expect(came["id"] as? String == id.uuidString.lowercased())
        let body = try #require(came["body"] as? String)
        let fields = try #require(try JSONSerialization.jsonObject(with: Data(body.utf8)) as? [String: Any])
        #expect(fields["to"] as? [String: String] == ["phone": "13800138000"])
        #expect(fields["type"] as? String == "author.answered" && fields["number"] as? String == sent.number)
        #expect((fields["text"] as? String)?.contains("最迟 2026年12月1日。") == true)
        #expect(
            fields["facts"] as? [String: String]
                == ["unit": "县民政局", "unit_id": "2", "due_on": "2026-12-01", "days": "3"])
        #expect(try await scene.outcomes() == ["sent webhook"])
    }

    @Test("What cannot or shall not be sent is skipped, and says why")
    func skipped() async throws {
        let receiver = try await Receiver.start("mail")
        let scene = try await NoticeScene.make(try NoticeScene.ways(mail: receiver))
        let anonymous = try await scene.scene.submit("甲")
        let nameOnly = try await scene.scene.submit("乙", contact: Contact(name: "乙"))
        let phoneOnly = try await scene.scene.submit("丙", contact: Contact(phone: "13800138000"))
        let erased = try await scene.scene.submit("丁", contact: Contact(email: "ding@example.cn"))
        let withdrawn = try await scene.scene.submit("戊", contact: Contact(email: "wu@example.cn"))
        for (index, sent) in [anonymous, nameOnly, phoneOnly, erased, withdrawn].enumerated() {
            try await scene.tellAuthor("received", of: sent.id, key: "\(index)")
        }
        #expect(try await scene.value("select count(*) from jobs") as Int == 4)
        try await EraseContact(submissionID: erased.id)(in: scene.database.staff, as: AnsweringScene.organiser)
        let mac = scene.scene.intake.codes.mac(for: withdrawn.key)
        _ = try await Withdrawal.request(
            try SubmissionNumber(withdrawn.number), mac: mac, in: scene.database.public)
        try await scene.database.owner.write { tx in
            try tx.execute("update staff set email = 'chen@county.example' where id in (1, 4)")
            try tx.execute("update staff set active = false where id = 4")
        }
        try await WantsNotices.set(false, in: scene.database.staff, as: AnsweringScene.organiser)
        try await scene.tellStaff("red", units: [2, 3], roles: ["organiser"], key: "5")
        try await scene.tellStaff("red", units: [2], roles: ["approver"], key: "6")
        try await scene.workOff()
        #expect(
            try await scene.outcomes() == [
                "skipped no_contact", "skipped no_address", "skipped no_way", "skipped contact_erased",
                "skipped withdrawn", "skipped not_wished", "skipped no_address",
            ])
        #expect(try await receiver.lines(atLeast: 0).isEmpty)
    }

    @Test("Told are those who hold the role in the unit and who stands in for them, but never those it is about")
    func staff() async throws {
        let scene = try await NoticeScene.make()
        try await scene.database.owner.write { tx in
            try tx.execute("insert into staff_roles values (3, 1, 'clerk'), (4, 2, 'clerk')")
            try tx.execute(
                """
                insert into substitutions (absent_id, substitute_id, from_on, until_on) values
                  (5, 2, '2026-11-01', '2026-12-31'), (5, 3, '2025-01-01', '2025-01-02')
                """)
        }
        func told(_ key: String) async throws -> [Int] {
            try await scene.database.owner.read {
                try $0.values("select staff_id from notices where key = \(key) order by 1")
            }
        }
        try await scene.tellStaff("red", units: [2], roles: ["clerk", "organiser"], key: "all")
        #expect(try await told("all") == [1, 2, 4, 5])
        try await scene.tellStaff(
            "red", units: [2], roles: ["clerk"], key: "some", withoutUnits: [3], withoutStaff: [5])
        #expect(try await told("some") == [1, 2])
        try await scene.tellStaff("red", units: [1], roles: ["clerk"], key: "office")
        #expect(try await told("office") == [3])
    }

    @Test("What the other side refuses for good is dead at once; what it refuses for now is tried again later")
    func failures() async throws {
        let receiver = try await Receiver.start("mail")
        let scene = try await NoticeScene.make(try NoticeScene.ways(mail: receiver))
        for name in ["busy", "unknown"] {
            let sent = try await scene.scene.submit(name, contact: Contact(email: "\(name)@example.cn"))
            try await scene.tellAuthor("received", of: sent.id, key: name)
        }
        try await scene.workOff()
        #expect(try await scene.outcomes() == ["waiting", "failed answered 550"])
        #expect(
            try await scene.value(
                """
                select string_agg(concat_ws(' ', error, attempts, died_at is null, taken_at is null,
                  run_at between minyi_clock() + interval '20 s' and minyi_clock() + interval '30 s'), ', ' order by id) from jobs
                """) as String == "answered 451 1 t t t, answered 550 1 f t t")
        try await scene.workOff()
        #expect(try await scene.value("select max(attempts) from jobs") as Int == 1)
        try await scene.database.setClock(AnsweringScene.whileOpen.addingTimeInterval(31))
        try await scene.workOff()
        #expect(try await scene.value("select attempts from jobs where died_at is null") as Int == 2)
        #expect(try await receiver.lines(atLeast: 0).isEmpty)
    }

    @Test("An administrator runs dead ones again or gives them up, and sends a test; nobody else does")
    func deadLetters() async throws {
        let receiver = try await Receiver.start("mail")
        let scene = try await NoticeScene.make(try NoticeScene.ways(mail: receiver))
        let staff = scene.database.staff
        let administrator = AnsweringScene.actor(1, units: [2], ["administrator"])
        let sent = try await scene.scene.submit("甲", contact: Contact(email: "unknown@example.cn"))
        for key in ["a", "b"] { try await scene.tellAuthor("received", of: sent.id, key: key) }
        try await scene.workOff()
        let work = try await WorkOverview.load(in: staff, as: administrator)
        #expect(work.dead.map(\.error) == ["answered 550", "answered 550"] && work.deadCount == 2)
        #expect(work.dead.first?.notice == "author.received")
        #expect(work.notices.map { "\($0.state) \($0.reason ?? "") \($0.count)" } == ["failed answered 550 2"])
        let hidden = try await WorkOverview.load(in: staff, as: AnsweringScene.clerk)
        #expect(hidden.dead.isEmpty && hidden.notices.isEmpty && hidden.runs.isEmpty)
        await #expect(throws: PostgresError.self) {
            try await DeadJobs.runAgain(nil, in: staff, as: AnsweringScene.clerk)
        }
        await #expect(throws: PostgresError.self) {
            try await DeadJobs.giveUp(nil, in: staff, as: AnsweringScene.clerk)
        }
        await #expect(throws: PostgresError.self) {
            try await TestNotice.send(by: .mail, in: staff, as: AnsweringScene.clerk)
        }

        let first = try #require(work.dead.last?.id)
        #expect(try await DeadJobs.runAgain(first, in: staff, as: administrator) == 1)
        #expect(try await scene.outcomes().sorted() == ["failed answered 550", "waiting"])
        try await scene.workOff()
        #expect(try await DeadJobs.giveUp(first, in: staff, as: administrator) == 1)
        #expect(try await DeadJobs.giveUp(nil, in: staff, as: administrator) == 1)
        #expect(try await scene.outcomes() == ["failed answered 550", "failed answered 550"])
        #expect(
            try await scene.value("select string_agg(kind, ' ' order by id) from events where subject = 'job'")
                as String
                == "run_again given_up given_up")

        try await scene.database.owner.write {
            try $0.execute("update staff set email = 'chen@county.example' where id = 1")
        }
        try await TestNotice.send(by: .mail, in: staff, as: administrator)
        try await scene.workOff()
        #expect(try await receiver.lines(atLeast: 1).first?["to"] as? [String] == ["chen@county.example"])
    }

    @Test("The worker sees the contact of a notice it is delivering, and no other")
    func narrowDoor() async throws {
        let scene = try await NoticeScene.make()
        let sent = try await scene.scene.submit("甲", contact: Contact(email: "zhang@example.cn"))
        try await scene.tellAuthor("received", of: sent.id, key: "a")
        let id: Int = try await scene.value("select id from jobs")
        func seen() async throws -> Int {
            try await scene.database.work.read { try $0.value("select count(*) from notice_in_delivery(\(id))") }
        }
        #expect(try await seen() == 0)
        _ = try await Job.take(.deliverNotice, in: scene.database.work)
        #expect(try await seen() == 1)
        await #expect(throws: PostgresError.self) {
            try await scene.database.work.read { try $0.values("select id from contacts", as: UUID.self) }
        }
        await #expect(throws: PostgresError.self) {
            try await scene.database.work.write { try $0.execute("update notices set submission_id = 1") }
        }
    }

    @Test("Kinds in the database are those of the table in Swift")
    func kinds() async throws {
        let scene = try await NoticeScene.make()
        let sent = try await scene.scene.submit("甲")
        let letter = WriteLetter(
            title: "函", documentNumber: "1", body: "请回复。", datedOn: ChinaTime.date(AnsweringScene.whileOpen),
            dueOn: ChinaTime.date(AnsweringScene.whileOpen).adding(days: 3),
            silenceAgrees: false, unitIDs: [], organisations: [.init(name: "县供电局", email: "")])
        _ = try await letter(
            nil, procedure: scene.scene.number, key: UUID(), codes: scene.scene.intake.codes, in: scene.database.staff,
            as: AnsweringScene.organiser)
        let (asked, person, subscription) = try await scene.database.owner.write { tx in
            try tx.execute(
                """
                insert into gatherings (key, kind, procedure_id, unit_id, unit_ids, title, created_by, created_at)
                select gen_random_uuid(), 'forum', id, unit_id, unit_ids, '座谈会', 1, minyi_clock() from procedures limit 1
                """)
            return (
                try tx.value("select id from written_addressees", as: Int.self),
                try tx.value(
                    """
                    insert into gathering_people (gathering_id, role, seat, key, code_mac, named_at)
                    select id, 'invited', 1, gen_random_uuid(), sha256('code'), minyi_clock() from gatherings returning id
                    """, as: Int.self),
                try tx.value(
                    """
                    insert into reminder_subscriptions (id, key_id, sealed, address_index, about, forms, confirm_mac, stop_mac, asked_at)
                    values (gen_random_uuid(), 'k', 'x', sha256('address'), 'all', '{hearing}', sha256('confirm'), sha256('stop'), minyi_clock())
                    returning id
                    """, as: UUID.self)
            )
        }
        func tell(_ kind: NoticeKind, _ column: SQL, _ whom: SQL) async throws {
            try await scene.database.owner.write { tx in
                try tx.execute(
                    """
                    insert into notices (kind, key, \(column), facts, created_at)
                    values (\(kind.name), \(kind.name), \(whom), '{}', minyi_clock())
                    """)
            }
        }
        for kind in NoticeKind.all {
            switch kind.audience {
            case .author: try await scene.tellAuthor(kind.name, of: sent.id, key: kind.name)
            case .staff: try await scene.tellStaff(kind.name, units: [2], roles: ["clerk"], key: kind.name)
            case .addressee: try await tell(kind, "addressee_id", "\(asked)")
            case .person: try await tell(kind, "person_id", "\(person)")
            case .subscriber: try await tell(kind, "subscription_id", "\(subscription)")
            }
        }
        let words: String = try await scene.value(
            "select pg_get_constraintdef(oid) from pg_constraint where conname = 'notices_kind'")
        let listed = words.matches(of: /'([a-z_]+)'/).map { String($0.1) }
        #expect(listed.sorted() == NoticeKind.all.map(\.name).sorted())
    }

    @Test("Notices go when they are old")
    func retention() async throws {
        let scene = try await NoticeScene.make()
        let sent = try await scene.scene.submit("甲")
        try await scene.tellAuthor("received", of: sent.id, key: "a")
        func erased(after days: Double) async throws -> Int {
            try await scene.database.setClock(AnsweringScene.whileOpen.addingTimeInterval(86_400 * days))
            return try await scene.database.work.write { try $0.value("select erase_notices()") }
        }
        #expect(try await erased(after: 89) == 0)
        #expect(try await erased(after: 91) == 1)
    }
}
