import Foundation
import Participation
import Postgres
import TestSupport
import Testing
import Text

/// What a sealed notice said stands in no table that anybody reads, public or not; kind, number and dates do.
@Suite struct SealedNoticeTests {
    /// The tables of the schema in which one of the words stands, but for what is kept for the law.
    private func tables(holding words: [String], _ database: TestDatabase) async throws -> [String] {
        try await database.superuser.read { tx in
            try tx.values(
                """
                select c.relname::text from pg_class c
                where c.relnamespace = 'minyi'::regnamespace and c.relkind = 'r' and c.relname <> 'sealed_contents' and exists (
                  select from unnest(\(words)::text[]) w
                  where strpos(query_to_xml('select * from minyi.' || quote_ident(c.relname), false, false, '')::text, w) > 0)
                order by 1
                """, as: String.self)
        }
    }

    private func kept(_ database: TestDatabase) async throws -> String {
        try await database.superuser.read {
            try $0.value("select string_agg(content, ' ') from minyi.sealed_contents", as: String.self)
        }
    }

    private func seal(_ version: Int, _ database: TestDatabase) async throws {
        let id = try await Seal.request(
            .version(id: version), reason: .secret, in: database.staff, as: AnsweringScene.organiser)
        try await Seal.confirm(id, in: database.staff, as: AnsweringScene.approver)
    }

    private func moved(to place: String) -> GatheringChange {
        let later = ChinaTime.startOf(GatheringScene.heldOn.adding(days: 2)).addingTimeInterval(36_000)
        return .moved(startsAt: later, endsAt: later.addingTimeInterval(3600), place: place)
    }

    private static let words = ["社会救助目录听证会", "县政府二楼会议室", "住在城南的居民", "由乡里推荐的人", "北岸乡政府"]

    private func announced() async throws -> (scene: GatheringScene, notice: Int) {
        var input = GatheringScene.input(Self.words[0])
        (input.place, input.conditions) = (Self.words[1], Self.words[2])
        input.categories[0].described = Self.words[3]
        let scene = try await GatheringScene.make(input)
        try await scene.name(.presider, staff: GatheringScene.presiderID)
        return (scene, try await scene.publish(try await scene.prepare()))
    }

    @Test("A hearing keeps kind, number and days; a place told later is public as long as the notice that tells it")
    func hearing() async throws {
        let (scene, notice) = try await announced()
        let (database, gathering) = (scene.database, try await scene.gathering())
        // What is worked on at the desk, prepared, and made into a file.
        let pending = try await scene.prepare(moved(to: Self.words[4]))
        let record = try await database.staff.read(as: AnsweringScene.organiser) {
            try GatheringPaper.read(.gatheringRecord, of: gathering, $0)
        }
        try await GatheringPaper.save(
            record.content, .gatheringRecord, of: scene.id, version: 0, in: database.staff, as: AnsweringScene.organiser
        )
        _ = try await database.staff.write(as: AnsweringScene.organiser) {
            try $0.execute(
                """
                select ask_for_gathering_file(\(scene.id), 'poster', 'pdf', jsonb_build_object('words', \(Self.words[1])::text))
                """)
        }
        let before = try await tables(holding: Self.words, database)
        #expect(
            Set(before).isSuperset(of: [
                "clearances", "gathering_categories", "gathering_changes", "gathering_files", "gathering_papers",
                "gatherings", "public_gatherings", "published_versions",
            ]))
        try await seal(notice, database)
        #expect(try await tables(holding: Self.words, database) == [])
        let law = try await kept(database)
        for word in Self.words { #expect(law.contains(word), "\(word)") }

        var shown = try #require(try await scene.record()?.gathering)
        #expect(shown.title == "听证会 \(scene.number)（公告已封存）" && shown.place == "" && shown.conditions == "")
        #expect(shown.startsAt == gathering.startsAt && shown.categories.map(\.name) == ["村民", "人大代表"])
        let calendar: [String] = try await database.public.read {
            try $0.values("select distinct title || place from public_events where form = 'hearing'")
        }
        #expect(calendar == [shown.title])
        #expect(try await !scene.clearance(pending).isPending, "it would say again what is sealed")

        let change = try await scene.publish(try await scene.prepare(moved(to: Self.words[4])))
        shown = try #require(try await scene.record()?.gathering)
        #expect(shown.place == Self.words[4] && shown.title.contains("公告已封存"))
        try await seal(change, database)
        #expect(try await scene.record()?.gathering.place == "")
        #expect(try await tables(holding: Self.words, database) == [])
    }

