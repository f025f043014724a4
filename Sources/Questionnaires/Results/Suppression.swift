/// 小数保护: which cells of a table are not shown, so that no small number can be read from it or reckoned back from its sums.
///
/// A number of 1 up to `smallest` − 1 is hidden. Where a whole line has so few sheets its zeros are, too: they would say where these few
/// stand, and so what they answered (what statisticians call group disclosure). Then come as many others as it takes. What is taken for
/// granted is that a reader knows the rule: a hidden cell is at least 1, within a line of few at least 0. Of all tables that look the same
///
/// - one has another number in a hidden cell, whichever it is;
/// - one has as many sheets in a line of few, but nobody in a cell where somebody was, or somebody where nobody was, whichever it is.
///
/// Rows and columns that add up make the table a network in which each change is a flow around a circle (`SuppressionNetwork`). When
/// nothing helps the whole table is hidden.
///
/// After L. Cox, "Network models for complementary cell suppression", JASA 90 (1995), as to small numbers; lines of few are not from there.
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

        func value(_ cell: Cell) -> Int { cell.value(in: values) }

        /// In the equations a sum stands on the other side.
        func isSubtracted(_ cell: Cell) -> Bool {
            (hasRowSums && cell.column == columns - 1) != (hasColumnSums && cell.row == rows - 1)
        }

        func isSum(_ cell: Cell) -> Bool {
            hasRowSums && cell.column == columns - 1 || hasColumnSums && cell.row == rows - 1
        }

        func isKnown(_ cell: Cell) -> Bool {
            rowSumsAreKnown && cell.column == columns - 1 || columnSumsAreKnown && cell.row == rows - 1
        }

        var all: [Cell] { (0..<rows).flatMap { row in (0..<columns).map { Cell(row: row, column: $0) } } }

        /// Of its row and of its column, where there are such and it is not one of them itself.
        func sums(of cell: Cell) -> [Cell] {
            (hasRowSums && cell.column != columns - 1 ? [Cell(row: cell.row, column: columns - 1)] : [])
                + (hasColumnSums && cell.row != rows - 1 ? [Cell(row: rows - 1, column: cell.column)] : [])
        }

        /// Each row and each column that has a sum. The sums themselves are such lines, too.
        fileprivate func lines(_ rest: [[Int]]) -> [Line] {
            let across = (0..<rows).map { row in (0..<columns).map { Cell(row: row, column: $0) } }
            let down = (0..<columns).map { column in (0..<rows).map { Cell(row: $0, column: column) } }
            return ((hasRowSums ? across : []) + (hasColumnSums ? down : [])).compactMap { cells in
                cells.last.map { sum in
                    Line(Array(cells.dropLast()), sheets: value(sum), left: sum.value(in: rest))
                }
            }
        }
    }

    package struct Cell: Sendable, Hashable {
        package let row: Int
        package let column: Int

        package init(row: Int, column: Int) { (self.row, self.column) = (row, column) }

        func value(in table: [[Int]]) -> Int {
            table.indices.contains(row) && table[row].indices.contains(column) ? table[row][column] : 0
        }
    }

    /// Cells of one row or of one column that the same sheets are spread over, their sum aside.
    package struct Line: Sendable {
        let cells: [Cell]
        let sheets: Int
        /// How many of them a filter has left out.
        let left: Int

        package init(_ cells: [Cell], sheets: Int, left: Int) {
            (self.cells, self.sheets, self.left) = (cells, sheets, left)
        }
    }

    /// How a cell must be able to change: by all of one of these.
    private struct Need {
        let cell: Cell
        let changes: [Int]
        /// Where the sheets of a line only change places.
        var within: SuppressionNetwork.Scope?

        func reach(_ network: SuppressionNetwork) -> Int {
            changes.map { network.reach(cell, by: $0, within: within) }.max() ?? 0
        }

        func isMet(_ network: SuppressionNetwork) -> Bool {
            changes.contains { network.reach(cell, by: $0, within: within) == abs($0) }
        }
    }

    /// - Parameters:
    ///   - smallest: what is shown at least; 1 hides nothing.
    ///   - rest: for each cell, how many of it a filter has left out: few of them are a small number, too, and so are few of a line.
    ///   - parts: of rows or columns, whose sheets have something in common though how many they are does not stand in the table.
    package init(_ cells: Cells, smallest: Int, rest: [[Int]] = [], parts: [Line] = []) {
        let few = 1..<max(1, smallest)
        var network = SuppressionNetwork(cells)
        for cell in cells.all where cells.value(cell) > 0 && !cells.isKnown(cell) {
            if few.contains(cells.value(cell)) || few.contains(cell.value(in: rest)) { network.hide(cell) }
        }
        let needs = Self.hideLines(of: few, parts + cells.lines(rest), rest, in: &network)
        // What can change still can when more is hidden: each is asked until it can.
        var waiting = needs + cells.all.filter(network.isHidden).map { Need(cell: $0, changes: [1, -1]) }
        waiting.reverse()
        while let need = waiting.last {
            if need.isMet(network) {
                waiting.removeLast()
            } else if let company = Self.company(for: need, network) {
                for cell in company { network.hide(cell) }
                waiting += company.reversed().map { Need(cell: $0, changes: [1, -1]) }
            } else {
                isHidden = cells.values.map { $0.map { _ in true } }
                return
            }
        }
        isHidden = cells.values.indices.map { row in
            cells.values[row].indices.map { network.isHidden(Cell(row: row, column: $0)) }
        }
    }

    package var hidesAnything: Bool { isHidden.contains { $0.contains(true) } }

    /// Hides lines of few sheets, and those of which a filter has left out few: who knows all of it could tell where these stood.
    /// - Returns: that the few who are in a cell may all be in others of the line, and somebody where nobody is; and that of a cell fewer may
    ///   have been left out, or somebody where nobody was.
    private static func hideLines(
        of few: Range<Int>, _ lines: [Line], _ rest: [[Int]], in network: inout SuppressionNetwork
    ) -> [Need] {
        let cells = network.cells
        func isOfSums(_ line: Line) -> Bool { line.cells.contains(where: cells.isSum) }
        var needs: [Need] = []
        // Those of sums first: where it is hidden that a line is empty, it is open.
        for line in lines.filter(isOfSums) + lines.filter({ !isOfSums($0) }) {
            let open = line.cells.filter { isOpen($0, in: network) }
            let isFew = few.contains(line.sheets)
            let isFewLeft = few.contains(line.left) && open.contains { $0.value(in: rest) > 0 }
            // In a line of one cell all are where everybody is.
            guard isFew || isFewLeft, open.count > 1 else { continue }
            for cell in open { network.hide(cell, evenNone: true) }
            if isFew {
                let scope = network.scope(open)
                needs += open.map { cell in
                    Need(cell: cell, changes: [cells.value(cell) > 0 ? -cells.value(cell) : 1], within: scope)
                }
            }
            if isFewLeft {
                needs += open.filter { cells.value($0) + $0.value(in: rest) > 0 }.map { cell in
                    Need(cell: cell, changes: [cell.value(in: rest) > 0 ? 1 : -1])
                }
            }
        }
        return needs
    }

    /// Nothing else tells that nobody is in it.
    private static func isOpen(_ cell: Cell, in network: SuppressionNetwork) -> Bool {
        let cells = network.cells
        return !cells.isKnown(cell) && cells.sums(of: cell).allSatisfy { cells.value($0) > 0 || network.isHidden($0) }
    }

    /// What else to hide, so that a cell can change by more: the cheapest that does it. Hiding much costs much, and a sum more than any
    /// cell.
    private static func company(for need: Need, _ network: SuppressionNetwork) -> [Cell]? {
        let (cells, cell, all) = (network.cells, need.cell, network.cells.all)
        let dear = 1 + all.filter { !cells.isSum($0) }.reduce(0) { $0 + cells.value($1) }
        var offers: [(cost: Int, cells: [Cell])] = []
        func offer(_ wanted: [Cell]) {
            let new = wanted.filter { !network.isHidden($0) }
            guard !new.isEmpty, new.allSatisfy({ cells.value($0) > 0 && !cells.isKnown($0) }) else { return }
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
        let reached = need.reach(network)
        for offered in offers.sorted(by: { $0.cost < $1.cost }) {
            var tried = network
            for cell in offered.cells { tried.hide(cell) }
            if need.reach(tried) > reached { return offered.cells }
        }
        return nil
    }
}
