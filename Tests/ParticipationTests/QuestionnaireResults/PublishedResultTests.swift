import Crypto
import Foundation
import Postgres
import Questionnaires
import TestSupport
import Testing
import Text

@testable import Participation

/// From the figures to a published version, through the same review and approval as everything else.
@Suite("The published result of a questionnaire") struct PublishedResultTests {
    private func ready() async throws -> QuestionnaireScene {
        let scene = try await QuestionnaireScene.make()
        try await scene.answerAndClose()
        try await scene.readTexts()
        return scene
    }

    @Test("It is prepared once it has closed, every sheet is counted, every text is read and paper is in")
    func obstacles() async throws {
        let scene = try await QuestionnaireScene.make()
        _ = try await scene.send(try scene.sheet())
        await expectRefusal("questionnaire_results_closed") { _ = try await scene.prepareResult() }
        try await scene.answerAndClose()
        await expectRefusal("questionnaire_results_read") { _ = try await scene.prepareResult() }
        try await scene.readTexts()
        await expectRefusal("questionnaire_results_entered") { _ = try await scene.prepareResult(allEntered: false) }
        var letter = try scene.sheet()
        (letter.channel, letter.arrivedOn, letter.firstPage) = (.counter, ChinaTime.date(Date()), nil)
        #expect(
            try await scene.intake.accept(letter, in: scene.database.staff, as: scene.county.clerk).verdict == .accepted
        )
        await expectRefusal("questionnaire_results_tallied") { _ = try await scene.prepareResult() }
        let work = try await QuestionnaireResultWork.find(
            scene.number, in: scene.database.staff, as: scene.county.organiser)
        #expect(work.untallied == 1 && !work.canPrepare && work.entryUntil != nil)
        try await scene.tally()
        #expect(try await scene.prepareResult() > 0)
    }

    @Test("What is frozen is what is counted, and the database checks it")
    func figures() async throws {
        let scene = try await ready()
        let clearance = try await scene.publishResult()
        let version = try #require(try await scene.publishedResult(version: 1))
        let content = try #require(try version.read(PublishedContent.QuestionnaireResult.self))
        #expect(content.sheets == 32 && content.channels.lines.map(\.count) == [32])
        #expect(
            content.versions.map(\.sheets) == [32] && content.versions.first?.asked == QuestionnaireScene.voted,
            "quotas are seen by nobody outside")
        let tally = try await scene.database.staff.read(as: scene.county.organiser) { try Tally.desk(scene.id, $0) }
        let live = QuestionFigures.all(
            AskedQuestion.all(in: [QuestionnaireScene.content]), in: tally, base: .respondents, smallest: 5)
        #expect(content.figures == live)
        #expect(content.questions.first { $0.code == "why" }?.words.map(\.text) == ["排队太久", "材料多"])
        #expect(
            version.indexNumber != nil
                && version.contentHash == Array(SHA256.hash(data: Data((version.content ?? "").utf8))))
        #expect(
            try await scene.value("select state from questionnaires where id = \(scene.id)", as: String.self)
                == "published")
        #expect(
            try await scene.value(
                "select count(*) from events where subject = 'questionnaire' and kind = 'published' and code = \(String(clearance))",
                as: Int.self) == 1)

        var wrong = content
        wrong.correction = "改一个数"
        wrong.questions[0].parts[0] = QuestionFigures.Part(
            [(option: "yes", count: 25), (option: "no", count: 8)], smallest: 1)
        let json = JSONText(try PublishedContent.encode(wrong))
        await expectRefusal("questionnaire_results_reconcile") {
            try await scene.act("select prepare_questionnaire_result(\(scene.id), '结果', \(json), true)")
        }
        #expect(
            try await scene.intake.accept(try scene.sheet(), in: scene.database.public).verdict == .closed,
            "nothing comes in after it")
    }

    @Test("Where few have written, nothing says how many")
    func fewTexts() async throws {
        let scene = try await QuestionnaireScene.make()
        for index in 0..<10 {
            var answers: Answers = ["content": .truth(false), "slow": .choice(.other("停车")), "age": .number(50)]
            if index < 3 { answers["why"] = .text("理由\(index)") }
            _ = try await scene.send(try scene.sheet(answers, quotas: []))
        }
        try await scene.tally()
        try await scene.act("select close_questionnaire(\(scene.id))")
        try await scene.readTexts()
        try await scene.publishResult()
        let version = try #require(try await scene.publishedResult(version: 1))
        let why = try #require(
            try version.read(PublishedContent.QuestionnaireResult.self)?.questions.first { $0.code == "why" })
        #expect(why.answered == nil && why.words.isEmpty && why.unshown == nil)
        #expect(version.content?.contains("unshown\":3") == false)
    }

    @Test("It goes through the hands of others, and whoever has no part in it is refused")
    func hands() async throws {
        let scene = try await ready()
        let county = scene.county
        await #expect(throws: NoRow.self) { _ = try await scene.prepareResult(as: county.stranger) }
        await #expect(throws: PostgresError.self) { _ = try await scene.prepareResult(as: county.approver) }
        let id = try await scene.prepareResult()
        #expect(try await scene.prepareResult() == id, "a second press")
        let pending = try await scene.database.staff.read(as: county.reviewer) {
            try $0.all(Clearance.pending, as: Clearance.self)
        }
        #expect(
            pending.map(\.id) == [id] && pending.first?.subject == .questionnaire(id: scene.id, number: scene.number))
        for (actor, role, kind) in [
            (county.reviewer, StaffRole.secrecyReviewer, DeskTask.Kind.review),
            (county.approver, .approver, .approval), (county.organiser, .organiser, .publish),
        ] {
            let staffID: Int = try await scene.database.staff.read(as: actor) { try $0.value("select actor_staff()") }
            let staff = StaffActor(
                staffID: staffID, name: "甲", unitID: county.unitID, unitName: "县民政局", grants: [role: [county.unitID]])
            let tasks = try await scene.database.staff.read(as: actor) { tx in
                try DeskTask.waiting(for: staff).map { try tx.all($0, as: DeskTask.self) } ?? []
            }
            #expect(tasks.contains { $0.kind == kind && $0.clearanceID == id }, "\(kind)")
            switch kind {
            case .review:
                try await Clearance.review(
                    id, version: 1, passed: true, note: "", attribute: .proactive, in: scene.database.staff, as: actor)
            case .approval:
                try await Clearance.approve(
                    id, version: try await Clearance.version(of: id, in: scene.database.staff, as: actor),
                    granted: true,
                    note: "", in: scene.database.staff, as: actor)
            default: break
            }
        }
        await #expect(throws: PostgresError.self) {
            try await Clearance.publish(id, in: scene.database.staff, as: county.approver)
        }
        await #expect(throws: PostgresError.self, "only the door that looks what it is about") {
            try await scene.act("select publish_procedure_clearance(\(id))")
        }
        try await Clearance.publish(id, in: scene.database.staff, as: county.organiser)
        let file = try await ClearanceFile.load(id, in: scene.database.staff, as: county.organiser)
        #expect(file.clearance.stage == .published && file.published?.version == 1)
    }

    @Test("A sheet that comes, or a text that is hidden, sets it aside")
    func lapses() async throws {
        let scene = try await ready()
        let first = try await scene.prepareResult()
        try await scene.clear(first)
        let shown: [String] = try await scene.database.owner.read {
            try $0.values("select wording::text from text_wordings where words = '材料多'")
        }
        _ = try await TextWording.screen(
            shown.compactMap { UUID(uuidString: $0) }, of: "why", in: scene.id, as: .hidden, because: .abuse,
            before: .shown, scene.database.staff, as: scene.county.organiser)
        await expectRefusal("clearances_cleared") {
            try await Clearance.publish(first, in: scene.database.staff, as: scene.county.organiser)
        }
        let second = try await scene.prepareResult()
        try await scene.clear(second)
        var letter = try scene.sheet()
        (letter.channel, letter.arrivedOn, letter.firstPage) = (.counter, ChinaTime.date(Date()), nil)
        _ = try await scene.intake.accept(letter, in: scene.database.staff, as: scene.county.clerk)
        await expectRefusal("questionnaire_results_tallied") {
            try await Clearance.publish(second, in: scene.database.staff, as: scene.county.organiser)
        }
        try await scene.tally()
        await expectRefusal("clearances_cleared") {
            try await Clearance.publish(second, in: scene.database.staff, as: scene.county.organiser)
        }
        try await scene.publishResult()
        let content = try await scene.publishedResult(version: 1)?.read(PublishedContent.QuestionnaireResult.self)
        #expect(content?.sheets == 33 && content?.channels.lines.allSatisfy { $0.count == nil } == true, "32 and 1")
        let why = content?.questions.first { $0.code == "why" }
        #expect(why?.words.map(\.text) == ["排队太久"] && why?.unshown == nil, "one is a small number")
    }

    @Test("A correction is a new version that says what it changes; a sealed one keeps no word, and the other stays")
    func versionsAndSeal() async throws {
        let scene = try await ready()
        let before = try await scene.newestResult()?.id
        #expect(before == nil)
        let first = try await scene.publishResult()
        await expectRefusal("questionnaire_results_correction") { _ = try await scene.prepareResult() }
        var wording = QuestionnaireScene.wording
        (wording.analysis, wording.correction) = ("多数人满意。", "上一版多写了一句。")
        try await scene.publishResult(wording)
        let second = try #require(try await scene.publishedResult(version: 2))
        let newest = try #require(try await scene.newestResult())
        #expect(newest.id == second.id && newest.content == second.content)
        #expect(try second.read(PublishedContent.QuestionnaireResult.self)?.correction == "上一版多写了一句。")

        let actor = scene.county.organiser
        let target = try #require(
            try await Seal.version(
                of: scene.number, kind: .questionnaireResult, version: 1, in: scene.database.staff, as: actor))
        guard case .version(let id) = target else { throw NoRow() }
        let neighbours = try await scene.database.staff.read(as: actor) {
            try $0.all(SealNeighbour.of(version: id), as: SealNeighbour.self)
        }
        #expect(neighbours.map(\.id) == [second.id] && neighbours.first?.subjectNumber == scene.number)
        // A sheet of which something stands there word for word.
        let sheets: [Int] = try await scene.database.owner.read {
            try $0.values(
                "select submission_id from answer_sheets where answers ->> 'why' = '排队太久' or answers ->> 'why' is null order by 1"
            )
        }
        let holding = try await scene.database.staff.read(as: actor) { tx in
            try sheets.map { try tx.all(SealNeighbour.of(submission: $0), as: SealNeighbour.self).map(\.version) }
        }
        #expect(holding.first == [] && holding.last == [1, 2])
        let seal = try await Seal.request(target, reason: .personalData, in: scene.database.staff, as: actor)
        await #expect(throws: PostgresError.self) {
            try await Seal.confirm(seal, in: scene.database.staff, as: actor)
        }
        try await Seal.confirm(seal, in: scene.database.staff, as: scene.county.reviewer)
        let sealed = try #require(try await scene.publishedResult(version: 1))
        #expect(sealed.content == nil && sealed.title == "—" && sealed.sealedAt != nil)
        #expect(try await scene.publishedResult(version: 2)?.content != nil)
        let listed = try await Seal.list(in: scene.database.staff, as: actor)
        #expect(listed.first?.questionnaireNumber == scene.number && listed.first?.title == "政务服务满意度调查")
        let words = try await scene.database.staff.read(as: actor) {
            try $0.one(Clearance.with(id: first), as: Clearance.self).content
        }
        #expect(words == "{}")
        #expect(
            try await scene.value(
                "select count(*) from sealed_contents where source in ('version', 'clearance') and content like '%嫌排队久%'",
                as: Int.self
            ) == 2)

        // One sheet less: who has both versions would read in the difference what it said.
        let sheet = try #require(sheets.first)
        let gone = try await Seal.request(
            .submission(id: sheet), reason: .personalData, in: scene.database.staff, as: actor)
        try await Seal.confirm(gone, in: scene.database.staff, as: scene.county.reviewer)
        try await scene.tally()
        await expectRefusal("questionnaire_results_tell") { _ = try await scene.prepareResult(wording) }
        let work = try await QuestionnaireResultWork.find(scene.number, in: scene.database.staff, as: actor)
        #expect(work.tells && !work.canPrepare)
        let last = try await Seal.request(
            .version(id: second.id), reason: .personalData, in: scene.database.staff, as: actor)
        try await Seal.confirm(last, in: scene.database.staff, as: scene.county.reviewer)
        #expect(try await scene.prepareResult(wording) > 0)
    }

    @Test("One that is not for proactive disclosure stays inside, and is looked at again each year")
    func kept() async throws {
        let scene = try await ready()
        let id = try await scene.prepareResult()
        let (staff, reviewer, approver) = (scene.database.staff, scene.county.reviewer, scene.county.approver)
        try await Clearance.review(
            id, version: 1, passed: true, note: "只供内部使用。", attribute: .onRequest, in: staff, as: reviewer)
        try await Clearance.approve(
            id, version: try await Clearance.version(of: id, in: staff, as: approver), granted: true, note: "同意。",
            in: staff, as: approver)
        await expectRefusal("clearances_cleared") {
            try await Clearance.publish(id, in: staff, as: scene.county.organiser)
        }
        try await scene.database.setClock(Date(timeIntervalSinceNow: 370 * 86_400))
        #expect(try await scene.database.work.write { try $0.value("select open_evaluations()", as: Int.self) } == 1)
        let open = try await staff.read(as: scene.county.organiser) { try $0.all(Evaluation.open, as: Evaluation.self) }
        #expect(open.first?.subject == .paper(clearance: id) && open.first?.context == "政务服务满意度调查")
        let evaluation = try #require(open.first)
        try await Evaluation.decide(
            evaluation.id, .public, reason: "可以公开了。", in: staff, as: scene.county.organiser)
        let decided = try await staff.read(as: scene.county.organiser) {
            try $0.all(Evaluation.decided, as: Evaluation.self)
        }
        #expect(decided.first?.owed == .result(questionnaire: scene.number))
    }
}
