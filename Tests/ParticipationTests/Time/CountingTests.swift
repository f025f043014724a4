import Foundation
import Participation
import Postgres
import TestSupport
import Testing
import Text

/// Two ways of counting, the database's by numbered days and Swift's day by day, against a third.
@Suite("Counting limits") struct CountingTests {
    private struct Row: Postgres.Row {
        let start: CalendarDate
        let ends: [CalendarDate]
        let back: [Int]

        init(_ row: RowReader) throws {
            start = try row["start"]
            ends = try row["ends"]
            back = try row["back"]
        }
    }

    @Test("Every start from 2019 to 2026, 0 to 60 working days: as somebody would count on a wall calendar")
    func everyStart() async throws {
        let database = try await TestDatabase.make()
        let shipped = try ShippedCalendar.load()
        try await shipped(in: database.staff, as: .installation())
        let rows: [Row] = try await database.staff.read { tx in
            try tx.all(
                """
                select s.day::date as start, array_agg(n.day order by i) as ends,
                  array_agg(working_days_between(s.day::date, n.day, null) order by i) filter (where i % 20 = 0) as back
                from generate_series(date '2019-01-01', date '2026-12-31', interval '1 day') s (day), generate_series(0, 60) i,
                  lateral (select counted_day(s.day::date, i, 'working', 0) as day offset 0) n
                group by s.day order by s.day
                """)
        }
        let exceptions = Dictionary(uniqueKeysWithValues: shipped.days.map { ($0.day, $0.kind) })
        func isWorked(_ day: CalendarDate) -> Bool {
            exceptions[day].map { $0 == .workday } ?? !day.weekday.isWeekend
        }
        let calendar = WorkCalendar(shipped.days)
        #expect(rows.count == 2922)
        for row in rows {
            var naive = [row.start]
            var day = row.start
            while naive.count <= 60 {
                day = day.adding(days: 1)
                if isWorked(day) { naive.append(day) }
            }
            let due = DueDate(
                Limit(amount: 60, dayKind: .working), from: ChinaTime.startOf(row.start), calendar: calendar)
            let counted = due.days.filter { $0.ordinal != nil }.map(\.date)
            guard row.ends == naive, row.back == [0, 20, 40, 60],
                [row.start] + counted == naive,
                due.date == naive.last
            else {
                Issue.record("\(row.start)")
                return
            }
        }
    }

    private struct Due: Postgres.Row, Equatable {
        let date: CalendarDate
        let moment: Date
        let isProvisional: Bool

        init(_ row: RowReader) throws {
            date = try row["due_on"]
            moment = try row["due_at"]
            isProvisional = try row["provisional"]
        }

        init(_ due: DueDate) { (date, moment, isProvisional) = (due.date, due.moment, due.isProvisional) }
    }

