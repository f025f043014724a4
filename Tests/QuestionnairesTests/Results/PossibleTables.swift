import Questionnaires

/// Every table that looks like one with hidden cells, found by filling in hidden inner cells and reckoning hidden sums. A hidden cell is at
/// least 1, and at least 0 where a reader knows that few are meant.
struct PossibleTables {
    typealias Cell = Suppression.Cell

    let cells: Suppression.Cells
    let hidden: [[Bool]]
    /// Cells that few sheets are spread over.
    private let lines: [[Cell]]
    private let places: [Cell]
    private let canBeNone: Set<Cell>
    private let smallest: Int

    /// - Parameters:
    ///   - lines: that have few sheets.
    ///   - others: where a cell may be 0, too.
    init(
        _ cells: Suppression.Cells, _ hidden: [[Bool]], lines: [[Cell]], others: [[Cell]] = [], smallest: Int
    ) {
        (self.cells, self.hidden, self.smallest) = (cells, hidden, smallest)
        self.lines = lines
        places = cells.values.indices.flatMap { row in
            cells.values[row].indices.map { Cell(row: row, column: $0) }
        }
        let nobody = places.filter { cells.values[$0.row][$0.column] == 0 && hidden[$0.row][$0.column] }
        canBeNone = Set(lines.joined()).union(others.joined()).union(nobody)
    }

    /// What no table that looks the same can do: to have another number in a cell, or to have the sheets of a line in other places.
    struct Fact: CustomStringConvertible {
        let cell: Cell
        let line: [Cell]?

        var description: String {
            "\(line == nil ? "the number" : "whether anybody is") at \(cell.row),\(cell.column)"
        }
    }

    /// What is sure and should not be.
    func told() -> [Fact] {
        let changing = places.filter(isHidden).map { Fact(cell: $0, line: nil) }
        var told = changing + lines.flatMap { line in line.map { Fact(cell: $0, line: line) } }
        let free = places.filter { isHidden($0) && $0.row < innerRows && $0.column < innerColumns }
        var inner = (0..<innerRows).map { Array(cells.values[$0].prefix(innerColumns)) }
        search(&inner, free[...], &told)
        return told
    }

    /// Those of a line of which nothing shown says that nobody is there; where that is one alone, everybody is.
    static func open(_ line: [Cell], _ cells: Suppression.Cells, _ hidden: [[Bool]]) -> [Cell] {
        let (last, end) = (cells.values.count - 1, (cells.values.first?.count ?? 0) - 1)
        func isEmpty(_ sum: Cell) -> Bool { !hidden[sum.row][sum.column] && cells.values[sum.row][sum.column] == 0 }
        let open = line.filter { cell in
            !(cells.hasRowSums && cell.column < end && isEmpty(Cell(row: cell.row, column: end)))
                && !(cells.hasColumnSums && cell.row < last && isEmpty(Cell(row: last, column: cell.column)))
        }
        return open.count > 1 ? open : []
    }

    private var innerRows: Int { cells.values.count - (cells.hasColumnSums ? 1 : 0) }
    private var innerColumns: Int { (cells.values.first?.count ?? 0) - (cells.hasRowSums ? 1 : 0) }

    private func isHidden(_ cell: Cell) -> Bool { hidden[cell.row][cell.column] }

    private func least(_ cell: Cell) -> Int { canBeNone.contains(cell) ? 0 : 1 }

    private func search(_ inner: inout [[Int]], _ free: ArraySlice<Cell>, _ told: inout [Fact]) {
        if told.isEmpty { return }
        guard let cell = free.first else {
            let table = sums(inner)
            if looksAlike(table) { told.removeAll { isOtherwise($0, table) } }
            return
        }
        let (value, rest) = (inner[cell.row][cell.column], free.dropFirst())
        // A few people go elsewhere, so no cell changes by more than they are (flows of whole numbers).
        for tried in max(least(cell), value - smallest + 1)...(value + smallest - 1) {
            inner[cell.row][cell.column] = tried
            // A row is compared as soon as it is full.
            let isFull = cells.hasRowSums && rest.first?.row != cell.row && !hidden[cell.row][innerColumns]
            if isFull, inner[cell.row].reduce(0, +) != cells.values[cell.row][innerColumns] { continue }
            search(&inner, rest, &told)
        }
        inner[cell.row][cell.column] = value
    }

    private func isOtherwise(_ fact: Fact, _ table: [[Int]]) -> Bool {
        let (now, was) = (table[fact.cell.row][fact.cell.column], cells.values[fact.cell.row][fact.cell.column])
        guard let line = fact.line else { return now != was }
        func sheets(_ table: [[Int]]) -> Int { line.reduce(0) { $0 + table[$1.row][$1.column] } }
        return (now == 0) != (was == 0) && sheets(table) == sheets(cells.values)
    }

    private func sums(_ inner: [[Int]]) -> [[Int]] {
        let rows = cells.hasRowSums ? inner.map { $0 + [$0.reduce(0, +)] } : inner
        guard cells.hasColumnSums, let width = rows.first?.count else { return rows }
        return rows + [(0..<width).map { column in rows.reduce(0) { $0 + $1[column] } }]
    }

    private func looksAlike(_ table: [[Int]]) -> Bool {
        places.allSatisfy { cell in
            let now = table[cell.row][cell.column]
            return isHidden(cell) ? now >= least(cell) : now == cells.values[cell.row][cell.column]
        }
    }
}
