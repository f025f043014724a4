import Foundation
import Postgres
import TestSupport
import Testing
import Text

@testable import Participation

/// Who is asked to come to a forum: corrected, taken out again, once on the list.
@Suite("The list of a forum") struct ForumListTests {
    private struct Forum: Sendable {
        let scene: AnsweringScene
        let id: Int
        let number: String

        var staff: Database { scene.database.staff }

        static func make(phone: String = "0762-6750000") async throws -> Forum {
            let scene = try await AnsweringScene.make()
            var input = GatheringPlan.Input()
            (input.title, input.place, input.contactPhone) = ("户籍办事座谈会", "县政务服务中心", phone)
            let today = GatheringScene.today
            (input.startsAt, input.endsAt) = ("\(today.adding(days: 20))T09:00", "\(today.adding(days: 20))T11:00")
            (input.materialsOn, input.reportOn) = ("\(today.adding(days: 12))", "\(today.adding(days: 27))")
            let number = try await SaveGathering(try GatheringPlan(input, kind: .forum)).create(
                .forum, procedure: scene.number, key: UUID(), in: scene.database.staff, as: AnsweringScene.organiser)
            let it = try await scene.database.staff.read(as: AnsweringScene.organiser) {
                try $0.one(Gathering.with(number: number), as: Gathering.self)
            }
            return Forum(scene: scene, id: it.id, number: number)
        }

        @discardableResult
        func ask(
            _ name: String, phone: String = "", unit: String = "", consents: Bool = false,
            as role: GatheringPerson.Role = .invited, staff colleague: Int? = nil
        ) async throws -> Int {
            try await NamePerson(
                gatheringID: id, role: role, staffID: colleague, contact: Contact(name: name, phone: phone),
                publicUnit: unit,
                consents: consents, key: UUID())(
                    vault: scene.intake.vault, codes: scene.intake.codes, in: staff, as: AnsweringScene.clerk)
        }

        func correct(
            _ person: Int, key: UUID = UUID(), name: String = "", phone: String = "", unit: String = "",
            consents: Bool = false
        ) async throws -> FieldNote.Fault? {
            try await CorrectPerson(
                gatheringID: id, personID: person, key: key, name: name, phone: phone, unit: unit, consents: consents)(
                    vault: scene.intake.vault, in: staff, as: AnsweringScene.clerk)
        }

        func remove(_ person: Int, _ reason: String = "请错了人") async throws {
            try await GatheringPerson.remove(person, reason: reason, in: staff, as: AnsweringScene.clerk)
        }

        func person(_ id: Int) async throws -> GatheringPerson {
            let all = try await staff.read(as: AnsweringScene.clerk) {
                try $0.all(GatheringPerson.of(gathering: self.id), as: GatheringPerson.self)
            }
            return try #require(all.first { $0.id == id })
        }

        func gathering() async throws -> Gathering {
            try await staff.read(as: AnsweringScene.organiser) {
                try $0.one(Gathering.with(number: number), as: Gathering.self)
            }
        }

        func convene() async throws {
            let version = try await gathering().version
            try await Gathering.convene(id, version: version, in: staff, as: AnsweringScene.organiser)
        }
    }

