/// 交叉表: how the answers to two or three questions go together. Of three, the columns are those of the second within each of the third.
package struct CrossTable: Sendable, Equatable {
    /// A question, or a row of a matrix, by which sheets are parted.
    package struct Axis: Sendable, Equatable, Hashable {
        package let question: String
        /// Of a matrix: its row, or its cell of numbers. Of a date: `years`, where it is parted by them.
        package let line: String
        package let options: [String]
        /// What the tally counts apart and this shows together with another: the option it goes with.
        package let folded: [String: String]
        /// Whoever answered is in exactly one of the options.
        package let addsUp: Bool

        /// The line of a date that has its year. Codes of rows begin with a letter.
        package static let years = "_year"

        package init(
            question: String, line: String = "", options: [String], folded: [String: String] = [:], addsUp: Bool
        ) {
            (self.question, self.line, self.options) = (question, line, options)
            (self.folded, self.addsUp) = (folded, addsUp)
        }

        /// As it stands in an address: `q1`, `q7.r2`.
        package var code: String { line.isEmpty ? question : "\(question).\(line)" }

        /// Everything that the tally counts for an option.
        package func marks(of option: String) -> [Tally.Mark] {
            let together = folded.filter { $0.value == option }.map(\.key).sorted()
            return (together.isEmpty ? [option] : together).map {
                Tally.Mark(question: question, line: line, option: $0)
            }
        }
    }

    /// How many sheets have an answer to each of the questions; "" stands for any answer.
    package struct Count: Sendable, Equatable {
        package let first: String
        package let second: String
        package let third: String
        package let sheets: Int

        package init(first: String, second: String, third: String, sheets: Int) {
            (self.first, self.second, self.third, self.sheets) = (first, second, third, sheets)
        }
    }

    package struct Column: Sendable, Equatable {
        /// Of the third question; nil where two were asked for, and in the sum.
        package let layer: String?
        /// Nil: the sum.
        package let option: String?
    }

    /// Nothing to a page, and a table of so many cells says nothing to anybody.
    package static let mostCells = 400

    package let rows: Axis
    package let columns: Axis
    package let layers: Axis?
    package let heads: [Column]
    /// Row by row, the sum last in each; the last row is the sum of the columns. Nil is not shown.
    package let cells: [[Int?]]
    /// Sheets that answered all of the questions; nil when they are few.
    package var base: Int? { cells.last?.last ?? nil }
    /// They are few, or those whom a filter leaves out are.
    package var showsNothing: Bool { cells.joined().allSatisfy { $0 == nil } }

    /// - Parameter all: the same without a filter, where there is one: what a filter leaves out must not be a small number either.
    /// - Returns: nil when there would be too many cells.
    package init?(
        rows: Axis, columns: Axis, layers: Axis?, counts: [Count], all: [Count]? = nil, smallest: Int
    ) {
        let layered = layers?.options ?? []
        let heads: [Column] =
            (layers == nil
                ? columns.options.map { Column(layer: nil, option: $0) }
                : layered.flatMap { layer in columns.options.map { Column(layer: layer, option: $0) } })
            + [Column(layer: nil, option: nil)]
        guard !rows.options.isEmpty, heads.count > 1, (rows.options.count + 1) * heads.count <= Self.mostCells else {
            return nil
        }
        (self.rows, self.columns, self.layers, self.heads) = (rows, columns, layers, heads)
        let known = Known(counts, all: all)
        let grid = (rows.options + [""]).map { row in
            heads.map { known.sheets(row, $0.option ?? "", $0.layer ?? "") }
        }
        let values = grid.map { $0.map(\.counted) }
        // Where they are few in all, already the place in which they stand would tell what they answered.
        let few = 1..<max(1, smallest)
        let (sum, left) = known.sheets("", "", "")
        guard sum == 0 || !few.contains(sum) && !few.contains(left) else {
            cells = values.map { $0.map { _ in nil } }
            return
        }
        let hidden = Suppression(
            Suppression.Cells(
                values, rowsAddUp: columns.addsUp && layers?.addsUp ?? true, columnsAddUp: rows.addsUp),
            smallest: smallest, rest: grid.map { $0.map(\.left) },
            parts: layers.map { Self.parts(of: heads, rows, columns, $0, known) } ?? []
        ).isHidden
        cells = zip(values, hidden).map { zip($0, $1).map { $1 ? nil : $0 } }
    }

    /// How many sheets have one answer to each question; "" stands for any.
    private struct Known {
        private let counted: [[String]: Int]
        private let all: [[String]: Int]?

        init(_ counts: [Count], all: [Count]?) {
            func found(_ counts: [Count]) -> [[String]: Int] {
                Dictionary(counts.map { ([$0.first, $0.second, $0.third], $0.sheets) }, uniquingKeysWith: +)
            }
            (counted, self.all) = (found(counts), all.map(found))
        }

        /// - Returns: left are those that only a filter keeps out.
        func sheets(_ row: String, _ column: String, _ layer: String) -> (counted: Int, left: Int) {
            let sheets = counted[[row, column, layer]] ?? 0
            return (sheets, all.map { ($0[[row, column, layer]] ?? 0) - sheets } ?? 0)
        }
    }

    /// Of three questions the answers to two make sheets alike as a row does: where few have the same ones, the place in which they stand
    /// would tell the third. So it is within each layer, and for each column across the layers.
    private static func parts(
        of heads: [Column], _ rows: Axis, _ columns: Axis, _ layers: Axis, _ known: Known
    ) -> [Suppression.Line] {
        (rows.options + [""]).enumerated().flatMap { row, option in
            func line(_ sheets: (counted: Int, left: Int), _ isOfIt: (Column) -> Bool) -> Suppression.Line {
                let places = heads.indices.filter { isOfIt(heads[$0]) }
                return Suppression.Line(
                    places.map { Suppression.Cell(row: row, column: $0) }, sheets: sheets.counted, left: sheets.left)
            }
            return layers.options.map { layer in line(known.sheets(option, "", layer)) { $0.layer == layer } }
                + columns.options.map { column in line(known.sheets(option, column, "")) { $0.option == column } }
        }
    }

    /// What a row comes to within an option of the third question; nil where a cell of it is not shown, or they do not add up.
    package func subtotal(_ row: Int, of layer: String) -> Int? {
        guard columns.addsUp, cells.indices.contains(row) else { return nil }
        let within = zip(heads, cells[row]).filter { $0.0.layer == layer }.map { $0.1 }
        return within.contains(nil) ? nil : within.reduce(0) { $0 + ($1 ?? 0) }
    }

    /// Whether there are such subtotals at all.
    package var hasSubtotals: Bool { layers != nil && columns.addsUp }

    /// A cell's part of its row, or of its subtotal; nil where one of the two is not shown.
    package func share(_ row: Int, _ column: Int) -> Double? {
        guard cells.indices.contains(row), cells[row].indices.contains(column), let count = cells[row][column],
            let whole = sum(of: row, within: heads[column].layer), whole > 0
        else { return nil }
        return Double(count) / Double(whole)
    }

    /// A cell in its place, a sum or subtotal among them.
    package struct Entry: Sendable, Equatable {
        /// Of the third question; nil in the sum of all.
        package let layer: String?
        /// Nil: a sum, or the subtotal of the layer.
        package let option: String?
        package let count: Int?
        /// 0 to 1 of the row, or of its subtotal; nil in sums, and where something is not shown.
        package let share: Double?
    }

    /// A row as it is shown: after the last column of a layer stands what the row comes to there.
    package func entries(_ row: Int) -> [Entry] {
        guard cells.indices.contains(row) else { return [] }
        return zip(heads, cells[row]).enumerated().flatMap { column, cell -> [Entry] in
            let (head, count) = cell
            let entry = Entry(
                layer: head.layer, option: head.option, count: count,
                share: head.option == nil ? nil : share(row, column))
            guard hasSubtotals, let layer = head.layer, head.option == columns.options.last else { return [entry] }
            return [entry, Entry(layer: layer, option: nil, count: subtotal(row, of: layer), share: nil)]
        }
    }

    private func sum(of row: Int, within layer: String?) -> Int? {
        if let layer, hasSubtotals { return subtotal(row, of: layer) }
        return cells[row].last ?? nil
    }
}

