import Text

/// Goes through the records of a directory's file once and collects rows, carried cells and faults.
struct DirectoryReading {
    private(set) var rows: [DirectorySheet.Row] = []
    private(set) var carried: [DirectorySheet.Carried] = []
    private(set) var ignored: [String] = []
    private(set) var faults = DirectoryFaults()

    /// Of all cells with what they carry from above.
    private var cellBytes = 0
    private var heading = DirectoryHeading(columns: [])
    /// The last value of each column and the line it was written on.
    private var above: [DirectoryColumn: (value: String, line: Int)] = [:]

    mutating func read(_ text: String) {
        // Long cells are reported one by one, so the reader itself stops only at absurd ones.
        let limits = CSVReader.Limits(fields: 64, cellBytes: 65_536, rows: DirectorySheet.mostRows + 5)
        var reader = CSVReader(TextNormalisation.withoutPiledMarks(text), limits: limits)
        do throws(CSVError) {
            guard try readHeading(&reader) else { return }
            while let record = try reader.next() {
                if record.fields.allSatisfy({ Self.trimmed($0.text).isEmpty }) { continue }
                if rows.count == DirectorySheet.mostRows {
                    return faults.append(.init(line: record.line, expected: .fewerRows(limit: DirectorySheet.mostRows)))
                }
                take(record)
                if cellBytes > DirectorySheet.mostCellBytes {
                    let limit = DirectorySheet.mostCellBytes / 1_048_576
                    return faults.append(.init(line: record.line, expected: .lessText(megabytes: limit)))
                }
            }
        } catch {
            faults.append(fault(error))
        }
        if rows.isEmpty, faults.total == 0 { faults.append(.init(line: nil, expected: .rows)) }
    }

    // MARK: Heading

    /// The heading may follow a title and have two lines, as in the printed directories.
    private mutating func readHeading(_ reader: inout CSVReader) throws(CSVError) -> Bool {
        var first: CSVReader.Record?
        var candidate: (heading: DirectoryHeading, line: Int)?
        var previous: CSVReader.Record?
        for _ in 0..<5 {
            guard let record = try reader.next() else { break }
            if first == nil { first = record }
            var found = DirectoryHeading(record.texts)
            if let previous, !found.isHeading || found.isSecondLine {
                let both = DirectoryHeading(record.texts, below: previous.texts)
                if both.isHeading { found = both }
            }
            if found.isHeading {
                // A first line that is complete but for what the next one says is held back.
                if !found.isSecondLine, found.columns.allSatisfy({ $0.column != .level1 }) {
                    candidate = (found, record.line)
                    previous = record
                    continue
                }
                heading = found
                return checkHeading(line: record.line)
            }
            previous = record
        }
        if let candidate {
            heading = candidate.heading
            return checkHeading(line: candidate.line)
        }
        guard let first else {
            faults.append(.init(line: nil, expected: .rows))
            return false
        }
        faults.append(.init(line: first.line, value: first.texts.joined(separator: ","), expected: .heading))
        return false
    }

    private mutating func checkHeading(line: Int) -> Bool {
        for column in DirectoryColumn.required where !heading.has(column) {
            faults.append(.init(line: line, column: column.heading, expected: .column))
        }
        for name in heading.doubled {
            faults.append(.init(line: line, column: name, value: name, expected: .oneHeading))
        }
        ignored = heading.ignored
        return faults.total == 0
    }

    // MARK: Rows

    private mutating func take(_ record: CSVReader.Record) {
        let columns = heading.columns
        let extra = record.fields.dropFirst(columns.count).filter { !Self.trimmed($0.text).isEmpty }
        guard record.fields.count >= columns.count, extra.isEmpty else {
            faults.append(
                .init(line: record.line, value: "\(record.fields.count)", expected: .cells(count: columns.count)))
            return
        }
        var cells: [DirectoryColumn: String] = [:]
        for (field, heading) in zip(record.fields, columns) {
            let value = Self.trimmed(field.text)
            guard let column = heading.column else { continue }
            check(value, column, heading.name, line: field.line)
            guard let mark = heading.mark else {
                cells[column] = value
                continue
            }
            // A column of ticks (全社会, 特定群体): the ticked ones are joined, words beside a tick are kept.
            if !value.isEmpty { cells[column] = [cells[column] ?? "", mark.words(for: value)].joinedCells }
        }
        carry(&cells, line: record.line)
        checkMeaning(cells, line: record.line)
        cellBytes += cells.values.reduce(0) { $0 + $1.utf8.count }
        rows.append(.init(line: record.line, number: cells[.number] ?? "", cells: cells))
    }