    @Test("Whether they agree, name and unit are corrected; that they were stays, what stood there does not")
    func corrected() async throws {
        let forum = try await Forum.make()
        let guest = try await forum.ask("张书", unit: "黎咀村")
        let key = UUID()
        for _ in 0..<2 {
            #expect(try await forum.correct(guest, key: key, name: "张叔", unit: "黎咀镇", consents: true) == nil)
        }
        let now = try await forum.person(guest)
        #expect(now.publicName == "张叔" && now.publicUnit == "黎咀镇" && now.consents)
        let changes = try await forum.staff.read(as: AnsweringScene.clerk) {
            try $0.all(PersonChange.of(now), as: PersonChange.self)
        }
        #expect(changes.map(\.words) == ["姓名、单位、同意公开"] && changes.map(\.staffName) == ["孙经办"])
        let contacts = try await ReadPeople.all(
            of: forum.id, vault: forum.scene.intake.vault, in: forum.staff, as: AnsweringScene.clerk)
        #expect(contacts[guest]?.name == "张叔")
        #expect(try await forum.correct(guest, unit: "黎咀镇", consents: true) == .unchanged)
        // Who does not agree any longer is not named; who asked them still knows where they come from.
        #expect(try await forum.correct(guest, unit: "黎咀镇") == nil)
        let hidden = try await forum.person(guest)
        #expect(hidden.publicName.isEmpty && hidden.publicUnit == "黎咀镇" && hidden.shownUnit.isEmpty)
        let presider = try await forum.ask("主持人甲", as: .presider)
        #expect(try await forum.correct(presider, name: "主持人乙") == .person)
    }

    @Test("Nobody is asked twice, though names are sealed")
    func once() async throws {
        let forum = try await Forum.make()
        let first = try await forum.ask("李 小明", phone: "138 0013 8000", unit: "黎咀村")
        await expectRefusal("gathering_people_once") { try await forum.ask("李小明", phone: "13800138000", unit: "别村") }
        await expectRefusal("gathering_people_once") { try await forum.ask("李小明", unit: "黎咀村", as: .presenter) }
        // Of the same name, and of the same house.
        let other = try await forum.ask("李小明", phone: "13900139000", unit: "黎咀村")
        try await forum.ask("李小红", phone: "13800138000", unit: "黎咀村")
        await expectRefusal("gathering_people_once") {
            _ = try await forum.correct(other, phone: "13800138000", unit: "黎咀村")
        }
        // Who said no is still on the list; who was taken out of it is not.
        try await GatheringPerson.change(first, to: .declined, in: forum.staff, as: AnsweringScene.clerk)
        await expectRefusal("gathering_people_once") { try await forum.ask("李小明", phone: "13800138000") }
        try await forum.remove(first)
        try await forum.ask("李小明", phone: "13800138000")
        // Nor is a colleague who was asked where they were to preside.
        let colleague = try await forum.ask("", staff: GatheringScene.presiderID)
        await expectRefusal("gathering_people_once_staff") {
            try await forum.ask("", as: .presider, staff: GatheringScene.presiderID)
        }
        try await forum.remove(colleague)
        try await forum.ask("", as: .presider, staff: GatheringScene.presiderID)
    }

    @Test("Who was asked by mistake is taken out with a reason, until the record speaks of them")
    func takenOut() async throws {
        let forum = try await Forum.make()
        let (one, two) = (try await forum.ask("张三"), try await forum.ask("李四"))
        let presider = try await forum.ask("主持人甲", as: .presider)
        await expectRefusal("gathering_people_removed_why") { try await forum.remove(one, "") }
        await expectRefusal("gathering_people_removed_why") {
            try await GatheringPerson.change(one, to: .removed, in: forum.staff, as: AnsweringScene.clerk)
        }
        await expectRefusal("gathering_people_invited") { try await forum.remove(presider) }
        try await forum.remove(one)
        let gone = try await forum.person(one)
        #expect(gone.state == .removed && gone.removedReason == "请错了人" && !gone.isExpected)
        await expectRefusal("gathering_people_gone") {
            try await GatheringPerson.change(one, to: .accepted, in: forum.staff, as: AnsweringScene.clerk)
        }
        #expect(try await forum.correct(one, name: "张四") == .person)
        try await forum.convene()
        let told = try await forum.scene.database.owner.read {
            try $0.values("select person_id from notices where kind = 'invited' order by 1", as: Int.self)
        }
        #expect(told.contains(two) && !told.contains(one))
        try await forum.scene.database.owner.write {
            try $0.execute("update gathering_people set presence = 'absent' where id = \(two)")
        }
        let isRecorded = try await forum.staff.read(as: AnsweringScene.clerk) {
            try $0.value(GatheringPerson.isRecorded(two), as: Bool.self)
        }
        #expect(isRecorded)
        await expectRefusal("gathering_people_recorded") { try await forum.remove(two) }
    }