    @Test("A consultation keeps number and period, and takes comments as before")
    func consultation() async throws {
        let scene = try await AnsweringScene.make()
        let (database, staff) = (scene.database, scene.database.staff)
        let words = ["养老服务领域目录", "起草的经过", "0762-6750001"]
        let number: String = try await database.owner.write {
            try $0.value(
                """
                insert into procedures (title, field, unit_id, unit_ids, draft_id, edition_id, opens_at, closes_at, explanatory_note, contact_phone)
                values (\(words[0]), '养老服务', 2, '{1,2}', 1, 1, \(AnsweringScene.closesAt), \(AnsweringScene.entryUntil), \(words[1]), \(words[2]))
                returning number
                """)
        }
        let made = try await PrepareClearance(number).announcement(in: staff, as: AnsweringScene.organiser)
        for id in [made.draft, made.notice] { try await scene.clear(id) }
        let version = try await Clearance.publish(made.notice, in: staff, as: AnsweringScene.organiser)
        _ = try await PrepareClearance(number).change(
            .suspend, reason: "核实", in: staff, as: AnsweringScene.organiser)
        #expect(try await tables(holding: words, database).contains("public_procedures"))
        try await seal(version, database)
        #expect(try await tables(holding: words, database) == [])
        let law = try await kept(database)
        for word in words { #expect(law.contains(word), "\(word)") }
        let shown = try #require(try await Consultation.find(number, in: database.public))
        #expect(shown.title == "征求意见 \(number)（公告已封存）" && shown.contactPhone == "")
        #expect(shown.closesAt == AnsweringScene.entryUntil && shown.state == .announced)
    }

    @Test(
        "A unit that was asked for its view keeps no title, though a long one is cut where it stands and a short one stands often",
        arguments: [String(repeating: "目录", count: 100), "镇"])
    func views(title: String) async throws {
        let scene = try await AnsweringScene.make()
        let database = scene.database
        let version: Int = try await database.owner.write { tx in
            try tx.execute("update procedures set title = \(title) where number = \(scene.number)")
            return try tx.value(
                """
                insert into published_versions (procedure_id, kind, version, title, unit_name, content_hash, published_at, content)
                select id, 'announcement', 1, title, '县民政局', sha256('a'), \(AnsweringScene.whileOpen), '{}' from procedures
                where number = \(scene.number) returning id
                """)
        }
        let sent = try await scene.submit(String(repeating: "镇", count: 40))
        _ = try await AskViews(of: try await scene.opinionIDs(of: sent.id), unitID: 3, question: "")(
            in: database.staff, as: AnsweringScene.organiser)
        try await seal(version, database)
        let owed: String = try await database.owner.read { try $0.value("select title from cases") }
        #expect(owed.contains("征求意见 \(scene.number)（公告已封存）") && !owed.contains(String(title.prefix(2))))
    }

    @Test("What else tells the title or the place is offered for sealing, and not chosen unasked")
    func neighbours() async throws {
        let (scene, notice) = try await announced()
        try await scene.publish(try await scene.prepare(moved(to: Self.words[4])))
        let neighbours = try await scene.database.staff.read(as: AnsweringScene.organiser) {
            try $0.all(SealNeighbour.of(version: notice), as: SealNeighbour.self)
        }
        // The place it has by now, and its title.
        #expect(neighbours.map(\.kind) == [.gatheringChange] && neighbours.map(\.shared) == [2])
        #expect(neighbours.map(\.isNamedOnly) == [true])
    }
}
