import Foundation
import Participation
import Postgres
import TestSupport
import Testing

/// What was noted on a visit is corrected after it was sent, marked and never silent, until it is worked up.
@Suite("Corrections of a visit") struct CorrectionTests {
    private static func correction(
        _ person: Int, of visit: VisitScene, key: UUID = UUID(), name: String = "", unit: String = "",
        consents: Bool = false
    ) async throws -> FieldNote.Fault? {
        try await CorrectPerson(
            gatheringID: visit.id, personID: person, key: key, name: name, phone: "", unit: unit, consents: consents)(
                vault: visit.scene.intake.vault, in: visit.staff, as: AnsweringScene.clerk)
    }

    private static func met(_ visit: VisitScene) async throws -> [GatheringPerson] {
        try await visit.staff.read(as: AnsweringScene.clerk) {
            try $0.all(GatheringPerson.of(gathering: visit.id), as: GatheringPerson.self)
        }.filter { $0.role == .met }
    }

    @Test func whoWasMetIsCorrectedAndItIsMarked() async throws {
        let visit = try await VisitScene.make(in: try await AnsweringScene.make())
        try await visit.arrive()
        #expect(try await visit.take([VisitScene.note("张书", "路灯坏了。", consents: true)]) == [nil])
        let person = try #require(try await Self.met(visit).first)
        let key = UUID()
        for _ in 0..<2 {
            let fault = try await Self.correction(
                person.id, of: visit, key: key, name: "张叔", unit: "黎咀村", consents: true)
            #expect(fault == nil)
        }
        #expect(try await Self.met(visit).map(\.publicName) == ["张叔"])
        let marked = Transcript(try await visit.entries()).ofPeople
        #expect(marked.map(\.body) == ["姓名"] && marked.map(\.personID) == [person.id])
        // On paper, too; and a visit is no meeting to which people come.
        let paper = try await visit.staff.read(as: AnsweringScene.clerk) { tx in
            try TranscriptPaper(try tx.one(Gathering.with(number: visit.number), as: Gathering.self), tx).content
        }
        let said = paper.sections.map { $0.heading + $0.text }.joined(separator: "\n")
        #expect(said.contains("更正姓名。") && !said.contains("到会") && !said.contains("发言"))
        let contacts = try await ReadPeople.all(
            of: visit.id, vault: visit.scene.intake.vault, in: visit.staff, as: AnsweringScene.clerk)
        #expect(contacts[person.id]?.name == "张叔" && contacts[person.id]?.phone == "0762-6750000")
        let again = try await Self.correction(person.id, of: visit, name: "张叔", unit: "黎咀村", consents: true)
        #expect(again == .unchanged)
        // Who does not agree any longer is named nowhere, not even as it was shown.
        let hidden = try await Self.correction(person.id, of: visit)
        #expect(hidden == nil)
        #expect(try await Self.met(visit).map(\.publicName) == [""])
        #expect(
            try await visit.count(
                "select count(*) from screen_entries where gathering_id = \(visit.id) and speaker ->> 'name' <> ''")
                == 0)
        #expect(
            try await visit.count(
                "select count(*) from events where subject = 'gathering' and kind = 'person_corrected'") == 2)
    }

    @Test func whoIsNamedUnderAPictureCannotBeMadeNameless() async throws {
        let visit = try await VisitScene.make(in: try await AnsweringScene.make())
        try await visit.arrive()
        #expect(try await visit.take([VisitScene.note("张建国", "路灯坏了。", consents: true)]) == [nil])
        let person = try #require(try await Self.met(visit).first)
        try await visit.scene.database.owner.write { tx in
            try tx.execute(
                """
                insert into gathering_photos (key, gathering_id, caption, taken_at, added_by, added_at, attachment_id, removed_at)
                values (gen_random_uuid(), \(visit.id), '张建国家门口', minyi_clock(), 1, minyi_clock(), null, minyi_clock())
                """)
        }
        // A picture that was removed names nobody.
        #expect(try await Self.correction(person.id, of: visit, unit: "黎咀村", consents: true) == .unchanged)
        try await visit.store("张建国家门口")
        #expect(try await Self.correction(person.id, of: visit) == .pictured)
        #expect(try await Self.met(visit).map(\.consents) == [true])
    }

    @Test func wordsAreCorrectedUntilTheyAreWorkedUp() async throws {
        let visit = try await VisitScene.make(in: try await AnsweringScene.make())
        try await visit.arrive()
        let note = VisitScene.note("李阿婆", "路不好走。")
        #expect(try await visit.take([note]) == [nil])
        func correct(_ body: String) async throws -> EntryOutcome.Outcome? {
            let said = try #require(try await visit.entries().first { $0.kind == .statement })
            return try await TakeEntries(visit.id)(
                [TypedEntry(kind: .correction, body: body, replaces: said.key)], in: visit.staff,
                as: AnsweringScene.clerk
            ).first?.outcome
        }
        #expect(try await correct("路灯不亮。") == .accepted)
        // The phone, which never heard that it was taken, sends it once more.
        #expect(try await visit.take([note]) == [nil])
        let person = try #require(try await Self.met(visit).first)
        try await Gathering.end(visit.id, in: visit.staff, as: AnsweringScene.clerk)
        #expect(try await correct("路灯不亮，路不好走。") == .accepted)
        _ = try await Gathering.close(visit.id, in: visit.staff, as: AnsweringScene.organiser)
        #expect(
            try await visit.count("select count(*) from submissions where body = '路灯不亮，路不好走。'") == 1)
        #expect(try await correct("太晚了。") == .notUnderWay)
        let late = await #expect(throws: PostgresError.self) {
            try await Self.correction(person.id, of: visit, name: "李婆婆")
        }
        #expect(late?.constraint == "gatherings_noted")
    }
}
