import Foundation
import Postgres
import TestSupport
import Testing
import Text

@testable import Participation

/// What the scoreboard says, and that it is what a recount says.
@Suite("The scoreboard") struct ScoreTests {
    let it: ScoredScene

    init() async throws { it = try await ScoredScene.make() }

    private func year() throws -> ScorePeriod { try #require(ScorePeriod(year: 2026)) }

    private func scores(_ unit: Int?, in period: ScorePeriod? = nil) async throws -> UnitScores {
        let period = try period ?? year()
        let all = try await it.database.public.read { try $0.all(UnitScores.all(in: period), as: UnitScores.self) }
        return try #require(all.first { $0.unitID == unit })
    }

    private func asOwner(_ sql: SQL) async throws {
        _ = try await it.database.owner.write { try $0.execute(sql) }
    }

    private func prove() async throws -> Int {
        try await it.database.work.write { try $0.value("select prove_scores()") }
    }

    @Test("Every figure means what stands beside it")
    func definitions() async throws {
        try await it.answered(by: 2, on: "2026-03-02", workingDays: 2)
        let second = try await it.answered(by: 2, on: "2026-03-03", workingDays: 3, published: false)
        try await it.answered(by: 2, on: "2026-03-04", workingDays: 8, late: true)
        try await it.answered(by: 2, on: "2026-04-01", workingDays: 4)
        for (state, words) in [("declined", "internal"), ("invalid", "blank"), ("redirected", "petition")] {
            let id = try await it.receive(on: "2026-03-05")
            try await asOwner(
                "update cases set unit_id = 2, state = \(state), ending_code = \(words), ending_text = '请看说明' where id = \(id)"
            )
        }
        let overdue = try await it.receive(on: "2026-03-06")
        try await asOwner(
            "update cases set unit_id = 2, state = 'assigned', warning = 'overdue', reopened = 1 where id = \(overdue)")
        let old = try await it.receive(on: "2025-03-06")
        try await asOwner("update cases set unit_id = 2, state = 'assigned', warning = 'overdue' where id = \(old)")
        let taken = try await it.receive(on: "2026-03-06")
        try await asOwner("update cases set state = 'withdrawn' where id = \(taken)")
        try await asOwner(
            """
            insert into message_ratings (submission_id, round, resolved, attitude, speed, reason, rated_at)
            select submission_id, 0, 'yes', 4, 3, '', minyi_clock() from cases where id = \(second)
            """)
        try await it.count()

        let unit = try await scores(2)
        #expect(unit.received == 7 && unit.pointed == 2 && unit.answered == 4 && unit.published == 3)
        #expect(unit.onTime == 3 && unit.late == 1 && unit.overdue == 1 && unit.overdueNow == 2 && unit.reopened == 1)
        #expect(unit.median == 3.5 && unit.averageWorkingDays == 4.25 && unit.averageCalendarDays == 4.25)
        #expect(unit.replyRate == 3.0 / 7 && unit.completionRate == 6.0 / 7 && unit.onTimeRate == 3.0 / 5)
        #expect(unit.rated == 1 && unit.resolvedRate == 1 && unit.averageAttitude == 4 && unit.averageSpeed == 3)
        #expect(try await scores(3).received == 0, "a unit with nothing to answer is listed too")
        #expect(try await scores(nil).received == 7)
        let march = try #require(ScorePeriod(year: 2026, month: 3))
        #expect(try await scores(2, in: march).answered == 3)
        #expect(try await prove() == 0)
    }

    @Test("What changes is counted anew: another unit, given back, an extension, taken up again")
    func changes() async throws {
        let id = try await it.answered(by: 2, on: "2026-03-02", workingDays: 2)
        try await it.count()
        #expect(try await scores(2).answered == 1)
        try await asOwner(
            "update cases set state = 'assigned', reopened = 1, answered_at = null, published_at = null, unit_id = 3 where id = \(id)"
        )
        try await asOwner(
            """
            insert into case_assignments (case_id, unit_id, assigned_at) values (\(id), 2, minyi_clock())
            """)
        try await asOwner(
            "update case_assignments set ended_at = minyi_clock(), ended_how = 'given_back' where case_id = \(id)")
        try await asOwner(
            """
            insert into case_extensions (case_id, asked_by, asked_at, reason, old_due_on, new_due_on)
            values (\(id), 1, minyi_clock(), '要现场查看', '2026-03-09', '2026-03-16')
            """)
        try await asOwner(
            "update case_extensions set granted = true, decided_at = minyi_clock(), decided_by = 3 where case_id = \(id)"
        )
        try await it.count()
        let (first, second) = (try await scores(2), try await scores(3))
        #expect(first.received == 0 && first.answered == 0 && first.givenBack == 1 && first.median == nil)
        #expect(second.received == 1 && second.reopened == 1 && second.extended == 1 && second.givenBack == 0)
        #expect(try await prove() == 0)
    }

    @Test("Any days: months and the days around them add up to what a count of the cases says")
    func spans() async throws {
        for day in [
            "2025-12-31", "2026-01-01", "2026-01-31", "2026-02-01", "2026-02-14", "2026-02-28", "2026-03-01",
            "2026-03-31",
        ] {
            try await it.answered(by: 2, on: day, workingDays: 1)
        }
        try await it.count()
        let wrong: [String] = try await it.database.superuser.read { tx in
            try tx.executeTrusted("set local search_path to minyi")
            return try tx.values(
                """
                select f.day::date || ' ' || l.day::date
                from generate_series(date '2025-12-28', date '2026-04-03', interval '3 days') f (day),
                  generate_series(date '2025-12-28', date '2026-04-03', interval '1 day') l (day),
                  lateral (select b.received, b.answered from scoreboard(f.day::date, l.day::date) b where b.unit_id = 2) s,
                  lateral (select count(*) as counted from cases c where c.unit_id = 2 and c.received_on between f.day::date and l.day::date) n
                where f.day <= l.day and (s.received <> n.counted or s.answered <> n.counted)
                """)
        }
        #expect(wrong == [])
    }

    @Test("Every figure of every unit, over any days, is what a recount of the cases says")
    func recount() async throws {
        for (place, day) in [
            "2025-12-31", "2026-01-01", "2026-01-31", "2026-02-01", "2026-02-14", "2026-02-28", "2026-03-01",
        ].enumerated() {
            for unit in [2, 3] where (place + unit) % 3 != 0 {
                try await it.answered(
                    by: unit, on: day, workingDays: 2 * place + unit, published: place % 2 == 0, late: place % 3 == 0)
            }
            _ = try await it.receive(on: day)
        }
        try await asOwner("update cases set warning = 'overdue', reopened = 1 where unit_id is null and id % 2 = 0")
        try await it.count()
        let wrong: [String] = try await it.database.superuser.read { tx in
            try tx.executeTrusted("set local search_path to minyi")
            return try tx.values(
                """
                with counted as materialized (select * from count_scores(array(select id from cases)))
                select concat_ws(' ', f.day::date, l.day::date, b.code)
                from generate_series(date '2025-12-28', date '2026-03-05', interval '3 days') f (day)
                cross join generate_series(f.day, date '2026-03-05', interval '2 days') l (day)
                cross join lateral scoreboard(f.day::date, l.day::date) b
                cross join lateral (
                  select concat_ws(' ', coalesce(sum(received), 0), coalesce(sum(pointed), 0), coalesce(sum(answered), 0), coalesce(sum(published), 0),
                    coalesce(sum(on_time), 0), coalesce(sum(late), 0), coalesce(sum(overdue), 0), coalesce(sum(reopened), 0),
                    coalesce(sum(working_days), 0), coalesce(sum(calendar_days), 0),
                    trim_scale((percentile_cont(0.5) within group (order by working_days) filter (where answered = 1))::numeric)) as figures
                  from counted n where n.received_on between f.day::date and l.day::date and (b.unit_id is null or n.unit_id = b.unit_id)) n
                where n.figures <> concat_ws(' ', b.received, b.pointed, b.answered, b.published, b.on_time, b.late, b.overdue, b.reopened,
                  b.working_days, b.calendar_days, trim_scale(b.median))
                """)
        }
        #expect(wrong == [])
    }

    @Test("The nightly proof finds what is wrong, mends it and says so to administrators")
    func proof() async throws {
        try await it.answered(by: 2, on: "2026-03-02", workingDays: 2)
        let id = try await it.answered(by: 3, on: "2026-03-03", workingDays: 2)
        try await it.count()
        #expect(try await prove() == 0)
        try await asOwner("update unit_scores set answered = answered + 1 where unit_id = 2 and grain = 'month'")
        try await asOwner("update case_scores set published = 0 where case_id = \(id)")
        try await asOwner("update answer_times set answered = 5 where unit_id = 3 and grain = 'day'")
        #expect(try await prove() > 0)
        try await it.count()
        #expect(try await prove() == 0)
        #expect(try await scores(2).answered == 1)
        #expect(try await scores(3).published == 1)
        let administrator = AnsweringScene.actor(1, units: [1], ["administrator"])
        let seen = try await it.database.staff.read(as: administrator) {
            try $0.all(
                "select at, cases, differing_cases + differing_sums as differing from score_proofs order by id",
                as: ScoreProof.self)
        }
        #expect(seen.map { $0.differing > 0 } == [false, true, false] && seen.first?.cases == 2)
        let others = try await it.database.staff.read(as: AnsweringScene.organiser) {
            try $0.all(ScoreProof.latest, as: ScoreProof.self)
        }
        #expect(others == [])
    }

    @Test("While the proof goes on nothing is counted, and nobody waits")
    func proofAndCount() async throws {
        try await it.answered(by: 2, on: "2026-03-02", workingDays: 2)
        func refresh() async throws -> Int {
            try await it.database.work.write { try $0.value("select refresh_scores(5000)") }
        }
        let counted = try await it.database.holding(
            "select pg_advisory_xact_lock(hashtextextended('minyi scores', 0))", refresh)
        #expect(counted == 0)
        #expect(try await refresh() > 0)
        #expect(try await scores(2).answered == 1)
    }

    @Test("Each list holds the cases its figure counts, a page at a time, and nothing the actor may not see")
    func lists() async throws {
        for day in 2...9 { try await it.answered(by: 2, on: "2026-03-0\(day)", workingDays: day, late: day > 6) }
        _ = try await it.receive(on: "2026-03-10", about: 2)
        try await it.count()
        let period = try year()
        func list(_ figure: ScoreFigure, _ unit: Int?, after place: ScoredCase.Place? = nil, as actor: DatabaseActor)
            async throws
            -> [ScoredCase]
        {
            try await it.database.staff.read(as: actor) {
                try $0.all(
                    ScoredCase.list(figure, unitID: unit, in: period, after: place, limit: 3), as: ScoredCase.self)
            }
        }
        var seen: [Int] = []
        var place: ScoredCase.Place?
        while true {
            let page = try await list(.received, 2, after: place, as: AnsweringScene.organiser)
            seen += page.map(\.id)
            guard page.count == 3, let last = page.last else { break }
            place = ScoredCase.Place(receivedOn: last.receivedOn, id: last.id)
        }
        #expect(seen.count == 8 && Set(seen).count == 8)
        // A sheet takes all of them, however few at a time.
        let whole = try await it.database.staff.read(as: AnsweringScene.organiser) { tx in
            var whole: [Int] = []
            try ScoredCase.each(.received, unitID: 2, in: period, 3, tx) { whole.append($0.id) }
            return whole
        }
        #expect(whole == seen)
        #expect(try await list(.late, 2, as: AnsweringScene.organiser).count == 3)
        #expect(try await list(.overdue, 2, as: AnsweringScene.organiser) == [])
        #expect(try await list(.received, 2, as: AnsweringScene.stranger) == [], "another unit")
        for figure in ScoreFigure.allCases {
            _ = try await list(figure, nil, as: AnsweringScene.organiser)
        }
    }

    @Test("The office watches what an inspection would look at; nobody else does")
    func watch() async throws {
        let moment: Date = try #require(ChinaTime.parse("2026-11-26"))
        try await it.database.setClock(moment)
        try await it.answered(by: 2, on: "2026-09-01", workingDays: 2)
        _ = try await it.receive(on: "2026-11-01")
        func load(_ actor: DatabaseActor) async throws -> InspectionWatch? {
            try await it.database.staff.read(as: actor) { try InspectionWatch.load($0) }
        }
        #expect(try await load(AnsweringScene.organiser) == nil)
        let watch = try #require(try await load(AnsweringScene.reviewer))
        let lines = Dictionary(uniqueKeysWithValues: watch.lines.map { ($0.matter, $0) })
        #expect(lines[.unanswered]?.value == 25 && lines[.unanswered]?.left == 5)
        #expect(lines[.published]?.value == 83 && lines[.published]?.left == -23)
        #expect(lines[.activities]?.value == 1 && lines[.activities]?.left == -5)
    }

    @Test(
        "A feed opens with its secret only, until there is a new one; it holds what the unit owes and not what concerns its owner"
    )
    func feed() async throws {
        let id = try await it.receive(on: "2026-11-23")
        try await asOwner("update cases set unit_id = 2, state = 'assigned' where id = \(id)")
        try await asOwner("insert into staff_roles (staff_id, unit_id, role) values (3, 1, 'clerk')")
        _ = try await it.receive(on: "2026-11-23", about: 2)
        let (one, two) = ([UInt8](repeating: 1, count: 32), [UInt8](repeating: 2, count: 32))
        try await CalendarFeed.renew(token: one, in: it.database.staff, as: AnsweringScene.organiser)
        let entries = try #require(try await CalendarFeed.read(token: one, in: it.database.public))
        #expect(entries.map(\.caseID) == [id] && entries.first?.unitName == "县民政局")
        #expect(try await CalendarFeed.read(token: two, in: it.database.public) == nil)
        try await CalendarFeed.renew(token: two, in: it.database.staff, as: AnsweringScene.organiser)
        #expect(try await CalendarFeed.read(token: one, in: it.database.public) == nil)
        // Who stands in for somebody has their dates too, as long as they do.
        let three = [UInt8](repeating: 3, count: 32)
        try await CalendarFeed.renew(token: three, in: it.database.staff, as: AnsweringScene.stranger)
        func standsIn() async throws -> [Int]? {
            try await CalendarFeed.read(token: three, in: it.database.public)?.map(\.caseID)
        }
        try await asOwner(
            "insert into substitutions (absent_id, substitute_id, from_on, until_on) values (1, 4, '2020-01-01', '2020-01-02')"
        )
        #expect(try await standsIn() == [])
        try await asOwner("update substitutions set until_on = '2030-01-01'")
        #expect(try await standsIn() == [id])
        try await asOwner("update staff set active = false where id = 1")
        #expect(try await CalendarFeed.read(token: two, in: it.database.public) == nil)
        try await asOwner("update staff set active = true where id = 1")
        try await CalendarFeed.end(in: it.database.staff, as: AnsweringScene.organiser)
        #expect(try await CalendarFeed.read(token: two, in: it.database.public) == nil)
    }

    @Test("Periods are read as they are written")
    func periods() throws {
        let today = try #require(CalendarDate("2026-02-10"))
        let choices = ScorePeriod.choices(on: today)
        #expect(choices.map(\.code).prefix(6) == ["2026", "2025", "2026-Q1", "2025-Q4", "2025-Q3", "2025-Q2"])
        #expect(choices.last?.code == "2025-3")
        for choice in choices { #expect(ScorePeriod(choice.code) == choice) }
        #expect(ScorePeriod("2024-2")?.last.description == "2024-02-29")
        for nonsense in ["", "2026-Q5", "2026-13", "26", "2026-1-1", "1999", "2026-Q", "x"] {
            #expect(ScorePeriod(nonsense) == nil)
        }
    }
}