    @Test("Who was taken out gets no invitation that was still on its way, and does not speak")
    func silent() async throws {
        let forum = try await Forum.make()
        let (one, two) = (try await forum.ask("张三"), try await forum.ask("李四"))
        try await forum.ask("主持人甲", as: .presider)
        try await forum.convene()
        try await forum.remove(one)
        try await forum.scene.database.owner.write {
            try $0.execute("update jobs set taken_at = run_at where kind = 'deliver_notice'")
            try $0.execute("update gathering_people set presence = 'present' where role = 'invited'")
        }
        let obstacles = try await forum.scene.database.owner.read {
            try $0.values(
                """
                select coalesce(d.obstacle, 'none') from notices n join jobs j on j.payload ->> 'notice' = n.id::text
                cross join lateral notice_in_delivery(j.id) d where n.person_id = any (\([one, two])::bigint[]) order by n.person_id
                """, as: String.self)
        }
        #expect(obstacles == ["over", "none"])
        let faults = try await forum.scene.database.owner.read {
            try $0.values(
                """
                select coalesce(entry_fault(jsonb_populate_record(g, '{"state": "under_way"}'),
                  jsonb_populate_record(null::gathering_entries, jsonb_build_object('kind', 'statement', 'person_id', m.id, 'body', '好'))), 'none')
                from gatherings g join gathering_people m on m.gathering_id = g.id
                where m.id = any (\([one, two])::bigint[]) order by m.id
                """, as: String.self)
        }
        #expect(faults == ["not_present", "none"])
    }

    @Test(
        "Who did not agree keeps their unit to themselves on paper, on the screen and in the list; who is in office does not"
    )
    func units() async throws {
        let forum = try await Forum.make()
        let quiet = try await forum.ask("何某", unit: "何记饭店")
        let open = try await forum.ask("钟某", unit: "黎咀村委会", consents: true)
        let presenter = try await forum.ask("演示人", unit: "县公安局", as: .presenter)
        let labels = try await forum.scene.database.owner.read {
            try $0.values(
                "select person_label(id) ->> 'of' from gathering_people where id = any (\([quiet, open, presenter])::bigint[]) order by id",
                as: String.self)
        }
        #expect(labels == ["", "黎咀村委会", "县公安局"])
        var shown: [String] = []
        for id in [quiet, open, presenter] { shown.append(try await forum.person(id).label()) }
        #expect(shown == ["受邀人1", "受邀人2　钟某（黎咀村委会）", "陈述人1（县公安局）"])
        let paper = try await forum.staff.read(as: AnsweringScene.clerk) { tx in
            try TranscriptPaper(try tx.one(Gathering.with(number: forum.number), as: Gathering.self), tx).content
        }
        let cells = paper.sections.flatMap(\.tables).flatMap(\.rows).joined().joined(separator: "\n")
        #expect(cells.contains("黎咀村委会") && cells.contains("县公安局") && !cells.contains("何记饭店"))
    }

    @Test("Whoever is called together, or reads a notice, has a telephone to call")
    func telephone() async throws {
        let forum = try await Forum.make(phone: "")
        try await forum.ask("主持人甲", as: .presider)
        await expectRefusal("gatherings_phone") { try await forum.convene() }
        var input = GatheringScene.input()
        (input.contactPhone, input.contactEmail) = ("", "a@example.cn")
        let hearing = try await GatheringScene(forum.scene, input)
        try await hearing.name(.presider, staff: GatheringScene.presiderID)
        await expectRefusal("gatherings_phone") { _ = try await hearing.prepare() }
        let it = try await hearing.gathering()
        try await SaveGathering(try GatheringPlan(GatheringScene.input(), kind: .hearing)).update(
            it, version: it.version, in: forum.staff, as: AnsweringScene.organiser)
        _ = try await hearing.prepare()
    }
}
