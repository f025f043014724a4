/// 小数保护: which cells of a table are not shown, so that no small number can be read from it or reckoned back from its sums.
///
/// A number of 1 up to `smallest` − 1 is hidden, and then as many others as it takes. What is taken for granted is that a reader
/// knows the rule: a hidden cell is at least 1. So a cell is safe when there is another table with the same shown cells and sums, and
/// every hidden cell at least 1, in which it is different. Rows and columns that add up make the table a network in which each change
/// is a flow around a circle; a cell can be different exactly when it can be one more or one less (flows of whole numbers), and that is
/// a walk through the network (`canDiffer`). When nothing helps the whole table is hidden.
///
/// After L. Cox, "Network models for complementary cell suppression", JASA 90 (1995).
package struct Suppression: Sendable, Equatable {
    /// Per row and column, sums included.
    package private(set) var isHidden: [[Bool]]

    /// The cells of a table with its sums: of each row in the last column, of the columns in the last row, where there are such.
    package struct Cells: Sendable {
        package let values: [[Int]]
        package let hasRowSums: Bool
        package let hasColumnSums: Bool
        /// Whether each row's cells really give its sum: of a question with several choices they do not.
        package let rowsAddUp: Bool
        package let columnsAddUp: Bool
        /// Whether they stand elsewhere, too, so that to hide them here would hide nothing.
        package let rowSumsAreKnown: Bool
        package let columnSumsAreKnown: Bool

        package init(
            _ values: [[Int]], hasRowSums: Bool = true, hasColumnSums: Bool = true, rowsAddUp: Bool = true,
            columnsAddUp: Bool = true, rowSumsAreKnown: Bool = false, columnSumsAreKnown: Bool = false
        ) {
            self.values = values
            (self.hasRowSums, self.hasColumnSums) = (hasRowSums, hasColumnSums)
            self.rowsAddUp = rowsAddUp && hasRowSums
            self.columnsAddUp = columnsAddUp && hasColumnSums
            self.rowSumsAreKnown = rowSumsAreKnown && hasRowSums
            self.columnSumsAreKnown = columnSumsAreKnown && hasColumnSums
        }

        var rows: Int { values.count }
        var columns: Int { values.first?.count ?? 0 }

        fileprivate func value(_ cell: Cell) -> Int {
            values.indices.contains(cell.row) && values[cell.row].indices.contains(cell.column)
                ? values[cell.row][cell.column] : 0
        }

        /// In the equations a sum stands on the other side.
        fileprivate func isSubtracted(_ cell: Cell) -> Bool {
            (hasRowSums && cell.column == columns - 1) != (hasColumnSums && cell.row == rows - 1)
        }

        fileprivate func isSum(_ cell: Cell) -> Bool {
            hasRowSums && cell.column == columns - 1 || hasColumnSums && cell.row == rows - 1
        }

        fileprivate func isKnown(_ cell: Cell) -> Bool {
            rowSumsAreKnown && cell.column == columns - 1 || columnSumsAreKnown && cell.row == rows - 1
        }
    }

    fileprivate struct Cell: Hashable {
        let row: Int
        let column: Int
    }

    /// - Parameters:
    ///   - smallest: what is shown at least; 1 hides nothing.
    ///   - rest: for each cell, how many of it a filter has left out: few of them are a small number, too.
    package init(_ cells: Cells, smallest: Int, rest: [[Int]]? = nil) {
        isHidden = cells.values.enumerated().map { row, values in
            values.enumerated().map { column, value in
                let left = rest.flatMap {
                    $0.indices.contains(row) && $0[row].indices.contains(column) ? $0[row][column] : nil
                }
                return value > 0 && !cells.isKnown(Cell(row: row, column: column))
                    && (value < smallest || (1..<max(smallest, 1)).contains(left ?? 0))
            }
        }
        var network = Network(cells, hidden: all(in: cells).filter { isHidden($0) })
        // What can differ still can when more is hidden: each is asked once.
        var waiting = network.hidden.sorted { inOrder($1, $0) }
        while let open = waiting.popLast() {
            guard !network.canDiffer(open) else { continue }
            guard let company = company(for: open, network) else {
                isHidden = cells.values.map { $0.map { _ in true } }
                return
            }
            waiting += company.subtracting(network.hidden).sorted { inOrder($1, $0) }
            network.hidden.formUnion(company)
        }
        for cell in network.hidden { isHidden[cell.row][cell.column] = true }
    }

    package var hidesAnything: Bool { isHidden.contains { $0.contains(true) } }

    private func isHidden(_ cell: Cell) -> Bool { isHidden[cell.row][cell.column] }

    private func all(in cells: Cells) -> [Cell] {
        (0..<cells.rows).flatMap { row in (0..<cells.columns).map { Cell(row: row, column: $0) } }
    }

    private func inOrder(_ one: Cell, _ other: Cell) -> Bool { (one.row, one.column) < (other.row, other.column) }

    /// What else to hide, so that `cell` can differ: the cheapest that does it. Hiding much costs much, and a sum more than any cell.
    private func company(for cell: Cell, _ network: Network) -> Set<Cell>? {
        let cells = network.cells
        let all = all(in: cells)
        let dear = 1 + all.filter { !cells.isSum($0) }.reduce(0) { $0 + cells.value($1) }
        var offers: [(cost: Int, cells: Set<Cell>)] = []
        func offer(_ wanted: [Cell]) {
            guard wanted.allSatisfy({ cells.value($0) > 0 && !cells.isKnown($0) }) else { return }
            let new = Set(wanted).subtracting(network.hidden)
            guard !new.isEmpty else { return }
            offers.append((new.reduce(0) { $0 + cells.value($1) + (cells.isSum($1) ? dear : 0) }, new))
        }
        for other in all where other != cell {
            switch (cells.rowsAddUp, cells.columnsAddUp) {
            case (true, true) where other.row != cell.row && other.column != cell.column:
                offer([other, Cell(row: cell.row, column: other.column), Cell(row: other.row, column: cell.column)])
            case (true, false) where other.row == cell.row, (false, true) where other.column == cell.column:
                offer([other])
            default: continue
            }
        }
        for offered in offers.sorted(by: { $0.cost < $1.cost }) {
            var tried = network
            tried.hidden.formUnion(offered.cells)
            if tried.canDiffer(cell) { return offered.cells }
        }
        return nil
    }
}

