import Foundation
import Postgres
import TestSupport
import Testing

@testable import Participation

@Suite struct CaseScreeningTests {
    private typealias Scene = CaseScene

    private func end(_ verdict: CaseAct.Verdict, _ code: String?, _ text: String = "请向有关单位反映。", reason: String = "")
        -> CaseAct
    {
        .screen(verdict, code: code, text: text, original: "", reason: reason)
    }

    @Test func acceptanceStartsTheClockOfTheTopic() async throws {
        let scene = try await Scene.make()
        let id = try await scene.open(topic: "complaint")
        // Screening itself is due in one working day.
        #expect(
            try await scene.value("select due_on::text from cases where id = \(id)", as: String.self) == "2026-11-25")
        try await scene.act(Scene.accept, on: id, as: Scene.officeClerk)
        try await scene.act(Scene.accept, on: id, as: Scene.officeClerk)  // a second press
        #expect(try await scene.state(id) == "accepted")
        #expect(
            try await scene.value("select due_on::text from cases where id = \(id)", as: String.self) == "2026-12-03")
        #expect(
            try await scene.value(
                "select count(*) from events where subject = 'case' and kind = 'screened'", as: Int.self) == 1)
        #expect(
            try await scene.value(
                "select stopped_at is not null from clocks k join cases c on c.screening_clock_id = k.id", as: Bool.self
            ))
        #expect(try await scene.notices("accepted", of: id) == 1)
    }

    @Test func aLetterCountsFromTheDayOnWhichItCame() async throws {
        let scene = try await Scene.make()
        let id = try await scene.open(arrivedOn: "2026-11-20")
        #expect(
            try await scene.value("select due_on::text from cases where id = \(id)", as: String.self) == "2026-11-23")
        #expect(
            try await scene.value("select received_on::text from cases where id = \(id)", as: String.self)
                == "2026-11-20")
    }

    @Test func everyEndingHasItsReasonsAndTellsTheAuthor() async throws {
        let scene = try await Scene.make()
        for verdict in CaseAct.Verdict.allCases where !verdict.codes.isEmpty {
            for code in verdict.codes {
                let id = try await scene.open()
                try await scene.act(end(verdict, code), on: id, as: Scene.officeClerk)
                #expect(try await scene.state(id) == verdict.rawValue)
                #expect(try await scene.notices("not_accepted", of: id) == 1)
            }
            let id = try await scene.open()
            #expect(try await scene.refusal(end(verdict, nil), on: id, as: Scene.officeClerk) == "cases_ending")
            if verdict.needsText {
                #expect(
                    try await scene.refusal(end(verdict, verdict.codes[0], ""), on: id, as: Scene.officeClerk)
                        == "cases_ending")
            }
        }
        let id = try await scene.open()
        #expect(
            try await scene.refusal(end(.informationRequest, nil, ""), on: id, as: Scene.officeClerk) == "cases_ending")
        try await scene.act(end(.informationRequest, nil, "请到政务服务中心申请，二十个工作日内答复。"), on: id, as: Scene.officeClerk)
        #expect(try await scene.state(id) == "information_request")
    }

    @Test(arguments: ["anonymous", "no_name", "petition"]) func notBeingNamedIsNoReason(code: String) async throws {
        let scene = try await Scene.make()
        let id = try await scene.open()
        #expect(try await scene.refusal(end(.invalid, code), on: id, as: Scene.officeClerk) == "cases_ending")
        #expect(try await scene.state(id) == "received")
    }

    @Test func aMistakeIsCorrectedWithAReasonAndTheClockGoesOnFromWhereItBegan() async throws {
        let scene = try await Scene.make()
        let id = try await scene.open()
        try await scene.act(Scene.accept, on: id, as: Scene.officeClerk)
        try await scene.database.setClock(Scene.moment("2026-11-25"))
        #expect(
            try await scene.refusal(end(.invalid, "test"), on: id, as: Scene.officeClerk) == "cases_rescreening_reason")
        try await scene.act(end(.invalid, "test", reason: "看错了"), on: id, as: Scene.officeClerk)
        try await scene.database.setClock(Scene.moment("2026-11-27"))
        let again = CaseAct.screen(.accepted, code: nil, text: "", original: "", reason: "不是测试")
        try await scene.act(again, on: id, as: Scene.officeClerk)
        #expect(try await scene.state(id) == "accepted")
        #expect(
            try await scene.value("select due_on::text from cases where id = \(id)", as: String.self) == "2026-12-01")
        let kinds: [String] = try await scene.database.owner.read {
            try $0.values("select kind from minyi.events where subject = 'case' and subject_id = \(id) order by id")
        }
        #expect(kinds == ["received", "screened", "rescreened", "rescreened"])
        #expect(try await scene.value("select count(*) from case_remarks where kind = 'screening'", as: Int.self) == 2)
    }

    @Test func aDuplicateIsAnsweredWithItsOriginal() async throws {
        let scene = try await Scene.make()
        let original = try await scene.assigned()
        let number: String = try await scene.value("select number from cases where id = \(original)")
        let copy = try await scene.open()
        func duplicate(_ number: String) -> CaseAct {
            .screen(.duplicate, code: nil, text: "", original: number, reason: "")
        }
        let own: String = try await scene.value("select number from cases where id = \(copy)")
        #expect(try await scene.refusal(duplicate(own), on: copy, as: Scene.officeClerk) == "cases_original_known")
        #expect(try await scene.refusal(duplicate("MY-1"), on: copy, as: Scene.officeClerk) == "cases_original_known")
        try await scene.act(duplicate(number), on: copy, as: Scene.officeClerk)
        // Others hang on it now.
        #expect(
            try await scene.refusal(end(.invalid, "test", reason: "看错了"), on: original, as: Scene.officeClerk)
                == "cases_has_duplicates")
        try await scene.handIn(original)
        try await scene.act(Scene.approve, on: original, as: Scene.trafficHead)
        // Its author reads what everyone may read, and not before.
        #expect(try await scene.notices("answered", of: copy) == 0)
        try await scene.act(.review(version: Scene.justNow, passed: true, note: ""), on: original, as: Scene.reviewer)
        #expect(try await scene.state(copy) == "duplicate")
        #expect(
            try await scene.value(
                "select d.answer_id = o.answer_id and d.answered_at is not null from cases d join cases o on o.id = d.original_id",
                as: Bool.self))
        #expect(try await scene.notices("answered", of: copy) == 1)
        // One that comes after the answer is answered at once.
        let late = try await scene.open()
        try await scene.act(duplicate(number), on: late, as: Scene.officeClerk)
        #expect(try await scene.notices("answered", of: late) == 1)
    }

    @Test func whatWillNeverBeAnsweredIsNoOriginal() async throws {
        let scene = try await Scene.make()
        let (first, second) = (try await scene.open(), try await scene.open())
        try await scene.act(end(.invalid, "blank"), on: first, as: Scene.officeClerk)
        let number: String = try await scene.value("select number from cases where id = \(first)")
        let act = CaseAct.screen(.duplicate, code: nil, text: "", original: number, reason: "")
        #expect(try await scene.refusal(act, on: second, as: Scene.officeClerk) == "cases_original_answerable")
    }

    @Test func anEmergencyIsOnRecordAndUrgent() async throws {
        let scene = try await Scene.make()
        let id = try await scene.open()
        #expect(
            try await scene.refusal(.recordEmergency(called: ""), on: id, as: Scene.officeClerk)
                == "cases_emergency_called")
        try await scene.act(.recordEmergency(called: "10:05 打了110"), on: id, as: Scene.officeClerk)
        try await scene.act(Scene.accept, on: id, as: Scene.officeClerk)
        #expect(try await scene.value("select urgency from cases where id = \(id)", as: String.self) == "urgent")
        // The same day.
        #expect(
            try await scene.value("select due_on::text from cases where id = \(id)", as: String.self) == "2026-11-24")
        // Events hold no words.
        #expect(try await scene.value("select count(*) from events where code like '%110%'", as: Int.self) == 0)
    }

    @Test func onlyTheOfficeScreensAndForgedIdsLeadNowhere() async throws {
        let scene = try await Scene.make()
        let id = try await scene.open()
        #expect(try await scene.refusal(Scene.accept, on: id, as: Scene.trafficClerk) == "role_required")
        #expect(try await scene.refusal(Scene.accept, on: id, as: Scene.officeHead) == "role_required")
        #expect(try await scene.refusal(Scene.accept, on: 999_999, as: Scene.officeClerk) == "P0002")
        #expect(try await scene.refusal(Scene.assign(), on: id, as: Scene.officeClerk) == "cases_assignable")
        #expect(try await scene.state(id) == "received")
    }

    @Test func withdrawnByItsAuthorItIsOver() async throws {
        let scene = try await Scene.make()
        let id = try await scene.assigned()
        _ = try await scene.database.owner.write { tx in
            try tx.execute("update submissions set withdrawn_at = minyi_clock(), body = ''")
        }
        #expect(try await scene.state(id) == "withdrawn")
        #expect(try await scene.value("select count(*) from clocks where stopped_at is null", as: Int.self) == 0)
        #expect(try await scene.value("select count(*) from case_words", as: Int.self) == 0)
    }
}
