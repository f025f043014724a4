import Text

/// Reads the rows of one sheet while it is unpacked: what is in memory is one row, the shared texts and the merged ranges.
struct SheetReader {
    private let workbook: Workbook
    private let part: ZipArchive.Entry
    private let limits: Sheet.Limits

    /// - Throws: `DocumentFault.noSheet`, or `.broken` when the workbook names a part that is not there.
    init(_ workbook: Workbook, sheet name: String?, limits: Sheet.Limits) throws {
        let sheet =
            if let name { workbook.sheets.first { $0.name == name } } else { workbook.sheets.first { !$0.isHidden } }
        guard let sheet else { throw DocumentFault.noSheet }
        guard let part = workbook.archive[sheet.path] else { throw DocumentFault.broken }
        (self.workbook, self.part, self.limits) = (workbook, part, limits)
    }

    func read(_ take: (Sheet.Row) throws -> Void) throws {
        var merged = try MergedCells(part, in: workbook, columns: limits.columns)
        var parse = Rows(workbook, limits)
        try withoutActuallyEscaping(take) { take in
            let reader = try XMLReader()
            reader.onStart = { element, attributes in try parse.start(element, attributes) }
            reader.onText = { piece in try parse.text(piece) }
            reader.onEnd = { element in
                guard var cells = try parse.end(element) else { return }
                merged.fill(&cells, line: parse.line)
                guard cells.contains(where: { !$0.text.isEmpty }) else { return }
                try take(try parse.row(cells))
            }
            try workbook.read(part, with: reader)
            reader.onEnd = { _ in }
        }
    }
}

/// The state of reading within `sheetData` (18.3.1.80).
private struct Rows {
    private(set) var line = 0
    private let workbook: Workbook
    private let limits: Sheet.Limits
    private var isInRow = false
    private var cells: [Sheet.Cell] = []
    private var column = 0
    private var kind = ""
    private var style = 0
    private var isValue = false
    private var hasFormula = false
    private var hasValue = false
    private var value: CellText
    private var inline: StringItem
    private var rows = 0
    private var count = 0

    init(_ workbook: Workbook, _ limits: Sheet.Limits) {
        (self.workbook, self.limits) = (workbook, limits)
        value = CellText(limit: limits.cellBytes)
        inline = StringItem(limit: limits.cellBytes)
    }

    mutating func start(_ element: String, _ attributes: XMLReader.Attributes) throws {
        switch element {
        case "row":
            let next = try attributes["r"].map { text in
                guard let number = Int(text), (1...1_048_576).contains(number) else { throw DocumentFault.broken }
                return number
            }
            // Rows stand in order; one out of it would overwrite what was handed over.
            guard next ?? line + 1 > line else { throw DocumentFault.broken }
            (line, column, isInRow) = (next ?? line + 1, 0, true)
            cells.removeAll(keepingCapacity: true)
        case "c" where isInRow:
            let address = try attributes["r"].map { text in
                guard let address = CellAddress(text), address.line == line else { throw DocumentFault.broken }
                return address.column
            }
            guard address ?? column + 1 > column else { throw DocumentFault.broken }
            column = address ?? column + 1
            (kind, style) = (attributes["t"] ?? "n", attributes["s"].flatMap { Int($0) } ?? 0)
            (hasFormula, hasValue) = (false, false)
            value.clear()
            inline.clear()
        // Empty it is no result, as programs write it that do not reckon; only of a text it may be one.
        case "v" where isInRow: (isValue, hasValue) = (true, kind == "str")
        case "f" where isInRow: hasFormula = true
        default: inline.start(element)
        }
    }

    mutating func text(_ piece: UnsafeBufferPointer<UInt8>) throws {
        guard isInRow else { return }
        if isValue { hasValue = true }
        guard isValue ? value.append(piece) : inline.append(piece) else {
            throw DocumentFault.cellTooLong(limit: limits.cellBytes, line: line, column: column)
        }
    }

    /// The cells of a row that has just ended.
    mutating func end(_ element: String) throws -> [Sheet.Cell]? {
        switch element {
        case "v": isValue = false
        case "c" where isInRow: try endCell()
        case "row" where isInRow:
            isInRow = false
            return cells
        default: inline.end(element)
        }
        return nil
    }

    private mutating func endCell() throws {
        let text = try shown()
        let lacksResult = hasFormula && !hasValue
        guard !text.isEmpty || lacksResult else { return }
        guard column <= limits.columns else { throw DocumentFault.tooManyColumns(limit: limits.columns, line: line) }
        count += 1
        guard count <= limits.cells else { throw DocumentFault.tooManyCells(limit: limits.cells) }
        while cells.count < column { cells.append(Sheet.Cell(text: "", line: line)) }
        (cells[column - 1].text, cells[column - 1].lacksResult) = (text, lacksResult)
    }

    mutating func row(_ cells: [Sheet.Cell]) throws -> Sheet.Row {
        rows += 1
        guard rows <= limits.rows else { throw DocumentFault.tooManyRows(limit: limits.rows) }
        return Sheet.Row(line: line, cells: cells)
    }

    /// What the cell shows (18.18.11, ST_CellType).
    private func shown() throws -> String {
        switch kind {
        case "s":
            guard !value.bytes.isEmpty else { return "" }
            guard let index = Int(value.text), let text = workbook.sharedStrings[index] else {
                throw DocumentFault.broken
            }
            return text
        case "inlineStr": return inline.string
        case "b": return value.text == "1" ? "TRUE" : "FALSE"
        case "str", "e", "d": return value.text
        default:
            let text = value.text
            guard let number = Double(text) else { return text }
            return workbook.format(style).shown(number, since1904: workbook.since1904)
        }
    }
}
