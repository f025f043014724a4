import Foundation
import Postgres
import TestSupport
import Testing
import Text

@testable import Participation

@Suite struct WorkbenchTests {
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
        // Each keeps the time in which it held.
        #expect(back.earlier.map(\.reason) == ["已写明。", "先采纳"] && back.earlier.first?.undoneAt != nil)
        #expect(back.earlier.last?.supersededAt == back.earlier.first?.answeredAt)
        #expect(back.current?.answeredAt == back.earlier.first?.undoneAt && back.current?.answeredBy == "陈组织")
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

    @Test func filtersByTheUnitThatIsResponsibleOrAsked() async throws {
        let scene = try await AnsweringScene.make()
        let row = try await scene.submit("一", row: 1)
        let whole = try await scene.submit("二")
        #expect(try await read(scene).units.map(\.name) == ["县民政局"])
        #expect(try await read(scene) { $0.unit = 2 }.lines.map(\.number) == [row.number])
        #expect(try await read(scene) { $0.unit = 3 }.lines.isEmpty)
        _ = try await AskViews(of: try await scene.opinionIDs(of: whole.id), unitID: 3, question: "")(
            in: scene.database.staff, as: AnsweringScene.organiser)
        #expect(try await read(scene) { $0.unit = 3 }.lines.map(\.number) == [whole.number])
        #expect(try await read(scene).units.map(\.id).sorted() == [2, 3])
    }

    @Test func othersSeeWhoHasAnOpinionOpen() async throws {
        let scene = try await AnsweringScene.make()
        let opinion = try await scene.opinionIDs(of: try await scene.submit("一").id)[0]
        func look(_ actor: DatabaseActor, stays: Bool = true) async throws -> String? {
            try await OpinionLook.note(opinion, stays: stays, in: scene.database.staff, as: actor)
        }
        #expect(try await look(AnsweringScene.approver) == nil)
        #expect(try await look(AnsweringScene.organiser) == "李审签")
        #expect(try await read(scene).lines.first?.looking == "李审签")
        #expect(try await look(AnsweringScene.approver, stays: false) == "陈组织")
        #expect(try await look(AnsweringScene.organiser) == nil)
        #expect(await refusal { _ = try await look(AnsweringScene.stranger) } == "role_required")
        // It ends by itself.
        try await scene.database.setClock(AnsweringScene.whileOpen.addingTimeInterval(240))
        #expect(try await look(AnsweringScene.approver) == nil)
    }

    @Test func whatIsLinkedOrAskedAboutIsNotDivided() async throws {
        let scene = try await AnsweringScene.make()
        let staff = scene.database.staff
        let sent = try await scene.submit("第一点。第二点。", row: 1)
        let opinion = try await scene.opinionIDs(of: sent.id)[0]
        func split(_ parts: SplitOpinions.Part...) async throws {
            try await SplitOpinions(submissionID: sent.id, parts: parts)(in: staff, as: AnsweringScene.organiser)
        }
        _ = try await AskViews(of: [opinion], unitID: 3, question: "")(in: staff, as: AnsweringScene.organiser)
        #expect(await refusal { try await split(.init("第一点。"), .init("第二点。")) } == "opinion_views_opinion")
        let view: Int = try await scene.database.owner.read { try $0.value("select case_id from opinion_views") }
        try await AskViews.takeBack(case: view, in: staff, as: AnsweringScene.organiser)
        try await split(.init("第一点。"), .init("第二点。"))
        // The first stays the one it is, with what was asked about it.
        let parts = try await scene.opinionIDs(of: sent.id)
        #expect(parts.count == 2 && parts.first == opinion)
        try await split(.init("第一点。第二点。"))
        #expect(try await scene.opinionIDs(of: sent.id) == [opinion])
        try await expectProven(scene)
        try await scene.database.owner.write { tx in
            try tx.execute(
                """
                insert into passage_opinions (edition_id, passage_id, opinion_id, linked_by, linked_at)
                values (1, 1, \(opinion), 1, minyi_clock())
                """)
        }
        #expect(await refusal { try await split(.init("第一点。"), .init("第二点。")) } == "opinions_linked")
    }

