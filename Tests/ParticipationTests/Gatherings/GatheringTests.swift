import Foundation
import Postgres
import TestSupport
import Testing
import Text

@testable import Participation

/// Plan, notice, change and papers of a hearing, and who may have which part in it.
@Suite("Hearings, planned and announced") struct GatheringTests {
    private func counted(_ scene: GatheringScene, _ sql: SQL) async throws -> Int {
        try await scene.database.owner.read { try $0.value(sql, as: Int.self) }
    }

    @Test("A form that says nothing, or nonsense, is told so field by field")
    func faults() {
        var input = GatheringScene.input("")
        (input.endsAt, input.liveURL, input.observers) = ("\(GatheringScene.heldOn)T08:00", "直播", "很多")
        input.registrationUntil = "\(GatheringScene.heldOn.adding(days: 1))"
        input.asks = ["identity"]
        input.categories = [.init(name: "村民", seats: "0", way: "nomination")]
        let found = #expect(throws: ProcedurePlan.Faults.self) { try GatheringPlan(input, kind: .hearing) }
        #expect(
            Set(found?.faults.map { "\($0.field) \($0.code)" } ?? []) == [
                "title empty", "ends_at before_start", "live_url url", "observers number",
                "registration_until after_start", "identity_basis empty", "categories.0.seats number",
                "categories.0.nominator empty",
            ])
    }

    @Test("Sent twice it is one; another form with its key is refused; who has read an older version saves nothing")
    func saving() async throws {
        let scene = try await AnsweringScene.make()
        let staff = scene.database.staff
        let plan = try GatheringPlan(GatheringScene.input(), kind: .hearing)
        let key = UUID()
        func create(_ plan: GatheringPlan) async throws -> String {
            try await SaveGathering(plan).create(
                .hearing, procedure: scene.number, key: key, in: staff, as: AnsweringScene.organiser)
        }
        let number = try await create(plan)
        #expect(number.hasPrefix("H-"))
        #expect(try await create(plan) == number)
        let other = try GatheringPlan(GatheringScene.input("另一个"), kind: .hearing)
        await expectRefusal("gatherings_key_reused") { _ = try await create(other) }
        let gathering = try await staff.read(as: AnsweringScene.organiser) {
            try $0.one(Gathering.with(number: number), as: Gathering.self)
        }
        #expect(gathering.asks == [.unit, .reason] && gathering.day == GatheringScene.heldOn)
        await expectRefusal("role_required") {
            try await SaveGathering(other).update(gathering, version: 1, in: staff, as: AnsweringScene.clerk)
        }
        try await SaveGathering(other).update(gathering, version: 1, in: staff, as: AnsweringScene.organiser)
        await expectRefusal("gatherings_changed_meanwhile") {
            try await SaveGathering(plan).update(gathering, version: 1, in: staff, as: AnsweringScene.organiser)
        }
        try await Gathering.drop(gathering.id, version: 2, in: staff, as: AnsweringScene.organiser)
        let left = try await staff.read(as: AnsweringScene.organiser) { try $0.all(Gathering.all, as: Gathering.self) }
        #expect(left.isEmpty)
    }

    @Test("A notice waits for a presider, for what the rules bind, and for the reason of departing from practice")
    func notice() async throws {
        var late = GatheringScene.input()
        late.materialsOn = "\(GatheringScene.heldOn.adding(days: -6))"
        late.listOn = "\(GatheringScene.heldOn.adding(days: -10))"
        let scene = try await GatheringScene.make(late)
        let staff = scene.database.staff
        await expectRefusal("gatherings_presider_first") { _ = try await scene.prepare() }
        try await scene.name(.presider, staff: GatheringScene.presiderID)
        await expectRefusal("gatherings_rule_materials") { _ = try await scene.prepare() }
        var plan = PlanGathering(try await scene.gathering())
        plan.materialsOn = GatheringScene.heldOn.adding(days: -7)
        try await plan(scene.id, version: 1, in: staff, as: AnsweringScene.organiser)
        await expectRefusal("gatherings_practice_reason") { _ = try await scene.prepare() }
        plan.listOn = GatheringScene.heldOn
        plan.practiceReason = "报名延长"
        try await plan(scene.id, version: 2, in: staff, as: AnsweringScene.organiser)
        await expectRefusal("gatherings_rule_list") { _ = try await scene.prepare() }
        plan.listOn = GatheringScene.heldOn.adding(days: -10)
        await expectRefusal("gatherings_changed_meanwhile") {
            try await plan(scene.id, version: 2, in: staff, as: AnsweringScene.organiser)
        }
        try await plan(scene.id, version: 3, in: staff, as: AnsweringScene.organiser)
        let prepared = try await scene.prepare()
        #expect(try await scene.prepare() == prepared, "a second press")
        await expectRefusal("clearances_cleared") {
            try await Clearance.publish(prepared, in: staff, as: AnsweringScene.organiser)
        }
        #expect(try await scene.record() == nil)
        try await scene.publish(prepared)
        let record = try #require(try await scene.record())
        #expect(record.gathering.state == .announced && record.gathering.categories.map(\.code) == ["c01", "c02"])
        let words = try #require(
            try record.newest(.gatheringNotice)?.read(PublishedContent.GatheringPaper.self))
        #expect(words.sections.contains { $0.text == "报名延长" }, "the reason is published")
        await expectRefusal("gatherings_preparing") {
            let gathering = try await scene.gathering()
            try await SaveGathering(try GatheringPlan(late, kind: .hearing)).update(
                gathering, version: gathering.version, in: staff, as: AnsweringScene.organiser)
        }
    }

    @Test("Nobody registers before the notice, nor is anything reported before the day: such a notice is refused")
    func inOrder() async throws {
        let scene = try await GatheringScene.make()
        let staff = scene.database.staff
        try await scene.name(.presider, staff: GatheringScene.presiderID)
        var plan = PlanGathering(try await scene.gathering())
        plan.reportOn = GatheringScene.heldOn.adding(days: -1)
        try await plan(scene.id, version: 1, in: staff, as: AnsweringScene.organiser)
        await expectRefusal("gatherings_report_before") { _ = try await scene.prepare() }
        plan.reportOn = GatheringScene.heldOn.adding(days: 9)
        try await plan(scene.id, version: 2, in: staff, as: AnsweringScene.organiser)
        let prepared = try await scene.prepare()
        try await scene.answering.clear(prepared)
        // Days pass until it is approved; registration would have begun meanwhile, and be shorter than the rule counts it.
        try await scene.database.setClock(AnsweringScene.whileOpen.addingTimeInterval(3 * 86_400))
        await expectRefusal("gatherings_registration_begun") {
            _ = try await Clearance.publish(prepared, in: staff, as: AnsweringScene.organiser)
        }
    }

    @Test(
        "The notice says how people are chosen, where they register and read the draft, and what for a number is asked")
    func noticeSaysHow() async throws {
        var input = GatheringScene.input()
        input.asks = ["identity"]
        (input.identityBasis, input.papers) = ("县听证办法第五条", "身份证复印件")
        input.contactAddress = "老隆镇政务中心二楼"
        let scene = try await GatheringScene.make(input)
        let gathering = try await scene.gathering()
        let paper = try await scene.database.staff.read(as: AnsweringScene.organiser) {
            try GatheringPaper.read(.gatheringNotice, of: gathering, site: "https://minyi.example", $0)
        }
        func text(_ key: String) -> String { paper.content.sections.first { $0.key == key }?.text ?? "" }
        #expect(text("matter").contains("https://minyi.example/consultations/\(gathering.procedureNumber)"))
        #expect(text("time").contains("09:00至11:00"))
        let participants = text("participants")
        #expect(participants.contains("抽签产生") && participants.contains("公布参加人名单的日期"))
        #expect(participants.contains("材料送达参加人的日期"))
        let registration = text("registration")
        for said in [
            "https://minyi.example/hearings/\(scene.number)", "当面报名：老隆镇政务中心二楼", "0762-6750000", "身份证复印件",
            "身份证号码，这是本单位的要求，理由：县听证办法第五条",
        ] {
            #expect(registration.contains(said), "\(said)")
        }
        let published = PublishedContent.GatheringPaper(paper.content, .gatheringNotice, of: gathering)
        #expect(!published.facts.contains { $0.label == "时间" }, "said once")
    }

    @Test("What comes stands first by its day, then what is over, the newest first")
    func whatComesStandsFirst() async throws {
        let soon = try await GatheringScene.make()
        func later(_ days: Int) async throws -> GatheringScene {
            var input = GatheringScene.input()
            input.startsAt = "\(GatheringScene.heldOn.adding(days: days))T09:00"
            input.endsAt = "\(GatheringScene.heldOn.adding(days: days))T11:00"
            return try await GatheringScene(soon.answering, input)
        }
        let (last, newer, older) = (try await later(9), try await later(7), try await later(5))
        try await soon.database.owner.write { tx in
            _ = try tx.execute("update gatherings set state = 'cancelled' where id in (\(newer.id), \(older.id))")
        }
        let found = try await soon.database.staff.read(as: AnsweringScene.organiser) {
            try $0.all(Gathering.all, as: Gathering.self)
        }
        #expect(found.map(\.id) == [soon.id, last.id, newer.id, older.id])
    }

    @Test("What was edited of a paper stays, and saving it sets aside what was prepared")
    func papers() async throws {
        let scene = try await GatheringScene.make()
        let staff = scene.database.staff
        try await scene.name(.presider, staff: GatheringScene.presiderID)
        let prepared = try await scene.prepare()
        let gathering = try await scene.gathering()
        var paper = try await staff.read(as: AnsweringScene.organiser) {
            try GatheringPaper.read(.gatheringNotice, of: gathering, $0)
        }
        #expect(paper.version == 0 && paper.content.sections.map(\.key).starts(with: ["basis", "matter", "time"]))
        let index = try #require(paper.content.sections.firstIndex { $0.key == "matter" })
        paper.content.sections[index].text = "低保标准"
        try await GatheringPaper.save(
            paper.content, .gatheringNotice, of: scene.id, version: 0, in: staff, as: AnsweringScene.clerk)
        #expect(try await scene.clearance(prepared).stage == .lapsed)
        let again = paper.content
        await expectRefusal("gathering_papers_changed_meanwhile") {
            var other = again
            other.title = "别的"
            try await GatheringPaper.save(
                other, .gatheringNotice, of: scene.id, version: 0, in: staff, as: AnsweringScene.clerk)
        }
        await expectRefusal("gathering_papers_changed_meanwhile") { _ = try await scene.prepare(version: 0) }
        let clearance = try await scene.clearance(try await scene.prepare(version: 1))
        #expect(clearance.content.contains("低保标准") && clearance.content.contains("2楼") == false)
    }

    @Test("Papers of two hearings about one matter, and those of the matter itself, do not touch each other")
    func apart() async throws {
        let first = try await GatheringScene.make()
        let second = try await GatheringScene(first.answering, GatheringScene.input("第二场听证会"))
        for scene in [first, second] { try await scene.name(.presider, staff: GatheringScene.presiderID) }
        let staff = first.database.staff
        let suspension = try await PrepareClearance(first.answering.number).change(
            .suspend, reason: "核实", in: staff, as: AnsweringScene.organiser)
        let papers = [try await first.prepare(), try await second.prepare()]
        let answer = try await PrepareGatheringPaper.answer(
            procedure: first.answering.number, text: "将举行听证会。", in: staff, as: AnsweringScene.organiser)
        for id in papers + [suspension, answer] { #expect(try await first.clearance(id).isPending) }
        let version = try await first.publish(papers[0])
        for id in [papers[1], suspension] { #expect(try await first.clearance(id).isPending) }
        try await second.publish(papers[1])
        for scene in [first, second] { #expect(try await scene.record()?.versions.count == 1) }
        // A seal takes one of them away, and what it was made from.
        let seal = try await staff.write(as: AnsweringScene.organiser) {
            try $0.value("select request_seal(null, \(version), 'secret')", as: Int.self)
        }
        _ = try await staff.write(as: AnsweringScene.reviewer) { try $0.execute("select confirm_seal(\(seal))") }
        #expect(try await first.record()?.versions.map { $0.content == nil } == [true])
        #expect(try await second.record()?.versions.map { $0.content == nil } == [false])
        #expect(try await first.clearance(papers[0]).content == "{}")
        #expect(try await first.clearance(papers[1]).content != "{}")
        for id in [suspension, answer] { #expect(try await first.clearance(id).isPending) }
    }

    @Test("A change that is published moves the public row and tells everybody")
    func change() async throws {
        let scene = try await GatheringScene.make()
        let deputy = try await scene.name(
            .participant, category: try await scene.category("人大代表"),
            contact: Contact(name: "张三", phone: "13800138000"), consents: true)
        try await scene.announce()
        let told: SQL = "select count(*) from notices where kind = 'gathering_changed' and person_id = \(deputy)"
        #expect(
            try await counted(scene, "select count(*) from notices where kind = 'invited' and person_id = \(deputy)")
                == 1)
        await expectRefusal("clearances_reason_given") { _ = try await scene.prepare(.cancelled, reason: "") }
        let soon = ChinaTime.startOf(GatheringScene.heldOn.adding(days: -6)).addingTimeInterval(36_000)
        await expectRefusal("gatherings_rule_materials") {
            _ = try await scene.prepare(
                .moved(startsAt: soon, endsAt: soon.addingTimeInterval(3600), place: "乡政府"))
        }
        let later = ChinaTime.startOf(GatheringScene.heldOn.adding(days: 2)).addingTimeInterval(36_000)
        try await scene.publish(
            try await scene.prepare(
                .moved(startsAt: later, endsAt: later.addingTimeInterval(3600), place: "乡政府")))
        var shown = try #require(try await scene.record()?.gathering)
        #expect(shown.startsAt == later && shown.place == "乡政府" && shown.lastChange == "moved")
        #expect(try await counted(scene, told) == 1)
        try await scene.publish(try await scene.prepare(.postponed))
        shown = try #require(try await scene.record()?.gathering)
        #expect(shown.state == .postponed && shown.startsAt == nil)
        try await scene.publish(try await scene.prepare(.cancelled))
        shown = try #require(try await scene.record()?.gathering)
        #expect(shown.state == .cancelled && shown.lastChange == "cancelled")
        #expect(try await counted(scene, told) == 3)
        await expectRefusal("gatherings_paper_state") { _ = try await scene.prepare(.cancelled) }
        await expectRefusal("gatherings_over") { try await scene.name(.observer) }
    }

    @Test("A part is given once, to who may have it, and names are read by nobody unrecorded")
    func people() async throws {
        let scene = try await GatheringScene.make()
        let staff = scene.database.staff
        await expectRefusal("gatherings_presider_not_drafter") {
            try await scene.name(.presider, staff: AnsweringScene.organiserID)
        }
        try await scene.name(.presider, staff: GatheringScene.presiderID)
        await expectRefusal("gathering_people_one_presider") {
            try await scene.name(.presider, staff: AnsweringScene.approverID)
        }
        await expectRefusal("gathering_people_once_staff") {
            try await scene.name(.presenter, staff: GatheringScene.presiderID)
        }
        let applied = try await scene.category("村民")
        await expectRefusal("gathering_categories_applied") { try await scene.name(.participant, category: applied) }
        let invited = try await scene.category("人大代表")
        let (key, contact) = (UUID(), Contact(name: "李四", phone: "13900139000"))
        let person = try await scene.name(.participant, category: invited, contact: contact, key: key)
        #expect(try await scene.name(.participant, category: invited, contact: contact, key: key) == person)
        await expectRefusal("gathering_categories_full") { try await scene.name(.participant, category: invited) }
        try await GatheringPerson.change(person, to: .declined, in: staff, as: AnsweringScene.clerk)
        let other = try await scene.name(
            .participant, category: invited, contact: Contact(name: "王五"), consents: true)
        await expectRefusal("gathering_categories_full") {
            try await GatheringPerson.change(person, to: .accepted, in: staff, as: AnsweringScene.clerk)
        }
        let people = try await staff.read(as: AnsweringScene.organiser) {
            try $0.all(GatheringPerson.of(gathering: scene.id), as: GatheringPerson.self)
        }
        #expect(people.map { $0.label() } == ["主持人　赵保密", "参加人1", "参加人2　王五"])
        let read = try await ReadPeople.all(
            of: scene.id, vault: scene.answering.intake.vault, in: staff, as: AnsweringScene.clerk)
        #expect(read[person] == contact && read[other]?.name == "王五" && read.count == 2)
        let codes = try await GatheringPerson.codes(
            of: scene.id, codes: scene.answering.intake.codes, in: staff, as: AnsweringScene.clerk)
        #expect(codes[other] != nil && codes[person] == nil)
        #expect(
            try await counted(
                scene,
                "select count(*) from events where subject = 'gathering' and kind in ('contacts_read', 'codes_read')")
                == 2)
        await expectRefusal("role_required") {
            _ = try await ReadPeople.all(
                of: scene.id, vault: scene.answering.intake.vault, in: staff, as: AnsweringScene.approver)
        }
    }

    @Test("A comment proposes a hearing once; who took theirs back does not count")
    func proposals() async throws {
        let scene = try await AnsweringScene.make()
        let codes = scene.intake.codes
        func propose(_ comment: (id: Int, number: String, key: UUID), key: UUID? = nil) async throws
            -> HearingProposal.Outcome
        {
            try await HearingProposal.propose(
                try SubmissionNumber(comment.number), mac: codes.mac(for: key ?? comment.key),
                in: scene.database.public)
        }
        let (first, second) = (try await scene.submit("应当听证"), try await scene.submit("也要听证"))
        #expect(try await propose(first) == .proposed)
        #expect(try await propose(first) == .already)
        #expect(try await propose(first, key: UUID()) == .unknown)
        #expect(try await propose(second) == .proposed)
        func figures() async throws -> [Int] {
            _ = try await scene.database.work.write { try $0.value("select refresh_proposals()", as: Int.self) }
            return try await scene.database.public.read(as: .anonymous) {
                try $0.values(
                    "select value from public_figures where procedure_id = \(scene.procedureID) and name like 'hearing_proposal%' order by name"
                )
            }
        }
        #expect(try await figures() == [2, 2])
        _ = try await scene.database.public.write(as: .anonymous) {
            try $0.value("select withdraw(\(second.number), \(codes.mac(for: second.key)))", as: String.self)
        }
        #expect(try await figures() == [1, 1])
        let desk = try await scene.database.staff.read(as: AnsweringScene.organiser) { tx in
            (
                try tx.one(HearingProposals.of(procedure: scene.procedureID), as: HearingProposals.self),
                try tx.all(HearingProposalLine.of(procedure: scene.procedureID), as: HearingProposalLine.self)
            )
        }
        #expect(desk.0.count == 1 && desk.1.map(\.number) == [first.number])
        #expect(
            try await scene.database.owner.read {
                try $0.value("select count(*) from notices where kind = 'hearing_proposed'", as: Int.self)
            } == 1, "organisers are told at the first, fifth, twentieth and hundredth")
        let third = try await scene.submit("第三个")
        try await scene.close()
        #expect(try await propose(third) == .closed)
    }

    @Test("A file is made of the words it was asked for with")
    func files() async throws {
        let scene = try await GatheringScene.make()
        let staff = scene.database.staff
        let content = Report.Content(title: "公告", sections: [], figuresAt: "")
        let file = try GatheringFile(of: scene.id, .notice, .pdf, content, subtitle: "县民政局")
        try await file.ask(in: staff, as: AnsweringScene.clerk)
        try await file.ask(in: staff, as: AnsweringScene.clerk)
        #expect(try await counted(scene, "select count(*) from jobs where kind = 'make_gathering_file'") == 1)
        #expect(try await staff.read(as: AnsweringScene.clerk) { try file.state($0) } == .waiting)
        // Read later, with a section in which nothing stands yet: the same words.
        let empty = Report.Section(key: "practice", heading: "有关日期的说明", text: "", tables: [])
        let later = try GatheringFile(
            of: scene.id, .notice, .pdf,
            Report.Content(title: "公告", sections: [empty], figuresAt: "2026-11-27T09:00"), subtitle: "县民政局")
        #expect(try await staff.read(as: AnsweringScene.clerk) { try later.state($0) } == .waiting)
        _ = try await scene.database.work.write { tx in
            let id = try tx.value("select id from take_job('make_gathering_file', 60)", as: Int.self)
            let words = try tx.value("select words from gathering_file_in_making(\(id))", as: String.self)
            try tx.execute("select gathering_file_was_made(\(id), 1::int, '{}', \([1] as [UInt8]))")
            try tx.execute("select gathering_file_was_made(\(id), 1::int, \(words), \([2] as [UInt8]))")
        }
        #expect(try await file.document(in: staff, as: AnsweringScene.clerk) == [2])
        // A transcript stands in such files: who sees the hearing and has no part in the work reads none of them.
        let officer = AnsweringScene.actor(AnsweringScene.clerkID, units: [2], ["duty_officer"])
        #expect(
            try await staff.read(as: officer) { try $0.value("select count(*) from gatherings", as: Int.self) } == 1)
        #expect(try await file.document(in: staff, as: officer) == nil)
    }
}
