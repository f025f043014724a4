import Postgres
import Text

/// Reads `date,kind,name` (the yearly notice of the State Council) and loads it. All or nothing; a day that is there
/// already takes the new kind, because notices have been changed in the middle of a year. A file with the National Day of a year
/// stands for that whole year: its days replace those that were there, and it names every holiday, because from then on dates in that
/// year are no longer provisional.
package struct ImportCalendar: Sendable {
    package let days: [WorkCalendar.Exception]
    /// What the rows were taken from; stored with them.
    package let source: String
    /// Years that the file holds whole.
    package let wholeYears: Set<Int>

    /// In every year, by a word of their name (《全国年节及纪念日放假办法》第二条). Mid-Autumn can fall on the National Day, and is not asked for.
    private static let holidays = ["元旦", "春节", "清明", "劳动", "端午", "国庆"]

    /// - Throws: `ImportFaults` with every faulty line, `TextDecodingError`, or `CSVError`.
    package init(csv bytes: [UInt8], source: String) throws {
        let records = try CSVReader.records(try TextDecoding.decode(bytes).text)
        let expected = ["date", "kind", "name"]
        guard let header = records.first, header.texts == expected else {
            let found = records.first?.texts.joined(separator: ",") ?? ""
            throw ImportFaults(faults: [
                ImportFault(line: 1, column: "", value: found, expected: expected.joined(separator: ","))
            ])
        }
        var days: [WorkCalendar.Exception] = []
        var faults: [ImportFault] = []
        var seen: Set<CalendarDate> = []
        for record in records.dropFirst() {
            let cells = record.texts
            func fault(_ column: String, _ value: String, _ expected: String) {
                faults.append(ImportFault(line: record.line, column: column, value: value, expected: expected))
            }
            guard cells.count == expected.count else {
                fault("", cells.joined(separator: ","), "三列：\(expected.joined(separator: ","))")
                continue
            }
            guard let date = CalendarDate(cells[0]) else {
                fault("date", cells[0], "YYYY-MM-DD")
                continue
            }
            if !seen.insert(date).inserted { fault("date", cells[0], "不重复的日期") }
            guard let kind = WorkCalendar.Kind(rawValue: cells[1]) else {
                fault("kind", cells[1], "holiday 或 workday")
                continue
            }
            if kind == .workday, !date.weekday.isWeekend { fault("kind", cells[1], "holiday：这一天不是周末") }
            if !(1...40).contains(cells[2].unicodeScalars.count) { fault("name", cells[2], "1至40个字的名称") }
            days.append(WorkCalendar.Exception(day: date, kind: kind, name: cells[2]))
        }
        wholeYears = Set(days.filter { $0.kind == .holiday && $0.day.month == 10 && $0.day.day == 1 }.map(\.day.year))
        for year in wholeYears.sorted() {
            let names = days.filter { $0.day.year == year && $0.kind == .holiday }.map(\.name)
            let missing = Self.holidays.filter { holiday in !names.contains { $0.contains(holiday) } }
            guard !missing.isEmpty else { continue }
            faults.append(
                ImportFault(
                    line: records.count, column: "name", value: String(year),
                    expected: "\(year)年的\(missing.joined(separator: "、"))"))
        }
        guard faults.isEmpty else { throw ImportFaults(faults: faults) }
        self.days = days
        self.source = source
    }

    /// - Returns: how many days were added, changed or taken back. Needs the role administrator.
    @discardableResult
    package func callAsFunction(in database: Database, as actor: DatabaseActor) async throws -> Int {
        let dates = days.map(\.day)
        let kinds = days.map(\.kind.rawValue)
        let names = days.map(\.name)
        let years = wholeYears.sorted()
        return try await database.write(as: actor) { [source] tx in
            let takenBack = try tx.execute(
                """
                delete from calendar_days where unit_id is null and extract(year from day)::bigint = any (\(years)::bigint[])
                  and day <> all (\(dates)::date[])
                """)
            let loaded = try tx.execute(
                """
                insert into calendar_days as c (day, kind, name, source)
                select day, kind, name, \(source)
                from unnest(\(dates)::date[], \(kinds)::text[], \(names)::text[]) n (day, kind, name)
                on conflict (day, unit_id) do update set kind = excluded.kind, name = excluded.name, source = excluded.source
                where (c.kind, c.name) is distinct from (excluded.kind, excluded.name)
                """)
            return takenBack + loaded
        }
    }
}
