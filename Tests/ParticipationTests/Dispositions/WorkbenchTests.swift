import Foundation
import Postgres
import TestSupport
import Testing
import Text

@testable import Participation

@Suite struct WorkbenchTests {
    private func refusal(_ work: () async throws -> Void) async -> String? {
        do {
            try await work()
            return nil
        } catch {
            return (error as? Refusal ?? Refusal(error))?.constraint
        }
    }

    private static let answer = Answer(outcome: .explained, reason: "已写明。")

    private func read(_ scene: AnsweringScene, _ change: (inout WorkbenchFilter) -> Void = { _ in }) async throws
        -> Workbench
    {
        var filter = WorkbenchFilter()
        change(&filter)
        return try #require(
            try await Workbench.read(filter, of: scene.number, in: scene.database.staff, as: AnsweringScene.organiser))
    }

    /// The counts that are kept, and a count of everything.
    private func expectProven(_ scene: AnsweringScene) async throws {
        let wrong: Int = try await scene.database.work.write { try $0.value("select prove_endings()") }
        #expect(wrong == 0)
    }

    private func fold(_ scene: AnsweringScene) async throws {
        let asked: Int = try await scene.database.work.write { try $0.value("select ask_for_folding()") }
        #expect(asked == 1)
        let job = try #require(try await Job.take(.foldOpinions, in: scene.database.work))
        try await FoldOpinions()(job, in: scene.database.work)
    }

    @Test func filtersAndCounts() async throws {
        let scene = try await AnsweringScene.make()
        let first = try await scene.submit("一", row: 1)
        let second = try await scene.submit("二", channel: .letter, submitter: .joint(people: 12))
        try await scene.submit("三", row: 2)
        #expect(try await read(scene).lines.count == 3)
        #expect(try await read(scene).rows == ["1", "2"])
        #expect(try await read(scene) { $0.row = "1" }.lines.map(\.number) == [first.number])
        #expect(try await read(scene) { $0.row = SubmissionFilter.whole }.lines.map(\.number) == [second.number])
        #expect(try await read(scene) { $0.channel = .letter }.lines.map(\.number) == [second.number])
        try await scene.answer(second.id, .adopted)
        let now = try await read(scene) { $0.view = .adopted }
        #expect(now.lines.map(\.number) == [second.number] && now.lines.first?.lacksEffect == false)
        let letter = try #require(now.reconciliation.channels[.letter])
        #expect(letter[.answered] == .init(submissions: 1, people: 12, opinions: 0))
        #expect(letter[.adopted] == .init(submissions: 0, people: 0, opinions: 1))
        #expect(now.reconciliation[.open] == .init(submissions: 2, people: 2, opinions: 2))
        #expect(
            try await Workbench.read(
                WorkbenchFilter(), of: scene.number, in: scene.database.staff, as: AnsweringScene.stranger) == nil)
        try await expectProven(scene)
    }

    @Test func countsFollowEverythingThatHappens() async throws {
        let scene = try await AnsweringScene.make()
        let staff = scene.database.staff
        let split = try await scene.submit("第一点。第二点。", row: 1)
        let gone = try await scene.submit("我反悔了")
        try await SplitOpinions(submissionID: split.id, parts: [.init("第一点。", position: 1), .init("第二点。")])(
            in: staff, as: AnsweringScene.organiser)
        try await expectProven(scene)
        let ids = try await scene.opinionIDs(of: split.id)
        try await AnswerOpinions(Self.answer, to: Array(ids.prefix(1)))(in: staff, as: AnsweringScene.organiser)
        #expect(try await read(scene).reconciliation[.open] == .init(submissions: 2, people: 2, opinions: 2))
        let mac = scene.intake.codes.mac(for: gone.key)
        _ = try await scene.database.public.write {
            try $0.value("select withdraw(\(gone.number), \(mac))", as: String.self)
        }
        try await expectProven(scene)
        try await scene.answer(split.id, .invalid)
        let end = try await read(scene).reconciliation
        #expect(end.invalid == 1 && end.withdrawn == 1 && end.isComplete && end.opinions == 2)
        try await expectProven(scene)
        _ = try await scene.database.owner.write {
            try $0.execute(
                "insert into ending_counts (procedure_id, channel, ending, submissions) values (\(scene.procedureID), 'web', 'open', 7)"
            )
        }
        let wrong: Int = try await scene.database.work.write { try $0.value("select prove_endings()") }
        #expect(wrong == 1)
        #expect(try await read(scene).reconciliation == end)
    }

    @Test func undoBringsBackExactlyWhatHeld() async throws {
        let scene = try await AnsweringScene.make()
        let staff = scene.database.staff
        let one = try await scene.submit("一")
        let two = try await scene.submit("二")
        try await scene.answer(one.id, .adopted, "先采纳")
        let ids = try await scene.opinionIDs(of: one.id) + scene.opinionIDs(of: two.id)
        let batch = UUID()
        try await AnswerOpinions(Self.answer, to: ids, batch: batch)(in: staff, as: AnsweringScene.organiser)
        #expect(try await AnswerOpinions.undo(batch, in: staff, as: AnsweringScene.organiser) == 2)
        func held(_ number: String) async throws -> Opinion {
            try #require(
                try await ReceivedSubmission.find(number: number, in: staff, as: AnsweringScene.organiser)?.opinions
                    .first)
        }
        let back = try await held(one.number)
        #expect(back.current?.reason == "先采纳" && back.current?.effect == "修改稿")
        #expect(back.earlier.map(\.reason) == ["已写明。"] && back.earlier.first?.undoneAt != nil)
        #expect(try await held(two.number).current == nil)
        try await expectProven(scene)

        // Somebody has answered one of them since: it is left alone.
        let again = UUID()
        try await AnswerOpinions(Self.answer, to: ids, batch: again)(in: staff, as: AnsweringScene.organiser)
        try await scene.answer(two.id, .notAdopted, "别人的答复")
        #expect(try await AnswerOpinions.undo(again, in: staff, as: AnsweringScene.organiser) == 1)
        #expect(try await held(two.number).current?.reason == "别人的答复")
        #expect(
            await refusal { _ = try await AnswerOpinions.undo(again, in: staff, as: AnsweringScene.organiser) }
                == "dispositions_answered_since")
        try await expectProven(scene)
    }

    @Test func nobodyOverwritesWhatTheyHaveNotSeen() async throws {
        let scene = try await AnsweringScene.make()
        let staff = scene.database.staff
        let sent = try await scene.submit("一")
        let other = try await scene.submit("二")
        let ids = try await scene.opinionIDs(of: sent.id) + scene.opinionIDs(of: other.id)
        let seen = ids.map { AnswerOpinions.Read(id: $0, version: 1) }
        try await scene.answer(sent.id, .notAdopted, "同事的答复")
        #expect(
            await refusal { try await AnswerOpinions(Self.answer, to: seen)(in: staff, as: AnsweringScene.organiser) }
                == "opinions_changed_meanwhile")
        #expect(try await read(scene).lines.map(\.number) == [other.number])
        // The same words once more are the same answer, not another.
        let again = Answer(outcome: .notAdopted, reason: "同事的答复")
        #expect(
            try await AnswerOpinions(again, to: Array(seen.prefix(1)))(in: staff, as: AnsweringScene.organiser) == 1)
    }

    @Test func adoptedMustSayWhere() async throws {
        let scene = try await AnsweringScene.make()
        let sent = try await scene.submit("一", row: 1)
        try await scene.close()
        let ids = try await scene.opinionIDs(of: sent.id)
        try await AnswerOpinions(Answer(outcome: .adopted, reason: "好"), to: ids)(
            in: scene.database.staff, as: AnsweringScene.organiser)
        #expect(try await read(scene) { $0.view = .adopted }.lines.first?.lacksEffect == true)
        #expect(await refusal { try await scene.finish() } == "dispositions_effect")
        #expect(Answer(outcome: .adopted, reason: "好", effect: "第1行").faults == [.effectDayMissing])
        #expect(
            Answer(outcome: .adopted, reason: "好", effectOn: CalendarDate(dayNumber: 20_800)).faults == [.effectMissing]
        )
        try await scene.answer(sent.id, .adopted)
        try await scene.finish()
    }

    @Test func whatSaysTheSameIsOneGroup() async throws {
        let scene = try await AnsweringScene.make()
        let staff = scene.database.staff
        let text = "办理时限写的是二十个工作日，实在太长，希望改成十个工作日以内办结。"
        for _ in 0..<3 { try await scene.submit(text, row: 1) }
        let alike = try await scene.submit(text + "谢谢。", row: 1)
        try await scene.submit(text, row: 2)
        try await fold(scene)
        let groups = try await read(scene) { $0.view = .groups }
        #expect(groups.lines.count == 1 && groups.lines.first?.groupSize == 4)
        let id = try #require(groups.lines.first?.groupID)
        let first = try #require(groups.lines.first?.id)
        let file = try #require(
            try await OpinionFile.find(first, in: WorkbenchFilter(), in: staff, as: AnsweringScene.organiser))
        #expect(file.wordings.map(\.copies) == [3, 1] && file.wordings.first?.likeness == 100)
        let group = try #require(file.group)
        #expect(
            try await AnswerOpinions.group(
                id, version: group.version, with: Self.answer, batch: UUID(), in: staff, as: AnsweringScene.organiser)
                == 4)
        #expect(try await read(scene).lines.count == 1)
        try await expectProven(scene)

        // What is taken out stays out.
        let out = try await scene.opinionIDs(of: alike.id)
        for opinion in out { try await OpinionGroup.takeOut(opinion, in: staff, as: AnsweringScene.organiser) }
        #expect(
            await refusal {
                _ = try await AnswerOpinions.group(
                    id, version: group.version, with: Self.answer, batch: UUID(), in: staff,
                    as: AnsweringScene.organiser)
            } == "opinion_groups_changed_meanwhile")
        let late = try await scene.submit(text, row: 1)
        try await scene.database.setClock(AnsweringScene.whileOpen.addingTimeInterval(600))
        try await fold(scene)
        #expect(try await read(scene) { $0.group = id }.lines.count == 4)
        #expect(try await read(scene) { $0.group = id }.lines.last?.number == late.number)
        // By hand, and only on one passage.
        let members = try await read(scene) { $0.group = id }.lines.map(\.id)
        #expect(
            try await OpinionGroup.join(Array(members.prefix(1)) + out, in: staff, as: AnsweringScene.organiser) == id)
        let apart = try await read(scene) { $0.row = "2" }.lines.map(\.id)
        #expect(
            await refusal {
                _ = try await OpinionGroup.join(
                    Array(members.prefix(1)) + apart, in: staff, as: AnsweringScene.organiser)
            } == "opinion_groups_one_passage")
        #expect(try await OpinionGroup.dissolve(id, in: staff, as: AnsweringScene.organiser) == 5)
        #expect(try await read(scene) { $0.view = .groups }.lines.isEmpty)
        #expect(
            await refusal { try await OpinionGroup.takeOut(members[0], in: staff, as: AnsweringScene.clerk) }
                == "role_required")
    }

    @Test func everyAuthorIsTold() async throws {
        let scene = try await AnsweringScene.make()
        let reachable = try await scene.submit("一", contact: Contact(name: "张三", phone: "13800138000"))
        try await scene.submit("二")
        try await scene.close()
        let all: [Int] = try await scene.database.staff.read(as: AnsweringScene.organiser) {
            try $0.values("select id from submissions")
        }
        for id in all { try await scene.answer(id, .adopted) }
        try await scene.finish()
        try await scene.publishResult()
        for expected in [1, 0] {
            let told: Int = try await scene.database.work.write { try $0.value("select tell_results()") }
            #expect(told == expected)
        }
        let notices: [Int] = try await scene.database.owner.read {
            try $0.values("select submission_id from notices where kind = 'result'")
        }
        #expect(notices == [reachable.id])
        let receipt = try #require(
            try await Receipt.find(
                SubmissionNumber(reachable.number), mac: scene.intake.codes.mac(for: reachable.key),
                in: scene.database.public))
        #expect(receipt.answers.first?.effect == "修改稿" && receipt.answers.first?.effectOn == "2026-12-13")
    }
}
