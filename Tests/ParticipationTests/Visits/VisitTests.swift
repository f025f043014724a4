import Foundation
import Participation
import Postgres
import TestSupport
import Testing
import Text

/// Visits: called without a paper, written down on the way, and put on a route.
@Suite("Visits") struct VisitTests {
    @Test func notesAreTakenOnceHoweverOftenTheyAreSent() async throws {
        let visit = try await VisitScene.make(in: try await AnsweringScene.make())
        try await visit.arrive()
        let (first, second) = (VisitScene.note("李阿婆", "路不好走。\n水不够。"), VisitScene.note("张叔", "路灯坏了。", consents: true))
        let faulty = VisitScene.note("", "没有名字。")
        for _ in 0..<2 {
            let faults = try await visit.take([first, second, faulty])
            #expect(faults == [nil, nil, .name])
        }
        // The same person goes on, and needs no name again.
        let more = VisitScene.note("", "还有水渠。", person: first.person)
        #expect(try await visit.take([more]) == [nil])
        #expect(try await visit.count("select count(*) from gathering_people where gathering_id = \(visit.id)") == 2)
        #expect(
            try await visit.count(
                "select count(*) from gathering_entries where gathering_id = \(visit.id) and kind = 'statement'") == 4)
        // Who did not agree stands there without a name, and nothing plain says who it is.
        let names: [String] = try await visit.scene.database.owner.read {
            try $0.values("select public_name from gathering_people where gathering_id = \(visit.id) order by seat")
        }
        #expect(names == ["", "张叔"])
    }

    @Test(
        "Nobody who did not agree is named under a picture, and it is there for staff alone until somebody says otherwise"
    )
    func pictures() async throws {
        let visit = try await VisitScene.make(in: try await AnsweringScene.make())
        try await visit.arrive()
        _ = try await visit.take([VisitScene.note("李桂花", "路不好走。"), VisitScene.note("张建国", "路灯坏了。", consents: true)])
        for (caption, fault) in [("李 桂花家门口", GatheringPhoto.CaptionFault.name), ("电话13800138111", .personalData)] {
            let refused = await #expect(throws: GatheringPhoto.CaptionFault.self) { try await visit.store(caption) }
            #expect(refused == fault)
        }
        let key = UUID()
        try await visit.store("张建国家门口", key: key)
        // The answer was lost: once more changes nothing, whatever is said of its caption now.
        try await visit.store("李桂花", key: key)
        let photos = try await visit.staff.read(as: AnsweringScene.clerk) {
            try $0.all(GatheringPhoto.of(gathering: visit.id), as: GatheringPhoto.self)
        }
        #expect(photos.map(\.caption) == ["张建国家门口"])
        // However many pictures were sent, names were read once.
        let readings: SQL = "select count(*) from events where kind = 'contacts_read' and code = 'captions'"
        #expect(try await visit.count(readings) == 1)
        try await visit.scene.database.setClock(AnsweringScene.whileOpen.addingTimeInterval(4 * 86_400))
        try await visit.store("村口")
        #expect(try await visit.count(readings) == 2)
        #expect(photos.allSatisfy { !$0.mayBePublic })
    }

    @Test func notesAreTakenAheadOfItsHourButNotFromOthers() async throws {
        let visit = try await VisitScene.make(in: try await AnsweringScene.make())
        let other = TakeFieldNotes(gatheringID: visit.id, notes: [VisitScene.note("李某", "路。")])
        await #expect(throws: PostgresError.self) {
            try await other(
                vault: visit.scene.intake.vault, codes: visit.scene.intake.codes, in: visit.staff,
                as: AnsweringScene.stranger)
        }
        #expect(try await visit.count("select count(*) from gathering_people where gathering_id = \(visit.id)") == 0)
        // Two days before the hour that was planned.
        #expect(try await visit.take([VisitScene.note("李某", "路。")]) == [nil])
    }

    @Test func itBeganWhenThePhoneSaysButNotBeforeItWasConvened() async throws {
        let visit = try await VisitScene.make(in: try await AnsweringScene.make())
        try await visit.arrive()
        let began: SQL = "select extract(epoch from began_at)::bigint from gatherings where id = \(visit.id)"
        // Of the night before, sent only now.
        #expect(try await visit.take([VisitScene.note("李阿婆", "路不好走。")]) == [nil])
        let said = Int(AnsweringScene.whileOpen.addingTimeInterval(2 * 86_400).timeIntervalSince1970)
        #expect(try await visit.count(began) == said)
        // A phone whose clock was never set.
        let wrong = FieldNote(
            key: UUID(), person: UUID(), name: "张叔", phone: "", unit: "", consents: false, words: "灯坏了。",
            saidAt: Date(timeIntervalSince1970: 0))
        #expect(try await visit.take([wrong]) == [nil])
        #expect(try await visit.count(began) >= Int(AnsweringScene.whileOpen.timeIntervalSince1970))
    }

    @Test func whatWasSaidBecomesOpinionsOnceItIsOver() async throws {
        let visit = try await VisitScene.make(in: try await AnsweringScene.make())
        try await visit.arrive()
        #expect(
            try await visit.take([VisitScene.note("李阿婆", "路不好走。\n水不够。"), VisitScene.note("张叔", "路灯坏了。")]) == [nil, nil])
        let early = await #expect(throws: PostgresError.self) {
            try await Gathering.close(visit.id, in: visit.staff, as: AnsweringScene.organiser)
        }
        #expect(early?.constraint == "gatherings_held")
        try await Gathering.end(visit.id, in: visit.staff, as: AnsweringScene.clerk)
        let made = try await Gathering.close(visit.id, in: visit.staff, as: AnsweringScene.organiser)
        #expect(made == 2)
        #expect(try await visit.count("select count(*) from submissions where channel = 'site_visit'") == 2)
    }

    /// Word for word where it stands so, and as a whole where it may be masked: what was sealed is proposed in no record.
    @Test func whatIsSealedLeavesTheRecordThatIsNotPublished() async throws {
        let visit = try await VisitScene.make(in: try await AnsweringScene.make())
        try await visit.arrive()
        let notes = [
            VisitScene.note("李阿婆", "路不好走。"), VisitScene.note("张叔", "请打13800138000。"), VisitScene.note("王婶", "路灯坏了。"),
        ]
        #expect(try await visit.take(notes) == [nil, nil, nil])
        try await visit.close()
        let gathering = try await visit.staff.read(as: AnsweringScene.organiser) {
            try $0.one(Gathering.with(number: visit.number), as: Gathering.self)
        }
        func record() async throws -> String {
            try await visit.staff.read(as: AnsweringScene.organiser) {
                try GatheringPaper.read(.gatheringRecord, of: gathering, $0)
            }.content.sections.map(\.text).joined(separator: "\n")
        }
        func save() async throws {
            let paper = try await visit.staff.read(as: AnsweringScene.organiser) {
                try GatheringPaper.read(.gatheringRecord, of: gathering, $0)
            }
            try await GatheringPaper.save(
                paper.content, .gatheringRecord, of: visit.id, version: paper.version, in: visit.staff,
                as: AnsweringScene.organiser)
        }
        func seal(_ words: String) async throws {
            let id = try await visit.count(
                "select distinct submission_id from gathering_entries where body = \(words)")
            let seal = try await Seal.request(
                .submission(id: id), reason: .secret, in: visit.staff, as: AnsweringScene.organiser)
            try await Seal.confirm(seal, in: visit.staff, as: AnsweringScene.approver)
        }
        try await save()
        var text = try await record()
        #expect(text.contains("路不好走。") && text.contains("请打138****8000。"))
        try await seal("路不好走。")
        text = try await record()
        #expect(!text.contains("路不好走。") && text.contains("请打138****8000。"))
        try await save()
        let version = try await visit.count(
            "select version::bigint from gathering_papers where kind = 'gathering_record'")
        _ = try await PrepareGatheringPaper(visit.number).paper(
            .gatheringRecord, version: version, in: visit.staff, as: AnsweringScene.organiser)
        // Whoever objects to a page may quote what stands on it.
        try await visit.scene.database.owner.write { tx in
            _ = try tx.execute("update gathering_entries set page = 1 where gathering_id = \(visit.id)")
            _ = try tx.execute(
                """
                insert into transcript_marks (person_id, page, verdict, note, at)
                select min(id), 1, 'objected', '我没有说请打13800138000。', minyi_clock() from gathering_people where role = 'met'
                """)
        }
        try await seal("请打13800138000。")
        #expect(try await visit.count("select count(*) from transcript_marks where note <> '—'") == 0)
        let cleared: SQL = "select count(*) from clearances where kind = 'gathering_record'"
        #expect(try await visit.count("\(cleared) and content = '{}' and withdrawn_at is not null") == 1)
        #expect(try await visit.count("select count(*) from gathering_papers where kind = 'gathering_record'") == 0)
        text = try await record()
        #expect(!text.contains("138") && text.contains("路灯坏了。"))
    }

    @Test func whatComesAfterItWasWorkedUpIsRefusedByItselfAndNamesNobody() async throws {
        let visit = try await VisitScene.make(in: try await AnsweringScene.make())
        try await visit.arrive()
        let first = VisitScene.note("李阿婆", "路不好走。")
        #expect(try await visit.take([first]) == [nil])
        try await visit.close()
        let again = VisitScene.note("", "水也不够。", person: first.person)
        // What was taken before the answer was lost is taken.
        #expect(try await visit.take([first, again, VisitScene.note("张叔", "路灯坏了。")]) == [nil, .over, .over])
        #expect(try await visit.count("select count(*) from gathering_people where gathering_id = \(visit.id)") == 1)
        #expect(try await visit.count("select count(*) from events where kind = 'entry_refused'") == 1)
    }

    @Test func onlyThoseWhoWereMetAreCounted() async throws {
        let visit = try await VisitScene.make(in: try await AnsweringScene.make())
        _ = try await NamePerson(
            gatheringID: visit.id, role: .recorder, categoryID: nil, staffID: AnsweringScene.clerkID,
            contact: Contact(), publicUnit: "", consents: false, key: UUID())(
                vault: visit.scene.intake.vault, codes: visit.scene.intake.codes, in: visit.staff,
                as: AnsweringScene.organiser)
        #expect(try await visit.take([VisitScene.note("李阿婆", "路不好走。")]) == [nil])
        let counts = try await visit.staff.read(as: AnsweringScene.organiser) { tx in
            (
                try tx.one(FieldCounts.of(gathering: visit.id), as: FieldCounts.self).people,
                try tx.all(VisitRound.Stop.possible(in: visit.scene.number, round: nil), as: VisitRound.Stop.self)
                    .map(\.people)
            )
        }
        #expect(counts.0 == 1 && counts.1 == [1])
    }

    @Test func itIsPublicOnlyOnceAPaperOfItIs() async throws {
        let visit = try await VisitScene.make(in: try await AnsweringScene.make())
        func isPublic() async throws -> Bool {
            try await visit.scene.database.public.read {
                try $0.value(Gathering.isShown(visit.id), as: Bool.self)
            }
        }
        #expect(try await !isPublic())
        try await visit.scene.database.owner.write { tx in
            try tx.execute(
                """
                insert into clearances (procedure_id, gathering_id, kind, title, content, content_hash, reason, unit_ids, prepared_by, prepared_at)
                select procedure_id, id, 'gathering_notice', '走访公告', '{}', sha256(''), '', unit_ids, 1, minyi_clock() from gatherings where id = \(visit.id)
                """)
        }
        #expect(try await !isPublic(), "prepared is not published")
        try await visit.scene.database.owner.write { tx in
            try tx.execute(
                "update clearances set published_at = minyi_clock() where gathering_id = \(visit.id)")
            try tx.execute("update gatherings set version = version + 1 where id = \(visit.id)")
        }
        #expect(try await isPublic())
    }

    @Test func visitsOfOneMatterFormARoute() async throws {
        let scene = try await AnsweringScene.make()
        let (one, two) = (try await VisitScene.make(in: scene), try await VisitScene.make(in: scene, title: "走访义都镇"))
        func save(_ id: Int?, _ stops: [Int]) async throws -> Int {
            try await VisitRound.save(
                id, procedure: scene.number, title: "第一轮", stops: stops, in: scene.database.staff,
                as: AnsweringScene.organiser)
        }
        let round = try await save(nil, [two.id, one.id])
        func route() async throws -> [String] {
            try await scene.database.staff.read(as: AnsweringScene.organiser) {
                try $0.all(VisitRound.Stop.possible(in: scene.number, round: round), as: VisitRound.Stop.self)
            }.filter { $0.position != nil }.map(\.title)
        }
        #expect(try await route() == ["走访义都镇", "走访黎咀镇"])
        #expect(try await save(round, [one.id]) == round)
        #expect(try await route() == ["走访黎咀镇"])
        let taken = await #expect(throws: PostgresError.self) { try await save(nil, [one.id]) }
        #expect(taken?.constraint == "visit_rounds_visits")
    }
}
