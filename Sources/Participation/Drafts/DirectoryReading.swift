import Documents
import Text

/// Goes through the rows of a directory's table once and collects rows, carried cells and faults.
struct DirectoryReading {
    private(set) var rows: [DirectorySheet.Row] = []
    private(set) var carried: [DirectorySheet.Carried] = []
    private(set) var asides: [DirectorySheet.Aside] = []
    private(set) var faults = DirectoryFaults()

    private let table: DirectoryTable
    private let choices: [ColumnChoice]
    /// Of all cells with what they carry from above.
    private var cellBytes = 0
    /// The last value of each column and the line it was written on.
    private var above: [Place: (value: String, line: Int)] = [:]

    /// A column of the directory.
    private enum Place: Hashable {
        case national(DirectoryColumn)
        case extra(String)

        var heading: String {
            switch self {
            case .national(let column): column.heading
            case .extra(let name): name
            }
        }
    }

    init(_ table: DirectoryTable, _ choices: [ColumnChoice]) { (self.table, self.choices) = (table, choices) }

    mutating func read() {
        checkChoices()
        // What stands below would be wrong throughout.
        guard faults.total == 0 else { return }
        for row in table.rows {
            if row.cells.allSatisfy({ Self.trimmed($0.text).isEmpty }) { continue }
            if let text = aside(row) {
                asides.append(.init(line: row.line, text: text))
                continue
            }
            if rows.count == DirectorySheet.mostRows {
                return faults.append(.init(line: row.line, expected: .fewerRows(limit: DirectorySheet.mostRows)))
            }
            take(row)
            if cellBytes > DirectorySheet.mostCellBytes { return faults.append(.tooMuchText(line: row.line)) }
        }
        if rows.isEmpty, faults.total == 0 { faults.append(.init(line: nil, expected: .rows)) }
    }

    // MARK: Columns

    private mutating func checkChoices() {
        let line = table.headingLine
        let columns = Array(zip(table.columns, choices))
        let filled = Set(choices.compactMap(\.national))
        for column in DirectoryColumn.required where !filled.contains(column) {
            faults.append(.init(line: line, column: column.heading, expected: .column))
        }
        // Columns of ticks share one on purpose.
        var seen: Set<Place> = []
        for (column, choice) in columns {
            let place: Place
            switch choice {
            case .national(let national): place = .national(national)
            case .extra: place = .extra(column.name)
            case .ticks, .leftOut: continue
            }
            guard !seen.insert(place).inserted else { continue }
            faults.append(.init(line: line, column: place.heading, value: column.name, expected: .oneHeading))
        }
        let extras = columns.filter { $0.1 == .extra }
        for (column, _) in extras.dropFirst(DirectorySheet.mostExtras) {
            let limit = DirectorySheet.mostExtras
            faults.append(.init(line: line, column: column.name, expected: .fewerExtras(limit: limit)))
        }
        for (column, _) in extras where column.name.isEmpty || column.name.unicodeScalars.count > 40 {
            faults.append(.init(line: line, column: column.letters, value: column.name, expected: .name(limit: 40)))
        }
    }

    // MARK: Rows

    /// A text of its own across the table (二、社会救助; 注：■为必选), or in its first cell; or the heading once more, as on
    /// each printed page.
    private func aside(_ row: Sheet.Row) -> String? {
        let filled = row.cells.enumerated().filter { !Self.trimmed($1.text).isEmpty }
        guard let first = filled.first, !first.element.isCovered else { return nil }
        let text = Self.trimmed(first.element.text)
        if filled.allSatisfy({ Self.trimmed($0.element.text) == text && $0.element.line == first.element.line }) {
            let isWide = filled.count > 1 && filled.count * 2 > table.columns.count
            let isNote = filled.count == 1 && first.offset == 0 && Int(text) == nil
            return isWide || isNote ? text : nil
        }
        let repeated = zip(row.cells, table.columns).filter { !$1.name.isEmpty && Self.trimmed($0.text) == $1.name }
        return repeated.count >= 4 ? repeated.map(\.1.name).joined(separator: " ") : nil
    }

