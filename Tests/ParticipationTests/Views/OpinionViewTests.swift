import Foundation
import Participation
import Postgres
import TestSupport
import Testing
import Text

/// A unit is asked for its view of an opinion: a case of its own, and the history of the reasoning.
@Suite struct OpinionViewTests {
    private static let head = AnsweringScene.actor(6, units: [3], ["approver"])

    private func scene() async throws -> AnsweringScene {
        let scene = try await AnsweringScene.make()
        try await scene.database.owner.write { tx in
            try tx.execute(
                "insert into staff (sign_in_name, display_name, unit_id, password_hash) values ('head', '周局长', 3, 'x')")
            try tx.execute("insert into staff_roles (staff_id, unit_id, role) values (6, 3, 'approver')")
        }
        return scene
    }

    private func ask(
        _ scene: AnsweringScene, _ opinion: Int, unit: Int = 3, as actor: DatabaseActor = AnsweringScene.organiser
    )
        async throws -> Int
    {
        try await AskViews(of: [opinion], unitID: unit, question: "能做到吗？")(in: scene.database.staff, as: actor)
    }

    private func views(_ scene: AnsweringScene, _ opinion: Int, as actor: DatabaseActor = AnsweringScene.organiser)
        async throws
        -> [OpinionView]
    {
        try await scene.database.staff.read(as: actor) {
            try $0.all(OpinionView.of(opinions: [opinion]), as: OpinionView.self)
        }
    }

    private func give(_ scene: AnsweringScene, _ id: Int, _ words: String) async throws {
        let empty = SaveReply.PublicWords(title: "", question: "", answer: "")
        let saved = try await SaveReply(caseID: id, version: 0, body: words, handedIn: empty)(
            in: scene.database.staff, as: AnsweringScene.stranger)
        try await CaseAct.approve(version: saved.version, granted: true, note: "", paper: nil)(
            on: id, in: scene.database.staff, as: Self.head)
    }

