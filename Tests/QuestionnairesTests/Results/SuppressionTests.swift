import Questionnaires
import Testing

/// A reader who knows the rule gets nothing small out of a table: checked by trying every table that looks the same.
@Suite struct SuppressionTests {
    @Test(arguments: 0..<400)
    func noHiddenCellOfATwoWayTableCanBeComputed(seed: Int) {
        var random = SplitMix(state: UInt64(seed))
        let (rows, columns) = (Int.random(in: 2...3, using: &random), Int.random(in: 2...3, using: &random))
        let inner = (0..<rows).map { _ in (0..<columns).map { _ in Self.count(&random) } }
        let cells = Suppression.Cells(Self.summed(inner))
        check(cells, Suppression(cells, smallest: 4), smallest: 4)
    }

    @Test(arguments: 0..<300)
    func noHiddenCellOfADistributionCanBeComputed(seed: Int) {
        var random = SplitMix(state: UInt64(seed))
        let inner = (0..<Int.random(in: 1...6, using: &random)).map { _ in Self.count(&random) }
        let cells = Suppression.Cells([inner + [inner.reduce(0, +)]], hasColumnSums: false)
        check(cells, Suppression(cells, smallest: 4), smallest: 4)
    }

    /// Of several choices the columns do not add up: each row is on its own.
    @Test(arguments: 0..<200)
    func noHiddenCellCanBeComputedWhereOnlyRowsAddUp(seed: Int) {
        var random = SplitMix(state: UInt64(seed))
        let inner = (0..<3).map { _ in (0..<3).map { _ in Self.count(&random) } }
        let rows = inner.map { $0 + [$0.reduce(0, +)] }
        let cells = Suppression.Cells(rows, hasColumnSums: false)
        check(cells, Suppression(cells, smallest: 4), smallest: 4)
    }

    @Test func nothingIsHiddenWithoutSmallNumbers() {
        let cells = Suppression.Cells(Self.summed([[10, 20], [30, 0]]))
        #expect(!Suppression(cells, smallest: 5).hidesAnything)
        #expect(!Suppression(Suppression.Cells(Self.summed([[1, 20], [30, 4]])), smallest: 1).hidesAnything)
    }

    @Test func oneSmallNumberTakesARectangleAlong() {
        let cells = Suppression.Cells(Self.summed([[2, 20, 30], [30, 40, 50], [60, 70, 80]]))
        let hidden = Suppression(cells, smallest: 5).isHidden
        #expect(
            hidden == [
                [true, true, false, false], [true, true, false, false], [false, false, false, false],
                [false, false, false, false],
            ])
    }

    @Test func aSumIsHiddenWhereOnlyItHelps() {
        let hidden = Suppression(
            Suppression.Cells([[3, 0, 0, 3]], hasColumnSums: false), smallest: 5
        ).isHidden
        #expect(hidden.first?.first == true && hidden.first?.last == true)
    }

    /// As large as a cross-table may be, with few small numbers and with hardly any others.
    @Test(arguments: [60, 12, 6, 4])
    func aLargeTableIsQuick(most: Int) {
        var random = SplitMix(state: 7)
        let inner = (0..<19).map { _ in (0..<19).map { _ in Int.random(in: 0...most, using: &random) } }
        let cells = Suppression.Cells(Self.summed(inner))
        let clock = ContinuousClock()
        let took = clock.measure { _ = Suppression(cells, smallest: 5) }
        #expect(took < .seconds(20))
    }

    // MARK: Trying everything

    private static func count(_ random: inout SplitMix) -> Int {
        [0, 1, 1, 2, 3, 4, 5, 6, 7].randomElement(using: &random) ?? 0
    }

    private static func summed(_ inner: [[Int]]) -> [[Int]] {
        let rows = inner.map { $0 + [$0.reduce(0, +)] }
        guard let width = rows.first?.count else { return [] }
        return rows + [(0..<width).map { column in rows.reduce(0) { $0 + $1[column] } }]
    }

    private func check(_ cells: Suppression.Cells, _ suppression: Suppression, smallest: Int) {
        let hidden = suppression.isHidden
        for (row, line) in cells.values.enumerated() {
            for (column, value) in line.enumerated() where (1..<smallest).contains(value) {
                #expect(hidden[row][column], "\(value) is shown in \(cells.values)")
            }
        }
        // All of it hidden, also its zeros: there is nothing to reckon from.
        if hidden.allSatisfy({ $0.allSatisfy { $0 } }) { return }
        for (row, line) in hidden.enumerated() {
            for (column, isHidden) in line.enumerated() where isHidden {
                #expect(
                    Possible(cells, hidden).differs(row, column),
                    "\(cells.values[row][column]) at \(row),\(column) of \(cells.values) can be computed behind \(hidden)"
                )
            }
        }
    }
}

/// Every table that looks like one with hidden cells, found by filling in hidden inner cells with 1, 2, … and reckoning hidden sums.
private struct Possible {
    let cells: Suppression.Cells
    let hidden: [[Bool]]

    init(_ cells: Suppression.Cells, _ hidden: [[Bool]]) { (self.cells, self.hidden) = (cells, hidden) }

    private var innerRows: Int { cells.values.count - (cells.hasColumnSums ? 1 : 0) }
    private var innerColumns: Int { (cells.values.first?.count ?? 0) - (cells.hasRowSums ? 1 : 0) }

    func differs(_ row: Int, _ column: Int) -> Bool {
        let free = (0..<innerRows).flatMap { row in
            (0..<innerColumns).compactMap { hidden[row][$0] ? (row: row, column: $0) : nil }
        }
        let inner = (0..<innerRows).map { Array(cells.values[$0].prefix(innerColumns)) }
        return search(inner, free[...]) { summed in summed[row][column] != cells.values[row][column] }
    }

    private func search(
        _ inner: [[Int]], _ free: ArraySlice<(row: Int, column: Int)>, _ isWanted: ([[Int]]) -> Bool
    ) -> Bool {
        guard let cell = free.first else {
            let summed = sums(inner)
            return looksAlike(summed) && isWanted(summed)
        }
        // One more or less is always enough where anything is (flows of whole numbers); wider tries cost without finding more.
        let value = inner[cell.row][cell.column]
        for tried in max(1, value - 1)...(value + 1) {
            var next = inner
            next[cell.row][cell.column] = tried
            if search(next, free.dropFirst(), isWanted) { return true }
        }
        return false
    }

    private func sums(_ inner: [[Int]]) -> [[Int]] {
        let rows = cells.hasRowSums ? inner.map { $0 + [$0.reduce(0, +)] } : inner
        guard cells.hasColumnSums, let width = rows.first?.count else { return rows }
        return rows + [(0..<width).map { column in rows.reduce(0) { $0 + $1[column] } }]
    }

    private func looksAlike(_ table: [[Int]]) -> Bool {
        zip(zip(table, cells.values), hidden).allSatisfy { pair, hidden in
            zip(zip(pair.0, pair.1), hidden).allSatisfy { $1 ? $0.0 >= 1 : $0.0 == $0.1 }
        }
    }
}

struct SplitMix: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var z = state
        z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
        return z ^ (z >> 31)
    }
}
