import Foundation
import Participation
import Postgres
import TestSupport
import Testing
import Text

/// The official calendar that ships with the product.
enum ShippedCalendar {
    static func load() throws -> ImportCalendar {
        let file = try Repository.root().appendingPathComponent("ops/facts/calendar.csv")
        return try ImportCalendar(csv: Array(try Data(contentsOf: file)), source: "国务院办公厅")
    }

    static func calendar() throws -> WorkCalendar { WorkCalendar(try load().days) }

    /// A notice with a day of each holiday, and other lines.
    static func year(_ year: Int, _ lines: String...) -> [UInt8] {
        let days = [
            "01-01,holiday,元旦", "02-06,holiday,春节", "04-05,holiday,清明节", "05-01,holiday,劳动节", "06-09,holiday,端午节",
            "10-01,holiday,国庆节",
        ]
        let rows = ["date,kind,name"] + days.map { "\(year)-\($0)" } + lines
        return Array((rows.joined(separator: "\n") + "\n").utf8)
    }
}

@Suite("Working days")
struct WorkCalendarTests {
    @Test(
        "Dates that were counted by hand, across festivals and make-up days",
        arguments: [
            ("2026-02-09", 5, "2026-02-14"), ("2026-02-09", 7, "2026-02-25"), ("2026-02-09", 15, "2026-03-06"),
            ("2026-02-09", 20, "2026-03-13"), ("2026-09-24", 5, "2026-10-09"), ("2026-09-24", 7, "2026-10-12"),
            ("2026-09-24", 15, "2026-10-22"), ("2026-09-24", 20, "2026-10-29"), ("2025-01-20", 5, "2025-01-26"),
            ("2025-01-20", 20, "2025-02-21"), ("2020-01-22", 5, "2020-02-06"), ("2020-01-22", 20, "2020-02-27"),
        ])
    func knownDates(from: String, days: Int, expected: String) throws {
        let calendar = try ShippedCalendar.calendar()
        let start = try #require(CalendarDate(from))
        let end = calendar.adding(workingDays: days, to: start)
        #expect(end.date.description == expected && !end.isProvisional)
        #expect(calendar.workingDays(after: start, through: end.date) == days)
    }

    @Test("A year has as many working days as the notice says")
    func yearsAddUp() throws {
        let calendar = try ShippedCalendar.calendar()
        let counts = [2019: 250, 2020: 249, 2021: 250, 2022: 249, 2023: 249, 2024: 251, 2025: 248, 2026: 248]
        for (year, count) in counts {
            let before = try #require(CalendarDate(year: year - 1, month: 12, day: 31))
            let last = try #require(CalendarDate(year: year, month: 12, day: 31))
            #expect(calendar.workingDays(after: before, through: last) == count, "\(year)")
        }
        #expect(calendar.years == Set(2019...2026))
    }

    @Test("What reaches past the last notice is provisional")
    func provisional() throws {
        let calendar = try ShippedCalendar.calendar()
        let start = try #require(CalendarDate("2026-12-28"))
        #expect(calendar.adding(workingDays: 3, to: start).isProvisional == false)
        #expect(calendar.adding(workingDays: 5, to: start).isProvisional)
        #expect(WorkCalendar([]).adding(workingDays: 1, to: start).isProvisional)
    }

    @Test("Loading it again changes nothing; a changed notice changes its days; only an administrator loads it")
    func loading() async throws {
        let county = try await ExampleCounty.make()
        let shipped = try ShippedCalendar.load()
        let administrator = DatabaseActor.staff(1, grants: [.administrator: []])
        #expect(try await shipped(in: county.database.staff, as: administrator) == shipped.days.count)
        #expect(try await shipped(in: county.database.staff, as: administrator) == 0)
        let changed = try ImportCalendar(
            csv: Array("date,kind,name\n2026-10-10,holiday,国庆节\n".utf8), source: "改")
        #expect(try await changed(in: county.database.staff, as: administrator) == 1)
        let loaded = try await county.database.staff.read { try WorkCalendar.load($0) }
        #expect(loaded.years == Set(2019...2026))
        let date = try #require(CalendarDate("2026-10-10"))
        #expect(!loaded.isWorkingDay(date))
        await #expect(throws: PostgresError.self) {
            try await shipped(in: county.database.staff, as: county.organiser)
        }
    }

    @Test("A notice of a whole year replaces that year, and is whole")
    func wholeYear() async throws {
        let county = try await ExampleCounty.make()
        let administrator = DatabaseActor.staff(1, grants: [.administrator: []])
        func load(_ csv: [UInt8]) async throws -> Int {
            try await ImportCalendar(csv: csv, source: "通知")(in: county.database.staff, as: administrator)
        }
        let before = try await load(ShippedCalendar.year(2027, "2027-02-19,holiday,春节"))
        #expect(before == 7)
        // The corrected notice takes a day back; days of other years stay.
        _ = try await load(Array("date,kind,name\n2028-01-03,holiday,元旦\n".utf8))
        #expect(try await load(ShippedCalendar.year(2027)) == 1)
        let days: Int = try await county.database.owner.read {
            try $0.value("select count(*) from calendar_days where day >= '2027-01-01'")
        }
        #expect(days == 7)
        do {
            _ = try ImportCalendar(csv: Array("date,kind,name\n2027-10-01,holiday,国庆节\n".utf8), source: "")
            Issue.record("one day was taken for a year")
        } catch let faults as ImportFaults {
            #expect(faults.faults.map(\.expected) == ["2027年的元旦、春节、清明、劳动、端午"])
        }
    }

    @Test("Every faulty line of a notice is named")
    func faults() throws {
        let text =
            "date,kind,name\n2027-02-30,holiday,春节\n2027-01-01,off,元旦\n2027-01-04,workday,元旦\n2027-01-01,holiday,\n"
        do {
            _ = try ImportCalendar(csv: Array(text.utf8), source: "")
            Issue.record("the file was taken")
        } catch let faults as ImportFaults {
            #expect(faults.faults.map(\.line) == [2, 3, 4, 5, 5])
        }
    }
}
