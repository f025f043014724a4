/// What can change behind the hidden cells of a table: each line that adds up is a node, each hidden cell an edge between its row and its
/// column. Where only rows (or only columns) add up, a line is a pair of nodes of its own.
struct SuppressionNetwork {
    typealias Cell = Suppression.Cell

    /// Cells of a line, among which alone its sheets change places.
    struct Scope {
        /// Nil where the line does not add up: then nothing binds them to each other.
        fileprivate let node: Int?
        fileprivate let places: Set<Int>
    }

    let cells: Suppression.Cells
    /// Of each cell, row by row: whether it is hidden, and how much less it can be by itself.
    private var hides: [Bool]
    private var less: [Int]
    /// Forward is one more of a cell, and one less of a sum: in the equations it stands on the other side.
    private let ends: [(from: Int, to: Int)]
    private let isSubtracted: [Bool]
    /// The hidden cells that meet in a node.
    private var edges: [[Int]]

    init(_ cells: Suppression.Cells) {
        self.cells = cells
        let (all, size) = (cells.all, max(cells.rows, cells.columns))
        ends = all.map { cell in
            switch (cells.rowsAddUp, cells.columnsAddUp) {
            case (true, true): (cell.row, size + cell.column)
            case (true, false): (cell.row, size + cell.row)
            default: (cell.column, size + cell.column)
            }
        }
        isSubtracted = all.map(cells.isSubtracted)
        hides = all.map { _ in false }
        less = all.map { cells.value($0) - 1 }
        edges = Array(repeating: [], count: 2 * size)
    }

    private func place(_ cell: Cell) -> Int { cell.row * cells.columns + cell.column }

    func isHidden(_ cell: Cell) -> Bool { hides[place(cell)] }

    /// - Parameter evenNone: it may be 0, too.
    mutating func hide(_ cell: Cell, evenNone: Bool = false) {
        let place = place(cell)
        if evenNone { less[place] = cells.value(cell) }
        guard !hides[place] else { return }
        hides[place] = true
        edges[ends[place].from].append(place)
        edges[ends[place].to].append(place)
    }

    /// - Parameter line: of one row or of one column.
    func scope(_ line: [Cell]) -> Scope {
        let places = line.map(place)
        let isRow = line.first?.row == line.last?.row
        let node = places.first.map { isRow ? ends[$0].from : ends[$0].to }
        return Scope(node: (isRow ? cells.rowsAddUp : cells.columnsAddUp) ? node : nil, places: Set(places))
    }

    /// How much of a change of a cell is possible: the largest flow that leads back from where it goes to where it comes from.
    func reach(_ cell: Cell, by change: Int, within scope: Scope? = nil) -> Int {
        let place = place(cell)
        let wanted = min(abs(change), change > 0 ? change : less[place])
        guard cells.rowsAddUp || cells.columnsAddUp else { return wanted }
        let isForward = (change > 0) != isSubtracted[place]
        let (start, end) = isForward ? (ends[place].to, ends[place].from) : (ends[place].from, ends[place].to)
        var changes = hides.map { _ in 0 }
        var reached = 0
        while reached < wanted {
            let way = way(from: start, to: end, without: place, scope, changes)
            let amount = way.reduce(wanted - reached) { min($0, room($1.place, $1.sign, changes)) }
            guard !way.isEmpty else { break }
            for step in way { changes[step.place] += step.sign * amount }
            reached += amount
        }
        return reached
    }

    private func room(_ place: Int, _ sign: Int, _ changes: [Int]) -> Int {
        sign > 0 ? Int.max : less[place] + changes[place]
    }

    private typealias Step = (place: Int, sign: Int)

    /// Cells by which a flow leads from one node to another, and whether each becomes more or less; none where there is no way.
    private func way(from start: Int, to end: Int, without left: Int, _ scope: Scope?, _ changes: [Int]) -> [Step] {
        var came: [(step: Step, node: Int)?] = edges.map { _ in nil }
        var waiting = [start]
        while let node = waiting.popLast() {
            for place in edges[node] where place != left {
                let isForward = ends[place].from == node
                let other = isForward ? ends[place].to : ends[place].from
                let sign = isForward != isSubtracted[place] ? 1 : -1
                guard other != start, came[other] == nil, room(place, sign, changes) > 0 else { continue }
                if let bound = scope?.node, bound == node || bound == other, scope?.places.contains(place) == false {
                    continue
                }
                came[other] = ((place, sign), node)
                waiting.append(other)
            }
            if came[end] != nil { break }
        }
        var way: [Step] = []
        var node = end
        while let (step, from) = came[node] {
            way.append(step)
            node = from
        }
        return way
    }
}