    @Test("Kinds, hours, roll-over, pauses, extensions: the database and the strip agree")
    func agreement() async throws {
        let database = try await TestDatabase.make()
        let shipped = try ShippedCalendar.load()
        try await shipped(in: database.staff, as: .installation())
        try await database.owner.write { tx in
            try tx.execute(
                """
                insert into legal_rules (code, name, kind, amount, measure, day_kind, due_hour, roll_over, basis, binding, valid_from)
                values ('t1', '', 'limit', 15, 'days', 'calendar', 24, 'holiday', '', true, '2015-01-01'),
                  ('t2', '', 'limit', 15, 'days', 'calendar', 17, 'non_working', '', true, '2015-01-01'),
                  ('t3', '', 'limit', 15, 'days', 'calendar', 24, 'none', '', true, '2015-01-01'),
                  ('t4', '', 'limit', 36, 'hours', 'calendar', 24, 'none', '', true, '2015-01-01'),
                  ('t5', '', 'counted_backwards', 7, 'days', 'working', 24, 'none', '', true, '2015-01-01'),
                  ('t6', '', 'counted_backwards', 7, 'days', 'calendar', 24, 'none', '', true, '2015-01-01')
                """)
        }
        let calendar = WorkCalendar(shipped.days)
        let rules = try await database.staff.read { try $0.all(LegalRule.all, as: LegalRule.self) }
        func moment(_ text: String) throws -> Date { try #require(ChinaTime.parse(text)) }
        let starts = [
            "2026-02-09T10:00", "2026-02-13T17:30", "2026-02-14T00:00", "2026-09-24T23:59", "2026-09-26T12:00",
            "2026-12-25T08:00",
        ]
        let moments = try starts.map(moment)
        for start in moments {
            func after(_ hours: Double) -> Date { start.addingTimeInterval(hours * 3600) }
            let pauses: [[DueDate.Pause]] = [
                [], [.init(from: after(3), until: after(5))], [.init(from: after(20), until: after(20 + 24 * 6))],
                [.init(from: after(1), until: after(30)), .init(from: after(50), until: after(50 + 24 * 9))],
                [.init(from: after(24 * 900), until: after(24 * 901))],
            ]
            for rule in rules where rule.kind != .minimumPeriod {
                for pauses in rule.kind == .limit ? pauses : [[]] {
                    for extended in pauses.count < 2 && rule.kind == .limit
                        ? [nil, ChinaTime.date(after(24 * 45))] : [nil]
                    {
                        let (froms, untils) = (pauses.map(\.from), pauses.map(\.until))
                        let counted = try await database.staff.read { tx in
                            try tx.one(
                                """
                                select d.due_on, d.due_at, d.provisional from legal_rules r, due_of(r, \(start), null, \(extended),
                                  array(select tstzrange(f, u, '[]') from unnest(\(froms)::timestamptz[], \(untils)::timestamptz[]) p (f, u))) d
                                where r.id = \(rule.id)
                                """, as: Due.self)
                        }
                        let due = DueDate(
                            rule.limit, from: start, calendar: calendar, pauses: pauses,
                            extended: extended.map { ($0, start) })
                        #expect(
                            counted == Due(due),
                            "\(rule.code) from \(ChinaTime.input(start)) \(pauses.count) \(String(describing: extended))"
                        )
                        #expect(due.days.first?.date == min(due.date, ChinaTime.date(start)))
                    }
                }
            }
        }
    }

    @Test("Twenty-four hours stand still from Friday's end to Monday")
    func hours() async throws {
        let calendar = try ShippedCalendar.calendar()
        let day = Limit(amount: 24, measure: .hours, dayKind: .working)
        func due(_ start: String) throws -> String {
            let due = DueDate(day, from: try #require(ChinaTime.parse(start)), calendar: calendar)
            return ChinaTime.deadline(due.moment, in: .zh) + " \(due.date)"
        }
        #expect(try due("2026-05-29T16:00") == "2026年6月1日16时 2026-06-01")
        #expect(try due("2026-05-30T16:00") == "2026年6月1日24时 2026-06-01")
        #expect(try due("2026-05-29T00:00") == "2026年5月29日24时 2026-05-29")
        // Friday before the Spring Festival; Saturday makes up for it.
        #expect(try due("2026-02-13T09:00") == "2026年2月14日9时 2026-02-14")
        #expect(try due("2026-02-14T09:00") == "2026年2月24日9时 2026-02-24")
    }

    @Test("The strip names every day and says where the clock stood still")
    func strip() throws {
        let calendar = try ShippedCalendar.calendar()
        let pause = DueDate.Pause(
            from: try #require(ChinaTime.parse("2026-02-11T10:00")),
            until: try #require(ChinaTime.parse("2026-02-13T10:00")))
        let due = DueDate(
            Limit(amount: 3, dayKind: .working), from: try #require(ChinaTime.parse("2026-02-09T10:00")),
            calendar: calendar,
            pauses: [pause])
        #expect(due.date.description == "2026-02-14" && !due.isProvisional)
        #expect(due.days.map(\.ordinal) == [nil, 1, 2, nil, nil, 3])
        #expect(due.days.map(\.isPaused) == [false, false, false, true, true, false])
        #expect(due.days.last?.kind == .makeUp && due.days.last?.name == "春节" && due.days.first?.kind == .opening)
    }
}