    /// 件, 条 and 人次 by channel: one rule, whoever counts.
    @Test func theWorkbenchTheResultAndTheReportCountAlike() async throws {
        let scene = try await AnsweringScene.make()
        let staff = scene.database.staff
        let divided = try await scene.submit("第一点。第二点。", row: 1)
        try await SplitOpinions(submissionID: divided.id, parts: [.init("第一点。"), .init("第二点。")])(
            in: staff, as: AnsweringScene.organiser)
        try await scene.submit("联名", channel: .letter, submitter: .joint(people: 12))
        try await scene.submit("电话", channel: .phone)
        let gone = try await scene.submit("我反悔了")
        _ = try await Withdrawal.request(
            try SubmissionNumber(gone.number), mac: scene.intake.codes.mac(for: gone.key), in: scene.database.public)
        let letter = WriteLetter(
            title: "函", documentNumber: "1", body: "请回复。", datedOn: ChinaTime.date(AnsweringScene.whileOpen),
            dueOn: ChinaTime.date(AnsweringScene.whileOpen).adding(days: 3), silenceAgrees: false, unitIDs: [3],
            organisations: [])
        let id = try await letter(
            nil, procedure: scene.number, key: UUID(), codes: scene.intake.codes, in: staff,
            as: AnsweringScene.organiser)
        try await LetterAct.send(version: 1)(on: id, in: staff, as: AnsweringScene.organiser)
        var reply = LetterReply(key: UUID(), kind: .opinion, body: "先这样说")
        for text in ["先这样说", "改成这样"] {
            let asked = try #require(
                try await WrittenConsultation.find(id, in: staff, as: AnsweringScene.organiser)?.addressees.first)
            reply = LetterReply(key: UUID(), kind: .opinion, body: text, replaces: asked.reply?.id)
            try await reply.send(to: asked.id, codes: scene.intake.codes, in: staff, as: AnsweringScene.stranger)
        }
        let all: [Int] = try await scene.database.owner.read {
            try $0.values("select id from submissions where withdrawn_at is null")
        }
        for id in all { try await scene.answer(id, .explained) }

        let kept = try await read(scene).reconciliation
        let heading = try #require(
            try await ProcedureHeading.find(number: scene.number, in: staff, as: AnsweringScene.organiser))
        let result = try await ResultDraft.read(
            procedure: heading, wording: AnsweringScene.wording, in: staff, as: AnsweringScene.organiser
        ).content
        #expect(Reconciliation.received(kept.channels[.web] ?? [:]) == .init(submissions: 2, people: 1, opinions: 2))
        #expect(
            Reconciliation.received(kept.channels[.written] ?? [:]) == .init(submissions: 2, people: 1, opinions: 1))
        #expect(Set(kept.channels.keys.map(\.rawValue)) == Set(result.channels.keys))
        for channel in kept.channels.keys {
            let counts = result.channelCounts?[channel.rawValue]
            let stated = Reconciliation.Count(
                submissions: result.channels[channel.rawValue] ?? 0, people: counts?.people ?? 0,
                opinions: counts?.opinions ?? 0)
            #expect(Reconciliation.received(kept.channels[channel] ?? [:]) == stated)
        }
        let whole = Reconciliation.Count(
            submissions: result.counts.submissions, people: result.counts.people, opinions: result.counts.opinions)
        #expect(kept.received == whole && result.counts.withdrawn == kept.withdrawn)
        // Every column of the workbench together is what was received.
        let columns = Reconciliation.Ending.allCases.reduce(Reconciliation.Count()) { sum, ending in
            sum + (ending == .withdrawn ? .init(submissions: kept[ending].submissions) : kept[ending])
        }
        #expect(columns == whole)

        let report = try await scene.database.owner.write { tx in
            let programme: Int = try tx.value(
                "insert into programmes (title, unit_id, created_by, created_at) values ('计划', 1, 1, minyi_clock()) returning id"
            )
            try tx.execute(
                "insert into programme_cells (programme_id, field, unit_id, draft_id) values (\(programme), '社会救助', 2, 1)"
            )
            return programme
        }
        let line = try #require(
            try await staff.read(as: AnsweringScene.organiser) {
                try $0.all(ProgrammeConsultation.of(programme: report), as: ProgrammeConsultation.self)
            }.first)
        #expect(
            Reconciliation.Count(submissions: line.submissions, people: line.people, opinions: line.opinions) == whole)
        #expect(line.explained == result.counts.explained && line.unanswered == 0)
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
            try await OpinionGroup.join(Array(members.prefix(1)) + out, in: staff, as: AnsweringScene.organiser).id
                == id)
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
