import Foundation
import Postgres
import TestSupport
import Testing
import Text

@testable import Participation

@Suite struct CaseTimeTests {
    private typealias Scene = CaseScene

    private func warning(_ scene: CaseScene, _ id: Int) async throws -> String {
        try await scene.value("select warning from cases where id = \(id)")
    }

    private func day(_ text: String) throws -> CalendarDate { try #require(CalendarDate(text)) }

    @Test func theLadderRisesAndGoesOnWhenItIsOver() async throws {
        let scene = try await Scene.make()
        let id = try await scene.assigned()  // due on Tuesday, 1 December
        // The units were told that they have it; the ladder is silent while there is time.
        #expect(try await scene.advance() == 0)
        for (day, expected) in [
            ("2026-11-27", "early"), ("2026-11-30", "yellow"), ("2026-12-01", "red"), ("2026-12-02", "overdue"),
        ] {
            try await scene.database.setClock(Scene.moment(day))
            #expect(try await scene.advance() == 1)
            #expect(try await scene.advance() == 0)
            #expect(try await warning(scene, id) == expected)
        }
        #expect(try await scene.notices("early", of: id) == 2)
        // Clerk and colleague and both heads from red on.
        #expect(try await scene.notices("red", of: id) >= 3)
        let atFirst = try await scene.notices("overdue", of: id)
        // It keeps being reminded: Thursday, Friday, not on Saturday, Monday.
        for (day, steps) in [("2026-12-03", 1), ("2026-12-04", 1), ("2026-12-05", 0), ("2026-12-07", 1)] {
            try await scene.database.setClock(Scene.moment(day))
            #expect(try await scene.advance() == steps, "\(day)")
        }
        #expect(try await scene.notices("overdue", of: id) > atFirst)
        // Five working days over: the supervisors are told.
        let supervisors: SQL = "select count(*) from notices where staff_id = 7"
        #expect(try await scene.value(supervisors, as: Int.self) == 0)
        try await scene.database.setClock(Scene.moment("2026-12-08"))
        try await scene.advance()
        #expect(try await scene.value(supervisors, as: Int.self) == 1)
        let steps: [String] = try await scene.database.owner.read {
            try $0.values("select code from events where kind = 'warned' order by id")
        }
        #expect(steps == ["early", "yellow", "red", "overdue"])
    }

    @Test func aWorkerThatWasAwayTellsOnceAndNotForEachDay() async throws {
        let scene = try await Scene.make()
        let id = try await scene.assigned()
        try await scene.database.setClock(Scene.moment("2026-12-20"))
        #expect(try await scene.advance() == 1)
        #expect(try await scene.advance() == 0)
        #expect(try await warning(scene, id) == "overdue")
        #expect(try await scene.notices("early", of: id) == 0)
    }

    @Test func theCalendarMovesTheCaseWithItsClock() async throws {
        let scene = try await Scene.make()
        let id = try await scene.assigned()
        _ = try await scene.database.owner.write { tx in
            try tx.execute("insert into calendar_days (day, kind, name) values ('2026-11-30', 'holiday', '县庆')")
        }
        #expect(
            try await scene.value("select due_on::text from cases where id = \(id)", as: String.self) == "2026-12-02")
    }

    /// Everybody takes the case and then its clock: who counts clocks anew waits for nobody, and nobody fails because of them.
    @Test func whoCountsClocksAnewPassesByWhoIsAtWork() async throws {
        let scene = try await Scene.make()
        let (first, second) = (try await scene.assigned(), try await scene.open())
        _ = try await scene.database.owner.write { tx in
            try tx.execute("update clocks set calendar_version = -1")
        }
        func recompute() async throws -> Int {
            try await scene.database.work.write { try $0.value("select recompute_clocks(1000)") }
        }
        for (held, left) in [(first, 1), (second, 1)] {
            let now = try await scene.database.holding("select 1 from cases where id = \(held) for update") {
                try await recompute()
            }
            #expect(now == left)
            #expect(try await recompute() == 0)
            _ = try await scene.database.owner.write { tx in
                try tx.execute("update clocks set calendar_version = -1")
            }
        }
    }

