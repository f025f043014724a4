import Questionnaires
import Testing

/// Where few have the same answers, nobody learns from a cross-table what else they answered: checked over random sheets, with two questions
/// and three, with several choices, and with a filter.
@Suite struct CrossTableOfFewTests {
    private let smallest = 3

    @Test(arguments: 0..<60, [[2, 3], [2, 2, 2]])
    func whereFewStandIsNotTold(seed: Int, options: [Int]) throws {
        let sheets = RandomSheets(options, seed: UInt64(seed))
        let crossed = try Crossed(sheets, smallest)
        if crossed.table.showsNothing { return }
        let few = crossed.lines(smallest) { sheets.count(sheets.some, $0) }
        let left = crossed.lines(smallest) { sheets.count(sheets.all, $0) - sheets.count(sheets.some, $0) }
        for cell in (few + left).joined() {
            #expect(crossed.hidden[cell.row][cell.column], "\(cell) is shown in \(crossed.cells.values)")
        }
        let told = PossibleTables(crossed.cells, crossed.hidden, lines: few, others: left, smallest: smallest).told()
        #expect(told.isEmpty, "\(crossed.cells.values) behind \(crossed.hidden)")
    }

    /// What does not add up cannot be reckoned: there it is enough that it is not shown.
    @Test(arguments: 0..<200, [[2, 3], [2, 2, 2]])
    func ofSeveralChoicesNothingIsShownOfFewEither(seed: Int, options: [Int]) throws {
        let sheets = RandomSheets(options, seed: UInt64(seed), several: true)
        let crossed = try Crossed(sheets, smallest)
        let few = crossed.lines(smallest) { sheets.count(sheets.some, $0) }
        for cell in few.joined() {
            #expect(crossed.hidden[cell.row][cell.column], "\(cell) is shown in \(crossed.cells.values)")
        }
    }
}

/// What some people answered to two or three questions.
private struct RandomSheets {
    let axes: [CrossTable.Axis]
    let all: [[[String]]]
    /// Those that a filter lets through; all of them in half of the cases.
    let some: [[[String]]]

    /// - Parameter options: how many each question has.
    init(_ options: [Int], seed: UInt64, several: Bool = false) {
        var random = SplitMix(state: seed)
        axes = options.enumerated().map { question, count in
            let addsUp = !several || Bool.random(using: &random)
            return CrossTable.Axis(
                question: "q\(question)", options: (0..<count).map { "\(question)-\($0)" }, addsUp: addsUp)
        }
        // The first options are chosen more often than the last.
        let lowest = Int.random(in: 1...4, using: &random)
        let axes = axes
        func option(_ axis: CrossTable.Axis) -> String {
            let drawn = (0..<lowest).map { _ in axis.options.indices.randomElement(using: &random) ?? 0 }
            return axis.options[drawn.min() ?? 0]
        }
        all = (0..<Int.random(in: 3...25, using: &random)).map { _ in
            axes.map { $0.addsUp ? [option($0)] : Array(Set([option($0), option($0)])) }
        }
        some = seed % 2 == 0 ? all : all.filter { _ in Int.random(in: 0..<3, using: &random) > 0 }
    }

    /// - Parameter answers: one to each question; "" stands for any.
    func count(_ sheets: [[[String]]], _ answers: [String]) -> Int {
        sheets.count { sheet in zip(sheet, answers).allSatisfy { $1.isEmpty || $0.contains($1) } }
    }

    func counts(_ sheets: [[[String]]]) -> [CrossTable.Count] {
        let options = axes.map { $0.options + [""] }
        return options[0].flatMap { first in
            options[1].flatMap { second in
                (options.count > 2 ? options[2] : [""]).map { third in
                    CrossTable.Count(
                        first: first, second: second, third: third, sheets: count(sheets, [first, second, third]))
                }
            }
        }
    }
}

private struct Crossed {
    let table: CrossTable
    /// All numbers of it.
    let cells: Suppression.Cells
    let hidden: [[Bool]]

    init(_ sheets: RandomSheets, _ smallest: Int) throws {
        let axes = sheets.axes
        let layers = axes.dropFirst(2).first
        let table = try #require(
            CrossTable(
                rows: axes[0], columns: axes[1], layers: layers, counts: sheets.counts(sheets.some),
                all: sheets.counts(sheets.all), smallest: smallest))
        cells = Suppression.Cells(
            (axes[0].options + [""]).map { row in
                table.heads.map { sheets.count(sheets.some, [row, $0.option ?? "", $0.layer ?? ""]) }
            })
        hidden = table.cells.map { $0.map { $0 == nil } }
        self.table = table
    }

    /// The cells that sheets with some of the same answers are spread over, where these are few.
    func lines(_ smallest: Int, _ count: ([String]) -> Int) -> [[Suppression.Cell]] {
        let options = table.rows.options + [""]
        var lines: [(answers: [String], cells: [Suppression.Cell])] = []
        for (row, option) in options.enumerated() {
            func add(_ column: String, _ layer: String) {
                let places = table.heads.indices.dropLast().filter {
                    (column.isEmpty || table.heads[$0].option == column)
                        && (layer.isEmpty || table.heads[$0].layer == layer)
                }
                lines.append(([option, column, layer], places.map { Suppression.Cell(row: row, column: $0) }))
            }
            add("", "")
            guard let layers = table.layers else { continue }
            for layer in layers.options { add("", layer) }
            for column in table.columns.options { add(column, "") }
        }
        for (column, head) in table.heads.enumerated() {
            lines.append(
                (
                    ["", head.option ?? "", head.layer ?? ""],
                    table.rows.options.indices.map { Suppression.Cell(row: $0, column: column) }
                ))
        }
        return lines.filter { (1..<smallest).contains(count($0.answers)) }.map {
            PossibleTables.open($0.cells, cells, hidden)
        }
    }
}