    @Test func theUnitSeesTheOpinionAndNothingOfItsAuthor() async throws {
        let scene = try await scene()
        let sent = try await scene.submit("时限太长", row: 2, contact: Contact(name: "王某", phone: "13800138000"))
        let opinion = try await scene.opinionIDs(of: sent.id)[0]
        #expect(try await ask(scene, opinion) == 1)
        #expect(try await ask(scene, opinion) == 0)
        let view = try #require(try await views(scene, opinion, as: AnsweringScene.stranger).first)
        let seen = try #require(
            try await OpinionInView.find(case: view.id, in: scene.database.staff, as: AnsweringScene.stranger))
        #expect(seen.body == "时限太长" && seen.passageNumber == "2" && seen.question == "能做到吗？")
        let rows = try await scene.database.staff.read(as: AnsweringScene.stranger) { tx in
            try tx.value("select count(*) from submissions", as: Int.self)
        }
        #expect(rows == 0)
        let due = ChinaTime.date(AnsweringScene.whileOpen)
        #expect((view.dueAt ?? .distantPast) > ChinaTime.midnightAfter(due.adding(days: 4)))
        await #expect(throws: PostgresError.self) { _ = try await ask(scene, opinion, as: AnsweringScene.stranger) }
        await #expect(throws: PostgresError.self) { _ = try await ask(scene, opinion, unit: 2) }
    }

    @Test func theViewIsApprovedAdoptedOrChangedAndAllOfItIsOnRecord() async throws {
        let scene = try await scene()
        let sent = try await scene.submit("时限太长")
        let opinion = try await scene.opinionIDs(of: sent.id)[0]
        _ = try await ask(scene, opinion)
        let id = try await views(scene, opinion)[0].id
        try await give(scene, id, "改为10个工作日。")
        let view = try await views(scene, opinion)[0]
        #expect(view.state == .completed && view.words == "改为10个工作日。" && view.approvedBy == "周局长")
        // Nothing of it is published or called back, and the author was told nothing of it.
        let record = try await scene.database.owner.read { tx in
            try tx.value(
                """
                select concat_ws(' ', publication, callback, (select count(*) from notices where submission_id is not null),
                  (select count(*) from notices where kind = 'view_given')) from cases where id = \(id)
                """, as: String.self)
        }
        #expect(record == "none none 0 1")
        try await scene.answer(sent.id, .partlyAdopted, "改为15个工作日。")
        try await scene.answer(sent.id, .adopted, "改为10个工作日。")
        let answers = try await scene.database.staff.read(as: AnsweringScene.organiser) { tx in
            try tx.values("select reason from dispositions order by id", as: String.self)
        }
        #expect(answers == ["改为15个工作日。", "改为10个工作日。"])
    }

    @Test func aViewIsFoundByTheWordsOfItsOpinion() async throws {
        let scene = try await scene()
        let sent = try await scene.submit("办事指南里的时限太长", row: 2)
        _ = try await ask(scene, try await scene.opinionIDs(of: sent.id)[0])
        func found(_ words: String, as actor: DatabaseActor) async throws -> Int {
            try await scene.database.staff.read(as: actor) {
                try $0.value("select count(*) from search_cases(\(words), 10)")
            }
        }
        #expect(try await found("时限太长", as: AnsweringScene.stranger) == 1)
        #expect(try await found("能做到吗", as: AnsweringScene.organiser) == 1)
        #expect(try await found("没有这句", as: AnsweringScene.stranger) == 0)
        _ = try await Withdrawal.request(
            try SubmissionNumber(sent.number), mac: scene.intake.codes.mac(for: sent.key), in: scene.database.public)
        #expect(try await found("时限太长", as: AnsweringScene.stranger) == 0)
    }

    @Test func theScoreboardIsAboutMessagesOnly() async throws {
        let scene = try await scene()
        let opinion = try await scene.opinionIDs(of: try await scene.submit("时限太长").id)[0]
        _ = try await ask(scene, opinion)
        try await give(scene, try await views(scene, opinion)[0].id, "同意。")
        let counted = try await scene.database.work.write { tx in
            _ = try tx.value("select refresh_scores(5000)", as: Int.self)
            return try tx.value("select prove_scores()", as: Int.self)
        }
        let scored = try await scene.database.owner.read {
            try $0.value("select count(*) from case_scores", as: Int.self)
        }
        #expect(counted == 0 && scored == 0)
    }

    @Test func whatIsTakenBackNeedsNoView() async throws {
        let scene = try await scene()
        let (one, other) = (try await scene.submit("一"), try await scene.submit("二"))
        let opinions = [try await scene.opinionIDs(of: one.id)[0], try await scene.opinionIDs(of: other.id)[0]]
        for opinion in opinions { _ = try await ask(scene, opinion) }
        _ = try await Withdrawal.request(
            try SubmissionNumber(one.number), mac: scene.intake.codes.mac(for: one.key), in: scene.database.public)
        #expect(try await views(scene, opinions[0])[0].state == .withdrawn)
        let id = try await views(scene, opinions[1])[0].id
        try await AskViews.takeBack(case: id, in: scene.database.staff, as: AnsweringScene.organiser)
        #expect(try await views(scene, opinions[1])[0].state == .withdrawn)
        // Given back, the organiser sends it to another unit on the page of the case.
        #expect(try await ask(scene, opinions[1]) == 1)
        let again = try await views(scene, opinions[1])[1].id
        try await CaseAct.giveBack(.notOurs, remark: "不归我们。")(
            on: again, in: scene.database.staff, as: AnsweringScene.stranger)
        #expect(try await views(scene, opinions[1])[1].unitName == nil)
        // It keeps nobody from asking another.
        #expect(try await ask(scene, opinions[1], unit: 1) == 1)
        try await CaseAct.assign(unit: 1, from: nil, assisting: [], urgency: .ordinary, remark: "")(
            on: again, in: scene.database.staff, as: AnsweringScene.organiser)
        #expect(try await views(scene, opinions[1])[1].unitName == "县政府办")
    }
}
