import Foundation
import Postgres
import TestSupport
import Testing
import Text

@testable import Participation

/// Whoever decides has read what they decide about, and what was decided stays so.
@Suite struct DecidedAsReadTests {
    private typealias Scene = CaseScene

    private let scene: CaseScene

    init() async throws { scene = try await CaseScene.make() }

    private func version(_ id: Int) async throws -> Int {
        try await scene.value("select version from replies where case_id = \(id) order by ordinal desc limit 1")
    }

    @Test func nobodyApprovesWhatWasWrittenAfterTheyRead() async throws {
        let id = try await scene.assigned()
        try await scene.handIn(id, "第一稿，请过目。")
        let read = try await version(id)
        try await scene.act(.recall, on: id, as: Scene.trafficClerk)
        try await scene.handIn(id, "第二稿，改过了。")
        let stale = CaseAct.approve(version: read, granted: true, note: "", paper: nil)
        #expect(try await scene.refusal(stale, on: id, as: Scene.trafficHead) == "replies_changed_meanwhile")
        #expect(try await scene.state(id) == "reviewing")
        // Handed in once more with other public words only: that is read again too.
        let again = try await version(id)
        try await scene.act(.recall, on: id, as: Scene.trafficClerk)
        let words = SaveReply.PublicWords(title: "站牌", question: "别的问题", answer: "别的答复")
        let saved = try await SaveReply(caseID: id, version: again, body: "第二稿，改过了。", handedIn: words)(
            in: scene.database.staff, as: Scene.trafficClerk)
        #expect(saved.saved)
        let other = CaseAct.approve(version: again, granted: true, note: "", paper: nil)
        #expect(try await scene.refusal(other, on: id, as: Scene.trafficHead) == "replies_changed_meanwhile")
        try await scene.act(Scene.approve, on: id, as: Scene.trafficHead)
        #expect(try await scene.state(id) == "completed")
    }

    @Test func nobodyClearsWordsThatWereChangedAfterTheyRead() async throws {
        let id = try await scene.answered()
        let read = try await version(id)
        try await scene.act(
            .word(version: Scene.justNow, .init(title: "站牌", question: "站牌字小。", answer: "里面有别的话。")), on: id,
            as: Scene.trafficClerk)
        let stale = CaseAct.review(version: read, passed: true, note: "")
        #expect(try await scene.refusal(stale, on: id, as: Scene.reviewer) == "replies_changed_meanwhile")
        #expect(try await scene.value("select publication from cases where id = \(id)", as: String.self) == "to_review")
        // Sent back, the same words are not sent again.
        try await scene.act(.review(version: Scene.justNow, passed: false, note: "写了住址"), on: id, as: Scene.reviewer)
        let same = CaseAct.word(version: Scene.justNow, .init(title: "站牌", question: "站牌字小。", answer: "里面有别的话。"))
        #expect(try await scene.refusal(same, on: id, as: Scene.trafficClerk) == "replies_not_reworded")
    }

    @Test func anAnswerThatWasToldIsNotScreenedAway() async throws {
        let id = try await scene.answered()
        try await scene.act(.review(version: Scene.justNow, passed: true, note: ""), on: id, as: Scene.reviewer)
        #expect(try await scene.reopen(id) == "reopened")
        let away = CaseAct.screen(.invalid, code: "blank", text: "", original: "", reason: "看错了")
        #expect(try await scene.refusal(away, on: id, as: Scene.officeClerk) == "cases_answered_before")
        try await scene.act(Scene.assign(Scene.civil), on: id, as: Scene.officeClerk)
        #expect(try await scene.state(id) == "assigned")
    }

    @Test func twoWhoAssignAtOnceDoNotTakeItFromEachOther() async throws {
        let id = try await scene.open()
        try await scene.act(Scene.accept, on: id, as: Scene.officeClerk)
        try await scene.act(Scene.assign(Scene.traffic), on: id, as: Scene.officeClerk)
        let stale = Scene.assign(Scene.civil, from: nil)
        #expect(try await scene.refusal(stale, on: id, as: Scene.officeClerk) == "cases_assigned_meanwhile")
        #expect(try await scene.value("select unit_id from cases where id = \(id)", as: Int.self) == Scene.traffic)
    }