    /// A change of the calendar counts every clock anew; a case whose days stay is not written.
    @Test func whatDoesNotMoveIsNotWritten() async throws {
        let scene = try await Scene.make()
        let (first, second) = (try await scene.assigned(), try await scene.assigned())
        _ = try await scene.database.owner.write { tx in
            try tx.execute(
                """
                update clocks set due_on = due_on + 1, due_at = due_at + interval '1 day'
                where id = (select clock_id from cases where id = \(first))
                """)
        }
        func row(_ id: Int) async throws -> String {
            try await scene.value("select concat_ws(' ', xmin, due_on, due_at) from cases where id = \(id)")
        }
        let before = (try await row(first), try await row(second))
        _ = try await scene.database.owner.write { tx in
            try tx.execute(
                """
                update clocks k set calendar_version = calendar_version + 1,
                  due_on = k.due_on + (c.id = \(second))::int, due_at = k.due_at + (c.id = \(second))::int * interval '1 day'
                from cases c where k.id = c.clock_id
                """)
        }
        #expect(try await row(first) == before.0)
        #expect(try await row(second) != before.1)
        let apart: Int = try await scene.value(
            "select count(*) from cases c join clocks k on k.id = c.clock_id where (c.due_on, c.due_at) <> (k.due_on, k.due_at)"
        )
        #expect(apart == 0)
    }