extension CrossTable.Axis {
    /// Everything by which sheets can be parted, in the order of the questions, then what is known of a sheet itself.
    /// - Parameter smallest: fewer numbers at one of their ends have no class of their own.
    package static func all(of asked: [AskedQuestion], in tally: Tally, smallest: Int) -> [CrossTable.Axis] {
        asked.flatMap { axes(of: $0.question, in: tally, smallest: smallest) }
            + [Tally.Known.channel, .town, .version].compactMap { known in
                if known == .town, AskedQuestion.town(among: asked) != nil { return nil }
                let options = tally.options(of: known.rawValue)
                return options.count < 2
                    ? nil : CrossTable.Axis(question: known.rawValue, options: options, addsUp: true)
            }
    }

    private static func axes(of question: Question, in tally: Tally, smallest: Int) -> [CrossTable.Axis] {
        let code = question.code
        func axis(_ options: [String], line: String = "", addsUp: Bool = true) -> CrossTable.Axis {
            CrossTable.Axis(question: code, line: line, options: options, addsUp: addsUp)
        }
        func classes(_ line: String = "") -> [CrossTable.Axis] {
            CrossTable.Axis(question: code, line: line, classesIn: tally, smallest: smallest).map { [$0] } ?? []
        }
        switch question.kind {
        case .single: return [axis(question.kind.optionCodes)]
        case .multiple: return [axis(question.kind.optionCodes, addsUp: false)]
        case .yesNo: return [axis(["yes", "no"])]
        case .scale(let kind): return [axis(kind.from <= kind.to ? (kind.from...kind.to).map(String.init) : [])]
        case .unit: return [axis(tally.options(of: code))]
        case .matrix(let kind):
            switch kind.cell {
            case .single: return kind.rows.map { axis(kind.columns.map(\.code), line: $0.code) }
            case .multiple: return kind.rows.map { axis(kind.columns.map(\.code), line: $0.code, addsUp: false) }
            case .number: return kind.rows.flatMap { row in kind.columns.flatMap { classes("\(row.code).\($0.code)") } }
            case .text: return []
            }
        // By what was put first.
        case .ranking(let kind): return [axis(kind.options.map(\.code))]
        case .number: return classes()
        case .date:
            if tally[Tally.Mark(question: code, line: years)] > 0 { return classes(years) }
            // By months, where only a few were possible: then the tally has no years.
            let months = tally.options(of: code)
            return months.count < 2 ? [] : [axis(months)]
        case .text, .file, .information: return []
        }
    }
}