    /// What merged cells leave behind when a sheet is saved as CSV: an empty 一级事项 (an empty 二级事项 beside a 三级事项)
    /// belongs to the row above, and 同上 means the cell above in any column.
    private mutating func carry(_ cells: inout [DirectoryColumn: String], line: Int) {
        let startsItem = !(cells[.level1] ?? "").isEmpty && !Self.isDitto(cells[.level1] ?? "")
        for column in DirectoryColumn.allCases where column != .number {
            let found = cells[column] ?? ""
            let isDitto = Self.isDitto(found)
            let isMerged =
                found.isEmpty
                && (column == .level1 || column == .level2 && !startsItem && !(cells[.level3] ?? "").isEmpty)
            if isDitto || isMerged, let source = above[column], !source.value.isEmpty {
                cells[column] = source.value
                carried.append(
                    .init(line: line, column: column, found: found, value: source.value, fromLine: source.line))
            } else if isDitto {
                faults.append(.init(line: line, column: column.heading, value: found, expected: .rowAbove))
            } else {
                if found.isEmpty, column == .level1 || column == .level2 {
                    faults.append(.init(line: line, column: column.heading, expected: .filled))
                }
                above[column] = (found, line)
            }
        }
    }

    private mutating func check(_ value: String, _ column: DirectoryColumn, _ name: String, line: Int) {
        if value.unicodeScalars.count > column.longest {
            faults.append(.init(line: line, column: name, value: value, expected: .shorter(limit: column.longest)))
        }
        if value.unicodeScalars.contains(where: Self.isLost) {
            faults.append(.init(line: line, column: name, value: value, expected: .readable))
        }
    }

    private mutating func checkMeaning(_ cells: [DirectoryColumn: String], line: Int) {
        if let mode = cells[.disclosureMode], !mode.isEmpty, !mode.contains("主动"), !mode.contains("依申请") {
            faults.append(
                .init(line: line, column: DirectoryColumn.disclosureMode.heading, value: mode, expected: .mode))
        }
        if let tier = cells[.tier], !tier.isEmpty,
            !tier.unicodeScalars.contains(where: { "国省市县区乡镇街村级".unicodeScalars.contains($0) })
        {
            faults.append(.init(line: line, column: DirectoryColumn.tier.heading, value: tier, expected: .tier))
        }
    }

    private func fault(_ error: CSVError) -> DirectoryFault {
        switch error.reason {
        case .unclosedQuote, .textAfterQuote:
            .init(line: error.line, column: name(error.column), expected: .closedQuote)
        case .tooManyFields(let limit): .init(line: error.line, expected: .cells(count: limit))
        case .cellTooLong: .init(line: error.line, column: name(error.column), expected: .shorter(limit: 5000))
        case .tooManyRows: .init(line: error.line, expected: .fewerRows(limit: DirectorySheet.mostRows))
        }
    }

    private func name(_ column: Int) -> String {
        heading.columns.indices.contains(column - 1) ? heading.columns[column - 1].name : ""
    }

    // MARK: Cells

    /// Without white space around it (the wide space of Chinese too) and with plain line ends.
    static func trimmed(_ text: String) -> String {
        guard let first = text.unicodeScalars.first, let last = text.unicodeScalars.last else { return "" }
        let hasControls = text.utf8.contains { $0 < 0x20 }
        if !hasControls, !first.properties.isWhitespace, !last.properties.isWhitespace, first != "\u{FEFF}" {
            return text
        }
        var scalars = String.UnicodeScalarView()
        var afterReturn = false
        for scalar in text.unicodeScalars {
            switch scalar {
            // Excel writes a break inside a cell as LF, older programs as CR or a vertical tab.
            case "\r", "\u{0B}", "\u{0C}": scalars.append("\n")
            case "\n" where afterReturn: break
            case "\u{FEFF}": break
            default: scalars.append(scalar)
            }
            afterReturn = scalar == "\r"
        }
        let start = scalars.firstIndex { !$0.properties.isWhitespace } ?? scalars.endIndex
        let end = scalars.lastIndex { !$0.properties.isWhitespace }.map { scalars.index(after: $0) } ?? start
        return String(String.UnicodeScalarView(scalars[start..<end]))
    }

    private static let dittos: Set<String> = ["同上", "〃", "″", "\"", "“", "”", "同上行", "同前"]

    private static func isDitto(_ value: String) -> Bool {
        guard !value.isEmpty, value.utf8.count <= 20 else { return false }
        var plain = value.unicodeScalars.filter { !$0.properties.isWhitespace }
        if let last = plain.last, "。.；;".unicodeScalars.contains(last) { plain.removeLast() }
        return dittos.contains(String(String.UnicodeScalarView(plain)))
    }

    /// A replacement character, or a control character that no cell has.
    private static func isLost(_ scalar: Unicode.Scalar) -> Bool {
        scalar == "\u{FFFD}" || scalar.value < 0x20 && scalar != "\n" && scalar != "\t" || scalar.value == 0x7F
    }
}

extension [String] {
    fileprivate var joinedCells: String { filter { !$0.isEmpty }.joined(separator: "、") }
}