    private mutating func take(_ row: Sheet.Row) {
        guard hasItsCells(row) else { return }
        var cells: [Place: String] = [:]
        for (index, (column, choice)) in zip(table.columns, choices).enumerated() {
            guard row.cells.indices.contains(index) else { break }
            let cell = row.cells[index]
            let value = Self.trimmed(TextNormalisation.withoutPiledMarks(cell.text))
            let place: Place
            switch choice {
            case .leftOut: continue
            case .extra: place = .extra(column.name)
            case .national(let national), .ticks(let national): place = .national(national)
            }
            if cell.lacksResult {
                faults.append(.init(line: row.line, column: column.name, expected: .result))
            }
            check(value, choice.national, column.name, line: cell.isCovered ? row.line : cell.line)
            if cell.isCovered, cell.line < row.line, !value.isEmpty, choice != .national(.number) {
                carried.append(
                    .init(line: row.line, column: column.name, found: "", value: value, fromLine: cell.line))
            }
            if case .ticks(let national) = choice {
                // The ticked ones are joined, words beside a tick are kept.
                let said = Self.words(for: value, word: column.word)
                guard !said.isEmpty else { continue }
                let isCarrier = national == .carriers
                let separator = isCarrier ? " " : "、"
                let added = isCarrier ? "■\(said)" : said
                cells[place] = cells[place].map { "\($0)\(separator)\(added)" } ?? added
            } else {
                cells[place] = value
            }
        }
        carry(&cells, line: row.line)
        var national: [DirectoryColumn: String] = [:]
        var extras: [String: String] = [:]
        for (place, value) in cells {
            switch place {
            case .national(let column): national[column] = value
            case .extra(let name): extras[name] = value
            }
            cellBytes += value.utf8.count
        }
        checkMeaning(national, line: row.line)
        rows.append(.init(line: row.line, number: national[.number] ?? "", cells: national, extras: extras))
    }

    /// CSV has as many cells as headings; a workbook leaves out what is empty at the end.
    private mutating func hasItsCells(_ row: Sheet.Row) -> Bool {
        let count = table.columns.count
        let beyond = row.cells.enumerated().dropFirst(count).first {
            !$1.isCovered && !Self.trimmed($1.text).isEmpty
        }
        guard case .text = table.format else {
            guard let beyond else { return true }
            faults.append(
                .init(
                    line: row.line, column: Sheet.letters(beyond.offset + 1), value: beyond.element.text,
                    expected: .underHeading))
            return false
        }
        guard row.cells.count >= count, beyond == nil else {
            faults.append(.init(line: row.line, value: "\(row.cells.count)", expected: .cells(count: count)))
            return false
        }
        return true
    }

    /// A mere tick says the word; other text stands beside it: 特定群众:项目单位.
    private static func words(for value: String, word: String) -> String {
        if value.isEmpty || ticks.contains(value) || value == word { return value.isEmpty ? "" : word }
        if ["□", "×", "✗", "—", "-", "/", "否", "无", "☐"].contains(value) { return "" }
        return "\(word):\(value)"
    }

    static let ticks: Set<String> = ["√", "✓", "✔", "■", "☑", "是", "1", "y", "Y", "v", "V", "●", "▲", "*"]

    /// What merged cells leave behind when a sheet is saved as CSV: an empty 一级事项 (an empty 二级事项 beside a 三级事项)
    /// belongs to the row above, and 同上 means the cell above in any column.
    private mutating func carry(_ cells: inout [Place: String], line: Int) {
        let level1 = cells[.national(.level1)] ?? ""
        let startsItem = !level1.isEmpty && !Self.isDitto(level1)
        let places =
            DirectoryColumn.allCases.filter { $0 != .number }.map(Place.national)
            + zip(table.columns, choices).filter { $1 == .extra }.map { .extra($0.0.name) }
        for place in places {
            let found = cells[place] ?? ""
            let isDitto = Self.isDitto(found)
            let isItem = place == .national(.level1) || place == .national(.level2)
            let isMerged =
                found.isEmpty
                && (place == .national(.level1)
                    || place == .national(.level2) && !startsItem && !(cells[.national(.level3)] ?? "").isEmpty)
            if isDitto || isMerged, let source = above[place], !source.value.isEmpty {
                cells[place] = source.value
                carried.append(
                    .init(
                        line: line, column: place.heading, found: found, value: source.value, fromLine: source.line))
            } else if isDitto {
                faults.append(.init(line: line, column: place.heading, value: found, expected: .rowAbove))
            } else {
                if found.isEmpty, isItem {
                    faults.append(.init(line: line, column: place.heading, expected: .filled))
                }
                above[place] = (found, line)
            }
        }
    }

    private mutating func check(_ value: String, _ column: DirectoryColumn?, _ name: String, line: Int) {
        let longest = column?.longest ?? DirectoryColumn.longestExtra
        if value.unicodeScalars.count > longest {
            faults.append(.init(line: line, column: name, value: value, expected: .shorter(limit: longest)))
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