    @Test func onlyTheUnitsOwnHeadSigns() async throws {
        let id = try await scene.assigned()
        try await scene.handIn(id)
        #expect(try await scene.refusal(Scene.approve, on: id, as: Scene.officeHead) == "cases_head_of_unit")
        try await scene.act(Scene.approve, on: id, as: Scene.trafficHead)
    }

    @Test func anEmergencyIsRecordedWhateverTheClockDoes() async throws {
        let id = try await scene.assigned()
        try await scene.act(.pause(.citizen, remark: "等照片"), on: id, as: Scene.officeClerk)
        try await scene.act(.recordEmergency(called: "打了110"), on: id, as: Scene.officeClerk)
        let today: String = try await scene.value("select china_day(minyi_clock())::text")
        #expect(
            try await scene.value(
                "select urgency || ' ' || due_on || ' ' || (paused_at is null) from cases where id = \(id)",
                as: String.self) == "urgent \(today) true")
        #expect(
            try await scene.value(
                "select count(*) from case_remarks where case_id = \(id) and kind = 'emergency'", as: Int.self) == 1)
        // What is only being screened is due today as well.
        let fresh = try await scene.open()
        try await scene.act(.recordEmergency(called: "打了120"), on: fresh, as: Scene.officeClerk)
        #expect(
            try await scene.value("select due_on::text from cases where id = \(fresh)", as: String.self) == today)
    }

    @Test func aDuplicateIsAnsweredWithWhatItsAuthorMayReadOrComesBack() async throws {
        let (first, second) = (try await scene.open(), try await scene.open())
        func duplicate(of id: Int) async throws -> CaseAct {
            let number: String = try await scene.value("select number from cases where id = \(id)")
            return .screen(.duplicate, code: nil, text: "", original: number, reason: "")
        }
        // Of one that nobody has screened yet, which is then accepted as any other.
        try await scene.act(try await duplicate(of: first), on: second, as: Scene.officeClerk)
        let away = CaseAct.screen(.invalid, code: "blank", text: "", original: "", reason: "")
        #expect(try await scene.refusal(away, on: first, as: Scene.officeClerk) == "cases_has_duplicates")
        try await scene.act(Scene.accept, on: first, as: Scene.officeClerk)
        try await scene.act(Scene.assign(), on: first, as: Scene.officeClerk)
        try await scene.handIn(first)
        try await scene.act(Scene.approve, on: first, as: Scene.trafficHead)
        let told: SQL = "select (answered_at is not null)::text from cases where id = \(second)"
        #expect(try await scene.value(told, as: String.self) == "false")
        try await scene.act(.review(version: Scene.justNow, passed: true, note: ""), on: first, as: Scene.reviewer)
        #expect(try await scene.value(told, as: String.self) == "true")
        // One whose author does not agree to publication answers nobody else.
        let (quiet, third) = (try await scene.open(wantsPublication: false), try await scene.open())
        #expect(
            try await scene.refusal(try await duplicate(of: quiet), on: third, as: Scene.officeClerk)
                == "cases_original_public")
        // Its original is taken back: it is screened anew.
        let (other, fourth) = (try await scene.open(), try await scene.open())
        try await scene.act(try await duplicate(of: other), on: fourth, as: Scene.officeClerk)
        _ = try await scene.database.owner.write {
            try $0.execute(
                """
                update submissions set withdrawn_at = minyi_clock(), body = '' where id = (select submission_id from cases where id = \(other))
                """)
        }
        #expect(try await scene.state(fourth) == "received")
        #expect(
            try await scene.value(
                "select to_state from events where subject = 'case' and subject_id = \(fourth) order by id desc limit 1",
                as: String.self) == "received")
    }

    @Test func whatIsSealedWaitsForNobodyAndWhatIsWithdrawnLeavesNoWord() async throws {
        let sealed = try await scene.assigned()
        try await scene.handIn(sealed)
        _ = try await scene.database.owner.write { tx in
            try tx.execute(
                """
                insert into seals (submission_id, reason, requested_by, requested_at, unit_ids)
                select submission_id, 'secret', 1, minyi_clock(), unit_ids from cases where id = \(sealed)
                """)
            try tx.execute(
                """
                update submissions set body = '', sealed_at = minyi_clock() where id = (select submission_id from cases where id = \(sealed))
                """)
        }
        #expect(try await scene.state(sealed) == "sealed")
        #expect(
            try await scene.value(
                "select count(*) from clocks k join cases c on k.id in (c.clock_id, c.screening_clock_id) where c.id = \(sealed) and k.stopped_at is null",
                as: Int.self) == 0)
        let gone = try await scene.assigned()
        try await scene.handIn(gone, "您说的公交站牌，我们看过。")
        try await scene.act(
            .approve(version: Scene.justNow, granted: false, note: "站牌两字删去", paper: nil), on: gone,
            as: Scene.trafficHead)
        _ = try await scene.database.owner.write {
            try $0.execute(
                """
                update submissions set withdrawn_at = minyi_clock(), body = '' where id = (select submission_id from cases where id = \(gone))
                """)
        }
        let words: Int = try await scene.value(
            """
            select count(*) from (select concat_ws(' ', body, public_title, public_question, public_answer) as words from replies where case_id = \(gone)
              union all select body from case_remarks where case_id = \(gone) union all select title || place from cases where id = \(gone)) t
            where words like '%站牌%'
            """)
        #expect(words == 0)
    }

    @Test func aMessageAboutTheOfficeIsOnTheListOfWhoeverScreensIt() async throws {
        let id = try await scene.open(concernedUnits: [1])
        let office: Int = try await scene.value("select office_id from cases where id = \(id)")
        #expect(office != 1)
        let told: Int = try await scene.value(
            "select count(*) from notices where facts ->> 'case_id' = \(String(id)) and staff_id is not null")
        #expect(told > 0)
        // It publishes the answer and calls back when another unit has it: it is still on its list, once.
        for unit in [office, Scene.traffic, Scene.civil] {
            _ = try await scene.database.owner.write { tx in
                try tx.execute("update cases set unit_id = \(unit) where id = \(id)")
            }
            for ids in [[office], [office, Scene.town]] {
                let list = CaseList.page(CaseFilter(), after: nil, .units(ids, home: office))
                let found = try await scene.database.owner.read { try $0.all(list, as: CaseFile.self).map(\.id) }
                #expect(found == [id])
            }
        }
        // The only clerk of the office is named: somebody else screens it.
        let named = try await scene.open(concernedStaff: [1])
        #expect(try await scene.value("select office_id from cases where id = \(named)", as: Int.self) != 1)
    }

    /// A unit's own closure moves the date of what it owes.
    @Test func theClockGoesByTheUnitThatOwes() async throws {
        let id = try await scene.assigned()
        let due: SQL = "select due_on::text from cases where id = \(id)"
        let before: String = try await scene.value(due)
        _ = try await scene.database.owner.write {
            try $0.execute(
                """
                insert into calendar_days (day, kind, name, unit_id, source)
                select due_on, 'holiday', '停电', \(Scene.traffic), '测试' from cases where id = \(id)
                """)
        }
        #expect(try await scene.value(due, as: String.self) > before)
    }

    /// Nobody outside the unit records a signature for its head, unless the unit has nobody.
    @Test func onPaperTooItIsTheUnitsOwn() async throws {
        let id = try await scene.assigned()
        try await scene.handIn(id)
        let scan = try await Attachment.store(
            Array("%PDF-1.4".utf8), name: "签字页.pdf", for: [Scene.office], in: scene.database.staff,
            as: Scene.officeClerk)
        let day: CalendarDate = try await scene.value("select china_day(minyi_clock())")
        let paper = CaseAct.approve(
            version: Scene.justNow, granted: true, note: "", paper: .init(signer: "随便谁", signedOn: day, scanID: scan))
        #expect(try await scene.refusal(paper, on: id, as: Scene.officeClerk) == "cases_head_of_unit")
        #expect(try await scene.state(id) == "reviewing")
    }

    @Test func whatComesBackToScreeningBeginsAnew() async throws {
        let (original, copy) = (try await scene.open(), try await scene.assigned())
        let number: String = try await scene.value("select number from cases where id = \(original)")
        try await scene.act(
            .screen(.duplicate, code: nil, text: "", original: number, reason: "同一件事"), on: copy, as: Scene.officeClerk)
        try await scene.database.setClock(Scene.moment("2026-12-15"))
        _ = try await scene.database.owner.write {
            try $0.execute(
                "update submissions set withdrawn_at = minyi_clock(), body = '' where id = (select submission_id from cases where id = \(original))"
            )
        }
        #expect(
            try await scene.value(
                "select concat_ws(' ', state, unit_id, accepted_at) from cases where id = \(copy)", as: String.self)
                == "received")
        try await scene.act(Scene.accept, on: copy, as: Scene.officeClerk)
        #expect(try await scene.value("select due_at > minyi_clock() from cases where id = \(copy)", as: Bool.self))
    }

    /// The days on which its author was waited for are not the unit's, whichever clock it goes by afterwards.
    @Test func anEmergencyKeepsThePauseAndTheDate() async throws {
        let id = try await scene.assigned()
        try await scene.act(.pause(.citizen, remark: "等照片"), on: id, as: Scene.officeClerk)
        try await scene.database.setClock(Scene.moment("2026-12-08"))
        try await scene.act(.recordEmergency(called: "打了110"), on: id, as: Scene.officeClerk)
        #expect(try await scene.notices("resumed", of: id) == 1)
        try await scene.handIn(id)
        try await scene.act(Scene.approve, on: id, as: Scene.trafficHead)
        #expect(try await scene.value("select working_days_used from cases where id = \(id)", as: Int.self) == 0)
        // Moved to another unit it keeps the rule it goes by.
        let late = try await scene.assigned(topic: "suggestion")
        let due: CalendarDate = try await scene.value("select due_on from cases where id = \(late)")
        try await scene.database.setClock(Scene.moment(due.description))
        try await scene.act(.recordEmergency(called: "打了110"), on: late, as: Scene.officeClerk)
        try await scene.act(Scene.assign(Scene.civil, urgency: .urgent), on: late, as: Scene.officeClerk)
        #expect(try await scene.value("select due_on from cases where id = \(late)", as: CalendarDate.self) == due)
    }

    /// A duplicate that is about whoever decides about its original: they decide, and learn nothing of it.
    @Test func whatFollowsForAnotherCaseIsNobodysAct() async throws {
        let original = try await scene.assigned()
        let number: String = try await scene.value("select number from cases where id = \(original)")
        let copy = try await scene.open(concernedStaff: [6])
        try await scene.act(
            .screen(.duplicate, code: nil, text: "", original: number, reason: ""), on: copy, as: Scene.officeClerk)
        try await scene.handIn(original)
        try await scene.act(Scene.approve, on: original, as: Scene.trafficHead)
        try await scene.act(.review(version: Scene.justNow, passed: true, note: ""), on: original, as: Scene.reviewer)
        #expect(
            try await scene.value("select answered_at is not null from cases where id = \(copy)", as: Bool.self))
    }

    /// However often it is screened, a pause is counted once.
    @Test func aPauseIsSubtractedOnce() async throws {
        let id = try await scene.assigned()
        try await scene.act(.pause(.citizen, remark: "等照片"), on: id, as: Scene.officeClerk)
        try await scene.database.setClock(Scene.moment("2026-11-30"))
        try await scene.act(.resume, on: id, as: Scene.officeClerk)
        try await scene.act(
            .screen(.invalid, code: "blank", text: "", original: "", reason: "看错了"), on: id, as: Scene.officeClerk)
        try await scene.act(
            .screen(.accepted, code: nil, text: "", original: "", reason: "又看错了"), on: id, as: Scene.officeClerk)
        try await scene.act(Scene.assign(), on: id, as: Scene.officeClerk)
        try await scene.handIn(id)
        try await scene.database.setClock(Scene.moment("2026-12-01"))
        try await scene.act(Scene.approve, on: id, as: Scene.trafficHead)
        #expect(try await scene.value("select working_days_used from cases where id = \(id)", as: Int.self) == 1)
    }

    @Test func whatIsSupervisedEndsWithItsSupervisor() async throws {
        let id = try await scene.assigned()
        let day = try #require(CalendarDate("2026-12-01"))
        try await scene.act(.supervise(demand: "请抓紧", answerDueOn: day), on: id, as: Scene.supervisor)
        let away = CaseAct.screen(.invalid, code: "blank", text: "", original: "", reason: "看错了")
        #expect(try await scene.refusal(away, on: id, as: Scene.officeClerk) == "cases_supervised")
        _ = try await scene.database.owner.write {
            try $0.execute(
                "update submissions set withdrawn_at = minyi_clock(), body = '' where id = (select submission_id from cases where id = \(id))"
            )
        }
        #expect(
            try await scene.value("select finding from supervisions where case_id = \(id)", as: String.self)
                == "needless")
    }
}
