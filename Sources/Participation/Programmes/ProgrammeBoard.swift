import Postgres
import Text

/// How far every cell of a programme is, as it follows from drafts, procedures and what was published.
package struct ProgrammeBoard: Sendable {
    package enum State: String, PostgresValue, Sendable {
        case waiting, doing, done
    }

    /// A cell at one stage.
    package struct Step: Sendable, Equatable {
        package let stage: ProgrammeStage
        package let dueOn: CalendarDate
        package let state: State
        package let doneOn: CalendarDate?

        /// Not done, and its day is over.
        package func isLate(on today: CalendarDate) -> Bool { state != .done && dueOn < today }
        /// Done, after its day.
        package var wasLate: Bool { doneOn.map { $0 > dueOn } ?? false }
        /// Days after its day, so far or until it was done; 0 or less when in time.
        package func daysLate(on today: CalendarDate) -> Int { (doneOn ?? today).dayNumber - dueOn.dayNumber }
    }

    /// One field of one unit.
    package struct Cell: Sendable, Identifiable {
        package let id: Int
        package let field: String
        package let unitID: Int
        package let unitName: String
        package let draftID: Int?
        /// The newest procedure about the draft.
        package let procedureNumber: String?
        /// One of each stage, in their order.
        package fileprivate(set) var steps: [Step]

        package func lateSteps(on today: CalendarDate) -> [Step] { steps.filter { $0.isLate(on: today) } }
        package subscript(stage: ProgrammeStage) -> Step? { steps.first { $0.stage == stage } }
        /// The first stage that is not done; nil when all are.
        package var next: Step? { steps.first { $0.state != .done } }
    }

    package struct Sum: Sendable, Equatable {
        package let stage: ProgrammeStage
        package var done = 0
        package var doing = 0
        package var waiting = 0
        /// Of those that are doing or waiting.
        package var late = 0
        /// Of those that are done.
        package var doneLate = 0

        package var cells: Int { done + doing + waiting }
    }

    /// Those the actor sees, by unit and field.
    package let cells: [Cell]

    package init(cells: [Cell]) { self.cells = cells }

    private struct Line: Row {
        let cellID: Int
        let field: String
        let unitID: Int
        let unitName: String
        let draftID: Int?
        let procedureNumber: String?
        let step: Step

        init(_ row: RowReader) throws {
            cellID = try row["cell_id"]
            field = try row["field"]
            unitID = try row["unit_id"]
            unitName = try row["unit_name"]
            draftID = try row["draft_id"]
            procedureNumber = try row["procedure_number"]
            step = Step(
                stage: try row["stage"], dueOn: try row["due_on"], state: try row["state"], doneOn: try row["done_on"])
        }
    }

    package static func read(programme id: Int, _ tx: borrowing Session) throws -> ProgrammeBoard {
        let lines = try tx.all(
            """
            select cell_id, field, unit_id, unit_name, draft_id, procedure_number, stage, due_on, state, done_on
            from programme_progress(\(id))
            """, as: Line.self)
        var cells: [Cell] = []
        for line in lines {
            if cells.last?.id == line.cellID {
                cells[cells.count - 1].steps.append(line.step)
            } else {
                cells.append(
                    Cell(
                        id: line.cellID, field: line.field, unitID: line.unitID, unitName: line.unitName,
                        draftID: line.draftID, procedureNumber: line.procedureNumber, steps: [line.step]))
            }
        }
        return ProgrammeBoard(cells: cells)
    }

    package static func load(
        programme id: Int, in database: Database, as actor: DatabaseActor
    ) async throws -> ProgrammeBoard {
        try await database.read(as: actor) { try read(programme: id, $0) }
    }

    package func sums(on today: CalendarDate) -> [Sum] {
        ProgrammeStage.allCases.map { stage in
            var sum = Sum(stage: stage)
            for step in cells.compactMap({ $0[stage] }) {
                switch step.state {
                case .done: sum.done += 1
                case .doing: sum.doing += 1
                case .waiting: sum.waiting += 1
                }
                if step.isLate(on: today) { sum.late += 1 }
                if step.wasLate { sum.doneLate += 1 }
            }
            return sum
        }
    }

    /// What a board shows of the cells, and in which order: late ones in front, those that are late longest first.
    package struct Filter: Sendable, Equatable {
        package var stage: ProgrammeStage?
        package var unitID: Int?
        package var field = ""
        package var onlyLate = false
        /// With a stage: only those that are in this state there.
        package var state: State?

        package init() {}
    }

    package func cells(_ filter: Filter, on today: CalendarDate) -> [Cell] {
        func daysLate(_ cell: Cell) -> Int {
            cell.steps.filter { $0.isLate(on: today) && (filter.stage ?? $0.stage) == $0.stage }
                .map { $0.daysLate(on: today) }.max() ?? 0
        }
        let found = cells.filter { cell in
            (filter.unitID ?? cell.unitID) == cell.unitID
                && (filter.field.isEmpty || filter.field == cell.field)
                && (!filter.onlyLate || daysLate(cell) > 0)
                && (filter.state == nil
                    || cell.steps.contains {
                        (filter.stage ?? $0.stage) == $0.stage && $0.state == filter.state
                    })
        }
        // Sorted by hand so that equals keep their order.
        return found.enumerated().sorted { one, other in
            let (a, b) = (daysLate(one.element), daysLate(other.element))
            return a == b ? one.offset < other.offset : a > b
        }.map(\.element)
    }
}

/// What somebody does with one cell.
package enum ProgrammeCell {
    /// Names its draft, or none. - Throws: `role_required` for anybody but its unit and who runs the programme.
    package static func link(
        _ id: Int, draft: Int?, in database: Database, as actor: DatabaseActor
    ) async throws {
        _ = try await database.write(as: actor) { try $0.execute("select link_cell(\(id), \(draft))") }
    }

    /// Gives it days of its own; a stage without one has that of the programme. - Throws: `role_required` for anybody but who runs the programme.
    package static func setDays(
        _ id: Int, _ days: [ProgrammeStage: CalendarDate], in database: Database, as actor: DatabaseActor
    ) async throws {
        let own = days.sorted { $0.key.rawValue < $1.key.rawValue }
        let (stages, dates) = (own.map(\.key.rawValue), own.map(\.value))
        _ = try await database.write(as: actor) { try $0.execute("select set_cell_days(\(id), \(stages), \(dates))") }
    }

    /// Takes it out of the plan; its draft stays.
    package static func drop(_ id: Int, in database: Database, as actor: DatabaseActor) async throws {
        _ = try await database.write(as: actor) { try $0.execute("select drop_cell(\(id))") }
    }

    /// Drafts it may be, of its unit.
    package static func drafts(of unitID: Int) -> SQL {
        "select d.id, d.title from drafts d where d.unit_id = \(unitID) order by d.id desc limit 100"
    }

    package struct Candidate: Row {
        package let id: Int
        package let title: String

        package init(_ row: RowReader) throws {
            id = try row["id"]
            title = try row["title"]
        }
    }
}
