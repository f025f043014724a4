import Postgres
import Text

/// Reads `date,kind,name` (the yearly notice of the State Council) and loads it. All or nothing; a day that is there
/// already takes the new kind, because notices have been changed in the middle of a year.
package struct ImportCalendar: Sendable {
    package let days: [WorkCalendar.Exception]
    /// What the rows were taken from; stored with them.
    package let source: String

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
        guard faults.isEmpty else { throw ImportFaults(faults: faults) }
        self.days = days
        self.source = source
    }

    /// - Returns: how many days were added or changed. Needs the role administrator.
    @discardableResult
    package func callAsFunction(in database: Database, as actor: DatabaseActor) async throws -> Int {
        let dates = days.map(\.day)
        let kinds = days.map(\.kind.rawValue)
        let names = days.map(\.name)
        return try await database.write(as: actor) { [source] tx in
            try tx.execute(
                """
                insert into calendar_days as c (day, kind, name, source)
                select day, kind, name, \(source)
                from unnest(\(dates)::date[], \(kinds)::text[], \(names)::text[]) n (day, kind, name)
                on conflict (day, unit_id) do update set kind = excluded.kind, name = excluded.name, source = excluded.source
                where (c.kind, c.name) is distinct from (excluded.kind, excluded.name)
                """)
        }
    }
}
