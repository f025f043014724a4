/// The merged ranges of a sheet, in the order in which rows meet them. Every cell of a range shows the text of its first.
struct MergedCells {
    private struct Range {
        let rows: ClosedRange<Int>
        let columns: ClosedRange<Int>
    }

    private static let most = 50_000

    /// By first row, the last first: they are taken off the end.
    private var waiting: [Range] = []
    /// By column: the range that covers it in this row, and the text of its first cell.
    private var covering: [Int: (lastRow: Int, firstRow: Int, firstColumn: Int, text: String)] = [:]

    init(_ part: ZipArchive.Entry, in workbook: Workbook, columns: Int) throws {
        // They stand behind the rows, so they are read before them in a pass of their own.
        var found: [Range] = []
        let reader = try XMLReader()
        reader.onStart = { element, attributes in
            guard element == "mergeCell", let text = attributes["ref"] else { return }
            guard found.count < Self.most else { throw DocumentFault.tooManyCells(limit: Self.most) }
            let ends = text.split(separator: ":").map { CellAddress($0) }
            guard ends.count == 2, let first = ends[0], let last = ends[1] else { throw DocumentFault.broken }
            // One that ends before it begins comes from the same kind of mistake, and is found by its line.
            guard first.line <= last.line, first.column <= last.column else {
                throw DocumentFault.overlappingMerges(line: min(first.line, last.line))
            }
            guard first.column <= columns else { return }
            found.append(Range(rows: first.line...last.line, columns: first.column...min(last.column, columns)))
        }
        try workbook.read(part, with: reader)
        waiting = found.sorted { $0.rows.lowerBound > $1.rows.lowerBound }
        try checkOverlaps(columns: columns)
    }

    /// Which of two ranges would show its text where they meet, programs do not agree on.
    private func checkOverlaps(columns: Int) throws {
        var lastRows = Array(repeating: 0, count: columns + 1)
        for range in waiting.reversed() {
            for column in range.columns {
                guard lastRows[column] < range.rows.lowerBound else {
                    throw DocumentFault.overlappingMerges(line: range.rows.lowerBound)
                }
                lastRows[column] = range.rows.upperBound
            }
        }
    }

    /// Writes into `cells` what the covered ones show, and remembers what later rows will need.
    mutating func fill(_ cells: inout [Sheet.Cell], line: Int) {
        guard !(waiting.isEmpty && covering.isEmpty) else { return }
        covering = covering.filter { $0.value.lastRow >= line }
        while let next = waiting.last, next.rows.lowerBound <= line {
            waiting.removeLast()
            // Its first row may be missing from the file when it is empty; then the range is empty.
            guard next.rows.upperBound >= line, next.rows.lowerBound == line else { continue }
            let first = next.columns.lowerBound
            let text = cells.indices.contains(first - 1) ? cells[first - 1].text : ""
            for column in next.columns { covering[column] = (next.rows.upperBound, line, first, text) }
        }
        for (column, range) in covering
        where !range.text.isEmpty && !(range.firstRow == line && range.firstColumn == column) {
            while cells.count < column { cells.append(Sheet.Cell(text: "", line: line)) }
            cells[column - 1] = Sheet.Cell(text: range.text, line: range.firstRow, isCovered: true)
        }
    }
}

/// `B7` as numbers; nil for anything else.
struct CellAddress: Equatable {
    let line: Int
    let column: Int

    init?(_ text: some StringProtocol) {
        var (line, column) = (0, 0)
        for byte in text.utf8 where byte != UInt8(ascii: "$") {
            switch byte {
            case UInt8(ascii: "A")...UInt8(ascii: "Z") where line == 0:
                column = column * 26 + Int(byte - UInt8(ascii: "A")) + 1
            case UInt8(ascii: "0")...UInt8(ascii: "9") where column > 0:
                line = line * 10 + Int(byte - UInt8(ascii: "0"))
            default: return nil
            }
            // The last cell of a sheet is XFD1048576.
            guard column <= 16_384, line <= 1_048_576 else { return nil }
        }
        guard line > 0, column > 0 else { return nil }
        (self.line, self.column) = (line, column)
    }
}
