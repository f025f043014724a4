import Foundation
import Participation
import Postgres
import TestSupport
import Testing

@Suite struct AnsweringTests {
    /// The rule that said no.
    private func refusal(_ work: () async throws -> Void) async -> Refusal? {
        do {
            try await work()
            return nil
        } catch {
            return error as? Refusal ?? Refusal(error)
        }
    }

    @Test func noResultUntilEverySubmissionHasEnded() async throws {
        let scene = try await AnsweringScene.make()
        let first = try await scene.submit("一", row: 1)
        let second = try await scene.submit("二", channel: .letter)
        let third = try await scene.submit("三")
        #expect(await refusal { try await scene.finish() }?.constraint == "procedures_still_collecting")
        try await scene.close()
        try await scene.answer(first.id, .adopted)
        #expect(
            await refusal { try await scene.finish() }
                == Refusal(constraint: "procedures_all_answered", detail: "\(second.number) \(third.number)"))
        // Hiding is visibility, never an answer.
        _ = try await ScreenSubmissions(ids: [second.id], hiddenFor: .abuse)(
            in: scene.database.staff, as: AnsweringScene.organiser)
        try await scene.answer(third.id, .transferred)
        #expect(await refusal { try await scene.finish() }?.numbers == [second.number])
        let state = try await Reconciliation.read(
            procedureID: scene.procedureID, in: scene.database.staff, as: AnsweringScene.organiser)
        #expect(state.missing == [second.number] && state.ended == 2)
        #expect(
            await refusal {
                _ = try await PrepareResult(procedureNumber: scene.number, wording: AnsweringScene.wording)(
                    in: scene.database.staff, as: AnsweringScene.organiser)
            }?.numbers == [second.number])
        try await scene.answer(second.id, .invalid)
        try await scene.finish()
        try await scene.publishResult()
        let published = try await scene.database.public.read { tx in
            try tx.values("select submission_number from published_opinions order by ordinal", as: String.self)
        }
        #expect(published == [first.number, second.number, third.number])
    }

    @Test func aPublishedResultIsCorrectedByANewVersion() async throws {
        let scene = try await AnsweringScene.make()
        let sent = try await scene.submit("一")
        let mac = scene.intake.codes.mac(for: sent.key)
        func told() async throws -> [String] {
            let receipt = try await Receipt.find(
                SubmissionNumber(sent.number), mac: mac, in: scene.database.public)
            return try #require(receipt).answers.map(\.reason)
        }
        try await scene.close()
        try await scene.answer(sent.id, .notAdopted, "先不采纳")
        try await scene.finish()
        #expect(try await told() == [])
        let first = try await scene.publishResult()
        #expect(try await told() == ["先不采纳"])

        try await scene.database.setClock(AnsweringScene.afterEntry.addingTimeInterval(3600))
        try await scene.answer(sent.id, .adopted, "再看，可以采纳")
        // Nothing becomes public alone, not on a receipt either.
        #expect(try await told() == ["先不采纳"])
        let work = try #require(
            try await ResultWork.find(number: scene.number, in: scene.database.staff, as: AnsweringScene.organiser))
        #expect(work.published?.version == 1 && work.published?.changes == 1)

        try await scene.database.setClock(AnsweringScene.afterEntry.addingTimeInterval(7200))
        let second = try await scene.publishResult()
        #expect(try await told() == ["再看，可以采纳"])
        let reasons: [String] = try await scene.database.public.read { tx in
            try tx.values(
                "select reason from published_opinions where version_id in (\(first), \(second)) order by version_id")
        }
        #expect(reasons == ["先不采纳", "再看，可以采纳\n落实：修改稿，2026年12月13日以前。"])
    }

    @Test func whatWasTerminatedIsNotAnswered() async throws {
        let scene = try await AnsweringScene.make()
        let sent = try await scene.submit("一")
        _ = try await scene.database.owner.write { tx in
            try tx.execute("update procedures set state = 'terminated' where id = \(scene.procedureID)")
        }
        #expect(
            await refusal { try await scene.answer(sent.id, .adopted) }?.constraint == "dispositions_not_terminated")
    }

    @Test func onlyAnOrganiserOfTheUnitAnswers() async throws {
        let scene = try await AnsweringScene.make()
        let sent = try await scene.submit("一")
        let ids = try await scene.opinionIDs(of: sent.id)
        let give = AnswerOpinions(Answer(outcome: .adopted, reason: "好"), to: ids)
        for actor in [AnsweringScene.clerk, AnsweringScene.stranger, AnsweringScene.approver] {
            let refused = await refusal { try await give(in: scene.database.staff, as: actor) }
            #expect(refused?.constraint == "role_required")
        }
        #expect(try await give(in: scene.database.staff, as: AnsweringScene.organiser) == 1)
    }

    @Test func whatIsMissingInAnAnswerIsNamed() {
        #expect(Answer(outcome: nil, reason: " ").faults == [.outcomeMissing, .reasonMissing])
        #expect(Answer(outcome: .transferred, reason: "好").faults == [.transferredToMissing])
        #expect(Answer(outcome: .invalid, reason: "好").faults == [.invalidCodeMissing])
        #expect(Answer(outcome: .adopted, reason: String(repeating: "好", count: 4001)).faults == [.reasonTooLong])
        let changedMind = Answer(outcome: .adopted, reason: "好", transferredTo: "县交通局", invalidCode: .test)
        #expect(changedMind.faults.isEmpty && changedMind.transferredTo.isEmpty && changedMind.invalidCode == nil)
    }

    @Test func laterAnswersSupersedeEarlierOnes() async throws {
        let scene = try await AnsweringScene.make()
        let sent = try await scene.submit("一")
        try await scene.answer(sent.id, .notAdopted, "先不采纳")
        try await scene.answer(sent.id, .adopted, "再看，可以采纳")
        // A second press of the button.
        try await scene.answer(sent.id, .adopted, "再看，可以采纳")
        let seen = try #require(
            try await ReceivedSubmission.find(
                number: sent.number, in: scene.database.staff, as: AnsweringScene.organiser))
        let opinion = try #require(seen.opinions.first)
        #expect(opinion.current?.outcome == .adopted)
        #expect(opinion.earlier.map(\.reason) == ["先不采纳"])
        #expect(opinion.current?.answeredBy == "陈组织")
    }

    @Test func splitsUntilTheFirstAnswer() async throws {
        let scene = try await AnsweringScene.make()
        let sent = try await scene.submit("第一点。\n---\n第二点。")
        let staff = scene.database.staff
        let split = SplitOpinions(
            submissionID: sent.id, parts: [.init("第一点。\n"), .init(" \n"), .init("第二点。", position: 2)])
        #expect(split.parts == [.init("第一点。"), .init("第二点。", position: 2)])
        #expect(try await split(in: staff, as: AnsweringScene.organiser) == 2)
        #expect(
            await refusal {
                try await SplitOpinions(submissionID: sent.id, parts: [])(in: staff, as: AnsweringScene.organiser)
            }?.constraint == "opinions_split")
        let answer = Answer(outcome: .adopted, reason: "好")
        #expect(
            try await AnswerOpinions.unanswered(of: [sent.id], with: answer, in: staff, as: AnsweringScene.organiser)
                == 2)
        #expect(
            try await AnswerOpinions.unanswered(of: [sent.id], with: answer, in: staff, as: AnsweringScene.organiser)
                == 0)
        #expect(
            await refusal { try await split(in: staff, as: AnsweringScene.organiser) }?.constraint
                == "opinions_answered")
    }

    @Test func aWithdrawnSubmissionNeedsNoAnswerAndShowsNoWords() async throws {
        let scene = try await AnsweringScene.make()
        let sent = try await scene.submit("我反悔了，请忘掉这句话")
        let mac = scene.intake.codes.mac(for: sent.key)
        let said: String = try await scene.database.public.write { tx in
            try tx.value("select withdraw(\(sent.number), \(mac))")
        }
        #expect(said == "withdrawn")
        let refused = await refusal { try await scene.answer(sent.id, .adopted) }
        #expect(refused?.constraint == "dispositions_not_withdrawn")
        let seen = try #require(
            try await ReceivedSubmission.find(
                number: sent.number, in: scene.database.staff, as: AnsweringScene.organiser))
        #expect(seen.facts.body.isEmpty && seen.opinions.isEmpty)
        try await scene.close()
        try await scene.finish()
        try await scene.publishResult()
        let rows: Int = try await scene.database.public.read { tx in
            try tx.value("select count(*) from published_opinions")
        }
        #expect(rows == 0)
    }

    @Test func anAnswerAfterPreparingSetsTheResultAside() async throws {
        let scene = try await AnsweringScene.make()
        let sent = try await scene.submit("一")
        try await scene.close()
        try await scene.answer(sent.id, .adopted)
        try await scene.finish()
        func prepared() async throws -> Int {
            try await PrepareResult(procedureNumber: scene.number, wording: AnsweringScene.wording)(
                in: scene.database.staff, as: AnsweringScene.organiser)
        }
        func publication(_ clearance: Int) async -> String? {
            await refusal {
                _ = try await scene.database.staff.write(as: AnsweringScene.organiser) { tx in
                    try tx.execute("select publish_clearance(\(clearance))")
                }
            }?.constraint
        }
        let first = try await prepared()
        try await scene.clear(first)
        try await scene.answer(sent.id, .notAdopted)
        #expect(await publication(first) == "clearances_cleared")
        let second = try await prepared()
        try await scene.clear(second)
        _ = try await ScreenSubmissions(ids: [sent.id], hiddenFor: .abuse)(
            in: scene.database.staff, as: AnsweringScene.organiser)
        #expect(await publication(second) == "clearances_cleared")
        try await scene.publishResult()
        let body: String? = try await scene.database.public.read { tx in
            try tx.value("select body from published_opinions", as: String?.self)
        }
        #expect(body == nil)
    }
}
