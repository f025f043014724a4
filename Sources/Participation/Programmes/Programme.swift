import Foundation
import Postgres
import Text

/// A stage of a programme, in the order of the plan.
package enum ProgrammeStage: String, PostgresValue, CaseIterable, Sendable {
    case firstDraft = "first_draft"
    case consultation, revision, publication, summary
}

/// A programme of work: the fields and units that are to make their directories, and by when, as an office has decided.
package struct Programme: Row, Equatable, Identifiable {
    package static let longestTitle = 100
    package static let longestBasis = 200

    package let id: Int
    package let title: String
    /// Name or number of the document, such as 龙府办〔2020〕58号; may be empty.
    package let basis: String
    /// The office that runs it.
    package let unitID: Int
    package let unitName: String
    package let endedAt: Date?
    /// By when, unless a cell has a day of its own.
    package let days: [ProgrammeStage: CalendarDate]
    /// The database's clock when this was read.
    package let now: Date

    package init(_ row: RowReader) throws {
        id = try row["id"]
        title = try row["title"]
        basis = try row["basis"]
        unitID = try row["unit_id"]
        unitName = try row["unit_name"]
        endedAt = try row["ended_at"]
        let stages: [String] = try row["stages"]
        let days: [CalendarDate] = try row["days"]
        self.days = Dictionary(
            zip(stages, days).compactMap { stage, day in ProgrammeStage(rawValue: stage).map { ($0, day) } },
            uniquingKeysWith: { $1 })
        now = try row["now"]
    }

    package var today: CalendarDate { ChinaTime.date(now) }

    private static let columns: SQL = """
        select p.id, p.title, p.basis, p.unit_id, u.name as unit_name, p.ended_at, minyi_clock() as now,
          array(select s.stage from programme_stages s where s.programme_id = p.id order by s.stage) as stages,
          array(select s.due_on from programme_stages s where s.programme_id = p.id order by s.stage) as days
        from programmes p join units u on u.id = p.unit_id
        """

    /// Those that run first, the newest first.
    package static let all: SQL = "\(columns) order by p.ended_at is not null, p.id desc limit 100"

    package static func with(id: Int) -> SQL { "\(columns) where p.id = \(id)" }

    /// Whether somebody runs it: an organiser of its office.
    package func isRun(by staff: StaffActor) -> Bool { staff.has(.organiser, in: [unitID]) }

    /// Ends the reminders, or takes it up again.
    package static func end(_ id: Int, _ ends: Bool, in database: Database, as actor: DatabaseActor) async throws {
        _ = try await database.write(as: actor) { try $0.execute("select end_programme(\(id), \(ends))") }
    }
}

/// The words and days of a programme, as somebody has written them.
package struct SaveProgramme: Sendable {
    package enum Fault: String, Sendable, CaseIterable {
        case title, basis
        /// A stage without a day.
        case day
    }

    package let title: String
    package let basis: String
    package let days: [ProgrammeStage: CalendarDate]

    package init(title: String, basis: String, days: [ProgrammeStage: CalendarDate]) {
        (self.title, self.basis, self.days) = (title, basis, days)
    }

    /// Years that the table takes.
    package static let years = 2015...2099

    /// What is wrong, with the stage it is about.
    package var faults: [(fault: Fault, stage: ProgrammeStage?)] {
        var faults: [(Fault, ProgrammeStage?)] = []
        if !(1...Programme.longestTitle).contains(TextLength.count(title)) { faults.append((.title, nil)) }
        if TextLength.count(basis) > Programme.longestBasis { faults.append((.basis, nil)) }
        for stage in ProgrammeStage.allCases where days[stage].map({ !Self.years.contains($0.year) }) ?? true {
            faults.append((.day, stage))
        }
        return faults
    }

    /// - Parameter id: nil makes a new one, of the actor's office.
    /// - Returns: its id.
    package func callAsFunction(_ id: Int?, in database: Database, as actor: DatabaseActor) async throws -> Int {
        let stages = ProgrammeStage.allCases.filter { days[$0] != nil }
        let dates = stages.compactMap { days[$0] }
        let (title, basis, names) = (title, basis, stages.map(\.rawValue))
        return try await database.write(as: actor) { tx in
            try tx.value("select save_programme(\(id), \(title), \(basis), \(names), \(dates))")
        }
    }
}
