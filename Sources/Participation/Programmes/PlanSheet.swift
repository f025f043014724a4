import Documents
import Foundation
import Postgres
import Text

/// The plan of a programme as a table (CSV or XLSX): a field and a unit a line, and days of its own where it has them. Reading touches
/// no database, and is all or nothing.
package struct PlanSheet: Sendable, Equatable {
    package enum Column: Hashable, Sendable {
        case field, unit
        case day(ProgrammeStage)

        package static let all: [Column] = [.field, .unit] + ProgrammeStage.allCases.map(day)

        /// As our own template writes it.
        package var heading: String {
            switch self {
            case .field: "领域"
            case .unit: "责任单位"
            case .day(.firstDraft): "初稿"
            case .day(.consultation): "征求意见"
            case .day(.revision): "修改稿"
            case .day(.publication): "公开"
            case .day(.summary): "总结"
            }
        }

        fileprivate init?(heading: String) {
            let plain = heading.replacing("完成时限", with: "").replacing("时限", with: "").replacing("日期", with: "")
            if let found = Self.all.first(where: { $0.heading == plain }) {
                self = found
                return
            }
            switch plain {
            case "试点领域", "公开领域", "field": self = .field
            case "单位", "牵头单位", "单位代码", "unit": self = .unit
            case "目录初稿", "初稿编制": self = .day(.firstDraft)
            case "公开征求意见": self = .day(.consultation)
            case "修改", "修改完善": self = .day(.revision)
            case "向社会公开", "公布", "编制完成": self = .day(.publication)
            case "总结材料", "总结报告": self = .day(.summary)
            default:
                guard let stage = ProgrammeStage(rawValue: plain) else { return nil }
                self = .day(stage)
            }
        }
    }

    package struct Line: Sendable, Equatable {
        /// Of the file, from 1.
        package let line: Int
        package let field: String
        package let unitID: Int
        package let days: [ProgrammeStage: CalendarDate]
    }

    package struct Fault: Sendable, Equatable {
        package enum Expectation: String, Sendable, CaseIterable {
            case table, heading, rows
            case fewerRows = "fewer_rows"
            case field, unit, day, once
        }

        /// Nil where it is about the whole file.
        package let line: Int?
        /// Counted from 1.
        package let column: Int?
        package let heading: String
        /// At most 60 characters of what stands there.
        package let value: String
        package let expected: Expectation
    }

    package struct Faults: Error, Sendable, Equatable {
        package let faults: [Fault]
    }

    package static let mostBytes = 2 * 1024 * 1024
    package static let mostRows = 3000
    private static let mostFaults = 500

    package let lines: [Line]

    /// - Throws: `Faults` with everything that is wrong (the first 500).
    package init(reading bytes: [UInt8], units: [Unit]) throws(Faults) {
        guard bytes.count <= Self.mostBytes else { throw Self.whole(.fewerRows) }
        var rows: [Sheet.Row] = []
        do {
            try Sheet.read(bytes, limits: .init(rows: Self.mostRows + 10)) { rows.append($0) }
        } catch {
            throw Self.whole(.table)
        }
        // Titles may stand above the heading.
        let heading = rows.prefix(10).firstIndex { row in
            let columns = Set(row.cells.compactMap { Column(heading: Self.plain($0.text)) })
            return columns.isSuperset(of: [.field, .unit])
        }
        guard let heading else { throw Self.whole(.heading) }
        var places: [Column: Int] = [:]
        for (index, cell) in rows[heading].cells.enumerated() {
            if let column = Column(heading: Self.plain(cell.text)), places[column] == nil { places[column] = index + 1 }
        }
        let names = Dictionary(
            units.filter { $0.validUntil == nil }.flatMap { [($0.name, $0.id), ($0.code, $0.id)] },
            uniquingKeysWith: { first, _ in first })
        var reading = Reading(places: places, units: names)
        for row in rows[(heading + 1)...] { reading.read(row) }
        if reading.lines.isEmpty && reading.faults.isEmpty { throw Self.whole(.rows) }
        guard reading.faults.isEmpty else { throw Faults(faults: Array(reading.faults.prefix(Self.mostFaults))) }
        lines = reading.lines
    }

    private static func whole(_ expected: Fault.Expectation) -> Faults {
        Faults(faults: [Fault(line: nil, column: nil, heading: "", value: "", expected: expected)])
    }

    fileprivate static func plain(_ text: String) -> String {
        TextNormalisation.normalised(text).replacing("\n", with: "").replacing(" ", with: "")
    }

    private struct Reading {
        let places: [Column: Int]
        let units: [String: Int]
        var lines: [Line] = []
        var faults: [Fault] = []
        private var seen: Set<String> = []

        init(places: [Column: Int], units: [String: Int]) { (self.places, self.units) = (places, units) }

        mutating func read(_ row: Sheet.Row) {
            func text(_ column: Column) -> String {
                places[column].map { TextNormalisation.normalised(row[$0]) } ?? ""
            }
            func fault(_ column: Column, _ expected: Fault.Expectation) -> Fault {
                Fault(
                    line: row.line, column: places[column], heading: column.heading,
                    value: TextLength.beginning(of: text(column), atMost: 60), expected: expected)
            }
            let before = faults.count
            let field = text(.field).replacing("领域", with: "")
            if !(1...40).contains(TextLength.count(field)) { faults.append(fault(.field, .field)) }
            let unit = units[text(.unit)]
            if unit == nil { faults.append(fault(.unit, .unit)) }
            var days: [ProgrammeStage: CalendarDate] = [:]
            for stage in ProgrammeStage.allCases where !text(.day(stage)).isEmpty {
                if let day = MessageCells.day(text(.day(stage))), SaveProgramme.years.contains(day.year) {
                    days[stage] = day
                } else {
                    faults.append(fault(.day(stage), .day))
                }
            }
            guard let unit, faults.count == before else { return }
            if !seen.insert("\(unit) \(field)").inserted { return faults.append(fault(.field, .once)) }
            lines.append(Line(line: row.line, field: field, unitID: unit, days: days))
        }
    }
}

/// Puts a plan into a programme: all lines or none.
package struct LoadPlan: Sendable {
    package enum Outcome: String, PostgresValue, Sendable {
        case added, changed, same
    }

    package let sheet: PlanSheet

    package init(_ sheet: PlanSheet) { self.sheet = sheet }

    private struct Told: Row {
        let outcome: Outcome

        init(_ row: RowReader) throws { outcome = try row["outcome"] }
    }

    /// - Returns: what became of each line, in their order.
    package func callAsFunction(
        programme id: Int, in database: Database, as actor: DatabaseActor
    ) async throws -> [Outcome] {
        let lines = sheet.lines
        let days = lines.flatMap { line in ProgrammeStage.allCases.map { line.days[$0]?.description ?? "" } }
        let (fields, units) = (lines.map(\.field), lines.map(\.unitID))
        return try await database.write(as: actor, deadline: .seconds(60)) { tx in
            try tx.all(
                """
                select outcome from load_programme(\(id), \(fields), \(units),
                  array(select nullif(d, '')::date from unnest(\(days)::text[]) with ordinality x (d, n) order by n)) order by line
                """, as: Told.self
            ).map(\.outcome)
        }
    }
}