extension Suppression {
    /// Each line that adds up is a node, each hidden cell an edge between its row and its column. Where only rows (or only columns) add
    /// up, a line is a pair of nodes of its own.
    fileprivate struct Network {
        let cells: Cells
        var hidden: Set<Cell>

        init(_ cells: Cells, hidden: [Cell]) { (self.cells, self.hidden) = (cells, Set(hidden)) }

        private enum Node: Hashable { case row(Int), column(Int) }

        private func ends(of cell: Cell) -> (from: Node, to: Node)? {
            switch (cells.rowsAddUp, cells.columnsAddUp) {
            case (true, true): (.row(cell.row), .column(cell.column))
            case (true, false): (.row(cell.row), .column(cell.row))
            case (false, true): (.row(cell.column), .column(cell.column))
            case (false, false): nil
            }
        }

        /// Whether the cell can be one more, or one less, in a table that looks the same.
        func canDiffer(_ cell: Cell) -> Bool {
            guard let (from, to) = ends(of: cell) else { return true }
            return canFlow(cell, forward: true) && isReachable(from, start: to, without: cell)
                || canFlow(cell, forward: false) && isReachable(to, start: from, without: cell)
        }

        /// Forward is one more of a cell and one less of a sum.
        private func canFlow(_ cell: Cell, forward: Bool) -> Bool {
            forward != cells.isSubtracted(cell) || cells.value(cell) >= 2
        }

        private func isReachable(_ end: Node, start: Node, without left: Cell) -> Bool {
            var ways: [Node: [Node]] = [:]
            for cell in hidden where cell != left {
                guard let (from, to) = ends(of: cell) else { continue }
                if canFlow(cell, forward: true) { ways[from, default: []].append(to) }
                if canFlow(cell, forward: false) { ways[to, default: []].append(from) }
            }
            var (seen, next): (Set<Node>, [Node]) = ([start], [start])
            while let node = next.popLast() {
                if node == end { return true }
                for other in ways[node] ?? [] where seen.insert(other).inserted { next.append(other) }
            }
            return false
        }
    }
}