    @Test func anExtensionIsAskedForInTimeAndWithinTheCeiling() async throws {
        let scene = try await Scene.make()
        let id = try await scene.assigned()
        func ask(_ text: String) throws -> CaseAct { .askExtension(until: try day(text), reason: "要现场核查") }
        #expect(
            try await scene.refusal(try ask("2026-12-01"), on: id, as: Scene.trafficClerk) == "case_extensions_later")
        #expect(
            try await scene.refusal(try ask("2027-03-01"), on: id, as: Scene.trafficClerk)
                == "case_extensions_within_ceiling")
        #expect(try await scene.refusal(try ask("2026-12-10"), on: id, as: Scene.civilClerk) == "role_required")
        try await scene.act(try ask("2026-12-10"), on: id, as: Scene.trafficClerk)
        try await scene.act(try ask("2026-12-10"), on: id, as: Scene.trafficClerk)  // a second press
        #expect(
            try await scene.refusal(try ask("2026-12-11"), on: id, as: Scene.trafficClerk)
                == "case_extensions_one_pending")
        let extensionID: Int = try await scene.value("select id from case_extensions")
        let refuse = CaseAct.decideExtension(id: extensionID, granted: false, note: "")
        #expect(try await scene.refusal(refuse, on: id, as: Scene.officeClerk) == "case_extensions_why")
        let grant = CaseAct.decideExtension(id: extensionID, granted: true, note: "")
        #expect(try await scene.refusal(grant, on: id, as: Scene.trafficHead) == "role_required")
        try await scene.act(grant, on: id, as: Scene.officeClerk)
        try await scene.act(grant, on: id, as: Scene.officeClerk)
        #expect(
            try await scene.value("select due_on::text from cases where id = \(id)", as: String.self) == "2026-12-10")
        #expect(try await scene.notices("extended", of: id) == 1)
        #expect(
            try await scene.refusal(.decideExtension(id: 999, granted: true, note: ""), on: id, as: Scene.officeClerk)
                == "P0002")
        #expect(
            try await scene.refusal(
                .decideExtension(id: extensionID, granted: false, note: "不"), on: id, as: Scene.officeHead)
                == "case_extensions_pending")
    }

    @Test func afterExpiryNoExtensionIsAskedFor() async throws {
        let scene = try await Scene.make()
        let id = try await scene.assigned()
        try await scene.database.setClock(Scene.moment("2026-12-02", hour: 0))
        let ask = CaseAct.askExtension(until: try day("2026-12-10"), reason: "来不及")
        #expect(try await scene.refusal(ask, on: id, as: Scene.trafficClerk) == "case_extensions_before_expiry")
        // Nor is the clock paused any longer.
        #expect(
            try await scene.refusal(.pause(.citizen, remark: "等"), on: id, as: Scene.officeClerk)
                == "clocks_pause_in_time")
    }

    @Test func theClockStandsStillWhileSomebodyElseHasToAct() async throws {
        let scene = try await Scene.make()
        let id = try await scene.assigned()
        try await scene.database.setClock(Scene.moment("2026-11-25"))
        #expect(
            try await scene.refusal(.pause(.citizen, remark: ""), on: id, as: Scene.officeClerk) == "cases_pause_reason"
        )
        try await scene.act(.pause(.citizen, remark: "等照片"), on: id, as: Scene.officeClerk)
        #expect(try await scene.value("select paused_at is not null and due_on is not null from cases", as: Bool.self))
        // After ten working days, and then every ten, somebody looks whether it still has to wait.
        for (day, steps) in [("2026-12-08", 0), ("2026-12-09", 1), ("2026-12-09", 0)] {
            try await scene.database.setClock(Scene.moment(day))
            #expect(try await scene.advance() == steps)
        }
        #expect(try await scene.notices("pause_review", of: id) >= 2)
        let ask = CaseAct.askExtension(until: try day("2026-12-20"), reason: "等")
        #expect(try await scene.refusal(ask, on: id, as: Scene.trafficClerk) == "case_extensions_paused")
        try await scene.act(.resume, on: id, as: Scene.officeClerk)
        // Four working days were left after the 25th.
        #expect(try await scene.value("select due_on::text from cases", as: String.self) == "2026-12-15")
        try await scene.handIn(id)
        try await scene.act(Scene.approve, on: id, as: Scene.trafficHead)
        #expect(try await scene.value("select working_days_used from cases", as: Int.self) == 1)
    }

    @Test func onTheFirstDayOfALimitNobodyIsWarned() async throws {
        let scene = try await Scene.make()
        // Screening has one working day, an urgent case none.
        let fresh = try await scene.open()
        let urgent = try await scene.assigned(urgency: .urgent)
        #expect(try await scene.advance() == 0)
        try await scene.database.setClock(Scene.moment("2026-11-25"))
        #expect(try await scene.advance() == 2)
        #expect(try await warning(scene, fresh) == "red")
        #expect(try await warning(scene, urgent) == "overdue")
        // Over a weekend the first working day has not begun.
        try await scene.database.setClock(Scene.moment("2026-11-27"))
        let late = try await scene.open()
        try await scene.advance()
        try await scene.database.setClock(Scene.moment("2026-11-28"))
        try await scene.advance()
        #expect(try await warning(scene, late) == "none")
        try await scene.database.setClock(Scene.moment("2026-11-30"))
        try await scene.advance()
        #expect(try await warning(scene, late) == "red")
    }

    @Test func anExtensionIsNotGrantedOnceTheLimitHasPassed() async throws {
        let scene = try await Scene.make()
        let id = try await scene.assigned()
        try await scene.act(
            .askExtension(until: try day("2026-12-03"), reason: "要现场核查"), on: id, as: Scene.trafficClerk)
        let asked: Int = try await scene.value("select id from case_extensions")
        try await scene.database.setClock(Scene.moment("2026-12-20"))
        let grant = CaseAct.decideExtension(id: asked, granted: true, note: "")
        #expect(try await scene.refusal(grant, on: id, as: Scene.officeClerk) == "case_extensions_granted_in_time")
        #expect(try await scene.notices("extended", of: id) == 0)
        let refuse = CaseAct.decideExtension(id: asked, granted: false, note: "已经超期")
        #expect(try await scene.refusal(refuse, on: id, as: Scene.officeClerk) == nil)
    }

    @Test func theCeilingIsThatOfItsUrgencyAndKnowsOfPauses() async throws {
        let scene = try await Scene.make()
        let ordinary = try await scene.assigned()
        let difficult = try await scene.assigned(urgency: .difficult)
        func ceiling(_ id: Int, as actor: DatabaseActor = Scene.trafficClerk) async throws -> String? {
            try await scene.database.staff.read(as: actor) {
                try $0.firstValue("select case_ceiling(\(id))::text", as: String.self)
            }
        }
        // 15 working days after 24 November, and 30.
        #expect(try await ceiling(ordinary) == "2026-12-15")
        #expect(try await ceiling(difficult) == "2027-01-05")
        #expect(try await ceiling(ordinary, as: Scene.civilClerk) == nil)
        try await scene.act(.pause(.thirdParty, remark: "等鉴定"), on: ordinary, as: Scene.officeClerk)
        try await scene.database.setClock(Scene.moment("2027-01-20"))
        try await scene.act(.resume, on: ordinary, as: Scene.officeClerk)
        // All of it after the pause: it began on the first day.
        #expect(try await ceiling(ordinary) == "2027-02-10")
        let ask = CaseAct.askExtension(until: try day("2027-02-10"), reason: "鉴定刚到")
        #expect(try await scene.refusal(ask, on: ordinary, as: Scene.trafficClerk) == nil)
    }

    @Test func daysAreCountedFromReceiptAndLateScreeningIsSeen() async throws {
        let scene = try await Scene.make()
        let id = try await scene.open()
        try await scene.database.setClock(Scene.moment("2026-12-03"))
        let late: SQL = "select screened_late('2026-11-01', '2026-11-30')"
        #expect(try await scene.value(late, as: Int.self) == 1)
        try await scene.act(Scene.accept, on: id, as: Scene.officeClerk)
        try await scene.act(Scene.assign(), on: id, as: Scene.officeClerk)
        try await scene.handIn(id)
        try await scene.database.setClock(Scene.moment("2026-12-04"))
        try await scene.act(Scene.approve, on: id, as: Scene.trafficHead)
        #expect(try await scene.value("select working_days_used from cases", as: Int.self) == 8)
        #expect(try await scene.value("select screened_late and not is_late from cases", as: Bool.self))
        #expect(try await scene.value(late, as: Int.self) == 1)
        // Opened again: what it takes from then on is added, the days between are nobody's.
        try await scene.database.setClock(Scene.moment("2026-12-15"))
        #expect(try await scene.reopen(id) == "reopened")
        try await scene.database.setClock(Scene.moment("2026-12-17"))
        try await scene.handIn(id, "网友您好：再次处理。")
        try await scene.act(Scene.approve, on: id, as: Scene.trafficHead)
        try await scene.act(Scene.approve, on: id, as: Scene.officeHead)
        #expect(try await scene.value("select working_days_used from cases", as: Int.self) == 10)
        // One that is screened on its day leaves no trace.
        let prompt = try await scene.assigned()
        #expect(try await scene.value("select screened_late from cases where id = \(prompt)", as: Bool.self) == false)
    }

    @Test func supervisionIsOpenedAnsweredAndClosed() async throws {
        let scene = try await Scene.make()
        let id = try await scene.assigned()
        let open = CaseAct.supervise(demand: "三日内说明", answerDueOn: try day("2026-11-27"))
        #expect(try await scene.refusal(open, on: id, as: Scene.officeClerk) == "role_required")
        #expect(
            try await scene.refusal(
                .supervise(demand: "说明", answerDueOn: try day("2026-11-01")), on: id, as: Scene.supervisor)
                == "supervisions_due_ahead")
        try await scene.act(open, on: id, as: Scene.supervisor)
        try await scene.act(open, on: id, as: Scene.supervisor)
        #expect(
            try await scene.refusal(
                .supervise(demand: "再说明", answerDueOn: try day("2026-11-27")), on: id, as: Scene.supervisor)
                == "supervisions_one_open")
        let supervision: Int = try await scene.value("select id from supervisions")
        let early = CaseAct.closeSupervision(id: supervision, .resolved, text: "")
        #expect(try await scene.refusal(early, on: id, as: Scene.supervisor) == "supervisions_answered")
        let answer = CaseAct.answerSupervision(id: supervision, answer: "已派人")
        #expect(try await scene.refusal(answer, on: id, as: Scene.trafficClerk) == "role_required")
        try await scene.act(answer, on: id, as: Scene.trafficHead)
        try await scene.act(early, on: id, as: Scene.supervisor)
        #expect(
            try await scene.refusal(.answerSupervision(id: supervision, answer: "补充"), on: id, as: Scene.trafficHead)
                == "supervisions_open")
        #expect(try await scene.notices("supervised", of: id) >= 2)
    }

    @Test func onceItIsOpenedAgain() async throws {
        let scene = try await Scene.make()
        let id = try await scene.answered()
        let open = try await scene.assigned()
        #expect(try await scene.reopen(open) == "not_completed")
        try await scene.database.setClock(Scene.moment("2026-12-10"))
        #expect(try await scene.reopen(id) == "reopened")
        #expect(try await scene.reopen(id) == "already")
        #expect(try await scene.state(id) == "assigned")
        #expect(
            try await scene.value("select due_on::text from cases where id = \(id)", as: String.self) == "2026-12-17")
        #expect(try await scene.notices("reopened", of: id) >= 2)
        try await scene.handIn(id, "网友您好：再次处理。")
        try await scene.act(Scene.approve, on: id, as: Scene.trafficHead)
        #expect(try await scene.state(id) == "reviewing")
        try await scene.act(Scene.approve, on: id, as: Scene.officeHead)
        #expect(try await scene.state(id) == "completed")
        #expect(try await scene.value("select count(*) from replies where case_id = \(id)", as: Int.self) == 2)
        #expect(try await scene.reopen(id) == "already")
    }

    @Test func authorsAreCalledBack() async throws {
        let scene = try await Scene.make()
        _ = try await scene.database.owner.write { tx in
            try tx.execute("update site_settings set value = '100' where key = 'case_callback_percent'")
        }
        let id = try await scene.answered()
        #expect(try await scene.value("select callback from cases", as: String.self) == "due")
        try await scene.act(.recordCallback(.unreachable, remark: ""), on: id, as: Scene.officeClerk)
        #expect(try await scene.value("select callback from cases", as: String.self) == "due")
        try await scene.act(.recordCallback(.satisfied, remark: "很快"), on: id, as: Scene.officeClerk)
        try await scene.act(.recordCallback(.satisfied, remark: "很快"), on: id, as: Scene.officeClerk)
        #expect(try await scene.value("select callback from cases", as: String.self) == "done")
        #expect(try await scene.value("select count(*) from case_callbacks", as: Int.self) == 2)
        let open = try await scene.assigned()
        #expect(
            try await scene.refusal(.recordCallback(.satisfied, remark: ""), on: open, as: Scene.officeClerk)
                == "case_callbacks_completed")
    }
}
