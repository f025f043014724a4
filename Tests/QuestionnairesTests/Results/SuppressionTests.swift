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
        check(cells, Suppression(cells, smallest: 3), smallest: 3)
    }

    @Test(arguments: 0..<300)
    func noHiddenCellOfADistributionCanBeComputed(seed: Int) {
        var random = SplitMix(state: UInt64(seed))
        let inner = (0..<Int.random(in: 1...6, using: &random)).map { _ in Self.count(&random) }
        let cells = Suppression.Cells([inner + [inner.reduce(0, +)]], hasColumnSums: false)
        check(cells, Suppression(cells, smallest: 3), smallest: 3)
    }

    /// Of several choices the columns do not add up: each row is on its own.
    @Test(arguments: 0..<200)
    func noHiddenCellCanBeComputedWhereOnlyRowsAddUp(seed: Int) {
        var random = SplitMix(state: UInt64(seed))
        let inner = (0..<3).map { _ in (0..<3).map { _ in Self.count(&random) } }
        let rows = inner.map { $0 + [$0.reduce(0, +)] }
        let cells = Suppression.Cells(rows, hasColumnSums: false)
        check(cells, Suppression(cells, smallest: 3), smallest: 3)
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

    /// The others would say that all three are in the first.
    @Test func zerosOfALineOfFewAreHidden() {
        let hidden = Suppression(
            Suppression.Cells([[3, 0, 0, 3]], hasColumnSums: false), smallest: 5
        ).isHidden
        #expect(hidden == [[true, true, true, true]])
    }

    /// The few are anywhere in the first row, and somebody of the second could be where they are; nobody at all is in the last column.
    @Test func whereTheFewAreNobodyKnows() {
        let cells = Suppression.Cells(Self.summed([[2, 0, 0], [20, 30, 0], [40, 50, 0]]))
        let hidden = Suppression(cells, smallest: 5).isHidden
        #expect(
            hidden == [
                [true, true, false, true], [true, true, false, true], [false, false, false, false],
                [false, false, false, false],
            ])
    }

    /// Whoever answered is in the only column, few or not.
    @Test func whereThereIsOnePlaceNothingIsTold() {
        let cells = Suppression.Cells(Self.summed([[2], [20], [30]]))
        let hidden = Suppression(cells, smallest: 5).isHidden
        #expect(hidden == [[true, true], [true, true], [false, false], [false, false]])
    }

    /// Three who have two answers in common: their part of the row is one of few, and of it no more is shown.
    @Test func aPartOfFewIsALineOfFew() {
        let cells = Suppression.Cells(Self.summed([[3, 0, 20, 30], [10, 20, 30, 40], [50, 60, 70, 80]]))
        func first(_ parts: [Suppression.Line]) -> [Bool]? {
            Suppression(cells, smallest: 5, parts: parts).isHidden.first
        }
        #expect(first([])?[1] == false)
        let part = [0, 1].map { Suppression.Cell(row: 0, column: $0) }
        #expect(first([.init(part, sheets: 3, left: 0)]).map { Array($0.prefix(2)) } == [true, true])
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
        [0, 0, 0, 1, 1, 2, 3, 4, 5, 6, 7].randomElement(using: &random) ?? 0
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
        let lines = few(cells, smallest).map { PossibleTables.open($0, cells, hidden) }
        for cell in lines.joined() {
            #expect(hidden[cell.row][cell.column], "a line of few shows \(cell) in \(cells.values)")
        }
        // All of it hidden: there is nothing to reckon from.
        if hidden.allSatisfy({ $0.allSatisfy { $0 } }) { return }
        let told = PossibleTables(cells, hidden, lines: lines, smallest: smallest).told()
        #expect(told.isEmpty, "\(cells.values) behind \(hidden)")
    }

    private func few(_ cells: Suppression.Cells, _ smallest: Int) -> [[Suppression.Cell]] {
        let (values, few) = (cells.values, 1..<smallest)
        let (last, end) = (values.count - 1, (values.first?.count ?? 0) - 1)
        let rows = values.indices.filter { cells.hasRowSums && few.contains(values[$0][end]) }
        let columns = (0...end).filter { cells.hasColumnSums && few.contains(values[last][$0]) }
        return rows.map { row in (0..<end).map { Suppression.Cell(row: row, column: $0) } }
            + columns.map { column in (0..<last).map { Suppression.Cell(row: $0, column: column) } }
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
