import Foundation
import Postgres
import TestSupport
import Testing
import Text

@testable import Participation

@Suite("Registering for a hearing")
struct RegistrationTests {
    private func count(_ scene: RegistrationScene, _ sql: SQL) async throws -> Int {
        try await scene.database.owner.read { tx in try tx.value(sql, as: Int.self) }
    }

    private func line(_ scene: RegistrationScene) async throws -> RegistrationLine {
        try await scene.database.staff.read(as: AnsweringScene.organiser) { tx in
            try tx.one(RegistrationLine.of(gathering: scene.id), as: RegistrationLine.self)
        }
    }

    private func receipt(_ scene: RegistrationScene, _ outcome: IntakeOutcome, _ key: UUID) async throws
        -> RegistrationReceipt?
    {
        try await RegistrationReceipt.find(
            try SubmissionNumber(try #require(outcome.number)), mac: scene.intake.codes.mac(for: key),
            in: scene.database.public)
    }

    @Test func isReceivedOnceAndProven() async throws {
        let scene = try await RegistrationScene.make()
        let registration = scene.registration()
        let first = try await scene.send(registration)
        #expect(first.verdict == .accepted)
        let again = try await scene.send(registration)
        #expect(again.verdict == .already && again.number == first.number)
        var other = registration
        other.category = "c02"
        let changed = try await scene.send(other)
        #expect(changed.verdict == .keyReused)
        let receipt = try #require(try await receipt(scene, first, registration.key))
        #expect(receipt.isProven && receipt.standing == .registered && receipt.category == "居民" && receipt.canWithdraw)
        // Among the opinions it is not.
        #expect(try await count(scene, "select count(*) from submissions where procedure_id is not null") == 0)
        #expect(try await count(scene, "select count(*) from notices where kind = 'registered'") == 1)
    }

    /// Who has registered goes back to the form, fills in their neighbour, and sends it with the same key.
    @Test func aFormSentOnceMoreForSomebodyElseIsNotTheirRegistration() async throws {
        let scene = try await RegistrationScene.make()
        let key = UUID()
        #expect(try await scene.send(scene.registration(key: key)).verdict == .accepted)
        let neighbour = RegistrationScene.identities[1]
        #expect(try await scene.send(scene.registration(neighbour, key: key)).verdict == .keyReused)
        #expect(try await count(scene, "select count(*) from registrations") == 1)
        #expect(try await scene.send(scene.registration(neighbour)).verdict == .accepted)
    }

    @Test func onePersonHasOneSeat() async throws {
        let scene = try await RegistrationScene.make()
        let all = (0..<50).map { scene.registration(category: $0 % 2 == 0 ? "c01" : "c02") }
        let verdicts = try await withThrowingTaskGroup(of: IntakeOutcome.Verdict.self) { group in
            for one in all { group.addTask { try await scene.send(one).verdict } }
            return try await group.reduce(into: []) { $0.append($1) }
        }
        #expect(verdicts.filter { $0 == .accepted }.count == 1)
        #expect(verdicts.filter { $0 == .registeredAlready }.count == 49)
        #expect(try await count(scene, "select count(*) from registrations") == 1)
        let another = try await scene.send(scene.registration(RegistrationScene.identities[1]))
        #expect(another.verdict == .accepted)
    }

    @Test func theDoorSaysWhyNot() async throws {
        let scene = try await RegistrationScene.make()
        var wrong = scene.registration()
        wrong.category = "c03"
        #expect(try await scene.send(wrong).verdict == .unknownCategory)
        wrong = scene.registration("441622199001010000")
        #expect(try await scene.send(wrong).verdict == .identityRequired)
        wrong = scene.registration()
        wrong.consents = nil
        #expect(try await scene.send(wrong).verdict == .consentRequired)
        wrong = scene.registration()
        wrong.gathering = "H-2026-000009-9"
        #expect(try await scene.send(wrong).verdict == .unknownGathering)
        wrong = scene.registration()
        wrong.fileIDs = [UUID()]
        #expect(try await scene.send(wrong).verdict == .unknownFile)
        let day = ChinaTime.date(AnsweringScene.whileOpen)
        let paper = scene.registration(channel: .counter, arrivedOn: day)
        #expect(try await scene.send(paper).verdict == .notAllowed)
        #expect(try await scene.enter(paper, as: AnsweringScene.stranger).verdict == .notAllowed)
        let early = scene.registration(channel: .counter, arrivedOn: day.adding(days: 1))
        #expect(try await scene.enter(early).verdict == .arrivedLate)

        try await scene.database.setClock(RegistrationScene.closesAt)
        #expect(try await scene.send(scene.registration()).verdict == .closed)
        #expect(try await count(scene, "select count(*) from events where kind = 'registration_turned_away'") == 2)
        #expect(try await scene.enter(paper).verdict == .accepted)
        try await scene.database.setClock(RegistrationScene.closesAt.addingTimeInterval(9 * 86_400))
        let late = scene.registration(RegistrationScene.identities[1], channel: .letter, arrivedOn: day)
        #expect(try await scene.enter(late).verdict == .entryOver)
        try await scene.database.owner.write { tx in
            _ = try tx.execute("update gatherings set state = 'cancelled' where id = \(scene.id)")
        }
        #expect(try await scene.send(scene.registration()).verdict == .closed)
    }

    @Test func organiserAloneReadsWhoItIs() async throws {
        let scene = try await RegistrationScene.make()
        _ = try await scene.send(scene.registration())
        let line = try await line(scene)
        let record = try #require(
            try await RegistrationRecord.read(
                line.id, inFull: false, vault: scene.intake.vault, in: scene.database.staff,
                as: AnsweringScene.organiser))
        #expect(record.contact.name == "欧阳小明")
        #expect(record.details.identityNumber == RegistrationScene.identities[0])
        #expect(try await count(scene, "select count(*) from events where kind = 'registration_read'") == 1)
        for actor in [AnsweringScene.clerk, AnsweringScene.approver, AnsweringScene.stranger] {
            await #expect(throws: PostgresError.self) {
                try await RegistrationRecord.read(
                    line.id, inFull: true, vault: scene.intake.vault, in: scene.database.staff, as: actor)
            }
            await #expect(throws: PostgresError.self) {
                _ = try await scene.database.staff.read(as: actor) { tx in
                    try tx.all("select sealed from registration_details", as: Nothing.self)
                }
            }
        }
        let contact = try await ReadContact(submissionID: line.submissionID)(
            vault: scene.intake.vault, in: scene.database.staff, as: AnsweringScene.clerk)
        #expect(contact == nil)
    }

    private struct Nothing: Row { init(_ row: RowReader) throws {} }

    @Test func isCheckedAndTold() async throws {
        let scene = try await RegistrationScene.make()
        let registration = scene.registration()
        let outcome = try await scene.send(registration)
        let id = try await line(scene).id
        await #expect(throws: PostgresError.self) {
            try await CheckRegistration(id: id, verdict: .eligible)(in: scene.database.staff, as: AnsweringScene.clerk)
        }
        let refuse = CheckRegistration(id: id, verdict: .refused, code: .age, note: "差一岁")
        try await refuse(in: scene.database.staff, as: AnsweringScene.organiser)
        try await refuse(in: scene.database.staff, as: AnsweringScene.organiser)
        #expect(try await count(scene, "select count(*) from notices where kind = 'registration_checked'") == 1)
        var mine = try #require(try await receipt(scene, outcome, registration.key))
        #expect(mine.standing == .refused && mine.refusedCode == .age && mine.refusedNote == "差一岁")
        try await CheckRegistration(id: id, verdict: .eligible)(in: scene.database.staff, as: AnsweringScene.organiser)
        mine = try #require(try await receipt(scene, outcome, registration.key))
        #expect(mine.standing == .registered && mine.verdict == .eligible)
        let counts = try await scene.database.staff.read(as: AnsweringScene.organiser) { tx in
            try tx.all(RegistrationCount.of(gathering: scene.id), as: RegistrationCount.self)
        }
        #expect(counts.map(\.eligible) == [1, 0])
    }

    @Test func whoWithdrawsIsGoneAndMayRegisterAgain() async throws {
        let scene = try await RegistrationScene.make()
        let registration = scene.registration()
        let outcome = try await scene.send(registration)
        let number = try SubmissionNumber(try #require(outcome.number))
        let mac = scene.intake.codes.mac(for: registration.key)
        let taken = try await Withdrawal.requestRegistration(number, mac: mac, in: scene.database.public)
        #expect(taken == .withdrawn)
        let twice = try await Withdrawal.requestRegistration(number, mac: mac, in: scene.database.public)
        #expect(twice == .already)
        #expect(try await leftovers(scene) == 0)
        #expect(try await scene.send(scene.registration(category: "c02")).verdict == .accepted)
    }

    /// What somebody said at the hearing stands on their receipt as everybody reads it; what another said does not.
    @Test func theReceiptSaysWhatTheySaid() async throws {
        let scene = try await RegistrationScene.make()
        let registration = scene.registration()
        let outcome = try await scene.send(registration)
        let mine = try await scene.answering.submit("请多开一班车。我的电话是13800138000。", channel: .meeting)
        let other = try await scene.answering.submit("票价不要涨。", channel: .meeting)
        try await scene.database.owner.write { tx in
            let people = try tx.values(
                """
                insert into gathering_people (gathering_id, role, seat, category_id, registration_id, key, code_mac, named_at)
                select \(scene.id), 'participant', n, (select id from gathering_categories where gathering_id = \(scene.id) and ordinal = 1),
                  (select id from registrations where n = 1), gen_random_uuid(), sha256(gen_random_uuid()::text::bytea), minyi_clock()
                from generate_series(1, 2) n order by n returning id
                """, as: Int.self)
            for (place, (person, said)) in zip(people, [mine.id, other.id]).enumerated() {
                try tx.execute(
                    """
                    insert into gathering_entries (gathering_id, position, key, kind, person_id, body, said_at, at, staff_id, submission_id)
                    values (\(scene.id), \(place + 1), gen_random_uuid(), 'statement', \(person), '说', minyi_clock(), minyi_clock(), 1, \(said))
                    """)
            }
        }
        let receipt = try #require(try await receipt(scene, outcome, registration.key))
        let shown = try #require(receipt.statements.first?.shown)
        #expect(receipt.statements.count == 1 && receipt.standing == .chosen)
        #expect(shown.hasPrefix("请多开一班车。") && !shown.contains("13800138000"))
    }

    @Test func isErasedAfterTheReport() async throws {
        let scene = try await RegistrationScene.make()
        _ = try await scene.send(scene.registration())
        #expect(try await leftovers(scene) > 0)
        func erase() async throws -> Int {
            try await scene.database.work.write { tx in try tx.value("select erase_registrations()", as: Int.self) }
        }
        #expect(try await erase() == 0)
        let procedure = scene.answering.procedureID
        try await scene.database.owner.write { tx in
            _ = try tx.execute("update gatherings set state = 'cancelled' where id = \(scene.id)")
            _ = try tx.execute("alter table published_versions disable trigger user")
            _ = try tx.execute(
                """
                insert into published_versions (procedure_id, gathering_id, kind, version, title, unit_name, content, content_hash, published_at)
                values (\(procedure), \(scene.id), 'gathering_change', 1, '取消', '县民政局', '{}', sha256('x'), minyi_clock())
                """)
        }
        #expect(try await erase() == 0)
        try await scene.database.setClock(AnsweringScene.whileOpen.addingTimeInterval(181 * 86_400))
        #expect(try await erase() == 1)
        #expect(try await leftovers(scene) == 0)
        #expect(try await count(scene, "select count(*) from events where kind = 'registrations_erased'") == 1)
        #expect(try await erase() == 0)
    }

    @Test func isErasedWhereNothingIsReported() async throws {
        let scene = try await RegistrationScene.make()
        _ = try await scene.send(scene.registration())
        func erase() async throws -> Int {
            try await scene.database.work.write { tx in try tx.value("select erase_registrations()", as: Int.self) }
        }
        func end() async throws -> RegistrationsEnd {
            try await scene.database.staff.read(as: AnsweringScene.organiser) { tx in
                try tx.one(RegistrationsEnd.of(gathering: scene.id), as: RegistrationsEnd.self)
            }
        }
        var ends = try await end()
        #expect(ends.reason == .unreported)
        #expect(ends.at == RegistrationScene.startsAt.addingTimeInterval(365 * 86_400))
        // Less than thirty days are as good as thirty: registrations on paper are entered until then.
        try await scene.database.owner.write { tx in
            _ = try tx.execute("update site_settings set value = '1' where key = 'unreported_retention_days'")
        }
        ends = try await end()
        #expect(ends.at == RegistrationScene.startsAt.addingTimeInterval(30 * 86_400))
        // Postponed to no day, it counts from when registration closed.
        try await scene.database.owner.write { tx in
            _ = try tx.execute(
                "update gatherings set state = 'postponed', starts_at = null, ends_at = null where id = \(scene.id)")
        }
        ends = try await end()
        #expect(ends.at == RegistrationScene.closesAt.addingTimeInterval(30 * 86_400))
        try await scene.database.setClock(ends.at.addingTimeInterval(-1))
        #expect(try await erase() == 0)
        #expect(try await leftovers(scene) > 0)
        try await scene.database.setClock(ends.at)
        #expect(try await erase() == 1)
        #expect(try await leftovers(scene) == 0)
        // Nobody could be told of a new day.
        let refused = await #expect(throws: PostgresError.self) {
            _ = try await scene.database.owner.write { tx in
                try tx.execute(
                    """
                    select require_gathering_paper(p, g, 'gathering_change', '{}',
                      jsonb_populate_record(null::gathering_changes, '{"kind": "moved"}'))
                    from gatherings g join procedures p on p.id = g.procedure_id where g.id = \(scene.id)
                    """)
            }
        }
        #expect(refused?.constraint == "gatherings_erased")
    }

    /// Rows and columns that hold something a person has given of themselves.
    private func leftovers(_ scene: RegistrationScene) async throws -> Int {
        try await count(
            scene,
            """
            select (select count(*) from contacts) + (select count(*) from registration_details)
              + (select count(*) from registrations where person_index is not null or reason <> '' or organisation <> '')
            """)
    }

    @Test func theFormFindsWhatIsWrong() async throws {
        let scene = try await RegistrationScene.make()
        let offer = try #require(try await PublicGathering.hearing(scene.number, in: scene.database.public))
        #expect(offer.openCategories.map(\.code) == ["c01", "c02"] && offer.refusal == nil)
        #expect(scene.registration().faults(offer) == [])
        #expect(scene.registration("４４１６２２" + RegistrationScene.identities[0].dropFirst(6)).faults(offer) == [])
        #expect(scene.registration("441622199001010000").faults(offer) == [.identityWrong])
        #expect(scene.registration("").faults(offer) == [.identityRequired])
        let child = RegistrationScene.withCheckDigit("44162220150101001")
        #expect(scene.registration(child).faults(offer) == [.tooYoung(least: 18)])
    }
}
