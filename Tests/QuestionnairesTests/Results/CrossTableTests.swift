import Questionnaires
import Testing

@Suite struct CrossTableTests {
    private let satisfied = CrossTable.Axis(question: "q1", options: ["a", "b"], addsUp: true)
    private let channel = CrossTable.Axis(question: "_channel", options: ["paper", "web"], addsUp: true)
    private let ways = CrossTable.Axis(question: "q2", options: ["x", "y"], addsUp: false)

    private func counts(_ counts: [(String, String, Int)]) -> [CrossTable.Count] {
        counts.map { CrossTable.Count(first: $0.0, second: $0.1, third: "", sheets: $0.2) }
    }

    @Test func rowsColumnsAndSums() throws {
        let table = try #require(
            CrossTable(
                rows: satisfied, columns: channel, layers: nil,
                counts: counts([
                    ("a", "paper", 10), ("a", "web", 30), ("b", "paper", 20), ("b", "web", 40), ("a", "", 40),
                    ("b", "", 60),
                    ("", "paper", 30), ("", "web", 70), ("", "", 100),
                ]), smallest: 5))
        #expect(table.cells == [[10, 30, 40], [20, 40, 60], [30, 70, 100]])
        #expect(table.base == 100)
        #expect(table.share(0, 1) == 0.75)
    }

    /// Within each of a third the shares are of what the row comes to there.
    @Test func layersHaveSubtotals() throws {
        let layers = CrossTable.Axis(question: "q3", options: ["m", "f"], addsUp: true)
        var counts: [CrossTable.Count] = []
        for (row, factor) in [("a", 1), ("b", 2), ("", 3)] {
            for (column, layer, sheets) in [
                ("paper", "m", 10), ("web", "m", 30), ("paper", "f", 20), ("web", "f", 20), ("", "", 80),
            ] {
                counts.append(.init(first: row, second: column, third: layer, sheets: sheets * factor))
            }
        }
        let table = try #require(
            CrossTable(rows: satisfied, columns: channel, layers: layers, counts: counts, smallest: 5))
        #expect(table.cells[0] == [10, 30, 20, 20, 80])
        #expect(table.subtotal(0, of: "m") == 40 && table.subtotal(1, of: "f") == 80)
        #expect(table.share(0, 1) == 0.75 && table.share(0, 2) == 0.5)
    }

    /// One small number in a table of two by two takes all inner cells along; its sums stay.
    @Test func smallNumbersTakeOthersAlong() throws {
        let table = try #require(
            CrossTable(
                rows: satisfied, columns: channel, layers: nil,
                counts: counts([
                    ("a", "paper", 2), ("a", "web", 30), ("b", "paper", 20), ("b", "web", 40), ("a", "", 32),
                    ("b", "", 60),
                    ("", "paper", 22), ("", "web", 70), ("", "", 92),
                ]), smallest: 5))
        #expect(table.cells == [[nil, nil, 32], [nil, nil, 60], [22, 70, 92]])
        #expect(table.share(0, 0) == nil)
    }

    /// Of several choices nothing can be reckoned across, so nothing else is hidden with it.
    @Test func severalChoicesDoNotAddUp() throws {
        let table = try #require(
            CrossTable(
                rows: ways, columns: ways, layers: nil,
                counts: counts([
                    ("x", "x", 30), ("x", "y", 3), ("y", "x", 3), ("y", "y", 20), ("x", "", 30), ("y", "", 20),
                    ("", "x", 30),
                    ("", "y", 20), ("", "", 40),
                ]), smallest: 5))
        #expect(table.cells == [[30, nil, 30], [nil, 20, 20], [30, 20, 40]])
    }

    /// 22 of 24 with a filter would tell of the 2 without it.
    @Test func whatAFilterLeavesOutIsNoSmallNumberEither() throws {
        let all = counts([
            ("a", "paper", 24), ("a", "web", 30), ("b", "paper", 20), ("b", "web", 40), ("a", "", 54), ("b", "", 60),
            ("", "paper", 44), ("", "web", 70), ("", "", 114),
        ])
        let some = counts([
            ("a", "paper", 22), ("a", "web", 10), ("b", "paper", 10), ("b", "web", 20), ("a", "", 32), ("b", "", 30),
            ("", "paper", 32), ("", "web", 30), ("", "", 62),
        ])
        let table = try #require(
            CrossTable(
                rows: satisfied, columns: channel, layers: nil, counts: some, all: all, smallest: 5))
        #expect(table.cells == [[nil, nil, 32], [nil, nil, 30], [32, 30, 62]])
    }

    @Test func threeQuestionsStandSideBySide() throws {
        let table = try #require(
            CrossTable(
                rows: satisfied, columns: channel,
                layers: CrossTable.Axis(question: "q3", options: ["yes", "no"], addsUp: true),
                counts: [
                    CrossTable.Count(first: "a", second: "web", third: "no", sheets: 9),
                    CrossTable.Count(first: "a", second: "", third: "", sheets: 9),
                ], smallest: 5))
        #expect(table.heads.count == 5)
        #expect(table.cells.first == [0, 0, 0, 9, 9])
    }

    @Test func tooManyCellsAreNone() {
        let many = CrossTable.Axis(question: "q1", options: (1...30).map(String.init), addsUp: true)
        #expect(CrossTable(rows: many, columns: many, layers: nil, counts: [], smallest: 5) == nil)
    }
}
